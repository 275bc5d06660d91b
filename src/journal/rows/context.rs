//! What a decoder must know of a stream before a record: the bytes since the last place where decoding is neutral.
//!
//! Where no such place is near, decoding begins anew at certain records, which depend on positions in the stream only:
//! so a record reads the same whichever way one comes to it, and each byte is shown once. Normally the context after a
//! record is remembered, and the record that follows needs no search.

use std::collections::HashMap;

use super::source::Source;
use crate::codec::Charset;
use crate::journal::{Fetch, Kind, Record};

/// A record that crosses a multiple of 2 to this power in its stream, in bytes, is a milestone.
const MILESTONE_BITS: u32 = 10;
/// A neutral place is looked for in the records back to this many milestones. Without one, decoding begins anew after
/// each milestone. That are 8 KiB of a stream of short records, or 8 long ones.
const MILESTONES: u8 = 8;
/// A search remembers the contexts of the records that are so many before it: who scrolls up needs them next.
const STRIDES: [usize; 3] = [64, 512, 4096];
/// How much of a record's end is looked at first: nearly always it is enough.
const FIRST_LOOK: usize = 256;
/// Where decoding is neutral can depend on so many bytes that follow.
const AHEAD: usize = 3;
/// Makes a position one that is not the start of the stream, whatever its lower 32 bits say; where the stream begins is
/// known from the records.
const NOT_THE_START: u64 = 1 << 32;
/// How many bytes of contexts are remembered, and of how many records.
const KNOWN_BYTES: usize = 4 << 20;
const KNOWN_RECORDS: usize = 16_384;
/// How many searches may wait for the disk.
const WALKS: usize = 256;

/// How a record is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    pub charset: Charset,
    /// It is the encoding in which a text was sent. What is sent before and after in another way is apart from it.
    own: bool,
}

impl Reading {
    /// In its own encoding, or else in this one.
    pub fn of(record: &Record, charset: Charset) -> Self {
        Self { charset: record.head.charset.unwrap_or(charset), own: record.head.charset.is_some() }
    }
}

/// What comes before a record.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    /// What a decoder must know of the bytes of its stream since the last neutral place.
    pub bytes: Vec<u8>,
    /// How many bytes there are since that place.
    len: usize,
    /// The last of them.
    edge: Edge,
    /// How many milestones were passed since that place.
    passed: u8,
}

/// The last bytes of a context, on which the next neutral place may depend.
#[derive(Clone, Copy, Debug, Default)]
struct Edge {
    bytes: [u8; AHEAD],
    len: u8,
}

