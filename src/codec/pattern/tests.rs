//! Every test, what it captures, and what it refuses.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use super::*;
use crate::codec::Charset;
use crate::codec::escape::EscapeErrorKind;

const TEXT: Typed = Typed::Text { charset: Charset::Utf8, escapes: true };
const GBK: Typed = Typed::Text { charset: Charset::Gbk, escapes: true };
const HEX: Typed = Typed::Hex;

#[track_caller]
fn found(test: Test, text: &str, typed: Typed, packet: &[u8]) -> Option<Range<usize>> {
    Pattern::parse(test, text, typed).unwrap().matches(packet).map(|captures| captures.range(0).unwrap())
}

#[track_caller]
fn refused(test: Test, text: &str, typed: Typed) -> (PatternErrorKind, usize) {
    let error = Pattern::parse(test, text, typed).unwrap_err();
    (error.kind, error.char_index)
}

#[test]
fn text_at_its_place() {
    assert_eq!(found(Test::Equals, "ab", TEXT, b"ab"), Some(0..2));
    assert_eq!(found(Test::Equals, "ab", TEXT, b"abc"), None);
    assert_eq!(found(Test::Equals, "", TEXT, b""), Some(0..0));
    assert_eq!(found(Test::Starts, "ab", TEXT, b"abc"), Some(0..2));
    assert_eq!(found(Test::Starts, "ab", TEXT, b"a"), None);
    assert_eq!(found(Test::Starts, "ab", TEXT, b"xab"), None);
    assert_eq!(found(Test::Ends, r"\r\n", TEXT, b"ab\r\n"), Some(2..4));
    assert_eq!(found(Test::Ends, "ab", TEXT, b"b"), None);
    assert_eq!(found(Test::Contains, "b.", TEXT, b"abb.b."), Some(2..4));
    assert_eq!(found(Test::Contains, "B.", TEXT, b"abb.b."), None);
    assert_eq!(found(Test::Contains, "你", GBK, b"a\xC4\xE3"), Some(1..3));
    assert_eq!(found(Test::Any, "anything", TEXT, b"ab"), Some(0..2));
}

#[test]
fn hex_with_digits_that_may_be_any() {
    assert_eq!(found(Test::Equals, "AA ?? 5?", HEX, &[0xAA, 0x0A, 0x5F]), Some(0..3));
    assert_eq!(found(Test::Equals, "AA ?? 5?", HEX, &[0xAA, 0x0A, 0x6F]), None);
    assert_eq!(found(Test::Starts, "01??", HEX, &[1, 0xFF, 3]), Some(0..2));
    assert_eq!(found(Test::Ends, "?3", HEX, &[1, 0xFF, 0x83]), Some(2..3));
    assert_eq!(found(Test::Contains, "A? ?? ?5", HEX, &[0xA0, 0xA1, b'\n', 0xF5]), Some(1..4));
    assert_eq!(found(Test::Contains, "5D ?D", HEX, b"]]"), Some(0..2));
    assert_eq!(found(Test::Contains, "??", HEX, b""), None);
}

#[test]
fn expressions_capture() {
    let pattern = Pattern::parse(Test::Regex, r"^READ (\d+)( fast)?", TEXT).unwrap();
    assert_eq!(pattern.groups(), 2);
    let captures = pattern.matches(b"READ 42!\xFF").unwrap();
    assert_eq!((captures.group(0), captures.group(1)), (Some(&b"READ 42"[..]), Some(&b"42"[..])));
    assert_eq!((captures.group(2), captures.range(2), captures.group(3)), (Some(&b""[..]), None, None));
    assert_eq!((captures.packet(), captures.range(1)), (&b"READ 42!\xFF"[..], Some(5..7)));
    assert_eq!(pattern.matches(b"WRITE 42"), None);
}

#[test]
fn expressions_are_of_bytes() {
    assert_eq!(found(Test::Regex, r"\x01.\xFF", TEXT, b"\0\x01\x80\xFF"), Some(1..4));
    assert_eq!(found(Test::Regex, r"[\x80-\xFF]+", TEXT, b"a\xC4\xE3b"), Some(1..3));
    assert_eq!(found(Test::Regex, r"温度=(\d+)", GBK, b"\xCE\xC2\xB6\xC8=25"), Some(0..7));
    assert_eq!(found(Test::Regex, "度+$", GBK, b"\xB6\xC8\xB6\xC8"), Some(0..4));
    assert_eq!(found(Test::Regex, r"\度", TEXT, "度".as_bytes()), Some(0..3));
    assert_eq!(found(Test::Regex, "(?u)^.$", TEXT, "度".as_bytes()), Some(0..3));
    assert_eq!(found(Test::Regex, r"[]x]\[度", TEXT, "][度".as_bytes()), Some(0..5));
    assert_eq!(found(Test::Regex, r"[^]x[:alpha:]]度", TEXT, "0度".as_bytes()), Some(0..4));
}

