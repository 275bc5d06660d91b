//! What the thread of a framed view and its callers share.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::build::{Built, shown};
use super::index::Span;
use super::limits::Limits;
use super::mark::{FrameState, Mark};
use super::reader::Place;
use super::tail::{OpenSlice, Tail};
use crate::codec::framing::Framing;
use crate::journal::fetched::Payload;
use crate::journal::segment::{View, kind_of};
use crate::journal::{Head, Journal, Kind, KindMask, Record, Timestamp, Wake};

/// How many questions may wait; a window that scrolls on wants the newest.
const WANTED_MAX: usize = 8;
/// What a record costs beside its bytes, about.
const RECORD_BYTES: usize = 256;

/// The tag of a record that stands for what can't be read: every view shows it.
pub(super) const GAP: u8 = u8::MAX;

/// What the thread is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// A chunk of settled records, by its number.
    Chunk(u64),
    /// The kinds of the span that has this record.
    Kinds(u64),
    /// A slice of a frame that is not settled.
    Open(OpenSlice),
}

/// A place in the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// The record.
    pub index: u64,
    /// About the byte in its payload.
    pub offset: u64,
}

struct Chunk {
    built: Arc<[Built]>,
    bytes: usize,
    used: u64,
}

/// The kinds of consecutive records.
struct Kinds {
    first: u64,
    tags: Box<[u8]>,
}

/// Behind the lock.
pub(super) struct State {
    pub spans: Vec<Span>,
    /// Settled records, and their bytes.
    pub records: u64,
    pub bytes: u64,
    /// Records of the journal that were cut, and that it had then.
    pub real: u64,
    pub of_real: u64,
    /// Settled records that were given up.
    pub lost: u64,
    /// Records of the journal that were given up, and their bytes.
    pub lost_real: (u64, u64),
    pub tail: Tail,
    /// Counts what was published.
    pub revision: u64,
    /// Counts the answers to questions, and what was published.
    pub answers: u64,
    /// Whether the end of the journal was reached once.
    pub caught_up: bool,
    /// Whether the thread has ended.
    pub gone: bool,
    pub wanted: VecDeque<Want>,
    /// The place that is looked for, and the one that was found last.
    pub sought: Option<Place>,
    pub located: Option<(Place, Located)>,
    chunks: HashMap<u64, Chunk>,
    chunk_bytes: usize,
    clock: u64,
    /// The newest last.
    kinds: VecDeque<Kinds>,
    kinds_bytes: usize,
    open_built: HashMap<OpenSlice, Built>,
}

impl State {
    fn new() -> Self {
        Self {
            spans: vec![Span::default()],
            records: 0,
            bytes: 0,
            real: 0,
            of_real: 0,
            lost: 0,
            lost_real: (0, 0),
            tail: Tail::default(),
            revision: 0,
            answers: 0,
            caught_up: false,
            gone: false,
            wanted: VecDeque::new(),
            sought: None,
            located: None,
            chunks: HashMap::new(),
            chunk_bytes: 0,
            clock: 0,
            kinds: VecDeque::new(),
            kinds_bytes: 0,
            open_built: HashMap::new(),
        }
    }

    /// A settled record, if it is kept.
    pub fn built(&mut self, index: u64, limits: &Limits) -> Option<Built> {
        self.clock += 1;
        let chunk = self.chunks.get_mut(&(index / limits.chunk_records))?;
        chunk.used = self.clock;
        chunk.built.get((index % limits.chunk_records) as usize).cloned()
    }

    /// Whether all records of a chunk are kept, so far as there will be any.
    pub fn has_full(&self, chunk: u64, limits: &Limits) -> bool {
        self.chunks.get(&chunk).is_some_and(|chunk| chunk.built.len() as u64 == limits.chunk_records)
    }

    /// Keeps the records of a chunk, and drops those that were not used for longest.
    pub fn keep(&mut self, number: u64, built: Vec<Built>, limits: &Limits) {
        let bytes =
            built.iter().filter_map(|built| built.record.as_ref()).map(|record| record.bytes().len()).sum::<usize>();
        let bytes = bytes + built.len() * RECORD_BYTES;
        self.clock += 1;
        self.chunk_bytes += bytes;
        let chunk = Chunk { built: built.into(), bytes, used: self.clock };
        if let Some(before) = self.chunks.insert(number, chunk) {
            self.chunk_bytes -= before.bytes;
        }
        while self.chunk_bytes > limits.cache_bytes && self.chunks.len() > 1 {
            let Some(oldest) = self.chunks.iter().min_by_key(|(_, chunk)| chunk.used).map(|(number, _)| *number) else {
                break;
            };
            if let Some(gone) = self.chunks.remove(&oldest) {
                self.chunk_bytes -= gone.bytes;
            }
        }
    }

