//! Follows what a session receives, from a thread of its own.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::signal::Signal;
use super::{Cursor, Journal, Kind, ReadError, Record};

/// Gives every received payload once, in order, across new journals: what a `Clear` ends is read to its end first. It
/// reads the journal, not the socket: a follower on a slow disk falls behind, and memory does not grow for it.
pub struct Follower {
    feed: Arc<Feed>,
    cursor: Cursor,
}

/// Ends the waiting of a [`Follower`] from another thread: for good, or once.
#[derive(Clone)]
pub struct FollowerStop(Arc<Feed>);

/// What a follower gives.
#[derive(Debug)]
pub enum Followed {
    /// A received payload.
    Received(Record),
    /// Something was given up or can't be read before it was followed: so many records, some of which may have been
    /// sent ones or events, with so many bytes together.
    Missed {
        /// Records.
        records: u64,
        /// Their payload bytes, estimated inside a segment.
        bytes: u64,
        /// Why.
        error: ReadError,
    },
    /// Nothing came in the time.
    Idle,
    /// It was stopped; what had been received before may not have been read.
    Stopped,
}

/// Between the recorder and a follower: the journals that come after the one that it reads.
pub(super) struct Feed {
    next: Mutex<VecDeque<Arc<Journal>>>,
    has_next: AtomicBool,
    stopped: AtomicBool,
    nudged: AtomicBool,
    signal: Arc<Signal>,
}

impl Feed {
    pub fn new(signal: Arc<Signal>) -> Self {
        Self {
            next: Mutex::default(),
            has_next: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            nudged: AtomicBool::new(false),
            signal,
        }
    }

    /// The journal that is followed gets no more records, and this one comes after it.
    pub fn push(&self, journal: Arc<Journal>) {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).push_back(journal);
        self.has_next.store(true, Ordering::SeqCst);
    }

    fn pop(&self) -> Option<Arc<Journal>> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let journal = next.pop_front();
        self.has_next.store(!next.is_empty(), Ordering::SeqCst);
        journal
    }
}

impl FollowerStop {
    /// The follower gives [`Followed::Stopped`] from now on, and at once if it waits.
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::SeqCst);
        self.0.signal.notify();
    }

    /// The follower that waits, or would wait next, gives [`Followed::Idle`] at once: there is something else to do.
    pub fn nudge(&self) {
        self.0.nudged.store(true, Ordering::SeqCst);
        self.0.signal.notify();
    }

    /// Whether [`stop`](Self::stop) was called.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::SeqCst)
    }
}

impl Follower {
    pub(super) fn new(feed: Arc<Feed>, cursor: Cursor) -> Self {
        Self { feed, cursor }
    }

    /// What ends the waiting.
    pub fn stop_handle(&self) -> FollowerStop {
        FollowerStop(Arc::clone(&self.feed))
    }

    /// What comes next, waiting for it at most so long.
    pub fn next(&mut self, timeout: Duration) -> Followed {
        let mut waited = false;
        loop {
            if self.feed.stopped.load(Ordering::SeqCst) {
                return Followed::Stopped;
            }
            // Asked before the journal is read to its end: it has ended then, and no record can come behind that end.
            let ended = self.feed.has_next.load(Ordering::SeqCst);
            if let Some(found) = self.read_on() {
                return found;
            }
            if ended {
                if let Some(journal) = self.feed.pop() {
                    self.cursor = journal.cursor(0);
                }
            } else if self.feed.nudged.swap(false, Ordering::SeqCst) || waited {
                return Followed::Idle;
            } else {
                let (feed, cursor) = (&self.feed, &self.cursor);
                feed.signal.wait(timeout, || {
                    feed.stopped.load(Ordering::SeqCst)
                        || feed.nudged.load(Ordering::SeqCst)
                        || feed.has_next.load(Ordering::SeqCst)
                        || cursor.journal().len() > cursor.position()
                });
                waited = true;
            }
        }
    }

    /// Waits so long, or until it is stopped; reads nothing. Returns whether it was stopped.
    pub fn pause(&self, duration: Duration) -> bool {
        let until = Instant::now() + duration;
        let stopped = || self.feed.stopped.load(Ordering::SeqCst);
        while !stopped() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            self.feed.signal.wait(left, stopped);
        }
        true
    }

    /// Gives up what was not read of journals that have ended, so that they can go. Returns how many bytes (some of
    /// which may have been sent ones or events) that were.
    pub fn skip_ended(&mut self) -> u64 {
        let mut bytes = 0;
        while let Some(journal) = self.feed.pop() {
            bytes += self.unread_bytes();
            self.cursor = journal.cursor(0);
        }
        bytes
    }

    /// How many bytes of the journal that it reads were not read.
    pub fn unread_bytes(&self) -> u64 {
        let journal = self.cursor.journal();
        journal.byte_offset(u64::MAX) - journal.byte_offset(self.cursor.position())
    }

    /// What comes without waiting, though it may have come before a [`Followed::Stopped`]: for the last records after a
    /// stop. `None` where nothing was received any more.
    pub fn next_at_once(&mut self) -> Option<Followed> {
        loop {
            let ended = self.feed.has_next.load(Ordering::SeqCst);
            if let Some(found) = self.read_on() {
                return Some(found);
            }
            if !ended {
                return None;
            }
            self.cursor = self.feed.pop()?.cursor(0);
        }
    }

    fn read_on(&mut self) -> Option<Followed> {
        loop {
            let at = self.cursor.position();
            match self.cursor.next()? {
                Ok(record) if record.head.kind == Kind::Received => return Some(Followed::Received(record)),
                Ok(_) => {}
                Err(error) => {
                    let (journal, after) = (self.cursor.journal(), self.cursor.position());
                    let bytes = journal.byte_offset(after).saturating_sub(journal.byte_offset(at));
                    return Some(Followed::Missed { records: after - at, bytes, error });
                }
            }
        }
    }
}
