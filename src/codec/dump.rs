//! The rows of a hex dump: offset, hexadecimal, text.

use std::fmt::{self, Write};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::hex::push_byte;

/// How many bytes a row shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DumpWidth {
    /// 8 bytes.
    #[serde(rename = "8")]
    Eight,
    /// 16 bytes.
    #[default]
    #[serde(rename = "16")]
    Sixteen,
    /// 32 bytes.
    #[serde(rename = "32")]
    ThirtyTwo,
}

impl DumpWidth {
    /// Every width, narrowest first.
    pub const ALL: [Self; 3] = [Self::Eight, Self::Sixteen, Self::ThirtyTwo];

    /// The number of bytes in a full row.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Eight => 8,
            Self::Sixteen => 16,
            Self::ThirtyTwo => 32,
        }
    }

    /// The columns of the hexadecimal part: two digits for each byte, a space between, two in the middle.
    const fn hex_columns(self) -> usize {
        3 * self.bytes()
    }
}

/// One row. All of it is ASCII: a column is a character is a byte of the string. Reusing it saves its allocations.
///
/// It displays as one line, the parts separated by [`DumpRow::GAP`]:
/// `00000010  48 65 6C 6C 6F 2C 20 77  6F 72 6C 64 0A           Hello, world.`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DumpRow {
    /// The offset of the first byte, at least eight digits.
    pub offset: String,
    /// The bytes, filled up with spaces to the width of a full row.
    pub hex: String,
    /// The bytes as printable ASCII, a full stop for any other; not filled up.
    pub text: String,
    width: DumpWidth,
}

/// Fills `out` with the row that begins at `offset`. Of `bytes` it takes as many as a row shows.
pub fn row(offset: u64, bytes: &[u8], width: DumpWidth, out: &mut DumpRow) {
    let bytes = &bytes[..bytes.len().min(width.bytes())];
    let DumpRow { offset: number, hex, text, width: row_width } = out;
    *row_width = width;
    for part in [&mut *number, &mut *hex, &mut *text] {
        part.clear();
    }
    write!(number, "{offset:08X}").expect("a String takes any text");
    for (index, &byte) in bytes.iter().enumerate() {
        while hex.len() < hex_column(width, index) {
            hex.push(' ');
        }
        push_byte(byte, hex);
        text.push(if matches!(byte, b' '..=b'~') { char::from(byte) } else { '.' });
    }
    while hex.len() < width.hex_columns() {
        hex.push(' ');
    }
}

const fn hex_column(width: DumpWidth, index: usize) -> usize {
    3 * index + (index >= width.bytes() / 2) as usize
}

impl DumpRow {
    /// What stands between two parts when the row is one line.
    pub const GAP: &'static str = "  ";

    /// How many bytes the row shows.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether the row shows no byte.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The columns in [`DumpRow::hex`] of the byte with this index in the row.
    pub const fn hex_range(&self, index: usize) -> Range<usize> {
        let start = hex_column(self.width, index);
        start..start + 2
    }

    /// The columns in [`DumpRow::text`] of the byte with this index in the row.
    pub const fn text_range(&self, index: usize) -> Range<usize> {
        index..index + 1
    }

    /// The column at which the hexadecimal part begins when the row is one line.
    pub fn hex_start(&self) -> usize {
        self.offset.len() + Self::GAP.len()
    }

    /// The column at which the text part begins when the row is one line.
    pub fn text_start(&self) -> usize {
        self.hex_start() + self.hex.len() + Self::GAP.len()
    }
}

impl fmt::Display for DumpRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offset, hex, text, width: _ } = self;
        let gap = Self::GAP;
        write!(f, "{offset}{gap}{hex}{gap}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(offset: u64, bytes: &[u8], width: DumpWidth) -> DumpRow {
        let mut out = DumpRow::default();
        row(offset, bytes, width, &mut out);
        out
    }

    #[test]
    fn a_full_and_a_short_row_align() {
        let full = filled(0, b"0123456789abcdef", DumpWidth::Sixteen);
        let short = filled(16, b"Hi\x00\xFF", DumpWidth::Sixteen);
        assert_eq!(full.to_string(), "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef");
        assert_eq!(short.to_string(), "00000010  48 69 00 FF                                       Hi..");
        assert_eq!(full.text_start(), short.text_start());
    }

    #[test]
    fn the_offset_grows_when_it_must() {
        assert_eq!(filled(0xFFFF_FFF0, b"", DumpWidth::Eight).offset, "FFFFFFF0");
        assert_eq!(filled(0x1_0000_0000, b"", DumpWidth::Eight).offset, "100000000");
    }

    #[test]
    fn every_byte_has_its_columns() {
        let bytes: Vec<u8> = (0x40..0x60).collect();
        let mut out = DumpRow::default();
        for width in DumpWidth::ALL {
            row(0, &bytes, width, &mut out);
            assert_eq!(out.len(), width.bytes());
            let line = out.to_string();
            for (index, byte) in bytes.iter().enumerate().take(out.len()) {
                assert_eq!(out.hex[out.hex_range(index)], format!("{byte:02X}"));
                assert_eq!(out.text.as_bytes()[out.text_range(index)], [*byte]);
                assert_eq!(line[out.hex_start()..][out.hex_range(index)], format!("{byte:02X}"));
                assert_eq!(line.as_bytes()[out.text_start() + index], *byte);
            }
        }
        assert!(filled(0, b"", DumpWidth::Eight).is_empty());
    }
}
