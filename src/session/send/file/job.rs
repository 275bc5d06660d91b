//! The job that sends a file.

use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::handle::{FileHandle, FileState, FileStatus, Wish};
use super::pace::Pace;
use super::queue::{Block, Part, Queue};
use super::{FileConfig, LOGGED_BYTES, reader};
use crate::journal::{Cause, Event, Failure, FileStop, Operation, Wake};
use crate::net::{Happening, Job, Line, Next, Outgoing, Target};
use crate::session::send::board::Board;

/// While so much waits for the socket, no more is given to it.
const LOW_WATER_BYTES: u64 = 512 << 10;
/// How long it may keep the link's thread at a time.
const SLICE: Duration = Duration::from_millis(2);
/// The rate is taken over steps of this length.
const RATE_STEP: Duration = Duration::from_millis(250);

/// Sends a file.
pub struct SendFile {
    config: FileConfig,
    queue: Arc<Queue>,
    wish: Arc<Wish>,
    /// To whom, once it has begun.
    targets: Vec<Target>,
    begun: Option<Instant>,
    pace: Pace,
    /// The block whose turn it is.
    block: Option<Block>,
    /// Whether the reader has come to its end, and how.
    end: Option<Result<[u8; 32], FileStop>>,
    /// Bytes that the link was given.
    handed_bytes: u64,
    rate_at: (Instant, u64),
    /// Bytes that waited for the socket when it was last looked.
    pending_bytes: u64,
    status: FileStatus,
    board: Board<FileStatus>,
}

impl SendFile {
    /// A job that begins to read the file as soon as it is started, and its handle. `wake` is called at most 20 times a
    /// second.
    pub fn new(config: FileConfig, wake: Wake) -> (Self, FileHandle) {
        let status = FileStatus::opening();
        let (board, reading) = Board::new(status.clone(), wake);
        let wish = Arc::new(Wish::default());
        let handle = FileHandle::new(Arc::clone(&wish), reading);
        let job = Self {
            pace: Pace::new(config.interval, config.bytes_per_second),
            config,
            queue: Arc::default(),
            wish,
            targets: Vec::new(),
            begun: None,
            block: None,
            end: None,
            handed_bytes: 0,
            rate_at: (Instant::now(), 0),
            pending_bytes: 0,
            status,
            board,
        };
        (job, handle)
    }

    /// The first turn.
    fn begin(&mut self, now: Instant, line: &dyn Line) {
        self.wish.connect(&line.waker());
        self.begun = Some(now);
        self.rate_at = (now, 0);
        self.targets = match &self.config.target {
            Target::AllClients => line.peers().into_iter().map(|peer| Target::Client(peer.stream)).collect(),
            target => vec![target.clone()],
        };
        if self.targets.is_empty() {
            let target = line.local().map_or_else(String::new, |local| local.to_string());
            self.end = Some(Err(refused(target, Cause::NoClients)));
        } else if let Err(stop) = reader::start(self.config.clone(), Arc::clone(&self.queue)) {
            self.end = Some(Err(stop));
        }
    }

    /// Sends what may go now. When to ask again; `None`: when the socket took something, or the reader has something.
    fn work(&mut self, now: Instant, line: &mut dyn Line) -> Option<Instant> {
        let until = now + SLICE;
        loop {
            let now = Instant::now();
            if self.wish.is_cancelled() {
                self.stop(FileStop::Cancelled, line);
                return None;
            }
            let pending = self.pending(line);
            if self.block.is_none() && self.end.is_none() {
                self.take(line);
            }
            if self.block.is_none() {
                match self.end.take() {
                    // It is over when the system has all of it.
                    Some(end) if pending > 0 => self.end = Some(end),
                    Some(Ok(sha256)) => self.finish(sha256, line),
                    Some(Err(stop)) => self.stop(stop, line),
                    None => {}
                }
                self.flowing(pending > 0);
                return None;
            }
            if self.wish.is_paused() {
                self.set(FileState::Paused);
                return None;
            }
            if let Some(next) = self.pace.next().filter(|next| *next > now) {
                self.flowing(false);
                return Some(next);
            }
            if pending >= LOW_WATER_BYTES || !self.send(now, line) {
                self.flowing(true);
                return None;
            }
            if !self.status.state.is_alive() {
                return None;
            }
            if now >= until {
                self.flowing(false);
                return Some(now);
            }
        }
    }

