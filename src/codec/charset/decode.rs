//! Bytes of a record to text, with the place of each character in the record.
//!
//! A stream comes in records that end anywhere, also inside a character. A record is decoded with the end of what
//! came before it (its *context*, which begins where decoding is neutral, see [`Charset::sync`]), so that any record
//! can be decoded by itself, in any order, and the records' texts put together are the text of the stream.

use super::segment::{End, Sink, segment};
use super::{Charset, auto};

/// One character of a record, or U+FFFD for one malformed sequence.
///
/// It starts where the previous unit ends, the first one at byte 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The character as decoded.
    pub ch: char,
    /// Exclusive end in the record, in bytes. Equal to the previous unit's end for the second of two characters that
    /// come from the same bytes (Big5), and 0 for one whose bytes all lie before the record, where they were held back.
    pub end: u32,
    /// Whether the bytes are not a character in this charset.
    pub malformed: bool,
}

/// The text of one record. Reusing it saves its allocations.
#[derive(Clone, Debug, Default)]
pub struct Decoded {
    /// The characters in order.
    pub units: Vec<Unit>,
    /// How many bytes at the record's end begin a character whose rest has not come; no unit holds them.
    pub pending: usize,
    /// The charset used: for [`Charset::Auto`], UTF-8 or GB18030.
    pub charset: Charset,
    joined: Vec<u8>,
    scratch: String,
}

impl Decoded {
    /// The text alone.
    pub fn text(&self) -> String {
        self.units.iter().map(|unit| unit.ch).collect()
    }

    /// The bytes of the record that gave the unit with this index.
    ///
    /// # Panics
    /// If there is no such unit.
    pub fn span(&self, index: usize) -> std::ops::Range<usize> {
        let start = index.checked_sub(1).map_or(0, |previous| self.units[previous].end);
        start as usize..self.units[index].end as usize
    }
}

impl Charset {
    /// Decodes a record of at most 4 GiB.
    ///
    /// `context` is the end of what came before `bytes` in the same stream, from a place where decoding is neutral;
    /// empty for a datagram. A character that began in it is given here, whole; so is what an unfinished sequence at
    /// its end turns out to be. What can only be told by the next record is held back: [`Decoded::pending`].
    ///
    /// [`Charset::Auto`] takes context and bytes for UTF-8 if they are, and else for GB18030.
    pub fn decode(self, context: &[u8], bytes: &[u8], out: &mut Decoded) {
        self.decode_until(End::Open, context, bytes, out);
    }

    /// Decodes a record after which nothing comes (a datagram, or the last record so far): bytes that would be held
    /// back are given as malformed, and an unfinished sequence is no UTF-8 for [`Charset::Auto`].
    pub fn decode_to_end(self, context: &[u8], bytes: &[u8], out: &mut Decoded) {
        self.decode_until(End::Final, context, bytes, out);
    }

    /// The text of `bytes`, with U+FFFD for each malformed sequence.
    pub fn decode_lossy(self, bytes: &[u8]) -> String {
        let mut decoded = Decoded::default();
        self.decode_to_end(&[], bytes, &mut decoded);
        decoded.text()
    }

    /// Shortens a context to what the decoding of what follows depends on. Most charsets need the few bytes that are
    /// not yet a character.
    pub fn shorten(self, context: &mut Vec<u8>) {
        let mut scratch = String::new();
        if self == Self::Auto {
            auto::shorten(context, &mut scratch);
        } else {
            let given = segment(self, context, End::Open, &mut scratch, &mut ());
            context.drain(..given);
        }
    }

