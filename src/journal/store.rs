//! The journal itself: what callers see. Segments are sealed one after the other; those beyond the budget move to the
//! spill file on the journal's own thread ([`super::spill`]).
//!
//! **Architecture invariant:** no I/O happens under the lock, and it is held only for short copies; so a window that
//! fetches what is visible waits for nobody, whatever floods in and however slow the disk is.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::batch::Batch;
use super::catalog::{Place, Totals};
use super::cursor::Cursor;
use super::fetched::{Fetch, Payload, ReadError, Record, Seek, SpillTrouble, Stats};
use super::segment::{Kinds, Segment};
use super::shared::{Inner, Shared};
use super::signal::Signal;
use super::space::{Folder, SpillSpace};
use super::tails::stream_key;
use super::{Head, KindMask, Wake, block};

/// How long an append waits for the disk at most, so that a worker that is to close is never stuck in it.
const APPEND_WAIT: Duration = Duration::from_millis(100);

/// How much a cursor copies at once from the segment that still grows.
const SNAPSHOT_BYTES: usize = 256 << 10;
const SNAPSHOT_RECORDS: usize = 4096;

/// Where and how much.
#[derive(Clone, Debug)]
pub struct Config {
    /// How many bytes of records and index may stay in memory.
    pub budget_bytes: usize,
    /// The folder of the spill file.
    pub spill_dir: PathBuf,
}

/// An append-only sequence of records. Dropping it ends its thread and deletes its spill file.
pub struct Journal {
    shared: Arc<Shared>,
}

impl Journal {
    /// A new, empty journal. Its spill file and its thread come into being when they are needed.
    pub fn create(config: Config, wake: Wake) -> Arc<Self> {
        Self::with_space(config.budget_bytes, Box::new(Folder(config.spill_dir)), wake)
    }

    pub(super) fn with_space(budget_bytes: usize, space: Box<dyn SpillSpace>, wake: Wake) -> Arc<Self> {
        Arc::new(Self { shared: Shared::new(budget_bytes, space, wake) })
    }

    /// Appends the batch and empties it. Then, when memory is more than 32 MiB over the budget because the disk is
    /// slower than the socket, waits for it, at most 100 ms. A worker that asks [`has_room`](Self::has_room) before it
    /// reads more from a socket keeps memory bounded, and can still be closed at once.
    pub fn append(&self, batch: &mut Batch) {
        if !batch.is_empty() {
            self.store(batch);
            self.settle();
        }
    }

    /// Appends the batch without waking or waiting: for a caller that holds a lock.
    pub(super) fn store(&self, batch: &mut Batch) {
        self.shared.store(batch);
    }

    /// What [`append`](Self::append) does after the records are in.
    pub(super) fn settle(&self) {
        (self.shared.wake)();
        self.wait_for_room(APPEND_WAIT);
    }

    /// Whether the disk keeps up. If not, a worker should stop reading its socket for the moment: TCP then slows the
    /// peer down, and the kernel counts the datagrams that it drops.
    pub fn has_room(&self) -> bool {
        self.shared.has_room()
    }

    /// Waits until there is room, or the time is over; returns whether there is.
    pub fn wait_for_room(&self, timeout: Duration) -> bool {
        self.shared.wait_for_room(timeout)
    }

    /// How many records were appended.
    pub fn len(&self) -> u64 {
        self.shared.len()
    }

    /// Whether nothing was appended.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it holds.
    pub fn stats(&self) -> Stats {
        self.shared.read().stats()
    }

    /// How many records of each [`Kind`](super::Kind) were appended, in the order of [`Kind::ALL`](super::Kind::ALL).
    pub fn counts(&self) -> [u64; 3] {
        self.shared.read().totals().kinds
    }

    /// What is wrong with the spill file now, if something is.
    pub fn trouble(&self) -> Option<SpillTrouble> {
        self.shared.read().trouble.clone()
    }

    /// A record, without ever waiting for the disk: for the window.
    pub fn fetch(&self, index: u64) -> Fetch {
        let mut inner = self.shared.read();
        if index >= inner.totals().records() {
            return Fetch::OutOfRange;
        }
        let Some(at) = inner.catalog.find(index) else {
            return if index < inner.catalog.start().records() {
                Fetch::Lost
            } else {
                Fetch::Ready(active_record(&inner, index))
            };
        };
        let (slot, _) = inner.catalog.get(at);
        let first = slot.start.records();
        match &slot.place {
            Place::Memory(segment) => return Fetch::Ready(record(&inner, Arc::clone(segment), index)),
            Place::Unreadable(_) => return Fetch::Lost,
            Place::File(_) => {}
        }
        if let Some(kept) = inner.window.record(index) {
            let last = is_last(&inner, &kept.head, index);
            return Fetch::Ready(kept.as_of(inner.catalog.start().records(), last));
        }
        if let Some(segment) = inner.window.segment(first) {
            let record = record(&inner, segment, index);
            inner.window.keep(&record);
            return Fetch::Ready(record);
        }
        if self.shared.request(&mut inner, first) { Fetch::Loading } else { Fetch::Lost }
    }

