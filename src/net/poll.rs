//! `polling` behind a safe face: a source owns its socket and leaves the poller before the socket closes.
#![allow(unsafe_code)] // Poller::add_with_mode, and on Linux ppoll; see SAFETY

use std::io;
use std::sync::Arc;
use std::time::Duration;

use polling::{AsSource, Event, Events, PollMode, Poller};

/// A wait ends after this time at the latest, and whoever waited looks at its sockets: under load transfers stalled under
/// Wine until the tests gave up, and with this they no longer did. That a readiness gets lost there is the likely cause,
/// not a proven one; a stalled transfer is worse than four looks a second.
pub(super) const RECHECK: Option<Duration> = if cfg!(windows) { Some(Duration::from_millis(250)) } else { None };

/// A poller that another thread can wake.
#[derive(Clone)]
pub(crate) struct Poll(Arc<Poller>);

impl Poll {
    pub fn new() -> io::Result<Self> {
        Ok(Self(Arc::new(Poller::new()?)))
    }

    /// Waits for readiness, a wake-up or the time-out; `None` waits for ever. Level triggered.
    pub fn wait(&self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        events.clear();
        let timeout = match (timeout, RECHECK) {
            (Some(timeout), Some(most)) => Some(timeout.min(most)),
            (timeout, most) => timeout.or(most),
        };
        match self.0.wait(events, timeout) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => Ok(()),
            other => other.map(drop),
        }
    }

    /// Waits as `wait` does, but on Linux gives no events: what ended it still stands, and ends the next one too. One
    /// system call instead of six, for a worker that looks at its socket anyway and calls `wait` as soon as there was
    /// nothing.
    #[cfg(target_os = "linux")]
    pub fn peek(&self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        use std::os::fd::AsRawFd;
        events.clear();
        let mut poller = libc::pollfd { fd: self.0.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        let timeout = timeout.map(|t| libc::timespec {
            tv_sec: t.as_secs().try_into().unwrap_or(libc::time_t::MAX),
            tv_nsec: t.subsec_nanos().into(),
        });
        let timeout = timeout.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        // SAFETY: one pollfd, and a time that is null or lives during the call; no signal mask.
        if unsafe { libc::ppoll(&raw mut poller, 1, timeout, std::ptr::null()) } < 0 {
            let error = io::Error::last_os_error();
            return if error.kind() == io::ErrorKind::Interrupted { Ok(()) } else { Err(error) };
        }
        Ok(())
    }

    /// Nothing is cheaper than `wait` here.
    #[cfg(not(target_os = "linux"))]
    pub fn peek(&self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        self.wait(events, timeout)
    }

    /// Ends the current or the next `wait` at once.
    pub fn wake(&self) {
        if let Err(error) = self.0.notify() {
            tracing::error!(%error, "wake a worker");
        }
    }
}

/// A socket that is registered with a poller for as long as this lives.
pub(crate) struct Source<S: AsSource> {
    poll: Poll,
    socket: S,
    key: usize,
}

impl<S: AsSource> Source<S> {
    /// Registers the (non-blocking) socket. `key` comes back in the events; `usize::MAX` is taken.
    pub fn new(poll: &Poll, socket: S, key: usize, readable: bool, writable: bool) -> io::Result<Self> {
        // SAFETY: the socket must be deleted from the poller before it is dropped. `Source` owns it, gives it out only
        // by shared reference, and deletes it in `Drop`, before the field itself is dropped.
        unsafe { poll.0.add_with_mode(&socket.source(), Event::new(key, readable, writable), PollMode::Level)? };
        Ok(Self { poll: poll.clone(), socket, key })
    }

    /// Changes what is waited for.
    pub fn interest(&self, readable: bool, writable: bool) -> io::Result<()> {
        self.poll.0.modify_with_mode(self.socket.source(), Event::new(self.key, readable, writable), PollMode::Level)
    }

    pub fn socket(&self) -> &S {
        &self.socket
    }
}

impl<S: AsSource> Drop for Source<S> {
    fn drop(&mut self) {
        if let Err(error) = self.poll.0.delete(self.socket.source()) {
            tracing::debug!(%error, "deregister a socket");
        }
    }
}
