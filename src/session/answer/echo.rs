//! Echo (RFC 862), as it is or in capitals: each read or datagram goes back without framing.
//!
//! A stream is never answered with a part of it missing: beyond the limit, or while the peer takes nothing, what it sends
//! is kept and goes back together. So two programs that echo each other go on at the limit's pace.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use super::{AnswerStatus, Clock, note, remote, send, target};
use crate::automation::answer::{Throttle, Verdict};
use crate::journal::{AnswerNote, Peer};
use crate::net::{Happening, Job, Line, Next, Outgoing};

/// With so much waiting in the line, a stream's bytes are kept here.
const FULL_BYTES: u64 = 1 << 20;
/// How much is kept of one stream, and of all.
const MAX_HELD_BYTES: usize = 16 << 20;
const MAX_ALL_HELD_BYTES: usize = 64 << 20;

pub(super) struct Echo {
    is_uppercase: bool,
    throttle: Throttle,
    per_second: u32,
    clock: Clock,
    held: BTreeMap<u32, Held>,
    held_bytes: usize,
    status: Arc<AnswerStatus>,
}

/// What waits to go back.
struct Held {
    peer: Peer,
    bytes: Vec<u8>,
    /// When the limit allows it.
    free_at: Instant,
    /// More came than is kept; said once.
    is_overfull: bool,
}

impl Echo {
    pub fn new(is_uppercase: bool, per_second: u32, status: Arc<AnswerStatus>) -> Self {
        Self {
            is_uppercase,
            throttle: Throttle::new(per_second),
            per_second,
            clock: Clock(Instant::now()),
            held: BTreeMap::new(),
            held_bytes: 0,
            status,
        }
    }

    fn received(&mut self, peer: Peer, bytes: &[u8], now: Instant, line: &mut dyn Line) {
        if let Some(held) = self.held.get_mut(&peer.stream).filter(|_| peer.stream != 0) {
            let room = (MAX_HELD_BYTES - held.bytes.len()).min(MAX_ALL_HELD_BYTES - self.held_bytes);
            if bytes.len() <= room && !held.is_overfull {
                held.bytes.extend_from_slice(bytes);
                self.held_bytes += bytes.len();
            } else {
                self.status.add_left_out();
                if !std::mem::replace(&mut held.is_overfull, true) {
                    let pending_bytes = held.bytes.len() as u64;
                    note(line, peer, AnswerNote::LeftOut { pending_bytes });
                }
            }
            return;
        }
        match self.throttle.ask(remote(peer), self.clock.since(now)) {
            Verdict::Allowed if peer.stream != 0 && line.pending_bytes(&target(peer)) >= FULL_BYTES => {
                self.hold(peer, bytes, now);
            }
            Verdict::Allowed => self.send(peer, bytes.to_vec(), line),
            Verdict::Over { is_first, free_at } if peer.stream != 0 => {
                self.hold(peer, bytes, self.clock.at(free_at));
                if is_first {
                    note(line, peer, AnswerNote::Slowed { per_second: self.per_second });
                }
            }
            Verdict::Over { is_first, .. } => {
                self.status.add_left_out();
                if is_first {
                    note(line, peer, AnswerNote::Limited { per_second: self.per_second });
                }
            }
        }
    }

    fn hold(&mut self, peer: Peer, bytes: &[u8], free_at: Instant) {
        self.held_bytes += bytes.len();
        self.held.insert(peer.stream, Held { peer, bytes: bytes.to_vec(), free_at, is_overfull: false });
    }

    fn send(&self, peer: Peer, mut bytes: Vec<u8>, line: &mut dyn Line) {
        if self.is_uppercase {
            bytes.make_ascii_uppercase();
        }
        if send(line, peer, Outgoing::new(target(peer), bytes)) {
            self.status.add_answered();
        }
    }

    /// Sends what may go now.
    fn release(&mut self, now: Instant, line: &mut dyn Line) {
        let ready = |held: &Held| held.free_at <= now && line.pending_bytes(&target(held.peer)) < FULL_BYTES;
        let ready: Vec<u32> = self.held.iter().filter(|(_, held)| ready(held)).map(|(stream, _)| *stream).collect();
        for stream in ready {
            let Some(held) = self.held.get_mut(&stream) else { continue };
            match self.throttle.ask(remote(held.peer), self.clock.since(now)) {
                Verdict::Over { free_at, .. } => held.free_at = self.clock.at(free_at),
                Verdict::Allowed => {
                    let Some(held) = self.held.remove(&stream) else { continue };
                    self.held_bytes -= held.bytes.len();
                    self.send(held.peer, held.bytes, line);
                }
            }
        }
    }
}

impl Job for Echo {
    fn happened(&mut self, what: Happening<'_>, now: Instant, line: &mut dyn Line) {
        match what {
            Happening::Received { peer, bytes, .. } => self.received(peer, bytes, now, line),
            Happening::Left(peer) => {
                self.throttle.forget(remote(peer));
                if let Some(held) = self.held.remove(&peer.stream) {
                    self.held_bytes -= held.bytes.len();
                }
            }
            Happening::Joined(_) | Happening::Finished(_) | Happening::Failed(_) => {}
        }
    }

    fn poll(&mut self, now: Instant, line: &mut dyn Line) -> Next {
        if !self.held.is_empty() {
            self.release(now, line);
        }
        // One that waits for its peer is asked again when the socket took something.
        let waiting = self.held.values().map(|held| held.free_at).filter(|free_at| *free_at > now);
        Next::Wait(waiting.min())
    }

    fn listens(&self) -> bool {
        true
    }
}
