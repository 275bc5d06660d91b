//! Charsets on streams that come in records: nothing lost, nothing twice, whatever the bytes and wherever they split.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use encoding_rs::Encoding;
use proptest::char::range;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use wirebench::codec::Charset;
use wirebench::codec::charset::{Decoded, Unit};

/// Cuts a stream into records.
fn records<'a>(stream: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
    places.extend([0, stream.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect()
}

/// Decodes as a log view does: each record by itself, with the context that `sync` tells. Gives the units with their
/// ends in the stream, and checks the record's own accounts.
fn decode_records(charset: Charset, records: &[&[u8]]) -> Vec<Unit> {
    let stream = records.concat();
    let mut all = Vec::new();
    let mut decoded = Decoded::default();
    let mut start = 0;
    for (index, record) in records.iter().enumerate() {
        let before = &stream[..start];
        let context = &before[charset.sync(0, before).unwrap()..];
        if index + 1 == records.len() {
            charset.decode_to_end(context, record, &mut decoded);
            assert_eq!(decoded.pending, 0);
        } else {
            charset.decode(context, record, &mut decoded);
        }
        let end = decoded.units.last().map_or(0, |unit| unit.end as usize);
        assert!(decoded.units.is_sorted_by_key(|unit| unit.end));
        assert_eq!(end + decoded.pending, record.len());
        all.extend(decoded.units.iter().map(|unit| Unit { end: unit.end + start as u32, ..*unit }));
        start += record.len();
    }
    all
}

fn text(units: &[Unit]) -> String {
    units.iter().map(|unit| unit.ch).collect()
}

/// The decoder of the standard, where it knows the charset.
fn reference(charset: Charset) -> Option<&'static Encoding> {
    match charset {
        Charset::Auto | Charset::Latin1 | Charset::Ascii => None,
        known => Encoding::for_label(known.label().as_bytes()),
    }
}

/// Bytes that are likely to be parts of characters.
fn tricky_byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        any::<u8>(),
        0x80..=0xFF_u8,
        select(b"\x300A\n\x8E\x8F\x88\x62\xA3\x81\xFE\xFF\x80\xD8\xDC\xE4\xF0\xC4".as_slice()),
    ]
}

/// Text that the charset holds: characters that it refuses are left out.
fn text_in(charset: Charset) -> impl Strategy<Value = String> {
    let ch = prop_oneof![
        any::<char>(),
        range('\0', '\u{FF}'),
        range('一', '龥'),
        range('ぁ', 'ヶ'),
        range('가', '힣'),
        select(vec!['\n', '0', '1', '你', '世', '界', 'ア', '、', '€', '啊']),
    ];
    vec(ch, 0..60).prop_map(move |chars| {
        chars.into_iter().filter(|ch| charset.encode(ch.encode_utf8(&mut [0; 4])).is_ok()).collect()
    })
}

fn charset_and_text() -> impl Strategy<Value = (Charset, String)> {
    select(&Charset::ALL[..]).prop_flat_map(|charset| (Just(charset), text_in(charset)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_text_comes_back_however_it_is_split((charset, sent) in charset_and_text(), cuts in vec(any::<Index>(), 0..20)) {
        let stream = charset.encode(&sent).unwrap();
        let units = decode_records(charset, &records(&stream, &cuts));
        prop_assert!(units.iter().all(|unit| !unit.malformed));
        prop_assert_eq!(text(&units), sent.as_str());
        prop_assert_eq!(charset.decode_lossy(&stream), sent);
    }

    #[test]
    fn any_bytes_read_the_same_however_they_are_split(
        charset in select(&Charset::ALL[1..]), // Auto decides anew with each record
        stream in vec(tricky_byte(), 0..80),
        cuts in vec(any::<Index>(), 0..20),
    ) {
        let whole = decode_records(charset, &[&stream]);
        prop_assert_eq!(whole.last().map_or(0, |unit| unit.end as usize), stream.len());
        if let Some(encoding) = reference(charset) {
            prop_assert_eq!(text(&whole), encoding.decode_without_bom_handling(&stream).0);
        }
        // A unit that was held back ends, in its own record, where that record begins.
        let split = decode_records(charset, &records(&stream, &cuts));
        let kinds = |units: &[Unit]| units.iter().map(|unit| (unit.ch, unit.malformed)).collect::<Vec<_>>();
        prop_assert_eq!(kinds(&split), kinds(&whole));
        for (unit, exact) in split.iter().zip(&whole) {
            prop_assert!(unit.end >= exact.end && unit.end <= exact.end + 3);
        }
    }

    #[test]
    fn auto_shows_every_byte(stream in vec(tricky_byte(), 0..80), cuts in vec(any::<Index>(), 0..20)) {
        // `decode_records` checks that the spans and what is pending are all of each record.
        decode_records(Charset::Auto, &records(&stream, &cuts));
    }

    #[test]
    fn decoding_from_where_sync_says_goes_on_as_it_would_have(
        charset in select(&Charset::ALL[..]),
        stream in vec(tricky_byte(), 0..40),
        cut in any::<Index>(),
        end in any::<Index>(),
    ) {
        let start = cut.index(stream.len() + 1);
        let tail = &stream[start..start + end.index(stream.len() - start + 1)];
        let Some(offset) = charset.sync(start as u64, tail) else {
            prop_assert_ne!(start, 0);
            return Ok(());
        };
        let candidates = if charset == Charset::Auto { vec![Charset::Utf8, Charset::Gb18030] } else { vec![charset] };
        for candidate in candidates {
            let (mut whole, mut part) = (Decoded::default(), Decoded::default());
            candidate.decode(&[], &stream[..start + tail.len()], &mut whole);
            candidate.decode(&[], &tail[offset..], &mut part);
            prop_assert_eq!(part.pending, whole.pending, "{}", candidate);
            prop_assert!(whole.text().ends_with(&part.text()), "{}", candidate);
        }
    }

    #[test]
    fn what_is_accepted_has_no_malformed_byte((charset, sent) in charset_and_text()) {
        let mut decoded = Decoded::default();
        let bytes = charset.encode(&sent).unwrap();
        charset.decode(&[], &bytes, &mut decoded);
        prop_assert_eq!(decoded.pending, 0);
        let mut encoded_from = Vec::new();
        for (index, unit) in decoded.units.iter().enumerate() {
            prop_assert_eq!(&bytes[decoded.span(index)], charset.encode(&unit.ch.to_string()).unwrap());
            encoded_from.extend_from_slice(&bytes[decoded.span(index)]);
        }
        prop_assert_eq!(encoded_from, bytes);
    }
}

#[test]
fn gbk_byte_by_byte_is_whole_and_reads_again_after_a_wrong_guess() {
    for sent in ["你好,世界", "你好\u{FF0C}世界"] {
        let stream = Charset::Gbk.encode(sent).unwrap();
        let records: Vec<&[u8]> = stream.chunks(1).collect();
        for charset in [Charset::Gbk, Charset::Gb2312, Charset::Gb18030, Charset::Auto] {
            let units = decode_records(charset, &records);
            assert_eq!(text(&units), sent, "{charset}");
            assert!(units.iter().all(|unit| !unit.malformed));
        }
        assert!(decode_records(Charset::Utf8, &records).iter().any(|unit| unit.malformed));
    }
}

#[test]
fn the_beginning_given_up_does_not_matter_after_a_line_end() {
    let stream = Charset::Gbk.encode("第一行\n第二行").unwrap();
    let tail = &stream[3..];
    let offset = Charset::Auto.sync(3, tail).unwrap();
    assert_eq!(Charset::Auto.decode_lossy(&tail[offset..]), "第二行");
}
