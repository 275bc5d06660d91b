//! When the next block may go.

use std::num::NonZeroU64;
use std::time::{Duration, Instant};

/// So much that was missed is made up for: what the machine needs to wake up, no more, so that the rate is smooth.
const SLACK: Duration = Duration::from_millis(20);

/// An interval between blocks, and a rate: a token bucket that holds [`SLACK`]'s worth.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    rate: Option<NonZeroU64>,
    by_interval: Option<Instant>,
    by_rate: Option<Instant>,
}

impl Pace {
    pub fn new(interval: Duration, rate: Option<NonZeroU64>) -> Self {
        Self { interval, rate, by_interval: None, by_rate: None }
    }

    /// When the next block may go; `None`: at once.
    pub fn next(&self) -> Option<Instant> {
        self.by_interval.max(self.by_rate)
    }

    /// A block of this length went.
    pub fn sent(&mut self, len: usize, now: Instant) {
        let after = |due: Option<Instant>, pause: Duration| {
            let earliest = now.checked_sub(SLACK).unwrap_or(now);
            Some(due.unwrap_or(now).max(earliest) + pause)
        };
        if !self.interval.is_zero() {
            self.by_interval = after(self.by_interval, self.interval);
        }
        if let Some(rate) = self.rate {
            let ns = u128::from(len as u64) * 1_000_000_000 / u128::from(rate.get());
            self.by_rate = after(self.by_rate, Duration::from_nanos(u64::try_from(ns).unwrap_or(u64::MAX)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_kept_whatever_the_blocks_and_however_late_one_comes() {
        let start = Instant::now();
        let mut pace = Pace::new(Duration::ZERO, NonZeroU64::new(100_000));
        let (mut now, mut sent) = (start, 0u64);
        for step in 0..10_000u64 {
            let len = 1 + (step * 7 % 300) as usize;
            now = pace.next().map_or(now, |next| next.max(now)) + Duration::from_micros(step % 5 * 100);
            pace.sent(len, now);
            sent += len as u64;
        }
        let rate = sent as f64 / (now - start).as_secs_f64();
        assert!((95_000.0..=101_000.0).contains(&rate), "{rate}");
    }

    #[test]
    fn after_a_pause_there_is_no_burst() {
        let start = Instant::now();
        let mut pace = Pace::new(Duration::from_millis(5), NonZeroU64::new(1000));
        pace.sent(1, start);
        assert_eq!(pace.next(), Some(start + Duration::from_millis(5)), "the interval is the longer one");
        let later = start + Duration::from_mins(1);
        pace.sent(10, later);
        pace.sent(10, later);
        assert_eq!(pace.next(), Some(later), "20 ms of it are made up for");
        pace.sent(10, later);
        assert_eq!(pace.next(), Some(later + Duration::from_millis(10)));
    }
}
