//! A framing at work on a journal: which frames become complete with each of its records.

use std::collections::{HashMap, HashSet};

use crate::codec::framing::{Frame, Framer, Framing, MAX_HEAD_BYTES, Problem};
use crate::journal::tails::stream_key;
use crate::journal::{Event, Head, Kind, Peer};

/// One direction of one stream.
pub(super) type Key = (u32, Kind);

/// One record of the journal.
pub(super) struct Input<'a> {
    pub index: u64,
    pub head: Head,
    /// Low 32 bits of its place in its stream.
    pub position: u32,
    pub bytes: &'a [u8],
}

/// Where the bytes of a stream that were read so far end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trail {
    /// The last record.
    pub record: u64,
    /// The place in the stream behind it.
    pub end: u64,
}

/// A frame of a stream.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub frame: Frame,
    pub kind: Kind,
    pub peer: Peer,
    /// From where its bytes are looked for, backwards.
    pub trail: Trail,
}

/// What the view has of a record of the journal.
#[derive(Clone, Debug)]
pub(super) enum Cut {
    /// All of it, as it is.
    Whole,
    /// A frame that is complete with it.
    Frame(Found),
}

/// How far a stream is.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub framer: Framer,
    pub peer: Peer,
    pub trail: Trail,
    /// The time of the last record, in nanoseconds since 1970.
    pub time_ns: i64,
}

/// How a stream ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// With its last byte.
    Whole,
    /// Its next bytes were given up.
    Torn,
}

/// The streams that a part of the journal changes, as they were before it; `None` for those that begin in it.
pub(super) type Starts = Vec<(Key, Option<Box<Stream>>)>;

/// The state between two records.
pub(super) struct Cutter {
    framing: Framing,
    streams: HashMap<Key, Stream>,
    /// What was changed since [`Self::take_starts`]; `None` if nobody asks for it.
    changed: Option<(HashSet<Key>, Starts)>,
    last_changed: Option<Key>,
}

impl Cutter {
    /// At the beginning of a journal.
    pub fn new(framing: &Framing) -> Self {
        Self { framing: framing.clone(), streams: HashMap::new(), changed: None, last_changed: None }
    }

    /// The same, noting the streams that change.
    pub fn noting(framing: &Framing) -> Self {
        Self { changed: Some(Default::default()), ..Self::new(framing) }
    }

    /// Comes to a part of the journal: takes over the streams that it does not know.
    pub fn adopt(&mut self, starts: &[(Key, Option<Box<Stream>>)]) {
        for (key, stream) in starts {
            if let Some(stream) = stream {
                self.streams.entry(*key).or_insert_with(|| Stream::clone(stream));
            }
        }
    }

    /// The streams that changed since this was called last, as they were then.
    pub fn take_starts(&mut self) -> Starts {
        self.last_changed = None;
        self.changed
            .as_mut()
            .map(|(keys, starts)| {
                keys.clear();
                std::mem::take(starts)
            })
            .unwrap_or_default()
    }

    /// The streams that changed since [`Self::take_starts`], as they were then.
    pub fn starts(&self) -> &[(Key, Option<Box<Stream>>)] {
        self.changed.as_ref().map_or(&[], |(_, starts)| starts)
    }

    /// The streams that have not ended.
    pub fn streams(&self) -> impl Iterator<Item = (&Key, &Stream)> {
        self.streams.iter()
    }

    /// Takes the next record and hands out what the view has of it, in order.
    pub fn record(&mut self, input: &Input<'_>, mut found: impl FnMut(Cut)) {
        if let (Some(key), Some(peer)) = (stream_key(input.head.kind, input.head.peer.as_ref()), input.head.peer) {
            self.bytes(key, peer, input, &mut found);
            return;
        }
        if input.head.kind == Kind::Event && !self.streams.is_empty() {
            self.event(input, &mut found);
        }
        found(Cut::Whole);
    }

