//! Fields, alone and together, as text and among HEX digits.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::collections::HashMap;

use jiff::civil::date;
use jiff::tz::TimeZone;

use super::*;
use crate::codec::Charset;
use crate::codec::escape::EscapeErrorKind;
use crate::codec::hex::HexErrorKind;
use crate::codec::pattern::{Pattern, Test};
use crate::codec::typed::TypedError;

const TEXT: Typed = Typed::Text { charset: Charset::Utf8, escapes: false };
const ESCAPES: Typed = Typed::Text { charset: Charset::Utf8, escapes: true };
const HEX: Typed = Typed::Hex;

struct World(HashMap<&'static str, &'static str>);

impl Lookup for World {
    fn variable(&mut self, name: &str) -> Option<String> {
        self.0.get(name).map(|text| (*text).to_owned())
    }

    fn file(&mut self, path: &str) -> Result<Vec<u8>, String> {
        if path == "a.bin" { Ok(vec![0, 0xFF]) } else { Err("not found".to_owned()) }
    }
}

fn expanded(text: &str, typed: Typed, counter: u64) -> Result<Vec<u8>, ExpandError> {
    let now = date(2026, 7, 22).at(16, 21, 55, 42_000_000).to_zoned(TimeZone::UTC).unwrap();
    let mut lookup = World(HashMap::from([("name", "你好"), ("id", "AA bb"), ("slash", r"\n")]));
    let mut context =
        Context { counter, now: &now, random: &mut Random::seeded(7), lookup: &mut lookup, received: None };
    Template::parse(text, typed).unwrap().expand(&mut context)
}

#[track_caller]
fn sent(text: &str, typed: Typed) -> Vec<u8> {
    expanded(text, typed, 26).unwrap()
}

#[track_caller]
fn said(text: &str) -> String {
    String::from_utf8(sent(text, TEXT)).unwrap()
}

#[track_caller]
fn refused(text: &str, typed: Typed) -> (TemplateErrorKind, usize) {
    let error = Template::parse(text, typed).unwrap_err();
    (error.kind, error.char_index)
}

#[track_caller]
fn failed(text: &str, typed: Typed, counter: u64) -> (ExpandErrorKind, usize) {
    let error = expanded(text, typed, counter).unwrap_err();
    (error.kind, error.char_index)
}

#[test]
fn counters() {
    assert_eq!(said("{counter} {counter:04} {counter:4} {counter:x} {counter:04X}"), "26 0026   26 1a 001A");
    assert_eq!(sent("{hexcounter:4be}{hexcounter:2le}{hexcounter:1be}", TEXT), [0, 0, 0, 26, 26, 0, 26]);
    assert_eq!(expanded("{hexcounter:1be}{counter:02}", TEXT, 300).unwrap(), [44, b'3', b'0', b'0']);
    assert_eq!(expanded("{counter}", TEXT, u64::MAX).unwrap(), b"18446744073709551615");
    assert_eq!(expanded("{hexcounter:8be}", TEXT, u64::MAX).unwrap(), [0xFF; 8]);
}

#[test]
fn times() {
    assert_eq!(said("{time:%H:%M:%S%.3f}"), "16:21:55.042");
    assert_eq!(said("{time:%Y-%m-%d}"), "2026-07-22");
    assert_eq!(said("{unix_ms}"), "1784737315042");
    assert_eq!(sent("{unix_ms:6be}", TEXT), 1_784_737_315_042_u64.to_be_bytes()[2..]);
}