#[test]
fn a_wrong_expression_is_refused_where_it_is_wrong() {
    let place = |text| match refused(Test::Regex, text, GBK) {
        (PatternErrorKind::Expression(words), place) => {
            assert!(!words.is_empty() && !words.contains('\n'), "{words}");
            place
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(place("a(b"), 1);
    assert_eq!(place("温度(b"), 2);
    assert_eq!(place("温*度**("), 5);
    assert_eq!(place(r"a\"), 1);
    assert_eq!(place("a{3,2}"), 1);
    assert_eq!(place(r"x(?u)\p{Nothing}"), 5);
    assert_eq!(place(&"(".repeat(200)), 199);
    assert_eq!(refused(Test::Regex, "a[温度]", GBK), (PatternErrorKind::CharacterInSet('温'), 2));
    let missing = EscapeErrorKind::Unencodable { character: '😀', charset: Charset::Gbk };
    assert_eq!(refused(Test::Regex, "a😀", GBK), (PatternErrorKind::Text(TypedError::Text(missing)), 1));
    assert_eq!(refused(Test::Regex, r"(\w{200}){200}", GBK), (PatternErrorKind::ExpressionTooLarge, 0));
    assert_eq!(refused(Test::Regex, "", GBK), (PatternErrorKind::Empty, 0));
    assert_eq!(refused(Test::Regex, &"a".repeat(4097), GBK), (PatternErrorKind::TooLong, 4096));
}

#[test]
fn lengths() {
    let lengths = |text| {
        let pattern = Pattern::parse(Test::Length, text, TEXT).unwrap();
        (0..8).filter(|len| pattern.matches(&vec![0; *len]).is_some()).collect::<Vec<_>>()
    };
    assert_eq!(lengths("5"), [5]);
    assert_eq!(lengths(" = 5 "), [5]);
    assert_eq!(lengths("<2"), [0, 1]);
    assert_eq!(lengths("<=2"), [0, 1, 2]);
    assert_eq!(lengths(">5"), [6, 7]);
    assert_eq!(lengths(">= 6"), [6, 7]);
    assert_eq!(lengths("3..5"), [3, 4, 5]);
    assert_eq!(lengths(" 3 .. 3"), [3]);
}

#[test]
fn what_is_no_length_is_refused_with_its_place() {
    use PatternErrorKind::{NoLength, NotALength};
    for (text, kind, place) in [
        ("", NotALength, 0),
        ("abc", NotALength, 0),
        ("> 5x", NotALength, 3),
        ("=", NotALength, 1),
        ("==5", NotALength, 1),
        ("-1", NotALength, 0),
        ("3..", NotALength, 3),
        ("3..五", NotALength, 3),
        ("3...5", NotALength, 3),
        ("5..3", NoLength, 3),
        ("<0", NoLength, 1),
        (">18446744073709551615", NoLength, 1),
        ("99999999999999999999", NotALength, 0),
    ] {
        assert_eq!(refused(Test::Length, text, TEXT), (kind, place), "{text}");
    }
}

#[test]
fn what_stands_for_no_bytes_is_refused() {
    for test in [Test::Contains, Test::Starts, Test::Ends] {
        assert_eq!(refused(test, "", TEXT), (PatternErrorKind::Empty, 0));
    }
    let hex = |kind| PatternErrorKind::Text(TypedError::Hex(kind));
    assert_eq!(refused(Test::Equals, "AA ?", HEX), (hex(HexErrorKind::OddDigit), 3));
    assert_eq!(refused(Test::Equals, "AA\n*", HEX), (hex(HexErrorKind::Foreign('*')), 3));
    assert_eq!(
        Pattern::parse(Test::Equals, "AA\n*", HEX).unwrap_err().to_string(),
        "line 2, column 1: '*' is not a hexadecimal digit"
    );
    let unknown = EscapeErrorKind::Unknown('q');
    assert_eq!(refused(Test::Starts, r"a\q", TEXT), (PatternErrorKind::Text(TypedError::Text(unknown)), 1));
    assert_eq!(refused(Test::Starts, &"00".repeat(4097), HEX), (PatternErrorKind::TooLong, 0));
}

#[test]
fn the_longest_patterns_are_found() {
    for digits in ["00", "??", "A?", "?A"] {
        let text = digits.repeat(MAX_PATTERN_LEN);
        let packet = vec![if digits == "00" { 0 } else { 0xAA }; MAX_PATTERN_LEN];
        assert_eq!(found(Test::Contains, &text, HEX, &packet), Some(0..MAX_PATTERN_LEN), "{digits}");
        assert_eq!(found(Test::Contains, &text, HEX, &packet[1..]), None, "{digits}");
    }
}
