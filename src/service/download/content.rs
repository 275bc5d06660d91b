//! Where the content begins and ends in what a server sends.

use super::config::{Ending, Prefix};
use crate::codec::byte_order::ByteOrder;

/// A shorter answer is shown if it is text: it may be the server's refusal.
const SHOWN_BYTES: usize = 256;
/// The longest line with a length: 20 digits, spaces, a line end.
const LINE_BYTES: usize = 32;

/// An answer that comes in any pieces.
pub(super) struct Content {
    ending: Ending,
    /// The bytes before the content, as far as they have come.
    prefix: Vec<u8>,
    length: Option<u64>,
    /// Bytes of the content that have come.
    got: u64,
    /// The first bytes of the whole answer, and how long that is.
    shown: Vec<u8>,
    all: u64,
}

/// The first bytes of an answer are no length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrongLength {
    /// They are −1: what servers send that do not have the file.
    MinusOne,
    /// Anything else.
    NoNumber,
}

impl Content {
    pub fn new(ending: Ending) -> Self {
        Self { ending, prefix: Vec::new(), length: None, got: 0, shown: Vec::new(), all: 0 }
    }

    /// Takes what has come; the part of it that is content.
    pub fn take<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], WrongLength> {
        self.all += bytes.len() as u64;
        let room = SHOWN_BYTES - self.shown.len();
        self.shown.extend_from_slice(&bytes[..bytes.len().min(room)]);
        let mut rest = bytes;
        if let Ending::Length(prefix) = self.ending
            && self.length.is_none()
        {
            self.length = self.take_prefix(prefix, &mut rest)?;
            if self.length.is_none() {
                return Ok(&[]);
            }
        }
        let left = self.length.map_or(u64::MAX, |length| length - self.got);
        let content = &rest[..usize::try_from(left).unwrap_or(usize::MAX).min(rest.len())];
        self.got += content.len() as u64;
        Ok(content)
    }

    fn take_prefix(&mut self, prefix: Prefix, rest: &mut &[u8]) -> Result<Option<u64>, WrongLength> {
        while let Some((&byte, after)) = rest.split_first() {
            self.prefix.push(byte);
            *rest = after;
            let is_whole = match prefix {
                Prefix::Number { width, .. } => self.prefix.len() == usize::from(width.bytes()),
                Prefix::Line => byte == b'\n',
            };
            if is_whole {
                return match prefix {
                    Prefix::Number { order, .. } => number(&self.prefix, order),
                    Prefix::Line => line(&self.prefix),
                }
                .map(Some);
            }
            if prefix == Prefix::Line && self.prefix.len() == LINE_BYTES {
                return Err(WrongLength::NoNumber);
            }
        }
        Ok(None)
    }

    /// How long the content is, once that is known.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// How much of it has come.
    pub fn got(&self) -> u64 {
        self.got
    }

    /// Whether the server has sent anything.
    pub fn has_begun(&self) -> bool {
        self.all > 0
    }

    /// All of it has come.
    pub fn is_complete(&self) -> bool {
        self.length == Some(self.got)
    }

    /// Bytes that came after the content.
    pub fn surplus(&self) -> u64 {
        self.all - self.prefix.len() as u64 - self.got
    }

    /// The server sent so many bytes as its length would say in the other byte order.
    pub fn fits_other_order(&self) -> bool {
        let Ending::Length(Prefix::Number { order, .. }) = self.ending else { return false };
        let other = match order {
            ByteOrder::Big => ByteOrder::Little,
            ByteOrder::Little => ByteOrder::Big,
        };
        self.length.is_some() && number(&self.prefix, other) == Ok(self.got)
    }

    /// The whole answer, if it is a short text.
    pub fn short_text(&self) -> Option<Vec<u8>> {
        (self.all == self.shown.len() as u64 && is_text(&self.shown)).then(|| self.shown.clone())
    }

    /// How the answer begins.
    pub fn opening(&self) -> &[u8] {
        &self.shown
    }
}

fn number(bytes: &[u8], order: ByteOrder) -> Result<u64, WrongLength> {
    if bytes.len() > 1 && bytes.iter().all(|byte| *byte == 0xFF) {
        return Err(WrongLength::MinusOne);
    }
    let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    Ok(match order {
        ByteOrder::Big => bytes.iter().fold(0, add),
        ByteOrder::Little => bytes.iter().rev().fold(0, add),
    })
}

fn line(bytes: &[u8]) -> Result<u64, WrongLength> {
    let digits = bytes.trim_ascii();
    if digits == b"-1" {
        return Err(WrongLength::MinusOne);
    }
    let all_digits = digits.iter().all(u8::is_ascii_digit);
    let text = str::from_utf8(digits).ok().filter(|_| all_digits);
    text.and_then(|text| text.parse().ok()).ok_or(WrongLength::NoNumber)
}

