//! Order and content, in memory and in the file.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::super::segment::{SEGMENT_BYTES, SEGMENT_RECORDS};
use super::*;
use crate::codec::Charset;
use crate::journal::{Event, ReadError};

#[test]
fn a_record_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(config(&folder, 1 << 20), silent());
    let event = Event::PeerJoined { peer: peer(1).addr };
    let sent = Head { time: Timestamp(-5), kind: Kind::Sent, peer: Some(peer(2)), charset: Some(Charset::Ascii) };
    let mut batch = Batch::default();
    batch.push(received(peer(1)), b"hello");
    batch.push_event(Timestamp(7), None, &event);
    batch.push(sent, b"");
    journal.append(&mut batch);
    assert!(batch.is_empty() && batch.len_bytes() == 0);
    assert_eq!(journal.len(), 3);
    let read: Vec<Record> = (0..3).map(|i| journal.read(i).unwrap()).collect();
    assert_eq!((read[0].head, read[0].bytes()), (received(peer(1)), &b"hello"[..]));
    assert_eq!((read[1].head.time, read[1].head.peer, read[1].event()), (Timestamp(7), None, Some(event)));
    assert_eq!((read[2].head, read[2].bytes()), (sent, &b""[..]));
    assert!(matches!(journal.fetch(3), Fetch::OutOfRange));
    assert!(matches!(journal.read(3), Err(ReadError::OutOfRange(3))));
    assert_eq!(journal.counts(), [1, 1, 1]);
}

#[test]
fn spilled_records_load_again() {
    let folder = tempfile::tempdir().unwrap();
    let bell = Arc::new(Bell::default());
    let journal = Journal::create(config(&folder, 0), bell.wake());
    append_numbered(&journal, 0, 300_000, 33);
    bell.until(|| (journal.stats().spilled_bytes > 15_000_000).then_some(()));
    for index in (0..38).rev().map(|n| n * 7919) {
        assert_numbered(&bell.fetch(&journal, index), index, 33);
        assert_numbered(&journal.read(index).unwrap(), index, 33);
    }
    for (index, record) in journal.cursor(0).enumerate() {
        assert_numbered(&record.unwrap(), index as u64, 33);
    }
    let names: Vec<String> =
        folder.path().read_dir().unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    let expected = format!("wirebench-{}-", std::process::id());
    assert!(names.len() == 1 && names[0].starts_with(&expected) && names[0].ends_with(".journal"), "{names:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = folder.path().join(&names[0]).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "private to the user");
    }
    let kept = journal.read(5).unwrap();
    drop(journal);
    assert_numbered(&kept, 5, 33);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "deleted with the journal");
}

#[test]
fn a_million_records_within_the_budget() {
    const BUDGET: usize = 4 << 20;
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(config(&folder, BUDGET), silent());
    let mut most = 0;
    for n in 0..1000 {
        append_numbered(&journal, n * 1000, 1000, 8);
        most = most.max(journal.stats().memory_bytes);
    }
    assert_eq!(journal.len(), 1_000_000);
    assert!(most < BUDGET + (48 << 20), "{most}");
    for index in [0, 1, 16_383, 16_384, 999_999, 500_000] {
        assert_numbered(&journal.read(index).unwrap(), index, 8);
    }
    assert_eq!(journal.cursor(0).map(|r| r.unwrap().bytes().len()).sum::<usize>(), 8_000_000);
}

#[test]
fn records_without_bytes_and_huge_ones() {
    let folder = tempfile::tempdir().unwrap();
    let bell = Arc::new(Bell::default());
    let journal = Journal::create(config(&folder, 0), bell.wake());
    append_numbered(&journal, 0, 40_000, 0);
    let huge = vec![0xA5; 3 * SEGMENT_BYTES + 7];
    let mut batch = Batch::default();
    batch.push(received(stream(1)), &huge);
    batch.push(received(stream(1)), b"after");
    journal.append(&mut batch);
    append_numbered(&journal, 40_002, 40_000, 0);
    bell.until(|| (journal.stats().spilled_bytes > huge.len() as u64).then_some(()));
    assert_eq!(bell.fetch(&journal, 40_000).bytes(), huge);
    let after = bell.fetch(&journal, 40_001);
    assert_eq!((after.bytes(), after.previous), (&b"after"[..], Some(40_000)));
    assert_eq!(after.stream_position as usize, huge.len());
    assert_numbered(&bell.fetch(&journal, 0), 0, 0);
    assert_numbered(&bell.fetch(&journal, 80_001), 80_001, 0);
    assert_eq!(journal.cursor(0).flatten().count(), 80_002);
}

