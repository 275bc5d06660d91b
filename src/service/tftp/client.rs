//! The thread of a client's transfer.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU16;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use polling::Events;

use super::config::{Options, TransferConfig};
use super::crank::{Clock, Crank, FileEnd, News};
use super::drive::{Owner, drive};
use super::file::{Sink, Source};
use super::inlet::Inlet;
use super::state::{Note, Phase, State, TransferFailure};
use crate::journal::{Cause, Failure, Operation};
use crate::net::{Datagrams, Resolution, failure};
use crate::proto::tftp::{self, Asked, BlockSize, ClientConfig, Direction};
use crate::service::cell::Cell;
use crate::service::pacer::Pacer;
use crate::service::part::Part;
use crate::service::stop::Stop;
use crate::service::trace::Log;

/// The time-out that servers are asked for that know it in microseconds: 100 ms. The others leave it unanswered. Not in
/// uploads, where it is the client that repeats, and the crate tftpd gives up after seven such times in all.
const SERVER_REPEATS_AFTER_US: u32 = 100_000;
/// A client's transfer, on its thread.
pub(super) struct Client {
    config: TransferConfig,
    cell: Arc<Cell<State>>,
    stop: Arc<Stop>,
    log: Log,
    state: State,
    start: Instant,
    pacer: Pacer,
    /// How the newest try ended, if nothing answered.
    silence: Option<Silence>,
}

/// Nothing answered at one address; this is why, and still to be sent or received.
struct Silence(TransferFailure, FileEnd);

impl Client {
    pub fn new(config: TransferConfig, cell: Arc<Cell<State>>, stop: Arc<Stop>, log: Log) -> Self {
        let state = State::clone(&cell.get());
        Self { config, cell, stop, log, state, start: Instant::now(), pacer: Pacer::default(), silence: None }
    }

    pub fn run(mut self) {
        let ended = self.transfer();
        if let Err(failure) = ended
            && !self.state.phase.has_ended()
        {
            self.state.phase = Phase::Failed(failure);
        }
        self.state.over = true;
        self.show();
    }

    /// `Err` is an end that the state does not show yet.
    fn transfer(&mut self) -> Result<(), TransferFailure> {
        let name = self.remote_name()?;
        self.show();
        let (mut file, size) = self.open_file()?;
        let addresses = self.resolve()?;
        for (at, &server) in addresses.iter().enumerate() {
            match self.try_server(server, &name, file, size)? {
                None => break,
                Some(Silence(failure, _)) if at + 1 == addresses.len() => return Err(failure),
                Some(Silence(_, again)) => {
                    file = again;
                    self.note(Note::NextAddress(server));
                }
            }
        }
        Ok(())
    }

    fn remote_name(&self) -> Result<Vec<u8>, TransferFailure> {
        let TransferConfig { charset, remote, .. } = &self.config;
        charset.encode(remote).map_err(|_| TransferFailure::Encoding(*charset))
    }

    /// The file's end, and the size of what is sent.
    fn open_file(&mut self) -> Result<(FileEnd, Option<u64>), TransferFailure> {
        let TransferConfig { direction, remote, local, existing, mode, hash, .. } = &self.config;
        match direction {
            Direction::Upload => {
                let (source, size) = Source::open(local, *mode, *hash)?;
                Ok((FileEnd::Source(source), size))
            }
            Direction::Download => {
                if local.is_dir() {
                    self.state.local = TransferConfig::place_in(local, remote);
                }
                let local = &self.state.local;
                let (part, file) = Part::create(local.clone(), local.clone(), *existing)?;
                Ok((FileEnd::Sink(Sink::new(part, Box::new(file), *mode, *hash)), None))
            }
        }
    }

    fn resolve(&mut self) -> Result<Vec<SocketAddr>, TransferFailure> {
        let TransferConfig { server, port, .. } = &self.config;
        let mut resolution = Resolution::start(server, *port, self.stop.poll().clone());
        let mut events = Events::new();
        loop {
            if let Some(answer) = resolution.poll() {
                return Ok(answer?);
            }
            if self.stop.is_stopped() {
                self.state.phase = Phase::Cancelled;
                return Ok(Vec::new());
            }
            let waited = self.stop.poll().wait(&mut events, None);
            waited.map_err(|error| failure(Operation::Resolve, server, &error))?;
        }
    }

