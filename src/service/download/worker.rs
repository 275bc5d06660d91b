//! The thread of a download.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use polling::Events;

use super::config::{DownloadConfig, Ending};
use super::content::{Content, WrongLength};
use super::state::{Done, DownloadFailure, Phase, Progress, State};
use crate::journal::{Cause, Event, Failure, Kind, LeaveReason, Operation, Peer};
use crate::net::{Resolution, failure};
use crate::service::cell::Cell;
use crate::service::digest::hex_digits;
use crate::service::line::{Broken, Line};
use crate::service::pacer::Pacer;
use crate::service::part::{Part, disk_failure};
use crate::service::pipe::Pipe;
use crate::service::rate::Rate;
use crate::service::stop::Stop;
use crate::service::trace::{Log, Trace};

/// Read from the socket at a time.
const CHUNK: usize = 256 << 10;

/// A download, on its thread.
pub(super) struct Worker {
    config: DownloadConfig,
    cell: Arc<Cell<State>>,
    stop: Arc<Stop>,
    trace: Trace,
    state: State,
    start: Instant,
    pacer: Pacer,
}

/// Why there is no file.
enum Ended {
    Stopped,
    Failed(DownloadFailure),
}

impl<F: Into<DownloadFailure>> From<F> for Ended {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

/// The file that is written.
struct Sink {
    /// Before `part`: what is removed must be closed on Windows.
    pipe: Pipe,
    part: Part,
}

/// How fast the content comes.
struct Flow {
    /// Since the request was sent.
    rate: Rate,
    /// When the last of it came.
    last: Instant,
}

/// How the content ended.
enum End {
    /// As it should.
    Complete,
    /// The server closed the connection.
    Closed,
    /// Nothing came for long enough.
    Idle,
}

impl Worker {
    pub fn new(config: DownloadConfig, cell: Arc<Cell<State>>, stop: Arc<Stop>, log: Log) -> Self {
        let state = State::clone(&cell.get());
        let trace = Trace::new(log);
        Self { config, cell, stop, trace, state, start: Instant::now(), pacer: Pacer::default() }
    }

    pub fn run(mut self) {
        let phase = match self.download() {
            Ok(done) => Phase::Done(done),
            Err(Ended::Stopped) => Phase::Cancelled,
            Err(Ended::Failed(failure)) => {
                if let DownloadFailure::System(failure) | DownloadFailure::Broken { failure, .. } = &failure {
                    self.trace.event(None, &Event::Failed(failure.clone()));
                }
                Phase::Failed(failure)
            }
        };
        self.trace.flush();
        self.show(phase);
    }

    fn download(&mut self) -> Result<Done, Ended> {
        let local = self.config.local.clone();
        let (part, file) = Part::create(local.clone(), local, self.config.existing).map_err(DownloadFailure::from)?;
        let sink = Sink { pipe: Pipe::new(Some(Box::new(file)), true), part };
        let addresses = self.resolve()?;
        let (mut line, server) = self.connect(&addresses)?;
        let peer = Peer::server(server, 1);
        let received = self.converse(&mut line, peer, sink);
        let reason = match &received {
            Err(Ended::Failed(DownloadFailure::Broken { failure, .. })) if failure.cause == Cause::Reset => {
                LeaveReason::Reset
            }
            Err(Ended::Failed(DownloadFailure::Nothing | DownloadFailure::Short { .. })) => LeaveReason::Finished,
            _ => LeaveReason::Disconnected,
        };
        self.trace.event(Some(peer), &Event::PeerLeft { peer: server, reason, unsent_bytes: 0 });
        let (sink, content) = received?;
        finish(sink, &content).map_err(Ended::Failed)
    }

    fn resolve(&mut self) -> Result<Vec<SocketAddr>, Ended> {
        self.show(Phase::Resolving);
        let DownloadConfig { server, port, .. } = &self.config;
        let mut resolution = Resolution::start(server, *port, self.stop.poll().clone());
        let mut events = Events::new();
        loop {
            if let Some(answer) = resolution.poll() {
                return answer.map_err(Ended::from);
            }
            if self.stop.is_stopped() {
                return Err(Ended::Stopped);
            }
            let waited = self.stop.poll().wait(&mut events, None);
            waited.map_err(|error| failure(Operation::Resolve, server, &error))?;
        }
    }

    /// The first address that answers; else why the last one does not.
    fn connect(&mut self, addresses: &[SocketAddr]) -> Result<(Line, SocketAddr), Ended> {
        let patience = self.config.patience;
        let mut failed = None;
        for &address in addresses {
            self.state.server = Some(address);
            self.show(Phase::Connecting);
            match Line::connect(address, None, Arc::clone(&self.stop), patience, patience) {
                Ok(line) => {
                    if let Ok(local) = line.local() {
                        let event = Event::Connected { local, remote: address };
                        self.trace.event(Some(Peer::server(address, 1)), &event);
                    }
                    return Ok((line, address));
                }
                Err(broken) => failed = Some(ended(broken, 0)),
            }
            if self.stop.is_stopped() {
                break;
            }
        }
        Err(failed.unwrap_or(Ended::Stopped))
    }

