//! The handle of a download.

use std::time::Duration;

use super::config::DownloadConfig;
use super::state::{Phase, Progress, State};
use super::worker::Worker;
use crate::journal::{Failure, Wake};
use crate::service::handle::Handle;

/// The name of the threads.
const THREAD: &str = "wb-download";

/// A file on its way from a server. Dropping it ends it, within 200 ms.
pub type Download = Handle<State>;

impl Download {
    /// Starts; returns at once. `wake` is called when there is something new to look at, about ten times a second while
    /// data flows.
    pub fn start(config: DownloadConfig, wake: Wake) -> Result<Self, Failure> {
        let first = State {
            revision: 0,
            phase: Phase::Resolving,
            server: None,
            progress: Progress::default(),
            elapsed: Duration::ZERO,
        };
        let trace = config.trace.clone();
        Self::spawn(THREAD, first, trace, wake, |cell, stop, log| Worker::new(config, cell, stop, log).run())
    }
}
