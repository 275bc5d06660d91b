//! A run of records with their index: the unit that is kept in memory, written to the spill file and loaded again.

use std::collections::HashMap;
use std::ops::Range;

use super::{Head, Kind, KindMask, Peer, Timestamp};
use crate::codec::Charset;

/// A segment is sealed before its payload would grow beyond this (one huge record may).
pub(super) const SEGMENT_BYTES: usize = 1 << 20;
/// A segment is sealed when it has so many records.
pub(super) const SEGMENT_RECORDS: usize = 16_384;

/// `Entry::peer` of a record that concerns no peer.
const NO_PEER: u16 = u16::MAX;
const _: () = assert!(SEGMENT_RECORDS < NO_PEER as usize, "a peer per record must have a number");
const _: () = assert!(size_of::<Entry>() == 24, "the index is 24 bytes a record");

/// One record in the index of its segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// Where its payload ends in the segment's; it starts where the one before ends.
    pub end: u32,
    /// How many records ago the one before it in the same stream and direction is; 0 for none.
    pub distance: u32,
    /// Low 32 bits of the byte position of its start in its stream and direction.
    pub position: u32,
    /// Its peer in the segment's table.
    pub peer: u16,
    /// Its [`Kind`].
    pub kind: u8,
    /// Its [`Charset`]; 0 for none.
    pub charset: u8,
}

/// The kind with this discriminant.
pub(super) fn kind_of(tag: u8) -> Kind {
    match tag {
        0 => Kind::Received,
        1 => Kind::Sent,
        _ => Kind::Event,
    }
}

/// Records with consecutive numbers. The peers have a table per segment, so that a flood of forged addresses cannot
/// grow a global one.
#[derive(Debug, Default)]
pub(super) struct Segment {
    /// Number of its first record.
    pub first: u64,
    pub entries: Vec<Entry>,
    pub peers: Vec<Peer>,
    pub payload: Vec<u8>,
}

/// A record as its segment knows it.
pub(super) struct View {
    pub head: Head,
    /// The record before it in its stream and direction.
    pub previous: Option<u64>,
    pub position: u32,
    pub range: Range<usize>,
}

impl Segment {
    /// Number of the record after its last.
    pub fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// Whether the record is in it.
    pub fn contains(&self, index: u64) -> bool {
        (self.first..self.end()).contains(&index)
    }

    /// Where the payload of its `at`th record starts.
    pub fn start_of(&self, at: usize) -> usize {
        if at == 0 { 0 } else { self.entries[at - 1].end as usize }
    }

    /// Its `at`th record.
    pub fn view(&self, at: usize) -> View {
        let entry = &self.entries[at];
        let head = Head {
            time: Timestamp(entry.time),
            kind: kind_of(entry.kind),
            peer: self.peers.get(usize::from(entry.peer)).copied(),
            charset: Charset::from_u8(entry.charset),
        };
        let index = self.first + at as u64;
        let previous = (entry.distance != 0).then(|| index.checked_sub(u64::from(entry.distance))).flatten();
        View { head, previous, position: entry.position, range: self.start_of(at)..entry.end as usize }
    }

    /// Bytes of memory that it holds.
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>()
            + self.payload.capacity()
            + self.entries.capacity() * size_of::<Entry>()
            + self.peers.capacity() * size_of::<Peer>()
    }

    /// A copy of the records from `at` on, as many as fit into `bytes_max`, but one at least.
    pub fn copy_from(&self, at: usize, bytes_max: usize, records_max: usize) -> Self {
        let start = self.start_of(at);
        let rest = &self.entries[at..];
        let fitting = rest[..rest.len().min(records_max)].partition_point(|e| e.end as usize - start <= bytes_max);
        let taken = &rest[..fitting.max(1)];
        let mut copy = Self { first: self.first + at as u64, ..Self::default() };
        copy.entries.reserve_exact(taken.len());
        let mut last_peer = NO_PEER;
        for entry in taken {
            let mut entry = *entry;
            entry.end -= start as u32;
            if entry.peer != NO_PEER {
                if entry.peer != last_peer || copy.peers.is_empty() {
                    last_peer = entry.peer;
                    copy.peers.push(self.peers[usize::from(entry.peer)]);
                }
                entry.peer = (copy.peers.len() - 1) as u16;
            }
            copy.entries.push(entry);
        }
        let end = start + copy.entries[copy.entries.len() - 1].end as usize;
        copy.payload.extend_from_slice(&self.payload[start..end]);
        copy
    }
}

/// Consecutive records of which the kinds are known.
pub(super) trait Kinds {
    /// Number of the first record.
    fn first(&self) -> u64;
    /// How many records.
    fn len(&self) -> usize;
    /// The discriminant of the `at`th record's [`Kind`].
    fn tag(&self, at: usize) -> u8;