    /// A record, waiting for the disk where needed: for threads. See [`cursor`](Self::cursor) for many.
    pub fn read(&self, index: u64) -> Result<Record, ReadError> {
        let piece = self.piece(index, 1)?.ok_or(ReadError::OutOfRange(index))?;
        let inner = self.shared.read();
        Ok(record(&inner, piece, index))
    }

    /// Reads the records from `start` on, in order: for threads.
    pub fn cursor(self: &Arc<Self>, start: u64) -> Cursor {
        Cursor::new(Arc::clone(self), start)
    }

    /// Payload bytes before this record. Never touches the disk: within a spilled segment it is interpolated.
    pub fn byte_offset(&self, index: u64) -> u64 {
        let inner = self.shared.read();
        let catalog = &inner.catalog;
        let (from, to) = match catalog.find(index) {
            Some(at) => {
                let (slot, end) = catalog.get(at);
                if let Place::Memory(segment) = &slot.place {
                    return slot.start.bytes + segment.start_of((index - segment.first) as usize) as u64;
                }
                (slot.start, end)
            }
            None if index < catalog.start().records() => (Totals::default(), catalog.start()),
            None => {
                let active = inner.active.segment();
                return match (index - active.first) as usize {
                    at if at < active.entries.len() => catalog.end().bytes + active.start_of(at) as u64,
                    _ => inner.totals().bytes,
                };
            }
        };
        let share = (index - from.records()) as f64 / (to.records() - from.records()) as f64;
        from.bytes + ((to.bytes - from.bytes) as f64 * share) as u64
    }

    /// The first record at or after `index` whose kind is in the set. Never touches the disk.
    pub fn next_visible(&self, index: u64, mask: KindMask) -> Seek {
        let mut inner = self.shared.read();
        let mut index = index.max(inner.catalog.start().records());
        while let Some(at) = inner.catalog.find(index) {
            let Some(found) = inner.catalog.next_with(at, mask) else { break };
            if found != at {
                index = inner.catalog.get(found).0.start.records();
            }
            match self.scan(&mut inner, found, mask, Direction::Next, index) {
                Scan::At(index) => return Seek::Found(index),
                Scan::Loading => return Seek::Loading(index),
                Scan::Beyond => index = inner.catalog.get(found).1.records(),
            }
        }
        let from = index.max(inner.catalog.end().records());
        inner.active.segment().next_of(from, mask).map_or(Seek::None, Seek::Found)
    }

    /// The last record at or before `index` whose kind is in the set. Never touches the disk.
    pub fn previous_visible(&self, index: u64, mask: KindMask) -> Seek {
        let mut inner = self.shared.read();
        if let Some(index) = inner.active.segment().previous_of(index, mask) {
            return Seek::Found(index);
        }
        let Some(last_sealed) = inner.catalog.end().records().checked_sub(1) else { return Seek::None };
        let mut index = index.min(last_sealed);
        while let Some(at) = inner.catalog.find(index) {
            let Some(found) = inner.catalog.previous_with(at, mask) else { break };
            if found != at {
                index = inner.catalog.get(found).1.records() - 1;
            }
            match self.scan(&mut inner, found, mask, Direction::Previous, index) {
                Scan::At(index) => return Seek::Found(index),
                Scan::Loading => return Seek::Loading(index),
                Scan::Beyond => {}
            }
            match inner.catalog.get(found).0.start.records().checked_sub(1) {
                Some(before) => index = before,
                None => break,
            }
        }
        Seek::None
    }

    /// Looks through one sealed segment, which has records of the set, from `index` on.
    fn scan(&self, inner: &mut Inner, at: usize, mask: KindMask, direction: Direction, index: u64) -> Scan {
        let (slot, end) = inner.catalog.get(at);
        let first = slot.start.records();
        if end.of(mask) - slot.start.of(mask) == end.records() - first {
            return Scan::At(index); // all of them are
        }
        let found = match &slot.place {
            Place::Memory(segment) => direction.search(&**segment, index, mask),
            Place::Unreadable(_) => Some(index), // so that the loss is seen
            Place::File(_) => {
                if let Some(kinds) = inner.window.kinds(first) {
                    direction.search(kinds, index, mask)
                } else if let Some(segment) = inner.peek_loaded(first) {
                    direction.search(&*segment, index, mask)
                } else if self.shared.request(inner, first) {
                    return Scan::Loading;
                } else {
                    Some(index)
                }
            }
        };
        found.map_or(Scan::Beyond, Scan::At)
    }

    /// How many records after `index` have a kind in the set. Exact, but for an `index` within a spilled segment, where
    /// that segment's part is estimated.
    pub fn count_after(&self, index: u64, mask: KindMask) -> u64 {
        let inner = self.shared.read();
        let next = index.saturating_add(1).max(inner.catalog.start().records());
        let before = match inner.catalog.find(next) {
            Some(at) => {
                let (slot, end) = inner.catalog.get(at);
                let first = slot.start.records();
                let within = match (&slot.place, inner.window.kinds(first)) {
                    (Place::Memory(segment), _) => segment.count_before(next, mask),
                    (_, Some(kinds)) => kinds.count_before(next, mask),
                    _ => {
                        let share = (next - first) as f64 / (end.records() - first) as f64;
                        ((end.of(mask) - slot.start.of(mask)) as f64 * share) as u64
                    }
                };
                slot.start.of(mask) + within
            }
            None => inner.catalog.end().of(mask) + inner.active.segment().count_before(next, mask),
        };
        inner.totals().of(mask) - before
    }

