//! The cyclic send: one packet again and again, or several in turn.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::board::{Board, Reading};
use super::grid::Grid;
use super::jitter::{Jitter, Meter};
use super::packet::{Filler, Packet};
use crate::automation::ComposeError;
use crate::codec::template::{ExpandError, ExpandErrorKind, Lookup};
use crate::journal::{Cause, Failure, Operation, Peer, Wake};
use crate::net::{Happening, Job, Line, Next, Outgoing, Target};

/// The shortest interval.
const MIN_INTERVAL: Duration = Duration::from_millis(1);
/// And the longest.
const MAX_INTERVAL: Duration = Duration::from_hours(24);

/// A cyclic send.
pub struct CycleConfig {
    /// To whom. With one packet each client of a server gets it when it has taken the one before; with several all wait
    /// for the slowest, so that nobody misses one.
    pub target: Target,
    /// One packet is sent at each tick. Several are sent in turn.
    pub packets: Vec<Packet>,
    /// From tick to tick, 1 ms to 24 h.
    pub interval: Duration,
    /// How often each packet is sent; `None`: for ever.
    pub rounds: Option<NonZeroU64>,
    /// Variables and files of templates. It is asked on the link's thread.
    pub lookup: Box<dyn Lookup + Send>,
}

/// Whether it runs, or why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CycleState {
    /// It runs.
    Running,
    /// It waits for the peer, who takes nothing.
    Waiting,
    /// All was sent.
    Finished,
    /// It was stopped: by the person, or because the peer is gone.
    Stopped,
    /// Something could not be sent.
    Failed(SendTrouble),
}

impl CycleState {
    /// Whether it goes on.
    pub fn is_alive(&self) -> bool {
        matches!(self, Self::Running | Self::Waiting)
    }
}

/// Why a packet could not be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendTrouble {
    /// A packet's template can't be filled in.
    Compose {
        /// Which packet, from 0.
        packet: usize,
        /// Why.
        error: ComposeError,
    },
    /// The link refused it.
    Refused(Failure),
}

/// How a cyclic send goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleStatus {
    /// Whether it runs.
    pub state: CycleState,
    /// Packets that were sent, for several peers counted once.
    pub sent: u64,
    /// Ticks that were left out: the machine slept, or the peer took nothing.
    pub skipped: u64,
    /// How exact it is.
    pub jitter: Jitter,
}

/// Reads a [`CycleStatus`].
pub type CycleProgress = Reading<CycleStatus>;

/// The job of a cyclic send.
pub struct Cycle {
    target: Target,
    packets: Vec<Packet>,
    interval: Duration,
    total: Option<u64>,
    filler: Filler,
    grid: Option<Grid>,
    state: CycleState,
    sent: u64,
    skipped: u64,
    /// When the last packet was sent, and how many ticks were left out since.
    last: Option<(Instant, u64)>,
    meter: Meter,
    board: Board<CycleStatus>,
}

impl Cycle {
    /// A cycle that begins as soon as it is started, and how it goes. `wake` is called at most 20 times a second.
    pub fn new(config: CycleConfig, wake: Wake) -> (Self, CycleProgress) {
        let CycleConfig { target, packets, interval, rounds, lookup } = config;
        let (state, jitter) = (CycleState::Running, Jitter::default());
        let (board, progress) = Board::new(CycleStatus { state: state.clone(), sent: 0, skipped: 0, jitter }, wake);
        let cycle = Self {
            target,
            total: rounds.map(|rounds| rounds.get().saturating_mul(packets.len() as u64)),
            packets,
            interval: interval.clamp(MIN_INTERVAL, MAX_INTERVAL),
            filler: Filler::new(lookup),
            grid: None,
            state,
            sent: 0,
            skipped: 0,
            last: None,
            meter: Meter::new(),
            board,
        };
        (cycle, progress)
    }

    fn status(&self) -> CycleStatus {
        let (state, jitter) = (self.state.clone(), self.meter.jitter());
        CycleStatus { state, sent: self.sent, skipped: self.skipped, jitter }
    }

    fn set(&mut self, state: CycleState) {
        if self.state != state {
            self.state = state;
            self.board.touch();
        }
    }

    fn is_over(&self) -> bool {
        self.packets.is_empty() || self.total.is_some_and(|total| self.sent >= total)
    }

