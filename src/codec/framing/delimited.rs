//! A byte sequence ends a frame, or the count of its bytes.

use std::num::NonZeroU32;

use super::Problem;
use super::cuts::Cuts;
use super::mark::{Mark, Search};

#[derive(Clone, Debug)]
pub(super) struct Delimiter {
    end: Search,
    keep: bool,
    max: u64,
    /// The frame is too long; its bytes are bad up to the delimiter.
    too_long: bool,
}

impl Delimiter {
    pub(super) fn new(delimiter: &Mark, keep: bool, max: u64) -> Self {
        Self { end: Search::new(delimiter), keep, max, too_long: false }
    }

    pub(super) fn read(&mut self, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        let no_end = Problem::NoEnd { max: self.max };
        while !input.is_empty() {
            let room = cuts.room(self.max, input);
            let found = self.end.find(&input[..room]);
            cuts.take(input, found.unwrap_or(room));
            if found.is_none() {
                if cuts.is_full(self.max) {
                    self.too_long = true;
                    cuts.bad(no_end);
                }
            } else if self.too_long {
                self.too_long = false;
                cuts.bad(no_end);
                cuts.flush();
            } else {
                cuts.frame(cuts.start()..cuts.at() - if self.keep { 0 } else { self.end.len() });
            }
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Fixed {
    bytes: u64,
}

impl Fixed {
    pub(super) fn new(bytes: NonZeroU32, max: u64) -> Self {
        Self { bytes: u64::from(bytes.get()).min(max) }
    }

    pub(super) fn read(&mut self, input: &mut &[u8], cuts: &mut Cuts<'_>) {
        while !input.is_empty() {
            let room = cuts.room(self.bytes, input);
            cuts.take(input, room);
            if cuts.is_full(self.bytes) {
                cuts.frame(cuts.start()..cuts.at());
            }
        }
    }
}