    fn try_server(
        &mut self,
        server: SocketAddr,
        name: &[u8],
        file: FileEnd,
        size: Option<u64>,
    ) -> Result<Option<Silence>, TransferFailure> {
        let any = if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let socket = Arc::new(Datagrams::bind(SocketAddr::new(any, 0))?);
        let config = ClientConfig {
            asked: self.asked(&socket, size),
            mode: self.config.mode,
            patience: self.config.patience,
            limit: self.config.limit,
            seed: RandomState::new().build_hasher().finish(),
            ..ClientConfig::new(server, self.config.direction, name)
        };
        let clock = Clock::start();
        let machine = tftp::Transfer::client(&config, clock.now())?;
        self.state.server = Some(server);
        self.state.phase = Phase::Asking;
        self.show();
        let inlet = Inlet::new(Arc::clone(&socket), &self.stop);
        let inlet = inlet.map_err(|error| failure(Operation::Receive, socket.local(), &error))?;
        let mut crank = Crank::new(machine, clock, socket, file, size, self.log.clone());
        let stop = Arc::clone(&self.stop);
        let driven = drive(&mut crank, inlet, &stop, self);
        self.look_now(&mut crank);
        driven?;
        Ok(self.silence.take())
    }

    /// The options to ask for; of a download's window only what fits into the socket's buffer, or it stalls.
    fn asked(&mut self, socket: &Datagrams, size: Option<u64>) -> Asked {
        let Options::Ask { block_size, window_size, timeout, size: ask_size } = self.config.options else {
            return Asked::default();
        };
        let (said, fits, utimeout) = match self.config.direction {
            Direction::Download => {
                (Some(0), fitting_window(socket, block_size, window_size), Some(SERVER_REPEATS_AFTER_US))
            }
            Direction::Upload => (size, window_size, None),
        };
        if fits < window_size {
            self.note(Note::SmallerWindow(fits.get()));
        }
        Asked {
            block_size: Some(block_size).filter(|size| *size != BlockSize::DEFAULT),
            window_size: Some(fits).filter(|blocks| blocks.get() > 1),
            timeout,
            utimeout: utimeout.filter(|_| timeout.is_none()),
            size: said.filter(|_| ask_size),
        }
    }

    fn note(&mut self, note: Note) {
        if self.state.notes.len() < State::MOST_NOTES {
            self.state.notes.push(note);
        }
    }

    fn look_now(&mut self, crank: &mut Crank) {
        self.state.progress = crank.progress();
        self.state.statistics = crank.machine.statistics();
        self.show();
    }

    fn show(&mut self) {
        self.state.elapsed = self.start.elapsed();
        self.state.revision += 1;
        self.cell.set(self.state.clone());
    }
}

impl Owner for Client {
    fn take_news(&mut self, news: News, crank: &mut Crank) -> ControlFlow<()> {
        match news {
            News::Begun => self.state.phase = Phase::Running,
            News::Note(note) => self.note(note),
            News::Done(done) => {
                crank.settle();
                self.state.phase = Phase::Done(done);
            }
            News::Failed(failure) => {
                crank.settle();
                let file = crank.replace_file(FileEnd::Closed);
                if self.state.phase == Phase::Asking && is_silence(&failure) {
                    self.silence = Some(Silence(failure, file));
                    return ControlFlow::Break(());
                }
                drop(file);
                self.state.phase = match failure {
                    TransferFailure::Protocol(tftp::Failure::Cancelled) => Phase::Cancelled,
                    failure => Phase::Failed(failure),
                };
            }
        }
        self.look_now(crank);
        ControlFlow::Continue(())
    }

    fn look(&mut self, crank: &mut Crank) -> Option<Instant> {
        if self.state.phase.has_ended() {
            return None;
        }
        let due = self.pacer.due(crank.machine.statistics().bytes);
        if due.is_none() {
            self.look_now(crank);
        }
        due
    }
}

/// Nothing answered at an address that was asked.
fn is_silence(failure: &TransferFailure) -> bool {
    match failure {
        TransferFailure::Protocol(failure) => {
            matches!(failure, tftp::Failure::Unreachable | tftp::Failure::NoAnswer { .. })
        }
        TransferFailure::System(Failure { cause, .. }) => {
            matches!(cause, Cause::HostUnreachable | Cause::NetworkUnreachable | Cause::FamilyMismatch)
        }
        _ => false,
    }
}

/// The window of a receiver that fits into its socket's buffer, which grows for it as far as the system lets it.
pub(super) fn fitting_window(socket: &Datagrams, block_size: BlockSize, wanted: NonZeroU16) -> NonZeroU16 {
    /// The system counts for each datagram what it takes in memory: up to twice its length, rounded up, and more.
    const OVERHEAD: usize = 1024;
    const SPARE: usize = 256 << 10;
    let each = usize::from(block_size.get()) * 5 / 2 + OVERHEAD;
    let buffer = socket.grow_receive_buffer((usize::from(wanted.get()) * each).max(SPARE));
    let fits = u16::try_from(buffer / each).unwrap_or(u16::MAX);
    NonZeroU16::new(fits).unwrap_or(NonZeroU16::MIN).min(wanted)
}
