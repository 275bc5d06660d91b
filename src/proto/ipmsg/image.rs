//! FeiQ's images within a message: a marker in the text, the bytes in pieces of 512, each acknowledged by number.
//!
//! A piece is `id|total|offset|count|index|len|0|2|0|00000000#`, NUL, bytes. What FeiQ means by the last four fields is
//! not known; senders are also seen that count from 0 and that fill the last piece up, so pieces are told by offset.

use std::collections::BTreeMap;
use std::fmt;

use thiserror::Error;

use super::packet::decimal;

/// The bytes of an image in one piece.
pub const CHUNK_BYTES: usize = 512;

/// The largest image that is put together, in bytes.
pub const MAX_IMAGE_BYTES: u32 = 8 << 20;

const MARKER_START: &str = "/~#>";
const MARKER_END: &str = "<B~";

/// An image's name on the wire: eight hexadecimal digits, kept as they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageId([u8; 8]);

impl ImageId {
    /// The name made of a number.
    pub fn new(number: u32) -> Self {
        let mut digits = [0; 8];
        for (at, digit) in digits.iter_mut().enumerate() {
            let nibble = (number >> (28 - 4 * at)) & 0x0F;
            *digit = b"0123456789abcdef"[nibble as usize];
        }
        Self(digits)
    }

    /// Reads the eight digits.
    pub fn parse(digits: &[u8]) -> Option<Self> {
        let digits: [u8; 8] = digits.try_into().ok()?;
        digits.iter().all(u8::is_ascii_hexdigit).then_some(Self(digits))
    }

    /// What stands for the image in a message's text.
    pub fn marker(self) -> String {
        format!("{MARKER_START}{self}{MARKER_END}")
    }

    /// The marker at the beginning of a text, and what follows it.
    pub fn take_marker(text: &str) -> Option<(Self, &str)> {
        let (digits, rest) = text.strip_prefix(MARKER_START)?.split_at_checked(8)?;
        Some((Self::parse(digits.as_bytes())?, rest.strip_prefix(MARKER_END)?))
    }
}

impl fmt::Display for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.escape_ascii().fmt(f)
    }
}

/// A piece of an image: the extra of 0x2000C0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageChunk<'a> {
    /// Which image.
    pub id: ImageId,
    /// The image's length in bytes.
    pub total: u32,
    /// Where in the image this piece begins.
    pub offset: u32,
    /// How many pieces there are.
    pub count: u32,
    /// This piece's number, to be sent back in the [`ImageAck`]; from 1, of some senders from 0.
    pub index: u32,
    /// Its bytes.
    pub data: &'a [u8],
}

impl<'a> ImageChunk<'a> {
    /// The pieces of an image, at most [`MAX_IMAGE_BYTES`] long.
    pub fn divide(id: ImageId, image: &'a [u8]) -> Result<impl ExactSizeIterator<Item = Self>, ImageRefused> {
        let total = u32::try_from(image.len()).unwrap_or(u32::MAX);
        check_total(total)?;
        let pieces = image.chunks(CHUNK_BYTES);
        let count = pieces.len() as u32;
        Ok(pieces.enumerate().map(move |(at, data)| Self {
            id,
            total,
            offset: (at * CHUNK_BYTES) as u32,
            count,
            index: at as u32 + 1,
            data,
        }))
    }

    /// Reads an extra; bytes beyond the length that it says, such as a NUL at the end, do not count.
    pub fn parse(extra: &'a [u8]) -> Option<Self> {
        let hash = extra.iter().position(|byte| *byte == b'#')?;
        let bytes = extra[hash + 1..].strip_prefix(&[0])?;
        let mut fields = extra[..hash].split(|byte| *byte == b'|');
        let id = ImageId::parse(fields.next()?)?;
        let mut number = || u32::try_from(decimal(fields.next()?)?).ok();
        let (total, offset, count, index, len) = (number()?, number()?, number()?, number()?, number()?);
        Some(Self { id, total, offset, count, index, data: bytes.get(..len as usize)? })
    }

