//! Waiting for the next datagram: first a short look again and again, then asleep.
//!
//! In lock-step a block waits for the one before, and putting a thread to sleep and waking it up takes about as long as
//! all the rest of a round trip on a fast path. So a wait begins by looking at the socket for some microseconds, giving
//! the processor away in between, as long as that has proved worth it. A slow peer is slept on.
//!
//! Windows are received in few system calls where the system can: a local sender's window in one.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use polling::Events;

use crate::net::{Datagrams, Source};
use crate::service::stop::Stop;

/// A wait that was shorter than this was worth a look.
const SHORT: Duration = Duration::from_micros(60);
/// Longer is not waited for a socket that takes nothing; then the datagram counts as lost on its way.
const FULL: Duration = Duration::from_millis(20);

/// Where the datagrams of one socket are waited for.
pub(super) struct Inlet {
    source: Source<Arc<Datagrams>>,
    events: Events,
    /// How many of the last waits were short, roughly; 0 to [`Inlet::TRUST`].
    short: u32,
    /// The last wait was ended by something else than a datagram, which still stands.
    woken_in_vain: bool,
    /// Datagrams may come joined.
    joined: bool,
}

/// Datagrams of one sender, one behind the other in the buffer.
#[derive(Clone, Copy)]
pub(super) struct Received {
    pub from: SocketAddr,
    len: usize,
    /// The length of each but the last one, if there may be several.
    each: Option<usize>,
}

impl Received {
    /// The datagrams, of the buffer into which they were received; at least one, which may be empty.
    pub fn datagrams(self, buffer: &[u8]) -> impl Iterator<Item = &[u8]> {
        let (first, rest) = buffer[..self.len].split_at(self.each.map_or(self.len, |each| each.min(self.len)));
        std::iter::once(first).chain(rest.chunks(self.each.unwrap_or(usize::MAX)))
    }
}

impl Inlet {
    const TRUST: u32 = 16;

    /// Waits in the poller of `stop`.
    pub fn new(socket: Arc<Datagrams>, stop: &Stop) -> io::Result<Self> {
        let source = Source::new(stop.poll(), socket, 0, true, false)?;
        Ok(Self { source, events: Events::new(), short: Self::TRUST / 2, woken_in_vain: false, joined: false })
    }

    /// Windows will come: takes many datagrams at once from now on, where the system can.
    pub fn join_datagrams(&mut self) {
        self.joined = self.source.socket().join_received();
    }

    /// The next datagram, or several; `None` if there is none until `until`, if `stop` was called, or if errors came back for
    /// datagrams that were sent. An error may be about one, too.
    pub fn receive(&mut self, buffer: &mut [u8], stop: &Stop, until: Option<Instant>) -> io::Result<Option<Received>> {
        if let Some(got) = self.look(buffer)? {
            return Ok(Some(got));
        }
        let start = Instant::now();
        if self.short > 0
            && let Some(_seat) = Seat::take()
        {
            loop {
                std::thread::yield_now();
                if let Some(got) = self.look(buffer)? {
                    self.short = (self.short + 1).min(Self::TRUST);
                    return Ok(Some(got));
                }
                let now = Instant::now();
                if now - start >= SHORT {
                    break;
                }
                if until.is_some_and(|until| until <= now) {
                    return Ok(None);
                }
            }
            self.short = self.short.saturating_sub(4);
        }
        if stop.is_stopped() {
            return Ok(None);
        }
        let timeout = until.map(|until| until.saturating_duration_since(Instant::now()));
        if self.woken_in_vain {
            stop.poll().wait(&mut self.events, timeout)?;
        } else {
            stop.poll().peek(&mut self.events, timeout)?;
        }
        let got = self.look(buffer)?;
        self.woken_in_vain = got.is_none();
        if got.is_some() && self.short == 0 && start.elapsed() < SHORT {
            self.short = 1;
        }
        Ok(got)
    }

    fn look(&self, buffer: &mut [u8]) -> io::Result<Option<Received>> {
        let socket = self.source.socket();
        loop {
            let received = if self.joined {
                socket.receive_joined(buffer)
            } else {
                socket.receive(buffer).map(|(len, from)| (len, from, None))
            };
            match received {
                Ok((len, from, each)) => return Ok(Some(Received { from, len, each })),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits for a moment until the socket takes something again.
    pub fn wait_until_writable(&mut self, stop: &Stop) -> io::Result<()> {
        self.source.interest(false, true)?;
        let waited = stop.poll().wait(&mut self.events, Some(FULL));
        self.source.interest(true, false)?;
        self.woken_in_vain = true;
        waited
    }
}

/// The right to keep a processor busy; half of them at most are.
struct Seat;

static SEATS_TAKEN: AtomicUsize = AtomicUsize::new(0);

impl Seat {
    fn take() -> Option<Self> {
        static SEATS: OnceLock<usize> = OnceLock::new();
        let seats =
            *SEATS.get_or_init(|| std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2)));
        let taken = SEATS_TAKEN.fetch_add(1, Ordering::Relaxed);
        let seat = Self;
        (taken < seats).then_some(seat)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        SEATS_TAKEN.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_datagrams_are_told_apart() {
        let from = SocketAddr::from(([127, 0, 0, 1], 69));
        let apart = |len, each| Received { from, len, each }.datagrams(b"abcdefghij").collect::<Vec<_>>();
        assert_eq!(apart(10, Some(4)), [&b"abcd"[..], b"efgh", b"ij"]);
        assert_eq!(apart(8, Some(4)), [b"abcd", b"efgh"]);
        assert_eq!(apart(3, Some(4)), [b"abc"]);
        assert_eq!(apart(10, None), [b"abcdefghij"]);
        assert_eq!(apart(0, None), [b""]);
    }
}
