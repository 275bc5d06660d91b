//! What a worker wakes up for by itself besides its jobs: the pace of its status.

use std::time::{Duration, Instant};

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
    use super::*;

    #[test]
    fn tells_at_most_every_50_ms() {
        let start = Instant::now();
        let mut pace = Pace::new();
        assert!(pace.may_tell(start));
        assert!(!pace.may_tell(start + PACE / 2));
        assert!(pace.may_tell(start + PACE));
    }
}
