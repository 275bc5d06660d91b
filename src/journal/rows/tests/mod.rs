//! Rows of a journal that is made up: any records, any of them lost or not there yet.
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod decoding;
mod laying;
mod loading;
mod scale;
mod streams;
mod walking;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use jiff::tz::TimeZone;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::source::{Extent, Source};
use super::{Anchor, EventText, Layouter, Mode, Row, View, Words};
use crate::codec::Charset;
use crate::codec::dump::DumpWidth;
use crate::journal::fetched::Payload;
use crate::journal::{Event, Fetch, Head, Kind, KindMask, Peer, Record, Seek, Timestamp, segment};

/// So many random cases, or as many as `PROPTEST_CASES` says.
fn cases(count: u32) -> ProptestConfig {
    let config = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { count };
    ProptestConfig { cases, max_global_rejects: cases.max(1024), failure_persistence: None, ..config }
}

/// One record that is made up.
#[derive(Clone, Debug)]
struct Made {
    kind: Kind,
    peer: Option<Peer>,
    charset: Option<Charset>,
    bytes: Vec<u8>,
}

impl Made {
    fn received(peer: impl Into<Option<Peer>>, bytes: &[u8]) -> Self {
        Self { kind: Kind::Received, peer: peer.into(), charset: None, bytes: bytes.to_vec() }
    }

    fn sent(peer: impl Into<Option<Peer>>, charset: Option<Charset>, bytes: &[u8]) -> Self {
        Self { kind: Kind::Sent, peer: peer.into(), charset, bytes: bytes.to_vec() }
    }

    fn event(event: &Event) -> Self {
        Self { kind: Kind::Event, peer: None, charset: None, bytes: serde_json::to_vec(event).unwrap() }
    }

    fn stream(&self) -> Option<(u32, Kind)> {
        self.peer.filter(|peer| peer.stream != 0 && self.kind != Kind::Event).map(|peer| (peer.stream, self.kind))
    }
}

fn stream(number: u32) -> Peer {
    Peer::client(SocketAddr::from(([127, 0, 0, 1], 9000)), number)
}

fn datagram(port: u16) -> Peer {
    Peer::datagram(SocketAddr::from(([127, 0, 0, 1], port)))
}

/// A journal that is made up.
#[derive(Debug, Default)]
struct Fake {
    records: Vec<Made>,
    /// The record before, and the position in the stream.
    places: Vec<(Option<u64>, u32)>,
    last: HashSet<u64>,
    lost: u64,
    /// Being read from the disk. Asking makes them come.
    loading: Mutex<HashSet<u64>>,
    asked: Mutex<HashSet<u64>>,
}

impl Fake {
    fn new(records: Vec<Made>) -> Self {
        let mut ends: HashMap<(u32, Kind), (u64, u32)> = HashMap::new();
        let mut places = Vec::new();
        for (index, made) in (0..).zip(&records) {
            let before = made.stream().and_then(|key| {
                let start = ends.get(&key).map_or(0, |end| end.1);
                ends.insert(key, (index, start + made.bytes.len() as u32)).map(|end| (Some(end.0), end.1))
            });
            places.push(before.unwrap_or_default());
        }
        let last = ends.values().map(|end| end.0).collect();
        Self { records, places, last, ..Self::default() }
    }

    fn lost(self, lost: u64) -> Self {
        Self { lost, ..self }
    }

    /// What was asked for while it was loading is there now.
    fn load(&self) -> bool {
        let asked: Vec<u64> = self.asked.lock().unwrap().drain().collect();
        self.loading.lock().unwrap().retain(|index| !asked.contains(index));
        !asked.is_empty()
    }

    fn record(&self, index: u64) -> Record {
        let made = &self.records[index as usize];
        let (previous, position) = self.places[index as usize];
        let time = Timestamp(1_721_636_444_923_000_000 + index.cast_signed() * 1_000_000);
        let head = Head { time, kind: made.kind, peer: made.peer, charset: made.charset };
        let view = segment::View { head, range: 0..made.bytes.len(), previous, position };
        let alone = made.stream().is_none();
        Record::new(
            Payload::Copied(made.bytes.clone().into()),
            index,
            &view,
            self.lost,
            alone || self.last.contains(&index),
        )
    }

    fn shows(&self, index: u64, mask: KindMask) -> bool {
        index >= self.lost && mask.contains(self.records[index as usize].kind)
    }
}

