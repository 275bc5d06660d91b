//! The journal itself. (First form: everything in memory.)

use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Event, Head, Kind, Peer, Timestamp, Wake};

/// Where and how much.
#[derive(Clone, Debug)]
pub struct Config {
    /// How many bytes of records and index may stay in memory.
    pub budget_bytes: usize,
    /// The folder of the spill file.
    pub spill_dir: PathBuf,
}

/// Records on their way into the journal, so that a lock is taken once for many.
#[derive(Default)]
pub struct Batch {
    heads: Vec<(Head, Range<usize>)>,
    bytes: Vec<u8>,
}

impl Batch {
    /// Adds a record.
    pub fn push(&mut self, head: Head, bytes: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.heads.push((head, start..self.bytes.len()));
    }

    /// Adds an event.
    pub fn push_event(&mut self, time: Timestamp, peer: Option<Peer>, event: &Event) {
        let json = serde_json::to_vec(event).unwrap_or_default();
        self.push(Head { time, kind: Kind::Event, peer, charset: None }, &json);
    }

    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// How many payload bytes it holds.
    pub fn len_bytes(&self) -> usize {
        self.bytes.len()
    }
}

/// A record as read from the journal: cheap to clone, independent of it.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its place in the journal.
    pub index: u64,
    /// Time, kind, peer.
    pub head: Head,
    bytes: Arc<[u8]>,
}

impl Record {
    /// The payload; for an event its JSON.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The event, if it is one.
    pub fn event(&self) -> Option<Event> {
        (self.head.kind == Kind::Event).then(|| serde_json::from_slice(&self.bytes).ok()).flatten()
    }
}

/// The answer of [`Journal::fetch`], which never waits.
#[derive(Clone, Debug)]
pub enum Fetch {
    /// Here it is.
    Ready(Record),
    /// It is being read from the spill file; the journal's waker is called when it is there.
    Loading,
    /// It was given up because the disk was full.
    Lost,
    /// The journal has no such record.
    OutOfRange,
}

/// Why [`Journal::read`] has nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The record was given up because the disk was full.
    #[error("record {0} was given up because the disk was full")]
    Lost(u64),
    /// The journal has no such record (yet).
    #[error("the journal has no record {0}")]
    OutOfRange(u64),
    /// The spill file can't be read.
    #[error("read the spill file: {0}")]
    Io(#[from] std::io::Error),
}

/// What the journal holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Records appended, with those given up.
    pub records: u64,
    /// Payload bytes appended, with those given up.
    pub bytes: u64,
    /// Records given up because the disk was full: the oldest ones, `0..lost_records`.
    pub lost_records: u64,
    /// Their payload bytes.
    pub lost_bytes: u64,
    /// Bytes now in memory.
    pub memory_bytes: usize,
    /// Bytes now in the spill file.
    pub spilled_bytes: u64,
}

/// An append-only sequence of records.
pub struct Journal {
    inner: Mutex<Vec<Record>>,
    wake: Wake,
}

impl Journal {
    /// A new, empty journal.
    pub fn create(_config: Config, wake: Wake) -> Arc<Self> {
        Arc::new(Self { inner: Mutex::new(Vec::new()), wake })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Record>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends the batch and empties it.
    pub fn append(&self, batch: &mut Batch) {
        let mut inner = self.lock();
        for (head, range) in batch.heads.drain(..) {
            let index = inner.len() as u64;
            inner.push(Record { index, head, bytes: Arc::from(&batch.bytes[range]) });
        }
        batch.bytes.clear();
        drop(inner);
        (self.wake)();
    }

    /// How many records were appended.
    pub fn len(&self) -> u64 {
        self.lock().len() as u64
    }

    /// Whether nothing was appended.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it holds.
    pub fn stats(&self) -> Stats {
        Stats { records: self.len(), ..Stats::default() }
    }

    /// A record, without ever waiting for the disk: for the window.
    pub fn fetch(&self, index: u64) -> Fetch {
        self.lock().get(index as usize).map_or(Fetch::OutOfRange, |r| Fetch::Ready(r.clone()))
    }

    /// A record, waiting for the disk where needed: for threads.
    pub fn read(&self, index: u64) -> Result<Record, ReadError> {
        self.lock().get(index as usize).cloned().ok_or(ReadError::OutOfRange(index))
    }

    /// The record before `index` in the same stream and direction: the bytes that a decoder needs to know.
    /// `None` for datagrams, events, the first of a stream, and where the earlier one was given up.
    pub fn previous_in_stream(&self, index: u64) -> Option<u64> {
        let inner = self.lock();
        let head = inner.get(index as usize)?.head;
        let peer = head.peer.filter(|p| p.stream != 0 && head.kind != Kind::Event)?;
        (0..index).rev().find(|&i| {
            let h = inner[i as usize].head;
            h.kind == head.kind && h.peer.is_some_and(|p| p.stream == peer.stream)
        })
    }
}
