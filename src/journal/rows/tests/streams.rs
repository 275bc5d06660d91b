//! Streams that come in records: each byte is shown once, and reads the same from wherever one comes.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::cells::push_shown;
use super::super::stream::StreamText;
use super::*;
use crate::codec::charset::Unit;

/// The units of each record, decoded in this order.
fn decode(source: &Fake, charset: Charset, order: impl IntoIterator<Item = u64>) -> HashMap<u64, Vec<Unit>> {
    let mut text = StreamText::default();
    let decode = |index| {
        text.decode(source, &source.record(index), charset).unwrap();
        (index, text.units().to_vec())
    };
    order.into_iter().map(decode).collect()
}

fn string<'a>(units: impl IntoIterator<Item = &'a Vec<Unit>>) -> String {
    units.into_iter().flatten().map(|unit| unit.ch).collect()
}

fn in_order(source: &Fake, charset: Charset) -> String {
    let units = decode(source, charset, 0..source.records.len() as u64);
    let mut records: Vec<_> = units.into_iter().collect();
    records.sort_unstable_by_key(|(index, _)| *index);
    string(records.iter().map(|(_, units)| units))
}

fn one_stream(chunks: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Fake {
    Fake::new(chunks.into_iter().map(|chunk| Made::received(stream(1), chunk.as_ref())).collect())
}

#[test]
fn gbk_byte_by_byte_is_whole_from_wherever_one_comes() {
    let hanzi = "你好，世界".repeat(400);
    let bytes = Charset::Gbk.encode(&hanzi).unwrap();
    let source = one_stream(bytes.chunks(1));
    for charset in [Charset::Gbk, Charset::Auto] {
        assert_eq!(in_order(&source, charset), hanzi);
        for index in [1, 2, 511, 512, 513, 1024, 3333, 3999] {
            let units = decode(&source, charset, [index]);
            let expected: String = hanzi.chars().skip(index as usize / 2).take(index as usize % 2).collect();
            assert_eq!(string(units.values()), expected, "{charset} {index}");
        }
    }
    let damaged = in_order(&source, Charset::Utf8);
    assert!(damaged.contains('\u{FFFD}') && !damaged.contains('你'));
}

#[test]
fn streams_and_directions_are_apart() {
    let (one, two) = (Charset::Gbk.encode("你好").unwrap(), Charset::Gbk.encode("世界").unwrap());
    let mut records = Vec::new();
    for i in 0..4 {
        records.push(Made::received(stream(1), &one[i..=i]));
        records.push(Made::received(stream(2), &two[i..=i]));
        records.push(Made::sent(stream(1), None, &two[i..=i]));
    }
    let source = Fake::new(records);
    let units = decode(&source, Charset::Auto, (0..12).rev());
    let text = |from: u64| string((0..4).map(|i| &units[&(from + 3 * i)]));
    assert_eq!([text(0), text(1), text(2)], ["你好", "世界", "世界"]);
}

#[test]
fn each_sent_text_reads_in_its_own_encoding() {
    let sent = |charset: Option<Charset>, bytes: &[u8]| Made::sent(stream(1), charset, bytes);
    let source = Fake::new(vec![
        sent(Some(Charset::Gbk), b"\xC4"),
        sent(Some(Charset::Gbk), b"\xE3"),
        sent(None, b"\xE4"),                  // HEX, never completed
        sent(Some(Charset::Utf16Le), b"`O}"), // at an odd position of the stream, and in two parts
        sent(Some(Charset::Utf16Le), b"Y"),
        sent(Some(Charset::Utf8), "世".as_bytes()),
    ]);
    for order in [(0..6).collect::<Vec<u64>>(), (0..6).rev().collect()] {
        let units = decode(&source, Charset::Utf8, order);
        let texts: Vec<String> = (0..6).map(|i| string([&units[&i]])).collect();
        assert_eq!(texts, ["", "你", "", "\u{FFFD}你", "好", "世"]);
    }
}

#[test]
fn what_is_incomplete_at_the_end_shows_as_damage_until_the_rest_comes() {
    let mut records = vec![Made::received(stream(1), "你".as_bytes()), Made::received(stream(1), b"\xE5\xA5")];
    for charset in [Charset::Auto, Charset::Utf8] {
        let source = Fake::new(records.clone());
        let mut text = StreamText::default();
        assert_eq!(text.decode(&source, &source.record(1), charset), Some(false), "not final");
        assert!(text.units().iter().all(|unit| unit.malformed) && !text.units().is_empty());
        assert_eq!(text.units().last().unwrap().end, 2);
    }
    records.push(Made::received(stream(1), b"\xBD"));
    let source = Fake::new(records);
    let units = decode(&source, Charset::Auto, 0..3);
    assert_eq!([string([&units[&1]]), string([&units[&2]])], ["", "好"]);
}

#[test]
fn the_last_hanzi_is_no_damage_though_it_could_begin_a_character_of_utf8() {
    let source = one_stream([Charset::Gbk.encode("温度:浣").unwrap()]);
    assert_eq!(in_order(&source, Charset::Auto), "温度:浣");
}

#[test]
fn utf16_whose_beginning_was_given_up_goes_by_the_position() {
    let bytes = Charset::Utf16Le.encode("网络调试助手").unwrap();
    let source = one_stream([&bytes[..3], &bytes[3..4], &bytes[4..7], &bytes[7..]]).lost(1);
    for order in [[1, 2, 3], [3, 2, 1]] {
        let units = decode(&source, Charset::Utf16Le, order);
        assert_eq!(string((1..4).map(|i| &units[&i])), "\u{FFFD}调试助手");
    }
}

#[test]
fn a_stream_without_any_place_of_certainty_is_read_alike_from_everywhere() {
    // Only bytes that can be halves of characters, in records of all sizes.
    let bytes: Vec<u8> = (0..700_000_u32).map(|i| 0xB0 + (i.wrapping_mul(2_654_435_761) >> 28) as u8).collect();
    for (sizes, len) in
        [([1, 1, 1], 12_000), ([70, 3, 1], 60_000), ([1448, 1449, 2000], 90_000), ([65_536, 5, 4096], 700_000)]
    {
        let mut rest = &bytes[..len];
        let mut chunks = Vec::new();
        for size in sizes.iter().cycle() {
            let (chunk, more) = rest.split_at((*size).min(rest.len()));
            chunks.push(chunk);
            rest = more;
            if rest.is_empty() {
                break;
            }
        }
        let count = chunks.len() as u64;
        let source = one_stream(chunks);
        for charset in [Charset::Auto, Charset::EucKr] {
            let forward = decode(&source, charset, 0..count);
            for index in (0..count).step_by((count / 30).max(1) as usize) {
                assert_eq!(decode(&source, charset, [index])[&index], forward[&index], "{charset} {sizes:?} {index}");
            }
        }
    }
}

fn tricky_byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        2 => select(b"\x300A\n\x8E\x8F\x88\x62\xA3\x81\xFE\xFF\x80\xD8\xDC".as_slice()),
        3 => select(b"\xE4\xBD\xA0\xE5\xA5\xC4\xE3\xBA\xC3\xC2\xD2\xBB\xF0\x9F".as_slice()),
        1 => any::<u8>(),
    ]
}

