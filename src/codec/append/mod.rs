//! What is added to everything that is sent (自动发送附加位): fixed bytes, line ends, checksums, length fields.
//!
//! The blocks are applied one after the other. Each sees the message as those before it left it: a CRC after a length
//! field covers the field, a CRC before it does not. Only what a length field counts is the message as it will go out,
//! with the blocks that are still to come.

mod block;
mod catalogue;
mod checksum;
mod crc;
mod layout;

use std::ops::Range;

use thiserror::Error;

pub use block::{Block, ChecksumBlock, Counts, LengthBlock, LengthSize, Place};
pub use checksum::{Checksum, UnknownChecksum};
pub use crc::Crc;
use layout::Layout;

/// Why a block can't be added to a message, and which.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("block {}: {kind}", .block + 1)]
pub struct AppendError {
    /// Its index in the list.
    pub block: usize,
    /// What is wrong.
    pub kind: AppendErrorKind,
}

/// What is wrong with a block for a message.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum AppendErrorKind {
    /// A place before the first or after the last byte of the message.
    #[error("offset {offset} is outside of the message of {len_bytes} bytes")]
    Outside {
        /// The place as it was asked for.
        offset: i32,
        /// How long the message is when the block's turn comes.
        len_bytes: usize,
    },
    /// A checksum's range that ends before it begins.
    #[error("the range ends at byte {to}, before it begins at byte {from}")]
    Backwards {
        /// The first byte, counted from the front.
        from: usize,
        /// The byte after the last, counted from the front.
        to: usize,
    },
    /// The length, after its adjustment, is negative or takes more bytes than the field has.
    #[error("length {length} does not fit in {size} bytes")]
    LengthDoesNotFit {
        /// The length.
        length: i64,
        /// The bytes of the field.
        size: u8,
    },
}

/// A message and where each byte of it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The bytes that go out.
    pub bytes: Vec<u8>,
    /// The pieces of it, in order, without gaps. Payload and block are in several pieces if another was put inside.
    pub pieces: Vec<Piece>,
}

/// A run of bytes that come from the same place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Who made it.
    pub origin: Origin,
    /// Its bytes in the message.
    pub range: Range<usize>,
}

/// Who made some bytes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is what was to be sent.
    Payload,
    /// The block with this index.
    Block(usize),
}

/// The bytes that go out for this payload.
pub fn apply(blocks: &[Block], payload: &[u8]) -> Result<Vec<u8>, AppendError> {
    Layout::of(blocks, payload.len())?.fill(blocks, payload)
}

/// The same, and where each byte comes from, for a preview.
pub fn preview(blocks: &[Block], payload: &[u8]) -> Result<Message, AppendError> {
    let layout = Layout::of(blocks, payload.len())?;
    let bytes = layout.fill(blocks, payload)?;
    Ok(Message { bytes, pieces: layout.pieces() })
}

#[cfg(test)]
mod tests;
