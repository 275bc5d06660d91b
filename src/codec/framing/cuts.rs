//! What a rule says of the stream: up to here a frame, up to here none.

use std::ops::Range;

use super::{BAD_BYTES, Frame, Problem};

/// Where in the stream a framer is.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// The next byte that comes.
    at: u64,
    /// Where the frame that is looked for begins.
    start: u64,
    /// Where the bytes before `start` begin that are no frame and were not given yet, and why.
    bad: Option<(u64, Problem)>,
}

impl Place {
    pub(super) fn new(at: u64) -> Self {
        Self { at, start: at, bad: None }
    }

    /// What was not given yet.
    pub(super) fn pending(&self) -> Range<u64> {
        self.bad.map_or(self.start, |(from, _)| from)..self.at
    }
}

/// A framer's place while it is fed, and where the frames go.
pub(super) struct Cuts<'a> {
    place: &'a mut Place,
    found: &'a mut dyn FnMut(Frame),
}

impl<'a> Cuts<'a> {
    pub(super) fn new(place: &'a mut Place, found: &'a mut dyn FnMut(Frame)) -> Self {
        Self { place, found }
    }

    /// The next byte of the stream.
    pub(super) fn at(&self) -> u64 {
        self.place.at
    }

    /// Where the frame begins.
    pub(super) fn start(&self) -> u64 {
        self.place.start
    }

    /// Reads `len` bytes.
    pub(super) fn take<'b>(&mut self, input: &mut &'b [u8], len: usize) -> &'b [u8] {
        let (taken, rest) = input.split_at(len);
        *input = rest;
        self.place.at += len as u64;
        taken
    }

    /// How many bytes of `input` may be read before the frame has `max` bytes.
    pub(super) fn room(&self, max: u64, input: &[u8]) -> usize {
        let left = self.place.start.saturating_add(max).saturating_sub(self.place.at);
        usize::try_from(left).map_or(input.len(), |left| left.min(input.len()))
    }

    /// Whether the frame has `max` bytes.
    pub(super) fn is_full(&self, max: u64) -> bool {
        self.place.at - self.place.start >= max
    }

    /// A frame has begun at [`Self::start`]: what lies before it is complete.
    pub(super) fn flush(&mut self) {
        if let Some((from, problem)) = self.place.bad.take() {
            let range = from..self.place.start;
            (self.found)(Frame { payload: range.clone(), range, problem: Some(problem) });
        }
    }

    /// What was read since the last frame is one.
    pub(super) fn frame(&mut self, payload: Range<u64>) {
        self.flush();
        let range = self.place.start..self.place.at;
        self.place.start = self.place.at;
        (self.found)(Frame { range, payload, problem: None });
    }

    /// What was read since the last frame is none, up to `end`; neighbours of the same kind become one.
    pub(super) fn bad_until(&mut self, end: u64, problem: Problem) {
        let (from, _) = *self.place.bad.get_or_insert((self.place.start, problem));
        self.place.start = end;
        if end - from >= BAD_BYTES {
            self.flush();
        }
    }

    /// What was read since the last frame is none.
    pub(super) fn bad(&mut self, problem: Problem) {
        self.bad_until(self.place.at, problem);
    }
}
