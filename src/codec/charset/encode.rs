//! Text to bytes, refusing what the charset cannot hold.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, EncoderResult, Encoding, GB18030, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252,
};
use thiserror::Error;

use super::{Charset, gb2312};
use crate::codec::place::locate;

/// A character that the charset cannot hold, and its place in the text.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}, column {column}: {character:?} (U+{:04X}) is not in {charset}", u32::from(*.character))]
pub struct Unencodable {
    /// The character.
    pub character: char,
    /// How many characters come before it in the text.
    pub char_index: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in that line, in characters, from 1.
    pub column: usize,
    /// The charset asked for.
    pub charset: Charset,
}

impl Charset {
    /// The bytes of `text`, without a byte order mark. [`Charset::Auto`] writes UTF-8.
    ///
    /// What is accepted is read back exactly by [`Charset::decode_lossy`]. The one-way mappings of the standard's
    /// encoders, such as U+00A5 to 0x5C in `Shift_JIS`, are therefore refused like any character that is not there.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, Unencodable> {
        let encoded = match self {
            Self::Auto | Self::Utf8 => Ok(text.as_bytes().to_vec()),
            Self::Utf16Le => Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            Self::Utf16Be => Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            Self::Latin1 => code_points_up_to(0xFF, text),
            Self::Ascii => code_points_up_to(0x7F, text),
            Self::Gb2312 => by_table(GBK, text).and_then(only_gb2312),
            Self::Gbk | Self::Gb18030 | Self::Big5 | Self::ShiftJis | Self::EucJp | Self::EucKr | Self::Windows1252 => {
                by_table(self.encoding(), text)
            }
        };
        encoded.map_err(|char_index| {
            let (line, column) = locate(text, char_index);
            let character = text.chars().nth(char_index).expect("the refused character was met while reading the text");
            Unencodable { character, char_index, line, column, charset: self }
        })
    }

    /// The standard's encoding that decodes this charset. For [`Charset::Auto`] the one of its two that takes any
    /// bytes for text; for ISO-8859-1 and ASCII, which the standard does not know, the nearest.
    pub(super) fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Gbk | Self::Gb2312 => GBK,
            Self::Auto | Self::Gb18030 => GB18030,
            Self::Big5 => BIG5,
            Self::ShiftJis => SHIFT_JIS,
            Self::EucJp => EUC_JP,
            Self::EucKr => EUC_KR,
            Self::Latin1 | Self::Windows1252 | Self::Ascii => WINDOWS_1252,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
        }
    }
}

/// The bytes, or the index of the first character that is not in the charset.
type Encoded = Result<Vec<u8>, usize>;

fn code_points_up_to(last: u8, text: &str) -> Encoded {
    text.chars()
        .enumerate()
        .map(|(index, ch)| u8::try_from(ch).ok().filter(|byte| *byte <= last).ok_or(index))
        .collect()
}

fn by_table(encoding: &'static Encoding, text: &str) -> Encoded {
    let mut encoder = encoding.new_encoder();
    let mut bytes = Vec::new();
    let mut start = 0;
    loop {
        let rest = &text[start..];
        let room = encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(rest.len());
        bytes.reserve(room.max(16));
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        start += read;
        match result {
            EncoderResult::InputEmpty => break,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(_) => return Err(text[..start].chars().count() - 1),
        }
    }
    // The standard's encoders hold a few one-way mappings; only reading back tells.
    let (back, _) = encoding.decode_without_bom_handling(&bytes);
    match text.chars().zip(back.chars()).position(|(sent, read)| sent != read) {
        Some(index) => Err(index),
        None => Ok(bytes),
    }
}

