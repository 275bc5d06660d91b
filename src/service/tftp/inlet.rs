//! Waiting for the next datagram: first a short look again and again, then asleep.
//!
//! In lock-step a block waits for the one before, and putting a thread to sleep and waking it up takes about as long as
//! all the rest of a round trip on a fast path. So a wait begins by looking at the socket for some microseconds, giving
//! the processor away in between, as long as that has proved worth it. A slow peer is slept on.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use polling::Events;

use super::stop::Stop;
use crate::net::{Datagrams, Source};

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
}

impl Inlet {
    const TRUST: u32 = 16;

    /// Waits in the poller of `stop`.
    pub fn new(socket: Arc<Datagrams>, stop: &Stop) -> io::Result<Self> {
        let source = Source::new(stop.poll(), socket, 0, true, false)?;
        Ok(Self { source, events: Events::new(), short: Self::TRUST / 2, woken_in_vain: false })
    }

    /// The next datagram; `None` if there is none until `until`, if `stop` was called, or if errors came back for
    /// datagrams that were sent. An error may be about one, too.
    pub fn receive(
        &mut self,
        buffer: &mut [u8],
        stop: &Stop,
        until: Option<Instant>,
    ) -> io::Result<Option<(usize, SocketAddr)>> {
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

    fn look(&self, buffer: &mut [u8]) -> io::Result<Option<(usize, SocketAddr)>> {
        loop {
            match self.source.socket().receive(buffer) {
                Ok(got) => return Ok(Some(got)),
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
