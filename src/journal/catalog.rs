//! What is known of every sealed segment without touching it: 56 bytes each, so that a journal of 50 GB has 3 MB of
//! catalog.

use std::collections::VecDeque;
use std::sync::Arc;

use super::segment::Segment;
use super::{Kind, KindMask};

/// Sums over all records before a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Records by kind.
    pub kinds: [u64; 3],
    /// Payload bytes.
    pub bytes: u64,
}

impl Totals {
    /// Records of any kind.
    pub fn records(&self) -> u64 {
        self.kinds.iter().sum()
    }

    /// Records whose kind is in the set.
    pub fn of(&self, mask: KindMask) -> u64 {
        Kind::ALL.into_iter().filter(|kind| mask.contains(*kind)).map(|kind| self.kinds[kind as usize]).sum()
    }

    /// The sums after so many more.
    pub fn plus(&self, kinds: [u64; 3], bytes: u64) -> Self {
        let mut sum = Self { kinds: self.kinds, bytes: self.bytes + bytes };
        for (total, more) in sum.kinds.iter_mut().zip(kinds) {
            *total += more;
        }
        sum
    }
}

/// Where a block is in the spill file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub offset: u64,
    pub len: u32,
}

/// Where a segment is.
#[derive(Debug)]
pub(super) enum Place {
    /// In memory.
    Memory(Arc<Segment>),
    /// In the spill file.
    File(Extent),
    /// In the spill file, and could not be read.
    Unreadable(Extent),
}

/// A sealed segment.
#[derive(Debug)]
pub(super) struct Slot {
    /// The sums before its first record.
    pub start: Totals,
    pub place: Place,
}

const _: () = assert!(size_of::<Slot>() <= 56, "a segment's metadata stays small");

/// All sealed segments that were not given up, oldest first: first those in the file, then those in memory.
#[derive(Default)]
pub(super) struct Catalog {
    slots: VecDeque<Slot>,
    /// The sums over everything sealed.
    end: Totals,
    /// How many slots, from the front, are in the file.
    in_file: usize,
    resident_bytes: usize,
    file_bytes: u64,
}

impl Catalog {
    /// The sums over what was given up.
    pub fn start(&self) -> Totals {
        self.slots.front().map_or(self.end, |slot| slot.start)
    }

    /// The sums over everything sealed.
    pub fn end(&self) -> Totals {
        self.end
    }

    /// Bytes of memory in resident segments.
    pub fn resident_bytes(&self) -> usize {
        self.resident_bytes
    }

    /// Bytes of live blocks in the file.
    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// Bytes of memory of the catalog itself.
    pub fn memory_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>()
    }

    /// Adds a sealed segment with `kinds` records.
    pub fn push(&mut self, segment: Arc<Segment>, kinds: [u64; 3]) {
        self.resident_bytes += segment.memory_bytes();
        let start = self.end;
        self.end = start.plus(kinds, segment.payload.len() as u64);
        self.slots.push_back(Slot { start, place: Place::Memory(segment) });
    }

    /// The slot that holds the record.
    pub fn find(&self, index: u64) -> Option<usize> {
        if index >= self.end.records() {
            return None;
        }
        self.slots.partition_point(|slot| slot.start.records() <= index).checked_sub(1)
    }

    /// A slot with the sums behind its last record.
    pub fn get(&self, at: usize) -> (&Slot, Totals) {
        let end = self.slots.get(at + 1).map_or(self.end, |next| next.start);
        (&self.slots[at], end)
    }

    /// The oldest segment in memory.
    pub fn oldest_resident(&self) -> Option<&Arc<Segment>> {
        match &self.slots.get(self.in_file)?.place {
            Place::Memory(segment) => Some(segment),
            Place::File(_) | Place::Unreadable(_) => None,
        }
    }

    /// The oldest segment in memory is in the file now. Returns it.
    pub fn moved_to_file(&mut self, extent: Extent) -> Option<Arc<Segment>> {
        let slot = self.slots.get_mut(self.in_file)?;
        let Place::Memory(segment) = std::mem::replace(&mut slot.place, Place::File(extent)) else { return None };
        self.in_file += 1;
        self.file_bytes += u64::from(extent.len);
        self.resident_bytes -= segment.memory_bytes();
        Some(segment)
    }

    /// Gives up the oldest segment. Returns where it was.
    pub fn give_up_oldest(&mut self) -> Option<Place> {
        let slot = self.slots.pop_front()?;
        match &slot.place {
            Place::Memory(segment) => self.resident_bytes -= segment.memory_bytes(),
            Place::File(extent) | Place::Unreadable(extent) => {
                self.in_file -= 1;
                self.file_bytes -= u64::from(extent.len);
            }
        }
        Some(slot.place)
    }

    /// The segment with this first record can't be read.
    pub fn mark_unreadable(&mut self, first: u64) {
        if let Some(at) = self.find(first)
            && let Place::File(extent) = self.slots[at].place
        {
            self.slots[at].place = Place::Unreadable(extent);
        }
    }

    /// The first slot at or after `at` with a record whose kind is in the set.
    pub fn next_with(&self, at: usize, mask: KindMask) -> Option<usize> {
        let before = self.slots.get(at)?.start.of(mask);
        let found = self.slots.partition_point(|slot| slot.start.of(mask) <= before).checked_sub(1)?;
        let (slot, end) = self.get(found);
        (end.of(mask) > slot.start.of(mask)).then_some(found)
    }

    /// The last slot at or before `at` with a record whose kind is in the set.
    pub fn previous_with(&self, at: usize, mask: KindMask) -> Option<usize> {
        let through = self.get(at).1.of(mask);
        self.slots.partition_point(|slot| slot.start.of(mask) < through).checked_sub(1)
    }
}
