//! Where rows get their records from.

use crate::journal::{Fetch, Journal, KindMask, Seek};

/// Where records come from: the journal for the window (never waits), or for a thread (waits).
pub trait Source: Send + Sync {
    /// A record.
    fn get(&self, index: u64) -> Fetch;
    /// The first record at or after `index` of one of these kinds.
    fn next_visible(&self, index: u64, mask: KindMask) -> Seek;
    /// The last record at or before `index` of one of these kinds.
    fn previous_visible(&self, index: u64, mask: KindMask) -> Seek;
    /// How many records there are, and how many of the first of them (with how many bytes) were given up.
    fn extent(&self) -> Extent;
    /// Payload bytes before a record, for the scroll bar.
    fn byte_offset(&self, index: u64) -> u64;
}

/// See [`Source::extent`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Records, with those given up.
    pub records: u64,
    /// Records given up, or that show what was given up.
    pub lost_records: u64,
    /// Records of the journal given up.
    pub lost: u64,
    /// Their bytes.
    pub lost_bytes: u64,
    /// Another one whenever what the last records show may have changed.
    pub revision: u64,
}

impl Source for Journal {
    fn get(&self, index: u64) -> Fetch {
        self.fetch(index)
    }

    fn next_visible(&self, index: u64, mask: KindMask) -> Seek {
        Journal::next_visible(self, index, mask)
    }

    fn previous_visible(&self, index: u64, mask: KindMask) -> Seek {
        Journal::previous_visible(self, index, mask)
    }

    fn extent(&self) -> Extent {
        let stats = self.stats();
        Extent {
            records: stats.records,
            lost_records: stats.lost_records,
            lost: stats.lost_records,
            lost_bytes: stats.lost_bytes,
            revision: stats.records,
        }
    }

    fn byte_offset(&self, index: u64) -> u64 {
        Journal::byte_offset(self, index)
    }
}
