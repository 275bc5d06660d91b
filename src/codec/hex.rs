//! Bytes as a person types and reads them in hexadecimal.

use thiserror::Error;

use super::place::locate;

/// Why a text is not hexadecimal bytes, and where.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("line {line}, column {column}: {kind}")]
pub struct HexError {
    /// What is wrong.
    pub kind: HexErrorKind,
    /// How many characters come before the place.
    pub char_index: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in that line, in characters, from 1.
    pub column: usize,
}

/// What is wrong with a hexadecimal text.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum HexErrorKind {
    /// Neither a digit nor a separator nor a prefix.
    #[error("{0:?} is not a hexadecimal digit")]
    Foreign(char),
    /// The last digit of a group has no partner.
    #[error("a byte needs two digits")]
    OddDigit,
}

/// The bytes of a hexadecimal text such as `AA bb,0xCC \xDD`.
///
/// Groups of digits are separated by white space, commas, colons and semicolons. A group has an even number of digits,
/// two for each byte, and may begin with `0x` or `0X`; `\x` begins a group anywhere, so that `\x01\x02` is two bytes.
/// Nothing is skipped and no digit is made up.
pub fn parse(text: &str) -> Result<Vec<u8>, HexError> {
    let bytes = parse_groups(text, digit_value, |high, low| high << 4 | low);
    bytes.map_err(|(kind, char_index)| HexError::at(text, kind, char_index))
}

/// A byte of which some digits may be any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaskedByte {
    /// The digits that are given; 0 for any.
    pub value: u8,
    /// F for each digit that is given; 0 for any.
    pub mask: u8,
}

/// The same as [`parse`], with `?` for a digit that may be any: `AA ?? 5?`.
pub fn parse_masked(text: &str) -> Result<Vec<MaskedByte>, HexError> {
    let digit = |ch| match ch {
        '?' => Some(MaskedByte { value: 0, mask: 0 }),
        _ => digit_value(ch).map(|value| MaskedByte { value, mask: 0xF }),
    };
    let byte = |high: MaskedByte, low: MaskedByte| MaskedByte {
        value: high.value << 4 | low.value,
        mask: high.mask << 4 | low.mask,
    };
    let bytes = parse_groups(text, digit, byte);
    bytes.map_err(|(kind, char_index)| HexError::at(text, kind, char_index))
}

impl HexError {
    fn at(text: &str, kind: HexErrorKind, char_index: usize) -> Self {
        let (line, column) = locate(text, char_index);
        Self { kind, char_index, line, column }
    }
}

fn parse_groups<D: Copy, B>(
    text: &str,
    digit_value: impl Fn(char) -> Option<D>,
    byte: impl Fn(D, D) -> B,
) -> Result<Vec<B>, (HexErrorKind, usize)> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    // The digit that waits for its partner, and its place.
    let mut high: Option<(D, usize)> = None;
    let mut group_begins = true;
    let mut chars = text.chars().enumerate();
    while let Some((index, ch)) = chars.next() {
        if let (Some(low), Some((digit, _))) = (digit_value(ch), high) {
            bytes.push(byte(digit, low));
            high = None;
            continue;
        }
        let mut ahead = chars.clone().map(|(_, ch)| ch);
        let prefix = match (ch, ahead.next()) {
            ('0', Some('x' | 'X')) if group_begins => true,
            ('\\', Some('x')) => true,
            _ => false,
        } && ahead.next().is_some_and(|ch| digit_value(ch).is_some());
        let separator = matches!(ch, ' ' | '\t' | '\r' | '\n' | ',' | ':' | ';');
        match (high, digit_value(ch)) {
            (Some((_, place)), _) if prefix || separator => return Err((HexErrorKind::OddDigit, place)),
            _ if prefix => {
                chars.next();
            }
            (_, Some(digit)) => high = Some((digit, index)),
            _ if separator => {}
            _ => return Err((HexErrorKind::Foreign(ch), index)),
        }
        group_begins = separator;
    }
    match high {
        Some((_, place)) => Err((HexErrorKind::OddDigit, place)),
        None => Ok(bytes),
    }
}

