//! The handle of a client's transfer: starts it, looks at it, ends it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::client::Client;
use super::config::TransferConfig;
use super::state::{Phase, State};
use crate::journal::{Failure, Operation, Recorder, Wake};
use crate::net::failure;
use crate::proto::tftp::Statistics;
use crate::service::cell::Cell;
use crate::service::panicked::panicked;
use crate::service::stop::Stop;
use crate::service::trace::Log;

/// The name of the threads.
pub(super) const THREAD: &str = "wb-tftp";

/// A file on its way from a server or to one. Dropping it ends it, within 200 ms.
pub struct Transfer {
    state: Arc<Cell<State>>,
    stop: Arc<Stop>,
    log: Log,
    thread: Option<JoinHandle<()>>,
}

impl Transfer {
    /// Starts; returns at once. `wake` is called when there is something new to look at, about ten times a second while
    /// data flows.
    pub fn start(config: TransferConfig, wake: Wake) -> Result<Self, Failure> {
        let failed = |error| failure(Operation::Worker, THREAD, &error);
        let stop = Stop::new().map_err(failed)?;
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
        let state = Cell::new(first, wake);
        let log = Log::new(config.trace.clone());
        let client = Client::new(config, Arc::clone(&state), Arc::clone(&stop), log.clone());
        let cell = Arc::clone(&state);
        let run = move || {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| client.run())) {
                let last = cell.get();
                let phase = if last.phase.has_ended() {
                    last.phase.clone()
                } else {
                    Phase::Failed(panicked(THREAD, &*panic).into())
                };
                cell.set(State { revision: last.revision + 1, phase, over: true, ..State::clone(&last) });
            }
        };
        let thread = std::thread::Builder::new().name(THREAD.to_owned()).spawn(run).map_err(failed)?;
        Ok(Self { state, stop, log, thread: Some(thread) })
    }

    /// How it stands: a snapshot, cheap to take at any rate.
    pub fn state(&self) -> Arc<State> {
        self.state.get()
    }

    /// Every packet both ways is noted there from now on, unless there is a log already.
    pub fn trace(&self, recorder: Arc<Recorder>) {
        self.log.begin(recorder);
    }

    /// Ends it, within 200 ms: the server is told, and nothing is left on the disk. A file that is complete stays.
    pub fn cancel(&self) {
        self.stop.stop();
    }

    /// Waits until `ready` says yes of the state, or the time is over; whether it was yes. Not for the window.
    pub fn wait(&self, timeout: Duration, ready: impl FnMut(&State) -> bool) -> bool {
        self.state.wait(timeout, ready)
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a transfer ended with a panic outside its guard");
        }
    }
}
