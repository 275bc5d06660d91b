//! The thread of a framed view: cuts the journal from its first record to its end and goes on as it grows, and builds
//! what the window asks for.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::build::{Builder, Built, Standing, pending};
use super::cutter::{Cut, Cutter, Found, Input, Stream};
use super::index::{Index, Span};
use super::limits::Limits;
use super::pass::Pass;
use super::reader::{Reader, input};
use super::state::{GAP, Shared, State, Want};
use super::tail::{Open, OpenSlice, Tail};
use crate::codec::framing::Frame;
use crate::journal::{Kind, KindMask, Timestamp};

/// How long it cuts before it looks whether there are questions.
const SLICE: Duration = Duration::from_millis(4);
/// So many records, or bytes, are cut between two looks at the clock.
const RECORDS: u64 = 128;
const BYTES: u64 = 128 << 10;
/// How many chunks at the end are always built, so that who follows the end waits for nothing.
const TAIL_CHUNKS: u64 = 2;
/// Without anything to do it looks after itself so often.
const IDLE: Duration = Duration::from_hours(1);

/// The thread's life.
pub(super) fn run(shared: &Arc<Shared>) {
    let _gone = GoneOnDrop(shared);
    Worker::new(shared).run();
}

/// Whatever ends the thread, a panic too: callers then know that nobody answers any more.
struct GoneOnDrop<'a>(&'a Arc<Shared>);

impl Drop for GoneOnDrop<'_> {
    fn drop(&mut self) {
        self.0.lock().gone = true;
        self.0.answer();
    }
}

struct Worker<'a> {
    shared: &'a Arc<Shared>,
    reader: Reader,
    cutter: Cutter,
    index: Index,
    /// The next record of the journal.
    real: u64,
    /// Settled records, and their bytes.
    records: u64,
    bytes: u64,
    /// The kinds of the records of the open span.
    tags: Vec<u8>,
    /// The spans that were published are no longer a beginning of those here.
    respun: bool,
    /// How many records of the journal were cut when it published last.
    published: Option<u64>,
    published_at: Instant,
    /// When the next pause is over that may end a frame.
    pause_ends: Option<Instant>,
}

impl<'a> Worker<'a> {
    fn new(shared: &'a Arc<Shared>) -> Self {
        Self {
            shared,
            reader: Reader::new(Arc::clone(&shared.journal), Arc::clone(&shared.stop)),
            cutter: Cutter::noting(&shared.framing),
            index: Index::new(),
            real: 0,
            records: 0,
            bytes: 0,
            tags: Vec::new(),
            respun: false,
            published: None,
            published_at: Instant::now(),
            pause_ends: None,
        }
    }

    fn run(&mut self) {
        while !self.shared.is_stopping() {
            self.serve();
            let len = self.shared.journal.len();
            if self.real < len {
                self.cut(len);
            }
            let now = Instant::now();
            let due = self.published_at + self.shared.limits.publish_every;
            let caught_up = self.real >= self.shared.journal.len();
            let is_new = self.published != Some(self.real) || self.pause_ends.is_some_and(|at| at <= now);
            if is_new && (now >= due || (caught_up && self.published.is_none())) {
                self.publish();
            } else if caught_up {
                // What came since is shown when its time has come.
                let until = if is_new { Some(due) } else { self.pause_ends };
                let most = until.map_or(IDLE, |until| until.saturating_duration_since(now));
                self.reader.rest();
                let shared = self.shared;
                let len = self.real;
                shared.journal.signal().wait(most, || {
                    shared.is_stopping()
                        || shared.asked.load(Ordering::SeqCst)
                        || (!is_new && shared.journal.len() > len)
                });
            }
        }
    }

    // --- cutting ------------------------------------------------------------------------------------------------

    /// Cuts for a while, at most up to a record of the journal.
    fn cut(&mut self, upto: u64) {
        let begun = Instant::now();
        while self.real < upto && begun.elapsed() < SLICE && !self.shared.is_stopping() {
            let piece = match self.reader.piece(self.real) {
                Ok(Some(piece)) => piece,
                Ok(None) => return,
                Err(behind) => {
                    self.gap(behind.max(self.real + 1));
                    continue;
                }
            };
            if self.real == self.shared.journal.segment_start(self.real) {
                self.close_span(); // a segment is given up as a whole
            }
            let (until, begun_at) = (self.real + RECORDS, self.bytes);
            while self.real < upto.min(until)
                && piece.contains(self.real)
                && self.bytes - begun_at < BYTES
                && !self.shared.is_stopping()
            {
                self.take(&input(&piece, self.real));
            }
        }
    }

