//! What is one packet: a datagram, or a frame of a stream.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::codec::framing::{Assembler, Framing};
use crate::journal::{Peer, Timestamp};

/// How many bytes of unfinished frames are kept, of all streams together.
const MAX_PENDING_BYTES: u64 = 64 << 20;

/// Cuts the streams of all peers into packets.
#[derive(Debug)]
pub(super) struct Packets {
    framing: Framing,
    streams: HashMap<u32, Stream>,
    pending_bytes: u64,
}

#[derive(Debug)]
struct Stream {
    peer: Peer,
    assembler: Assembler,
    /// When a pause ends the frame that waits.
    idle_at: Option<Instant>,
    /// It had more unfinished bytes than can be kept, so where its frames begin is not known any more.
    is_lost: bool,
}

/// What a read of a peer gave was too much to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLong {
    pub bytes: u64,
}

impl Packets {
    pub fn new(framing: &Framing) -> Self {
        Self { framing: framing.clone(), streams: HashMap::new(), pending_bytes: 0 }
    }

    /// Takes what one read gave.
    pub fn received(
        &mut self,
        peer: Peer,
        bytes: &[u8],
        time: Timestamp,
        now: Instant,
        mut found: impl FnMut(&[u8]),
    ) -> Result<(), TooLong> {
        if peer.stream == 0 || self.framing == Framing::AsRead {
            found(bytes);
            return Ok(());
        }
        let stream = self.streams.entry(peer.stream).or_insert_with(|| Stream {
            peer,
            assembler: Assembler::new(&self.framing),
            idle_at: None,
            is_lost: false,
        });
        if stream.is_lost {
            return Ok(());
        }
        let before = stream.pending_bytes();
        let framing = &self.framing;
        stream.assembler.push(bytes, time.0, |frame, bytes| {
            if frame.problem.is_none() {
                found(&framing.payload(&frame, bytes));
            }
        });
        stream.idle_at = stream.assembler.idle_after_ms().map(|ms| now + Duration::from_millis(u64::from(ms)));
        let pending = stream.pending_bytes();
        self.pending_bytes = self.pending_bytes - before + pending;
        if self.pending_bytes <= MAX_PENDING_BYTES || pending <= bytes.len() as u64 {
            return Ok(());
        }
        self.pending_bytes -= pending;
        *stream = Stream { peer, assembler: Assembler::new(&self.framing), idle_at: None, is_lost: true };
        Err(TooLong { bytes: pending })
    }

    /// Nothing more comes from this peer; what that completes.
    pub fn finish(&mut self, peer: Peer, mut found: impl FnMut(&[u8])) {
        let Some(stream) = self.streams.remove(&peer.stream) else { return };
        self.pending_bytes -= stream.pending_bytes();
        let framing = &self.framing;
        stream.assembler.finish(|frame, bytes| {
            if frame.problem.is_none() {
                found(&framing.payload(&frame, bytes));
            }
        });
    }

    /// When a pause ends a frame.
    pub fn deadline(&self) -> Option<Instant> {
        self.streams.values().filter_map(|stream| stream.idle_at).min()
    }

    /// What pauses have completed.
    pub fn expire(&mut self, now: Instant, mut found: impl FnMut(Peer, &[u8])) {
        let framing = &self.framing;
        for stream in self.streams.values_mut().filter(|stream| stream.idle_at.is_some_and(|at| at <= now)) {
            let before = stream.pending_bytes();
            let peer = stream.peer;
            stream.idle_at = None;
            stream.assembler.idle(|frame, bytes| {
                if frame.problem.is_none() {
                    found(peer, &framing.payload(&frame, bytes));
                }
            });
            self.pending_bytes = self.pending_bytes - before + stream.pending_bytes();
        }
    }
}

impl Stream {
    fn pending_bytes(&self) -> u64 {
        let pending = self.assembler.pending();
        pending.end - pending.start
    }
}