/// Bytes that a person can read, in whatever encoding.
fn is_text(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| !byte.is_ascii_control() || matches!(byte, b'\t' | b'\r' | b'\n'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use proptest::prelude::*;

    use super::*;
    use crate::codec::framing::Width;

    fn prefixed(width: Width, order: ByteOrder) -> Ending {
        Ending::Length(Prefix::Number { width, order })
    }

    fn taken(ending: Ending, pieces: &[&[u8]]) -> Result<(Vec<u8>, Content), WrongLength> {
        let mut content = Content::new(ending);
        let mut all = Vec::new();
        for piece in pieces {
            all.extend_from_slice(content.take(piece)?);
        }
        Ok((all, content))
    }

    #[test]
    fn a_length_comes_first_in_any_width_and_order() {
        for (ending, answer) in [
            (prefixed(Width::One, ByteOrder::Big), &b"\x03abc"[..]),
            (prefixed(Width::Two, ByteOrder::Little), b"\x03\0abc"),
            (prefixed(Width::Four, ByteOrder::Little), b"\x03\0\0\0abc"),
            (prefixed(Width::Four, ByteOrder::Big), b"\0\0\0\x03abc"),
            (prefixed(Width::Eight, ByteOrder::Big), b"\0\0\0\0\0\0\0\x03abc"),
            (Ending::Length(Prefix::Line), b"3\nabc"),
            (Ending::Length(Prefix::Line), b" 003\r\nabc"),
        ] {
            let single: Vec<&[u8]> = answer.chunks(1).collect();
            for pieces in [&[answer][..], &single] {
                let (got, content) = taken(ending, pieces).unwrap();
                assert_eq!((got.as_slice(), content.surplus()), (&b"abc"[..], 0), "{ending:?}");
                assert!(content.is_complete());
            }
            let (got, content) = taken(ending, &[answer, b"more"]).unwrap();
            assert_eq!((got.as_slice(), content.surplus()), (&b"abc"[..], 4), "{ending:?}");
        }
    }

    #[test]
    fn an_empty_file_is_complete_with_its_length() {
        let (got, content) = taken(prefixed(Width::Four, ByteOrder::Big), &[&[0; 4]]).unwrap();
        assert!(got.is_empty() && content.is_complete());
    }

    #[test]
    fn what_is_no_length_is_told() {
        let wrong = |ending, answer: &[u8]| taken(ending, &[answer]).map(|_| ()).unwrap_err();
        assert_eq!(wrong(Ending::Length(Prefix::Line), b"ERROR: no such file\n"), WrongLength::NoNumber);
        assert_eq!(wrong(Ending::Length(Prefix::Line), b"\n"), WrongLength::NoNumber);
        assert_eq!(wrong(Ending::Length(Prefix::Line), &[b'1'; 40]), WrongLength::NoNumber);
        assert_eq!(wrong(Ending::Length(Prefix::Line), b"99999999999999999999\n"), WrongLength::NoNumber);
        assert_eq!(wrong(Ending::Length(Prefix::Line), b"+5\n"), WrongLength::NoNumber);
        assert_eq!(wrong(Ending::Length(Prefix::Line), b"-1\n"), WrongLength::MinusOne);
        assert_eq!(wrong(prefixed(Width::Four, ByteOrder::Little), &[0xFF; 4]), WrongLength::MinusOne);
        // A single byte of 255 is a length like any other.
        assert_eq!(taken(prefixed(Width::One, ByteOrder::Big), &[&[255]]).unwrap().1.length(), Some(255));
    }

    #[test]
    fn the_other_byte_order_is_recognised() {
        let (_, content) = taken(prefixed(Width::Four, ByteOrder::Big), &[b"\x05\0\0\0hello"]).unwrap();
        assert!(!content.is_complete() && content.fits_other_order());
        let (_, content) = taken(prefixed(Width::Four, ByteOrder::Big), &[b"\x06\0\0\0hello"]).unwrap();
        assert!(!content.fits_other_order());
    }

    #[test]
    fn a_short_text_is_kept_to_be_shown() {
        let said = |answer: &[u8]| taken(Ending::Close, &[answer]).unwrap().1.short_text();
        assert_eq!(said("ERROR: 没有该文件\r\n".as_bytes()), Some("ERROR: 没有该文件\r\n".as_bytes().to_vec()));
        assert_eq!(said(b"\x7fELF\0\0"), None);
        assert_eq!(said(&[b'x'; 257]), None);
        assert_eq!(said(b""), None);
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(answer in proptest::collection::vec(any::<u8>(), 0..80), cut in 0_usize..80, way in 0_usize..5) {
            let ending = [
                Ending::Close,
                Ending::Length(Prefix::Line),
                prefixed(Width::One, ByteOrder::Big),
                prefixed(Width::Two, ByteOrder::Little),
                prefixed(Width::Eight, ByteOrder::Big),
            ][way];
            let cut = cut.min(answer.len());
            let summary = |pieces: &[&[u8]]| {
                taken(ending, pieces).map(|(got, content)| (got, content.length(), content.surplus(), content.is_complete()))
            };
            prop_assert_eq!(summary(&[&answer]), summary(&[&answer[..cut], &answer[cut..]]));
        }
    }
}
