//! Framed views against the plain way: an assembler for each stream, over all its bytes.
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod following;
mod random;
mod rows;
mod special;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::*;
use crate::codec::framing::{Assembler, Problem};
use crate::journal::{Batch, Config, Event, Head, Kind, LeaveReason, Peer, Record, Timestamp};

/// One record that is made up.
#[derive(Clone, Debug)]
enum Made {
    Bytes { stream: u32, kind: Kind, bytes: Vec<u8> },
    Datagram(Vec<u8>),
    Left(u32),
    Finished(u32),
    HalfClosed(u32),
    Closed,
}

fn peer(stream: u32) -> Peer {
    Peer::client(SocketAddr::from(([127, 0, 0, 1], 9000)), stream)
}

fn received(stream: u32, bytes: &[u8]) -> Made {
    Made::Bytes { stream, kind: Kind::Received, bytes: bytes.to_vec() }
}

fn sent(stream: u32, bytes: &[u8]) -> Made {
    Made::Bytes { stream, kind: Kind::Sent, bytes: bytes.to_vec() }
}

/// What a record of the view says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    kind: Kind,
    stream: u32,
    bytes: Vec<u8>,
    state: Option<FrameState>,
}

fn time(index: u64) -> Timestamp {
    Timestamp(1_700_000_000_000_000_000 + index.cast_signed() * 1_000_000)
}

fn append(journal: &Journal, from: u64, made: &[Made]) {
    let mut batch = Batch::default();
    for (index, made) in (from..).zip(made) {
        let time = time(index);
        let of = |stream: &u32| Some(peer(*stream));
        let addr = peer(1).addr;
        match made {
            Made::Bytes { stream, kind, bytes } => {
                batch.push(Head { time, kind: *kind, peer: of(stream), charset: None }, bytes);
            }
            Made::Datagram(bytes) => {
                let peer = Some(Peer::datagram(addr));
                batch.push(Head { time, kind: Kind::Received, peer, charset: None }, bytes);
            }
            Made::Left(stream) => {
                let left = Event::PeerLeft { peer: addr, reason: LeaveReason::Finished, unsent_bytes: 0 };
                batch.push_event(time, of(stream), &left);
            }
            Made::Finished(stream) => batch.push_event(time, of(stream), &Event::PeerFinished { peer: addr }),
            Made::HalfClosed(stream) => batch.push_event(time, of(stream), &Event::HalfClosed { peer: addr }),
            Made::Closed => batch.push_event(time, None, &Event::Closed),
        }
    }
    journal.append(&mut batch);
}

/// A journal with a folder of its own.
struct Stored {
    journal: Arc<Journal>,
    _folder: tempfile::TempDir,
}

fn journal(budget_bytes: usize) -> Stored {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { budget_bytes, spill_dir: folder.path().to_owned() };
    Stored { journal: Journal::create(config, Arc::new(|| {})), _folder: folder }
}

/// The frames of each stream and what is not complete at the end, without a journal and without an index.
#[derive(Default)]
struct Expected {
    settled: Vec<Shown>,
    open: Vec<Shown>,
}

fn expected(framing: &Framing, made: &[Made]) -> Expected {
    type Streams = HashMap<(u32, Kind), Assembler>;
    fn end(streams: &mut Streams, framing: &Framing, key: (u32, Kind), settled: &mut Vec<Shown>) {
        if let Some(assembler) = streams.remove(&key) {
            assembler.finish(|frame, bytes| settled.push(shown_of(framing, key, &frame, bytes)));
        }
    }
    let mut streams = Streams::new();
    let mut out = Expected::default();
    let alone = |kind, bytes: &[u8]| Shown { kind, stream: 0, bytes: bytes.to_vec(), state: None };
    for (index, made) in (0..).zip(made) {
        match made {
            Made::Bytes { stream, kind, bytes } => {
                let key = (*stream, *kind);
                let assembler = streams.entry(key).or_insert_with(|| Assembler::new(framing));
                assembler.push(bytes, time(index).0, |frame, bytes| {
                    out.settled.push(shown_of(framing, key, &frame, bytes));
                });
            }
            Made::Datagram(bytes) => out.settled.push(alone(Kind::Received, bytes)),
            Made::Left(stream) | Made::Finished(stream) | Made::HalfClosed(stream) => {
                if !matches!(made, Made::HalfClosed(_)) {
                    end(&mut streams, framing, (*stream, Kind::Received), &mut out.settled);
                }
                if !matches!(made, Made::Finished(_)) {
                    end(&mut streams, framing, (*stream, Kind::Sent), &mut out.settled);
                }
                out.settled.push(Shown { stream: *stream, ..alone(Kind::Event, &[]) });
            }
            Made::Closed => out.settled.push(alone(Kind::Event, &[])),
        }
    }
    for (key, assembler) in streams {
        assembler.finish(|frame, bytes| {
            let problem = frame.problem.filter(|problem| *problem != Problem::Unfinished);
            let state = Some(problem.map_or(FrameState::Incomplete, FrameState::Bad));
            out.open.push(Shown { kind: key.1, stream: key.0, bytes: bytes.to_vec(), state });
        });
    }
    out.open.sort_by_key(|shown| (shown.stream, shown.kind as u8));
    out
}