    /// A segment that holds the record, for a thread: from memory, as a copy of at most `copy_records` of the active
    /// one, or from the file. `None` where the journal ends.
    pub(super) fn piece(&self, index: u64, copy_records: usize) -> Result<Option<Arc<Segment>>, ReadError> {
        let mut inner = self.shared.read();
        if index >= inner.totals().records() {
            return Ok(None);
        }
        let Some(at) = inner.catalog.find(index) else {
            if index < inner.catalog.start().records() {
                return Err(ReadError::Lost(index));
            }
            let active = inner.active.segment();
            let from = (index - active.first) as usize;
            let copy = active.copy_from(from, SNAPSHOT_BYTES, copy_records.min(SNAPSHOT_RECORDS));
            return Ok(Some(Arc::new(copy)));
        };
        let (slot, end) = inner.catalog.get(at);
        let start = slot.start;
        let extent = match &slot.place {
            Place::Memory(segment) => return Ok(Some(Arc::clone(segment))),
            Place::File(extent) | Place::Unreadable(extent) => *extent,
        };
        let first = start.records();
        let loaded = inner.peek_loaded(first);
        if loaded.is_some() {
            return Ok(loaded);
        }
        let file = inner.file.clone().expect("a slot is in the file only after it was written there");
        drop(inner);
        let (records, bytes) = ((end.records() - first) as usize, (end.bytes - start.bytes) as usize);
        match block::read(&*file, extent, first, records, bytes) {
            Ok(segment) => {
                let segment = Arc::new(segment);
                let before = self.shared.read().last_read.replace(Arc::clone(&segment));
                drop(before); // not under the lock
                Ok(Some(segment))
            }
            Err(error) => {
                inner = self.shared.read();
                if index < inner.catalog.start().records() {
                    return Err(ReadError::Lost(index)); // given up meanwhile, its place used again
                }
                inner.trouble = Some(SpillTrouble::reading(&file.path(), &error));
                Err(ReadError::Io(error))
            }
        }
    }

    /// A record of a piece that [`piece`](Self::piece) gave.
    pub(super) fn record_of(&self, piece: &Arc<Segment>, index: u64) -> Record {
        let view = piece.view((index - piece.first) as usize);
        if stream_key(view.head.kind, view.head.peer.as_ref()).is_some() {
            return record(&self.shared.read(), Arc::clone(piece), index);
        }
        Record::new(Payload::Shared(Arc::clone(piece), view.range.clone()), index, &view, 0, true)
    }

    /// The first record of the segment that holds a record: what is given up is given up in segments.
    pub(super) fn segment_start(&self, index: u64) -> u64 {
        let inner = self.shared.read();
        let active = inner.active.segment().first;
        match inner.catalog.find(index) {
            Some(at) => inner.catalog.get(at).0.start.records(),
            None if index >= active => active,
            None => index,
        }
    }

    /// Rings when there are more records.
    pub(super) fn signal(&self) -> &Signal {
        &self.shared.grown
    }

    /// Where a cursor goes on that can't read the record at `index`: behind what was given up, or behind the segment.
    pub(super) fn after_gap(&self, index: u64) -> u64 {
        let inner = self.shared.read();
        match inner.catalog.find(index) {
            Some(at) => inner.catalog.get(at).1.records(),
            None => inner.catalog.start().records().max(index + 1),
        }
    }

    #[cfg(test)]
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.shared.stop();
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Next,
    Previous,
}

impl Direction {
    fn search(self, kinds: &impl Kinds, index: u64, mask: KindMask) -> Option<u64> {
        match self {
            Self::Next => kinds.next_of(index, mask),
            Self::Previous => kinds.previous_of(index, mask),
        }
    }
}

enum Scan {
    At(u64),
    Loading,
    Beyond,
}

fn active_record(inner: &Inner, index: u64) -> Record {
    let segment = inner.active.segment();
    let view = segment.view((index - segment.first) as usize);
    let payload = Payload::Copied(Arc::from(&segment.payload[view.range.clone()]));
    Record::new(payload, index, &view, inner.catalog.start().records(), is_last(inner, &view.head, index))
}

fn record(inner: &Inner, segment: Arc<Segment>, index: u64) -> Record {
    let view = segment.view((index - segment.first) as usize);
    let payload = Payload::Shared(segment, view.range.clone());
    Record::new(payload, index, &view, inner.catalog.start().records(), is_last(inner, &view.head, index))
}

fn is_last(inner: &Inner, head: &Head, index: u64) -> bool {
    stream_key(head.kind, head.peer.as_ref()).is_none_or(|key| inner.tails.is_last(key, index))
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
