//! What a worker wakes up for by itself: the ticks of a cyclic send, and the pace of its status.

use std::time::{Duration, Instant};

use crate::net::command::{Cycle, Outgoing};

/// Ticks on a fixed grid: a late tick does not delay the later ones, and missed ones are left out.
#[derive(Debug)]
pub(super) struct Ticker {
    outgoing: Outgoing,
    interval: Duration,
    next: Instant,
}

impl Ticker {
    /// A ticker whose first tick is due now.
    pub fn new(cycle: Cycle, now: Instant) -> Self {
        Self { outgoing: cycle.outgoing, interval: cycle.interval.max(Duration::from_millis(1)), next: now }
    }

    /// What to send, if a tick is due.
    pub fn due(&mut self, now: Instant) -> Option<Outgoing> {
        let late = now.checked_duration_since(self.next)?;
        let ticks = late.as_nanos() / self.interval.as_nanos() + 1;
        self.next += self.interval.saturating_mul(u32::try_from(ticks).unwrap_or(u32::MAX));
        Some(self.outgoing.clone())
    }

    /// When the next tick is due.
    pub fn next(&self) -> Instant {
        self.next
    }
}

/// How often the bytes that wait are shown.
const PACE: Duration = Duration::from_millis(50);

/// Keeps a status that changes with each packet from being told more than 20 times a second.
#[derive(Debug)]
pub(super) struct Pace {
    told: Option<Instant>,
}

impl Pace {
    pub fn new() -> Self {
        Self { told: None }
    }

    /// When a change may be told.
    pub fn next(&self) -> Option<Instant> {
        self.told.map(|told| told + PACE)
    }

    /// Whether a change may be told now; if so, it counts as told.
    pub fn may_tell(&mut self, now: Instant) -> bool {
        let may = self.next().is_none_or(|next| next <= now);
        if may {
            self.told = Some(now);
        }
        may
    }
}

/// The time until the earliest of some deadlines; `None` when there is none.
pub(super) fn time_until_first(deadlines: impl IntoIterator<Item = Option<Instant>>) -> Option<Duration> {
    let first = deadlines.into_iter().flatten().min()?;
    Some(first.saturating_duration_since(Instant::now()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::net::command::Target;

    #[test]
    fn stays_on_its_grid() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let outgoing = Outgoing { target: Target::Server, payload: Arc::from(*b"x"), charset: None };
        let mut ticker = Ticker::new(Cycle { outgoing, interval: Duration::from_millis(10) }, start);
        assert!(ticker.due(start).is_some());
        assert!(ticker.due(at(9)).is_none());
        assert!(ticker.due(at(13)).is_some(), "late");
        assert_eq!(ticker.next(), at(20), "but no drift");
        assert!(ticker.due(at(57)).is_some(), "several missed: one tick");
        assert_eq!(ticker.next(), at(60));
    }
    #[test]
    fn tells_at_most_every_50_ms() {
        let start = Instant::now();
        let mut pace = Pace::new();
        assert!(pace.may_tell(start));
        assert!(!pace.may_tell(start + PACE / 2));
        assert!(pace.may_tell(start + PACE));
    }
}
