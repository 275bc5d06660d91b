//! How fast the octets flow.

use std::time::{Duration, Instant};

/// The rate is taken over about this time.
const WINDOW: Duration = Duration::from_secs(1);

/// Octets per second: of about the last second; once it is settled, of all the time.
pub(super) struct Rate {
    began: Instant,
    /// Where the last window began, and where this one does.
    last: (Instant, u64),
    this: (Instant, u64),
    settled: Option<(f64, Duration)>,
}

impl Rate {
    pub fn start() -> Self {
        let began = Instant::now();
        Self { began, last: (began, 0), this: (began, 0), settled: None }
    }

    /// The rate now that so many octets went over in all, and the time since the start.
    pub fn at(&mut self, bytes: u64) -> (f64, Duration) {
        if let Some(settled) = self.settled {
            return settled;
        }
        let now = Instant::now();
        if now - self.this.0 >= WINDOW {
            self.last = self.this;
            self.this = (now, bytes);
        }
        (per_second(bytes - self.last.1, now - self.last.0), now - self.began)
    }

    /// Nothing more comes.
    pub fn settle(&mut self, bytes: u64) {
        self.settle_at(bytes, Instant::now());
    }

    /// Nothing has come since then.
    pub fn settle_at(&mut self, bytes: u64, last: Instant) {
        let all = last.saturating_duration_since(self.began);
        self.settled.get_or_insert((per_second(bytes, all), all));
    }
}

fn per_second(bytes: u64, time: Duration) -> f64 {
    if time.is_zero() { 0.0 } else { bytes as f64 / time.as_secs_f64() }
}
