//! What the journal answers: records, and why there is none.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::framed::Mark;
use super::segment::{Segment, View};
use super::{Cause, Event, Head, Kind};

/// A record as read from the journal: cheap to clone, independent of it.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its place in the journal.
    pub index: u64,
    /// Time, kind, peer.
    pub head: Head,
    /// The record before it in the same stream and direction: the bytes that a decoder needs to know. `None` for
    /// datagrams, events, the first of a stream, and where the earlier one was given up.
    pub previous: Option<u64>,
    /// Low 32 bits of the byte position of its start in its stream and direction; 0 for datagrams and events.
    pub stream_position: u32,
    /// No later record of its stream and direction existed when it was fetched. True for datagrams and events, which
    /// stand alone; false for one of a stream that was quiet while 65,536 others spoke.
    pub last_in_stream: bool,
    /// What a framed view says of it; `None` for a record of the journal itself.
    pub framed: Option<Mark>,
    payload: Payload,
}

/// Where a record's bytes are.
#[derive(Clone)]
pub(super) enum Payload {
    /// In a segment, which lives as long.
    Shared(Arc<Segment>, Range<usize>),
    /// Its own.
    Copied(Arc<[u8]>),
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.bytes().len())
    }
}

impl Payload {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Shared(segment, range) => &segment.payload[range.clone()],
            Self::Copied(bytes) => bytes,
        }
    }
}

impl Record {
    /// `lost`: how many records were given up.
    pub(super) fn new(payload: Payload, index: u64, view: &View, lost: u64, last_in_stream: bool) -> Self {
        Self {
            index,
            head: view.head,
            previous: view.previous.filter(|before| *before >= lost),
            stream_position: view.position,
            last_in_stream,
            framed: None,
            payload,
        }
    }

    /// The same with bytes of its own: it holds no segment.
    pub(super) fn detached(&self) -> Self {
        Self { payload: Payload::Copied(Arc::from(self.bytes())), ..self.clone() }
    }

    /// As things are now: so many records were given up, and it is or is not the last of its stream.
    pub(super) fn as_of(&self, lost: u64, last_in_stream: bool) -> Self {
        Self { previous: self.previous.filter(|before| *before >= lost), last_in_stream, ..self.clone() }
    }

    /// The payload; for an event its JSON.
    pub fn bytes(&self) -> &[u8] {
        self.payload.bytes()
    }

    /// Whether it may be another one as soon as more bytes come.
    pub fn is_provisional(&self) -> bool {
        self.framed.is_some_and(|mark| mark.provisional)
    }

    /// The event, if it is one.
    pub fn event(&self) -> Option<Event> {
        (self.head.kind == Kind::Event).then(|| serde_json::from_slice(self.bytes()).ok()).flatten()
    }
}

/// The answer of [`Journal::fetch`](super::Journal::fetch), which never waits.
#[derive(Clone, Debug)]
pub enum Fetch {
    /// Here it is.
    Ready(Record),
    /// It is being read from the spill file; the journal's waker is called when it is there.
    Loading,
    /// It was given up because the disk was full, or the spill file can't be read
    /// ([`Journal::trouble`](super::Journal::trouble) says which).
    Lost,
    /// The journal has no such record.
    OutOfRange,
}

/// The answer of a search by kind, which never waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seek {
    /// This record.
    Found(u64),
    /// The index that knows it, from this record on, is being read from the spill file; the journal's waker is called
    /// when it is there.
    Loading(u64),
    /// There is none in this direction.
    None,
}

/// Why a read has nothing.
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

/// What is wrong with the spill file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} the spill file {path}: {cause}", if *reading { "read" } else { "write" })]
pub struct SpillTrouble {
    /// While reading from it, not writing to it.
    pub reading: bool,
    /// The file, or the folder where none can be created.
    pub path: String,
    /// Why.
    pub cause: Cause,
}

impl SpillTrouble {
    pub(super) fn reading(path: &Path, error: &std::io::Error) -> Self {
        Self { reading: true, path: path.display().to_string(), cause: disk_cause(error) }
    }

    pub(super) fn writing(path: &Path, error: &std::io::Error) -> Self {
        Self { reading: false, path: path.display().to_string(), cause: disk_cause(error) }
    }
}

/// Why a file could not be written or read.
pub(crate) fn disk_cause(error: &std::io::Error) -> Cause {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Cause::DiskFull,
        std::io::ErrorKind::PermissionDenied => Cause::PermissionDenied,
        _ => {
            let code = error.raw_os_error();
            let text = error.to_string();
            // `Cause::Other` shows the code itself.
            let message = code.and_then(|code| text.strip_suffix(&format!(" (os error {code})"))).unwrap_or(&text);
            Cause::Other { code, message: message.to_owned() }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_said_once() {
        let trouble = SpillTrouble::writing(Path::new("x"), &std::io::Error::from_raw_os_error(2));
        assert_eq!(trouble.to_string().matches("os error").count(), 1, "{trouble}");
    }
}
