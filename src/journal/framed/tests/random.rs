//! Any records, any framing, any order of access.

use std::convert::Infallible;
use std::num::NonZeroU32;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::codec::byte_order::ByteOrder;
use crate::codec::framing::{Counts, LengthField, LineEnd, Mark as Bytes, Width};
use crate::journal::KindMask;

/// So many random cases, or as many as `PROPTEST_CASES` says.
pub(super) fn cases(count: u32) -> ProptestConfig {
    let config = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { count };
    ProptestConfig { cases, failure_persistence: None, ..config }
}

fn any_framing() -> impl Strategy<Value = Framing> {
    let mark = |bytes: &[u8]| Bytes::new(bytes).unwrap();
    let length = |offset, counts, max_bytes| {
        Framing::Length(LengthField {
            offset,
            width: Width::One,
            order: ByteOrder::Big,
            counts,
            adjustment: 0,
            header_after: 0,
            max_bytes,
        })
    };
    select(vec![
        Framing::Lines { keep: false, send: LineEnd::Lf },
        Framing::Lines { keep: true, send: LineEnd::Lf },
        Framing::Delimiter { delimiter: mark(b"\r\n"), keep: false },
        Framing::Fixed { bytes: NonZeroU32::new(5).unwrap() },
        Framing::Fixed { bytes: NonZeroU32::new(30).unwrap() },
        Framing::Marks { start: mark(b"\r"), end: mark(b"\n"), keep: true },
        length(0, Counts::Payload, 20),
        length(2, Counts::Payload, 60),
        Framing::ModbusTcp,
        Framing::Mqtt,
        Framing::Http,
        Framing::Json,
        Framing::Slip,
        Framing::Idle { ms: 3 },
    ])
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let special = select(b"\r\n\r\n{}[]\"1 \x00\x01\x03\x05\x14\xC0\xC0\xDB\xDC\xDDGET / HTTP/1.1:".as_slice());
    vec(prop_oneof![4 => special, 1 => any::<u8>()], 0..24)
}

fn any_record() -> impl Strategy<Value = Made> {
    let bytes = (1..4_u32, any::<bool>(), any_bytes()).prop_map(|(stream, is_sent, bytes)| {
        let kind = if is_sent { Kind::Sent } else { Kind::Received };
        Made::Bytes { stream, kind, bytes }
    });
    prop_oneof![
        12 => bytes,
        2 => any_bytes().prop_map(Made::Datagram),
        1 => Just(Made::Closed),
    ]
}

/// Records in which a stream that has ended does not go on.
fn any_records() -> impl Strategy<Value = Vec<Made>> {
    (vec(any_record(), 0..60), vec((any::<Index>(), 0..3_u8), 0..3)).prop_map(|(mut made, ends)| {
        for ((at, how), stream) in ends.into_iter().zip(1..) {
            let at = at.index(made.len() + 1);
            let mut index = 0;
            made.retain(|made| {
                index += 1;
                let over = |kind| match how {
                    0 => true,
                    1 => kind == Kind::Received,
                    _ => kind == Kind::Sent,
                };
                index <= at || !matches!(made, Made::Bytes { stream: of, kind, .. } if *of == stream && over(*kind))
            });
            made.insert(
                at,
                [Made::Left(stream), Made::Finished(stream), Made::HalfClosed(stream)][usize::from(how)].clone(),
            );
        }
        made
    })
}

