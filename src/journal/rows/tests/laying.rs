//! How records look.

use super::*;
use crate::journal::rows::{Class, PlainText, Pos};
use crate::journal::{Cause, Failure, Operation};

fn shown(records: Vec<Made>, view: View) -> Vec<String> {
    all_rows(&mut layouter(Fake::new(records), view)).into_iter().map(|row| row.text).collect()
}

fn text(bytes: &[u8], columns: u32) -> Vec<String> {
    shown(vec![Made::received(datagram(1), bytes)], View { columns, auto_linefeed: true, ..plain() })
}

#[test]
fn line_ends_end_lines_and_nothing_else_does() {
    assert_eq!(text(b"a\nb\r\nc", 80), ["a", "b", "c"]);
    assert_eq!(text(b"a\n", 80), ["a"], "the line end at the end begins no row");
    assert_eq!(text(b"a\n\nb", 80), ["a", "", "b"]);
    assert_eq!(text(b"\n", 80), [""]);
    assert_eq!(text(b"\n\r\n", 80), ["", ""]);
    assert_eq!(text(b"a\rb\r", 80), ["a␍b␍"], "a lone CR is shown, not obeyed");
    assert_eq!(text(b"a\r\r\nb", 80), ["a␍", "b"]);
    assert_eq!(text(b"\0\x1B[2J\x7F", 80), ["␀␛[2J␡"]);
    assert_eq!(text("a\u{202E}b".as_bytes(), 80), ["a<U+202E>b"]);
    assert_eq!(text(b"", 80), [""], "an empty datagram is seen");
}

#[test]
fn rows_are_as_wide_as_the_view() {
    assert_eq!(text("ab你好cd".as_bytes(), 4), ["ab你", "好cd"]);
    assert_eq!(text("a你好".as_bytes(), 4), ["a你", "好"]);
    assert_eq!(text("①■→≠".as_bytes(), 4), ["①■", "→≠"]);
    assert_eq!(text(b"\0\0\0\0\0", 4), ["␀␀␀␀", "␀"]);
    assert_eq!(text(b"abcdefghijklmnopq", 16), ["abcdefghijklmnop", "q"]);
    assert_eq!(text(b"abcd\nef", 4), ["abcd", "ef"], "no empty row where a full one ends");
    assert_eq!(text("你".as_bytes(), 1), ["你"], "too wide, and shown");
    assert_eq!(text(b"abc", 0), ["a", "b", "c"]);
    let long = vec![b'x'; 65_507];
    assert_eq!(text(&long, u32::MAX).len(), 1);
    assert_eq!(text(&long, 80).len(), 65_507_usize.div_ceil(80));
}

#[test]
fn tabs_go_to_the_next_stop() {
    assert_eq!(text(b"\tx", 80), ["        x"]);
    assert_eq!(text(b"ab\tx", 80), ["ab      x"]);
    assert_eq!(text("你好\tx".as_bytes(), 80), ["你好    x"]);
    assert_eq!(text(b"abcdefgh\tx", 80), ["abcdefgh        x"]);
    // A tab that does not fit begins a row, and is then as wide as it is there.
    assert_eq!(text(b"abcdefghijk\txyz", 12), ["abcdefghijk", "        xyz"]);
    assert_eq!(text(b"abcdefghijk\txyzabc", 12), ["abcdefghijk", "        xyza", "bc"]);
}

#[test]
fn a_wrapped_row_says_that_its_line_goes_on() {
    let mut layouter =
        layouter(Fake::new(vec![Made::received(datagram(1), b"abcdef\ngh")]), View { columns: 4, ..plain() });
    let ends: Vec<bool> = all_rows(&mut layouter).iter().map(|row| row.ends_line).collect();
    assert_eq!(ends, [false, true, true]);
    assert_eq!(layouter.copy(Pos::start_of(0), Pos::end_of(0), usize::MAX), "abcdef\ngh\n");
    assert_eq!(layouter.copy(Pos::data(0, 2), Pos::data(0, 5), usize::MAX), "cde");
}

