//! The hand that writes: what a session's workers hold, so that a `Clear` can put a new journal under them.

use std::sync::{Arc, PoisonError, RwLock};

use super::{Batch, Config, Event, Head, Journal, Kind, Peer, Timestamp, Wake};

/// Appends to the session's current journal. Cheap to share between threads.
pub struct Recorder {
    current: RwLock<Arc<Journal>>,
    config: Config,
    wake: Wake,
}

impl Recorder {
    /// A recorder with a new, empty journal. `wake` is called after every append.
    pub fn new(config: Config, wake: Wake) -> Arc<Self> {
        let journal = Journal::create(config.clone(), Arc::clone(&wake));
        Arc::new(Self { current: RwLock::new(journal), config, wake })
    }

    /// The current journal.
    pub fn journal(&self) -> Arc<Journal> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Starts a new journal and returns the one that ends; whoever still reads it keeps it alive.
    pub fn start_new(&self) -> Arc<Journal> {
        let fresh = Journal::create(self.config.clone(), Arc::clone(&self.wake));
        std::mem::replace(&mut *self.current.write().unwrap_or_else(PoisonError::into_inner), fresh)
    }

    /// Appends a batch and empties it. May wait for the disk when the budget is used up (see [`Journal::append`]).
    pub fn append(&self, batch: &mut Batch) {
        if !batch.is_empty() {
            self.journal().append(batch);
        }
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