    fn bytes(&mut self, key: Key, peer: Peer, input: &Input<'_>, found: &mut impl FnMut(Cut)) {
        self.note(key);
        let mut bytes = input.bytes;
        if self.streams.get(&key).is_none_or(|stream| stream.framer.position() as u32 != input.position) {
            self.end(key, End::Torn, found); // what lies between was given up
            bytes = self.begin(key, peer, input, found);
        }
        let Some(stream) = self.streams.get_mut(&key) else { return };
        let trail = Trail { record: input.index, end: stream.framer.position() + bytes.len() as u64 };
        (stream.trail, stream.time_ns) = (trail, input.head.time.0);
        stream.framer.push(bytes, input.head.time.0, |frame| {
            found(Cut::Frame(Found { frame, kind: key.1, peer, trail }));
        });
    }

    /// A stream begins, or goes on after what was given up: then in the middle of a frame, if the framing can't tell.
    /// Returns the bytes from the first frame on.
    fn begin<'a>(&mut self, key: Key, peer: Peer, input: &Input<'a>, found: &mut impl FnMut(Cut)) -> &'a [u8] {
        let position = u64::from(input.position);
        let sure = if position == 0 { None } else { self.framing.sure_start(input.bytes, position) };
        let skipped = sure.unwrap_or(0);
        let trail = Trail { record: input.index, end: position + input.bytes.len() as u64 };
        if skipped > 0 {
            let range = position..position + skipped as u64;
            let frame = Frame { payload: range.clone(), range, problem: Some(Problem::Outside) };
            found(Cut::Frame(Found { frame, kind: key.1, peer, trail }));
        }
        let framer = Framer::starting_at(&self.framing, position + skipped as u64);
        self.streams.insert(key, Stream { framer, peer, trail, time_ns: input.head.time.0 });
        &input.bytes[skipped..]
    }

    /// Ends the streams of which an event says that they have ended.
    fn event(&mut self, input: &Input<'_>, found: &mut impl FnMut(Cut)) {
        let Ok(event) = serde_json::from_slice::<Event>(input.bytes) else { return };
        let (addr, received, sent) = match event {
            Event::PeerLeft { peer, .. } => (peer, true, true),
            Event::PeerFinished { peer } => (peer, true, false),
            Event::HalfClosed { peer } => (peer, false, true),
            _ => return,
        };
        // The events of a TCP client name their server by its address alone.
        let is_of = |peer: &Peer| match input.head.peer {
            Some(of) => peer.stream == of.stream,
            None => peer.is_server() && peer.addr == addr,
        };
        let mut ended: Vec<Key> = match input.head.peer {
            Some(peer) => vec![(peer.stream, Kind::Received), (peer.stream, Kind::Sent)],
            None => self.streams.iter().filter(|(_, stream)| is_of(&stream.peer)).map(|(key, _)| *key).collect(),
        };
        ended.retain(|key| if key.1 == Kind::Received { received } else { sent });
        ended.sort_by_key(|key| (key.0, key.1 as u8));
        for key in ended {
            self.end(key, End::Whole, found);
        }
    }

    fn end(&mut self, key: Key, end: End, found: &mut impl FnMut(Cut)) {
        if !self.streams.contains_key(&key) {
            return;
        }
        self.note(key);
        if let Some(Stream { framer, peer, trail, .. }) = self.streams.remove(&key) {
            framer.finish(|mut frame| {
                if end == End::Torn && frame.problem.is_none() {
                    (frame.payload, frame.problem) = (frame.range.clone(), Some(Problem::Unfinished));
                }
                found(Cut::Frame(Found { frame, kind: key.1, peer, trail }));
            });
        }
    }

    fn note(&mut self, key: Key) {
        if self.last_changed == Some(key) {
            return;
        }
        self.last_changed = Some(key);
        if let Some((keys, starts)) = &mut self.changed
            && keys.insert(key)
        {
            starts.push((key, self.streams.get(&key).map(|stream| Box::new(stream.clone()))));
        }
    }
}

/// How much memory a noted stream takes, about.
pub(super) fn start_bytes((_, stream): &(Key, Option<Box<Stream>>)) -> usize {
    let framer = stream.as_ref().map_or(0, |stream| {
        let pending = stream.framer.pending();
        // At most a head that is not complete.
        size_of::<Stream>() + ((pending.end - pending.start) as usize).min(MAX_HEAD_BYTES)
    });
    size_of::<(Key, Option<Box<Stream>>)>() + framer
}
