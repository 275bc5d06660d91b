//! What a wake-up has to tell the journal and the counters, written in one go.

use std::io::{self, Read};
use std::net::TcpStream;
use std::time::Duration;

use crate::codec::Charset;
use crate::journal::{Batch, Event, Failure, Head, Kind, Peer, Timestamp};
use crate::net::context::Context;
use crate::net::jobs::News;

/// The most that one read takes.
const READ_BYTES: usize = 64 << 10;
/// Records that are gathered before the journal's lock is taken, in bytes,
const BATCH_BYTES: usize = 1 << 20;
/// and in number.
const BATCH_RECORDS: usize = 8192;

/// Gathers records in the order in which they happen.
pub(super) struct Ledger<'a> {
    context: &'a Context,
    batch: Batch,
    buffer: Vec<u8>,
    received: (u64, u64),
    sent: (u64, u64),
    /// For the jobs.
    pub news: News,
}

impl<'a> Ledger<'a> {
    pub fn new(context: &'a Context) -> Self {
        let (batch, buffer, news) = (Batch::default(), vec![0; READ_BYTES], News::default());
        Self { context, batch, buffer, received: (0, 0), sent: (0, 0), news }
    }

    /// Reads once: one read, one record. Returns how many bytes, 0 at the peer's FIN; `None` while the disk does not keep
    /// up: then the bytes stay in the socket, and TCP slows the peer down.
    pub fn receive(&mut self, peer: Peer, mut stream: &TcpStream) -> io::Result<Option<usize>> {
        if !self.context.recorder.has_room() {
            return Ok(None);
        }
        let len = stream.read(&mut self.buffer)?;
        let time = Timestamp::now();
        if len > 0 {
            let head = Head { time, kind: Kind::Received, peer: Some(peer), charset: None };
            self.batch.push(head, &self.buffer[..len]);
            self.news.received(peer, time, &self.buffer[..len]);
            self.received.0 += 1;
            self.received.1 += len as u64;
            self.flush_if_large();
        }
        Ok(Some(len))
    }

    /// Waits until the disk keeps up again, so long at most; whether it does.
    pub fn wait_for_room(&self, patience: Duration) -> bool {
        self.context.recorder.wait_for_room(patience)
    }

    /// Bytes that the socket took; `first` when they are the first ones of a send.
    pub fn sent(&mut self, peer: Peer, time: Timestamp, charset: Option<Charset>, bytes: &[u8], first: bool) {
        self.batch.push(Head { time, kind: Kind::Sent, peer: Some(peer), charset }, bytes);
        self.count_sent(bytes.len(), first);
        self.flush_if_large();
    }

    /// The same for bytes that are not written to the journal.
    pub fn count_sent(&mut self, len: usize, first: bool) {
        self.sent.0 += u64::from(first);
        self.sent.1 += len as u64;
    }

    /// An event, now.
    pub fn event(&mut self, peer: Option<Peer>, event: &Event) {
        self.batch.push_event(Timestamp::now(), peer, event);
        self.flush_if_large();
    }

    /// A failure that does not end the link, in its place among the records and in the status.
    pub fn report(&mut self, peer: Option<Peer>, failure: Failure) {
        self.flush();
        self.context.report(peer, failure);
    }

    fn flush_if_large(&mut self) {
        if self.batch.len_bytes() >= BATCH_BYTES || self.batch.len() >= BATCH_RECORDS {
            self.flush();
        }
    }

    /// Hands everything over. May wait for the disk: that is the backpressure which the peers feel.
    pub fn flush(&mut self) {
        self.context.recorder.append(&mut self.batch);
        let (packets, bytes) = std::mem::take(&mut self.received);
        if packets > 0 {
            self.context.counters.received(packets, bytes);
        }
        let (packets, bytes) = std::mem::take(&mut self.sent);
        if bytes > 0 {
            self.context.counters.sent(packets, bytes);
        }
    }
}
