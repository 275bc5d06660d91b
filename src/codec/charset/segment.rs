//! Bytes cut into characters and malformed sequences, each with its end.
//!
//! `encoding_rs` decodes whole spans at once and tells where a malformed sequence lies; between those, the lead bytes
//! tell how long each character was. Nothing here knows about records: see `decode`.

use encoding_rs::{DecoderResult, Encoding};

use super::Charset;

/// Takes what is found, in order. Positions count from the start of the bytes.
pub(super) trait Sink {
    /// A run of ASCII characters, one byte each, of which the first lies at `start`.
    fn ascii(&mut self, run: &[u8], start: usize);
    /// One character that ends before `end`, or U+FFFD for one malformed sequence.
    fn unit(&mut self, ch: char, end: usize, malformed: bool);
}

/// For whom only asks how far decoding gets.
impl Sink for () {
    fn ascii(&mut self, _run: &[u8], _start: usize) {}
    fn unit(&mut self, _ch: char, _end: usize, _malformed: bool) {}
}

/// Whether more bytes may follow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// An unfinished sequence at the end waits for more.
    Open,
    /// An unfinished sequence at the end is malformed.
    Final,
}

/// Cuts `bytes` and returns how many of them went into units. `text` is scratch space.
///
/// [`Charset::Auto`] must have been resolved; it reads as GB18030 here.
pub(super) fn segment(charset: Charset, bytes: &[u8], end: End, text: &mut String, sink: &mut impl Sink) -> usize {
    let encoding = charset.encoding();
    match charset {
        Charset::Utf8 => utf8(bytes, end, sink),
        Charset::Utf16Le => utf16(bytes, end, u16::from_le_bytes, sink),
        Charset::Utf16Be => utf16(bytes, end, u16::from_be_bytes, sink),
        Charset::Latin1 => single_bytes(bytes, 0xFF, sink),
        Charset::Ascii => single_bytes(bytes, 0x7F, sink),
        Charset::Windows1252 => by_table(encoding, bytes, end, text, |_, _| Span::of(1), sink),
        Charset::Auto | Charset::Gbk | Charset::Gb2312 | Charset::Gb18030 => {
            by_table(encoding, bytes, end, text, gb18030_span, sink)
        }
        Charset::Big5 => by_table(encoding, bytes, end, text, big5_span, sink),
        Charset::ShiftJis => by_table(encoding, bytes, end, text, shift_jis_span, sink),
        Charset::EucJp => by_table(encoding, bytes, end, text, euc_jp_span, sink),
        Charset::EucKr => by_table(encoding, bytes, end, text, |_, _| Span::of(2), sink),
    }
}

/// How many bytes at the end of `bytes` are an unfinished UTF-8 sequence; `None` if something else is malformed.
pub(super) fn utf8_remainder(bytes: &[u8]) -> Option<usize> {
    match std::str::from_utf8(bytes) {
        Ok(_) => Some(0),
        Err(error) if error.error_len().is_none() => Some(bytes.len() - error.valid_up_to()),
        Err(_) => None,
    }
}

/// The bytes of one well-formed character that is not ASCII.
#[derive(Clone, Copy)]
struct Span {
    /// Where it ends, from its first byte.
    end: usize,
    /// Where the next character begins; 0 if that one comes out of the same bytes.
    next: usize,
}

impl Span {
    const fn of(len: usize) -> Self {
        Self { end: len, next: len }
    }
}

fn gb18030_span(bytes: &[u8], _ch: char) -> Span {
    match bytes {
        [0x80, ..] => Span::of(1), // €
        [_, b'0'..=b'9', ..] => Span::of(4),
        _ => Span::of(2),
    }
}

fn big5_span(bytes: &[u8], ch: char) -> Span {
    // Four pairs of HKSCS decode to a letter and a combining mark.
    match (bytes, ch) {
        ([0x88, 0x62 | 0x64, ..], '\u{CA}') | ([0x88, 0xA3 | 0xA5, ..], '\u{EA}') => Span { end: 2, next: 0 },
        _ => Span::of(2),
    }
}

fn shift_jis_span(bytes: &[u8], _ch: char) -> Span {
    match bytes {
        [0x80 | 0xA0..=0xDF, ..] => Span::of(1), // half-width katakana
        _ => Span::of(2),
    }
}

