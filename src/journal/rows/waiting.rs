//! The journal for threads that may wait for the disk: saving and copying.

use std::sync::Arc;

use super::source::{Extent, Source};
use crate::journal::{Fetch, Journal, KindMask, ReadError, Seek};

/// A [`Source`] that never says `Loading`.
pub struct Waiting(Arc<Journal>);

impl Waiting {
    /// Of a journal.
    pub fn new(journal: Arc<Journal>) -> Self {
        Self(journal)
    }

    fn is(&self, index: u64, mask: KindMask) -> bool {
        self.0.read(index).is_ok_and(|record| mask.contains(record.head.kind))
    }
}

impl Source for Waiting {
    fn get(&self, index: u64) -> Fetch {
        match self.0.read(index) {
            Ok(record) => Fetch::Ready(record),
            Err(ReadError::OutOfRange(_)) => Fetch::OutOfRange,
            Err(error) => {
                tracing::warn!(%error, "read a record");
                Fetch::Lost
            }
        }
    }

    fn next_visible(&self, index: u64, mask: KindMask) -> Seek {
        match self.0.next_visible(index, mask) {
            Seek::Loading(at) => {
                // The kinds are on the disk: look at the records themselves.
                (at.max(index)..self.0.len()).find(|&i| self.is(i, mask)).map_or(Seek::None, Seek::Found)
            }
            told => told,
        }
    }

    fn previous_visible(&self, index: u64, mask: KindMask) -> Seek {
        match self.0.previous_visible(index, mask) {
            Seek::Loading(at) => (0..=at.min(index)).rev().find(|&i| self.is(i, mask)).map_or(Seek::None, Seek::Found),
            told => told,
        }
    }

    fn extent(&self) -> Extent {
        self.0.extent()
    }

    fn byte_offset(&self, index: u64) -> u64 {
        self.0.byte_offset(index)
    }
}
