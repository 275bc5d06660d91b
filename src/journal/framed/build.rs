//! Records of a framed view: payloads with what is known of them.

use std::ops::Range;

use super::cutter::{Cut, Found, Input};
use super::limits::Limits;
use super::mark::{FrameState, Mark};
use super::reader::{Gathered, Place, Reader, Wanted};
use crate::codec::Charset;
use crate::codec::framing::{Frame, Framer, Framing, Problem};
use crate::journal::fetched::Payload;
use crate::journal::segment::View;
use crate::journal::{Head, Kind, Record, Timestamp};

/// SLIP: the first byte of an escape, whose second byte is another one.
const SLIP_ESC: u8 = 0xDB;

/// A record of the view.
#[derive(Clone, Debug)]
pub(super) struct Built {
    /// `None`: its bytes can't be read any more.
    pub record: Option<Record>,
    /// Where in the journal its first byte is.
    pub place: Place,
}

/// How a frame is shown, beside its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is settled.
    Settled,
    /// It is what it seems to be, unless the next bytes tell otherwise.
    Unsettled,
    /// It is not complete.
    Open,
}

/// What is pending in a stream, as it is shown: what is no frame for sure, and what is not complete.
pub(super) fn pending(framer: &Framer) -> Vec<(Frame, Standing)> {
    let mut shown = Vec::new();
    framer.clone().finish(|frame| {
        let is_bad = frame.problem.is_some_and(|problem| problem != Problem::Unfinished);
        let whole = Frame { payload: frame.range.clone(), range: frame.range.clone(), problem: None };
        shown.push(if is_bad { (frame, Standing::Unsettled) } else { (whole, Standing::Open) });
    });
    shown
}

impl Cut {
    /// How many bytes of the journal it shows, with escapes that are not shown.
    pub fn len_bytes(&self, input: &Input<'_>) -> u64 {
        match self {
            Self::Whole => input.bytes.len() as u64,
            Self::Frame(found) => shown(&found.frame).end - shown(&found.frame).start,
        }
    }

    /// How many records of the view it is.
    pub fn records(&self, limits: &Limits) -> u64 {
        match self {
            Self::Whole => 1,
            Self::Frame(found) => limits.slices(shown(&found.frame).end - shown(&found.frame).start),
        }
    }
}

/// The bytes of a stream that show a frame.
pub(super) fn shown(frame: &Frame) -> Range<u64> {
    if frame.problem.is_some() { frame.range.clone() } else { frame.payload.clone() }
}

/// Which bytes of the stream show a slice.
pub(super) fn slice(frame: &Frame, number: u64, limits: &Limits) -> Range<u64> {
    let all = shown(frame);
    let start = (all.start + number * limits.slice_bytes).min(all.end);
    start..(start + limits.slice_bytes).min(all.end)
}

/// A record of the journal as a record of the view.
pub(super) fn whole(input: &Input<'_>, index: u64) -> Built {
    let view = View { head: input.head, previous: None, position: 0, range: 0..0 };
    let record = Record::new(Payload::Copied(input.bytes.into()), index, &view, 0, true);
    Built { record: Some(record), place: Place { record: input.index, offset: 0 } }
}

/// Builds the records of frames.
pub(super) struct Builder<'a> {
    pub framing: &'a Framing,
    pub limits: &'a Limits,
    pub reader: &'a mut Reader,
}

