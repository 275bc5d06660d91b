//! A connection that can be ended from outside at any moment, and that does not wait for a silent peer for ever.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use polling::Events;
use socket2::SockRef;

use crate::journal::{Cause, Failure, Operation};
use crate::net::{Dial, Source, failure};
use crate::service::stop::Stop;

/// Why nothing more goes over a connection.
#[derive(Debug)]
pub(super) enum Broken {
    /// We were told to stop.
    Stopped,
    /// The peer was silent for so long.
    Silent(Duration),
    /// The peer ended it before it sent a single byte.
    Refused,
    /// The system says so.
    Lost(Failure),
}

impl Broken {
    /// Whether the peer ended it.
    fn is_by_peer(&self) -> bool {
        matches!(self, Self::Lost(Failure { cause: Cause::Reset | Cause::NotConnected, .. }))
    }
}

/// A connected socket. Dropping it closes it.
pub(super) struct Line {
    source: Source<TcpStream>,
    stop: Arc<Stop>,
    events: Events,
    peer: SocketAddr,
    silence: Duration,
    /// What the poller was told to wait for: writable, not readable?
    for_writing: bool,
    /// Whether the peer sent anything.
    heard: bool,
}

impl Line {
    /// Takes over a connection that was accepted.
    pub fn accepted(stream: TcpStream, peer: SocketAddr, stop: Arc<Stop>, silence: Duration) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        let source = Source::new(stop.poll(), stream, 0, true, false)?;
        Ok(Self { source, stop, events: Events::new(), peer, silence, for_writing: false, heard: false })
    }

    /// Connects within `patience`, from `local` if it is given.
    pub fn connect(
        peer: SocketAddr,
        local: Option<SocketAddr>,
        stop: Arc<Stop>,
        patience: Duration,
        silence: Duration,
    ) -> Result<Self, Broken> {
        let dial = Dial::start(stop.poll(), 0, peer, local, &peer.to_string()).map_err(Broken::Lost)?;
        let failed = |error: &io::Error| Broken::Lost(failure(Operation::Connect, peer, error));
        let mut events = Events::new();
        let deadline = Instant::now() + patience;
        loop {
            if stop.is_stopped() {
                return Err(Broken::Stopped);
            }
            match dial.outcome() {
                Some(Ok(_)) => break,
                Some(Err(error)) => return Err(failed(&error)),
                None => {}
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let after_ms = Some(patience.as_millis() as u64);
                let cause = Cause::TimedOut { after_ms };
                return Err(Broken::Lost(Failure { op: Operation::Connect, target: peer.to_string(), cause }));
            }
            stop.poll().wait(&mut events, Some(left)).map_err(|error| failed(&error))?;
        }
        let source = dial.into_source().map_err(|error| failed(&error))?;
        Ok(Self { source, stop, events, peer, silence, for_writing: false, heard: false })
    }

    /// Our address.
    pub fn local(&self) -> io::Result<SocketAddr> {
        self.source.socket().local_addr()
    }

    /// Whether we were told to stop.
    pub fn is_stopped(&self) -> bool {
        self.stop.is_stopped()
    }

    /// Sends what asks the peer for something.
    pub fn ask(&mut self, request: &[u8]) -> Result<(), Broken> {
        self.write_all(request).map_err(|broken| if broken.is_by_peer() { Broken::Refused } else { broken })
    }

    /// Reads what there is of an answer, at least a byte; 0 is the peer's FIN after something came.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Broken> {
        match self.read_until(buffer, Instant::now() + self.silence) {
            Ok(Some(0)) if !self.heard => Err(Broken::Refused),
            Ok(Some(len)) => Ok(len),
            Ok(None) => Err(Broken::Silent(self.silence)),
            Err(broken) if broken.is_by_peer() && !self.heard => Err(Broken::Refused),
            Err(broken) => Err(broken),
        }
    }

    /// Reads what there is, at least a byte; 0 is the peer's FIN, `None` that nothing came until then.
    pub fn read_until(&mut self, buffer: &mut [u8], deadline: Instant) -> Result<Option<usize>, Broken> {
        loop {
            if self.stop.is_stopped() {
                return Err(Broken::Stopped);
            }
            match self.source.socket().read(buffer) {
                Ok(len) => {
                    self.heard |= len > 0;
                    return Ok(Some(len));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !self.wait(false, deadline)? {
                        return Ok(None);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.lost(Operation::Receive, &error)),
            }
        }
    }

    /// Sends all of it.
    pub fn write_all(&mut self, mut bytes: &[u8]) -> Result<(), Broken> {
        let mut deadline = Instant::now() + self.silence;
        while !bytes.is_empty() {
            if self.stop.is_stopped() {
                return Err(Broken::Stopped);
            }
            match self.source.socket().write(bytes) {
                Ok(len) => {
                    bytes = &bytes[len..];
                    deadline = Instant::now() + self.silence;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !self.wait(true, deadline)? {
                        return Err(Broken::Silent(self.silence));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.lost(Operation::Send, &error)),
            }
        }
        Ok(())
    }

    /// Says that nothing more comes from us, and waits until the peer has closed its side too, which it does when it
    /// has taken everything.
    pub fn finish(mut self) -> Result<(), Broken> {
        match self.source.socket().shutdown(Shutdown::Write) {
            Err(error) if error.kind() != io::ErrorKind::NotConnected => {
                return Err(self.lost(Operation::Send, &error));
            }
            _ => {}
        }
        let mut rest = [0; 512];
        let deadline = Instant::now() + self.silence;
        while self.read_until(&mut rest, deadline)?.is_some_and(|len| len > 0) {}
        Ok(())
    }

    /// Resets the connection, so that the peer can't take what it has for everything.
    pub fn reset(self) {
        if let Err(error) = SockRef::from(self.source.socket()).set_linger(Some(Duration::ZERO)) {
            tracing::debug!(%error, "reset a connection");
        }
    }

    /// Waits for the socket or for the stop; `false` when the time was over already. What ended it is to be tried.
    fn wait(&mut self, for_writing: bool, deadline: Instant) -> Result<bool, Broken> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        let mut waited = Ok(());
        if for_writing != self.for_writing {
            self.for_writing = for_writing;
            waited = self.source.interest(!for_writing, for_writing);
        }
        waited
            .and_then(|()| self.stop.poll().wait(&mut self.events, Some(left)))
            .map_err(|error| self.lost(Operation::Worker, &error))?;
        Ok(true)
    }

    fn lost(&self, op: Operation, error: &io::Error) -> Broken {
        Broken::Lost(failure(op, self.peer, error))
    }
}
