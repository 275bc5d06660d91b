//! A server for one folder.
//!
//! - `lobby`: the thread that listens. A request is answered from a socket of its own, and costs little until the client
//!   reacts: forged ones never get further, and the oldest of them make room for others.
//! - `lobby::requests`: what a request becomes there.
//! - `seat`: the thread that a transfer gets then.
//! - `queue`: whose request is next.
//! - `ledger`: what is known of all requests.

mod config;
mod ledger;
mod lobby;
mod queue;
mod seat;
mod state;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::journal::{Failure, Operation, Wake};
use crate::net::failure;
use crate::service::panicked::panicked;
use crate::service::stop::Stop;
use ledger::Ledger;

pub use config::{FREE_PORT, ServerConfig, Uploads};
pub use state::{Fate, Observer, Refusal, Request, RequestId, ServerPhase, ServerState, ServerTransfer, Totals};

/// The name of the thread that listens.
const THREAD: &str = "wb-tftp-server";

/// A server. Dropping it ends every transfer and joins every thread, within 200 ms.
pub struct Server {
    ledger: Arc<Ledger>,
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts; returns at once. Whether it got its port, the state tells. `wake` is called when there is something new
    /// to look at, from each running transfer about ten times a second.
    pub fn start(config: ServerConfig, wake: Wake) -> Result<Self, Failure> {
        Self::start_observed(config, wake, Arc::new(|_: &Request| {}))
    }

    /// The same, and `observer` gets every request when it comes and when its fate changes, on the thread where that
    /// happens.
    pub fn start_observed(config: ServerConfig, wake: Wake, observer: Observer) -> Result<Self, Failure> {
        let failed = |error| failure(Operation::Worker, THREAD, &error);
        let stop = Stop::new().map_err(failed)?;
        let ledger = Ledger::new(wake, observer);
        let run = {
            let (ledger, stop) = (Arc::clone(&ledger), Arc::clone(&stop));
            move || {
                let ended = catch_unwind(AssertUnwindSafe(|| lobby::run(config, &ledger, &stop)));
                let ended = ended.unwrap_or_else(|panic| Err(panicked(THREAD, &*panic)));
                ledger.set_phase(ServerPhase::Closed(ended.err()));
            }
        };
        let thread = std::thread::Builder::new().name(THREAD.to_owned()).spawn(run).map_err(failed)?;
        Ok(Self { ledger, stop, thread: Some(thread) })
    }

    /// What is: a snapshot, cheap to take at any rate.
    pub fn state(&self) -> Arc<ServerState> {
        self.ledger.state()
    }

    /// Waits until `ready` says yes of the state, or the time is over; whether it was yes. Not for the window.
    pub fn wait(&self, timeout: Duration, ready: impl FnMut(&ServerState) -> bool) -> bool {
        self.ledger.wait(timeout, ready)
    }

    /// Tells the server to end, without waiting; the drop joins it.
    pub fn start_close(&self) {
        self.stop.stop();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.start_close();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a server ended with a panic outside its guard");
        }
    }
}
