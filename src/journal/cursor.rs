//! Sequential reading.

use std::sync::Arc;

use super::segment::Segment;
use super::{Journal, ReadError, Record};

/// Reads a journal in order, for threads. It keeps the segment that it is in, so that a long read is one pass over the
/// file; it can go on when the journal has grown after it gave `None`. What was given up or can't be read comes as one
/// error for each gap, and the cursor goes on behind it.
pub struct Cursor {
    journal: Arc<Journal>,
    next: u64,
    piece: Option<Arc<Segment>>,
}

impl Cursor {
    pub(super) fn new(journal: Arc<Journal>, start: u64) -> Self {
        Self { journal, next: start, piece: None }
    }

    /// The record that comes next.
    pub fn position(&self) -> u64 {
        self.next
    }

    /// What it reads.
    pub fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }
}

impl Iterator for Cursor {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let index = self.next;
        if self.piece.as_ref().is_none_or(|piece| !piece.contains(index)) {
            self.piece = None; // freed before the next is loaded
            match self.journal.piece(index, usize::MAX) {
                Ok(None) => return None,
                Ok(piece) => self.piece = piece,
                Err(error) => {
                    self.next = self.journal.after_gap(index);
                    return Some(Err(error));
                }
            }
        }
        let piece = self.piece.as_ref()?;
        self.next += 1;
        Some(Ok(self.journal.record_of(piece, index)))
    }
}