    /// Looks what the reader has.
    fn take(&mut self, line: &dyn Line) {
        while self.block.is_none() && self.end.is_none() {
            match self.queue.pop(|| line.waker()) {
                Some(Part::Opened { total_bytes }) => {
                    self.status.total_bytes = total_bytes;
                    self.status.logged = self.config.log_content.unwrap_or(total_bytes <= LOGGED_BYTES);
                    self.set(FileState::Sending);
                }
                Some(Part::Block(block)) => self.block = Some(block),
                Some(Part::End(end)) => self.end = Some(end),
                None => return,
            }
        }
    }

    /// Gives the block to the link; whether it took it. Targets that refuse it are left out from now on.
    fn send(&mut self, now: Instant, line: &mut dyn Line) -> bool {
        let Some(block) = self.block.take() else { return false };
        let (log, alone) = (self.status.logged, self.targets.len() == 1);
        let mut failed = Vec::new();
        self.targets.retain(|target| {
            let outgoing = Outgoing { log, ..Outgoing::new(target.clone(), Arc::clone(&block.bytes)) };
            line.send(outgoing).map_err(|failure| failed.push(failure)).is_ok()
        });
        if let (true, Some(Failure { cause: Cause::QueueFull { .. }, .. })) = (alone, failed.first()) {
            // Others have filled the queue; there will be room.
            self.targets.push(self.config.target.clone());
            self.block = Some(block);
            return false;
        }
        for failure in failed {
            if self.targets.is_empty() {
                let lost = self.handed_bytes > 0 && failure.cause == Cause::NotConnected;
                self.stop(if lost { FileStop::PeerLeft } else { FileStop::Failed(failure) }, line);
                return true;
            }
            line.report(None, failure);
        }
        self.handed_bytes += block.bytes.len() as u64;
        self.status.packets += 1;
        self.status.offset_bytes = block.offset_bytes;
        self.pace.sent(block.bytes.len(), now);
        self.board.touch();
        true
    }

    fn pending(&self, line: &dyn Line) -> u64 {
        self.targets.iter().map(|target| line.pending_bytes(target)).max().unwrap_or(0)
    }

    fn flowing(&mut self, waiting: bool) {
        if matches!(self.status.state, FileState::Sending | FileState::Waiting | FileState::Paused) {
            self.set(if waiting { FileState::Waiting } else { FileState::Sending });
        }
    }

    fn set(&mut self, state: FileState) {
        if self.status.state != state {
            self.status.state = state;
            self.board.touch();
        }
    }

    /// Brings the numbers up to date.
    fn measure(&mut self, now: Instant, pending: u64) {
        let status = &mut self.status;
        status.sent_bytes = self.handed_bytes.saturating_sub(pending);
        status.elapsed = self.begun.map_or(Duration::ZERO, |begun| now.saturating_duration_since(begun));
        let (then, sent_then) = self.rate_at;
        let passed = now.saturating_duration_since(then);
        if passed >= RATE_STEP {
            self.rate_at = (now, status.sent_bytes);
            let rate = status.sent_bytes.saturating_sub(sent_then) as f64 / passed.as_secs_f64();
            let first = status.elapsed <= passed;
            status.bytes_per_second = if first { rate } else { status.bytes_per_second * 0.7 + rate * 0.3 };
        }
        let (rest, all) = (status.total_bytes.saturating_sub(status.offset_bytes), status.offset_bytes);
        // What is left is counted in bytes of the file, which may be more than what they become.
        let of_file = status.bytes_per_second * all as f64 / (status.sent_bytes.max(1)) as f64;
        status.left = (of_file >= 1.0).then(|| Duration::try_from_secs_f64(rest as f64 / of_file).ok()).flatten();
    }

