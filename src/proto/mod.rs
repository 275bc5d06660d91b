//! Sans-IO protocols: parse, emit, state machines. No socket, no clock, no disk: bytes and time come in as arguments,
//! what is to be sent and what happened are taken out.

pub mod ipmsg;
pub mod tftp;

use std::ops::Add;
use std::time::Duration;

/// A moment on a clock that only goes forward: the time since a start that the driver chose. The same state machine so
/// runs on a real clock and on simulated time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub Duration);

impl Moment {
    /// The time from `earlier` until this moment; zero if it is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, time: Duration) -> Self {
        Self(self.0.saturating_add(time))
    }
}