#[test]
fn a_flood_of_forged_addresses_grows_no_table() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(config(&folder, 0), silent());
    let mut batch = Batch::default();
    for n in 0..600_000u32 {
        let addr = SocketAddr::from((n.to_be_bytes(), n as u16));
        batch.push(received(Peer::datagram(addr)), b"");
        if batch.len() == 1000 {
            journal.append(&mut batch);
        }
    }
    assert!(journal.stats().memory_bytes < 48 << 20);
    for index in [0, 1, 300_000, 599_999u32] {
        let from = journal.read(u64::from(index)).unwrap().head.peer.unwrap();
        assert_eq!(from.addr, SocketAddr::from((index.to_be_bytes(), index as u16)));
    }
}

#[test]
fn streams_and_directions_are_chained() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(config(&folder, 0), silent());
    let mut batch = Batch::default();
    let sent = Head { kind: Kind::Sent, ..received(stream(1)) };
    batch.push(received(stream(1)), b"abc");
    batch.push(sent, b"x");
    batch.push(received(stream(2)), b"");
    batch.push(received(stream(1)), b"de");
    batch.push_event(Timestamp(1), Some(stream(1)), &Event::Closed);
    batch.push(received(peer(1)), b"alone");
    batch.push(received(peer(1)), b"alone");
    journal.append(&mut batch);
    append_numbered(&journal, 7, 40_000, 16);
    batch.push(received(stream(1)), b"f");
    journal.append(&mut batch);
    let chain = |index: u64| {
        let record = journal.read(index).unwrap();
        (record.previous, record.stream_position, record.last_in_stream)
    };
    assert_eq!(chain(0), (None, 0, false));
    assert_eq!(chain(1), (None, 0, true));
    assert_eq!(chain(2), (None, 0, true));
    assert_eq!(chain(3), (Some(0), 3, false));
    assert_eq!(chain(4), (None, 0, true));
    assert_eq!(chain(6), (None, 0, true));
    assert_eq!(chain(40_007), (Some(3), 5, true));
    let by_cursor = journal.cursor(40_007).next().unwrap().unwrap();
    assert_eq!((by_cursor.previous, by_cursor.last_in_stream), (Some(3), true));
}

#[test]
fn a_writer_and_a_fetching_window() {
    let folder = tempfile::tempdir().unwrap();
    let bell = Arc::new(Bell::default());
    let journal = Journal::create(config(&folder, 2 << 20), bell.wake());
    let done = AtomicBool::new(false);
    let mut waits = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            append_numbered(&journal, 0, 400_000, 64);
            done.store(true, Ordering::Release);
        });
        let mut seed = 1u64;
        while !done.load(Ordering::Acquire) {
            let len = journal.len();
            if len == 0 {
                continue;
            }
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            for index in [len - 1, (seed >> 33) % len] {
                let before = Instant::now();
                let fetched = journal.fetch(index);
                waits.push(before.elapsed());
                match fetched {
                    Fetch::Ready(record) => assert_numbered(&record, index, 64),
                    Fetch::Loading => {}
                    other => panic!("{other:?}"),
                }
            }
        }
    });
    waits.sort();
    assert!(waits[waits.len() / 2] < Duration::from_millis(5), "half of the fetches take {:?}", waits[waits.len() / 2]);
    for (index, record) in journal.cursor(0).enumerate() {
        assert_numbered(&record.unwrap(), index as u64, 64);
    }
}