impl Source for Fake {
    fn get(&self, index: u64) -> Fetch {
        if index < self.lost {
            return Fetch::Lost;
        }
        if index >= self.records.len() as u64 {
            return Fetch::OutOfRange;
        }
        if self.loading.lock().unwrap().contains(&index) {
            self.asked.lock().unwrap().insert(index);
            return Fetch::Loading;
        }
        Fetch::Ready(self.record(index))
    }

    fn next_visible(&self, index: u64, mask: KindMask) -> Seek {
        (index..self.records.len() as u64).find(|&i| self.shows(i, mask)).map_or(Seek::None, Seek::Found)
    }

    fn previous_visible(&self, index: u64, mask: KindMask) -> Seek {
        let Some(last) = self.records.len().checked_sub(1) else { return Seek::None };
        (self.lost..=index.min(last as u64)).rev().find(|&i| self.shows(i, mask)).map_or(Seek::None, Seek::Found)
    }

    fn extent(&self) -> Extent {
        Extent {
            records: self.records.len() as u64,
            lost_records: self.lost,
            lost: self.lost,
            lost_bytes: self.byte_offset(self.lost),
            revision: self.records.len() as u64,
        }
    }

    fn byte_offset(&self, index: u64) -> u64 {
        self.records.iter().take(index as usize).map(|made| made.bytes.len() as u64).sum()
    }
}

fn event_text() -> EventText {
    Arc::new(|event: &Event, _: Option<&Peer>| match event {
        Event::GivenUp { records, bytes } => format!("gave up {records} records, {bytes} bytes"),
        Event::Failed(failure) => failure.to_string(),
        other => format!("{other:?}"),
    })
}

/// Events in words, and datagrams that begin with a letter or a digit decoded.
fn words() -> Words {
    let decoder = |_: &Head, bytes: &[u8]| {
        let known = bytes.first().is_some_and(u8::is_ascii_alphanumeric);
        known.then(|| format!("means {}\n{}", bytes.len(), String::from_utf8_lossy(bytes)))
    };
    Words { decoder: Some(Arc::new(decoder)), ..Words::from(event_text()) }
}

fn layouter(source: Fake, view: View) -> Layouter {
    Layouter::new(Arc::new(source), view, words()).with_zone(TimeZone::UTC)
}

fn all_rows(layouter: &mut Layouter) -> Vec<Row> {
    layouter.rows(Anchor::default(), usize::MAX)
}

fn texts(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.text.as_str()).collect()
}

fn plain() -> View {
    View { log_mode: false, auto_linefeed: false, ..View::default() }
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let tricky = select(b"\r\n\t\0aZ09 \xE4\xBD\xA0\xC4\xE3\x81\x30\xFF\x80".as_slice());
    prop_oneof![
        8 => vec(prop_oneof![tricky, any::<u8>()], 0..40),
        1 => vec(any::<u8>(), 2000..2200),
        1 => Just(Vec::new()),
    ]
}

fn any_record() -> impl Strategy<Value = Made> {
    let peer =
        prop_oneof![Just(None), select(vec![datagram(1), datagram(2), stream(1), stream(1), stream(2)]).prop_map(Some)];
    let charset = select(vec![None, None, Some(Charset::Utf8), Some(Charset::Gbk), Some(Charset::Utf16Le)]);
    prop_oneof![
        6 => (peer.clone(), any_bytes()).prop_map(|(peer, bytes)| Made::received(peer, &bytes)),
        3 => (peer, charset, any_bytes()).prop_map(|(peer, charset, bytes)| Made::sent(peer, charset, &bytes)),
        1 => select(vec![Event::Closed, Event::KernelDropped { datagrams: 7 }]).prop_map(|event| Made::event(&event)),
    ]
}

fn any_view() -> impl Strategy<Value = View> {
    let mode = select(vec![
        Mode::Text,
        Mode::Text,
        Mode::Hex,
        Mode::Dump { width: DumpWidth::Eight },
        Mode::Dump { width: DumpWidth::ThirtyTwo },
    ]);
    let columns = select(vec![0, 1, 2, 16, 80, u32::MAX]);
    (mode, any::<[bool; 4]>(), select(&Charset::ALL[..]), columns).prop_map(|(mode, switches, charset, columns)| {
        let [log_mode, auto_linefeed, hide_received, decode] = switches;
        View { mode, log_mode, auto_linefeed, hide_received: hide_received && log_mode, decode, charset, columns }
    })
}

fn any_journal() -> impl Strategy<Value = Fake> {
    let lost = prop_oneof![3 => Just(0.0), 1 => 0.0..1.0];
    (vec(any_record(), 0..24), lost).prop_map(|(records, share)| {
        let lost = (records.len() as f64 * share) as u64;
        Fake::new(records).lost(lost)
    })
}
