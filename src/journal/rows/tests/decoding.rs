//! The line that says what a datagram means.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::journal::rows::{Class, PlainText, Pos, Section};

fn decoding() -> View {
    View { decode: true, auto_linefeed: false, ..View::default() }
}

fn one(bytes: &[u8], view: View) -> Layouter {
    layouter(Fake::new(vec![Made::received(datagram(1), bytes)]), view)
}

#[test]
fn it_follows_the_payload_of_a_datagram() {
    let records = vec![
        Made::received(datagram(1), b"a\nb"),
        Made::sent(datagram(2), None, b"c"),
        Made::received(datagram(1), b"?"),
        Made::received(stream(1), b"d"),
        Made::received(None, b"e"),
        Made::event(&Event::Closed),
    ];
    let mut with = layouter(Fake::new(records.clone()), decoding());
    let classes: Vec<Class> = all_rows(&mut with).iter().map(|row| row.class).collect();
    let (header, received, sent, decoded) = (Class::Header, Class::Received, Class::Sent, Class::Decoded);
    assert_eq!(
        classes,
        [
            &[header, received, received, decoded][..],
            &[header, sent, decoded],
            &[header, received],
            &[header, received],
            &[header, received],
            &[Class::Event],
        ]
        .concat()
    );
    assert_eq!(all_rows(&mut with)[3].text, "means 3␊a␊b", "it is one line whatever it says");
    with.set_view(View { decode: false, ..decoding() });
    assert!(all_rows(&mut with).iter().all(|row| row.class != Class::Decoded));
    with.set_view(View { log_mode: false, auto_linefeed: true, ..decoding() });
    assert_eq!(texts(&all_rows(&mut with)), ["a", "b", "?", "d", "e"], "a plain stream is what was received");
}

#[test]
fn it_stands_before_the_blank_line_and_in_every_view() {
    let blank = View { auto_linefeed: true, ..decoding() };
    assert_eq!(texts(&all_rows(&mut one(b"x", blank)))[1..], ["x", "means 1␊x", ""]);
    let hex = View { mode: Mode::Hex, ..decoding() };
    assert_eq!(texts(&all_rows(&mut one(b"x", hex)))[1..], ["78", "means 1␊x"]);
    let dump = View { mode: Mode::Dump { width: DumpWidth::Eight }, ..decoding() };
    assert_eq!(texts(&all_rows(&mut one(b"x", dump)))[2..], ["means 1␊x"]);
}

#[test]
fn a_part_of_it_can_be_selected_and_all_of_it_copied() {
    let mut layouter = one(b"x", View { mode: Mode::Hex, columns: 60, ..decoding() });
    let decoded = |offset| Pos { record: 0, section: Section::Decoded, offset };
    assert_eq!(layouter.copy(decoded(0), decoded(5), usize::MAX), "means");
    assert_eq!(layouter.copy(Pos::data(0, 0), decoded(5), usize::MAX), "78\nmeans");
    assert_eq!(layouter.copy(Pos::data(0, 0), Pos::end_of(0), usize::MAX), "78\nmeans 1␊x\n");
    let anchor = layouter.anchor_of(decoded(3));
    assert_eq!(anchor, Anchor { record: 0, row: 2 });
    assert_eq!(layouter.row_bounds(decoded(3)), (decoded(0), Pos::end_of(0)));
    // Without the line, its place is where it was.
    layouter.set_view(View { mode: Mode::Hex, decode: false, ..decoding() });
    assert_eq!(layouter.anchor_of(decoded(3)), Anchor { record: 0, row: 1 });
}

#[test]
fn a_narrow_window_wraps_it_without_blanks_of_its_own() {
    let mut layouter = one(b"x", View { mode: Mode::Hex, columns: 4, ..decoding() });
    let rows = all_rows(&mut layouter);
    let decoded: Vec<&str> =
        rows.iter().filter(|row| row.class == Class::Decoded).map(|row| row.text.as_str()).collect();
    assert_eq!(decoded, ["mean", "s 1␊", "x"]);
    assert!(layouter.copy(Pos::start_of(0), Pos::end_of(0), usize::MAX).ends_with("\n78\nmeans 1␊x\n"));
}

#[test]
fn it_is_saved_as_it_is_shown() {
    let source: Arc<dyn Source> = Arc::new(Fake::new(vec![Made::received(datagram(1), b"x")]));
    let Fetch::Ready(record) = source.get(0) else { unreachable!() };
    let mut text = String::new();
    PlainText::new(Arc::clone(&source), decoding(), words()).render(&record, &mut text);
    assert!(text.ends_with("<<<\nx\nmeans 1␊x\n"), "{text}");
    let mut text = String::new();
    PlainText::new(source, View { decode: false, ..decoding() }, words()).render(&record, &mut text);
    assert!(text.ends_with("<<<\nx\n"), "{text}");
}

#[test]
fn a_datagram_is_decoded_once() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let decoder = move |_: &Head, bytes: &[u8]| {
        counted.fetch_add(1, Ordering::Relaxed);
        Some(format!("{} bytes", bytes.len()))
    };
    let words = Words { decoder: Some(Arc::new(decoder)), ..Words::from(event_text()) };
    let records = vec![Made::received(datagram(1), &[b'x'; 60]), Made::received(datagram(1), b"y")];
    let mut layouter = Layouter::new(Arc::new(Fake::new(records)), decoding(), words);
    for _ in 0..3 {
        let rows = all_rows(&mut layouter);
        assert!(rows.iter().any(|row| row.text == "60 bytes"));
        layouter.bottom(40);
    }
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    layouter.set_words(words_of("other"));
    assert!(all_rows(&mut layouter).iter().any(|row| row.text == "other"), "another language is shown at once");
}

fn words_of(line: &'static str) -> Words {
    Words { decoder: Some(Arc::new(move |_: &Head, _: &[u8]| Some(line.to_owned()))), ..Words::from(event_text()) }
}