    fn take(&mut self, input: &Input<'_>) {
        let limits = &self.shared.limits;
        let (mut records, mut bytes, mut kinds) = (self.records, self.bytes, self.index.open().kinds);
        let tags = &mut self.tags;
        self.cutter.record(input, |cut| {
            let count = cut.records(limits);
            let kind = cut.kind(input);
            kinds = kinds.with(kind);
            tags.extend(std::iter::repeat_n(kind as u8, count as usize));
            records += count;
            bytes += cut.len_bytes(input);
        });
        (self.records, self.bytes, self.index.open().kinds) = (records, bytes, kinds);
        self.real = input.index + 1;
        let open = *self.index.open();
        if self.real - open.real >= limits.span_records
            || self.bytes - open.bytes >= limits.span_bytes
            || self.records - open.first >= limits.span_records * 16
        {
            self.close_span();
        }
    }

    /// Records of the journal that can't be read are one record of the view.
    fn gap(&mut self, behind: u64) {
        self.close_span();
        self.index.open().kinds = KindMask::ALL;
        self.tags.push(GAP);
        self.records += 1;
        self.real = behind;
        self.close_span();
    }

    fn close_span(&mut self) {
        let open = *self.index.open();
        if open.real == self.real {
            return;
        }
        if KindMask::only_one(open.kinds) {
            self.tags.clear();
        } else {
            self.shared.lock().keep_kinds(open.first, &self.tags, &self.shared.limits);
            self.tags.clear();
        }
        let next = Span { first: self.records, real: self.real, bytes: self.bytes, kinds: KindMask::NONE };
        self.respun |= self.index.close(self.cutter.take_starts(), next, &self.shared.limits);
    }

    // --- publishing ---------------------------------------------------------------------------------------------

    /// Shows what was cut: the records at the end are built before it says that they are there.
    fn publish(&mut self) {
        let limits = &self.shared.limits;
        let chunk = limits.chunk_records;
        let from = self.records.saturating_sub(1) / chunk;
        let from = from.saturating_sub(TAIL_CHUNKS - 1);
        let mut chunks = Vec::new();
        if self.records > 0 {
            let missing = {
                let state = self.shared.lock();
                (from..=(self.records - 1) / chunk).find(|number| !state.has_full(*number, limits))
            };
            if let Some(first) = missing {
                let range = first * chunk..self.records;
                let mut built = self.pass(|pass| pass.build(range)).into_iter().peekable();
                for number in first.. {
                    let part: Vec<Built> = built.by_ref().take(chunk as usize).collect();
                    if part.is_empty() {
                        break;
                    }
                    chunks.push((number, part));
                }
            }
        }
        let now = Timestamp::now();
        let tail = self.tail(now);
        let stats = self.shared.journal.stats();
        let spans = self.index.spans();
        // A span that begins before what was given up can't be built any more.
        let lost = match stats.lost_records {
            0 => 0,
            lost => spans.iter().find(|span| span.real >= lost).map_or(self.records, |span| span.first),
        };
        let caught_up = self.real >= self.shared.journal.len();
        let mut state = self.shared.lock();
        if std::mem::take(&mut self.respun) {
            state.spans.clear();
        }
        state.spans.pop(); // it was open
        let known = state.spans.len();
        state.spans.extend_from_slice(&spans[known..]);
        for (number, built) in chunks {
            state.keep(number, built, limits);
        }
        let open = spans[spans.len() - 1];
        if !KindMask::only_one(open.kinds) && !self.tags.is_empty() {
            state.keep_kinds(open.first, &self.tags, limits);
        }
        state.records = self.records;
        state.bytes = self.bytes;
        state.real = self.real;
        state.of_real = stats.records;
        state.lost = lost;
        state.lost_real = (stats.lost_records, stats.lost_bytes);
        state.set_tail(tail, limits);
        state.revision += 1;
        state.caught_up |= caught_up;
        drop(state);
        self.build_open();
        self.seek();
        self.published = Some(self.real);
        self.published_at = Instant::now();
        self.shared.answer();
    }

    /// What is behind the last settled record, and when that changes by itself.
    fn tail(&mut self, now: Timestamp) -> Tail {
        let limits = &self.shared.limits;
        let is_open = |stream: &Stream| !stream.framer.pending().is_empty();
        let mut open: Vec<_> = self.cutter.streams().filter(|(_, stream)| is_open(stream)).collect();
        open.sort_by_key(|(key, stream)| (stream.trail.record, key.0, key.1 as u8));
        let hidden = open.len().saturating_sub(limits.open_streams);
        let bytes = |stream: &Stream| stream.framer.pending().end - stream.framer.pending().start;
        let more = (hidden > 0).then(|| (hidden as u64, open[..hidden].iter().map(|(_, stream)| bytes(stream)).sum()));
        let mut tail = Tail { open: Vec::new(), more };
        self.pause_ends = None;
        for (key, stream) in open.into_iter().skip(hidden) {
            let mut framer = stream.framer.clone();
            let mut add = |frame: Frame, standing| {
                let found = Found { frame, kind: key.1, peer: stream.peer, trail: stream.trail };
                let slices = Cut::Frame(found.clone()).records(limits);
                tail.open.push(Open { found, standing, slices });
            };
            if let Some(pause_ms) = framer.idle_after_ms() {
                let left_ns = (stream.time_ns.saturating_add(i64::from(pause_ms) * 1_000_000)).saturating_sub(now.0);
                if left_ns > 0 {
                    // A clock that was set back must not make it wait for ever.
                    let left = Duration::from_nanos(left_ns.unsigned_abs()).min(Duration::from_millis(pause_ms.into()));
                    let ends = Instant::now() + left;
                    self.pause_ends = Some(self.pause_ends.map_or(ends, |other| other.min(ends)));
                } else {
                    framer.idle(|frame| add(frame, Standing::Unsettled));
                }
            }
            for (frame, standing) in pending(&framer) {
                add(frame, standing);
            }
        }
        tail
    }

