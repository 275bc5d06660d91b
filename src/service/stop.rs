//! How a thread of a service is told to end, wherever it waits.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::net::Poll;

/// Ends one thread, from any other.
pub(in crate::service) struct Stop {
    stopped: AtomicBool,
    poll: Poll,
}

impl Stop {
    pub fn new() -> io::Result<Arc<Self>> {
        Ok(Arc::new(Self { stopped: AtomicBool::new(false), poll: Poll::new()? }))
    }

    /// A wait in the poller ends at once.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.poll.wake();
    }

    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    /// What [`Self::stop`] wakes.
    pub fn poll(&self) -> &Poll {
        &self.poll
    }
}
