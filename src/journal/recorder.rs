//! The hand that writes: what a session's workers hold, so that a `Clear` can put a new journal under them.

use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use super::follower::{Feed, Follower};
use super::signal::Signal;
use super::{Batch, Config, Event, Head, Journal, Kind, Peer, Timestamp, Wake};

/// Appends to the session's current journal. Cheap to share between threads.
pub struct Recorder {
    /// Appends hold it for reading: after `start_new` nothing more comes into the journal that ended.
    current: RwLock<Current>,
    config: Config,
    wake: Wake,
    signal: Arc<Signal>,
}

struct Current {
    journal: Arc<Journal>,
    feeds: Vec<Weak<Feed>>,
}

impl Recorder {
    /// A recorder with a new, empty journal. `wake` is called after every append.
    pub fn new(config: Config, wake: Wake) -> Arc<Self> {
        let signal = Arc::new(Signal::default());
        // The journals wake the followers too.
        let followers = Arc::clone(&signal);
        let wake: Wake = Arc::new(move || {
            followers.notify();
            wake();
        });
        let journal = Journal::create(config.clone(), Arc::clone(&wake));
        let current = RwLock::new(Current { journal, feeds: Vec::new() });
        Arc::new(Self { current, config, wake, signal })
    }

    /// The current journal.
    pub fn journal(&self) -> Arc<Journal> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner).journal)
    }

    /// Starts a new journal and returns the one that ends; whoever still reads it keeps it alive. Dropping the last
    /// hold on it deletes its spill file.
    pub fn start_new(&self) -> Arc<Journal> {
        let fresh = Journal::create(self.config.clone(), Arc::clone(&self.wake));
        let ended = {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            current.feeds.retain(|feed| feed.upgrade().inspect(|feed| feed.push(Arc::clone(&fresh))).is_some());
            std::mem::replace(&mut current.journal, fresh)
        };
        self.signal.notify();
        ended
    }

    /// Follows what is received from now on, through every new journal.
    pub fn follow(&self) -> Follower {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.feeds.retain(|feed| feed.strong_count() > 0);
        let feed = Arc::new(Feed::new(Arc::clone(&self.signal)));
        current.feeds.push(Arc::downgrade(&feed));
        let journal = &current.journal;
        Follower::new(feed, journal.cursor(journal.len()))
    }

    /// Appends a batch and empties it. May wait for the disk when the budget is used up (see [`Journal::append`]).
    pub fn append(&self, batch: &mut Batch) {
        if batch.is_empty() {
            return;
        }
        let journal = {
            let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
            current.journal.store(batch);
            Arc::clone(&current.journal)
        };
        journal.settle();
    }

    /// Whether the disk keeps up (see [`Journal::has_room`]).
    pub fn has_room(&self) -> bool {
        self.journal().has_room()
    }

    /// Waits until there is room, or the time is over; returns whether there is.
    pub fn wait_for_room(&self, timeout: Duration) -> bool {
        self.journal().wait_for_room(timeout)
    }

    /// Appends one event with the time now.
    pub fn event(&self, peer: Option<Peer>, event: &Event) {
        let mut batch = Batch::default();
        batch.push_event(Timestamp::now(), peer, event);
        self.append(&mut batch);
    }

    /// Appends one payload.
    pub fn payload(&self, head: Head, bytes: &[u8]) {
        debug_assert_ne!(head.kind, Kind::Event);
        let mut batch = Batch::default();
        batch.push(head, bytes);
        self.append(&mut batch);
    }
}
