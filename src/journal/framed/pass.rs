//! A part of a framed view cut again, from the span in which it begins.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::build::{Builder, Built, Standing, shown, whole};
use super::cutter::{Cut, Cutter, Found, Input, Key, Stream};
use super::index::{Index, Span, span_of, span_of_real};
use super::limits::Limits;
use super::reader::{Place, Reader, input};
use super::state::{GAP, Located};
use super::tail::Tail;
use crate::codec::framing::Framing;
use crate::journal::Kind;
use crate::journal::tails::stream_key;

/// How many more spans are looked through for the end of a frame.
const SEEK_SPANS: usize = 8;

/// A pass over what was cut before.
pub(super) struct Pass<'a> {
    pub framing: &'a Framing,
    pub limits: &'a Limits,
    pub reader: &'a mut Reader,
    pub index: &'a Index,
    /// What the streams were before the open span.
    pub open: &'a [(Key, Option<Box<Stream>>)],
    /// The records of the journal that were cut.
    pub real_end: u64,
    pub stop: &'a AtomicBool,
}

/// How the pass over a span ended.
enum Ended {
    /// Behind it.
    Behind,
    /// Where it can't be read.
    Unreadable,
    /// No more was wanted.
    Enough,
}

/// What a pass meets.
enum Met<'a> {
    /// A part of a record of the journal.
    Cut(Cut, &'a Input<'a>),
    /// What can't be read: from this record on.
    Gap(u64),
}

impl Cut {
    /// Its kind.
    pub fn kind(&self, input: &Input<'_>) -> Kind {
        match self {
            Self::Whole => input.head.kind,
            Self::Frame(found) => found.kind,
        }
    }
}

