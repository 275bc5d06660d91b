//! [`Charset::Auto`]: each record is UTF-8, or else GB18030.
//!
//! A record is taken for one of them together with its context, so the same bytes may be taken for UTF-8 with one record
//! and for GB18030 with the next. How far an earlier record gave them is told from the bytes alone ([`given`]), and each
//! record keeps to it: so no byte is given twice, and none is forgotten.

use super::Charset;
use super::segment::{End, segment};

/// UTF-8 can begin with so many bytes of a character whose beginning was given up.
const LEADING_MAX: usize = 3;
/// So many more characters must prove it then.
const PROOF_CHARS: usize = 4;

/// GB18030 waits for the rest of at most so many bytes.
const UNFINISHED_MAX: usize = 3;

/// How far bytes are UTF-8.
struct Utf8 {
    /// Where the last whole character ends.
    complete: usize,
    /// Whether nothing follows that can't be the beginning of one more.
    all: bool,
}

/// Which of the two charsets the bytes are in.
pub(super) fn resolve(bytes: &[u8], end: End) -> Charset {
    match utf8(bytes) {
        Some(utf8) if utf8.all && (end == End::Open || utf8.complete == bytes.len()) => Charset::Utf8,
        _ => Charset::Gb18030,
    }
}

/// How many of the bytes, from a neutral place behind which there is no other, the records that they are of have given.
pub(super) fn given(bytes: &[u8], scratch: &mut String) -> usize {
    let gb18030 = |scratch| segment(Charset::Gb18030, bytes, End::Open, scratch, &mut ());
    match utf8(bytes) {
        None => gb18030(scratch),
        Some(Utf8 { complete, all: true }) => complete,
        // A record may have ended where all was still UTF-8.
        Some(Utf8 { complete, all: false }) => complete.max(gb18030(scratch)),
    }
}

/// Up to where a record that is taken for GB18030 is given, with its context before it; `None` if that is where GB18030
/// ends by itself.
pub(super) fn given_of_gb18030(whole: &[u8], scratch: &mut String) -> Option<usize> {
    let last_neutral = Charset::Auto.sync_from_neutral(whole).unwrap_or(0);
    let tail = &whole[last_neutral..];
    let utf8 = utf8(tail).filter(|utf8| utf8.all || utf8.complete + UNFINISHED_MAX > tail.len())?;
    Some(last_neutral + if utf8.all { utf8.complete } else { given(tail, scratch) })
}

/// A character of GB18030 that is no UTF-8.
const NOT_UTF8: &[u8] = b"\xC4\xE3";

/// Replaces what was given as GB18030, and will not be taken for anything else any more, by something short that leaves
/// as much open.
pub(super) fn shorten(context: &mut Vec<u8>, scratch: &mut String) {
    let begins_whole = context.first().is_some_and(|first| !is_continuation(*first));
    if begins_whole && utf8(context).is_none_or(|utf8| !utf8.all) {
        let gb18030 = segment(Charset::Gb18030, context, End::Open, scratch, &mut ());
        // Whether a digit that follows is a neutral place depends on the byte before it.
        let last: &[u8] = match gb18030.checked_sub(1).map(|last| context[last]) {
            Some(0x80) => b"\x81\x80",
            Some(b'0'..=b'9') => b"0",
            _ => b"",
        };
        if gb18030 > NOT_UTF8.len() + last.len() && gb18030 == given(context, scratch) {
            context.splice(..gb18030, NOT_UTF8.iter().chain(last).copied());
        }
    }
}

fn is_continuation(byte: u8) -> bool {
    matches!(byte, 0x80..=0xBF)
}

/// How far the bytes are UTF-8, also if they begin inside a character because what came before was given up.
///
/// In the latter case the rest must show more than four characters beyond ASCII: a GBK text often begins with such a
/// byte too, but hardly ever goes on as UTF-8 does.
fn utf8(bytes: &[u8]) -> Option<Utf8> {
    let leading = bytes.iter().take(LEADING_MAX + 1).take_while(|byte| is_continuation(**byte)).count();
    if leading > LEADING_MAX {
        return None;
    }
    let rest = &bytes[leading..];
    let (valid, all) = match std::str::from_utf8(rest) {
        Ok(_) => (rest.len(), true),
        Err(error) => (error.valid_up_to(), error.error_len().is_none()),
    };
    let told = if all { rest } else { &rest[..valid] };
    let proven = || told.iter().filter(|byte| **byte >= 0xC0).nth(PROOF_CHARS).is_some();
    (leading == 0 || proven()).then_some(Utf8 { complete: leading + valid, all })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(bytes: &[u8]) -> usize {
        super::given(bytes, &mut String::new())
    }

    #[test]
    fn what_is_unfinished_is_not_given() {
        assert_eq!(given("你".as_bytes()), 3);
        assert_eq!(given(b"\xE4\xBD\xA0\xE5\xA5"), 3);
        assert_eq!(given(b"\xC4\xE3\xBA"), 2);
        assert_eq!(given(b""), 0);
    }

    #[test]
    fn what_was_utf8_so_far_is_given() {
        // 你0 in UTF-8, then half a character: GB18030 would still wait with A0 30 81.
        assert_eq!(given(b"\xE4\xBD\xA0\x30\x81"), 4);
        assert_eq!(given(b"\xE4\xBD\xA0\xC4\xC4"), 4);
    }

    #[test]
    fn what_is_settled_is_short() {
        let shortened = |bytes: &[u8]| {
            let mut context = bytes.to_vec();
            shorten(&mut context, &mut String::new());
            context
        };
        assert_eq!(shortened(b"\xBA\xC3\xC4\xE3\xBA"), b"\xBA\xC3\xC4\xE3\xBA", "may be the rest of UTF-8");
        assert_eq!(shortened(b"\xC4\xE3\xBA\xC3\xC4\xE3\xBA"), b"\xC4\xE3\xBA");
        assert_eq!(shortened(b"\xC4\xE3\xBA\xC3\x30"), b"\xC4\xE3\x30");
        assert_eq!(shortened(b"\xC4\xE3\xBA\xC3\xBA\x80"), b"\xC4\xE3\x81\x80");
        assert_eq!(shortened("你好".as_bytes()), "你好".as_bytes());
        assert_eq!(shortened(b"\xE4\xBD\xA0\x30\x81"), b"\xE4\xBD\xA0\x30\x81", "given further than GB18030 is");
    }

    #[test]
    fn a_beginning_that_was_given_up_needs_proof() {
        let text = "网络调试助手".as_bytes();
        assert_eq!(resolve(&text[1..], End::Open), Charset::Utf8);
        assert_eq!(resolve(&text[1..10], End::Open), Charset::Gb18030);
        assert_eq!(resolve(b"\xBA\xC3", End::Open), Charset::Gb18030);
    }
}