    fn decode_until(self, end: End, context: &[u8], bytes: &[u8], out: &mut Decoded) {
        let Decoded { units, pending, charset, joined, scratch } = out;
        let whole = if context.is_empty() {
            bytes
        } else {
            joined.clear();
            joined.extend_from_slice(context);
            joined.extend_from_slice(bytes);
            joined.as_slice()
        };
        *charset = self.resolve(whole, end);
        let shown = match self {
            _ if context.is_empty() => 0,
            Self::Auto => auto::given(context, scratch),
            known => segment(known, context, End::Open, scratch, &mut ()),
        };
        units.clear();
        let mut collector = Collector { units, shown, base: context.len(), at: 0 };
        let until = match (self, *charset, end) {
            (Self::Auto, Self::Gb18030, End::Open) => auto::given_of_gb18030(whole, scratch),
            _ => None,
        };
        let consumed = match until {
            Some(until) => segment(*charset, &whole[..until], End::Final, scratch, &mut collector),
            None => segment(*charset, whole, end, scratch, &mut collector),
        };
        *pending = (whole.len() - consumed).min(bytes.len());
    }

    fn resolve(self, bytes: &[u8], end: End) -> Self {
        if self == Self::Auto { auto::resolve(bytes, end) } else { self }
    }
}

/// Keeps the units that were not yet given with an earlier record.
///
/// [`Charset::Auto`] may have read the end of an earlier record as UTF-8 and now, knowing more, read all as GB18030. Of
/// a character that lies across that end only the rest is left: it is damage, so that no byte shows twice.
struct Collector<'a> {
    units: &'a mut Vec<Unit>,
    /// Up to here, from the start of the context, an earlier record gave everything.
    shown: usize,
    /// Where the record begins.
    base: usize,
    /// Where the unit before ended.
    at: usize,
}

