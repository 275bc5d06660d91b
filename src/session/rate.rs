//! Bytes per second.

use std::time::{Duration, Instant};

use crate::net::CountersSnapshot;

/// A rate is taken over at least this time, so that it can be read.
const WINDOW: Duration = Duration::from_secs(1);

/// Rates each way over about the last second.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    last: Option<(Instant, CountersSnapshot)>,
    /// Received, in bytes per second.
    pub received: f64,
    /// Sent, in bytes per second.
    pub sent: f64,
}

impl Rates {
    /// Looks at the counters; at any time.
    pub fn sample(&mut self, now: Instant, counters: CountersSnapshot) {
        let Some((then, before)) = self.last else {
            self.last = Some((now, counters));
            return;
        };
        let passed = now.saturating_duration_since(then);
        if passed < WINDOW {
            return;
        }
        let rate = |new: u64, old: u64| new.saturating_sub(old) as f64 / passed.as_secs_f64();
        self.received = rate(counters.received_bytes, before.received_bytes);
        self.sent = rate(counters.sent_bytes, before.sent_bytes);
        self.last = Some((now, counters));
    }

    /// Whether anything moved.
    pub fn is_moving(&self) -> bool {
        self.received > 0.0 || self.sent > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_bytes_over_time() {
        let start = Instant::now();
        let mut rates = Rates::default();
        let at = |bytes| CountersSnapshot { received_bytes: bytes, ..CountersSnapshot::default() };
        rates.sample(start, at(100));
        rates.sample(start + Duration::from_millis(500), at(200));
        assert!(!rates.is_moving(), "half a second is too short to say");
        rates.sample(start + Duration::from_secs(2), at(2100));
        assert!((rates.received - 1000.0).abs() < 1e-6);
        rates.sample(start + Duration::from_secs(4), at(2100));
        assert!(!rates.is_moving());
    }
}
