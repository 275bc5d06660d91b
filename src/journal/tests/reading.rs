//! Cursors, offsets and searches by kind.

use super::*;
use crate::journal::{KindMask, ReadError, Seek};

#[test]
fn a_cursor_goes_on_when_the_journal_grows() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(config(&folder, 0), silent());
    let mut cursor = journal.cursor(0);
    assert!(cursor.next().is_none());
    let mut next = 0;
    for n in 0..50 {
        append_numbered(&journal, n * 1777, 1777, 50);
        for record in cursor.by_ref() {
            assert_numbered(&record.unwrap(), next, 50);
            next += 1;
        }
        assert_eq!(next, journal.len());
    }
}

#[test]
fn a_cursor_reads_while_another_thread_appends() {
    const COUNT: u64 = 200_000;
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(config(&folder, 1 << 20), silent());
    std::thread::scope(|scope| {
        scope.spawn(|| append_numbered(&journal, 0, COUNT, 40));
        let mut cursor = journal.cursor(0);
        while cursor.position() < COUNT {
            let index = cursor.position();
            match cursor.next() {
                Some(record) => assert_numbered(&record.unwrap(), index, 40),
                None => std::thread::yield_now(),
            }
        }
    });
}

/// Events at every 1000th record up to 30,000, then received ones only, then sent ones only.
fn mixed(budget: usize, folder: &tempfile::TempDir, bell: &Arc<Bell>) -> (Arc<Journal>, Vec<Kind>) {
    let journal = Journal::create(config(folder, budget), bell.wake());
    let mut kinds = Vec::new();
    let mut batch = Batch::default();
    for n in 0..120_000u32 {
        let kind = match n {
            0..30_000 if n % 1000 == 999 => Kind::Event,
            0..70_000 => Kind::Received,
            119_000 => Kind::Event,
            _ => Kind::Sent,
        };
        kinds.push(kind);
        batch.push(Head { kind, ..received(peer(1)) }, &[0; 10]);
        if batch.len() == 500 {
            journal.append(&mut batch);
        }
    }
    (journal, kinds)
}

fn seek(bell: &Bell, mut ask: impl FnMut() -> Seek) -> Option<u64> {
    bell.until(|| match ask() {
        Seek::Found(index) => Some(Some(index)),
        Seek::Loading(_) => None,
        Seek::None => Some(None),
    })
}

#[test]
fn a_search_by_kind_finds_what_a_scan_finds() {
    let bell = Arc::new(Bell::default());
    for budget in [0, usize::MAX] {
        let folder = tempfile::tempdir().unwrap();
        let (journal, kinds) = mixed(budget, &folder, &bell);
        if budget == 0 {
            bell.until(|| (journal.shared().read().catalog.resident_bytes() == 0).then_some(()));
        }
        let masks = [
            KindMask::only(Kind::Received),
            KindMask::only(Kind::Sent),
            KindMask::only(Kind::Event),
            KindMask::ALL.without(Kind::Received),
            KindMask::ALL,
            KindMask::NONE,
        ];
        for mask in masks {
            for start in (0..120_010u64).step_by(4999).chain([999, 29_999, 70_000, 119_000, 119_999]) {
                let next = (start..120_000).find(|i| mask.contains(kinds[*i as usize]));
                assert_eq!(seek(&bell, || journal.next_visible(start, mask)), next, "next {mask:?} from {start}");
                let before = (0..=start.min(119_999)).rev().find(|i| mask.contains(kinds[*i as usize]));
                assert_eq!(seek(&bell, || journal.previous_visible(start, mask)), before, "{mask:?} before {start}");
                let after = (start + 1..120_000).filter(|i| mask.contains(kinds[*i as usize])).count() as u64;
                let counted = journal.count_after(start, mask);
                let tolerance = if budget == 0 { 16_384 } else { 0 };
                assert!(counted.abs_diff(after) <= tolerance, "{counted} instead of {after} {mask:?} after {start}");
            }
        }
    }
}