fn only_gb2312(gbk: Vec<u8>) -> Encoded {
    let mut rest = gbk.as_slice();
    let mut index = 0;
    while let Some((&lead, after)) = rest.split_first() {
        rest = match after.split_first() {
            _ if lead.is_ascii() => after,
            Some((&trail, after)) if gb2312::contains(lead, trail) => after,
            _ => return Err(index),
        };
        index += 1;
    }
    Ok(gbk)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    fn refused(charset: Charset, text: &str) -> Option<(char, usize, usize, usize)> {
        charset.encode(text).err().map(|e| (e.character, e.char_index, e.line, e.column))
    }

    #[test]
    fn known_bytes() {
        let bytes = |charset: Charset, text| charset.encode(text).unwrap();
        assert_eq!(bytes(Charset::Auto, "你"), [0xE4, 0xBD, 0xA0]);
        assert_eq!(bytes(Charset::Gbk, "你好"), [0xC4, 0xE3, 0xBA, 0xC3]);
        assert_eq!(bytes(Charset::Gb2312, "你a"), [0xC4, 0xE3, b'a']);
        assert_eq!(bytes(Charset::Gb18030, "😀"), [0x94, 0x39, 0xFC, 0x36]);
        assert_eq!(bytes(Charset::Big5, "你好"), [0xA7, 0x41, 0xA6, 0x6E]);
        assert_eq!(bytes(Charset::ShiftJis, "日本\u{FF71}"), [0x93, 0xFA, 0x96, 0x7B, 0xB1]);
        assert_eq!(bytes(Charset::EucJp, "日本"), [0xC6, 0xFC, 0xCB, 0xDC]);
        assert_eq!(bytes(Charset::EucKr, "한국"), [0xC7, 0xD1, 0xB1, 0xB9]);
        assert_eq!(bytes(Charset::Latin1, "é\u{85}"), [0xE9, 0x85]);
        assert_eq!(bytes(Charset::Windows1252, "€"), [0x80]);
        assert_eq!(bytes(Charset::Utf16Le, "A😀"), [0x41, 0, 0x3D, 0xD8, 0x00, 0xDE]);
        assert_eq!(bytes(Charset::Utf16Be, "A😀"), [0, 0x41, 0xD8, 0x3D, 0xDE, 0x00]);
    }

    #[test]
    fn gb2312_is_exactly_the_standard_of_1980() {
        let (mut symbols, mut hanzi) = (0, 0);
        for ch in ('\u{80}'..='\u{2FFFF}').map(|ch| ch.to_string()) {
            match Charset::Gb2312.encode(&ch).as_deref() {
                Ok([0xB0..=0xF7, _]) => hanzi += 1,
                Ok(_) => symbols += 1,
                Err(_) => {}
            }
        }
        assert_eq!((symbols, hanzi), (682, 6763));
    }

    #[test]
    fn every_refusal_names_its_place() {
        assert_eq!(refused(Charset::Gb2312, "中文\n漢字"), Some(('漢', 3, 2, 1)));
        assert_eq!(refused(Charset::Gb2312, "aⅰ"), Some(('ⅰ', 1, 1, 2)));
        assert_eq!(refused(Charset::Gb2312, "€"), Some(('€', 0, 1, 1)));
        assert_eq!(refused(Charset::Gbk, "漢😀"), Some(('😀', 1, 1, 2)));
        assert_eq!(refused(Charset::Big5, "你们"), Some(('们', 1, 1, 2)));
        assert_eq!(refused(Charset::Latin1, "é€"), Some(('€', 1, 1, 2)));
        assert_eq!(refused(Charset::Windows1252, "你"), Some(('你', 0, 1, 1)));
        assert_eq!(refused(Charset::Ascii, "abé"), Some(('é', 2, 1, 3)));
        let message = Charset::Gb2312.encode("漢").unwrap_err().to_string();
        assert_eq!(message, "line 1, column 1: '漢' (U+6F22) is not in GB2312");
    }

    #[test]
    fn one_way_mappings_are_refused() {
        for text in ["\u{A5}", "\u{203E}", "\u{2212}"] {
            assert!(Charset::ShiftJis.encode(text).is_err());
            assert!(Charset::EucJp.encode(text).is_err());
        }
        assert_eq!(Charset::Gbk.encode("€").unwrap(), [0x80]);
        assert_eq!(Charset::Gb18030.encode("€").unwrap(), [0xA2, 0xE3]);
    }

    #[test]
    fn every_accepted_character_comes_back() {
        for charset in Charset::ALL {
            for ch in '\0'..='\u{2FFFF}' {
                let text = ch.to_string();
                if let Ok(bytes) = charset.encode(&text) {
                    // Auto writes UTF-8, and reads it as such whenever it is one.
                    assert_eq!(charset.decode_lossy(&bytes), text, "{charset} {ch:?}");
                }
            }
        }
    }
}
