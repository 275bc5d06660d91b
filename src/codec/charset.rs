//! Character encodings.
//!
//! The tables are those of the WHATWG Encoding Standard (`encoding_rs`), with three deliberate differences:
//! - ISO-8859-1 and ASCII are the real ones, not windows-1252.
//! - Encoding never replaces a character and never writes one that would be read back as another; see
//!   [`Charset::encode`].
//! - GB2312 encodes only what GB 2312-80 has. It decodes like GBK, because what calls itself GB2312 rarely keeps to it.
//!
//! As in the standard, GBK decodes GB18030's four-byte characters too, and 0x80 is the euro sign, as on Windows.

mod auto;
mod decode;
mod encode;
mod gb2312;
mod segment;
mod sync;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use decode::{Decoded, Unit};
pub use encode::Unencodable;

/// A character encoding that a person can pick, for receiving or for sending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Charset {
    /// Each record by itself: valid UTF-8, else GB18030.
    #[default]
    #[serde(rename = "auto")]
    Auto = 1,
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// GBK, code page 936.
    #[serde(rename = "gbk")]
    Gbk,
    /// GB 2312-80: 682 symbols and 6763 hanzi.
    #[serde(rename = "gb2312")]
    Gb2312,
    /// GB 18030, all of Unicode.
    #[serde(rename = "gb18030")]
    Gb18030,
    /// Big5, code page 950.
    #[serde(rename = "big5")]
    Big5,
    /// `Shift_JIS`, code page 932.
    #[serde(rename = "shift_jis")]
    ShiftJis,
    /// EUC-JP.
    #[serde(rename = "euc-jp")]
    EucJp,
    /// EUC-KR, code page 949.
    #[serde(rename = "euc-kr")]
    EucKr,
    /// ISO-8859-1, with C1 controls at 80 to 9F.
    #[serde(rename = "iso-8859-1")]
    Latin1,
    /// windows-1252.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// UTF-16, little endian, without a byte order mark.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, big endian, without a byte order mark.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// US-ASCII, 7 bits.
    #[serde(rename = "ascii")]
    Ascii,
}

impl Charset {
    /// Every charset, in the order in which a picker lists them.
    pub const ALL: [Self; 14] = [
        Self::Auto,
        Self::Utf8,
        Self::Gbk,
        Self::Gb2312,
        Self::Gb18030,
        Self::Big5,
        Self::ShiftJis,
        Self::EucJp,
        Self::EucKr,
        Self::Latin1,
        Self::Windows1252,
        Self::Utf16Le,
        Self::Utf16Be,
        Self::Ascii,
    ];

    /// The standard name, such as `Shift_JIS`; `Auto` for [`Charset::Auto`].
    pub const fn label(self) -> &'static str {
        match self {
            Self::Auto => "Auto",
            Self::Utf8 => "UTF-8",
            Self::Gbk => "GBK",
            Self::Gb2312 => "GB2312",
            Self::Gb18030 => "GB18030",
            Self::Big5 => "Big5",
            Self::ShiftJis => "Shift_JIS",
            Self::EucJp => "EUC-JP",
            Self::EucKr => "EUC-KR",
            Self::Latin1 => "ISO-8859-1",
            Self::Windows1252 => "windows-1252",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Ascii => "ASCII",
        }
    }

    /// The charset with this discriminant.
    pub fn from_u8(value: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|charset| *charset as u8 == value)
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::Charset;

    #[test]
    fn discriminants_are_dense_and_come_back() {
        for (index, charset) in (1..).zip(Charset::ALL) {
            assert_eq!(charset as u8, index);
            assert_eq!(Charset::from_u8(index), Some(charset));
        }
        assert_eq!(Charset::from_u8(0), None);
        assert_eq!(Charset::from_u8(15), None);
    }

    #[test]
    fn setting_names_are_the_labels_in_lower_case() {
        for charset in Charset::ALL {
            let name = serde_json::to_value(charset).map(|value| value.as_str().map(str::to_owned));
            assert_eq!(name.ok().flatten(), Some(charset.label().to_lowercase()));
        }
    }
}
