//! One TCP connection: what it reads goes to the ledger, what it has to send waits in its outbox.

use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::ledger::Ledger;
use super::outbox::{Outbox, Payload};
use crate::journal::{Cause, Event, Failure, LeaveReason, Operation, Peer, Timestamp};
use crate::net::error;
use crate::net::job::JobSlot;
use crate::net::poll::Source;

/// How much a connection may read, and how much it may write, before another one's turn; shared by those that are ready.
pub(super) const BUDGET: usize = 1 << 20;
/// The most that one send call takes, and so the largest record.
pub(super) const CHUNK: usize = 64 << 10;
/// A peer that closed its side and takes nothing of what waits for it for so long is given up.
pub(super) const STALL: Duration = Duration::from_secs(2);
/// A client that closed its side right after sending something is kept so long for an answer.
pub(super) const ANSWER: Duration = Duration::from_millis(500);
/// While a job listens, a client that closes its side later than that is kept so long: what it sent last may be complete
/// only now, and the job's answer keeps it on.
pub(super) const GLANCE: Duration = Duration::from_millis(50);
/// What a peer that we disconnect has already sent is read for at most this long.
pub(super) const DISCONNECT_PATIENCE: Duration = Duration::from_millis(20);
/// How long a worker waits for the disk before it looks at its commands again.
pub(super) const DISK_PATIENCE: Duration = Duration::from_millis(20);

/// A number for a new connection, unique in the program.
pub(super) fn next_stream() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    loop {
        // 0 means datagrams, and the poller keeps its largest key to itself.
        let stream = NEXT.fetch_add(1, Ordering::Relaxed);
        if stream != 0 && stream != u32::MAX {
            return stream;
        }
    }
}

/// On which side of the connection we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// We connected: events of the connection are events of the session.
    Client,
    /// We accepted: events of the connection are the peer's.
    Server,
}

/// Why a connection is over.
#[derive(Debug)]
pub(super) struct Gone {
    pub reason: LeaveReason,
    failure: Option<Failure>,
}

impl Gone {
    pub fn new(reason: LeaveReason) -> Self {
        Self { reason, failure: None }
    }

    fn failed(op: Operation, peer: SocketAddr, error: &io::Error) -> Self {
        let failure = error::failure(op, peer, error);
        match failure.cause {
            // A send after the reset is EPIPE where the FIN came before.
            Cause::Reset | Cause::NotConnected => Self::new(LeaveReason::Reset),
            Cause::TimedOut { .. } => Self::new(LeaveReason::TimedOut),
            _ => Self { reason: LeaveReason::Error, failure: Some(failure) },
        }
    }
}

/// Our sending direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sending {
    Open,
    /// To be shut down when nothing waits any more.
    Closing,
    Closed,
}

/// The peer's sending direction is shut down.
struct Finish {
    /// When something last happened: the FIN, or bytes that the peer took.
    last: Instant,
    /// How long it is kept for an answer when nothing waits.
    answer: Duration,
}

/// What a read pass came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Received {
    /// Nothing is left for now.
    Drained,
    /// The budget is used up, or the disk does not keep up.
    More,
    /// The peer's FIN.
    Finished,
}

/// A connected, non-blocking socket that is registered with the poller.
pub(super) struct Connection {
    source: Source<TcpStream>,
    peer: Peer,
    side: Side,
    outbox: Outbox,
    sending: Sending,
    finish: Option<Finish>,
    /// Sending failed for good; what the peer sent before is still in the socket.
    broken: Option<Gone>,
    /// It is to end when nothing waits any more; since when nothing of that was taken.
    ending: Option<Instant>,
    reading: bool,
    /// What the poller was told to wait for: readable, writable.
    interest: (bool, bool),
    last_received: Option<Instant>,
}

impl Connection {
    /// Takes over a connected socket whose source waits for it to be readable.
    pub fn new(source: Source<TcpStream>, peer: Peer, side: Side) -> Self {
        Self {
            source,
            peer,
            side,
            outbox: Outbox::default(),
            sending: Sending::Open,
            finish: None,
            broken: None,
            ending: None,
            reading: true,
            interest: (true, false),
            last_received: None,
        }
    }

    pub fn peer(&self) -> Peer {
        self.peer
    }

    pub fn stream(&self) -> &TcpStream {
        self.source.socket()
    }

    /// Bytes that wait to be sent.
    pub fn pending(&self) -> u64 {
        self.outbox.pending()
    }

    /// Whether the peer closed its side.
    pub fn is_finished(&self) -> bool {
        self.finish.is_some()
    }

    /// Whether our sending direction is shut down, or about to be.
    pub fn is_half_closed(&self) -> bool {
        self.sending != Sending::Open || self.ending.is_some()
    }

    /// Whether the FIN of our sending direction was sent.
    pub fn fin_sent(&self) -> bool {
        self.sending == Sending::Closed
    }

