//! Reads the journal for a framed view: forwards, and the bytes of a stream backwards from a record.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::cutter::{Input, Trail};
use crate::codec::Charset;
use crate::journal::segment::Segment;
use crate::journal::{Journal, ReadError, Timestamp};

/// How many segments of the journal are kept while something is looked for.
const PIECES: usize = 8;
/// In the segment that grows, so many records are taken at once on the way back.
const BACK_RECORDS: u64 = 256;
/// How often a long way back asks whether it is still wanted.
const STEPS: u32 = 4096;

/// A place in the journal: a byte of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The record's index in the journal.
    pub record: u64,
    /// The byte in its payload.
    pub offset: u64,
}

/// Bytes of a stream.
pub(super) struct Gathered {
    pub bytes: Vec<u8>,
    /// Where the first of them is.
    pub place: Place,
    /// The time of the byte before the end that was asked for.
    pub time: Timestamp,
    /// The encoding of the first byte that was asked for.
    pub charset: Option<Charset>,
}

/// What to gather: bytes of a stream, and what is known of the frame that they belong to.
pub(super) struct Wanted {
    pub bytes: Range<u64>,
    /// The frame: its last byte has its time, its first byte its encoding.
    pub frame: Range<u64>,
    /// Whether the encoding is asked for.
    pub charset: bool,
}

/// Reads a journal, waiting for the disk.
pub(super) struct Reader {
    journal: Arc<Journal>,
    /// Used last first.
    pieces: VecDeque<Arc<Segment>>,
    stop: Arc<AtomicBool>,
}

impl Reader {
    /// Of a journal. Where `stop` is set, a long search ends with nothing.
    pub fn new(journal: Arc<Journal>, stop: Arc<AtomicBool>) -> Self {
        Self { journal, pieces: VecDeque::new(), stop }
    }

    /// Lets go of what it keeps.
    pub fn rest(&mut self) {
        self.pieces.clear();
    }

    /// Consecutive records that begin at or before this one and contain it. `Ok(None)` where the journal ends; where it
    /// can't be read, the record behind the gap.
    pub fn piece(&mut self, index: u64) -> Result<Option<Arc<Segment>>, u64> {
        self.piece_from(index, index)
    }

    fn piece_from(&mut self, index: u64, from: u64) -> Result<Option<Arc<Segment>>, u64> {
        if let Some(at) = self.pieces.iter().position(|piece| piece.contains(index)) {
            if at > 0
                && let Some(piece) = self.pieces.remove(at)
            {
                self.pieces.push_front(piece);
            }
            return Ok(self.pieces.front().cloned());
        }
        self.pieces.truncate(PIECES - 1);
        let read = match self.journal.piece(from, usize::MAX) {
            Ok(Some(piece)) if !piece.contains(index) => self.journal.piece(index, usize::MAX),
            read => read,
        };
        match read {
            Ok(piece) => {
                self.pieces.extend(piece.clone());
                self.pieces.rotate_right(usize::from(piece.is_some()));
                Ok(piece)
            }
            Err(error) => {
                if let ReadError::Io(error) = &error {
                    tracing::warn!(%error, "read a segment for a framed view");
                }
                Err(self.journal.after_gap(index))
            }
        }
    }

    /// The same on the way back: in the segment that grows, with records before it.
    fn piece_before(&mut self, index: u64) -> Option<Arc<Segment>> {
        let from = index.saturating_sub(BACK_RECORDS - 1).max(self.journal.segment_start(index));
        self.piece_from(index, from).ok().flatten()
    }

    /// Gathers bytes of a stream, from its trail backwards. `None` if they can't be read (any more), or if it was told
    /// to stop.
    pub fn gather(&mut self, trail: Trail, wanted: &Wanted) -> Option<Gathered> {
        let Wanted { bytes: range, frame, .. } = wanted;
        let mut bytes = vec![0; (range.end - range.start) as usize];
        let first = if wanted.charset { range.start.min(frame.start) } else { range.start };
        let (mut index, mut end) = (trail.record, trail.end);
        let (mut time, mut place, mut charset) = (None, None, None);
        let mut piece = self.piece_before(index)?;
        for step in 1_u32.. {
            if step % STEPS == 0 && self.stop.load(Ordering::Relaxed) {
                return None;
            }
            if !piece.contains(index) {
                piece = self.piece_before(index)?;
            }
            let at = (index - piece.first) as usize;
            let entry = &piece.entries[at];
            let payload = &piece.payload[piece.start_of(at)..entry.end as usize];
            let start = end.checked_sub(payload.len() as u64)?;
            if time.is_none() && (start < frame.end || frame.is_empty()) {
                time = Some(Timestamp(entry.time));
            }
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                bytes[(from - range.start) as usize..(to - range.start) as usize]
                    .copy_from_slice(&payload[(from - start) as usize..(to - start) as usize]);
            }
            if place.is_none() && start <= range.start {
                place = Some(Place { record: index, offset: range.start - start });
            }
            if start <= frame.start {
                charset = Charset::from_u8(entry.charset);
            }
            if start <= first && time.is_some() {
                break;
            }
            if entry.distance == 0 {
                return None;
            }
            index = index.checked_sub(u64::from(entry.distance))?;
            end = start;
        }
        Some(Gathered { bytes, place: place?, time: time?, charset })
    }
}

/// The record of a piece at an index.
pub(super) fn input(piece: &Segment, index: u64) -> Input<'_> {
    let view = piece.view((index - piece.first) as usize);
    Input { index, head: view.head, position: view.position, bytes: &piece.payload[view.range] }
}
