//! Frames as rows on the screen.

use std::num::NonZeroU32;

use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::codec::dump::DumpWidth;
use crate::codec::framing::LengthField;
use crate::journal::rows::{Anchor, Class, EventText, Layouter, Mode, Pos, Row, View};

fn layouter(framed: &Arc<Framed>, view: View) -> Layouter {
    let words: EventText = Arc::new(|event: &Event, _: Option<&Peer>| format!("{event:?}"));
    Layouter::new(Arc::new(waiting(framed)), view, words).with_zone(TimeZone::UTC)
}

fn rows(framed: &Arc<Framed>, view: View) -> Vec<Row> {
    layouter(framed, view).rows(Anchor::default(), usize::MAX)
}

fn framed(made: &[Made], framing: &Framing, limits: Limits) -> Arc<Framed> {
    let place = journal(1 << 20);
    append(&place.journal, 0, made);
    let framed = start(&place.journal, framing, limits);
    framed.settle();
    framed
}

fn texts(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.text.as_str()).collect()
}

#[test]
fn a_frame_has_one_header_and_the_incomplete_one_says_so() {
    let made = [received(1, b"hel"), received(1, b"lo\nwor")];
    let framed = framed(&made, &Framing::LINES, Limits::default());
    let view = View { columns: 120, ..View::default() };
    let peer = "from 127.0.0.1 :9000 <<<";
    assert_eq!(
        texts(&rows(&framed, view)),
        [
            &format!("[2023-11-14 22:13:20.001]# RECV ASCII/5 {peer}"),
            "hello",
            "",
            &format!("[2023-11-14 22:13:20.001]# RECV ASCII/3 {peer} (incomplete)"),
            "wor",
            "",
        ]
    );
    assert_eq!(texts(&rows(&framed, View { log_mode: false, ..view })), ["hello", "wor"]);
}

#[test]
fn what_is_no_frame_says_why() {
    let framing = Framing::Length(LengthField { max_bytes: 100, ..LengthField::LE4 });
    let made = [received(1, &[0xFF; 5]), received(1, &[0x01, 0, 0, 0, b'x'])];
    let framed = framed(&made, &framing, Limits::default());
    let rows = rows(&framed, View { columns: 120, mode: Mode::Hex, ..View::default() });
    let error = rows.iter().position(|row| row.class == Class::Error).unwrap();
    assert_eq!(rows[error - 1].class, Class::Header);
    assert!(rows[error].text.contains("more than the maximum of 100"), "{:?}", rows[error]);
    assert!(rows[error + 1].text.starts_with("FF FF"), "{:?}", rows[error + 1]);
}

#[test]
fn slices_of_a_frame_are_one_text_and_one_dump() {
    let text = "分包测试，一二三四五六七八九十。".repeat(8);
    let made = [received(1, text.as_bytes()), received(1, b"\n")];
    let limits = Limits { slice_bytes: 32, ..tiny() };
    let framed = framed(&made, &Framing::LINES, limits);
    let view = View { columns: 1000, ..View::default() };
    let all = rows(&framed, view);
    assert_eq!(all.iter().filter(|row| row.class == Class::Header).count(), 1);
    assert!(all[0].text.contains(&format!("ASCII/{}", text.len())));
    let body: String = all.iter().filter(|row| row.class == Class::Received).map(|row| row.text.as_str()).collect();
    assert_eq!(body, text);
    assert_eq!(all.iter().filter(|row| row.class == Class::Blank).count(), 1, "behind all of it");
    let copied = layouter(&framed, view).copy(Pos::data(0, 0), Pos::end_of(1000), usize::MAX);
    assert_eq!(copied.trim_end(), text);
    let dump = rows(&framed, View { mode: Mode::Dump { width: DumpWidth::Sixteen }, ..view });
    let offsets: Vec<&str> = dump.iter().filter(|row| row.class == Class::Received).map(|row| &row.text[..8]).collect();
    assert_eq!(offsets[..4], ["00000000", "00000010", "00000020", "00000030"]);
}

#[test]
fn what_grows_is_laid_out_anew() {
    let place = journal(1 << 20);
    let framed = start(&place.journal, &Framing::LINES, Limits::default());
    let mut layouter = layouter(&framed, View { log_mode: false, ..View::default() });
    let mut number = 0;
    let mut show = |made: Made, number: u64| {
        append(&place.journal, number, &[made]);
        framed.settle();
        let rows = layouter.rows(Anchor::default(), usize::MAX);
        let (others, shown): (Vec<String>, _) = rows.into_iter().map(|row| row.text).partition(|text| text == "x");
        (shown, others.len())
    };
    for (round, (bytes, expected)) in
        (1..).zip([(&b"a"[..], &["a"][..]), (b"b", &["ab"]), (b"c\n", &["abc"]), (b"d\ne", &["abc", "d", "e"])])
    {
        assert_eq!(show(received(1, bytes), number), (expected.iter().map(ToString::to_string).collect(), round - 1));
        // An incomplete frame of another stream comes behind it, and settles before it.
        assert_eq!(show(received(9, b"x"), number + 1).1, round);
        let left = show(Made::Left(9), number + 2);
        assert_eq!(left, (expected.iter().map(ToString::to_string).collect(), round));
        number += 3;
    }
}

proptest! {
    #![proptest_config(super::random::cases(40))]

    #[test]
    fn rows_are_the_same_from_any_place(
        pieces in proptest::collection::vec((1..3_u32, "[a-z\n分包]{0,20}", any::<Index>()), 0..20),
        framing in select(vec![
            Framing::LINES,
            Framing::Lines { keep: true, send: crate::codec::framing::LineEnd::Lf },
            Framing::Fixed { bytes: NonZeroU32::new(11).unwrap() },
            Framing::Json,
        ]),
        log_mode in any::<bool>(),
        auto_linefeed in any::<bool>(),
        mode in select(vec![Mode::Text, Mode::Hex, Mode::Dump { width: DumpWidth::Eight }]),
        from in any::<Index>(),
    ) {
        let mut made = Vec::new();
        for (stream, text, cut) in &pieces {
            let (first, second) = text.as_bytes().split_at(cut.index(text.len() + 1));
            made.extend([received(*stream, first), received(*stream, second)]);
        }
        let framed = framed(&made, &framing, tiny());
        let view = View { mode, log_mode, auto_linefeed, columns: 20, ..View::default() };
        let all = rows(&framed, view);
        let again = rows(&framed, view);
        prop_assert_eq!(&all, &again);
        if !all.is_empty() {
            let from = from.index(all.len());
            let mut layouter = layouter(&framed, view);
            let bottom = layouter.bottom(all.len() - from);
            prop_assert_eq!(&layouter.rows(bottom, usize::MAX)[..], &all[from..]);
            let mut fresh = self::layouter(&framed, view);
            prop_assert_eq!(&fresh.rows(bottom, usize::MAX)[..], &all[from..]);
        }
    }
}
