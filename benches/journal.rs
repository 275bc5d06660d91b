//! What the journal costs. `cargo bench --bench journal [-- quick]`; prints medians and ratios, asserts nothing.
#![allow(clippy::unwrap_used)] // a benchmark that cannot run has nothing to say

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wirebench::journal::{Batch, Config, Fetch, Head, Journal, Kind, KindMask, Peer, Timestamp};

const MIB: usize = 1 << 20;
const BUDGET: usize = 64 * MIB;

fn main() {
    let quick = std::env::args().any(|arg| arg == "quick");
    let folder = tempfile::tempdir().unwrap();
    println!("spill folder {}", folder.path().display());
    let config = Config { budget_bytes: BUDGET, spill_dir: folder.path().to_owned() };
    small_records(&config);
    large_records(&config, folder.path());
    visible_rows(&config, if quick { 1_000_000 } else { 10_000_000 });
    long_session(&config, if quick { 1 } else { 10 });
}

fn journal(config: &Config) -> Arc<Journal> {
    Journal::create(config.clone(), Arc::new(|| {}))
}

fn head(stream: u32) -> Head {
    let peer = Peer { addr: SocketAddr::from(([127, 0, 0, 1], 8080)), stream };
    Head { time: Timestamp(1), kind: Kind::Received, peer: Some(peer), charset: None }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Datagrams of 64 bytes, taken 32 at a time.
fn append_small(journal: &Journal, records: usize) {
    let mut batch = Batch::default();
    for _ in 0..records / 32 {
        for _ in 0..32 {
            batch.push(head(0), &[0x5A; 64]);
        }
        journal.append(&mut batch);
    }
}

fn small_records(config: &Config) {
    const RECORDS: usize = 500_000;
    let each = |_| {
        let journal = journal(config);
        let start = Instant::now();
        append_small(&journal, RECORDS);
        start.elapsed().as_secs_f64() * 1e9 / RECORDS as f64
    };
    println!("append, 64-byte records in batches of 32: {:.1} ns a record", median((0..9).map(each).collect()));
    let journal = journal(config);
    let start = Instant::now();
    append_small(&journal, 20 * RECORDS);
    let each = start.elapsed().as_secs_f64() * 1e9 / (20 * RECORDS) as f64;
    println!("append, the same, 10 million with spilling: {each:.1} ns a record");
}

fn large_records(config: &Config, folder: &std::path::Path) {
    const TOTAL: usize = 1 << 30;
    const LEN: usize = 64 << 10;
    let source = vec![0x5A; LEN];
    let journaled = |_| {
        let journal = journal(config);
        let mut batch = Batch::default();
        let start = Instant::now();
        for _ in 0..TOTAL / LEN {
            batch.push(head(1), &source);
            journal.append(&mut batch);
        }
        TOTAL as f64 / start.elapsed().as_secs_f64() / 1e9
    };
    let bare = |_| {
        let path = folder.join("bare");
        let mut file = File::create(&path).unwrap();
        let mut buffer = vec![0; LEN];
        let start = Instant::now();
        for _ in 0..TOTAL / LEN {
            buffer.copy_from_slice(std::hint::black_box(&source));
            file.write_all(&buffer).unwrap();
        }
        let rate = TOTAL as f64 / start.elapsed().as_secs_f64() / 1e9;
        drop(file);
        std::fs::remove_file(path).unwrap();
        rate
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..7 {
        ours.push(journaled(round));
        theirs.push(bare(round));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!("append, 64 KiB records, 1 GiB: {ours:.2} GB/s; copy and write: {theirs:.2} GB/s; {:.2}", ours / theirs);
}

/// What a window does at random places: 50 rows with the search for each, until all are there.
fn visible_rows(config: &Config, records: usize) {
    let journal = journal(config);
    append_small(&journal, records);
    let mut seed = 1u64;
    let (mut frames, mut until_there) = (Vec::new(), Vec::new());
    for _ in 0..300 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let top = (seed >> 33) % (journal.len() - 50);
        let asked = Instant::now();
        loop {
            let frame = Instant::now();
            let rows = (top..top + 50).filter(|index| {
                std::hint::black_box(journal.next_visible(*index, KindMask::ALL));
                matches!(journal.fetch(*index), Fetch::Ready(_))
            });
            let ready = rows.count();
            frames.push(frame.elapsed().as_secs_f64() * 1e6);
            if ready == 50 {
                break;
            }
            std::thread::yield_now();
        }
        until_there.push(asked.elapsed().as_secs_f64() * 1e6);
    }
    frames.sort_by(f64::total_cmp);
    println!(
        "50 rows of {} million at random places: {:.0} us a frame, p99 {:.0} us; there after {:.0} us",
        records / 1_000_000,
        median(frames.clone()),
        frames[frames.len() * 99 / 100],
        median(until_there)
    );
}

/// Gigabytes through one journal: what it does to memory.
fn long_session(config: &Config, gigabytes: usize) {
    let before = resident_bytes();
    let journal = journal(config);
    let bytes = vec![0x5A; 16 << 10];
    let mut batch = Batch::default();
    let (mut most, mut most_told) = (before, 0);
    let start = Instant::now();
    for n in 0..(gigabytes << 30) / (64 << 10) {
        for _ in 0..4 {
            batch.push(head(1), &bytes);
        }
        journal.append(&mut batch);
        if n % 256 == 0 {
            most = most.max(resident_bytes());
            most_told = most_told.max(journal.stats().memory_bytes);
        }
    }
    let took = start.elapsed();
    let stats = journal.stats();
    println!(
        "{gigabytes} GiB with a budget of {} MiB: {:.2} GB/s, memory grew by {} MiB at most (counted: {} MiB), lost {}",
        BUDGET / MIB,
        (gigabytes << 30) as f64 / took.as_secs_f64() / 1e9,
        (most - before) / MIB,
        most_told / MIB,
        stats.lost_records
    );
    let start = Instant::now();
    let read: usize = journal.cursor(0).map(|record| record.unwrap().bytes().len()).sum();
    println!("read again from start to end: {:.2} GB/s", read as f64 / start.elapsed().as_secs_f64() / 1e9);
    let start = Instant::now();
    drop(journal);
    let dropped: Duration = start.elapsed();
    println!("dropped with its file in {:.0} ms", dropped.as_secs_f64() * 1e3);
}

/// Of this process, where the system tells.
fn resident_bytes() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1).and_then(|pages| pages.parse::<usize>().ok()));
    pages.unwrap_or(0) * 4096
}