/// What is there, with and without pauses that ended something: time has passed since these records.
fn by_stream(shown: Vec<Shown>) -> Vec<(u32, u8, Vec<u8>)> {
    let mut all: BTreeMap<(u32, u8), Vec<u8>> = BTreeMap::new();
    for shown in shown {
        all.entry((shown.stream, shown.kind as u8)).or_default().extend(shown.bytes);
    }
    all.into_iter().map(|((stream, kind), bytes)| (stream, kind, bytes)).collect()
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn frames_are_those_of_the_streams(
        made in any_records(),
        framing in any_framing(),
        cut in any::<Index>(),
        limits in select(vec![tiny(), Limits::default()]),
    ) {
        let expected = expected(&framing, &made);
        let place = journal(1 << 20);
        let before = cut.index(made.len() + 1);
        append(&place.journal, 0, &made[..before]);
        let framed = start(&place.journal, &framing, limits.clone());
        append(&place.journal, before as u64, &made[before..]);
        framed.settle();
        let source = waiting(&framed);
        let settled = framed.settled();
        let records = framed.extent().records;
        let shown = joined((0..settled).map(|index| ready(&source, index)));
        prop_assert_eq!(&shown, &expected.settled);
        let open = joined((settled..records).map(|index| ready(&source, index)));
        if !matches!(framing, Framing::Idle { .. } | Framing::Lines { .. }) {
            let mut sorted = open.clone();
            sorted.sort_by_key(|shown| (shown.stream, shown.kind as u8));
            prop_assert_eq!(&sorted, &expected.open);
        }
        if !matches!(framing, Framing::Lines { keep: false, .. }) {
            prop_assert_eq!(by_stream(open.clone()), by_stream(expected.open));
        }
        // A sequence, as it is saved.
        let mut sequence = Sequence::new(Arc::clone(&place.journal), &framing, limits);
        let mut all = Vec::new();
        for record in place.journal.cursor(0) {
            sequence
                .push(&record.unwrap(), |record| {
                    all.push(record.clone());
                    Ok::<_, Infallible>(())
                })
                .unwrap();
        }
        prop_assert_eq!(all.len() as u64, settled);
        for record in &all {
            let same = ready(&source, record.index);
            prop_assert_eq!(shown_with_head(record), shown_with_head(&same));
        }
        let mut rest = Vec::new();
        sequence
            .finish(|record| {
                rest.push(record.clone());
                Ok::<_, Infallible>(())
            })
            .unwrap();
        prop_assert_eq!(by_stream(joined(rest)), by_stream(expected_open_of(&framing, &made)));
    }

    #[test]
    fn any_way_to_a_record_gives_the_same(
        made in any_records(),
        framing in any_framing(),
        ways in vec((any::<Index>(), 0..3_u8, 1..8_u8), 1..40),
        spill in any::<bool>(),
    ) {
        let place = journal(if spill { 0 } else { 1 << 20 });
        for (index, made) in (0..).zip(&made) {
            append(&place.journal, index, std::slice::from_ref(made));
        }
        let framed = start(&place.journal, &framing, tiny());
        framed.settle();
        let source = waiting(&framed);
        let settled = framed.settled();
        let all: Vec<Record> = (0..settled).map(|index| ready(&source, index)).collect();
        prop_assume!(settled > 0);
        for (index, how, mask) in ways {
            let index = index.index(settled as usize) as u64;
            let mask = Kind::ALL.into_iter().filter(|kind| mask & (1 << *kind as u8) != 0).fold(KindMask::NONE, KindMask::with);
            let found = |seek| match seek {
                Seek::Found(found) => Some(found).filter(|found| *found < settled),
                Seek::None => None,
                Seek::Loading(_) => panic!("it waits"),
            };
            let shows = |record: &&Record| mask.contains(record.head.kind);
            match how {
                0 => prop_assert_eq!(
                    shown_with_head(&ready(&source, index)),
                    shown_with_head(&all[index as usize])
                ),
                1 => {
                    let expected = all[index as usize..].iter().find(shows).map(|record| record.index);
                    prop_assert_eq!(found(source.next_visible(index, mask)), expected);
                }
                _ => {
                    let expected = all[..=index as usize].iter().rev().find(shows).map(|record| record.index);
                    prop_assert_eq!(found(source.previous_visible(index, mask)), expected);
                }
            }
        }
        let offsets: Vec<u64> = (0..=framed.extent().records).map(|index| framed.byte_offset(index)).collect();
        prop_assert!(offsets.is_sorted());
        let fresh = start(&place.journal, &framing, Limits { chunk_records: 3, ..tiny() });
        fresh.settle();
        prop_assert_eq!(fresh.settled(), settled);
    }

    #[test]
    fn places_in_the_journal_and_in_the_view_find_each_other(made in any_records(), framing in any_framing()) {
        let place = journal(1 << 20);
        append(&place.journal, 0, &made);
        let framed = start(&place.journal, &framing, tiny());
        framed.settle();
        let source = waiting(&framed);
        for index in 0..framed.settled() {
            let record = ready(&source, index);
            let at = loop {
                if let Some(place) = framed.place_of(index) { break place }
                ready(&source, index);
            };
            prop_assert!(at.record < made.len() as u64);
            // A payload without bytes has no byte by which it could be found.
            if !record.bytes().is_empty() {
                let found = loop {
                    let answers = framed.answers();
                    if let Some(found) = framed.locate(at) { break found }
                    framed.wait(answers, Duration::from_millis(100));
                };
                prop_assert_eq!((found.index, found.offset), (index, 0));
            }
        }
    }
}

fn shown_with_head(record: &Record) -> (Shown, Head, Option<Mark>, Option<u64>, u32, bool) {
    (shown(record), record.head, record.framed, record.previous, record.stream_position, record.last_in_stream)
}

fn expected_open_of(framing: &Framing, made: &[Made]) -> Vec<Shown> {
    expected(framing, made).open
}
