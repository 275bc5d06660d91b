//! Turns the crank of one transfer: datagrams from its socket into the machine, what the machine has to say out of it,
//! octets into and out of the file. It never waits; who waits is its owner.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::file::{Sink, Source};
use super::outlet::{Outlet, Sent};
use super::state::{Done, Note, Progress, TransferFailure};
use crate::net::Datagrams;
use crate::proto::Moment;
use crate::proto::tftp::{self, ErrorCode, Event};
use crate::service::rate::Rate;
use crate::service::trace::Log;

/// A clock that starts with the transfer.
#[derive(Clone, Copy)]
pub(super) struct Clock(Instant);

impl Clock {
    pub fn start() -> Self {
        Self(Instant::now())
    }

    pub fn now(self) -> Moment {
        Moment(self.0.elapsed())
    }

    pub fn instant(self, moment: Moment) -> Instant {
        self.0 + moment.0
    }
}

/// What a transfer tells its owner.
#[derive(Debug)]
pub(super) enum News {
    /// Data flows.
    Begun,
    /// Something odd.
    Note(Note),
    /// The file is whole and in its place.
    Done(Done),
    /// There is no file. Its end is still open, and is to be closed.
    Failed(TransferFailure),
}

/// The file's end of a transfer.
pub(super) enum FileEnd {
    /// It is sent.
    Source(Source),
    /// It is received.
    Sink(Sink),
    /// It is finished, or was given up.
    Closed,
}

/// One transfer.
pub(super) struct Crank {
    pub machine: tftp::Transfer,
    clock: Clock,
    file: FileEnd,
    outlet: Outlet,
    /// Why the file can't be read or written, until the machine asks.
    trouble: Option<TransferFailure>,
    total: Option<u64>,
    rate: Option<Rate>,
}

impl Crank {
    /// `total` is the size of a file that is sent.
    pub fn new(
        machine: tftp::Transfer,
        clock: Clock,
        socket: Arc<Datagrams>,
        file: FileEnd,
        total: Option<u64>,
        log: Log,
    ) -> Self {
        Self { machine, clock, file, outlet: Outlet::new(socket, log), trouble: None, total, rate: None }
    }

    /// Exchanges the file's end. One that is dropped unfinished leaves nothing behind.
    pub fn replace_file(&mut self, file: FileEnd) -> FileEnd {
        std::mem::replace(&mut self.file, file)
    }

    /// Forgets what the socket did not take: it counts as lost on its way.
    pub fn forget_unsent(&mut self) {
        self.outlet.forget();
    }

    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// When [`Self::handle_time`] is due.
    pub fn deadline(&self) -> Option<Instant> {
        self.machine.poll_timeout().map(|moment| self.clock.instant(moment))
    }

    /// Whether data flows in windows of several blocks.
    pub fn has_windows(&self) -> bool {
        self.machine.options().window_size.get() > 1
    }

    /// A datagram came.
    pub fn handle(&mut self, from: SocketAddr, bytes: &[u8]) {
        self.handle_all(from, std::iter::once(bytes));
    }

