//! How long an automatic reconnect waits.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);
/// A connection that lived this long was a good one: the next wait is the first again.
const GOOD: Duration = Duration::from_secs(5);

/// 1 s, 2 s, 4 s, … 30 s.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    attempt: u32,
}

impl Backoff {
    /// The wait before the next attempt, and the number of that attempt, from 1.
    pub fn next(&mut self) -> (Duration, u32) {
        let delay = FIRST.saturating_mul(1 << self.attempt.min(5)).min(LONGEST);
        self.attempt = self.attempt.saturating_add(1);
        (delay, self.attempt)
    }

    /// Tells it how long the connection lived.
    pub fn connected_for(&mut self, lived: Duration) {
        if lived >= GOOD {
            self.attempt = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backs_off_to_thirty_seconds_and_starts_again_after_a_good_connection() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..8).map(|_| backoff.next().0.as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
        backoff.connected_for(Duration::from_secs(4));
        assert_eq!(backoff.next(), (LONGEST, 9));
        backoff.connected_for(GOOD);
        assert_eq!(backoff.next(), (FIRST, 1));
    }
}
