//! Frames with their bytes.

use std::ops::Range;

use super::{Frame, Framer, Framing};

/// Below this, the buffer keeps what it has allocated, in bytes.
const KEPT_BYTES: usize = 1 << 20;

/// A [`Framer`] that keeps the bytes of what is not complete: at most the longest frame and [`super::BAD_BYTES`].
#[derive(Clone, Debug)]
pub struct Assembler {
    framer: Framer,
    /// The pending bytes.
    buffer: Vec<u8>,
}

impl Assembler {
    /// Frames from the beginning of a stream.
    pub fn new(framing: &Framing) -> Self {
        Self { framer: Framer::new(framing), buffer: Vec::new() }
    }

    /// [`Framer::with_max`].
    pub fn with_max(framing: &Framing, position: u64, max_bytes: u64) -> Self {
        Self { framer: Framer::with_max(framing, position, max_bytes), buffer: Vec::new() }
    }

    /// [`Framer::push`], with the bytes of each frame's range.
    pub fn push(&mut self, bytes: &[u8], time_ns: i64, mut found: impl FnMut(Frame, &[u8])) {
        let base = self.framer.pending().start;
        self.buffer.extend_from_slice(bytes);
        let buffer = &self.buffer;
        self.framer.push(bytes, time_ns, |frame| give(frame, buffer, base, &mut found));
        self.forget(base);
    }

    /// [`Framer::idle_after_ms`].
    pub fn idle_after_ms(&self) -> Option<u32> {
        self.framer.idle_after_ms()
    }

    /// [`Framer::idle`], with the bytes of each frame's range.
    pub fn idle(&mut self, mut found: impl FnMut(Frame, &[u8])) {
        let base = self.framer.pending().start;
        let buffer = &self.buffer;
        self.framer.idle(|frame| give(frame, buffer, base, &mut found));
        self.forget(base);
    }

    /// [`Framer::pending`].
    pub fn pending(&self) -> Range<u64> {
        self.framer.pending()
    }

    /// [`Framer::finish`], with the bytes of each frame's range.
    pub fn finish(self, mut found: impl FnMut(Frame, &[u8])) {
        let base = self.framer.pending().start;
        let buffer = &self.buffer;
        self.framer.finish(|frame| give(frame, buffer, base, &mut found));
    }

    /// Drops the bytes of what was given.
    fn forget(&mut self, base: u64) {
        let given = (self.framer.pending().start - base) as usize;
        if given > 0 {
            self.buffer.drain(..given);
            self.buffer.shrink_to(KEPT_BYTES);
        }
    }
}

fn give(frame: Frame, buffer: &[u8], base: u64, found: &mut impl FnMut(Frame, &[u8])) {
    let bytes = &buffer[(frame.range.start - base) as usize..(frame.range.end - base) as usize];
    found(frame, bytes);
}
