//! Tests of the journal as a whole.
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod disk;
mod following;
mod reading;
mod storing;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use super::space::{SpillFile, SpillSpace};
use super::{Batch, Config, Fetch, Head, Journal, Kind, Peer, Record, Timestamp, Wake};

/// Counts the wake-ups, and waits for them.
#[derive(Default)]
struct Bell {
    rung: Mutex<u64>,
    changed: Condvar,
}

impl Bell {
    fn wake(self: &Arc<Self>) -> Wake {
        let bell = Arc::clone(self);
        Arc::new(move || {
            *bell.rung.lock().unwrap() += 1;
            bell.changed.notify_all();
        })
    }

    /// Waits until `done` gives something; looks again at each wake-up.
    fn until<T>(&self, mut done: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let seen = *self.rung.lock().unwrap();
            if let Some(result) = done() {
                return result;
            }
            let rung = self.rung.lock().unwrap();
            if *rung == seen {
                assert!(Instant::now() < deadline, "nothing happened for a minute");
                drop(self.changed.wait_timeout(rung, Duration::from_millis(100)).unwrap());
            }
        }
    }

    fn fetch(&self, journal: &Journal, index: u64) -> Record {
        self.until(|| match journal.fetch(index) {
            Fetch::Ready(record) => Some(record),
            Fetch::Loading => None,
            other => panic!("record {index}: {other:?}"),
        })
    }
}

pub(super) fn silent() -> Wake {
    Arc::new(|| {})
}

fn config(folder: &tempfile::TempDir, budget_bytes: usize) -> Config {
    Config { budget_bytes, spill_dir: folder.path().to_owned() }
}

fn peer(n: u16) -> Peer {
    Peer::datagram(SocketAddr::from(([127, 0, (n >> 8) as u8, n as u8], 9000)))
}

fn stream(n: u32) -> Peer {
    Peer { addr: SocketAddr::from(([127, 0, 0, 1], 9000)), stream: n }
}

fn received(peer: Peer) -> Head {
    Head { time: Timestamp(1), kind: Kind::Received, peer: Some(peer), charset: None }
}

/// `count` datagrams of `len` bytes that tell their number, in batches.
fn append_numbered(journal: &Journal, from: u64, count: u64, len: usize) {
    let mut batch = Batch::default();
    let mut bytes = vec![0; len];
    for n in from..from + count {
        let number = n.to_le_bytes();
        let head = len.min(8);
        bytes[..head].copy_from_slice(&number[..head]);
        batch.push(received(peer(n as u16)), &bytes);
        if batch.len() == 64 {
            journal.append(&mut batch);
        }
    }
    journal.append(&mut batch);
}

fn assert_numbered(record: &Record, index: u64, len: usize) {
    assert_eq!(record.index, index);
    assert_eq!(record.bytes().len(), len, "record {index}");
    assert_eq!(record.bytes()[..len.min(8)], index.to_le_bytes()[..len.min(8)], "record {index}");
    assert_eq!(record.head, received(peer(index as u16)), "record {index}");
}

/// A disk in memory that can be full, broken or slow.
#[derive(Default)]
pub(super) struct Disk {
    state: Mutex<DiskState>,
    changed: Condvar,
}

#[derive(Default)]
struct DiskState {
    bytes: Vec<u8>,
    capacity: usize,
    writes_fail: bool,
    reads_fail: bool,
    /// Writes wait until it is false.
    stalled: bool,
    writing: bool,
}

impl Disk {
    pub(super) fn new(capacity: usize) -> Arc<Self> {
        let disk = Arc::new(Self::default());
        disk.set(|d| d.capacity = capacity);
        disk
    }

    fn set(&self, change: impl FnOnce(&mut DiskState)) {
        change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
    }

    fn wait_until_writing(&self) {
        let mut state = self.state.lock().unwrap();
        while !state.writing {
            state = self.changed.wait(state).unwrap();
        }
    }
}

pub(super) struct DiskSpace(pub(super) Arc<Disk>);
struct DiskFile(Arc<Disk>);

impl SpillSpace for DiskSpace {
    fn create(&self) -> std::io::Result<Arc<dyn SpillFile>> {
        Ok(Arc::new(DiskFile(Arc::clone(&self.0))))
    }

    fn path(&self) -> PathBuf {
        "disk".into()
    }
}

impl SpillFile for DiskFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> std::io::Result<()> {
        let mut state = self.0.state.lock().unwrap();
        state.writing = true;
        self.0.changed.notify_all();
        while state.stalled {
            state = self.0.changed.wait(state).unwrap();
        }
        state.writing = false;
        if state.writes_fail {
            return Err(std::io::Error::other("broken"));
        }
        let end = offset as usize + bytes.len();
        if end > state.capacity {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        let len = state.bytes.len().max(end);
        state.bytes.resize(len, 0);
        state.bytes[offset as usize..end].copy_from_slice(bytes);
        Ok(())
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> std::io::Result<()> {
        let state = self.0.state.lock().unwrap();
        if state.reads_fail {
            return Err(std::io::Error::other("unreadable"));
        }
        let from = state.bytes.get(offset as usize..offset as usize + bytes.len());
        bytes.copy_from_slice(from.ok_or(std::io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn path(&self) -> PathBuf {
        "disk/file".into()
    }
}
