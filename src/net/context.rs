//! What a worker works with.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Receiver;

use super::command::Command;
use super::poll::Poll;
use super::status::{Counters, StatusCell};
use crate::journal::{Event, Failure, Peer, Recorder, Wake};

/// What a worker works with.
pub(super) struct Context {
    /// Commands, drained after each wake-up.
    pub commands: Receiver<Command>,
    /// Where it waits; a command and a close wake it.
    pub poll: Poll,
    /// Where payload and events go.
    pub recorder: Arc<Recorder>,
    /// What the link is now.
    pub status: Arc<StatusCell>,
    /// What it counts.
    pub counters: Arc<Counters>,
    /// Set when the link is to be closed.
    pub closing: Arc<AtomicBool>,
}

impl Context {
    /// Whether the link is to be closed. A worker looks after each wake-up and at least every 50 ms of work.
    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    /// Wakes the worker from another thread.
    pub fn waker(&self) -> Wake {
        let poll = self.poll.clone();
        Arc::new(move || poll.wake())
    }

    /// Records a failure that does not end the link, and shows it in the status.
    pub fn report(&self, peer: Option<Peer>, failure: Failure) {
        self.recorder.event(peer, &Event::Failed(failure.clone()));
        self.status.update(|s| {
            let number = s.last_failure.as_ref().map_or(0, |(n, _)| *n);
            s.last_failure = Some((number + 1, failure));
        });
    }
}
