//! Where everything will stand, before a single value is known: the lengths of all blocks are.

use super::block::{Block, ChecksumBlock, Counts, LengthBlock, Place};
use super::{AppendError, AppendErrorKind, Origin, Piece};

/// The places of all blocks of a message.
pub(super) struct Layout {
    /// For each block where it is put into the message of its turn.
    inserted_at: Vec<usize>,
    /// Who made what, and how many bytes of it, in the order of the finished message.
    pieces: Vec<(Origin, usize)>,
    payload_len: usize,
}

impl Layout {
    /// Finds the places for a payload of this length.
    pub(super) fn of(blocks: &[Block], payload_len: usize) -> Result<Self, AppendError> {
        let inserted_at = Vec::with_capacity(blocks.len());
        let mut layout = Self { inserted_at, pieces: vec![(Origin::Payload, payload_len)], payload_len };
        let mut len = payload_len;
        for (index, block) in blocks.iter().enumerate() {
            let at = match place_of(block) {
                Place::Front => 0,
                Place::End => len,
                Place::Offset(offset) => resolve(offset, len).map_err(|kind| AppendError { block: index, kind })?,
            };
            layout.insert(at, (Origin::Block(index), len_of(block)));
            layout.inserted_at.push(at);
            len += len_of(block);
        }
        Ok(layout)
    }

    fn insert(&mut self, at: usize, piece: (Origin, usize)) {
        let mut start = 0;
        let mut index = 0;
        while let Some((_, len)) = self.pieces.get(index)
            && start + len <= at
        {
            start += len;
            index += 1;
        }
        if start < at {
            let (origin, len) = self.pieces[index];
            self.pieces[index].1 = at - start;
            self.pieces.insert(index + 1, (origin, start + len - at));
            index += 1;
        }
        self.pieces.insert(index, piece);
    }

    /// The message itself.
    pub(super) fn fill(&self, blocks: &[Block], payload: &[u8]) -> Result<Vec<u8>, AppendError> {
        let mut message = Vec::with_capacity(self.pieces.iter().map(|(_, len)| len).sum());
        message.extend_from_slice(payload);
        for ((index, block), at) in blocks.iter().enumerate().zip(&self.inserted_at) {
            let refused = |kind| AppendError { block: index, kind };
            let bytes = match block {
                Block::Fixed { bytes, .. } => bytes.clone(),
                Block::Cr => b"\r".to_vec(),
                Block::Lf => b"\n".to_vec(),
                Block::CrLf => b"\r\n".to_vec(),
                Block::Nul => b"\0".to_vec(),
                Block::Checksum(block) => checksum(block, &message).map_err(refused)?,
                Block::Length(block) => self.length(index, block).map_err(refused)?,
            };
            message.splice(at..at, bytes);
        }
        Ok(message)
    }

    fn length(&self, index: usize, block: &LengthBlock) -> Result<Vec<u8>, AppendErrorKind> {
        let own = |(origin, _): &(Origin, usize)| *origin == Origin::Block(index);
        let counted: usize = match block.counts {
            Counts::Payload => self.payload_len,
            Counts::AfterField => self.pieces.iter().rev().take_while(|piece| !own(piece)).map(|(_, len)| len).sum(),
            Counts::Whole => self.pieces.iter().map(|(_, len)| len).sum(),
        };
        let length = i64::try_from(counted).unwrap_or(i64::MAX).saturating_add(i64::from(block.adjustment));
        let size = block.size as u8;
        match u128::try_from(length) {
            Ok(length) if length >> (8 * size) == 0 => Ok(block.order.bytes(length, usize::from(size))),
            _ => Err(AppendErrorKind::LengthDoesNotFit { length, size }),
        }
    }

    /// The pieces of the finished message.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let mut start = 0;
        let mut pieces = Vec::with_capacity(self.pieces.len());
        for (origin, len) in self.pieces.iter().filter(|(_, len)| *len > 0) {
            pieces.push(Piece { origin: *origin, range: start..start + len });
            start += len;
        }
        pieces
    }
}

fn place_of(block: &Block) -> Place {
    match block {
        Block::Fixed { at, .. } => *at,
        Block::Cr | Block::Lf | Block::CrLf | Block::Nul => Place::End,
        Block::Checksum(block) => block.at,
        Block::Length(block) => block.at,
    }
}

fn len_of(block: &Block) -> usize {
    match block {
        Block::Fixed { bytes, .. } => bytes.len(),
        Block::Cr | Block::Lf | Block::Nul => 1,
        Block::CrLf => 2,
        Block::Checksum(block) => block.algorithm.len_bytes(),
        Block::Length(block) => usize::from(block.size as u8),
    }
}

fn checksum(block: &ChecksumBlock, message: &[u8]) -> Result<Vec<u8>, AppendErrorKind> {
    let from = resolve(block.from, message.len())?;
    let to = block.to.map_or(Ok(message.len()), |to| resolve(to, message.len()))?;
    let covered = message.get(from..to).ok_or(AppendErrorKind::Backwards { from, to })?;
    Ok(block.order.bytes(block.algorithm.of(covered), block.algorithm.len_bytes()))
}

/// An offset from the front.
fn resolve(offset: i32, len_bytes: usize) -> Result<usize, AppendErrorKind> {
    let distance = offset.unsigned_abs() as usize;
    let resolved = if offset < 0 { len_bytes.checked_sub(distance) } else { Some(distance) };
    resolved.filter(|offset| *offset <= len_bytes).ok_or(AppendErrorKind::Outside { offset, len_bytes })
}