impl Builder<'_> {
    /// Slices of a frame whose first slice is the record `first` of the view.
    pub fn frame(&mut self, found: &Found, standing: Standing, first: u64, slices: Range<u64>) -> Vec<Built> {
        if standing == Standing::Open {
            self.framing = &Framing::AsRead; // its bytes as they came
        }
        let count = self.limits.slices(shown(&found.frame).end - shown(&found.frame).start);
        let gathered = self.gather(found, &slices, count);
        let len_bytes = gathered.as_ref().map_or(0, |gathered| self.payload_len(found, gathered, &slices));
        let state = match (standing, found.frame.problem) {
            (Standing::Open, _) => FrameState::Incomplete,
            (_, Some(problem)) => FrameState::Bad(problem),
            (_, None) => FrameState::Complete,
        };
        slices
            .map(|number| {
                let mark = Mark {
                    state,
                    len_bytes: if number == 0 { len_bytes } else { 0 },
                    continues: number > 0,
                    goes_on: number + 1 < count,
                    provisional: standing != Standing::Settled,
                };
                let Some(gathered) = &gathered else {
                    return Built { record: None, place: Place { record: found.trail.record, offset: 0 } };
                };
                let head =
                    Head { time: gathered.time, kind: found.kind, peer: Some(found.peer), charset: gathered.charset };
                let bytes = self.slice_bytes(found, gathered, number, count);
                let index = first + number;
                let position = slice(&found.frame, number, self.limits).start - shown(&found.frame).start;
                let previous = (number > 0).then(|| index - 1);
                let view = View { head, previous, position: position as u32, range: 0..0 };
                let mut record = Record::new(Payload::Copied(bytes.into()), index, &view, 0, !mark.goes_on);
                record.framed = Some(mark);
                Built { record: Some(record), place: gathered.place_of(slice(&found.frame, number, self.limits).start) }
            })
            .collect()
    }

    /// What has to be read for these slices, with a byte more at both ends where an escape may lie across them.
    fn gather(&mut self, found: &Found, slices: &Range<u64>, count: u64) -> Option<Slices> {
        let all = shown(&found.frame);
        let of = |number| slice(&found.frame, number, self.limits);
        let (mut from, mut to) = (all.start, all.start);
        if !slices.is_empty() {
            (from, to) = (of(slices.start).start, of(slices.end - 1).end);
        }
        if self.unescapes(found) && count > 1 {
            // How long the payload is, is known when all of it was read.
            let needs_len = slices.contains(&0);
            from = if needs_len { all.start } else { from.saturating_sub(1).max(all.start) };
            to = if needs_len { all.end } else { (to + 1).min(all.end) };
        }
        let is_sent = found.kind == Kind::Sent;
        let wanted = Wanted { bytes: from..to, frame: found.frame.range.clone(), charset: is_sent };
        let Gathered { bytes, place, time, charset } = self.reader.gather(found.trail, &wanted)?;
        Some(Slices { bytes, from, place, time, charset: charset.filter(|_| is_sent) })
    }

    fn unescapes(&self, found: &Found) -> bool {
        matches!(self.framing, Framing::Slip) && found.frame.problem.is_none()
    }

    /// The part of the stream that is a length field among the bytes of the payload.
    fn left_out(&self, found: &Found) -> Range<u64> {
        match self.framing {
            Framing::Length(field) if field.offset > 0 && found.frame.problem.is_none() => {
                let payload = &found.frame.payload;
                let from = (payload.start + u64::from(field.offset)).min(payload.end);
                from..(from + u64::from(field.width.bytes())).min(payload.end)
            }
            _ => 0..0,
        }
    }

    fn slice_bytes(&self, found: &Found, gathered: &Slices, number: u64, count: u64) -> Vec<u8> {
        let all = shown(&found.frame);
        let mut range = slice(&found.frame, number, self.limits);
        if self.unescapes(found) {
            // An escape belongs to the slice in which it begins.
            let torn = |at: u64| at > all.start && at < all.end && gathered.at(at - 1) == Some(SLIP_ESC);
            if count > 1 {
                range = range.start + u64::from(torn(range.start))..range.end + u64::from(torn(range.end));
            }
            let frame = Frame { range: range.clone(), payload: range.clone(), problem: None };
            return self.framing.payload(&frame, gathered.get(range.start..range.end.max(range.start))).into_owned();
        }
        let left_out = self.left_out(found);
        let before = range.start..range.end.min(left_out.start).max(range.start);
        let after = range.start.max(left_out.end).min(range.end)..range.end;
        if left_out.is_empty() || left_out.end <= range.start || left_out.start >= range.end {
            return gathered.get(range).to_vec();
        }
        [gathered.get(before), gathered.get(after)].concat()
    }

    fn payload_len(&self, found: &Found, gathered: &Slices, slices: &Range<u64>) -> u64 {
        let all = shown(&found.frame);
        if self.unescapes(found) {
            if !slices.contains(&0) {
                return 0; // only the first slice says it
            }
            let escapes: u64 = gathered.bytes.iter().map(|byte| u64::from(*byte == SLIP_ESC)).sum();
            return all.end - all.start - escapes;
        }
        let left_out = self.left_out(found);
        all.end - all.start - (left_out.end - left_out.start)
    }
}

/// The bytes of some slices of a frame.
struct Slices {
    bytes: Vec<u8>,
    /// Where in the stream they begin.
    from: u64,
    /// Where in the journal the first of them is.
    place: Place,
    time: Timestamp,
    charset: Option<Charset>,
}

impl Slices {
    fn get(&self, range: Range<u64>) -> &[u8] {
        let at = |place: u64| place.saturating_sub(self.from) as usize;
        self.bytes.get(at(range.start)..at(range.end)).unwrap_or_default()
    }

    fn at(&self, place: u64) -> Option<u8> {
        self.bytes.get(place.checked_sub(self.from)? as usize).copied()
    }

    /// Where in the journal a byte is, about: of later ones the distance is added to the first one's place.
    fn place_of(&self, start: u64) -> Place {
        Place { offset: self.place.offset + start.saturating_sub(self.from), ..self.place }
    }
}
