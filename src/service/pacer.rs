//! How often those who look see how far a transfer is.

use std::time::{Duration, Instant};

/// While data flows, so often; while it does not, so often.
const SHOW_EVERY: Duration = Duration::from_millis(100);
const SHOW_IDLE_EVERY: Duration = Duration::from_millis(500);

/// When it is time to show how far a transfer is.
pub(super) struct Pacer {
    at: Instant,
    bytes: u64,
}

impl Default for Pacer {
    fn default() -> Self {
        Self { at: Instant::now(), bytes: 0 }
    }
}

impl Pacer {
    /// When it is time; `None` if it is now.
    pub fn due(&mut self, bytes: u64) -> Option<Instant> {
        let now = Instant::now();
        let due = self.at + if bytes == self.bytes { SHOW_IDLE_EVERY } else { SHOW_EVERY };
        if due > now {
            return Some(due);
        }
        (self.at, self.bytes) = (now, bytes);
        None
    }
}
