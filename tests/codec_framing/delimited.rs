//! As read, pauses, lines, delimiters, fixed lengths, marks and SLIP.

use std::num::NonZeroU32;

use wirebench::codec::framing::Problem::{EndMissing, Malformed, NoEnd, Outside, Unfinished};
use wirebench::codec::framing::{Assembler, BAD_BYTES, Framer, Framing, LineEnd, MAX_MARK_BYTES, Mark, MarkError};

use crate::reading::{bad, delimiter, mark, marks, ok, read, read_max, read_open};

#[test]
fn as_read() {
    assert_eq!(read(&Framing::AsRead, &[b"ab", b"", b"c"]), [ok("ab"), ok("c")]);
}

#[test]
fn a_pause_ends_a_frame() {
    const MS: i64 = 1_000_000;
    let framing = Framing::Idle { ms: 10 };
    let mut assembler = Assembler::new(&framing);
    let mut given = Vec::new();
    assert_eq!(assembler.idle_after_ms(), None);
    for (bytes, ms) in [("ab", 100), ("c", 109), ("d", 119), ("e", 128)] {
        assembler.push(bytes.as_bytes(), ms * MS, |_, bytes| given.push(bytes.to_vec()));
    }
    assert_eq!(given, [b"abc"]);
    assert_eq!(assembler.idle_after_ms(), Some(10));
    assembler.idle(|_, bytes| given.push(bytes.to_vec()));
    assert_eq!(given, [&b"abc"[..], b"de"]);
    assert_eq!(assembler.idle_after_ms(), None);
    assembler.idle(|frame, _| panic!("{frame:?}"));
}

#[test]
fn without_a_pause_a_frame_has_a_longest_length() {
    assert_eq!(
        read_max(&Framing::Idle { ms: 10 }, 3, &[b"abcd", b"efg"]),
        [bad("abc", NoEnd { max: 3 }), bad("def", NoEnd { max: 3 }), ok("g")]
    );
}

#[test]
fn lines_end_with_any_line_end() {
    let reads: &[&[u8]] = &[b"a\nb\r\nc\rd\r", b"\n\n\r", b"\re"];
    assert_eq!(read(&Framing::LINES, reads), ["a", "b", "c", "d", "", "", "", "e"].map(ok));
    let kept = Framing::Lines { keep: true, send: LineEnd::Lf };
    assert_eq!(read(&kept, reads), ["a\n", "b\r\n", "c\r", "d\r\n", "\n", "\r", "\r", "e"].map(ok));
}

#[test]
fn a_pause_after_cr_ends_the_line_and_a_late_lf_is_no_empty_line() {
    let mut framer = Framer::new(&Framing::LINES);
    let mut given = Vec::new();
    framer.push(b"a\r", 0, |frame| given.push(frame));
    assert!(given.is_empty());
    assert!(framer.idle_after_ms().is_some());
    framer.idle(|frame| given.push(frame));
    assert_eq!((given[0].range.clone(), given[0].payload.clone()), (0..2, 0..1));
    assert_eq!(framer.idle_after_ms(), None);
    framer.push(b"\nbc\n", 0, |frame| given.push(frame));
    assert_eq!((given[1].range.clone(), given[1].payload.clone()), (2..6, 3..5));
    framer.push(b"d\r", 0, |frame| given.push(frame));
    framer.idle(|frame| given.push(frame));
    framer.push(b"\n", 0, |frame| given.push(frame));
    framer.finish(|frame| given.push(frame));
    assert_eq!(given.len(), 3);
    assert_eq!((given[2].range.clone(), given[2].payload.clone()), (6..8, 6..7));
}

#[test]
fn a_line_that_is_too_long_is_bad_up_to_its_end() {
    let no_end = NoEnd { max: 4 };
    assert_eq!(read_max(&Framing::LINES, 4, &[b"abcdefgh", b"ij\r\nk\n"]), [bad("abcdefghij\r\n", no_end), ok("k")]);
}

#[test]
fn a_delimiter_comes_in_pieces() {
    let framing = delimiter("aab", false);
    assert_eq!(read(&framing, &[b"xa", b"a", b"aab", b"aab", b"1aa"]), [ok("xaa"), ok(""), bad("1aa", Unfinished)]);
    assert_eq!(read(&delimiter([0xAA], true), &[&[1, 0xAA, 0xAA]]), [ok([1, 0xAA]), ok([0xAA])]);
}

#[test]
fn marks_have_bounds() {
    assert_eq!(Mark::new(b""), Err(MarkError::Empty));
    assert_eq!(Mark::new(&[0; MAX_MARK_BYTES + 1]), Err(MarkError::TooLong));
    assert_eq!(Mark::new(&[0; MAX_MARK_BYTES]).unwrap().bytes().len(), MAX_MARK_BYTES);
}