    /// Sends the request, and takes what comes until its end.
    fn converse(&mut self, line: &mut Line, peer: Peer, mut sink: Sink) -> Result<(Sink, Content), Ended> {
        self.show(Phase::Asking);
        line.write_all(&self.config.request).map_err(|broken| ended(broken, 0))?;
        if !self.config.request.is_empty() {
            self.trace.note(Kind::Sent, peer, &self.config.request);
            self.trace.flush();
        }
        let mut content = Content::new(self.config.ending);
        let mut flow = Flow { rate: Rate::start(), last: Instant::now() };
        let end = self.receive(line, peer, &mut sink, &mut content, &mut flow);
        flow.rate.settle_at(content.got(), flow.last);
        self.count(&content, &mut flow.rate);
        let end = end?;
        match end {
            End::Closed if !content.has_begun() => return Err(DownloadFailure::Nothing.into()),
            End::Closed if matches!(self.config.ending, Ending::Length(_)) => {
                return Err(Ended::Failed(DownloadFailure::Short {
                    got: content.got(),
                    length: content.length(),
                    other_order: content.fits_other_order(),
                    text: content.short_text(),
                }));
            }
            End::Complete | End::Closed | End::Idle => {}
        }
        Ok((sink, content))
    }

    fn receive(
        &mut self,
        line: &mut Line,
        peer: Peer,
        sink: &mut Sink,
        content: &mut Content,
        flow: &mut Flow,
    ) -> Result<End, Ended> {
        let mut buffer = vec![0; CHUNK];
        loop {
            let (pause, is_end) = match self.config.ending {
                Ending::Idle(pause) if content.has_begun() => (pause, true),
                _ => (self.config.patience, false),
            };
            let until = Instant::now() + pause;
            let len = loop {
                // Those who look see the rate go down, too, while nothing comes.
                let deadline = self.look(content, &mut flow.rate).min(until);
                match line.read_until(&mut buffer, deadline).map_err(|broken| ended(broken, content.got()))? {
                    Some(len) => break len,
                    None if Instant::now() < until => {}
                    None if is_end => return Ok(End::Idle),
                    None => return Err(DownloadFailure::Silent { after: pause, got: content.got() }.into()),
                }
            };
            if len == 0 {
                return Ok(End::Closed);
            }
            flow.last = Instant::now();
            let bytes = &buffer[..len];
            self.trace.note(Kind::Received, peer, bytes);
            self.trace.flush();
            self.state.phase = Phase::Receiving;
            match content.take(bytes) {
                Ok(bytes) => sink.pipe.push(bytes).map_err(|error| sink.failed(&error))?,
                Err(WrongLength::MinusOne) => return Err(DownloadFailure::MinusOne.into()),
                Err(WrongLength::NoNumber) => {
                    return Err(DownloadFailure::NoLength { opening: content.opening().to_vec() }.into());
                }
            }
            if content.is_complete() {
                return Ok(End::Complete);
            }
        }
    }

    /// Shows how far it is, if it is time; when the next time is.
    fn look(&mut self, content: &Content, rate: &mut Rate) -> Instant {
        loop {
            if let Some(due) = self.pacer.due(content.got()) {
                return due;
            }
            self.count(content, rate);
            self.show(self.state.phase.clone());
        }
    }

    fn count(&mut self, content: &Content, rate: &mut Rate) {
        let (bytes_per_second, elapsed) = rate.at(content.got());
        let (done_bytes, total_bytes) = (content.got(), content.length());
        self.state.progress = Progress { done_bytes, total_bytes, bytes_per_second, elapsed };
    }

    fn show(&mut self, phase: Phase) {
        self.state.phase = phase;
        self.state.elapsed = self.start.elapsed();
        self.state.revision += 1;
        self.cell.set(self.state.clone());
    }
}

impl Sink {
    fn failed(&self, error: &std::io::Error) -> Failure {
        disk_failure(Operation::Write, self.part.shown(), error)
    }
}

/// It is complete: on the disk, under its name.
fn finish(sink: Sink, content: &Content) -> Result<Done, DownloadFailure> {
    let Sink { pipe, part } = sink;
    let digest = pipe.finish().map_err(|error| disk_failure(Operation::Write, part.shown(), &error))?;
    Ok(Done {
        path: part.keep()?,
        size: content.got(),
        sha256: hex_digits(&digest.unwrap_or_default()),
        text: content.short_text(),
        surplus: content.surplus(),
    })
}

fn ended(broken: Broken, got: u64) -> Ended {
    match broken {
        Broken::Stopped => Ended::Stopped,
        Broken::Silent(after) => DownloadFailure::Silent { after, got }.into(),
        Broken::Refused => DownloadFailure::Nothing.into(),
        Broken::Lost(failure) if failure.op == Operation::Connect => failure.into(),
        Broken::Lost(failure) => DownloadFailure::Broken { failure, got }.into(),
    }
}