    /// The extra.
    pub fn emit(&self) -> Vec<u8> {
        let Self { id, total, offset, count, index, data } = self;
        let mut extra = format!("{id}|{total}|{offset}|{count}|{index}|{}|0|2|0|00000000#\0", data.len()).into_bytes();
        extra.extend_from_slice(data);
        extra
    }
}

/// That a piece came: the extra of 0xC1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageAck {
    /// Which image.
    pub id: ImageId,
    /// The piece's number, as it was sent.
    pub index: u32,
}

impl ImageAck {
    /// Reads an extra.
    pub fn parse(extra: &[u8]) -> Option<Self> {
        let line = extra.split(|byte| *byte == b'#').next()?;
        let (id, index) = line.split_at_checked(8)?;
        let index = u32::try_from(decimal(index.strip_prefix(b"|")?)?).ok()?;
        Some(Self { id: ImageId::parse(id)?, index })
    }

    /// The extra.
    pub fn emit(&self) -> Vec<u8> {
        format!("{}|{}#\0", self.id, self.index).into_bytes()
    }
}

/// Why a piece, or an image, is not taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ImageRefused {
    /// Nothing to show.
    #[error("an image of 0 bytes")]
    Empty,
    /// Longer than [`MAX_IMAGE_BYTES`].
    #[error("an image of {total} bytes, more than {MAX_IMAGE_BYTES}")]
    TooLarge {
        /// The length that it says.
        total: u32,
    },
    /// Not as long as the image was said to be.
    #[error("the image's length changed")]
    Changed,
    /// Not one of the pieces of [`CHUNK_BYTES`] that the image consists of.
    #[error("a piece at {offset} that the image does not have")]
    Misplaced {
        /// Where it says it belongs.
        offset: u32,
    },
}

/// What became of a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It was missing; others still are.
    New,
    /// It was there already.
    Duplicate,
    /// It was the last one missing. This is the image.
    Complete(Vec<u8>),
}

/// An image that comes in pieces, in any order. It holds what came, whatever length was announced.
#[derive(Clone, Debug)]
pub struct ImageAssembly {
    total: u32,
    pieces: BTreeMap<u32, Box<[u8]>>,
}

impl ImageAssembly {
    /// Waits for an image of this length in bytes.
    pub fn new(total: u32) -> Result<Self, ImageRefused> {
        check_total(total)?;
        Ok(Self { total, pieces: BTreeMap::new() })
    }

    /// How many pieces came, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        (self.pieces.len(), (self.total as usize).div_ceil(CHUNK_BYTES))
    }

    /// Takes a piece. The first of two with the same place counts.
    pub fn add(&mut self, chunk: &ImageChunk<'_>) -> Result<Added, ImageRefused> {
        if chunk.total != self.total {
            return Err(ImageRefused::Changed);
        }
        let misplaced = ImageRefused::Misplaced { offset: chunk.offset };
        if !(chunk.offset as usize).is_multiple_of(CHUNK_BYTES) {
            return Err(misplaced);
        }
        let rest = self.total.checked_sub(chunk.offset).filter(|rest| *rest > 0).ok_or(misplaced)?;
        let data = chunk.data.get(..CHUNK_BYTES.min(rest as usize)).ok_or(misplaced)?;
        if self.pieces.contains_key(&chunk.offset) {
            return Ok(Added::Duplicate);
        }
        self.pieces.insert(chunk.offset, data.into());
        let (came, count) = self.progress();
        if came < count {
            return Ok(Added::New);
        }
        Ok(Added::Complete(self.pieces.values().flatten().copied().collect()))
    }
}