    /// Keeps the kinds of consecutive records.
    pub fn keep_kinds(&mut self, first: u64, tags: &[u8], limits: &Limits) {
        self.kinds.retain(|known| known.first != first);
        self.kinds.push_back(Kinds { first, tags: tags.into() });
        self.kinds_bytes = self.kinds.iter().map(|known| known.tags.len() + size_of::<Kinds>()).sum();
        while self.kinds_bytes > limits.kinds_bytes && self.kinds.len() > 1 {
            if let Some(gone) = self.kinds.pop_front() {
                self.kinds_bytes -= gone.tags.len() + size_of::<Kinds>();
            }
        }
    }

    /// Replaces what is not settled; keeps of its records those that are still the same.
    pub fn set_tail(&mut self, tail: Tail, limits: &Limits) {
        let slices = tail.open.iter().flat_map(|open| (0..open.slices).map(|number| open.slice(number, limits)));
        let mut kept = HashMap::new();
        if !self.open_built.is_empty() {
            for slice in slices {
                if let Some(built) = self.open_built.remove(&slice) {
                    kept.insert(slice, built);
                }
            }
        }
        self.open_built = kept;
        self.tail = tail;
    }

    /// Keeps a record that is not settled.
    pub fn keep_open(&mut self, slice: OpenSlice, built: Built) {
        self.open_built.insert(slice, built);
    }

    /// Whether a record that is not settled is kept.
    pub fn has_open(&self, slice: &OpenSlice) -> bool {
        self.open_built.contains_key(slice)
    }

    /// The `at`th record behind the settled ones. `Err`: what has to be built for it.
    pub fn open(&self, at: u64, limits: &Limits) -> Result<Built, Option<OpenSlice>> {
        if let (0, Some((streams, bytes))) = (at, self.tail.more) {
            return Ok(more(self.records, streams, bytes));
        }
        let (open, number) = self.tail.find(at).ok_or(None)?;
        let slice = open.slice(number, limits);
        let mut built = self.open_built.get(&slice).cloned().ok_or(Some(slice))?;
        if let Some(record) = &mut built.record {
            record.index = self.records + at;
            record.previous = (number > 0).then(|| record.index - 1);
            record.last_in_stream = number + 1 == open.slices;
            if let Some(mark) = &mut record.framed {
                mark.goes_on = number + 1 < open.slices;
                let all = shown(&open.found.frame);
                mark.len_bytes = if number == 0 { all.end - all.start } else { 0 };
            }
        }
        Ok(built)
    }

    /// The first record from `index` on with a kind in the set; `Err`: whose kinds are needed.
    pub fn next_of(&self, index: u64, mask: KindMask) -> Result<Option<u64>, u64> {
        let mut index = index.max(self.lost);
        while index < self.records {
            let at = super::index::span_of(&self.spans, index);
            let (span, end) = (self.spans[at], self.end_of(at));
            if !span.kinds.meets(mask) {
                index = end;
            } else if span.kinds.is_within(mask) {
                return Ok(Some(index));
            } else {
                let known = self.kinds_with(index).ok_or(index)?;
                let from = (index - known.first) as usize;
                let upto = (known.tags.len() as u64).min(end - known.first) as usize;
                match (from..upto).find(|at| is_of(known.tags[*at], mask)) {
                    Some(at) => return Ok(Some(known.first + at as u64)),
                    None => index = known.first + upto as u64,
                }
            }
        }
        let behind = self.tail.records();
        let at = (index.saturating_sub(self.records)..behind).find(|at| mask.contains(self.tail.kind(*at)));
        Ok(at.map(|at| self.records + at))
    }

