//! The escapes of the send box, and the text of bytes that comes back as exactly these bytes.

use thiserror::Error;

use super::charset::{Charset, Decoded, Unencodable};
use super::control::picture;
use super::hex::push_byte;
use super::place::locate;

/// One line of the list of escapes that a help shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EscapeHelp {
    /// How it is written.
    pub written: &'static str,
    /// What it is, in terms that need no translation.
    pub means: &'static str,
}

/// Every escape that [`unescape`] knows.
pub const ESCAPES: [EscapeHelp; 14] = [
    EscapeHelp { written: r"\r", means: "CR 0D" },
    EscapeHelp { written: r"\n", means: "LF 0A" },
    EscapeHelp { written: r"\t", means: "TAB 09" },
    EscapeHelp { written: r"\0", means: "NUL 00" },
    EscapeHelp { written: r"\a", means: "BEL 07" },
    EscapeHelp { written: r"\b", means: "BS 08" },
    EscapeHelp { written: r"\f", means: "FF 0C" },
    EscapeHelp { written: r"\v", means: "VT 0B" },
    EscapeHelp { written: r"\\", means: r"\ 5C" },
    EscapeHelp { written: r#"\" \'"#, means: r#"" 22, ' 27"# },
    EscapeHelp { written: r"\xHH", means: "byte HH, 2 hex digits" },
    EscapeHelp { written: r"\uHHHH", means: "U+HHHH, 4 hex digits" },
    EscapeHelp { written: r"\u{H…}", means: "U+H…, 1-6 hex digits" },
    EscapeHelp { written: r"\ooo", means: "byte ooo, 1-3 octal digits, max 377" },
];

/// The escapes of one letter that stand for one character.
const LETTERS: [(char, char); 10] = [
    ('r', '\r'),
    ('n', '\n'),
    ('t', '\t'),
    ('a', '\x07'),
    ('b', '\x08'),
    ('f', '\x0C'),
    ('v', '\x0B'),
    ('\\', '\\'),
    ('"', '"'),
    ('\'', '\''),
];

/// Why a text with escapes cannot be sent, and where.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}, column {column}: {kind}")]
pub struct EscapeError {
    /// What is wrong.
    pub kind: EscapeErrorKind,
    /// How many characters come before the place: the backslash of the escape, or the character itself.
    pub char_index: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in that line, in characters, from 1.
    pub column: usize,
}

/// What is wrong with a text with escapes.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum EscapeErrorKind {
    /// There is no escape with this character.
    #[error("unknown escape \\{0}")]
    Unknown(char),
    /// Digits or the closing brace are missing, or the text ends after the backslash.
    #[error("unfinished escape")]
    Unfinished,
    /// Half of a surrogate pair, or a number past U+10FFFF.
    #[error("the escape is not a character")]
    NotACharacter,
    /// More than 377 octal.
    #[error("the octal escape is more than a byte")]
    NotAByte,
    /// The charset does not have this character.
    #[error("{character:?} (U+{:04X}) is not in {charset}", u32::from(*.character))]
    Unencodable {
        /// The character.
        character: char,
        /// The charset asked for.
        charset: Charset,
    },
}

/// The bytes of a text with escapes.
///
/// `\xHH` and `\ooo`, and so `\0`, are bytes as they are. Everything else is characters, encoded with the charset: in
/// UTF-16 `\n` is two bytes. Two `\uHHHH` that are a surrogate pair are one character.
pub fn unescape(text: &str, charset: Charset) -> Result<Vec<u8>, EscapeError> {
    let mut run = Run { charset, bytes: Vec::with_capacity(text.len()), text: String::new(), places: Vec::new() };
    let mut chars = Chars { rest: text.chars(), index: 0 };
    run.read(&mut chars).map_err(|(kind, char_index)| {
        let (line, column) = locate(text, char_index);
        EscapeError { kind, char_index, line, column }
    })?;
    Ok(run.bytes)
}

type Refused = (EscapeErrorKind, usize);

/// Characters that are encoded together, between bytes that are not.
struct Run {
    charset: Charset,
    bytes: Vec<u8>,
    text: String,
    /// For each character of `text` the place where it was written.
    places: Vec<usize>,
}

impl Run {
    fn read(&mut self, chars: &mut Chars<'_>) -> Result<(), Refused> {
        loop {
            let place = chars.index;
            match chars.next() {
                None => return self.flush(),
                Some('\\') => match chars.escape().map_err(|kind| (kind, place))? {
                    Escape::Char(ch) => self.push(ch, place),
                    Escape::Byte(byte) => {
                        self.flush()?;
                        self.bytes.push(byte);
                    }
                },
                Some(ch) => self.push(ch, place),
            }
        }
    }

    fn push(&mut self, ch: char, place: usize) {
        self.text.push(ch);
        self.places.push(place);
    }

    fn flush(&mut self) -> Result<(), Refused> {
        let encoded =
            self.charset.encode(&self.text).map_err(|Unencodable { character, char_index, charset, .. }| {
                (EscapeErrorKind::Unencodable { character, charset }, self.places[char_index])
            })?;
        self.bytes.extend(encoded);
        self.text.clear();
        self.places.clear();
        Ok(())
    }
}

