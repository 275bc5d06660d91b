//! Records on their way into the journal, so that a lock is taken once for many.

use super::{Event, Head, Kind, Peer, Timestamp};

/// A longer payload becomes several records: offsets inside a segment are 32 bits wide.
const RECORD_BYTES_MAX: usize = 1 << 30;

/// Records that are appended together.
#[derive(Default)]
pub struct Batch {
    /// Each head with the end of its payload in `bytes`; it starts where the one before ends.
    pub(super) heads: Vec<(Head, usize)>,
    pub(super) bytes: Vec<u8>,
}

impl Batch {
    /// Adds a record.
    pub fn push(&mut self, head: Head, bytes: &[u8]) {
        let mut rest = bytes;
        loop {
            let (piece, after) = rest.split_at(rest.len().min(RECORD_BYTES_MAX));
            self.bytes.extend_from_slice(piece);
            self.heads.push((head, self.bytes.len()));
            if after.is_empty() {
                return;
            }
            rest = after;
        }
    }

    /// Adds an event.
    pub fn push_event(&mut self, time: Timestamp, peer: Option<Peer>, event: &Event) {
        let json = serde_json::to_vec(event).unwrap_or_default();
        self.push(Head { time, kind: Kind::Event, peer, charset: None }, &json);
    }

    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// How many payload bytes it holds.
    pub fn len_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Forgets everything, keeps the memory for the next round.
    pub fn clear(&mut self) {
        self.heads.clear();
        self.bytes.clear();
    }
}
