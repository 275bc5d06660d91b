//! Everything that went over, both ways, for a log that shows it.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use crate::journal::{Batch, Event, Head, Kind, Peer, Recorder, Timestamp};

/// The log of one transfer, from when somebody wants to see it.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<OnceLock<Arc<Recorder>>>);

impl Log {
    pub fn new(recorder: Option<Arc<Recorder>>) -> Self {
        let log = Self::default();
        if let Some(recorder) = recorder {
            log.begin(recorder);
        }
        log
    }

    /// From now on it is noted there. The first log is kept.
    pub fn begin(&self, recorder: Arc<Recorder>) {
        let _ = self.0.set(recorder);
    }
}

/// Where it is noted, if somebody wants to see it.
pub(super) struct Trace {
    log: Log,
    batch: Batch,
}

impl Trace {
    pub fn new(log: Log) -> Self {
        Self { log, batch: Batch::default() }
    }

    /// A datagram was received.
    pub fn received(&mut self, from: SocketAddr, bytes: &[u8]) {
        self.note(Kind::Received, Peer::datagram(from), bytes);
    }

    /// A datagram was sent.
    pub fn sent(&mut self, to: SocketAddr, bytes: &[u8]) {
        self.note(Kind::Sent, Peer::datagram(to), bytes);
    }

    /// Bytes came from a peer, or went there.
    pub fn note(&mut self, kind: Kind, peer: Peer, bytes: &[u8]) {
        if self.log.0.get().is_some() {
            let head = Head { time: Timestamp::now(), kind, peer: Some(peer), charset: None };
            self.batch.push(head, bytes);
        }
    }

    /// Something happened besides bytes.
    pub fn event(&mut self, peer: Option<Peer>, event: &Event) {
        if self.log.0.get().is_some() {
            self.batch.push_event(Timestamp::now(), peer, event);
        }
    }

    /// Gives what was noted to the log.
    pub fn flush(&mut self) {
        if let Some(recorder) = self.log.0.get() {
            recorder.append(&mut self.batch);
        }
    }
}