fn digit_value(ch: char) -> Option<u8> {
    ch.to_digit(16).map(|digit| digit as u8)
}

/// Appends the bytes as the log shows them: upper case, separated by spaces.
pub fn format(bytes: &[u8], out: &mut String) {
    out.reserve(bytes.len() * 3);
    for (index, &byte) in bytes.iter().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        push_byte(byte, out);
    }
}

/// Appends the two upper-case digits of a byte.
pub fn push_byte(byte: u8, out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 0x0F)]));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    fn refused(text: &str) -> Option<(HexErrorKind, usize, usize, usize)> {
        parse(text).err().map(|e| (e.kind, e.char_index, e.line, e.column))
    }

    #[test]
    fn accepts_what_people_paste() {
        for text in [
            "AABB0C",
            "aa bb 0c",
            "AA,BB;0C",
            "aa:bb:0c",
            "0xAA 0xBB 0x0C",
            "0XAA,0XBB,0x0c",
            "0xAABB0C",
            "\\xAA\\xbb\\x0C",
            "\r\n\tAA\r\nBB  0C, ",
            "AA\\xBB0C",
        ] {
            assert_eq!(parse(text).unwrap(), [0xAA, 0xBB, 0x0C], "{text:?}");
        }
        assert_eq!(parse(" ,\n").unwrap(), b"");
        assert_eq!(parse("0x00").unwrap(), [0]);
    }

    #[test]
    fn digits_that_may_be_any() {
        let masks: Vec<_> =
            parse_masked("0xA5 ?? \\x?F,0?").unwrap().iter().map(|byte| (byte.value, byte.mask)).collect();
        assert_eq!(masks, [(0xA5, 0xFF), (0, 0), (0x0F, 0x0F), (0, 0xF0)]);
        assert_eq!(parse_masked("?").unwrap_err().kind, HexErrorKind::OddDigit);
        assert_eq!(parse_masked("?x41").unwrap_err().kind, HexErrorKind::Foreign('x'));
        assert_eq!(refused("??"), Some((HexErrorKind::Foreign('?'), 0, 1, 1)));
    }

    #[test]
    fn an_odd_digit_is_refused_where_it_stands() {
        let odd = HexErrorKind::OddDigit;
        assert_eq!(refused("A BC"), Some((odd, 0, 1, 1)));
        assert_eq!(refused("AA\nBBC\nDD"), Some((odd, 5, 2, 3)));
        assert_eq!(refused("0x5"), Some((odd, 2, 1, 3)));
        assert_eq!(refused("\\x5\\x66"), Some((odd, 2, 1, 3)));
        assert_eq!(refused("AAB"), Some((odd, 2, 1, 3)));
    }

    #[test]
    fn a_foreign_character_is_refused_where_it_stands() {
        let foreign = HexErrorKind::Foreign;
        assert_eq!(refused("AA 你"), Some((foreign('你'), 3, 1, 4)));
        assert_eq!(refused("AG"), Some((foreign('G'), 1, 1, 2)));
        assert_eq!(refused("AA\u{FF0C}BB"), Some((foreign('\u{FF0C}'), 2, 1, 3)));
        assert_eq!(refused("0x"), Some((foreign('x'), 1, 1, 2)));
        assert_eq!(refused("0xG1"), Some((foreign('x'), 1, 1, 2)));
        assert_eq!(refused("0x120x34"), Some((foreign('x'), 5, 1, 6)));
        assert_eq!(refused("\\n41"), Some((foreign('\\'), 0, 1, 1)));
        let message = parse("AG").unwrap_err().to_string();
        assert_eq!(message, "line 1, column 2: 'G' is not a hexadecimal digit");
    }

    #[test]
    fn formats_in_upper_case_with_spaces() {
        let mut out = String::new();
        format(&[0x00, 0xAB, 0x0F], &mut out);
        assert_eq!(out, "00 AB 0F");
    }
}