    fn finish(&mut self, sha256: [u8; 32], line: &mut dyn Line) {
        self.measure(Instant::now(), 0);
        let sha256 = sha256.iter().fold(String::with_capacity(64), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}"); // writing to a String cannot fail
            digits
        });
        let (name, bytes) = (self.config.name(), self.status.sent_bytes);
        let in_ms = u64::try_from(self.status.elapsed.as_millis()).unwrap_or(u64::MAX);
        line.event(None, &Event::FileSent { name, bytes, sha256: sha256.clone(), in_ms });
        self.status.sha256 = Some(sha256);
        self.status.left = Some(Duration::ZERO);
        self.set(FileState::Sent);
    }

    /// Ends it; what the system has not taken yet is taken back.
    fn stop(&mut self, stop: FileStop, line: &mut dyn Line) {
        // Of a connection that is gone nothing can be taken back.
        let lost = if stop == FileStop::PeerLeft { self.pending_bytes } else { line.withdraw() };
        self.measure(Instant::now(), lost);
        self.status.left = None;
        let (bytes, total_bytes) = (self.status.sent_bytes, self.status.total_bytes);
        line.event(None, &Event::FileStopped { name: self.config.name(), bytes, total_bytes, stop: stop.clone() });
        self.set(FileState::Stopped(stop));
    }
}

impl Job for SendFile {
    fn happened(&mut self, what: Happening<'_>, _: Instant, line: &mut dyn Line) {
        if !self.status.state.is_alive() {
            return;
        }
        match what {
            Happening::Left(peer) if self.begun.is_some() => {
                self.targets.retain(|target| match target {
                    Target::Server => false,
                    Target::Client(stream) => *stream != peer.stream,
                    Target::Address(addr) => *addr != peer.addr,
                    Target::Host { .. } | Target::AllClients => true,
                });
                if self.targets.is_empty() {
                    self.stop(FileStop::PeerLeft, line);
                }
            }
            Happening::Failed(failure) => self.stop(FileStop::Failed(failure.clone()), line),
            _ => {}
        }
    }

    fn poll(&mut self, now: Instant, line: &mut dyn Line) -> Next {
        if self.begun.is_none() {
            self.begin(now, line);
        }
        let next = if self.status.state.is_alive() { self.work(now, line) } else { None };
        if !self.status.state.is_alive() {
            self.board.show(now, self.status.clone());
            return Next::Done;
        }
        let pending = self.pending(line);
        // A rate falls also when nothing happens.
        let fall = (self.status.bytes_per_second >= 1.0).then_some(self.rate_at.0 + RATE_STEP);
        if pending != self.pending_bytes || fall.is_some_and(|fall| fall <= now) {
            self.pending_bytes = pending;
            self.board.touch();
        }
        if self.board.is_due(now) {
            self.measure(now, pending);
            self.board.show(now, self.status.clone());
        }
        Next::Wait([next, self.board.due(), fall].into_iter().flatten().min())
    }

    fn stopped(&mut self, line: &mut dyn Line) {
        if self.status.state.is_alive() {
            self.stop(FileStop::Cancelled, line);
        }
        self.board.show(Instant::now(), self.status.clone());
    }
}

impl Drop for SendFile {
    fn drop(&mut self) {
        self.queue.close();
        // It was never asked: the link ended before.
        if self.status.state.is_alive() {
            self.status.state = FileState::Stopped(FileStop::PeerLeft);
            self.board.show(Instant::now(), self.status.clone());
        }
    }
}

fn refused(target: String, cause: Cause) -> FileStop {
    FileStop::Failed(Failure { op: Operation::Send, target, cause })
}