enum Escape {
    Char(char),
    Byte(u8),
}

#[derive(Clone)]
struct Chars<'a> {
    rest: std::str::Chars<'a>,
    index: usize,
}

impl Chars<'_> {
    fn next(&mut self) -> Option<char> {
        let ch = self.rest.next()?;
        self.index += 1;
        Some(ch)
    }

    /// The next characters that are digits, at most `max`, and how many there were.
    fn digits(&mut self, radix: u32, max: usize) -> (u32, usize) {
        let mut value = 0;
        for count in 0..max {
            let mut ahead = self.clone();
            let Some(digit) = ahead.next().and_then(|ch| ch.to_digit(radix)) else { return (value, count) };
            value = value * radix + digit;
            *self = ahead;
        }
        (value, max)
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<Escape, EscapeErrorKind> {
        let before = self.clone();
        match self.next().ok_or(EscapeErrorKind::Unfinished)? {
            'x' => match self.digits(16, 2) {
                (byte, 2) => Ok(Escape::Byte(byte as u8)),
                _ => Err(EscapeErrorKind::Unfinished),
            },
            'u' => self.code_point().map(Escape::Char),
            '0'..='7' => {
                *self = before;
                let (value, _) = self.digits(8, 3);
                u8::try_from(value).map(Escape::Byte).map_err(|_| EscapeErrorKind::NotAByte)
            }
            letter => match LETTERS.iter().find(|(written, _)| *written == letter) {
                Some((_, ch)) => Ok(Escape::Char(*ch)),
                None => Err(EscapeErrorKind::Unknown(letter)),
            },
        }
    }

    /// What follows `\u`.
    fn code_point(&mut self) -> Result<char, EscapeErrorKind> {
        let mut braced = self.clone();
        if braced.next() == Some('{') {
            *self = braced;
            let (value, count) = self.digits(16, 6);
            return match (count, self.next()) {
                (1.., Some('}')) => char::from_u32(value).ok_or(EscapeErrorKind::NotACharacter),
                _ => Err(EscapeErrorKind::Unfinished),
            };
        }
        let first = self.four_digits()?;
        let mut units = vec![first];
        if matches!(first, 0xD800..=0xDBFF) {
            let mut ahead = self.clone();
            if (ahead.next(), ahead.next()) == (Some('\\'), Some('u')) {
                units.push(ahead.four_digits().map_err(|_| EscapeErrorKind::NotACharacter)?);
                *self = ahead;
            }
        }
        match char::decode_utf16(units).next() {
            Some(Ok(ch)) => Ok(ch),
            _ => Err(EscapeErrorKind::NotACharacter),
        }
    }

    fn four_digits(&mut self) -> Result<u16, EscapeErrorKind> {
        match self.digits(16, 4) {
            (value, 4) => Ok(value as u16),
            _ => Err(EscapeErrorKind::Unfinished),
        }
    }
}

/// A text that [`unescape`] turns into exactly these bytes again. What can be read stays; control characters and what
/// else is not drawn, bytes that are no character, and backslashes become escapes.
pub fn escape(bytes: &[u8], charset: Charset) -> String {
    let charset = sending(charset);
    let mut decoded = Decoded::default();
    charset.decode_to_end(&[], bytes, &mut decoded);
    let mut out = String::with_capacity(bytes.len());
    let mut utf8 = [0; 4];
    for (index, unit) in decoded.units.iter().enumerate() {
        let source = &bytes[decoded.span(index)];
        let ch = unit.ch;
        let exact = !unit.malformed
            && (ch.is_ascii() && source.len() == 1
                || charset.encode(ch.encode_utf8(&mut utf8)).is_ok_and(|encoded| encoded == source));
        if exact {
            push_char(ch, source, &mut out);
        } else {
            for &byte in source {
                push_hex(byte, &mut out);
            }
        }
    }
    out
}

fn push_char(ch: char, source: &[u8], out: &mut String) {
    let letter = LETTERS.iter().find(|(_, meant)| *meant == ch && !matches!(ch, '"' | '\''));
    match (letter, source) {
        (Some((letter, _)), _) => out.extend(['\\', *letter]),
        _ if picture(ch).is_none() => out.push(ch),
        (_, [byte]) => push_hex(*byte, out),
        _ => out.extend(ch.escape_unicode()),
    }
}

fn push_hex(byte: u8, out: &mut String) {
    out.push_str(r"\x");
    push_byte(byte, out);
}

/// The plain text of these bytes, if a text box can hold it and encoding it gives exactly the bytes again.
///
/// A text box keeps newlines and tabs, but no other control character.
pub fn text_for_bytes(bytes: &[u8], charset: Charset) -> Option<String> {
    let charset = sending(charset);
    let text = charset.decode_lossy(bytes);
    let alterable = text.chars().any(|ch| ch.is_control() && !matches!(ch, '\n' | '\t'));
    let exact = !alterable && charset.encode(&text).is_ok_and(|encoded| encoded == bytes);
    exact.then_some(text)
}

