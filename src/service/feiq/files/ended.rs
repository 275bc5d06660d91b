//! How a transfer ends before its time.

use super::transfer::TransferFailure;
use crate::service::line::Broken;

/// How a transfer ends before its time.
#[derive(Debug)]
pub(super) enum Ended {
    /// We were told to stop.
    Stopped,
    /// The peer does not offer it.
    Refused,
    /// It failed.
    Failed(TransferFailure),
}

impl From<Broken> for Ended {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Stopped => Self::Stopped,
            Broken::Refused => Self::Refused,
            Broken::Silent(after) => Self::Failed(TransferFailure::Silent { after }),
            Broken::Lost(failure) => Self::Failed(failure.into()),
        }
    }
}

impl<F: Into<TransferFailure>> From<F> for Ended {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}
