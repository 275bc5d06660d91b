//! The ticks of a clock that does not drift.

use std::time::{Duration, Instant};

/// A tick that is at most so late is made up for: the system was busy. What was missed longer (the machine slept, the
/// peer took nothing) is left out, or the peer would get it all in a burst.
const CATCH_UP: Duration = Duration::from_millis(20);

/// Ticks on a fixed grid from a start.
#[derive(Debug)]
pub(super) struct Grid {
    interval: Duration,
    next: Instant,
}

impl Grid {
    /// The first tick is due at `start`. An interval of 0 has all ticks due at any time.
    pub fn new(interval: Duration, start: Instant) -> Self {
        Self { interval, next: start }
    }

    /// When the next tick is due.
    pub fn due(&self) -> Instant {
        self.next
    }

    /// Goes on to the next tick.
    pub fn step(&mut self) {
        self.next += self.interval;
    }

    /// Leaves out the ticks that are too late to be made up for, except the newest of those that are due; how many.
    pub fn skip(&mut self, now: Instant) -> u64 {
        let late = now.saturating_duration_since(self.next);
        let Some(too_late) = late.checked_sub(CATCH_UP).filter(|over| !over.is_zero()) else { return 0 };
        let interval = self.interval.as_nanos();
        if interval == 0 {
            self.next = now;
            return 0;
        }
        let skipped = too_late.as_nanos().div_ceil(interval).min(late.as_nanos() / interval);
        self.next += Duration::from_nanos((skipped * interval) as u64);
        skipped as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn late_ticks_are_made_up_for_without_drift() {
        let start = Instant::now();
        let mut grid = Grid::new(ms(1), start);
        assert_eq!(grid.skip(start + ms(20)), 0);
        for _ in 0..=20 {
            assert!(grid.due() <= start + ms(20));
            grid.step();
        }
        assert_eq!(grid.due(), start + ms(21));
    }

    #[test]
    fn what_was_missed_longer_is_left_out_and_the_newest_is_not() {
        let start = Instant::now();
        let mut grid = Grid::new(ms(1), start);
        assert_eq!(grid.skip(start + ms(500)), 480);
        assert_eq!(grid.due(), start + ms(480));
        assert_eq!(grid.skip(start + ms(500)), 0, "20 ms late");

        let mut slow = Grid::new(ms(1000), start);
        assert_eq!(slow.skip(start + ms(999)), 0, "the only one that is due");
        assert_eq!(slow.skip(start + ms(3500)), 3);
        assert_eq!(slow.due(), start + ms(3000), "it is still to be sent");
        slow.step();
        assert_eq!(slow.due(), start + ms(4000));
    }

    #[test]
    fn an_hour_of_sleep_at_1_ms_and_no_interval_at_all() {
        let start = Instant::now();
        let later = start + Duration::from_hours(1000);
        let mut grid = Grid::new(ms(1), start);
        assert_eq!(grid.skip(later), 1000 * 3600 * 1000 - 20);
        assert_eq!(grid.due() + CATCH_UP, later);
        let mut none = Grid::new(Duration::ZERO, start);
        assert_eq!(none.skip(later), 0);
        none.step();
        assert_eq!(none.due(), later);
    }
}