    /// Sends what is due; when the next tick is, unless the peer has to take something first.
    fn work(&mut self, now: Instant, line: &mut dyn Line) -> Option<Instant> {
        let mut grid = self.grid.take().unwrap_or_else(|| Grid::new(self.interval, now));
        let next = loop {
            if self.is_over() {
                self.set(CycleState::Finished);
                break None;
            }
            let now = Instant::now();
            let skipped = grid.skip(now);
            if skipped > 0 {
                self.skipped += skipped;
                self.last = self.last.map(|(at, since)| (at, since + skipped));
                self.board.touch();
            }
            if grid.due() > now {
                self.set(CycleState::Running);
                break Some(grid.due());
            }
            match self.send(now, line) {
                Ok(true) => grid.step(),
                Ok(false) => {
                    self.set(CycleState::Waiting);
                    break None;
                }
                Err(trouble) => {
                    report(&trouble, line);
                    self.set(CycleState::Failed(trouble));
                    break None;
                }
            }
        };
        self.grid = Some(grid);
        next
    }

    /// Sends the packet whose turn it is; or not, as the peer takes nothing.
    fn send(&mut self, now: Instant, line: &mut dyn Line) -> Result<bool, SendTrouble> {
        let Some(idle) = self.idle(line) else { return Ok(false) };
        let packet = (self.sent % self.packets.len() as u64) as usize;
        let charset = self.packets[packet].charset;
        let filled = self.filler.fill(&mut self.packets[packet], self.sent);
        let bytes = filled.map_err(|error| SendTrouble::Compose { packet, error })?;
        let outgoing = |target| Outgoing::new(target, Arc::clone(&bytes)).with_charset(charset);
        let (sent, refused): (Vec<_>, Vec<_>) =
            idle.into_iter().map(|target| line.send(outgoing(target))).partition(Result::is_ok);
        if sent.is_empty()
            && let Some(Err(failure)) = refused.into_iter().next()
        {
            return Err(SendTrouble::Refused(failure));
        }
        if let Some((at, skipped)) = self.last.replace((now, 0)) {
            let expected = u128::from(skipped + 1) * self.interval.as_nanos();
            let passed = now.saturating_duration_since(at).as_nanos();
            self.meter.note(Duration::from_nanos(passed.abs_diff(expected) as u64));
        }
        self.sent += 1;
        self.board.touch();
        Ok(true)
    }

    /// To whom the next packet can go now; `None` when everyone has to be waited for.
    fn idle(&self, line: &dyn Line) -> Option<Vec<Target>> {
        if line.pending_bytes(&self.target) == 0 {
            return Some(vec![self.target.clone()]);
        }
        if self.target != Target::AllClients || self.packets.len() > 1 {
            return None;
        }
        let clients = line.peers().into_iter().map(|peer| Target::Client(peer.stream));
        let idle: Vec<Target> = clients.filter(|client| line.pending_bytes(client) == 0).collect();
        (!idle.is_empty()).then_some(idle)
    }

    fn concerns(&self, peer: Peer) -> bool {
        match &self.target {
            Target::Server => true,
            Target::Client(stream) => *stream == peer.stream,
            Target::Address(addr) => *addr == peer.addr,
            Target::Host { .. } | Target::AllClients => false,
        }
    }
}

impl Job for Cycle {
    fn happened(&mut self, what: Happening<'_>, _: Instant, _: &mut dyn Line) {
        match what {
            Happening::Left(peer) if self.concerns(peer) => self.set(CycleState::Stopped),
            Happening::Failed(failure) => self.set(CycleState::Failed(SendTrouble::Refused(failure.clone()))),
            _ => {}
        }
    }

    fn poll(&mut self, now: Instant, line: &mut dyn Line) -> Next {
        let next = if self.state.is_alive() { self.work(now, line) } else { None };
        if !self.state.is_alive() {
            self.board.show(now, self.status());
            return Next::Done;
        }
        if self.board.is_due(now) {
            self.board.show(now, self.status());
        }
        Next::Wait([next, self.board.due()].into_iter().flatten().min())
    }

    fn stopped(&mut self, _: &mut dyn Line) {
        self.set(CycleState::Stopped);
        self.board.show(Instant::now(), self.status());
    }
}

impl Drop for Cycle {
    fn drop(&mut self) {
        // It was never asked: the link ended before.
        if self.state.is_alive() {
            self.set(CycleState::Stopped);
            self.board.show(Instant::now(), self.status());
        }
    }
}

fn report(trouble: &SendTrouble, line: &mut dyn Line) {
    let failure = match trouble {
        SendTrouble::Refused(failure) => failure.clone(),
        SendTrouble::Compose {
            error: ComposeError::Expand(ExpandError { kind: ExpandErrorKind::File { path, reason }, .. }),
            ..
        } => Failure {
            op: Operation::Read,
            target: path.clone(),
            cause: Cause::Other { code: None, message: reason.clone() },
        },
        SendTrouble::Compose { error, .. } => Failure {
            op: Operation::Send,
            target: String::new(),
            cause: Cause::Other { code: None, message: error.to_string() },
        },
    };
    line.report(None, failure);
}