    /// The peer for this connection's events: see [`Side`].
    fn event_peer(&self) -> Option<Peer> {
        (self.side == Side::Server).then_some(self.peer)
    }

    /// A failure of a send to this peer.
    pub fn send_failure(&self, cause: Cause) -> Failure {
        Failure { op: Operation::Send, target: self.peer.addr.to_string(), cause }
    }

    /// Adds a send, whole or not at all; [`flush`](Self::flush) sends it.
    pub fn queue(&mut self, payload: Rc<Payload>) -> Result<(), Failure> {
        if self.is_half_closed() {
            return Err(self.send_failure(Cause::HalfClosed));
        }
        if self.broken.is_some() {
            return Err(self.send_failure(Cause::NotConnected));
        }
        if let Some(finish) = &mut self.finish
            && self.outbox.is_empty()
        {
            finish.last = Instant::now();
            if !finish.answer.is_zero() {
                finish.answer = ANSWER;
            }
        }
        self.outbox.push(payload).map_err(|cause| self.send_failure(cause))
    }

    /// Shuts down our sending direction as soon as nothing waits; [`flush`](Self::flush) does it.
    pub fn half_close(&mut self) -> Result<(), Failure> {
        if self.is_half_closed() {
            return Err(self.send_failure(Cause::HalfClosed));
        }
        self.sending = Sending::Closing;
        Ok(())
    }

    /// Ends the connection as soon as nothing waits; [`flush`](Self::flush) does it.
    pub fn end_when_sent(&mut self) {
        self.ending.get_or_insert_with(Instant::now);
    }

    /// Takes back what a job has sent and waits; with `begun` also the rest of what was begun. Returns the bytes.
    pub fn forget(&mut self, sender: JobSlot, begun: bool) -> u64 {
        self.outbox.forget(sender, begun)
    }

    /// Reads and writes what can be done now, within the budget each.
    pub fn service(&mut self, ledger: &mut Ledger, budget: usize) -> Result<(), Gone> {
        if self.reading {
            let received = self.receive(ledger, budget);
            if !matches!(received, Ok(Received::More))
                && let Some(gone) = self.broken.take()
            {
                return Err(gone);
            }
            if received? == Received::Finished {
                self.peer_finished(ledger)?;
            }
        } else {
            self.check()?;
        }
        self.flush(ledger, budget)
    }

    /// An error that the system knows of, where reading would not tell.
    pub fn check(&self) -> Result<(), Gone> {
        match self.stream().take_error() {
            Ok(None) => Ok(()),
            Ok(Some(error)) | Err(error) => Err(self.gone(Operation::Receive, &error)),
        }
    }

    fn gone(&self, op: Operation, error: &io::Error) -> Gone {
        Gone::failed(op, self.peer.addr, error)
    }