    /// The last record up to `index` with a kind in the set; `Err`: whose kinds are needed.
    pub fn previous_of(&self, index: u64, mask: KindMask) -> Result<Option<u64>, u64> {
        let last = (self.records + self.tail.records()).checked_sub(1);
        let Some(mut index) = last.map(|last| last.min(index)) else { return Ok(None) };
        while index >= self.records {
            if mask.contains(self.tail.kind(index - self.records)) {
                return Ok(Some(index));
            }
            match index.checked_sub(1) {
                Some(before) => index = before,
                None => return Ok(None),
            }
        }
        while index >= self.lost {
            let at = super::index::span_of(&self.spans, index);
            let span = self.spans[at];
            let before = if !span.kinds.meets(mask) {
                span.first
            } else if span.kinds.is_within(mask) {
                return Ok(Some(index));
            } else {
                let known = self.kinds_with(index).ok_or(index)?;
                let from = span.first.max(known.first) - known.first;
                let upto = index - known.first;
                match (from..=upto).rev().find(|at| is_of(known.tags[*at as usize], mask)) {
                    Some(at) => return Ok(Some(known.first + at)),
                    None => known.first + from,
                }
            };
            match before.checked_sub(1) {
                Some(before) => index = before,
                None => break,
            }
        }
        Ok(None)
    }

    fn kinds_with(&self, index: u64) -> Option<&Kinds> {
        self.kinds.iter().rev().find(|known| (known.first..known.first + known.tags.len() as u64).contains(&index))
    }

    /// The record behind a span.
    pub fn end_of(&self, span: usize) -> u64 {
        self.spans.get(span + 1).map_or(self.records, |next| next.first)
    }

    /// Bytes of the view before a record; within a span it is interpolated.
    pub fn byte_offset(&self, index: u64, limits: &Limits) -> u64 {
        if index >= self.records {
            return self.bytes + self.tail.bytes_before(index - self.records, limits);
        }
        let at = super::index::span_of(&self.spans, index);
        let span = self.spans[at];
        let end = self.spans.get(at + 1).map_or(self.bytes, |next| next.bytes);
        let share = (index - span.first) as f64 / (self.end_of(at) - span.first).max(1) as f64;
        span.bytes + ((end - span.bytes) as f64 * share) as u64
    }
}

fn is_of(tag: u8, mask: KindMask) -> bool {
    tag == GAP || mask.contains(kind_of(tag))
}

/// A line that counts what is not shown.
fn more(index: u64, streams: u64, bytes: u64) -> Built {
    let head = Head { time: Timestamp::default(), kind: Kind::Event, peer: None, charset: None };
    let view = View { head, previous: None, position: 0, range: 0..0 };
    let mut record = Record::new(Payload::Copied([].into()), index, &view, 0, true);
    let state = FrameState::More { streams, bytes };
    record.framed = Some(Mark { state, len_bytes: bytes, continues: false, goes_on: false, provisional: true });
    Built { record: Some(record), place: Place::default() }
}

/// What the thread and its callers share.
pub(super) struct Shared {
    state: Mutex<State>,
    /// Those who wait for the thread wait here.
    answered: Condvar,
    pub journal: Arc<Journal>,
    pub framing: Framing,
    pub limits: Limits,
    pub wake: Wake,
    /// The thread is to end.
    pub stop: Arc<AtomicBool>,
    /// There are questions.
    pub asked: AtomicBool,
}

impl Shared {
    pub fn new(journal: Arc<Journal>, framing: Framing, limits: Limits, wake: Wake) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::new()),
            answered: Condvar::new(),
            journal,
            framing,
            limits,
            wake,
            stop: Arc::default(),
            asked: AtomicBool::new(false),
        })
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the thread. False if there is none any more.
    pub fn want(&self, state: &mut State, want: Want) -> bool {
        if state.gone {
            return false;
        }
        if !state.wanted.contains(&want) {
            if state.wanted.len() == WANTED_MAX {
                state.wanted.pop_front();
            }
            state.wanted.push_back(want);
        }
        self.call();
        true
    }

    /// Wakes the thread for a question.
    pub fn call(&self) {
        if !self.asked.swap(true, Ordering::SeqCst) {
            self.journal.signal().notify();
        }
    }

    /// Tells those who wait that there is something new.
    pub fn answer(&self) {
        self.lock().answers += 1;
        self.answered.notify_all();
        (self.wake)();
    }

    /// Waits for the thread, at most so long.
    pub fn wait<'a>(&self, state: MutexGuard<'a, State>, most: std::time::Duration) -> MutexGuard<'a, State> {
        self.answered.wait_timeout(state, most).unwrap_or_else(PoisonError::into_inner).0
    }

    pub fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}
