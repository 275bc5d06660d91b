//! Where in the middle of a stream decoding can begin.

use super::Charset;
use super::segment::utf8_remainder;

impl Charset {
    /// The last offset in `tail` from which decoding is certainly neutral, that is, begins at a character whatever
    /// came before `tail`; `None` if `tail` does not tell and more of what came before is needed.
    ///
    /// `position` is the place of `tail` in its stream, in bytes: UTF-16 goes by it, and at 0 nothing came before.
    pub fn sync(self, position: u64, tail: &[u8]) -> Option<usize> {
        let at_start = position == 0;
        self.find_sync(at_start, position, tail).or_else(|| at_start.then_some(0))
    }

    /// The same for a tail that itself begins where decoding is neutral, whatever its place in the stream: a later such
    /// offset, or the start again where the tail tells that it is one. `None` if the start is the last that is known.
    pub fn sync_from_neutral(self, tail: &[u8]) -> Option<usize> {
        self.find_sync(true, 0, tail)
    }

    fn find_sync(self, starts_neutral: bool, position: u64, tail: &[u8]) -> Option<usize> {
        let after = |found: Option<usize>| found.map(|index| index + 1);
        match self {
            Self::Latin1 | Self::Windows1252 | Self::Ascii => Some(tail.len()),
            Self::Utf8 => sync_utf8(tail),
            Self::Utf16Le => sync_utf16(position, tail, u16::from_le_bytes),
            Self::Utf16Be => sync_utf16(position, tail, u16::from_be_bytes),
            Self::Gbk | Self::Gb2312 | Self::Gb18030 => after(last_gb18030_stop(starts_neutral, tail, |_| true)),
            // Neutral in both of its charsets; 0x80 may be inside a UTF-8 sequence.
            Self::Auto => after(last_gb18030_stop(starts_neutral, tail, |byte| byte != 0x80)),
            // After a byte that cannot be a lead byte decoding is neutral, whether it was a character or a trail.
            Self::Big5 | Self::EucKr => after(tail.iter().rposition(|byte| !matches!(byte, 0x81..=0xFE))),
            Self::ShiftJis => after(tail.iter().rposition(|byte| !matches!(byte, 0x81..=0x9F | 0xE0..=0xFC))),
            Self::EucJp => after(tail.iter().rposition(|byte| !matches!(byte, 0x8E | 0x8F | 0xA1..=0xFE))),
        }
    }
}

/// The last byte after which GB18030 is neutral: one that cannot be a lead byte, nor a digit that may be the second of
/// four bytes. After two digits, or a digit after no lead byte, no four-byte character is open any more.
fn last_gb18030_stop(starts_neutral: bool, tail: &[u8], also: impl Fn(u8) -> bool) -> Option<usize> {
    let can_lead = |byte: u8| matches!(byte, 0x81..=0xFE);
    (0..tail.len()).rfind(|&index| match tail[index] {
        byte if can_lead(byte) => false,
        b'0'..=b'9' => index.checked_sub(1).map_or(starts_neutral, |before| !can_lead(tail[before])),
        byte => also(byte),
    })
}

fn sync_utf8(tail: &[u8]) -> Option<usize> {
    const CONTINUATION_MAX: usize = 3;
    let Some(start) = tail.iter().rposition(|byte| !matches!(byte, 0x80..=0xBF)) else {
        return (tail.len() >= CONTINUATION_MAX).then_some(tail.len());
    };
    match utf8_remainder(&tail[start..]) {
        Some(unfinished) => Some(tail.len() - unfinished),
        None => Some(tail.len()), // malformed, and only continuation bytes follow
    }
}

fn sync_utf16(position: u64, tail: &[u8], read: fn([u8; 2]) -> u16) -> Option<usize> {
    let aligned = usize::from(position % 2 == 1);
    let units = tail.get(aligned..)?.as_chunks::<2>().0;
    let leads = |unit: &[u8; 2]| matches!(read(*unit), 0xD800..=0xDBFF);
    let last = units.iter().rposition(|unit| !leads(unit))?;
    Some(aligned + 2 * (last + 1))
}

#[cfg(test)]
mod tests {
    use super::Charset;

    #[test]
    fn single_bytes_are_always_in_step() {
        assert_eq!(Charset::Latin1.sync(7, b"\x80\xFF"), Some(2));
    }

    #[test]
    fn utf8_goes_by_lead_bytes() {
        assert_eq!(Charset::Utf8.sync(9, "a你".as_bytes()), Some(4));
        assert_eq!(Charset::Utf8.sync(9, b"a\xE4\xBD"), Some(1));
        assert_eq!(Charset::Utf8.sync(9, b"\xBD\xA0"), None);
        assert_eq!(Charset::Utf8.sync(9, b"\xBD\xA0\xA0"), Some(3));
        assert_eq!(Charset::Utf8.sync(0, b"\xBD"), Some(0));
        assert_eq!(Charset::Utf8.sync(9, b"\xE4\xBD\xA0\xA0\xA0"), Some(5));
    }

    #[test]
    fn gb18030_goes_by_bytes_that_end_a_character() {
        for charset in [Charset::Gbk, Charset::Auto] {
            assert_eq!(charset.sync(9, b"\xC4\xE3\n\xBA\xC3"), Some(3));
            assert_eq!(charset.sync(9, b"\xC4A\xC4"), Some(2));
            assert_eq!(charset.sync(9, b"\xC4\x30"), None);
            assert_eq!(charset.sync(9, b"\xC4\x30\x31"), Some(3));
            assert_eq!(charset.sync(9, b"\xC4\xE3\xBA\xC3"), None);
            assert_eq!(charset.sync(0, b"\xC4\xE3\xBA\xC3"), Some(0));
        }
    }

    #[test]
    fn a_digit_that_begins_a_neutral_tail_ends_a_character() {
        assert_eq!(Charset::Gbk.sync(9, b"0\xC4"), None);
        assert_eq!(Charset::Gbk.sync(0, b"0\xC4"), Some(1));
        assert_eq!(Charset::Auto.sync_from_neutral(b"0\xC4"), Some(1));
        assert_eq!(Charset::Auto.sync_from_neutral(b"\xC4\xE3"), None);
        assert_eq!(Charset::Utf8.sync_from_neutral(b"\xE4\xBD"), Some(0));
    }

    #[test]
    fn utf16_goes_by_the_position() {
        assert_eq!(Charset::Utf16Le.sync(8, b"A\0B"), Some(2));
        assert_eq!(Charset::Utf16Le.sync(7, b"\0A\0B"), Some(3));
        assert_eq!(Charset::Utf16Le.sync(8, b"A\0\x3D\xD8"), Some(2));
        assert_eq!(Charset::Utf16Be.sync(8, b"\xD8\x3D"), None);
        assert_eq!(Charset::Utf16Be.sync(0, b"\xD8\x3D"), Some(0));
        assert_eq!(Charset::Utf16Be.sync(9, b""), None);
    }
}
