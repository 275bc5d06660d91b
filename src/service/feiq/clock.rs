//! The node's clock, and which time of the day its moments are.

use std::time::{Duration, Instant};

use crate::journal::Timestamp;
use crate::proto::Moment;

/// A clock that only goes forward, started together with a look at the system's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    start: Instant,
    start_time: Timestamp,
}

impl Clock {
    pub fn start() -> Self {
        Self { start: Instant::now(), start_time: Timestamp::now() }
    }

    pub fn now(&self) -> Moment {
        Moment(self.start.elapsed())
    }

    /// The time of the day at a moment.
    pub fn time(&self, moment: Moment) -> Timestamp {
        let nanos = i64::try_from(moment.0.as_nanos()).unwrap_or(i64::MAX);
        Timestamp(self.start_time.0.saturating_add(nanos))
    }

    /// Seconds since 1970 at the start.
    pub fn start_seconds(&self) -> u64 {
        u64::try_from(self.start_time.0 / 1_000_000_000).unwrap_or(0)
    }

    /// How long until a moment.
    pub fn until(&self, moment: Moment) -> Duration {
        moment.since(self.now())
    }
}