#[test]
fn offsets_grow_and_meet_at_segments() {
    let bell = Arc::new(Bell::default());
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(config(&folder, 0), bell.wake());
    append_numbered(&journal, 0, 100_000, 25);
    bell.until(|| (journal.shared().read().catalog.resident_bytes() == 0).then_some(()));
    let mut before = 0;
    for index in (0..=100_000).step_by(11) {
        let offset = journal.byte_offset(index);
        assert!(offset >= before && offset.abs_diff(index * 25) <= 25, "{offset} at {index}");
        before = offset;
    }
    assert_eq!(journal.byte_offset(u64::MAX), 2_500_000);
}

#[test]
fn a_reading_thread_leaves_the_windows_segments_alone() {
    let bell = Arc::new(Bell::default());
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(config(&folder, 0), bell.wake());
    append_numbered(&journal, 0, 400_000, 0);
    bell.until(|| (journal.shared().read().catalog.resident_bytes() == 0).then_some(()));
    bell.fetch(&journal, 0);
    assert_eq!(journal.cursor(0).flatten().count(), 400_000);
    assert!(matches!(journal.fetch(0), Fetch::Ready(_)));
}

#[test]
fn a_damaged_block_is_an_error_and_the_rest_is_read() {
    let bell = Arc::new(Bell::default());
    let disk = Disk::new(usize::MAX);
    let journal = Journal::with_space(0, Box::new(DiskSpace(Arc::clone(&disk))), bell.wake());
    append_numbered(&journal, 0, 100_000, 8);
    bell.until(|| (journal.shared().read().catalog.resident_bytes() == 0).then_some(()));
    disk.set(|d| d.bytes[4096 + 64 + 100] ^= 1);
    let errors = journal.cursor(0).filter_map(Result::err).collect::<Vec<_>>();
    assert!(matches!(&errors[..], [ReadError::Io(e)] if e.kind() == std::io::ErrorKind::InvalidData), "{errors:?}");
    assert_eq!(journal.cursor(0).flatten().count(), 100_000 - 16_384);
    let trouble = bell.until(|| match journal.fetch(5) {
        Fetch::Loading => None,
        Fetch::Lost => Some(journal.trouble()),
        other => panic!("{other:?}"),
    });
    assert!(trouble.is_some_and(|t| t.reading));
    assert_numbered(&bell.fetch(&journal, 20_000), 20_000, 8);
    assert_eq!(journal.next_visible(5, KindMask::only(Kind::Received)), Seek::Found(5), "the loss is seen");
}

#[test]
fn a_sparse_view_over_many_segments_settles() {
    let bell = Arc::new(Bell::default());
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(config(&folder, 0), bell.wake());
    let mut batch = Batch::default();
    for n in 0..60u64 * 16_384 {
        let kind = if n % 16_384 == 100 { Kind::Sent } else { Kind::Received };
        batch.push(Head { kind, ..received(peer(1)) }, &n.to_le_bytes());
        if batch.len() == 4096 {
            journal.append(&mut batch);
        }
    }
    bell.until(|| (journal.shared().read().catalog.resident_bytes() == 0).then_some(()));
    // A frame asks for all that it shows, again and again, until nothing loads any more.
    let sent = KindMask::only(Kind::Sent);
    let frame = || {
        let mut shown = Vec::new();
        let mut index = 0;
        loop {
            index = match journal.next_visible(index, sent) {
                Seek::Found(index) => index,
                Seek::Loading(_) => return None,
                Seek::None => return Some(shown),
            };
            match journal.fetch(index) {
                Fetch::Ready(record) => shown.push(record),
                Fetch::Loading => return None,
                other => panic!("{other:?}"),
            }
            index += 1;
        }
    };
    let shown = bell.until(frame);
    assert_eq!(shown.len(), 60);
    assert!(shown.iter().all(|record| record.bytes() == record.index.to_le_bytes()));
    assert!(frame().is_some());
}