impl Pass<'_> {
    /// Records of the view.
    pub fn build(&mut self, range: Range<u64>) -> Vec<Built> {
        let span = span_of(self.index.spans(), range.start);
        let (limits, framing) = (self.limits, self.framing);
        let mut built = Vec::with_capacity((range.end - range.start) as usize);
        self.run(
            span,
            |first, count| first < range.end && first + count > range.start,
            |reader, first, met| {
                pad(&mut built, first.max(range.start) - range.start);
                match met {
                    Met::Gap(record) => built.push(Built { record: None, place: Place { record, offset: 0 } }),
                    Met::Cut(Cut::Whole, input) => built.push(whole(input, first)),
                    Met::Cut(Cut::Frame(found), _) => {
                        let count = limits.slices(shown(&found.frame).end - shown(&found.frame).start);
                        let slices = range.start.saturating_sub(first)..(range.end - first).min(count);
                        built.extend(Builder { framing, limits, reader }.frame(
                            &found,
                            Standing::Settled,
                            first,
                            slices,
                        ));
                    }
                }
                first + 1 < range.end
            },
            range.end,
        );
        pad(&mut built, range.end - range.start);
        built.truncate((range.end - range.start) as usize);
        built
    }

    /// The kinds of the span that has a record of the view, with its first record.
    pub fn kinds(&mut self, index: u64) -> (u64, Vec<u8>) {
        let span = span_of(self.index.spans(), index);
        let first = self.index.spans()[span].first;
        let end = self.index.spans().get(span + 1).map_or(u64::MAX, |next| next.first);
        let limits = self.limits;
        let mut tags = Vec::new();
        self.run(
            span,
            |at, _| at < end,
            |_, _, met| {
                match met {
                    Met::Gap(_) => tags.push(GAP),
                    Met::Cut(cut, input) => {
                        tags.extend(std::iter::repeat_n(cut.kind(input) as u8, cut.records(limits) as usize));
                    }
                }
                true
            },
            end,
        );
        (first, tags)
    }

    /// Where a byte of the journal is in the view, or else the first record after it. `tail` is behind the settled
    /// records.
    pub fn locate(&mut self, place: Place, records: u64, tail: &Tail) -> Located {
        let of_stream = self.reader.piece(place.record).ok().flatten().and_then(|piece| {
            let input = input(&piece, place.record);
            let key = stream_key(input.head.kind, input.head.peer.as_ref())?;
            Some((key, u64::from(input.position) + place.offset))
        });
        let limits = self.limits;
        let within = |found: &Found| {
            let (key, at) = of_stream?;
            let is_it = (found.peer.stream, found.kind) == key && found.frame.range.end > at;
            let all = shown(&found.frame);
            let offset = at.clamp(all.start, all.end.max(all.start + 1) - 1) - all.start;
            is_it.then_some((offset / limits.slice_bytes, offset % limits.slice_bytes))
        };
        let span = span_of_real(self.index.spans(), place.record);
        let spans = self.index.spans();
        let end = spans.get(span + SEEK_SPANS).map_or(u64::MAX, |span| span.first);
        let (mut behind, mut located) = (None, None);
        self.run(
            span,
            |at, _| at < end,
            |_, first, met| {
                let Met::Cut(cut, input) = met else { return true };
                if input.index >= place.record && behind.is_none() {
                    behind = Some(Located { index: first, offset: 0 });
                }
                located = match &cut {
                    Cut::Frame(found) => within(found).map(|(slice, offset)| Located { index: first + slice, offset }),
                    Cut::Whole if of_stream.is_none() && input.index >= place.record => {
                        Some(Located { index: first, offset: place.offset })
                    }
                    Cut::Whole => None,
                };
                located.is_none()
            },
            end,
        );
        let mut first = records + u64::from(tail.more.is_some());
        for open in &tail.open {
            if let Some((slice, offset)) = within(&open.found).filter(|_| located.is_none()) {
                located = Some(Located { index: first + slice, offset });
            }
            first += open.slices;
        }
        let nearest = Located { index: self.index.spans()[span].first, offset: 0 };
        located.or(behind).unwrap_or(nearest)
    }

    /// Cuts again from a span on, and hands out what `wanted` says of a first record of the view and their number. Ends
    /// behind the record `end` of the view, or when `met` says so.
    fn run(
        &mut self,
        span: usize,
        wanted: impl Fn(u64, u64) -> bool,
        mut met: impl FnMut(&mut Reader, u64, Met<'_>) -> bool,
        end: u64,
    ) {
        let mut cutter = Cutter::new(self.framing);
        for span in span..self.index.spans().len() {
            let (begin, next) = (self.index.spans()[span], self.index.spans().get(span + 1));
            let (behind, real_end) = next.map_or((u64::MAX, self.real_end), |next| (next.first, next.real));
            if begin.first >= end || begin.real >= self.real_end {
                return;
            }
            match self.index.starts(span) {
                Some(starts) => cutter.adopt(starts),
                None => cutter.adopt(self.open),
            }
            // What can't be read now, or could not be read when it was counted, must not shift what follows.
            let of_span = |first, count| first < behind && wanted(first, count);
            match self.run_span(&mut cutter, begin, real_end, end, &of_span, &mut met) {
                Ended::Behind => {}
                Ended::Unreadable => cutter = Cutter::new(self.framing),
                Ended::Enough => return,
            }
        }
    }

    fn run_span(
        &mut self,
        cutter: &mut Cutter,
        begin: Span,
        real_end: u64,
        end: u64,
        wanted: &impl Fn(u64, u64) -> bool,
        met: &mut impl FnMut(&mut Reader, u64, Met<'_>) -> bool,
    ) -> Ended {
        let limits = self.limits;
        let (mut at, mut real) = (begin.first, begin.real);
        let mut cuts = Vec::new();
        while real < real_end {
            let piece = match self.reader.piece(real) {
                Ok(Some(piece)) => piece,
                Ok(None) => return Ended::Unreadable,
                Err(_) => {
                    let go_on = !wanted(at, 1) || met(self.reader, at, Met::Gap(real));
                    return if go_on { Ended::Unreadable } else { Ended::Enough };
                }
            };
            while real < real_end && piece.contains(real) {
                if at >= end || self.stop.load(Ordering::Relaxed) {
                    return Ended::Enough;
                }
                let input = input(&piece, real);
                cutter.record(&input, |cut| {
                    let count = cut.records(limits);
                    if wanted(at, count) {
                        cuts.push((at, cut));
                    }
                    at += count;
                });
                for (first, cut) in cuts.drain(..) {
                    if !met(self.reader, first, Met::Cut(cut, &input)) {
                        return Ended::Enough;
                    }
                }
                real += 1;
            }
        }
        Ended::Behind
    }
}

/// Records that can't be read, up to so many.
fn pad(built: &mut Vec<Built>, len: u64) {
    while (built.len() as u64) < len {
        built.push(Built { record: None, place: Place::default() });
    }
}
