//! A disk that is full, broken, slow; and the end of a journal meanwhile.

use super::*;
use crate::journal::{Cause, ReadError};

const MIB: usize = 1 << 20;

fn on(disk: &Arc<Disk>, budget_bytes: usize, wake: Wake) -> Arc<Journal> {
    Journal::with_space(budget_bytes, Box::new(DiskSpace(Arc::clone(disk))), wake)
}

/// Waits until memory is within the budget.
fn settled(bell: &Bell, journal: &Journal, budget: usize) {
    bell.until(|| (journal.shared().read().catalog.resident_bytes() <= budget).then_some(()));
}

#[test]
fn a_full_disk_gives_up_the_oldest_and_uses_its_space() {
    let bell = Arc::new(Bell::default());
    let disk = Disk::new(20 * MIB);
    let journal = on(&disk, 2 * MIB, bell.wake());
    for n in 0..10u64 {
        append_numbered(&journal, n * 10_000, 10_000, 1000);
    }
    settled(&bell, &journal, 2 * MIB);
    let stats = journal.stats();
    assert_eq!((stats.records, stats.bytes), (100_000, 100_000_000));
    assert!(stats.lost_records > 0 && stats.lost_bytes == stats.lost_records * 1000, "{stats:?}");
    assert!(stats.lost_bytes < 90_000_000, "what fits is kept: {stats:?}");
    assert!(stats.spilled_bytes > 17_000_000, "the disk is used: {stats:?}");
    assert_eq!(journal.trouble().unwrap().cause, Cause::DiskFull);
    assert!(matches!(journal.fetch(0), Fetch::Lost));
    assert!(matches!(journal.fetch(stats.lost_records - 1), Fetch::Lost));
    assert!(matches!(journal.read(0), Err(ReadError::Lost(0))));
    let mut cursor = journal.cursor(7);
    assert!(matches!(cursor.next(), Some(Err(ReadError::Lost(7)))));
    for (record, index) in cursor.zip(stats.lost_records..) {
        assert_numbered(&record.unwrap(), index, 1000);
    }
    assert_eq!(journal.cursor(stats.lost_records).count() as u64, 100_000 - stats.lost_records);
    for index in (stats.lost_records..100_000).step_by(1001) {
        assert_numbered(&bell.fetch(&journal, index), index, 1000);
    }
}

#[test]
fn spilling_goes_on_when_there_is_space_again() {
    let bell = Arc::new(Bell::default());
    let disk = Disk::new(0);
    let journal = on(&disk, MIB, bell.wake());
    append_numbered(&journal, 0, 20_000, 1000);
    settled(&bell, &journal, MIB);
    let lost = journal.stats().lost_records;
    assert!(lost > 17_000 && journal.trouble().is_some());
    disk.set(|d| d.capacity = usize::MAX);
    // A longer file is tried at most a second later; until then the oldest goes on being given up.
    let mut next = 20_000;
    bell.until(|| {
        append_numbered(&journal, next, 100, 1000);
        next += 100;
        (journal.stats().spilled_bytes > 0).then_some(())
    });
    settled(&bell, &journal, MIB);
    let lost = journal.stats().lost_records;
    append_numbered(&journal, next, 20_000, 1000);
    settled(&bell, &journal, MIB);
    assert_eq!(journal.stats().lost_records, lost, "nothing more is given up");
    assert_eq!(journal.trouble(), None);
}

#[test]
fn a_broken_disk_stops_nobody() {
    let bell = Arc::new(Bell::default());
    let disk = Disk::new(10 * MIB);
    let journal = on(&disk, MIB, bell.wake());
    append_numbered(&journal, 0, 20_000, 1000);
    settled(&bell, &journal, MIB);
    disk.set(|d| (d.writes_fail, d.reads_fail) = (true, true));
    append_numbered(&journal, 20_000, 20_000, 1000);
    settled(&bell, &journal, MIB);
    assert_eq!(journal.len(), 40_000);
    assert!(journal.stats().memory_bytes < 40 * MIB);
    assert!(matches!(journal.trouble().unwrap().cause, Cause::Other { .. }));
}

#[test]
fn a_file_that_cannot_be_created_is_said_and_receiving_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("a file, not a folder");
    std::fs::write(&blocked, b"").unwrap();
    let bell = Arc::new(Bell::default());
    let journal = Journal::create(Config { budget_bytes: MIB, spill_dir: blocked.clone() }, bell.wake());
    append_numbered(&journal, 0, 10_000, 1000);
    settled(&bell, &journal, MIB);
    let trouble = journal.trouble().unwrap();
    assert_eq!((trouble.reading, trouble.path), (false, blocked.display().to_string()));
    assert!(journal.stats().lost_records > 0);
    assert_numbered(&journal.read(9_999).unwrap(), 9_999, 1000);
}

#[test]
fn a_stalled_disk_holds_an_append_for_a_moment_and_never_a_fetch() {
    let bell = Arc::new(Bell::default());
    let disk = Disk::new(usize::MAX);
    disk.set(|d| d.stalled = true);
    let journal = on(&disk, 0, bell.wake());
    let mut next = 0;
    while journal.has_room() {
        append_numbered(&journal, next, 64, 60_000);
        next += 64;
    }
    disk.wait_until_writing();
    assert!(journal.stats().memory_bytes > 32 * MIB);
    let before = Instant::now();
    append_numbered(&journal, next, 64, 60_000);
    let waited = before.elapsed();
    assert!(waited >= Duration::from_millis(90) && waited < Duration::from_secs(10), "{waited:?}");
    assert!(!journal.wait_for_room(Duration::from_millis(1)));
    assert_numbered(&bell.fetch(&journal, next + 63), next + 63, 60_000);
    assert_numbered(&bell.fetch(&journal, 0), 0, 60_000);
    disk.set(|d| d.stalled = false);
    assert!(journal.wait_for_room(Duration::from_mins(1)));
    settled(&bell, &journal, 0);
    assert_eq!(journal.stats().lost_records, 0);
    for (index, record) in journal.cursor(0).enumerate() {
        assert_numbered(&record.unwrap(), index as u64, 60_000);
    }
}

#[test]
fn a_journal_ends_while_it_spills() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::create(config(&folder, 0), silent());
        append_numbered(&journal, 0, 4000, 5000);
        let before = Instant::now();
        drop(journal);
        assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_large_file_is_freed_by_another_process() {
    let folder = tempfile::tempdir().unwrap();
    let bell = Arc::new(Bell::default());
    let journal = Journal::create(config(&folder, 0), bell.wake());
    let block = vec![0; 1 << 20];
    let mut batch = Batch::default();
    for _ in 0..80 {
        batch.push(received(peer(1)), &block);
        journal.append(&mut batch);
    }
    settled(&bell, &journal, 2 << 20);
    let held = || {
        let descriptors = std::fs::read_dir("/proc/self/fd").unwrap();
        let links = descriptors.filter_map(|descriptor| std::fs::read_link(descriptor.unwrap().path()).ok());
        links.filter(|link| link.starts_with(folder.path())).count()
    };
    assert_eq!(held(), 1);
    drop(journal);
    assert_eq!((held(), std::fs::read_dir(folder.path()).unwrap().count()), (0, 0));
}
