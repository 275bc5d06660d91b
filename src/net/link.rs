//! The handle of a link: opens it, commands it, closes it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, TrySendError, bounded};

use super::command::Command;
use super::config::LinkConfig;
use super::context::Context;
use super::job::JobSlots;
use super::poll::Poll;
use super::status::{Counters, Phase, Status, StatusCell};
use super::{tcp, udp};
use crate::journal::{Cause, Event, Failure, Operation, Recorder, Wake};

/// How many commands may wait for a worker.
const COMMAND_BACKLOG: usize = 1024;

/// An open (or opening) socket with its worker thread. Dropping it closes it and joins the worker, within 200 ms.
pub struct Link {
    commands: Sender<Command>,
    poll: Poll,
    closing: Arc<AtomicBool>,
    status: Arc<StatusCell>,
    counters: Arc<Counters>,
    worker: Option<JoinHandle<()>>,
}

impl Link {
    /// Starts to open; returns at once. How it goes is in the status and in the journal.
    pub fn open(
        config: LinkConfig,
        recorder: Arc<Recorder>,
        counters: Arc<Counters>,
        wake: Wake,
    ) -> Result<Self, Failure> {
        let failed = |e: std::io::Error| Failure {
            op: Operation::Worker,
            target: String::new(),
            cause: Cause::Other { code: e.raw_os_error(), message: e.to_string() },
        };
        let (sender, receiver) = bounded(COMMAND_BACKLOG);
        let poll = Poll::new().map_err(failed)?;
        let status = StatusCell::new(wake);
        let closing = Arc::new(AtomicBool::new(false));
        let context = Context {
            commands: receiver,
            poll: poll.clone(),
            recorder,
            status: Arc::clone(&status),
            counters: Arc::clone(&counters),
            closing: Arc::clone(&closing),
        };
        let name = match &config {
            LinkConfig::Udp(_) => "wb-udp",
            LinkConfig::TcpClient(_) => "wb-tcp-client",
            LinkConfig::TcpServer(_) => "wb-tcp-server",
        };
        let worker =
            std::thread::Builder::new().name(name.to_owned()).spawn(move || work(context, config)).map_err(failed)?;
        Ok(Self { commands: sender, poll, closing, status, counters, worker: Some(worker) })
    }

    /// Hands a command to the worker and wakes it. Fails only when the worker is gone or too many commands wait.
    pub fn command(&self, command: Command) -> Result<(), Failure> {
        let refused = |cause| Failure { op: Operation::Send, target: String::new(), cause };
        match self.commands.try_send(command) {
            Ok(()) => {
                self.poll.wake();
                Ok(())
            }
            Err(TrySendError::Full(_)) => Err(refused(Cause::QueueFull { pending: self.status.get().pending_bytes })),
            Err(TrySendError::Disconnected(_)) => Err(refused(Cause::NotConnected)),
        }
    }

    /// What it is now.
    pub fn status(&self) -> Status {
        self.status.get()
    }

    /// The cell, to wait on.
    pub fn status_cell(&self) -> &Arc<StatusCell> {
        &self.status
    }

    /// What was counted.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// Tells the worker to close, without waiting; the drop joins it.
    pub fn start_close(&self) {
        self.closing.store(true, Ordering::Release);
        self.poll.wake();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.start_close();
        if let Some(worker) = self.worker.take()
            && worker.join().is_err()
        {
            tracing::error!("a worker ended with a panic outside its guard");
        }
    }
}

/// The worker's whole life: a panic becomes an error in its tab.
fn work(context: Context, config: LinkConfig) {
    let (status, recorder) = (Arc::clone(&context.status), Arc::clone(&context.recorder));
    let closing = Arc::clone(&context.closing);
    let run = AssertUnwindSafe(move || match config {
        LinkConfig::Udp(config) => udp::run(&context, &config),
        LinkConfig::TcpClient(config) => tcp::client::run(&context, config),
        LinkConfig::TcpServer(config) => tcp::server::run(&context, &config),
    });
    let result = catch_unwind(run).unwrap_or_else(|panic| {
        let message = panic
            .downcast_ref::<&str>()
            .map(|s| (*s).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "panic".to_owned());
        Err(Failure { op: Operation::Worker, target: String::new(), cause: Cause::Panic { message } })
    });
    match &result {
        Ok(()) if closing.load(Ordering::Acquire) => recorder.event(None, &Event::Closed),
        // The connection ended by itself; its last event says how.
        Ok(()) => {}
        Err(failure) => recorder.event(None, &Event::Failed(failure.clone())),
    }
    status.update(|s| {
        s.phase = Phase::Closed { failure: result.err() };
        s.clients = Arc::default();
        s.groups = Arc::default();
        s.pending_bytes = 0;
        s.jobs = JobSlots::default();
        s.buffers = None;
    });
}
