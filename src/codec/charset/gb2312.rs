//! What GB 2312-80 itself has, out of GBK's table.

/// Whether these two bytes are one of the 682 symbols or 6763 hanzi of GB 2312-80.
///
/// GBK and GB18030 later filled the holes of its symbol rows (lower-case roman numerals, vertical punctuation, more
/// pinyin letters) and put private-use characters after the last hanzi of row 55.
pub(super) fn contains(lead: u8, trail: u8) -> bool {
    match lead {
        0xA2 => matches!(trail, 0xB1..=0xE2 | 0xE5..=0xEE | 0xF1..=0xFC), // 1. (1) ①, ㈠, Ⅰ
        0xA4 => matches!(trail, 0xA1..=0xF3),                             // hiragana
        0xA5 => matches!(trail, 0xA1..=0xF6),                             // katakana
        0xA6 => matches!(trail, 0xA1..=0xB8 | 0xC1..=0xD8),               // Greek
        0xA7 => matches!(trail, 0xA1..=0xC1 | 0xD1..=0xF1),               // Cyrillic
        0xA8 => matches!(trail, 0xA1..=0xBA | 0xC5..=0xE9),               // pinyin, bopomofo
        0xA9 => matches!(trail, 0xA4..=0xEF),                             // box drawing
        0xD7 => matches!(trail, 0xA1..=0xF9),
        0xA1 | 0xA3 | 0xB0..=0xF7 => matches!(trail, 0xA1..=0xFE),
        _ => false,
    }
}