impl Edge {
    fn of(bytes: &[u8]) -> Self {
        let last = &bytes[bytes.len().saturating_sub(AHEAD)..];
        let mut edge = Self { len: last.len() as u8, ..Self::default() };
        edge.bytes[..last.len()].copy_from_slice(last);
        edge
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

/// What comes after a record.
struct Known {
    reading: Reading,
    context: Context,
    /// How many of the bytes it did not show.
    held: usize,
}

/// A search for a neutral place, from a record backwards.
struct Walk {
    charset: Charset,
    /// Where the record begins in its stream, if units are counted from there.
    units_from: Option<u32>,
    /// The bytes between the place that was reached and the record, last one first.
    tail: Vec<u8>,
    /// What to look at next.
    previous: Option<u64>,
    /// How far before the record each milestone that was passed begins.
    milestones: Vec<usize>,
    /// How far before the record the first of them ends.
    cut: usize,
    /// How many records were looked at.
    looked: usize,
    /// Records that were looked at, and how far before the record each of them ends.
    strides: Vec<(u64, usize)>,
}

/// The contexts of the records of streams.
#[derive(Default)]
pub(super) struct Contexts {
    known: HashMap<u64, Known>,
    known_bytes: usize,
    walks: HashMap<u64, Walk>,
}

impl Contexts {
    /// Forgets everything, because the encoding or the journal changed.
    pub fn clear(&mut self) {
        self.known.clear();
        self.known_bytes = 0;
        self.walks.clear();
    }

    /// How a record was read, and how many of its bytes were not shown, if that is known.
    pub fn held_after(&self, record: u64) -> Option<(Reading, usize)> {
        self.known.get(&record).map(|known| (known.reading, known.held))
    }

    /// Remembers what comes after a record. `held` bytes at its end were not shown; says whether nobody else will.
    pub fn note(&mut self, record: &Record, reading: Reading, before: &Context, bytes: &[u8], held: usize) -> bool {
        let (mut context, cut) = before.after(record, reading.charset, bytes);
        if !record.is_provisional() {
            reading.charset.shorten(&mut context.bytes);
            self.remember(record.index, Known { reading, context, held: if cut { 0 } else { held } });
        }
        cut
    }

    /// Remembers what comes after the last record of a run, of which `held` bytes were not shown.
    pub fn note_run(&mut self, last: &Record, charset: Charset, mut context: Context, held: usize) {
        charset.shorten(&mut context.bytes);
        self.remember(last.index, Known { reading: Reading::of(last, charset), context, held });
    }

    fn remember(&mut self, record: u64, known: Known) {
        if self.known.len() >= KNOWN_RECORDS || self.known_bytes > KNOWN_BYTES {
            self.known.clear();
            self.known_bytes = 0;
        }
        self.known_bytes += known.context.bytes.len();
        if let Some(old) = self.known.insert(record, known) {
            self.known_bytes -= old.context.bytes.len();
        }
    }

    /// The context of a record in a stream that is read in this encoding where records have none of their own; `None`
    /// while it is being read from the disk.
    pub fn of(&mut self, source: &dyn Source, record: &Record, charset: Charset) -> Option<Context> {
        let reading = Reading::of(record, charset);
        let mut walk = self.walks.remove(&record.index).unwrap_or_else(|| Walk::new(record, reading.charset));
        let context = loop {
            let Some(index) = walk.previous else { break walk.begins_here() };
            if let Some(known) = self.known.get(&index) {
                break if known.reading == reading { walk.reached(&known.context) } else { walk.begins_here() };
            }
            let before = match source.get(index) {
                Fetch::Ready(before) if Reading::of(&before, charset) == reading => before,
                Fetch::Ready(_) | Fetch::Lost | Fetch::OutOfRange => break walk.begins_here(),
                Fetch::Loading => {
                    if self.walks.len() >= WALKS {
                        self.walks.clear();
                    }
                    if !record.is_provisional() {
                        self.walks.insert(record.index, walk);
                    }
                    return None;
                }
            };
            if let Some(context) = walk.step(&before) {
                break context;
            }
        };
        // What was sent may be followed by a text in another encoding, which asks how much of it was not shown.
        if record.head.kind == Kind::Received && !record.is_provisional() {
            for (index, distance) in &walk.strides {
                if let Some(context) = walk.context_before(*distance, &context) {
                    self.remember(*index, Known { reading, context, held: 0 });
                }
            }
        }
        Some(context)
    }
}

impl Context {
    /// All bytes since the last neutral place.
    fn of(bytes: Vec<u8>, passed: usize) -> Self {
        Self { len: bytes.len(), edge: Edge::of(&bytes), bytes, passed: passed as u8 }
    }

    /// With more bytes behind.
    fn with(mut self, more: &[u8], passed: usize) -> Self {
        self.bytes.extend_from_slice(more);
        self.edge = Edge::of(&[self.edge.bytes(), more].concat());
        self.len += more.len();
        self.passed = passed as u8;
        self
    }

    /// The context after the record whose context this is, and whether decoding begins anew there.
    pub fn after(&self, record: &Record, charset: Charset, bytes: &[u8]) -> (Self, bool) {
        let neutral = self.neutral_with(charset, bytes);
        if let Some(at) = neutral.and_then(|at| at.checked_sub(self.len)) {
            return (Self::of(bytes[at..].to_vec(), 0), false);
        }
        let passed = self.passed + u8::from(is_milestone(record));
        if passed >= MILESTONES {
            return (Self::anew(), true);
        }
        (self.clone().with(bytes, usize::from(passed)), false)
    }

    /// The last offset in this context and the bytes that follow it from which decoding is neutral, if it is another
    /// than the context's start.
    fn neutral_with(&self, charset: Charset, bytes: &[u8]) -> Option<usize> {
        // In the context there is none; there can be one at its end because of what follows.
        let from = self.len - self.edge.bytes().len();
        let joined;
        let window = if self.len == 0 {
            bytes
        } else {
            joined = [self.edge.bytes(), bytes].concat();
            &joined
        };
        let found = match from {
            0 => charset.sync_from_neutral(window),
            from => charset.sync(NOT_THE_START | from as u64, window),
        };
        found.map(|at| from + at)
    }

    /// Behind a milestone after which decoding begins anew; at the next one it does so again, unless a neutral place
    /// comes first.
    fn anew() -> Self {
        Self::of(Vec::new(), usize::from(MILESTONES) - 1)
    }

    /// How many bytes at the start of the record that follows are the second half of a unit of UTF-16 whose first half
    /// was given up.
    pub fn half_unit(&self, record: &Record, charset: Charset) -> usize {
        let torn = units_from(record, charset).is_some_and(|position| position % 2 == 1);
        usize::from(torn && self.len == 0 && !record.bytes().is_empty())
    }
}

impl Walk {
    fn new(record: &Record, charset: Charset) -> Self {
        let units_from = units_from(record, charset);
        Self {
            charset,
            units_from,
            tail: Vec::new(),
            previous: record.previous,
            milestones: Vec::new(),
            cut: 0,
            looked: 0,
            strides: Vec::new(),
        }
    }

    /// How many of so many bytes before the record make whole units.
    fn whole_units(&self, len: usize) -> usize {
        let torn = self.units_from.is_some_and(|position| position.wrapping_sub(len as u32) % 2 == 1);
        len.saturating_sub(usize::from(torn))
    }

    /// The stream begins at the place that was reached, as far as it is known.
    fn begins_here(&mut self) -> Context {
        self.tail.truncate(self.whole_units(self.tail.len()));
        self.reached(&Context::default())
    }

    fn context(&self, first: &[u8], passed: usize) -> Context {
        Context::of(first.iter().chain(self.tail.iter().rev()).copied().collect(), passed)
    }

    /// The place that was reached has this context.
    fn reached(&mut self, known: &Context) -> Context {
        let bytes: Vec<u8> = self.tail.iter().rev().copied().collect();
        if let Some(at) = known.neutral_with(self.charset, &bytes).and_then(|at| at.checked_sub(known.len)) {
            return self.behind(at);
        }
        let passed = usize::from(known.passed) + self.milestones.len();
        if passed >= usize::from(MILESTONES) { self.anew() } else { known.clone().with(&bytes, passed) }
    }

    /// Decoding is neutral so many bytes behind the place that was reached.
    fn behind(&mut self, skipped: usize) -> Context {
        self.tail.truncate(self.tail.len() - skipped);
        self.context(&[], self.passed_within(self.tail.len()))
    }

    /// How many milestones lie in so many bytes before the record.
    fn passed_within(&self, distance: usize) -> usize {
        self.milestones.iter().filter(|start| **start <= distance).count()
    }

    /// There is no neutral place near: decoding begins behind the last milestone.
    fn anew(&self) -> Context {
        let bytes = self.tail[..self.whole_units(self.cut)].iter().rev().copied().collect();
        Context { passed: Context::anew().passed, ..Context::of(bytes, 0) }
    }

    /// The context of the place that is so far before the record whose context was found.
    fn context_before(&self, distance: usize, context: &Context) -> Option<Context> {
        // Of a known context not all bytes are there.
        let len = context.bytes.len().checked_sub(distance).filter(|_| context.bytes.len() == context.len)?;
        let passed = usize::from(context.passed) - self.passed_within(distance);
        let mut before = Context::of(context.bytes[..len].to_vec(), passed);
        self.charset.shorten(&mut before.bytes);
        Some(before)
    }

    /// Looks at one more record.
    fn step(&mut self, before: &Record) -> Option<Context> {
        let bytes = before.bytes();
        if let Some(at) = self.neutral_in(before) {
            return Some(match bytes.get(at..) {
                Some(first) => self.context(first, self.milestones.len()),
                None => self.behind(at - bytes.len()),
            });
        }
        let end = self.tail.len();
        self.looked += 1;
        if STRIDES.contains(&self.looked) {
            self.strides.push((before.index, end));
        }
        self.tail.extend(bytes.iter().rev());
        if is_milestone(before) {
            if self.milestones.is_empty() {
                self.cut = end;
            }
            self.milestones.push(self.tail.len());
            if self.milestones.len() >= usize::from(MILESTONES) {
                return Some(self.anew());
            }
        }
        self.previous = before.previous;
        None
    }

    /// The last offset in a record, or shortly behind it, from which decoding is neutral.
    fn neutral_in(&self, before: &Record) -> Option<usize> {
        if is_utf16(self.charset) && self.units_from.is_none() {
            return None;
        }
        let bytes = before.bytes();
        let near = bytes.len().saturating_sub(FIRST_LOOK);
        let look = |from: usize| {
            let ahead = self.tail.iter().rev().take(AHEAD);
            let joined: Vec<u8> = bytes[from..].iter().chain(ahead).copied().collect();
            let position = u64::from(before.stream_position.wrapping_add(from as u32));
            self.charset.sync(NOT_THE_START | position, &joined).map(|at| from + at)
        };
        look(near).or_else(|| if near > 0 { look(0) } else { None })
    }
}

/// Whether a record crosses one of certain positions in its stream.
fn is_milestone(record: &Record) -> bool {
    let start = record.stream_position;
    start >> MILESTONE_BITS != start.wrapping_add(record.bytes().len() as u32) >> MILESTONE_BITS
}

fn is_utf16(charset: Charset) -> bool {
    matches!(charset, Charset::Utf16Le | Charset::Utf16Be)
}

/// The position of a record of UTF-16 in its stream, by which units are told apart. `None` for other encodings, and for
/// what was sent: a text need not begin at an even position there.
fn units_from(record: &Record, charset: Charset) -> Option<u32> {
    (is_utf16(charset) && record.head.kind == Kind::Received).then_some(record.stream_position)
}
