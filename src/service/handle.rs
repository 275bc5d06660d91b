//! The handle of a transfer's thread: starts it, looks at it, ends it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use super::cell::Cell;
use super::panicked::panicked;
use super::stop::Stop;
use super::trace::Log;
use crate::journal::{Failure, Operation, Recorder, Wake};
use crate::net::failure;

/// How a transfer stands; what its thread shows and everyone reads.
pub trait Snapshot: Send + Sync + Sized + 'static {
    /// Whether it is known how it ended.
    fn has_ended(&self) -> bool;

    /// Whether it needs no attention any more: its thread is about to end.
    fn is_over(&self) -> bool {
        self.has_ended()
    }

    /// The same after a bug of ours broke its thread; an end that was known stays.
    #[must_use]
    fn broken(&self, failure: Failure) -> Self;
}

/// A file on its way. Dropping the handle ends it, within 200 ms.
pub struct Handle<S> {
    state: Arc<Cell<S>>,
    stop: Arc<Stop>,
    log: Log,
    thread: Option<JoinHandle<()>>,
}

impl<S: Snapshot> Handle<S> {
    /// Starts a thread of this name; returns at once. `trace` is the log, if there is one from the beginning.
    pub(super) fn spawn(
        name: &'static str,
        first: S,
        trace: Option<Arc<Recorder>>,
        wake: Wake,
        work: impl FnOnce(Arc<Cell<S>>, Arc<Stop>, Log) + Send + 'static,
    ) -> Result<Self, Failure> {
        let failed = |error| failure(Operation::Worker, name, &error);
        let stop = Stop::new().map_err(failed)?;
        let (state, log) = (Cell::new(first, wake), Log::new(trace));
        let (cell, tools) = (Arc::clone(&state), (Arc::clone(&state), Arc::clone(&stop), log.clone()));
        let run = move || {
            let (state, stop, log) = tools;
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(state, stop, log))) {
                cell.set(cell.get().broken(panicked(name, &*panic)));
            }
        };
        let thread = Builder::new().name(name.to_owned()).spawn(run).map_err(failed)?;
        Ok(Self { state, stop, log, thread: Some(thread) })
    }

    /// How it stands: a snapshot, cheap to take at any rate.
    pub fn state(&self) -> Arc<S> {
        self.state.get()
    }

    /// Everything both ways is noted there from now on, unless there is a log already.
    pub fn trace(&self, recorder: Arc<Recorder>) {
        self.log.begin(recorder);
    }

    /// Ends it, within 200 ms: nothing is left on the disk. A file that is complete stays.
    pub fn cancel(&self) {
        self.stop.stop();
    }

    /// Waits until `ready` says yes of the state, or the time is over; whether it was yes. Not for the window.
    pub fn wait(&self, timeout: Duration, ready: impl FnMut(&S) -> bool) -> bool {
        self.state.wait(timeout, ready)
    }
}

impl<S> Drop for Handle<S> {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a transfer ended with a panic outside its guard");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;
    use crate::journal::Cause;

    const PATIENCE: Duration = Duration::from_mins(1);

    #[derive(Debug, PartialEq)]
    enum Work {
        Runs,
        Stopped,
        Broken(Failure),
    }

    impl Snapshot for Work {
        fn has_ended(&self) -> bool {
            *self != Self::Runs
        }

        fn broken(&self, failure: Failure) -> Self {
            Self::Broken(failure)
        }
    }

    fn start(work: impl FnOnce(Arc<Cell<Work>>, Arc<Stop>, Log) + Send + 'static) -> Handle<Work> {
        Handle::spawn("wb-test", Work::Runs, None, Arc::new(|| ()), work).unwrap()
    }

    #[test]
    fn a_panic_is_a_failure_of_the_transfer() {
        let handle = start(|_, _, _| panic!("a bug"));
        assert!(handle.wait(PATIENCE, Snapshot::has_ended));
        let Work::Broken(failure) = &*handle.state() else { panic!("{:?}", handle.state()) };
        assert_eq!((failure.op, failure.target.as_str()), (Operation::Worker, "wb-test"));
        assert_eq!(failure.cause, Cause::Panic { message: "a bug".to_owned() });
    }

    #[test]
    fn a_drop_stops_the_thread_and_waits_for_its_end() {
        let handle = start(|state, stop, _| {
            while !stop.is_stopped() {
                std::thread::yield_now();
            }
            state.set(Work::Stopped);
        });
        let state = Arc::clone(&handle.state);
        drop(handle);
        assert_eq!(*state.get(), Work::Stopped);
    }
}