fn shown_of(framing: &Framing, key: (u32, Kind), frame: &crate::codec::framing::Frame, bytes: &[u8]) -> Shown {
    let state = Some(frame.problem.map_or(FrameState::Complete, FrameState::Bad));
    Shown { kind: key.1, stream: key.0, bytes: framing.payload(frame, bytes).into_owned(), state }
}

impl Framed {
    /// Waits until the whole journal was cut and shown.
    fn settle(&self) {
        let deadline = Instant::now() + Duration::from_mins(1);
        let mut state = self.shared.lock();
        while state.real < self.shared.journal.len() || state.revision == 0 {
            assert!(Instant::now() < deadline, "it was not cut within a minute");
            assert!(!state.gone, "the thread has ended");
            state = self.shared.wait(state, Duration::from_millis(100));
        }
    }

    fn settled(&self) -> u64 {
        self.shared.lock().records
    }
}

fn waiting(framed: &Arc<Framed>) -> FramedWaiting {
    FramedWaiting::new(Arc::clone(framed), Arc::default())
}

/// A record, which must be there.
fn ready(source: &dyn Source, index: u64) -> Record {
    match source.get(index) {
        Fetch::Ready(record) => {
            assert_eq!(record.index, index);
            record
        }
        other => panic!("record {index}: {other:?}"),
    }
}

fn shown(record: &Record) -> Shown {
    let kind = record.head.kind;
    let bytes = if kind == Kind::Event { Vec::new() } else { record.bytes().to_vec() };
    let state = record.framed.map(|mark| mark.state);
    Shown { kind, stream: record.head.peer.map_or(0, |peer| peer.stream), bytes, state }
}

/// The records with their slices put together.
fn joined(records: impl IntoIterator<Item = Record>) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    let mut goes_on = false;
    let mut len = 0;
    for record in records {
        let shown = shown(&record);
        let mark = record.framed;
        assert_eq!(goes_on, mark.is_some_and(|mark| mark.continues), "{record:?}");
        if let Some(last) = all.last_mut().filter(|_| goes_on) {
            assert_eq!(record.previous, Some(record.index - 1));
            assert_eq!((last.kind, last.stream, last.state), (shown.kind, shown.stream, shown.state));
            last.bytes.extend(shown.bytes);
        } else {
            assert_eq!((record.previous, record.stream_position), (None, 0));
            len = mark.map_or(0, |mark| mark.len_bytes as usize);
            all.push(shown);
        }
        goes_on = mark.is_some_and(|mark| mark.goes_on);
        if !goes_on && mark.is_some() {
            assert_eq!(len, all.last().unwrap().bytes.len(), "{record:?}");
        }
    }
    assert!(!goes_on);
    all
}

fn tiny() -> Limits {
    Limits {
        span_records: 3,
        span_bytes: 40,
        spans: 5,
        starts_bytes: 1 << 20,
        chunk_records: 2,
        slice_bytes: 7,
        cache_bytes: 600,
        kinds_bytes: 200,
        open_streams: 32,
        publish_every: Duration::from_millis(1),
    }
}

fn start(journal: &Arc<Journal>, framing: &Framing, limits: Limits) -> Arc<Framed> {
    Arc::new(Framed::with_limits(Arc::clone(journal), framing.clone(), limits, Arc::new(|| {})).unwrap())
}
