//! The bytes of names and texts: which of two encodings they are in, and FeiQ's font at their end.

use std::fmt;

use thiserror::Error;

use super::Command;
use super::command::option;
use super::version::is_feiq;
use crate::codec::Charset;

/// An encoding that peers speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextEncoding {
    /// What a Chinese Windows calls ANSI. Read as GB18030, of which it is a part; written strictly.
    Gbk,
    /// UTF-8.
    Utf8,
}

impl fmt::Display for TextEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Gbk => "GBK",
            Self::Utf8 => "UTF-8",
        })
    }
}

impl TextEncoding {
    /// The text of these bytes, with U+FFFD for each sequence that is none.
    pub fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Gbk => Charset::Gb18030.decode_lossy(bytes),
            Self::Utf8 => Charset::Utf8.decode_lossy(bytes),
        }
    }
}

/// The encoding of a text in a packet with this version and command, as far as it shows: `None` for ASCII alone from a
/// sender that says nothing of it.
///
/// `UTF8` means UTF-8; FeiQ writes GBK; else it is UTF-8 if it can be.
pub fn encoding_of(bytes: &[u8], version: &[u8], command: Command) -> Option<TextEncoding> {
    if command.has(option::UTF8) {
        Some(TextEncoding::Utf8)
    } else if is_feiq(version) {
        Some(TextEncoding::Gbk)
    } else if bytes.is_ascii() {
        None
    } else if std::str::from_utf8(bytes).is_ok() {
        Some(TextEncoding::Utf8)
    } else {
        Some(TextEncoding::Gbk)
    }
}

/// A text in a packet with this version and command, and the encoding that it was read in: [`encoding_of`], UTF-8 where
/// it does not matter. Bytes that are no character become U+FFFD.
pub fn decode(bytes: &[u8], version: &[u8], command: Command) -> (String, TextEncoding) {
    let encoding = encoding_of(bytes, version, command).unwrap_or(TextEncoding::Utf8);
    (encoding.decode(bytes), encoding)
}

/// A character that GBK does not have.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("character {}: {character:?} (U+{:04X}) is not in GBK", .char_index + 1, u32::from(*.character))]
pub struct NotInGbk {
    /// The character.
    pub character: char,
    /// How many characters come before it.
    pub char_index: usize,
}

/// The bytes of a text. Nothing is replaced: what GBK lacks is refused.
pub fn encode(text: &str, encoding: TextEncoding) -> Result<Vec<u8>, NotInGbk> {
    match encoding {
        TextEncoding::Utf8 => Ok(text.as_bytes().to_vec()),
        TextEncoding::Gbk => Charset::Gbk
            .encode(text)
            .map_err(|refused| NotInGbk { character: refused.character, char_index: refused.char_index }),
    }
}

/// Divides a text from the font that FeiQ puts at its end, such as `{/font;-16 0 0 0 400 0 0 0 134 0 0 2 32 宋体 0;}`.
///
/// Only a font that reaches to the end counts; braces anywhere else are text.
pub fn strip_font(text: &str) -> (&str, Option<&str>) {
    let Some(inner) = text.strip_suffix('}') else { return (text, None) };
    let Some(start) = inner.rfind(['{', '}']) else { return (text, None) };
    let body = &inner[start..];
    let Some(body) = body.strip_prefix('{') else { return (text, None) };
    if body.strip_prefix(['/', '\\']).unwrap_or(body).starts_with("font;") {
        (&text[..start], Some(&text[start..]))
    } else {
        (text, None)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    const PLAIN: Command = Command(0x20);

    #[test]
    fn the_senders_word_comes_first() {
        let gbk = b"\xC4\xE3\xBA\xC3";
        assert_eq!(decode(gbk, b"1", PLAIN), ("你好".to_owned(), TextEncoding::Gbk));
        assert_eq!(decode("你好".as_bytes(), b"1", PLAIN), ("你好".to_owned(), TextEncoding::Utf8));
        assert_eq!(decode(gbk, b"1", PLAIN.with(option::UTF8)).1, TextEncoding::Utf8);
        // 联通 in GBK is also valid UTF-8.
        assert_eq!(decode(b"\xC1\xAA\xCD\xA8", b"1_lbt6_0#128#", PLAIN), ("联通".to_owned(), TextEncoding::Gbk));
        assert_eq!(encoding_of(b"haha", b"1", PLAIN), None);
        assert_eq!(encoding_of(b"haha", b"1_lbt4_0", PLAIN), Some(TextEncoding::Gbk));
    }

    #[test]
    fn damage_is_seen_and_does_not_hide_the_rest() {
        assert_eq!(decode(b"\xC4\xE3\xFFok", b"1", PLAIN).0, "你\u{FFFD}ok");
        assert_eq!(decode(b"a\xE4\xBD", b"1", PLAIN.with(option::UTF8)).0, "a\u{FFFD}");
        assert_eq!(TextEncoding::Gbk.decode(b"\x94\x39\xFC\x36"), "😀");
    }

    #[test]
    fn what_gbk_lacks_is_refused_with_its_place() {
        assert_eq!(encode("你", TextEncoding::Gbk).unwrap(), b"\xC4\xE3");
        let refused = encode("你😀", TextEncoding::Gbk).unwrap_err();
        assert_eq!(refused, NotInGbk { character: '😀', char_index: 1 });
        assert_eq!(refused.to_string(), "character 2: '😀' (U+1F600) is not in GBK");
    }

    #[test]
    fn a_font_is_only_at_the_end() {
        let font = "{/font;-16 0 0 0 400 0 0 0 134 0 0 2 32 微软雅黑 8404992;}";
        assert_eq!(strip_font(&format!("你{{好}}{font}")), ("你{好}", Some(font)));
        assert_eq!(strip_font("a{font;1;}"), ("a", Some("{font;1;}")));
        assert_eq!(strip_font(r"a{\font;1;}"), ("a", Some(r"{\font;1;}")));
        for text in ["", "}", "{}", "fn f() {}", "{/font;1;} b", "{/font;{}", "{/font;1;}}", "/font;1;}", "{/fond;}"] {
            assert_eq!(strip_font(text), (text, None));
        }
    }
}
