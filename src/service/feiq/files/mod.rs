//! Files and folders both ways, by TCP: what was offered is served, what peers offer is fetched.
//!
//! - `offers`: what is offered to whom; looked at on the disk once, checked again whenever it is fetched.
//! - `serve`, `walk`: the server: a connection for each file or folder; `outgoing`: what it sends; `seats`:
//!   how many at once.
//! - `fetch`, `folder`: the client.
//! - `place`: where what is fetched goes, without overwriting anything.
//! - `ended`: how a transfer ends before its time; `board`: what is known of all transfers.
//!
//! **What is served**: only what was offered, only to the addresses that it was offered to, until it is released,
//! withdrawn or expired, and only while it is the same file. **What is fetched**: only what the person asked for, into
//! the folder that the person chose, under a name of one component; a folder goes into a staging folder, without links,
//! within limits of depth, entries and bytes, and gets its name when it is complete.
//!
//! Each transfer has a thread; all end within 200 ms when [`Files`] is dropped, whatever the peers do.

mod board;
mod ended;
mod fetch;
mod folder;
mod offers;
mod outgoing;
mod place;
mod seats;
mod serve;
mod transfer;
mod walk;
mod wire_name;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

pub use fetch::{FetchRequest, Requester};
pub use offers::{PrepareFailure, Prepared, Recipient};
pub use place::Existing;
pub use transfer::{
    Direction, FolderLimit, Refusal, RefusedRequest, Transfer, TransferFailure, TransferId, TransferState,
};

use crate::service::stop::Stop;
use board::Board;
use offers::Offers;

use crate::journal::{Failure, Operation, Wake};
use crate::net::{Source, failure};
use crate::proto::ipmsg::DirLimits;

/// How files are served and fetched.
#[derive(Clone, Copy, Debug)]
pub struct FilesConfig {
    /// The node's address and port. Connections to peers come from the same address.
    pub bind: SocketAddr,
    /// How large an offered folder may be.
    pub limits: DirLimits,
    /// An offer ends after so long.
    pub offer_lifetime: Duration,
    /// A peer that neither sends nor takes anything for so long is given up.
    pub silence: Duration,
}

impl FilesConfig {
    /// The usual limits at this address: offers end after a day, silent peers are given up after 30 s.
    pub fn new(bind: SocketAddr) -> Self {
        Self {
            bind,
            limits: DirLimits::default(),
            offer_lifetime: Duration::from_hours(24),
            silence: Duration::from_secs(30),
        }
    }
}

/// The server and the client of a node. Dropping it ends every transfer and joins every thread, within 200 ms.
pub struct Files {
    shared: Arc<Shared>,
    local: SocketAddr,
}

/// What the threads share.
struct Shared {
    bind: SocketAddr,
    limits: DirLimits,
    silence: Duration,
    board: Arc<Board>,
    offers: Offers,
    seats: seats::Seats,
    fetches: fetch::Queue,
    threads: Mutex<Threads>,
}

#[derive(Default)]
struct Threads {
    closing: bool,
    running: Vec<(JoinHandle<()>, Option<Arc<Stop>>)>,
}

impl Files {
    /// Listens at the address. `wake` is called when a transfer or a refused request has something new to show; from a
    /// running transfer about ten times a second.
    pub fn start(config: FilesConfig, wake: Wake) -> Result<Self, Failure> {
        let (listener, local) = crate::net::listen(config.bind)?;
        let failed = |error: io::Error| failure(Operation::Listen, local, &error);
        let stop = Stop::new().map_err(failed)?;
        let listener = Source::new(stop.poll(), listener, 0, true, false).map_err(failed)?;
        let shared = Arc::new(Shared {
            bind: config.bind,
            limits: config.limits,
            silence: config.silence,
            board: Board::new(wake),
            offers: Offers::new(config.offer_lifetime),
            seats: seats::Seats::default(),
            fetches: fetch::Queue::default(),
            threads: Mutex::default(),
        });
        let files = Self { shared, local };
        files
            .shared
            .start_thread("wb-feiq-files", Some(Arc::clone(&stop)), move |shared| {
                serve::listen(shared, &listener, &stop);
            })
            .map_err(|error| failure(Operation::Worker, "wb-feiq-files", &error))?;
        Ok(files)
    }