#[test]
fn random_values_keep_to_their_form_and_come_again() {
    let text = said("{rand:1..100}|{rand:-5..-5}|{rand:7..9:03}|{randhex:8}|{uuid}");
    let parts: Vec<&str> = text.split('|').collect();
    assert!((1..=100).contains(&parts[0].parse::<i32>().unwrap()), "{text}");
    assert_eq!(parts[1], "-5");
    assert!(["007", "008", "009"].contains(&parts[2]), "{text}");
    assert!(parts[3].len() == 8 && parts[3].chars().all(|ch| matches!(ch, '0'..='9' | 'A'..='F')), "{text}");
    let uuid: Vec<&str> = parts[4].split('-').collect();
    assert_eq!(uuid.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    assert!(uuid[2].starts_with('4') && uuid[3].starts_with(['8', '9', 'a', 'b']), "{text}");
    assert_eq!(said("{rand:1..100}|{rand:-5..-5}|{rand:7..9:03}|{randhex:8}|{uuid}"), text);
}

#[test]
fn variables_and_files() {
    assert_eq!(said("<{var:name}>"), "<你好>");
    assert_eq!(sent("{var:slash}", ESCAPES), br"\n");
    let gbk = Typed::Text { charset: Charset::Gbk, escapes: false };
    assert_eq!(sent("{var:name}", gbk), b"\xC4\xE3\xBA\xC3");
    assert_eq!(sent("x{file:a.bin}", gbk), [b'x', 0, 0xFF]);
    assert_eq!(failed("ab{var:nobody}", TEXT, 0), (ExpandErrorKind::UnknownVariable("nobody".to_owned()), 2));
    let file = ExpandErrorKind::File { path: "b".to_owned(), reason: "not found".to_owned() };
    assert_eq!(failed("{file:b}", TEXT, 0), (file, 0));
    let ascii = Typed::Text { charset: Charset::Ascii, escapes: false };
    assert!(matches!(failed("{var:name}", ascii, 0), (ExpandErrorKind::Text(_), 0)));
}

#[test]
fn what_was_received() {
    let pattern = Pattern::parse(Test::Regex, r"id=(\d+)(x)?", TEXT).unwrap();
    let captures = pattern.matches(b"\xFFid=42;").unwrap();
    let now = jiff::Zoned::default();
    let fill = |text: &str, typed| {
        let template = Template::parse(text, typed).unwrap();
        assert!(template.needs_received());
        let (random, lookup) = (&mut Random::seeded(0), &mut NoLookup);
        template.expand(&mut Context { counter: 0, now: &now, random, lookup, received: Some(&captures) })
    };
    assert_eq!(fill("OK {1}{2} {0}", TEXT).unwrap(), b"OK 42 id=42");
    assert_eq!(fill("FE {recv} {1}", HEX).unwrap(), b"\xFE\xFFid=42;42");
    assert_eq!(fill("{3}", TEXT).unwrap_err().kind, ExpandErrorKind::NoGroup(3));
    assert_eq!(failed("a{recv}", TEXT, 0), (ExpandErrorKind::NothingReceived, 1));
    assert_eq!(failed("\n\na{1}", TEXT, 0), (ExpandErrorKind::NothingReceived, 3));
    assert_eq!(expanded("\n\na{1}", TEXT, 0).unwrap_err().to_string().split(':').next(), Some("line 3, column 2"));
    assert_eq!(Template::parse("{12}{3}", TEXT).unwrap().highest_group(), Some(12));
}

#[test]
fn a_length_counts_itself() {
    assert_eq!(said("{len}"), "1");
    assert_eq!(said("12345678{len}"), "123456789");
    assert_eq!(said("123456789{len}"), "12345678911");
    assert_eq!(said(&format!("{}{{len}}", "x".repeat(98)))[98..], *"101");
    assert_eq!(said("a{len:04}"), "a0005");
    assert_eq!(said("{len}{len} 你"), "66 你");
    assert_eq!(sent("{len:2be}abc", TEXT), b"\0\x05abc");
    let utf16 = Typed::Text { charset: Charset::Utf16Be, escapes: false };
    assert_eq!(sent("abcd{len}", utf16), b"\0a\0b\0c\0d\x001\x002");
    assert_eq!(
        failed(&format!("{}{{len:1be}}", "x".repeat(255)), TEXT, 0),
        (ExpandErrorKind::LengthDoesNotFit(256), 255)
    );
    assert_eq!(
        failed(&format!("{}{{len:02}}", "00".repeat(99)), HEX, 0),
        (ExpandErrorKind::LengthDoesNotFit(100), 198)
    );
}

#[test]
fn among_hex_digits_text_is_digits() {
    assert_eq!(sent("AA {counter:04} 55", HEX), [0xAA, 0x00, 0x26, 0x55]);
    assert_eq!(sent("{counter:04x}{hexcounter:2le}", HEX), [0x00, 0x1A, 0x1A, 0x00]);
    assert_eq!(sent("{time:%y%m%d %H%M%S}", HEX), [0x26, 0x07, 0x22, 0x16, 0x21, 0x55]);
    assert_eq!(sent("{randhex:8}", HEX).len(), 4);
    assert_eq!(sent("{uuid}", HEX).len(), 16);
    assert_eq!(sent("{var:id} 0x01,{len:02}", HEX), [0xAA, 0xBB, 0x01, 0x04]);
    assert_eq!(sent("{rand:9..9:02}{unix_ms:016x}", HEX)[0], 9);
    assert_eq!(expanded("{counter:02}{counter:02x}", HEX, 1234).unwrap(), [0x34, 0xD2]);
    let foreign = ExpandErrorKind::Text(TypedError::Hex(HexErrorKind::Foreign('你')));
    assert_eq!(failed("00{var:name}", HEX, 0), (foreign, 2));
}

#[test]
fn what_could_give_half_a_byte_is_refused_among_hex_digits() {
    use Expected::{EvenCount, FittingRange, PairsForm, TimeOfPairs};
    for (text, field, expected, place) in [
        ("00{counter}", "counter", PairsForm, 10),
        ("{counter:4}", "counter", PairsForm, 9),
        ("{counter:03}", "counter", PairsForm, 9),
        ("{counter:x}", "counter", PairsForm, 9),
        ("{len}", "len", PairsForm, 4),
        ("{unix_ms}", "unix_ms", PairsForm, 8),
        ("{rand:1..9}", "rand", PairsForm, 10),
        ("{rand:1..100:02}", "rand", FittingRange, 6),
        ("{rand:-1..9:02}", "rand", FittingRange, 6),
        ("{rand:1..256:02x}", "rand", FittingRange, 6),
        ("{randhex:3}", "randhex", EvenCount, 9),
        ("{time:%H:%M:%S%.3f}", "time", TimeOfPairs, 6),
        ("{time:%-d}", "time", TimeOfPairs, 6),
    ] {
        assert_eq!(refused(text, HEX), (TemplateErrorKind::Argument { field, expected }, place), "{text}");
    }
    assert_eq!(refused("AA{counter:02}B", HEX), (TemplateErrorKind::Text(TypedError::Hex(HexErrorKind::OddDigit)), 14));
    assert_eq!(refused("{{", HEX), (TemplateErrorKind::Text(TypedError::Hex(HexErrorKind::Foreign('{'))), 0));
}

#[test]
fn braces() {
    assert_eq!(said("{{counter}} }}{{{counter}}}"), "{counter} }{26}");
    assert_eq!(said(&quote("{a}}{{1}")), "{a}}{{1}");
    assert_eq!(refused("ab{counter", TEXT), (TemplateErrorKind::Unclosed, 2));
    assert_eq!(refused("ab{coun{ter}", TEXT), (TemplateErrorKind::Unclosed, 2));
    assert_eq!(refused("ab}", TEXT), (TemplateErrorKind::Unopened, 2));
    assert_eq!(refused("{{}", TEXT), (TemplateErrorKind::Unopened, 2));
    assert_eq!(refused("{", TEXT), (TemplateErrorKind::Unclosed, 0));
}

#[test]
fn escapes_keep_their_braces_and_their_places() {
    assert_eq!(sent(r"\u{41}\r\n{counter}\x00\\{counter}", ESCAPES), b"A\r\n26\0\\26");
    assert_eq!(sent(r"\n{counter}", TEXT), br"\n26");
    let wrong = |kind| TemplateErrorKind::Text(TypedError::Text(kind));
    assert_eq!(refused(r"{{{counter}\q", ESCAPES), (wrong(EscapeErrorKind::Unknown('q')), 11));
    assert_eq!(refused(r"a\{counter}", ESCAPES), (TemplateErrorKind::Unopened, 10));
    assert_eq!(refused(r"a\{", ESCAPES), (wrong(EscapeErrorKind::Unknown('{')), 1));
    assert_eq!(refused(r"a\x4{counter}", ESCAPES), (wrong(EscapeErrorKind::Unfinished), 1));
    assert_eq!(refused("\\", ESCAPES), (wrong(EscapeErrorKind::Unfinished), 0));
    let gbk = Typed::Text { charset: Charset::Gb2312, escapes: false };
    let missing = EscapeErrorKind::Unencodable { character: '龘', charset: Charset::Gb2312 };
    let error = Template::parse("中{{\n{counter}龘", gbk).unwrap_err();
    assert_eq!((error.kind, error.char_index, error.line, error.column), (wrong(missing), 13, 2, 10));
}

#[test]
fn mistakes_are_refused_with_what_is_expected() {
    use Expected::{Count, FittingRange, Name, Nothing, NumberForm, Path, Range, Size, TimeFormat};
    for (text, field, expected, place) in [
        ("{counter:}", "counter", NumberForm, 9),
        ("{counter:-4}", "counter", NumberForm, 9),
        ("{counter:1000}", "counter", NumberForm, 9),
        ("{counter:9be}", "counter", NumberForm, 9),
        ("{counter:字}", "counter", NumberForm, 9),
        ("{hexcounter}", "hexcounter", Size, 11),
        ("{hexcounter:04}", "hexcounter", Size, 12),
        ("{hexcounter:0be}", "hexcounter", Size, 12),
        ("{rand}", "rand", Range, 5),
        ("{rand:5}", "rand", Range, 6),
        ("{rand:2..1}", "rand", Range, 6),
        ("{rand:1..9:z}", "rand", NumberForm, 11),
        ("{rand:1..256:1be}", "rand", FittingRange, 6),
        ("{rand:-1..2:x}", "rand", FittingRange, 6),
        ("{randhex}", "randhex", Count, 8),
        ("{randhex:0}", "randhex", Count, 9),
        ("{randhex:65537}", "randhex", Count, 9),
        ("{time}", "time", TimeFormat, 5),
        ("{time:}", "time", TimeFormat, 6),
        ("{time:%!}", "time", TimeFormat, 6),
        ("{uuid:4}", "uuid", Nothing, 6),
        ("{recv:4}", "recv", Nothing, 6),
        ("{1:x}", "1", Nothing, 3),
        ("{var}", "var", Name, 4),
        ("{var: }", "var", Name, 5),
        ("{file:}", "file", Path, 6),
    ] {
        assert_eq!(refused(text, TEXT), (TemplateErrorKind::Argument { field, expected }, place), "{text}");
    }
    for (text, name) in
        [("{}", ""), ("{Counter}", "Counter"), ("{100}", "100"), ("{+1}", "+1"), ("{ \"a\": 1}", " \"a\"")]
    {
        assert_eq!(refused(text, TEXT), (TemplateErrorKind::Unknown(name.to_owned()), 1), "{text}");
    }
    let message = Template::parse("a{hexcounter}", TEXT).unwrap_err().to_string();
    assert_eq!(message, "line 1, column 13: {hexcounter}: a size from 1 to 8 and an order (4be, 4le) is expected");
    let message = Template::parse("{x}", TEXT).unwrap_err().to_string();
    assert_eq!(message, "line 1, column 2: no field is called \"x\"; a brace itself is written {{");
}

#[test]
fn the_whole_is_bounded() {
    let text = "{randhex:65536}".repeat(257);
    assert_eq!(failed(&text, TEXT, 0), (ExpandErrorKind::TooLong, 256 * 15));
    assert_eq!(sent(&"{randhex:65536}".repeat(256), TEXT).len(), MAX_LEN_BYTES);
    assert_eq!(failed(&"{randhex:65536}".repeat(256).replacen('{', "{len}{", 1), TEXT, 0).0, ExpandErrorKind::TooLong);
}

#[test]
fn what_changes_is_known() {
    let constant = |text| Template::parse(text, TEXT).unwrap().is_constant();
    assert!(constant("abc {{ {len}") && !constant("abc {counter}"));
}

#[test]
fn the_help_tells_what_is_understood() {
    for FieldHelp { written, .. } in FIELDS {
        let text = if written == "{{ }}" { written.to_owned() } else { format!("a{written}b") };
        Template::parse(&text, TEXT).unwrap();
    }
}