#[test]
fn hex_keeps_its_bytes_apart_when_it_is_copied() {
    let view = View { mode: Mode::Hex, columns: 23, ..plain() };
    let mut layouter = layouter(Fake::new(vec![Made::received(datagram(1), b"0123456789")]), view);
    assert_eq!(texts(&all_rows(&mut layouter)), ["30 31 32 33 34 35 36 37", "38 39"]);
    assert_eq!(layouter.copy(Pos::start_of(0), Pos::end_of(0), usize::MAX), "30 31 32 33 34 35 36 37 38 39\n");
    assert_eq!(layouter.copy(Pos::data(0, 6), Pos::data(0, 9), usize::MAX), "36 37 38");
    assert_eq!(layouter.copy(Pos::data(0, 6), Pos::data(0, 8), usize::MAX), "36 37");
}

#[test]
fn a_plain_stream_flows_on() {
    let from = |port, bytes: &[u8]| Made::received(datagram(port), bytes);
    let two = vec![from(1, b"ab"), from(1, b"cd\n"), from(1, b"ef"), from(2, b"gh"), from(1, b"ij")];
    assert_eq!(shown(two.clone(), plain()), ["abcd", "ef", "gh", "ij"]);
    assert_eq!(shown(two.clone(), View { auto_linefeed: true, ..plain() }), ["ab", "cd", "ef", "gh", "ij"]);
    let hex = View { mode: Mode::Hex, ..plain() };
    assert_eq!(shown(two.clone(), hex), ["61 62 63 64 0A 65 66", "67 68", "69 6A"]);
    let dump = View { mode: Mode::Dump { width: DumpWidth::Eight }, ..plain() };
    assert_eq!(shown(two, dump).len(), 5);
}

#[test]
fn a_line_goes_on_where_a_run_ends() {
    let letters: Vec<Made> = (0..600_u32).map(|i| Made::received(datagram(1), &[b'a' + (i % 26) as u8])).collect();
    let whole: String = (0..600_u32).map(|i| char::from(b'a' + (i % 26) as u8)).collect();
    let mut layouter = layouter(Fake::new(letters), plain());
    assert!(all_rows(&mut layouter).iter().rev().skip(1).all(|row| !row.ends_line));
    assert_eq!(layouter.copy(Pos::start_of(0), Pos::end_of(599), usize::MAX), whole + "\n");
}

#[test]
fn a_run_shows_what_comes_later() {
    let records: Vec<Made> = b"hello".iter().map(|byte| Made::received(stream(1), &[*byte])).collect();
    for count in 1..=5 {
        let mut layouter = layouter(Fake::new(records[..2].to_vec()), plain());
        assert_eq!(texts(&all_rows(&mut layouter)), ["he"]);
        layouter.source = Arc::new(Fake::new(records[..count].to_vec()));
        let expected = if count == 2 { "he" } else { &"hello"[..count] };
        assert_eq!(texts(&all_rows(&mut layouter)), [expected]);
    }
}

#[test]
fn a_byte_that_is_a_line_feed_in_one_encoding_is_half_a_character_in_another() {
    let view = View { charset: Charset::Utf16Be, ..plain() };
    let records = vec![Made::received(stream(1), b"\x4E\x0A"), Made::received(stream(1), b"\x6D\x77")];
    assert_eq!(shown(records, view), ["上海"]);
}

#[test]
fn hidden_kinds_leave_no_row() {
    let records = vec![
        Made::event(&Event::Closed),
        Made::sent(datagram(1), None, b"s"),
        Made::received(datagram(1), b"r"),
        Made::event(&Event::Closed),
    ];
    assert_eq!(shown(records.clone(), plain()), ["r"]);
    assert_eq!(shown(records.clone(), View { hide_received: true, ..plain() }), [""; 0]);
    let hidden = shown(records, View { hide_received: true, auto_linefeed: false, ..View::default() });
    assert_eq!(hidden.len(), 4);
    assert!(hidden[1].ends_with("# SEND ASCII/1 to 127.0.0.1 :1 >>>"), "{hidden:?}");
}