impl Sink for Collector<'_> {
    fn ascii(&mut self, run: &[u8], start: usize) {
        let skipped = self.shown.saturating_sub(start).min(run.len());
        let first = start + skipped + 1;
        let units = run[skipped..].iter().zip(first..).map(|(&byte, end)| Unit {
            ch: char::from(byte),
            end: end.saturating_sub(self.base) as u32,
            malformed: false,
        });
        self.units.extend(units);
        self.at = start + run.len();
    }

    fn unit(&mut self, ch: char, end: usize, malformed: bool) {
        let start = std::mem::replace(&mut self.at, end);
        if end > self.shown {
            let torn = start < self.shown;
            let ch = if torn { char::REPLACEMENT_CHARACTER } else { ch };
            self.units.push(Unit { ch, end: end.saturating_sub(self.base) as u32, malformed: malformed || torn });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(charset: Charset, context: &[u8], bytes: &[u8]) -> Decoded {
        let mut out = Decoded::default();
        charset.decode(context, bytes, &mut out);
        out
    }

    fn units(decoded: &Decoded) -> Vec<(char, u32, bool)> {
        decoded.units.iter().map(|unit| (unit.ch, unit.end, unit.malformed)).collect()
    }

    #[test]
    fn a_character_split_over_two_records_shows_with_the_second() {
        let first = decode(Charset::Utf8, b"", b"a\xE4\xBD");
        assert_eq!((units(&first), first.pending), (vec![('a', 1, false)], 2));
        let second = decode(Charset::Utf8, b"\xE4\xBD", b"\xA0b");
        assert_eq!((units(&second), second.pending), (vec![('你', 1, false), ('b', 2, false)], 0));
        assert_eq!(second.span(1), 1..2);
    }

    #[test]
    fn a_record_inside_a_character_is_all_pending() {
        let middle = decode(Charset::Utf8, b"\xF0\x9F", b"\x98");
        assert_eq!((units(&middle), middle.pending), (vec![], 1));
    }

    #[test]
    fn what_was_held_back_shows_even_if_it_came_to_nothing() {
        assert_eq!(units(&decode(Charset::Utf8, b"\xE4\xBD", b"A")), [('\u{FFFD}', 0, true), ('A', 1, false)]);
        let gb18030 = decode(Charset::Gb18030, b"\x81\x30\x81", b"\x41");
        assert_eq!(units(&gb18030), [('\u{FFFD}', 0, true), ('0', 0, false), ('丄', 1, false)]);
    }

    #[test]
    fn a_big5_pair_of_two_characters_is_two_units_with_one_end() {
        let decoded = decode(Charset::Big5, b"", b"\x88\x62A");
        assert_eq!(units(&decoded), [('\u{CA}', 2, false), ('\u{304}', 2, false), ('A', 3, false)]);
        let single = decode(Charset::Big5, b"", b"\x88\x66A");
        assert_eq!(units(&single), [('\u{CA}', 2, false), ('A', 3, false)]);
    }

    #[test]
    fn the_end_of_everything_gives_what_is_unfinished_as_malformed() {
        let mut out = Decoded::default();
        Charset::Utf16Le.decode_to_end(b"", b"A\0\x3D\xD8\x00", &mut out);
        assert_eq!((units(&out), out.pending), (vec![('A', 2, false), ('\u{FFFD}', 5, true)], 0));
        Charset::Gbk.decode_to_end(b"\xC4", b"", &mut out);
        assert_eq!(units(&out), [('\u{FFFD}', 0, true)]);
    }

    #[test]
    fn ascii_and_latin1_are_the_real_ones() {
        assert_eq!(units(&decode(Charset::Ascii, b"", b"a\x80")), [('a', 1, false), ('\u{FFFD}', 2, true)]);
        assert_eq!(units(&decode(Charset::Latin1, b"", b"\x80\xE9")), [('\u{80}', 1, false), ('é', 2, false)]);
        assert_eq!(units(&decode(Charset::Windows1252, b"", b"\x80\x81")), [('€', 1, false), ('\u{81}', 2, false)]);
    }

    #[test]
    fn auto_decides_over_context_and_bytes() {
        let charset = |context, bytes| decode(Charset::Auto, context, bytes).charset;
        assert_eq!(charset(b"", b"plain"), Charset::Utf8);
        assert_eq!(charset(b"", b"\xE4\xBD"), Charset::Utf8);
        assert_eq!(charset(b"", b"\xC4\xE3"), Charset::Gb18030);
        assert_eq!(charset(b"\xC4\xE3", b"abc"), Charset::Gb18030);
        let to_end = decode_to_end_auto(b"\xE4\xBD");
        assert_eq!((to_end.charset, to_end.text().as_str()), (Charset::Gb18030, "浣"));
    }

    fn decode_to_end_auto(bytes: &[u8]) -> Decoded {
        let mut out = Decoded::default();
        Charset::Auto.decode_to_end(&[], bytes, &mut out);
        out
    }

    #[test]
    fn auto_gives_what_it_held_back_as_utf8_when_it_turns_out_to_be_gb18030() {
        assert_eq!(decode(Charset::Auto, b"", b"\xE4\xBD").pending, 2);
        assert_eq!(units(&decode(Charset::Auto, b"\xE4\xBD", b"A")), [('浣', 0, false), ('A', 1, false)]);
    }

    #[test]
    fn auto_gives_no_byte_twice_when_it_changes_its_mind() {
        // GB18030 because of the first characters; the last two bytes could begin a character of UTF-8.
        let first = decode(Charset::Auto, b"", b"\xC4\xE3:\xE4\xBD");
        assert_eq!((first.text().as_str(), first.pending), ("你:", 2));
        assert_eq!(decode(Charset::Auto, b"\xE4\xBD", b"\xA0").text(), "你");
        assert_eq!(decode(Charset::Auto, b"\xE4\xBD", b"\xC4\xE3").text(), "浣你");
        // Three bytes were shown as one character of UTF-8, then it turns out to be GB18030, whose second character
        // begins with the third of them.
        assert_eq!(decode(Charset::Auto, b"", b"\xE4\xBD\xA0").text(), "你");
        let then = decode(Charset::Auto, b"\xE4\xBD\xA0", b"\xC4\xC4\xE3");
        assert_eq!(units(&then), [('\u{FFFD}', 1, true), ('你', 3, false)]);
    }

    #[test]
    fn auto_knows_utf8_whose_beginning_was_given_up() {
        let text = "网络调试助手".as_bytes();
        let decoded = decode(Charset::Auto, &text[1..9], &text[9..]);
        assert_eq!((decoded.charset, decoded.text().as_str()), (Charset::Utf8, "试助手"));
        // GBK for 好, whose first byte could be the end of a UTF-8 sequence and its second the begin of another.
        assert_eq!(decode(Charset::Auto, b"\xBA", b"\xC3").text(), "好");
    }
}