    /// Where it listens, with the real port.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// Looks at files and folders that are to be offered, on a thread of its own, which calls `done` at the end.
    pub fn prepare(
        &self,
        paths: Vec<PathBuf>,
        done: impl FnOnce(Result<Prepared, PrepareFailure>) + Send + 'static,
    ) -> Result<(), Failure> {
        let limits = self.shared.limits;
        let started = Stop::new().and_then(|stop| {
            self.shared.start_thread("wb-feiq-offer", Some(Arc::clone(&stop)), move |_| {
                done(Prepared::read(&paths, limits, &stop));
            })
        });
        started.map_err(|error| failure(Operation::Worker, "wb-feiq-offer", &error))
    }

    /// Offers what was prepared under the number of the packet that says so; to be called before that is sent. The same
    /// number may be offered to several.
    pub fn offer(&self, number: u64, to: &[Recipient], prepared: &Prepared) {
        self.shared.offers.add(number, to, prepared.clone());
    }

    /// Ends an offer to one address, whether it released it or we withdraw it. What is on its way goes on.
    pub fn release(&self, number: u64, from: IpAddr) {
        self.shared.offers.release(number, from);
    }

    /// Whether something is still offered under this number to that address.
    pub fn is_offered(&self, number: u64, to: IpAddr) -> bool {
        self.shared.offers.is_offered(number, to)
    }

    /// Fetches something that a peer offered. How it goes is in [`transfers`](Self::transfers).
    pub fn fetch(&self, request: FetchRequest) -> TransferId {
        fetch::fetch(&self.shared, request)
    }

    /// Ends a transfer, within 200 ms.
    pub fn cancel(&self, id: TransferId) {
        self.shared.board.cancel(id);
    }

    /// All transfers by age; of those that are over, the last 500.
    pub fn transfers(&self) -> Vec<Transfer> {
        self.shared.board.transfers()
    }

    /// The last requests that were turned away, and how many there were in all.
    pub fn refused(&self) -> (Vec<RefusedRequest>, u64) {
        self.shared.board.refused()
    }

    /// Waits until `ready` says yes of the transfers, or the time is over; whether it was yes. Not for the window.
    pub fn wait(&self, timeout: Duration, ready: impl FnMut(&[Transfer]) -> bool) -> bool {
        self.shared.board.wait(timeout, ready)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let running = {
            let mut threads = self.shared.threads();
            threads.closing = true;
            std::mem::take(&mut threads.running)
        };
        self.shared.board.cancel_if(|_| true);
        for stop in running.iter().filter_map(|(_, stop)| stop.as_ref()) {
            stop.stop();
        }
        for (thread, _) in running {
            if thread.join().is_err() {
                tracing::error!("a thread of the file transfers panicked");
            }
        }
    }
}

impl Shared {
    fn threads(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a thread that is joined at the end; `stop` tells it that the end has come.
    fn start_thread(
        self: &Arc<Self>,
        name: &str,
        stop: Option<Arc<Stop>>,
        run: impl FnOnce(&Arc<Self>) + Send + 'static,
    ) -> io::Result<()> {
        let mut threads = self.threads();
        if threads.closing {
            return Err(io::ErrorKind::Interrupted.into());
        }
        threads.running.retain(|(thread, _)| !thread.is_finished());
        let shared = Arc::clone(self);
        let thread = Builder::new().name(name.to_owned()).spawn(move || run(&shared))?;
        threads.running.push((thread, stop));
        Ok(())
    }

    /// Where a connection to `peer` comes from: peers know us by the address that our datagrams come from.
    fn source_for(&self, peer: SocketAddr) -> Option<SocketAddr> {
        let fits = !self.bind.ip().is_unspecified() && self.bind.is_ipv4() == peer.is_ipv4();
        fits.then(|| SocketAddr::new(self.bind.ip(), 0))
    }
}