#[test]
fn several_writers_keep_their_own_order() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(config(&folder, 1 << 20), silent());
    std::thread::scope(|scope| {
        for n in 1..=4u32 {
            let journal = &journal;
            scope.spawn(move || {
                let mut batch = Batch::default();
                for k in 0..30_000u32 {
                    batch.push(received(stream(n)), &k.to_le_bytes());
                    if k % 7 == 0 {
                        journal.append(&mut batch);
                    }
                }
                journal.append(&mut batch);
            });
        }
    });
    let mut next = [0u32; 5];
    for record in journal.cursor(0) {
        let record = record.unwrap();
        let n = record.head.peer.unwrap().stream as usize;
        assert_eq!(record.bytes(), next[n].to_le_bytes());
        assert_eq!(record.stream_position, next[n] * 4);
        next[n] += 1;
    }
    assert_eq!(next, [0, 30_000, 30_000, 30_000, 30_000]);
}

fn any_head() -> impl Strategy<Value = Head> {
    let addr = prop_oneof![
        any::<([u8; 4], u16)>().prop_map(SocketAddr::from),
        any::<([u16; 8], u16)>().prop_map(|(ip, port)| SocketAddr::from((ip, port))),
    ];
    let peer = proptest::option::of((addr, 0..4u32).prop_map(|(addr, stream)| Peer { addr, stream }));
    let kind = prop_oneof![Just(Kind::Received), Just(Kind::Sent), Just(Kind::Event)];
    let charset = proptest::option::of(prop_oneof![Just(Charset::Auto), Just(Charset::Gbk), Just(Charset::Ascii)]);
    (any::<i64>(), kind, peer, charset).prop_map(|(time, kind, peer, charset)| Head {
        time: Timestamp(time),
        kind,
        peer,
        charset,
    })
}

/// The bytes of a record are made from a seed and a length, so that long ones cost the strategy nothing.
fn any_batches() -> impl Strategy<Value = Vec<Vec<(Head, u8, usize)>>> {
    let len = prop_oneof![4 => 0..40usize, 1 => 0..200_000usize];
    let record = (any_head(), any::<u8>(), len);
    proptest::collection::vec(proptest::collection::vec(record, 0..12), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_batches_come_back(batches in any_batches(), budget in prop_oneof![Just(0), Just(3usize << 20)]) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::create(config(&folder, budget), silent());
        let mut expected: Vec<(Head, Vec<u8>)> = Vec::new();
        for records in &batches {
            let mut batch = Batch::default();
            for (head, seed, len) in records {
                let bytes: Vec<u8> = (0..*len).map(|at| seed.wrapping_add((at / 7) as u8)).collect();
                batch.push(*head, &bytes);
                expected.push((*head, bytes));
            }
            journal.append(&mut batch);
        }
        prop_assert_eq!(journal.len(), expected.len() as u64);
        let mut offset = 0;
        for (index, (head, bytes)) in expected.iter().enumerate() {
            let record = journal.read(index as u64).unwrap();
            prop_assert_eq!(record.head, *head);
            prop_assert_eq!(record.bytes(), &bytes[..]);
            if budget > 0 && journal.stats().spilled_bytes == 0 {
                prop_assert_eq!(journal.byte_offset(index as u64), offset);
            }
            offset += bytes.len() as u64;
            let stream = |h: &Head| h.peer.filter(|p| p.stream != 0 && h.kind != Kind::Event).map(|p| (p.stream, h.kind));
            let before = (0..index).rev().find(|i| stream(head).is_some() && stream(&expected[*i].0) == stream(head));
            prop_assert_eq!(record.previous, before.map(|i| i as u64));
        }
        prop_assert_eq!(journal.byte_offset(journal.len()), offset);
        let by_cursor = journal.cursor(0).map(|r| r.unwrap()).map(|r| (r.head, r.bytes().to_vec())).collect::<Vec<_>>();
        prop_assert_eq!(by_cursor, expected);
    }
}

#[test]
fn the_index_seals_a_segment_too() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(config(&folder, usize::MAX), silent());
    append_numbered(&journal, 0, SEGMENT_RECORDS as u64 + 1, 0);
    assert_eq!(journal.shared().read().catalog.end().records(), SEGMENT_RECORDS as u64);
    assert_eq!(journal.stats().spilled_bytes, 0);
}