    fn receive(&mut self, ledger: &mut Ledger, budget: usize) -> Result<Received, Gone> {
        let mut taken = 0;
        let outcome = loop {
            match ledger.receive(self.peer, self.source.socket()) {
                Ok(None) => break Ok(Received::More),
                Ok(Some(0)) => break Ok(Received::Finished),
                Ok(Some(len)) => {
                    taken += len;
                    if taken >= budget {
                        break Ok(Received::More);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break Ok(Received::Drained),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(self.gone(Operation::Receive, &error)),
            }
        };
        if taken > 0 {
            self.last_received = Some(Instant::now());
        }
        outcome
    }

    /// The peer's FIN: the end, unless the other direction may live.
    fn peer_finished(&mut self, ledger: &mut Ledger) -> Result<(), Gone> {
        let now = Instant::now();
        ledger.news.finished(self.peer);
        let answer = match self.last_received {
            _ if self.side == Side::Client => Duration::ZERO,
            Some(last) if now.saturating_duration_since(last) < ANSWER => ANSWER,
            Some(_) if ledger.news.listening => GLANCE,
            _ => Duration::ZERO,
        };
        if self.fin_sent() || (self.outbox.is_empty() && answer.is_zero()) {
            return Err(Gone::new(LeaveReason::Finished));
        }
        ledger.event(self.event_peer(), &Event::PeerFinished { peer: self.peer.addr });
        self.finish = Some(Finish { last: now, answer });
        self.reading = false;
        Ok(())
    }

    /// When a connection that comes to its end is to be looked at by [`expire`](Self::expire).
    pub fn deadline(&self) -> Option<Instant> {
        let finish = self.finish.as_ref();
        let finished = finish.map(|f| f.last + if self.outbox.is_empty() { f.answer } else { STALL });
        [finished, self.ending.map(|since| since + STALL)].into_iter().flatten().min()
    }

    /// Ends a connection whose time is over.
    pub fn expire(&self, now: Instant) -> Result<(), Gone> {
        match self.deadline() {
            Some(deadline) if deadline <= now => Err(Gone::new(self.last_reason())),
            _ => Ok(()),
        }
    }

    /// Why it ends, when it ends by itself.
    fn last_reason(&self) -> LeaveReason {
        if self.ending.is_some() { LeaveReason::Disconnected } else { LeaveReason::Finished }
    }

    /// Sends what the socket takes now, within the budget.
    pub fn flush(&mut self, ledger: &mut Ledger, budget: usize) -> Result<(), Gone> {
        let mut taken = 0;
        while taken < budget
            && self.broken.is_none()
            && let Some((payload, offset)) = self.outbox.front()
        {
            let most = if payload.log { CHUNK } else { budget };
            let chunk = &payload.bytes[offset..payload.bytes.len().min(offset + most)];
            match self.source.socket().write(chunk) {
                Ok(len) if !payload.log => {
                    ledger.count_sent(len, offset == 0);
                    self.outbox.advance(len);
                    taken += len;
                }
                Ok(len) => {
                    ledger.sent(self.peer, Timestamp::now(), payload.charset, &chunk[..len], offset == 0);
                    self.outbox.advance(len);
                    taken += len;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.sending_failed(&error)?,
            }
        }
        if let Some(since) = &mut self.ending {
            if taken > 0 {
                *since = Instant::now();
            }
            if self.outbox.is_empty() {
                return Err(Gone::new(LeaveReason::Disconnected));
            }
        }
        if let Some(finish) = &mut self.finish {
            if taken > 0 {
                finish.last = Instant::now();
            }
            if self.outbox.is_empty() && finish.answer.is_zero() {
                return Err(Gone::new(LeaveReason::Finished));
            }
        }
        if self.outbox.is_empty() && self.sending == Sending::Closing {
            self.sending = Sending::Closed;
            match self.stream().shutdown(Shutdown::Write) {
                Ok(()) => ledger.event(self.event_peer(), &Event::HalfClosed { peer: self.peer.addr }),
                Err(error) => self.sending_failed(&error)?,
            }
            if self.is_finished() {
                return Err(Gone::new(LeaveReason::Finished));
            }
        }
        self.update_interest()
    }

    /// The end, once what the peer sent before is read.
    fn sending_failed(&mut self, error: &io::Error) -> Result<(), Gone> {
        let gone = self.gone(Operation::Send, error);
        if self.is_finished() {
            return Err(gone);
        }
        self.broken = Some(gone);
        Ok(())
    }

    /// Whether bytes wait that may still be sent.
    pub fn wants_to_send(&self) -> bool {
        !self.outbox.is_empty() && self.broken.is_none()
    }

    fn update_interest(&mut self) -> Result<(), Gone> {
        let wanted = (self.reading, self.wants_to_send());
        if wanted != self.interest {
            self.source.interest(wanted.0, wanted.1).map_err(|error| self.gone(Operation::Configure, &error))?;
            self.interest = wanted;
        }
        Ok(())
    }

    /// Leaves what arrives in the socket, so that a last flush is not kept awake by it.
    pub fn stop_reading(&mut self) -> Result<(), Gone> {
        self.reading = false;
        self.update_interest()
    }

    /// Closes it from our side: FIN, then what has arrived is still journaled within `patience`, as closing a socket with
    /// unread bytes would reset the connection.
    pub fn hang_up(mut self, ledger: &mut Ledger, patience: Duration) {
        let deadline = Instant::now() + patience;
        if let Err(error) = self.stream().shutdown(Shutdown::Write) {
            tracing::debug!(%error, peer = %self.peer.addr, "shut down a connection that is gone");
        }
        while !self.is_finished()
            && Instant::now() < deadline
            && ledger.wait_for_room(deadline.saturating_duration_since(Instant::now()))
            && matches!(self.receive(ledger, 4 * CHUNK), Ok(Received::More))
        {}
        let gone = self.broken.take().unwrap_or_else(|| Gone::new(LeaveReason::Disconnected));
        self.leave(ledger, gone);
    }

    /// Closes it from our side with a reset (RST): `SO_LINGER` with no time.
    pub fn abort(self, ledger: &mut Ledger) {
        if let Err(error) = SockRef::from(self.stream()).set_linger(Some(Duration::ZERO)) {
            ledger.report(self.event_peer(), error::failure(Operation::Configure, self.peer.addr, &error));
        }
        self.leave(ledger, Gone::new(LeaveReason::Aborted));
    }

    /// Closes it: in order where we wanted it, else there is nothing more to do for it.
    pub fn part(self, ledger: &mut Ledger, gone: Gone) {
        match gone.reason {
            LeaveReason::Disconnected => self.hang_up(ledger, DISCONNECT_PATIENCE),
            _ => self.leave(ledger, gone),
        }
    }

    /// Writes the last event of the connection and closes the socket.
    fn leave(self, ledger: &mut Ledger, gone: Gone) {
        ledger.news.left(self.peer);
        if let Some(failure) = gone.failure {
            ledger.report(self.event_peer(), failure);
        }
        let left = Event::PeerLeft { peer: self.peer.addr, reason: gone.reason, unsent_bytes: self.pending() };
        ledger.event(self.event_peer(), &left);
    }
}
