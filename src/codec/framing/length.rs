//! A number near the front says how long a frame is.

use std::borrow::Cow;
use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::header::{Header, Verdict};
use super::{MAX_FRAME_BYTES, Problem, WrapError};
use crate::codec::byte_order::ByteOrder;

/// A length field: where it lies, and what its number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LengthField {
    /// How many bytes come before it.
    pub offset: u8,
    /// Its width.
    pub width: Width,
    /// Its byte order.
    pub order: ByteOrder,
    /// What its number counts.
    pub counts: Counts,
    /// Added to the number; negative if the number counts more than `counts` says.
    pub adjustment: i32,
    /// How many bytes of header follow it, which [`Counts::Payload`] leaves out.
    pub header_after: u8,
    /// The longest frame, field and headers included, in bytes.
    pub max_bytes: u64,
}

/// The width of a length field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Width {
    /// 1 byte.
    #[serde(rename = "1")]
    One,
    /// 2 bytes.
    #[serde(rename = "2")]
    Two,
    /// 3 bytes.
    #[serde(rename = "3")]
    Three,
    /// 4 bytes.
    #[serde(rename = "4")]
    Four,
    /// 8 bytes.
    #[serde(rename = "8")]
    Eight,
}

impl Width {
    /// Every width.
    pub const ALL: [Self; 5] = [Self::One, Self::Two, Self::Three, Self::Four, Self::Eight];

    /// In bytes.
    pub const fn bytes(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }
}

/// What the number in a length field counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// What follows the field and the header after it.
    #[default]
    Payload,
    /// Everything after the field.
    AfterField,
    /// The whole frame.
    Frame,
}

impl Counts {
    /// Everything that may be counted.
    pub const ALL: [Self; 3] = [Self::Payload, Self::AfterField, Self::Frame];
}

impl LengthField {
    /// 4 bytes at the front, the most significant first, for the bytes after them.
    pub const BE4: Self = Self {
        offset: 0,
        width: Width::Four,
        order: ByteOrder::Big,
        counts: Counts::Payload,
        adjustment: 0,
        header_after: 0,
        max_bytes: MAX_FRAME_BYTES,
    };

    /// 4 bytes at the front, the least significant first, for the bytes after them.
    pub const LE4: Self = Self { order: ByteOrder::Little, ..Self::BE4 };

    /// Where the field ends in a frame.
    fn end(&self) -> usize {
        usize::from(self.offset) + usize::from(self.width.bytes())
    }

    /// The least length of a frame: its headers.
    fn min(&self) -> u64 {
        self.end() as u64 + u64::from(self.header_after)
    }

    /// What is added to the field's number for the length of the frame.
    fn extra(&self) -> i128 {
        let uncounted = match self.counts {
            Counts::Payload => self.min(),
            Counts::AfterField => self.end() as u64,
            Counts::Frame => 0,
        };
        i128::from(uncounted) + i128::from(self.adjustment)
    }

    /// The range in which the payload lies, without the field if it lies there too.
    pub(super) fn without_field<'a>(&self, inside: &'a [u8]) -> Cow<'a, [u8]> {
        if self.offset == 0 {
            return Cow::Borrowed(inside);
        }
        let before = &inside[..usize::from(self.offset).min(inside.len())];
        Cow::Owned([before, inside.get(self.end()..).unwrap_or_default()].concat())
    }

    /// Puts the field into a message that has the other bytes of its headers.
    pub(super) fn wrap(&self, payload: &[u8], out: &mut Vec<u8>) -> Result<(), WrapError> {
        let width = self.width.bytes();
        let needed = usize::from(self.offset) + usize::from(self.header_after);
        if payload.len() < needed {
            return Err(WrapError::NoHeader { len: payload.len(), needed });
        }
        let len = payload.len() as u64 + u64::from(width);
        if len > self.max_bytes {
            return Err(WrapError::TooLong { len, max: self.max_bytes });
        }
        let number = u128::try_from(i128::from(len) - self.extra())
            .ok()
            .filter(|number| number >> (8 * u32::from(width)) == 0)
            .ok_or(WrapError::NoSuchNumber { width })?;
        let (before, after) = payload.split_at(usize::from(self.offset));
        out.extend_from_slice(before);
        out.extend(self.order.bytes(number, usize::from(width)));
        out.extend_from_slice(after);
        Ok(())
    }
}

impl Header for LengthField {
    fn verdict(&self, head: &VecDeque<u8>, max: u64, _in_step: bool) -> Verdict {
        if head.len() < self.end() {
            return Verdict::More;
        }
        let digits = head.range(usize::from(self.offset)..self.end());
        let number = match self.order {
            ByteOrder::Big => digits.fold(0, |number, byte| number << 8 | u64::from(*byte)),
            ByteOrder::Little => digits.rev().fold(0, |number, byte| number << 8 | u64::from(*byte)),
        };
        let len = i128::from(number) + self.extra();
        if len < i128::from(self.min()) {
            let length = i64::try_from(len).unwrap_or(i64::MIN);
            return Verdict::Bad(Problem::TooShort { length, min: self.min() });
        }
        let len = u64::try_from(len).unwrap_or(u64::MAX);
        if len > max {
            return Verdict::Bad(Problem::TooLong { length: len, max });
        }
        let payload_from = if self.offset == 0 { self.end() as u64 } else { 0 };
        Verdict::Frame { len, payload: payload_from..len }
    }
}
