//! The handle of a download: starts it, looks at it, ends it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::config::DownloadConfig;
use super::state::{Phase, Progress, State};
use super::worker::Worker;
use crate::journal::{Failure, Operation, Recorder, Wake};
use crate::net::failure;
use crate::service::cell::Cell;
use crate::service::panicked::panicked;
use crate::service::stop::Stop;
use crate::service::trace::Log;

/// The name of the threads.
const THREAD: &str = "wb-download";

/// A file on its way from a server. Dropping it ends it, within 200 ms.
pub struct Download {
    state: Arc<Cell<State>>,
    stop: Arc<Stop>,
    log: Log,
    thread: Option<JoinHandle<()>>,
}

impl Download {
    /// Starts; returns at once. `wake` is called when there is something new to look at, about ten times a second while
    /// data flows.
    pub fn start(config: DownloadConfig, wake: Wake) -> Result<Self, Failure> {
        let failed = |error| failure(Operation::Worker, THREAD, &error);
        let stop = Stop::new().map_err(failed)?;
        let first = State {
            revision: 0,
            phase: Phase::Resolving,
            server: None,
            progress: Progress::default(),
            elapsed: Duration::ZERO,
        };
        let state = Cell::new(first, wake);
        let log = Log::new(config.trace.clone());
        let worker = Worker::new(config, Arc::clone(&state), Arc::clone(&stop), log.clone());
        let cell = Arc::clone(&state);
        let run = move || {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| worker.run())) {
                let last = cell.get();
                if !last.phase.has_ended() {
                    let phase = Phase::Failed(panicked(THREAD, &*panic).into());
                    cell.set(State { revision: last.revision + 1, phase, ..State::clone(&last) });
                }
            }
        };
        let thread = std::thread::Builder::new().name(THREAD.to_owned()).spawn(run).map_err(failed)?;
        Ok(Self { state, stop, log, thread: Some(thread) })
    }

    /// How it stands: a snapshot, cheap to take at any rate.
    pub fn state(&self) -> Arc<State> {
        self.state.get()
    }

    /// All bytes both ways are noted there from now on, unless there is a log already.
    pub fn trace(&self, recorder: Arc<Recorder>) {
        self.log.begin(recorder);
    }

    /// Ends it, within 200 ms: nothing is left on the disk. A file that is complete stays.
    pub fn cancel(&self) {
        self.stop.stop();
    }

    /// Waits until `ready` says yes of the state, or the time is over; whether it was yes. Not for the window.
    pub fn wait(&self, timeout: Duration, ready: impl FnMut(&State) -> bool) -> bool {
        self.state.wait(timeout, ready)
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a download ended with a panic outside its guard");
        }
    }
}