fn any_stream() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let piece = prop_oneof![
        3 => vec(tricky_byte(), 0..12),
        1 => "[你好世界浣一,a0\n]{0,6}".prop_map(String::into_bytes),
        1 => "[你好世界浣一,a0\n]{0,6}".prop_map(|text| Charset::Gbk.encode(&text).unwrap()),
    ];
    (vec(piece, 0..10), vec(any::<Index>(), 0..24)).prop_map(|(pieces, cuts)| {
        let bytes = pieces.concat();
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        places.extend([0, bytes.len()]);
        places.sort_unstable();
        places.windows(2).filter(|pair| pair[0] < pair[1]).map(|pair| bytes[pair[0]..pair[1]].to_vec()).collect()
    })
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn any_order_gives_the_same(
        chunks in any_stream(),
        charset in select(&Charset::ALL[..]),
        lost in any::<Index>(),
        keep_all in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let count = chunks.len() as u64;
        let lost = if keep_all { 0 } else { lost.index(count as usize + 1) as u64 };
        let source = one_stream(chunks).lost(lost);
        let forward = decode(&source, charset, lost..count);
        let mut order: Vec<u64> = (lost..count).collect();
        order.sort_unstable_by_key(|i| (i + 1).wrapping_mul(seed | 1));
        prop_assert_eq!(&decode(&source, charset, order), &forward);
        for index in lost..count {
            prop_assert_eq!(&decode(&source, charset, [index])[&index], &forward[&index]);
        }
    }

    #[test]
    fn a_stream_in_records_is_the_stream(chunks in any_stream(), charset in select(&Charset::ALL[1..])) {
        let whole = chunks.concat();
        prop_assert_eq!(in_order(&one_stream(chunks), charset), charset.decode_lossy(&whole));
    }

    #[test]
    fn a_run_reads_as_its_records_do(chunks in any_stream(), charset in select(&Charset::ALL[..])) {
        // A line end would begin a run.
        let flat = |byte| if matches!(byte, b'\n' | b'\r' | b'\t') { b'a' } else { byte };
        let source = one_stream(chunks.into_iter().map(|chunk| chunk.into_iter().map(flat).collect::<Vec<u8>>()));
        let units = in_order(&source, charset);
        prop_assume!(!units.contains(['\n', '\r', '\t'])); // as UTF-16 has them
        let mut expected = String::new();
        units.chars().for_each(|ch| _ = push_shown(ch, &mut expected));
        let rows = all_rows(&mut layouter(source, View { charset, columns: u32::MAX, ..plain() }));
        prop_assert_eq!(texts(&rows).concat(), expected);
    }

    /// Whatever Auto takes each record for: a character that it shows is made of bytes that no other one shows, in
    /// order, and what is left is damage.
    #[test]
    fn auto_shows_every_byte_once(chunks in any_stream()) {
        // The euro sign and the ideographic space have two forms each.
        let unambiguous = |byte| match byte { 0x80 => 0x81, 0xA3 => 0xA4, other => other };
        let chunks: Vec<Vec<u8>> = chunks.into_iter().map(|chunk| chunk.into_iter().map(unambiguous).collect()).collect();
        let whole = chunks.concat();
        let count = chunks.len() as u64;
        let source = one_stream(chunks);
        let mut text = StreamText::default();
        // Up to where all was shown, wherever that can be, and how much damage came since.
        let mut ats = BTreeSet::from([0]);
        let mut damage = 0;
        let mut start = 0;
        for index in 0..count {
            let record = source.record(index);
            text.decode(&source, &record, Charset::Auto).unwrap();
            let units = text.units().to_vec();
            prop_assert!(units.is_sorted_by_key(|unit| unit.end));
            for unit in units {
                if unit.malformed {
                    damage += 4;
                    continue;
                }
                let end = start + unit.end as usize;
                let ch = unit.ch.to_string();
                let mut next = BTreeSet::new();
                for form in [Charset::Utf8, Charset::Gb18030].iter().filter_map(|charset| charset.encode(&ch).ok()) {
                    for from in ats.iter().flat_map(|at| *at..=at + damage) {
                        // A unit that ends at 0 was held back: all of it lies before the record.
                        let to = from + form.len();
                        let there = if unit.end > 0 { to == end } else { to <= start };
                        if there && whole.get(from..to) == Some(&form[..]) {
                            next.insert(to);
                        }
                    }
                }
                prop_assert!(!next.is_empty(), "{:?} of record {} is not behind {:?}", unit, index, ats);
                (ats, damage) = (next, 0);
            }
            start += record.bytes().len();
        }
        prop_assert!(ats.iter().any(|at| whole.len() - at <= damage), "the end is shown too");
    }
}