#[test]
fn fixed_lengths() {
    let framing = Framing::Fixed { bytes: NonZeroU32::new(3).unwrap() };
    assert_eq!(read(&framing, &[b"ab", b"cdefg", b"h"]), [ok("abc"), ok("def"), bad("gh", Unfinished)]);
}

#[test]
fn marks_are_around_a_frame() {
    let framing = marks("<<", ">>");
    assert_eq!(
        read(&framing, &[b"<<a>>", b"<", b"<b>", b">x<<>>y<"]),
        [ok("a"), ok("b"), bad("x", Outside), ok(""), bad("y<", Outside)]
    );
    assert_eq!(read(&framing, &[b"<<a"]), [bad("<<a", Unfinished)]);
    let kept = Framing::Marks { start: mark("$"), end: mark("\r\n"), keep: true };
    assert_eq!(read(&kept, &[b"$GP\r\n"]), [ok("$GP\r\n")]);
}

#[test]
fn a_start_mark_inside_says_that_the_end_is_missing() {
    assert_eq!(read_open(&marks([2], [3]), &[b"\x02ab\x02cd\x03"]), [bad("\x02ab", EndMissing), ok("cd")]);
    // An end mark that begins with the start mark leaves no choice.
    assert_eq!(read(&marks("#", "##"), &[b"#a#b##"]), [ok("a#b")]);
}

#[test]
fn the_same_mark_on_both_sides() {
    let framing = marks("~", "~");
    assert_eq!(read(&framing, &[b"~a~~~", b"~b~c~d~"]), [ok("a"), ok("b"), bad("c", Outside), ok("d")]);
}

#[test]
fn a_frame_without_its_end_mark() {
    let no_end = NoEnd { max: 6 };
    assert_eq!(read_max(&marks("<", ">"), 6, &[b"<abcdefg<h>"]), [bad("<abcdefg", no_end), ok("h")]);
}

#[test]
fn what_lies_outside_does_not_wait_for_ever() {
    let noise = vec![b'x'; 2 * BAD_BYTES as usize + 5];
    let part = || bad(&noise[..BAD_BYTES as usize], Outside);
    assert_eq!(read_open(&marks("<<", ">>"), &[&noise]), [part(), part()]);
}

#[test]
fn slip_packets() {
    let stream: &[u8] = b"\xC0ab\xC0\xC0c\xDB\xDCd\xDB\xDD\xC0";
    assert_eq!(read(&Framing::Slip, &[stream]), [ok("ab"), ok(b"c\xC0d\xDB")]);
    assert_eq!(read(&Framing::Slip, &[b"a\xC0\xC0", b"\xC0"]), [ok("a")]);
    assert_eq!(
        read(&Framing::Slip, &[b"a\xDB", b"x\xC0b\xC0c"]),
        [bad(b"a\xDBx\xC0", Malformed), ok("b"), bad("c", Unfinished)]
    );
    assert_eq!(read(&Framing::Slip, &[b"a\xDB\xC0b\xC0"]), [bad(b"a\xDB\xC0", Malformed), ok("b")]);
    assert_eq!(read_max(&Framing::Slip, 4, &[b"abcdef\xC0gh\xC0"]), [bad(b"abcdef\xC0", NoEnd { max: 4 }), ok("gh")]);
}

#[test]
fn a_frame_begins_there_for_sure() {
    let lines = Framing::LINES;
    assert_eq!(lines.sure_start(b"ab\ncd", 0), Some(3));
    assert_eq!(lines.sure_start(b"ab\r\ncd", 0), Some(4));
    assert_eq!(lines.sure_start(b"ab\rcd", 0), Some(3));
    assert_eq!(lines.sure_start(b"ab\r", 0), None);
    assert_eq!(delimiter("--", false).sure_start(b"a---b--c", 0), Some(3));
    assert_eq!(delimiter("--", false).sure_start(b"--a--b", 0), Some(5));
    assert_eq!(Framing::Fixed { bytes: NonZeroU32::new(10).unwrap() }.sure_start(&[0; 9], 1003), Some(7));
    assert_eq!(marks("<", ">").sure_start(b"ab>cd<e", 0), Some(5));
    assert_eq!(marks("~", "~").sure_start(b"ab~cd~e", 0), None);
    assert_eq!(Framing::Slip.sure_start(b"\xC0\xC0a\xC0b", 0), Some(4));
    assert_eq!(Framing::LENGTH_BE4.sure_start(&[0; 100], 0), None);
}