    /// Datagrams came together.
    pub fn handle_all<'a>(&mut self, from: SocketAddr, datagrams: impl Iterator<Item = &'a [u8]>) {
        let now = self.now();
        for bytes in datagrams {
            self.outlet.note_received(from, bytes);
            let Some(data) = self.machine.handle_datagram(from, bytes, now) else { continue };
            if let FileEnd::Sink(sink) = &mut self.file
                && let Err(failure) = sink.write(data)
            {
                self.give_up(failure);
            }
        }
    }

    /// Time has passed.
    pub fn handle_time(&mut self) {
        if self.machine.poll_timeout().is_some_and(|at| at <= self.now()) {
            self.machine.handle_timeout(self.now());
        }
    }

    /// Errors may have come back for what was sent. `unnamed`: the system said so, but not for which address.
    pub fn handle_returned(&mut self, unnamed: bool) {
        while let Some(to) = self.outlet.socket().next_unreachable() {
            self.machine.handle_unreachable(to);
        }
        // Without an address it can only be told as long as nobody else was written to.
        if cfg!(windows) && unnamed && self.machine.statistics().strangers == 0 {
            self.machine.handle_unreachable(self.machine.peer());
        }
    }

    /// Ends the transfer because of the file; the peer is told.
    pub fn give_up(&mut self, failure: TransferFailure) {
        let (code, text) = told(&failure);
        self.trouble = Some(failure);
        self.file = FileEnd::Closed;
        self.machine.fail(code, text);
    }

    /// What happened since. To be asked until it is empty before [`Self::send`]: the file is finished here, and a last
    /// ACK says that it is.
    pub fn news(&mut self) -> Option<News> {
        loop {
            return Some(match self.machine.poll_event()? {
                Event::Negotiated { options, .. } => {
                    self.total = self.total.or(options.size);
                    self.rate = Some(Rate::start());
                    self.outlet.begin(options);
                    News::Begun
                }
                Event::Retried(why) => News::Note(Note::Retried(why)),
                Event::Warning(warning) => News::Note(Note::Warning(warning)),
                Event::Complete => match self.finish() {
                    Ok(done) => News::Done(done),
                    Err(failure) if self.machine.is_over() => News::Failed(failure),
                    Err(failure) => {
                        self.give_up(failure);
                        continue;
                    }
                },
                Event::Failed(failure) => News::Failed(self.explain(failure)),
            });
        }
    }

    fn finish(&mut self) -> Result<Done, TransferFailure> {
        if let Some(failure) = self.trouble.take() {
            return Err(failure);
        }
        match std::mem::replace(&mut self.file, FileEnd::Closed) {
            FileEnd::Sink(sink) => sink.finish(),
            FileEnd::Source(source) => source.finish(),
            FileEnd::Closed => Err(TransferFailure::Protocol(tftp::Failure::Local { code: ErrorCode::SEE_TEXT })),
        }
    }

    /// What is behind a failure of the machine.
    fn explain(&mut self, failure: tftp::Failure) -> TransferFailure {
        match failure {
            tftp::Failure::Local { .. } => self.trouble.take().unwrap_or(TransferFailure::Protocol(failure)),
            tftp::Failure::NoAnswer { .. } => match self.outlet.take_trouble() {
                Some(trouble) => trouble.into(),
                None => TransferFailure::Protocol(failure),
            },
            _ => TransferFailure::Protocol(failure),
        }
    }

    /// Sends what is due, as much as the socket takes.
    pub fn send(&mut self, scratch: &mut [u8]) -> Sent {
        let now = self.now();
        let Self { machine, file, outlet, .. } = self;
        let before = machine.statistics().sent;
        let sent = outlet.send(machine, now, scratch, |offset, out| match file {
            FileEnd::Source(source) => source.read(offset, out),
            FileEnd::Sink(_) | FileEnd::Closed => Ok(0),
        });
        if let FileEnd::Sink(sink) = file
            && machine.statistics().sent > before
            && let Err(failure) = sink.relieve()
        {
            self.give_up(failure);
            return self.send(scratch);
        }
        match sent {
            Ok(sent) => sent,
            Err(failure) => {
                self.give_up(failure);
                Sent::All
            }
        }
    }

    /// How far it is; `None` before the first answer.
    pub fn progress(&mut self) -> Option<Progress> {
        let statistics = self.machine.statistics();
        let rate = self.rate.as_mut()?;
        let (bytes_per_second, elapsed) = rate.at(statistics.bytes);
        Some(Progress {
            peer: self.machine.peer(),
            options: self.machine.options(),
            statistics,
            done_bytes: statistics.bytes,
            total_bytes: self.total,
            bytes_per_second,
            elapsed,
        })
    }

    /// The transfer is over: the rate is that of all of it.
    pub fn settle(&mut self) {
        if let Some(rate) = &mut self.rate {
            rate.settle(self.machine.statistics().bytes);
        }
    }
}

/// What the peer is told about a failure here.
fn told(failure: &TransferFailure) -> (ErrorCode, &'static str) {
    use crate::journal::Cause;
    match failure {
        TransferFailure::System(failure) => match failure.cause {
            Cause::DiskFull => (ErrorCode::DISK_FULL, "disk full"),
            Cause::PermissionDenied => (ErrorCode::ACCESS, "access violation"),
            _ => (ErrorCode::SEE_TEXT, "the file can't be read or written"),
        },
        TransferFailure::Exists(_) => (ErrorCode::EXISTS, "the file exists"),
        TransferFailure::NotAFile(_) => (ErrorCode::ACCESS, "not a file"),
        _ => (ErrorCode::SEE_TEXT, "internal error"),
    }
}