    /// Builds the newest records that are not settled.
    fn build_open(&mut self) {
        let limits = &self.shared.limits;
        let wanted: Vec<(Open, u64)> = {
            let state = self.shared.lock();
            let records = state.tail.records();
            let from = records.saturating_sub(limits.chunk_records);
            let newest = (from..records).filter_map(|at| state.tail.find(at));
            let missing = newest.filter(|(open, number)| !state.has_open(&open.slice(*number, limits)));
            missing.map(|(open, number)| (open.clone(), number)).collect()
        };
        for (open, number) in wanted {
            self.build_slice(&open, number);
        }
    }

    fn build_slice(&mut self, open: &Open, number: u64) {
        let limits = &self.shared.limits;
        let mut builder = Builder { framing: &self.shared.framing, limits, reader: &mut self.reader };
        let built = builder.frame(&open.found, open.standing, 0, number..number + 1);
        if let Some(built) = built.into_iter().next() {
            self.shared.lock().keep_open(open.slice(number, limits), built);
        }
    }

    // --- answering ----------------------------------------------------------------------------------------------

    fn pass<T>(&mut self, work: impl FnOnce(&mut Pass<'_>) -> T) -> T {
        work(&mut Pass {
            framing: &self.shared.framing,
            limits: &self.shared.limits,
            reader: &mut self.reader,
            index: &self.index,
            open: self.cutter.starts(),
            real_end: self.real,
            stop: &self.shared.stop,
        })
    }

    fn serve(&mut self) {
        while self.shared.asked.swap(false, Ordering::SeqCst) {
            loop {
                // The newest first: it is what the window shows now.
                let Some(want) = self.shared.lock().wanted.back().copied() else { break };
                if self.shared.is_stopping() {
                    return;
                }
                self.build(want);
                self.shared.lock().wanted.retain(|other| *other != want);
                self.shared.answer();
            }
            if self.seek() {
                self.shared.answer();
            }
        }
    }

    fn build(&mut self, want: Want) {
        let limits = &self.shared.limits;
        let records = self.shared.lock().records;
        match want {
            Want::Chunk(number) => {
                let from = number * limits.chunk_records;
                let range = from..(from + limits.chunk_records).min(records);
                if !range.is_empty() {
                    let built = self.pass(|pass| pass.build(range));
                    self.shared.lock().keep(number, built, limits);
                }
            }
            Want::Kinds(index) => {
                let (first, tags) = self.pass(|pass| pass.kinds(index.min(records.saturating_sub(1))));
                self.shared.lock().keep_kinds(first, &tags, limits);
            }
            Want::Open(slice) => self.build_wanted(&slice),
        }
    }

    fn build_wanted(&mut self, slice: &OpenSlice) {
        let limits = &self.shared.limits;
        let found = {
            let state: &State = &self.shared.lock();
            let of =
                |open: &&Open| open.slice((slice_number(open, slice, limits)).min(open.slices - 1), limits) == *slice;
            state.tail.open.iter().find(of).map(|open| (open.clone(), slice_number(open, slice, limits)))
        };
        if let Some((open, number)) = found {
            self.build_slice(&open, number);
        }
    }

    /// Looks for the place that is sought, as soon as it was cut. Returns whether it was found.
    fn seek(&mut self) -> bool {
        let Some(place) = self.shared.lock().sought.filter(|place| place.record < self.real) else { return false };
        let (records, tail) = {
            let state = self.shared.lock();
            (state.records, state.tail.clone())
        };
        let located = self.pass(|pass| pass.locate(place, records, &tail));
        let mut state = self.shared.lock();
        state.located = Some((place, located));
        if state.sought == Some(place) {
            state.sought = None;
        }
        true
    }
}

fn slice_number(open: &Open, slice: &OpenSlice, limits: &Limits) -> u64 {
    let start = super::build::shown(&open.found.frame).start;
    slice.start.saturating_sub(start) / limits.slice_bytes
}

impl KindMask {
    /// Whether it has at most one kind.
    fn only_one(self) -> bool {
        Kind::ALL.into_iter().filter(|kind| self.contains(*kind)).count() <= 1
    }
}
