//! Counts what the kernel dropped, and says so at most once a second.

use std::time::{Duration, Instant};

const EVENT_INTERVAL: Duration = Duration::from_secs(1);
/// After traffic, how long until the kernel is asked whether it dropped something that no later datagram told.
const CHECK_DELAY: Duration = Duration::from_millis(200);

/// The kernel's counter of dropped datagrams, followed.
#[derive(Default)]
pub struct Drops {
    total: u32,
    unsaid: u64,
    said: Option<Instant>,
    check_at: Option<Instant>,
}

impl Drops {
    /// Takes the kernel's counter, which wraps at 2^32; returns how many are new. An older reading changes nothing.
    pub fn observe(&mut self, total: u32) -> u64 {
        let new = total.wrapping_sub(self.total);
        if new.cast_signed() <= 0 {
            return 0;
        }
        self.total = total;
        self.unsaid += u64::from(new);
        u64::from(new)
    }

    /// There is traffic: ask the kernel a little later.
    pub fn traffic(&mut self, now: Instant) {
        self.check_at.get_or_insert(now + CHECK_DELAY);
    }

    /// Whether to ask the kernel now.
    pub fn take_check(&mut self, now: Instant) -> bool {
        self.check_at.take_if(|at| *at <= now).is_some()
    }

    /// How many to tell of, if it is time.
    pub fn take_event(&mut self, now: Instant) -> Option<u64> {
        if self.unsaid == 0 || self.said.is_some_and(|at| now < at + EVENT_INTERVAL) {
            return None;
        }
        self.said = Some(now);
        Some(std::mem::take(&mut self.unsaid))
    }

    /// How many are left to tell of, whatever the time.
    pub fn take_rest(&mut self) -> Option<u64> {
        Some(std::mem::take(&mut self.unsaid)).filter(|&n| n > 0)
    }

    /// When there is something to do.
    pub fn due(&self) -> Option<Instant> {
        let event = (self.unsaid > 0).then(|| self.said.map_or_else(Instant::now, |at| at + EVENT_INTERVAL));
        [self.check_at, event].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_may_wrap_and_old_readings_do_not_count() {
        let mut drops = Drops { total: u32::MAX - 1, ..Drops::default() };
        assert_eq!(drops.observe(3), 5);
        assert_eq!(drops.observe(u32::MAX), 0, "older");
        assert_eq!(drops.observe(3), 0);
        assert_eq!(drops.take_event(Instant::now()), Some(5));
    }

    #[test]
    fn told_at_most_once_a_second() {
        let mut drops = Drops::default();
        let start = Instant::now();
        drops.observe(1);
        assert_eq!(drops.take_event(start), Some(1), "the first at once");
        drops.observe(4);
        assert_eq!(drops.take_event(start + Duration::from_millis(999)), None);
        assert_eq!(drops.due(), Some(start + EVENT_INTERVAL));
        drops.observe(6);
        assert_eq!(drops.take_event(start + EVENT_INTERVAL), Some(5));
        assert_eq!(drops.take_event(start + EVENT_INTERVAL * 2), None, "nothing new");
    }
}
