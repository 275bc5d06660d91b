//! What was loaded from the spill file for the window.
//!
//! Whole segments are large, so only a few stay. But a view that hides one kind may show fifty records out of fifty
//! segments: so the kinds of many segments and the records that were shown stay longer, and each load is progress.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::Record;
use super::segment::{Kinds, Segment};

const SEGMENTS_MAX: usize = 8;
const KIND_MAPS_MAX: usize = 128;
const RECORDS_MAX: usize = 1024;
const RECORD_BYTES_MAX: usize = 4 << 20;

/// Which record of a segment is what.
pub(super) struct KindMap {
    first: u64,
    tags: Box<[u8]>,
}

impl KindMap {
    pub fn of(segment: &Segment) -> Self {
        Self { first: segment.first, tags: segment.entries.iter().map(|entry| entry.kind).collect() }
    }
}

impl Kinds for KindMap {
    fn first(&self) -> u64 {
        self.first
    }

    fn len(&self) -> usize {
        self.tags.len()
    }

    fn tag(&self, at: usize) -> u8 {
        self.tags[at]
    }
}

/// Loaded segments, kinds and records; of each the newest.
#[derive(Default)]
pub(super) struct Window {
    /// Most recently used last.
    segments: VecDeque<Arc<Segment>>,
    kind_maps: VecDeque<KindMap>,
    records: HashMap<u64, Record>,
    record_order: VecDeque<u64>,
    record_bytes: usize,
}

impl Window {
    /// The segment with this first record; it is now the most recently used.
    pub fn segment(&mut self, first: u64) -> Option<Arc<Segment>> {
        let at = self.segments.iter().position(|segment| segment.first == first)?;
        let segment = self.segments.remove(at)?;
        self.segments.push_back(Arc::clone(&segment));
        Some(segment)
    }

    /// The same without a change, for a thread.
    pub fn peek(&self, first: u64) -> Option<Arc<Segment>> {
        self.segments.iter().find(|segment| segment.first == first).cloned()
    }

    /// The kinds of the segment with this first record.
    pub fn kinds(&self, first: u64) -> Option<&KindMap> {
        self.kind_maps.iter().find(|map| map.first == first)
    }

    /// A record that was shown before.
    pub fn record(&self, index: u64) -> Option<&Record> {
        self.records.get(&index)
    }

    /// Adds a loaded segment; returns what has to go for it, to be freed without the lock.
    pub fn insert(&mut self, segment: Arc<Segment>, kinds: KindMap) -> (Option<Arc<Segment>>, Option<KindMap>) {
        self.segments.push_back(segment);
        self.kind_maps.retain(|map| map.first != kinds.first);
        self.kind_maps.push_back(kinds);
        (
            (self.segments.len() > SEGMENTS_MAX).then(|| self.segments.pop_front()).flatten(),
            (self.kind_maps.len() > KIND_MAPS_MAX).then(|| self.kind_maps.pop_front()).flatten(),
        )
    }

    /// Keeps a record that is shown, as a copy that holds no segment.
    pub fn keep(&mut self, record: &Record) {
        if record.bytes().len() > RECORD_BYTES_MAX / 16 || self.records.contains_key(&record.index) {
            return;
        }
        self.record_bytes += record.bytes().len();
        self.record_order.push_back(record.index);
        self.records.insert(record.index, record.detached());
        while self.record_order.len() > RECORDS_MAX || self.record_bytes > RECORD_BYTES_MAX {
            let Some(oldest) = self.record_order.pop_front() else { break };
            if let Some(record) = self.records.remove(&oldest) {
                self.record_bytes -= record.bytes().len();
            }
        }
    }

    /// Bytes of memory, roughly.
    pub fn memory_bytes(&self) -> usize {
        self.segments.iter().map(|segment| segment.memory_bytes()).sum::<usize>()
            + self.kind_maps.iter().map(|map| map.tags.len()).sum::<usize>()
            + self.records.len() * size_of::<Record>()
            + self.record_bytes
    }
}
