//! The handle of a client's transfer.

use std::time::Duration;

use super::client::Client;
use super::config::TransferConfig;
use super::state::{Phase, State};
use crate::journal::{Failure, Wake};
use crate::proto::tftp::Statistics;
use crate::service::handle::Handle;

/// The name of the threads.
pub(super) const THREAD: &str = "wb-tftp";

/// A file on its way from a server or to one. Dropping it ends it, within 200 ms; the server is told.
pub type Transfer = Handle<State>;

impl Transfer {
    /// Starts; returns at once. `wake` is called when there is something new to look at, about ten times a second while
    /// data flows.
    pub fn start(config: TransferConfig, wake: Wake) -> Result<Self, Failure> {
        let first = State {
            revision: 0,
            phase: Phase::Resolving,
            local: config.local.clone(),
            server: None,
            progress: None,
            statistics: Statistics::default(),
            notes: Vec::new(),
            elapsed: Duration::ZERO,
            over: false,
        };
        let trace = config.trace.clone();
        Self::spawn(THREAD, first, trace, wake, |cell, stop, log| Client::new(config, cell, stop, log).run())
    }
}