fn euc_jp_span(bytes: &[u8], _ch: char) -> Span {
    match bytes {
        [0x8F, ..] => Span::of(3),
        _ => Span::of(2),
    }
}

/// Gives the characters of `text`, which was decoded from the bytes at `pos`, and returns where they end.
fn walk(
    text: &str,
    bytes: &[u8],
    mut pos: usize,
    span: impl Fn(&[u8], char) -> Span + Copy,
    sink: &mut impl Sink,
) -> usize {
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        if run > 0 {
            // In every charset that is cut here an ASCII character is that one byte.
            sink.ascii(&rest.as_bytes()[..run], pos);
            pos += run;
            rest = &rest[run..];
        }
        let mut chars = rest.chars();
        let mut after = rest;
        while let Some(ch) = chars.next().filter(|ch| !ch.is_ascii()) {
            let span = span(&bytes[pos..], ch);
            sink.unit(ch, pos + span.end, false);
            pos += span.next;
            after = chars.as_str();
        }
        rest = after;
    }
    pos
}

fn by_table(
    encoding: &'static Encoding,
    bytes: &[u8],
    end: End,
    text: &mut String,
    span: impl Fn(&[u8], char) -> Span + Copy,
    sink: &mut impl Sink,
) -> usize {
    const SCRATCH_LEN: usize = 16 * 1024;
    text.clear();
    text.reserve(SCRATCH_LEN);
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let (mut read, mut pos) = (0, 0);
    loop {
        text.clear();
        let (result, more) = decoder.decode_to_string_without_replacement(&bytes[read..], text, end == End::Final);
        read += more;
        pos = walk(text, bytes, pos, span, sink);
        match result {
            DecoderResult::InputEmpty => return pos,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(len, read_after) => {
                debug_assert_eq!(pos + usize::from(len) + usize::from(read_after), read, "{}", encoding.name());
                pos = read - usize::from(read_after);
                sink.unit(char::REPLACEMENT_CHARACTER, pos, true);
            }
        }
    }
}

fn utf8(bytes: &[u8], end: End, sink: &mut impl Sink) -> usize {
    let mut pos = 0;
    for chunk in bytes.utf8_chunks() {
        pos = walk(chunk.valid(), bytes, pos, |_, ch| Span::of(ch.len_utf8()), sink);
        let malformed = chunk.invalid();
        if malformed.is_empty() {
            continue;
        }
        let reaches_end = pos + malformed.len() == bytes.len();
        if end == End::Open && reaches_end && utf8_remainder(malformed).is_some() {
            break;
        }
        pos += malformed.len();
        sink.unit(char::REPLACEMENT_CHARACTER, pos, true);
    }
    pos
}

fn utf16(bytes: &[u8], end: End, read: fn([u8; 2]) -> u16, sink: &mut impl Sink) -> usize {
    let mut pos = 0;
    let unit_at = |pos: usize| bytes.get(pos..)?.first_chunk().copied().map(read);
    while let Some(first) = unit_at(pos) {
        let second = unit_at(pos + 2);
        if second.is_none() && matches!(first, 0xD800..=0xDBFF) {
            break; // the other half has not come
        }
        let decoded = char::decode_utf16([first].into_iter().chain(second)).next();
        let (ch, malformed) = match decoded {
            Some(Ok(ch)) => (ch, false),
            _ => (char::REPLACEMENT_CHARACTER, true),
        };
        pos += if malformed { 2 } else { 2 * ch.len_utf16() };
        sink.unit(ch, pos, malformed);
    }
    if end == End::Final && pos < bytes.len() {
        pos = bytes.len();
        sink.unit(char::REPLACEMENT_CHARACTER, pos, true);
    }
    pos
}

fn single_bytes(bytes: &[u8], last: u8, sink: &mut impl Sink) -> usize {
    let mut pos = 0;
    while pos < bytes.len() {
        let rest = &bytes[pos..];
        let run = rest.iter().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        sink.ascii(&rest[..run], pos);
        pos += run;
        for &byte in rest[run..].iter().take_while(|byte| !byte.is_ascii()) {
            pos += 1;
            let malformed = byte > last;
            sink.unit(if malformed { char::REPLACEMENT_CHARACTER } else { char::from(byte) }, pos, malformed);
        }
    }
    pos
}
