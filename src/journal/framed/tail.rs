//! What is behind the last settled record of a framed view: frames that may change.

use super::build::{Standing, shown, slice};
use super::cutter::Found;
use super::limits::Limits;
use crate::journal::Kind;

/// A slice of what is not settled: which stream, and where in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct OpenSlice {
    pub stream: u32,
    pub kind: Kind,
    pub start: u64,
    pub end: u64,
    pub standing: bool,
}

/// Frames that are not settled, in the order in which they are shown.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub found: Found,
    pub standing: Standing,
    pub slices: u64,
}

impl Open {
    pub fn slice(&self, number: u64, limits: &Limits) -> OpenSlice {
        let range = slice(&self.found.frame, number, limits);
        OpenSlice {
            stream: self.found.peer.stream,
            kind: self.found.kind,
            start: range.start,
            end: range.end,
            standing: self.standing == Standing::Open,
        }
    }
}

/// What is behind the last settled record.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail {
    /// Frames that are shown.
    pub open: Vec<Open>,
    /// How many more directions of streams there are, and their bytes.
    pub more: Option<(u64, u64)>,
}

impl Tail {
    /// How many records it is.
    pub fn records(&self) -> u64 {
        u64::from(self.more.is_some()) + self.open.iter().map(|open| open.slices).sum::<u64>()
    }

    /// The frame and its slice that is the `at`th record.
    pub fn find(&self, at: u64) -> Option<(&Open, u64)> {
        let mut left = at.checked_sub(u64::from(self.more.is_some()))?;
        for open in &self.open {
            if left < open.slices {
                return Some((open, left));
            }
            left -= open.slices;
        }
        None
    }

    /// The bytes before the `at`th record.
    pub fn bytes_before(&self, at: u64, limits: &Limits) -> u64 {
        let mut left = at.saturating_sub(u64::from(self.more.is_some()));
        let mut bytes = 0;
        for open in &self.open {
            let all = shown(&open.found.frame);
            if left < open.slices {
                return bytes + slice(&open.found.frame, left, limits).start - all.start;
            }
            left -= open.slices;
            bytes += all.end - all.start;
        }
        bytes
    }

    /// The kind of the `at`th record.
    pub fn kind(&self, at: u64) -> Kind {
        self.find(at).map_or(Kind::Event, |(open, _)| open.found.kind)
    }
}