    /// The first record at or after `index` whose kind is in the set.
    fn next_of(&self, index: u64, mask: KindMask) -> Option<u64> {
        let from = index.saturating_sub(self.first()) as usize;
        let at = (from..self.len()).find(|at| mask.contains(kind_of(self.tag(*at))))?;
        Some(self.first() + at as u64)
    }

    /// The last record at or before `index` whose kind is in the set.
    fn previous_of(&self, index: u64, mask: KindMask) -> Option<u64> {
        let upto = (index.checked_sub(self.first())?.saturating_add(1)).min(self.len() as u64) as usize;
        let at = (0..upto).rev().find(|at| mask.contains(kind_of(self.tag(*at))))?;
        Some(self.first() + at as u64)
    }

    /// How many records before `index` have a kind in the set.
    fn count_before(&self, index: u64, mask: KindMask) -> u64 {
        let upto = index.saturating_sub(self.first()).min(self.len() as u64) as usize;
        (0..upto).filter(|at| mask.contains(kind_of(self.tag(*at)))).count() as u64
    }
}

impl Kinds for Segment {
    fn first(&self) -> u64 {
        self.first
    }

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn tag(&self, at: usize) -> u8 {
        self.entries[at].kind
    }
}

/// Memory of a segment that is gone, for the next one: fresh pages cost more than the copy into them.
pub(super) struct Buffers {
    pub entries: Vec<Entry>,
    pub payload: Vec<u8>,
}

impl Buffers {
    /// Bytes of memory that they hold.
    pub fn memory_bytes(&self) -> usize {
        self.payload.capacity() + self.entries.capacity() * size_of::<Entry>()
    }
}

/// The segment that grows.
#[derive(Default)]
pub(super) struct Active {
    segment: Segment,
    peer_numbers: HashMap<Peer, u16>,
    last_peer: Option<(Peer, u16)>,
    kinds: [u64; 3],
}

impl Active {
    /// What it holds so far.
    pub fn segment(&self) -> &Segment {
        &self.segment
    }

    /// How many records of each kind it holds.
    pub fn kinds(&self) -> [u64; 3] {
        self.kinds
    }

    /// Whether it must be sealed before a record with `len` bytes.
    pub fn is_full_for(&self, len: usize) -> bool {
        let records = self.segment.entries.len();
        records >= SEGMENT_RECORDS || (records > 0 && self.segment.payload.len() + len > SEGMENT_BYTES)
    }

    /// Adds a record. `previous` is its stream's last record and that one's end, if there is one.
    pub fn push(&mut self, head: &Head, bytes: &[u8], distance: u32, position: u32) {
        let peer = head.peer.map_or(NO_PEER, |peer| self.peer_number(peer));
        self.segment.payload.extend_from_slice(bytes);
        self.segment.entries.push(Entry {
            time: head.time.0,
            end: self.segment.payload.len() as u32,
            distance,
            position,
            peer,
            kind: head.kind as u8,
            charset: head.charset.map_or(0, |charset| charset as u8),
        });
        self.kinds[head.kind as usize] += 1;
    }

    /// Ends it and starts the next one, in `spare` memory if there is some.
    pub fn seal(&mut self, spare: Option<Buffers>) -> Segment {
        let next = match spare {
            Some(Buffers { entries, payload }) => {
                Segment { first: self.segment.end(), entries, payload, peers: Vec::new() }
            }
            None => Segment {
                first: self.segment.end(),
                entries: Vec::with_capacity(self.segment.entries.len().next_power_of_two().min(SEGMENT_RECORDS)),
                payload: Vec::with_capacity(self.segment.payload.len().next_power_of_two().min(SEGMENT_BYTES)),
                peers: Vec::new(),
            },
        };
        let mut sealed = std::mem::replace(&mut self.segment, next);
        trim(&mut sealed.entries);
        trim(&mut sealed.payload);
        trim(&mut sealed.peers);
        self.peer_numbers = HashMap::new();
        self.last_peer = None;
        self.kinds = [0; 3];
        sealed
    }

    /// Bytes of memory that it holds.
    pub fn memory_bytes(&self) -> usize {
        self.segment.memory_bytes() + self.peer_numbers.capacity() * (size_of::<(Peer, u16)>() + 1)
    }

    fn peer_number(&mut self, peer: Peer) -> u16 {
        if let Some((last, number)) = self.last_peer
            && last == peer
        {
            return number;
        }
        let next = self.segment.peers.len() as u16;
        let number = *self.peer_numbers.entry(peer).or_insert(next);
        if number == next {
            self.segment.peers.push(peer);
        }
        self.last_peer = Some((peer, number));
        number
    }
}

/// Gives memory back when more than an eighth of it is unused.
fn trim<T>(vec: &mut Vec<T>) {
    if vec.capacity() - vec.len() > vec.capacity() / 8 {
        vec.shrink_to_fit();
    }
}