/// What [`Charset::Auto`] sends.
fn sending(charset: Charset) -> Charset {
    match charset {
        Charset::Auto => Charset::Utf8,
        known => known,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        unescape(text, Charset::Utf8).unwrap()
    }

    fn refused(text: &str, charset: Charset) -> (EscapeErrorKind, usize, usize, usize) {
        let error = unescape(text, charset).unwrap_err();
        (error.kind, error.char_index, error.line, error.column)
    }

    #[test]
    fn every_escape() {
        assert_eq!(bytes(r#"\r\n\t\0\a\b\f\v\\\"\'"#), b"\r\n\t\0\x07\x08\x0C\x0B\\\"'");
        assert_eq!(bytes(r"\x41\xfF\12\012\377\0015\08"), b"A\xFF\x0A\x0A\xFF\x015\x008");
        assert_eq!(bytes(r"\u4F60\u{597d}\uD83D\uDE00\u{1F600}"), "你好😀😀".as_bytes());
        assert_eq!(bytes("a\nb"), b"a\nb");
    }

    #[test]
    fn characters_are_encoded_and_bytes_are_not() {
        assert_eq!(unescape(r"你\u4F60\xC4", Charset::Gbk).unwrap(), b"\xC4\xE3\xC4\xE3\xC4");
        assert_eq!(unescape(r"A\n\x0A\0", Charset::Utf16Be).unwrap(), b"\0A\0\x0A\x0A\0");
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_place() {
        use EscapeErrorKind::{NotAByte, NotACharacter, Unencodable, Unfinished, Unknown};
        let utf8 = |text| refused(text, Charset::Utf8);
        assert_eq!(utf8("a\n你\\q"), (Unknown('q'), 3, 2, 2));
        assert_eq!(utf8(r"\8"), (Unknown('8'), 0, 1, 1));
        for text in ["ab\\", r"ab\x", r"ab\x4", r"ab\x4g", r"ab\u004", r"ab\u{}", r"ab\u{41", r"ab\u{1234567}"] {
            assert_eq!(utf8(text), (Unfinished, 2, 1, 3), "{text}");
        }
        for text in [r"ab\uD83D", r"ab\uDE00", r"ab\uD83D\u0041", r"ab\uD83D\n", r"ab\u{D83D}", r"ab\u{110000}"] {
            assert_eq!(utf8(text), (NotACharacter, 2, 1, 3), "{text}");
        }
        assert_eq!(utf8(r"\400"), (NotAByte, 0, 1, 1));
        let missing = Unencodable { character: '漢', charset: Charset::Gb2312 };
        assert_eq!(refused("中\\x00\n漢", Charset::Gb2312), (missing, 6, 2, 1));
        assert_eq!(refused(r"中\x00\u6F22", Charset::Gb2312), (missing, 5, 1, 6));
    }

    #[test]
    fn escaping_keeps_what_can_be_read() {
        assert_eq!(escape("你好 \"a\"\\\r\n\0".as_bytes(), Charset::Auto), r#"你好 "a"\\\r\n\x00"#);
        assert_eq!(escape(b"\xC4\xE3\xFF\x80", Charset::Gbk), r"你\xFF€");
        assert_eq!(escape("\u{202E}\u{FEFF}".as_bytes(), Charset::Utf8), r"\u{202e}\u{feff}");
        assert_eq!(escape(b"\0A\0\x0A\0\x01\xD8", Charset::Utf16Be), r"A\n\u{1}\xD8");
        assert_eq!(escape(b"\xE9\x85", Charset::Latin1), r"é\x85");
    }

    #[test]
    fn bytes_that_read_but_would_be_written_otherwise_are_escaped() {
        assert_eq!(escape(b"\xA2\xE3", Charset::Gbk), r"\xA2\xE3"); // € is 0x80
        assert_eq!(escape(b"\x88\x62", Charset::Big5), r"\x88\x62"); // two characters that Big5 cannot write
        assert_eq!(escape(b"\x9D\x68", Charset::Gb2312), r"\x9D\x68"); // 漢, which only GBK has
    }

    #[test]
    fn plain_text_only_where_it_is_the_same_bytes() {
        assert_eq!(text_for_bytes("你\n\t!".as_bytes(), Charset::Auto).as_deref(), Some("你\n\t!"));
        assert_eq!(text_for_bytes(b"\xC4\xE3", Charset::Gb2312).as_deref(), Some("你"));
        for bytes in [&b"a\r\n"[..], b"a\0", b"\x7F", b"\xC4\xE3", b"\xE4\xBD"] {
            assert_eq!(text_for_bytes(bytes, Charset::Auto), None, "{bytes:?}");
        }
        assert_eq!(text_for_bytes(b"\xA2\xE3", Charset::Gbk), None);
    }

    #[test]
    fn the_list_names_every_letter() {
        for (letter, _) in LETTERS {
            assert!(ESCAPES.iter().any(|help| help.written.contains(&format!("\\{letter}"))), "{letter}");
        }
    }
}
