//! The thread of a server's transfer.

use std::io;
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use super::ledger::Ledger;
use super::state::{Fate, RequestId};
use crate::net::Datagrams;
use crate::proto::tftp;
use crate::service::pacer::Pacer;
use crate::service::panicked::panicked;
use crate::service::stop::Stop;
use crate::service::tftp::TransferFailure;
use crate::service::tftp::crank::{Crank, FileEnd, News};
use crate::service::tftp::drive::{Owner, drive};
use crate::service::tftp::inlet::Inlet;
use crate::service::tftp::transfer::THREAD;

/// A transfer with a thread of its own.
pub(super) struct Seat {
    pub client: SocketAddr,
    stop: Arc<Stop>,
    /// The file went over, or did not; the thread may still wait for a repeated last block.
    settled: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What a transfer brings along from the lobby.
pub(super) struct Guest {
    pub id: RequestId,
    pub client: SocketAddr,
    pub crank: Crank,
    /// Makes the file that is written. Not before the client has reacted: a forged request leaves nothing on the disk.
    pub make_file: Option<MakeFile>,
    /// What the client reacted with, if that was not looked at yet.
    pub first: Option<Vec<u8>>,
}

/// Makes the file's end of a transfer.
pub(super) type MakeFile = Box<dyn FnOnce() -> Result<FileEnd, TransferFailure> + Send>;

/// Where a transfer's thread waits: all that it needs of the system.
pub(super) struct Desk {
    stop: Arc<Stop>,
    inlet: Inlet,
}

impl Desk {
    pub fn new(socket: Arc<Datagrams>) -> io::Result<Self> {
        let stop = Stop::new()?;
        Ok(Self { inlet: Inlet::new(socket, &stop)?, stop })
    }
}

impl Seat {
    /// Gives a transfer a thread.
    pub fn take(guest: Guest, desk: Desk, ledger: &Arc<Ledger>) -> io::Result<Self> {
        let Desk { stop, inlet } = desk;
        let settled = Arc::new(AtomicBool::new(false));
        let (client, id) = (guest.client, guest.id);
        let sitter = Sitter { id, ledger: Arc::clone(ledger), settled: Arc::clone(&settled), pacer: Pacer::default() };
        let run = {
            let (stop, ledger) = (Arc::clone(&stop), Arc::clone(ledger));
            move || {
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| sitter.run(guest, inlet, &stop))) {
                    ledger.set_fate(id, Fate::Failed(panicked(THREAD, &*panic).into()));
                }
            }
        };
        let thread = std::thread::Builder::new().name(THREAD.to_owned()).spawn(run)?;
        Ok(Self { client, stop, settled, thread: Some(thread) })
    }

    /// Ends it without waiting; the drop joins it.
    pub fn stop(&self) {
        self.stop.stop();
    }

    /// Whether the file went over, or did not.
    pub fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Acquire)
    }

    /// Whether its thread has ended.
    pub fn is_left(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a transfer ended with a panic outside its guard");
        }
    }
}

/// Tells the ledger.
struct Sitter {
    id: RequestId,
    ledger: Arc<Ledger>,
    settled: Arc<AtomicBool>,
    pacer: Pacer,
}

impl Sitter {
    fn run(mut self, guest: Guest, inlet: Inlet, stop: &Stop) {
        let Guest { client, mut crank, make_file, first, .. } = guest;
        self.ledger.set_fate(self.id, Fate::Running);
        match make_file.map(|make| make()) {
            Some(Ok(file)) => drop(crank.replace_file(file)),
            Some(Err(failure)) => crank.give_up(failure),
            None => {}
        }
        if let Some(first) = first {
            crank.handle(client, &first);
        }
        if let Err(failure) = drive(&mut crank, inlet, stop, &mut self) {
            drop(crank.replace_file(FileEnd::Closed));
            self.settle(Fate::Failed(failure));
        }
    }

    fn settle(&self, fate: Fate) {
        self.ledger.set_fate(self.id, fate);
        self.settled.store(true, Ordering::Release);
    }
}

impl Owner for Sitter {
    fn take_news(&mut self, news: News, crank: &mut Crank) -> ControlFlow<()> {
        if let Some(fate) = fate_of(news, crank) {
            self.settle(fate);
        }
        ControlFlow::Continue(())
    }

    fn look(&mut self, crank: &mut Crank) -> Option<Instant> {
        if self.settled.load(Ordering::Relaxed) {
            return None;
        }
        let due = self.pacer.due(crank.machine.statistics().bytes);
        if due.is_none() {
            self.ledger.set_progress(self.id, crank.progress());
        }
        due
    }
}

/// How a transfer ended, if it did.
pub(super) fn fate_of(news: News, crank: &mut Crank) -> Option<Fate> {
    match news {
        News::Begun | News::Note(_) => None,
        News::Done(_) => {
            crank.settle();
            crank.progress().map(Fate::Done)
        }
        News::Failed(failure) => {
            drop(crank.replace_file(FileEnd::Closed));
            Some(match failure {
                TransferFailure::Protocol(tftp::Failure::Cancelled) => Fate::Cancelled,
                failure => Fate::Failed(failure),
            })
        }
    }
}