#[test]
fn what_was_given_up_is_said_once_in_red() {
    let records: Vec<Made> = (0..6).map(|i| Made::received(datagram(1), &[b'0' + i])).collect();
    let mut layouter = layouter(Fake::new(records).lost(4), View { auto_linefeed: true, ..plain() });
    let rows = all_rows(&mut layouter);
    assert_eq!(texts(&rows), ["gave up 4 records, 4 bytes", "4", "5"]);
    assert_eq!(rows[0].class, Class::Error);
    assert_eq!(layouter.bottom(2), Anchor { record: 4, row: 0 });
    assert_eq!(layouter.up(Anchor { record: 5, row: 0 }, 2), Anchor::default());
    // A place that is given up by now is where the line is that says so.
    assert_eq!(layouter.anchor_of(Pos::data(2, 0)), Anchor::default());
    assert_eq!(layouter.up(Anchor { record: 3, row: 0 }, 1), Anchor::default());
    assert_eq!(layouter.down(Anchor { record: 3, row: 0 }, 1), Anchor { record: 4, row: 0 });
    assert_eq!(layouter.rows(Anchor { record: 2, row: 0 }, 2)[1].text, "4");
    assert_eq!(layouter.copy(Pos::start_of(0), Pos::end_of(5), usize::MAX), "gave up 4 records, 4 bytes\n4\n5\n");
}

#[test]
fn failures_are_red() {
    let failure = Failure { op: Operation::Bind, target: "0.0.0.0:80".to_owned(), cause: Cause::PermissionDenied };
    let view = View { auto_linefeed: false, ..View::default() };
    let rows = all_rows(&mut layouter(Fake::new(vec![Made::event(&Event::Failed(failure))]), view));
    assert_eq!(texts(&rows), ["[2024-07-22 08:20:44.923]# bind 0.0.0.0:80: permission denied"]);
    assert_eq!(rows[0].class, Class::Error);
}

#[test]
fn an_event_cannot_forge_lines() {
    let event = Event::GroupJoined { group: [224, 0, 0, 1].into(), interface: "x\n[2024]# RECV\u{202E}".to_owned() };
    let mut layouter = layouter(Fake::new(vec![Made::event(&event)]), View { columns: u32::MAX, ..View::default() });
    let event_text: EventText = Arc::new(|event, _| match event {
        Event::GroupJoined { interface, .. } => interface.clone(),
        _ => String::new(),
    });
    layouter.set_words(event_text.into());
    assert_eq!(texts(&all_rows(&mut layouter)), ["[2024-07-22 08:20:44.923]# x␊[2024]# RECV<U+202E>", ""]);
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn plain_text_is_the_rows_unwrapped(journal in any_journal(), view in any_view()) {
        let columns = if view.mode == Mode::Hex { 96 } else { u32::MAX };
        let view = View { columns, auto_linefeed: view.auto_linefeed || view.joins(), ..view };
        let source: Arc<dyn Source> = Arc::new(journal);
        let mut layouter = Layouter::new(Arc::clone(&source), view, words());
        let mut plain_text = PlainText::new(Arc::clone(&source), view, words());
        for index in source.extent().lost_records..source.extent().records {
            let Fetch::Ready(record) = source.get(index) else { unreachable!() };
            if record.bytes().contains(&b'\t') || !view.mask().contains(record.head.kind) {
                continue;
            }
            let laid = layouter.laid(index);
            let expected: String = (0..laid.row_count()).map(|row| laid.row(row).text + "\n").collect();
            let mut rendered = String::new();
            plain_text.render(&record, &mut rendered);
            if rendered.contains('\t') {
                continue; // half of it came with the record before
            }
            if laid.row_count() > 1 || laid.row(0).class != Class::Blank {
                prop_assert_eq!(rendered, expected);
            } else {
                prop_assert_eq!(rendered, "\n");
            }
        }
    }
}