fn check_total(total: u32) -> Result<(), ImageRefused> {
    match total {
        0 => Err(ImageRefused::Empty),
        1..=MAX_IMAGE_BYTES => Ok(()),
        _ => Err(ImageRefused::TooLarge { total }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    fn id() -> ImageId {
        ImageId::new(0x00AB_12CD)
    }

    #[test]
    fn the_bytes_of_a_piece() {
        let image = [7; 513];
        let pieces: Vec<_> = ImageChunk::divide(id(), &image).unwrap().collect();
        assert_eq!(pieces[1].emit(), b"00ab12cd|513|512|2|2|1|0|2|0|00000000#\0\x07");
        assert!(pieces.iter().all(|piece| ImageChunk::parse(&piece.emit()).as_ref() == Some(piece)));
        assert_eq!(ImageAck { id: id(), index: 2 }.emit(), b"00ab12cd|2#\0");
        assert_eq!(ImageAck::parse(b"00ab12cd|2#\0"), Some(ImageAck { id: id(), index: 2 }));
    }

    #[test]
    fn any_order_and_twice() {
        let image: Vec<u8> = (0..2000u32).map(|n| n as u8).collect();
        let mut pieces: Vec<_> = ImageChunk::divide(id(), &image).unwrap().collect();
        pieces.reverse();
        let mut assembly = ImageAssembly::new(2000).unwrap();
        for piece in &pieces[..3] {
            assert_eq!(assembly.add(piece), Ok(Added::New));
            assert_eq!(assembly.add(piece), Ok(Added::Duplicate));
        }
        assert_eq!(assembly.progress(), (3, 4));
        assert_eq!(assembly.add(&pieces[3]), Ok(Added::Complete(image.clone())));
    }

    #[test]
    fn counted_from_0_and_filled_up() {
        let extra = [b"a3b4c5d6|3|0|1|0|512|0|2|0|00000000#\0abc".to_vec(), vec![0; 509]].concat();
        let piece = ImageChunk::parse(&extra).unwrap();
        assert_eq!((piece.index, piece.data.len()), (0, 512));
        assert_eq!(ImageAssembly::new(3).unwrap().add(&piece), Ok(Added::Complete(b"abc".to_vec())));
    }

    #[test]
    fn hostile_pieces() {
        assert_eq!(ImageAssembly::new(0).unwrap_err(), ImageRefused::Empty);
        assert_eq!(ImageAssembly::new(u32::MAX).unwrap_err(), ImageRefused::TooLarge { total: u32::MAX });
        let mut assembly = ImageAssembly::new(1024).unwrap();
        let data = [0; CHUNK_BYTES];
        let piece = ImageChunk { id: id(), total: 1024, offset: 0, count: 2, index: 1, data: &data };
        let mut add = |piece: ImageChunk<'_>| assembly.add(&piece).unwrap_err();
        assert_eq!(add(ImageChunk { total: 1025, ..piece.clone() }), ImageRefused::Changed);
        for offset in [1, 1024, 1536, u32::MAX] {
            assert_eq!(add(ImageChunk { offset, ..piece.clone() }), ImageRefused::Misplaced { offset });
        }
        assert_eq!(add(ImageChunk { data: &data[1..], ..piece }), ImageRefused::Misplaced { offset: 0 });
        for extra in [&b""[..], b"#\0", b"00ab12cd|1|0|1|1|2#\0x", b"00ab12cd|1|0|1|1|1#x", b"00ab12c|1|0|1|1|1#\0x"] {
            assert_eq!(ImageChunk::parse(extra), None, "{}", extra.escape_ascii());
        }
    }

    #[test]
    fn markers() {
        assert_eq!(id().marker(), "/~#>00ab12cd<B~");
        assert_eq!(ImageId::take_marker("/~#>00ab12cd<B~ x"), Some((id(), " x")));
        for text in ["/~#>00ab12cd<B", "/~#>00ab12cx<B~", "/~#>图图图<B~", ""] {
            assert_eq!(ImageId::take_marker(text), None);
        }
    }
}
