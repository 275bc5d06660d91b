//! The clock of a cyclic send.

use std::time::{Duration, Instant};

use crate::net::command::{Cycle, Outgoing};

/// A cyclic send that runs.
pub struct Running {
    /// What.
    pub outgoing: Outgoing,
    interval: Duration,
    next: Instant,
}

impl Running {
    /// Starts now: the first send is due at once.
    pub fn start(cycle: Cycle, now: Instant) -> Self {
        Self { outgoing: cycle.outgoing, interval: cycle.interval.max(Duration::from_millis(1)), next: now }
    }

    /// When the next send is due.
    pub fn due(&self) -> Instant {
        self.next
    }

    /// Whether a send is due now; if so, sets the time of the next one on the grid of the start, so that it does not
    /// drift. What was missed is skipped, not made up for in a burst.
    pub fn take_due(&mut self, now: Instant) -> bool {
        if now < self.next {
            return false;
        }
        let late = now - self.next;
        let missed = late.as_nanos() / self.interval.as_nanos();
        let steps = u32::try_from(missed + 1).unwrap_or(u32::MAX);
        self.next = self.interval.checked_mul(steps).map_or(now + self.interval, |ahead| self.next + ahead);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::net::command::Target;

    #[test]
    fn keeps_its_grid_and_skips_what_it_missed() {
        let start = Instant::now();
        let ms = |n: u64| start + Duration::from_millis(n);
        let outgoing = Outgoing { target: Target::Server, payload: Arc::from([]), charset: None };
        let mut running = Running::start(Cycle { outgoing, interval: Duration::from_millis(10) }, start);
        assert!(running.take_due(ms(0)), "the first at once");
        assert!(!running.take_due(ms(9)));
        assert!(running.take_due(ms(13)), "late by 3 ms");
        assert_eq!(running.due(), ms(20), "no drift");
        assert!(running.take_due(ms(55)), "frozen for a while");
        assert_eq!(running.due(), ms(60), "no burst");
        assert!(!running.take_due(ms(59)));
        assert!(running.take_due(ms(60)));
    }
}
