//! Every packet both ways, for a log that shows them.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use crate::journal::{Batch, Head, Kind, Peer, Recorder, Timestamp};

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

    /// From now on packets are noted there. The first log is kept.
    pub fn begin(&self, recorder: Arc<Recorder>) {
        let _ = self.0.set(recorder);
    }
}

/// Where packets are noted, if somebody wants to see them.
pub(super) struct Trace {
    log: Log,
    batch: Batch,
}

impl Trace {
    pub fn new(log: Log) -> Self {
        Self { log, batch: Batch::default() }
    }

    /// A packet was received.
    pub fn received(&mut self, from: SocketAddr, bytes: &[u8]) {
        self.note(Kind::Received, from, bytes);
    }

    /// A packet was sent.
    pub fn sent(&mut self, to: SocketAddr, bytes: &[u8]) {
        self.note(Kind::Sent, to, bytes);
    }

    fn note(&mut self, kind: Kind, peer: SocketAddr, bytes: &[u8]) {
        if self.log.0.get().is_some() {
            let head = Head { time: Timestamp::now(), kind, peer: Some(Peer::datagram(peer)), charset: None };
            self.batch.push(head, bytes);
        }
    }

    /// Gives what was noted to the log.
    pub fn flush(&mut self) {
        if let Some(recorder) = self.log.0.get() {
            recorder.append(&mut self.batch);
        }
    }
}
