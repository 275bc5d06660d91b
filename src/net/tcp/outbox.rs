//! What waits to be sent on a connection.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use crate::codec::Charset;
use crate::journal::Cause;
use crate::net::command::Outgoing;
use crate::net::job::JobSlot;

/// How much may wait for one connection.
pub(super) const MAX_PENDING: u64 = 64 << 20;
/// How much may wait for all connections of a server together, bytes for many counted once.
pub(super) const MAX_HELD: u64 = 256 << 20;
/// What a piece costs besides its bytes, so that a million empty lines are bounded too.
const PIECE_OVERHEAD: u64 = 64;

/// The bytes of one send, shared by the connections that still have to take them.
pub(super) struct Payload {
    pub bytes: Arc<[u8]>,
    pub charset: Option<Charset>,
    /// Whether it is written to the journal.
    pub log: bool,
    /// The job that sends it, if it is one.
    sender: Option<JobSlot>,
    held: Held,
}

impl Drop for Payload {
    fn drop(&mut self) {
        self.held.0.set(self.held.0.get() - self.cost());
    }
}

impl Payload {
    fn cost(&self) -> u64 {
        self.bytes.len() as u64 + PIECE_OVERHEAD
    }
}

/// Bytes that wait in all outboxes of a link, each send counted once however many connections share it.
#[derive(Clone, Default)]
pub(super) struct Held(Rc<Cell<u64>>);

impl Held {
    /// Takes a send in, or says why there is no room for it.
    pub fn hold(&self, outgoing: Outgoing, sender: Option<JobSlot>) -> Result<Rc<Payload>, Cause> {
        let Outgoing { payload: bytes, charset, log, .. } = outgoing;
        let len = bytes.len() as u64;
        if len > MAX_PENDING {
            return Err(Cause::TooLarge { len, max: MAX_PENDING });
        }
        let held = self.0.get();
        if held + len > MAX_HELD {
            return Err(Cause::QueueFull { pending: held });
        }
        let payload = Payload { bytes, charset, log, sender, held: self.clone() };
        self.0.set(held + payload.cost());
        Ok(Rc::new(payload))
    }
}

/// Sends in their order, the first perhaps partly done.
#[derive(Default)]
pub(super) struct Outbox {
    pieces: VecDeque<Rc<Payload>>,
    /// How much of the first was taken.
    offset: usize,
    pending: u64,
}

impl Outbox {
    /// Bytes that wait.
    pub fn pending(&self) -> u64 {
        self.pending
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Adds a send, whole or not at all.
    pub fn push(&mut self, payload: Rc<Payload>) -> Result<(), Cause> {
        let overhead = self.pieces.len() as u64 * PIECE_OVERHEAD;
        if self.pending + overhead + payload.bytes.len() as u64 > MAX_PENDING {
            return Err(Cause::QueueFull { pending: self.pending });
        }
        if !payload.bytes.is_empty() {
            self.pending += payload.bytes.len() as u64;
            self.pieces.push_back(payload);
        }
        Ok(())
    }

    /// Takes out what a job has sent and was not begun; with `begun` also the rest of what was. Returns the bytes.
    pub fn forget(&mut self, sender: JobSlot, begun: bool) -> u64 {
        let before = self.pending;
        let (mut first, offset) = (true, self.offset);
        let (mut pending, mut kept_first) = (0, false);
        self.pieces.retain(|payload| {
            let taken = if std::mem::take(&mut first) { offset } else { 0 };
            let kept = payload.sender != Some(sender) || (taken > 0 && !begun);
            if kept {
                pending += (payload.bytes.len() - taken) as u64;
                kept_first |= taken > 0;
            }
            kept
        });
        if !kept_first {
            self.offset = 0;
        }
        self.pending = pending;
        before - pending
    }

    /// The first send and how much of it was taken already.
    pub fn front(&self) -> Option<(Rc<Payload>, usize)> {
        self.pieces.front().map(|payload| (Rc::clone(payload), self.offset))
    }

    /// `taken` more bytes of the first send were taken.
    pub fn advance(&mut self, taken: usize) {
        self.offset += taken;
        self.pending -= taken as u64;
        if self.pieces.front().is_some_and(|payload| self.offset >= payload.bytes.len()) {
            self.pieces.pop_front();
            self.offset = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose
    use super::*;

    fn bytes(len: usize) -> Outgoing {
        Outgoing::new(crate::net::Target::Server, vec![7; len])
    }

    #[test]
    fn a_job_takes_back_what_it_sent_and_nothing_else() {
        let held = Held::default();
        let mut outbox = Outbox::default();
        let (cycle, answers) = (Some(JobSlot::Sending), Some(JobSlot::Answering));
        for (len, sender) in [(10, cycle), (20, answers), (30, cycle), (40, None)] {
            outbox.push(held.hold(bytes(len), sender).unwrap()).unwrap();
        }
        outbox.advance(4);
        assert_eq!(outbox.forget(JobSlot::Sending, false), 30, "the first one is begun");
        assert_eq!((outbox.pending(), outbox.front().unwrap().1), (66, 4));
        assert_eq!(outbox.forget(JobSlot::Sending, true), 6);
        assert_eq!((outbox.pending(), outbox.front().unwrap().1), (60, 0));
        assert_eq!(outbox.forget(JobSlot::Sending, true), 0);
        outbox.advance(5);
        assert_eq!(outbox.forget(JobSlot::Answering, false), 0);
        assert_eq!(outbox.forget(JobSlot::Answering, true), 15);
        outbox.advance(40);
        assert!(outbox.is_empty());
    }

    #[test]
    fn counts_what_is_shared_once_and_gives_it_back() {
        let held = Held::default();
        let mut outboxes = [(); 3].map(|()| Outbox::default());
        let payload = held.hold(bytes(100), None).unwrap();
        for outbox in &mut outboxes {
            outbox.push(Rc::clone(&payload)).unwrap();
        }
        drop(payload);
        assert_eq!(held.0.get(), 100 + PIECE_OVERHEAD);
        for outbox in &mut outboxes {
            outbox.advance(60);
            assert_eq!((outbox.pending(), outbox.front().unwrap().1), (40, 60));
            outbox.advance(40);
            assert!(outbox.is_empty() && outbox.pending() == 0);
        }
        assert_eq!(held.0.get(), 0);
    }

    #[test]
    fn is_bounded_in_bytes_and_in_pieces() {
        let held = Held::default();
        assert!(matches!(held.hold(bytes(MAX_PENDING as usize + 1), None), Err(Cause::TooLarge { .. })));
        let mut outbox = Outbox::default();
        let large = held.hold(bytes(MAX_PENDING as usize), None).unwrap();
        outbox.push(Rc::clone(&large)).unwrap();
        let small = held.hold(bytes(1), None).unwrap();
        assert_eq!(outbox.push(small), Err(Cause::QueueFull { pending: MAX_PENDING }));
        assert_eq!(outbox.pending(), MAX_PENDING, "nothing of it was queued");

        let mut lines = Outbox::default();
        let line = held.hold(bytes(1), None).unwrap();
        let most = (0..u64::MAX).find(|_| lines.push(Rc::clone(&line)).is_err()).unwrap();
        assert!(most <= MAX_PENDING / PIECE_OVERHEAD, "{most} pieces");
    }

    #[test]
    fn all_connections_together_are_bounded() {
        let held = Held::default();
        let all: Vec<_> = (0..3).map(|_| held.hold(bytes(MAX_PENDING as usize), None).unwrap()).collect();
        assert!(matches!(held.hold(bytes(MAX_PENDING as usize), None), Err(Cause::QueueFull { .. })));
        drop(all);
        assert!(held.hold(bytes(MAX_PENDING as usize), None).is_ok());
    }

    #[test]
    fn an_empty_send_is_nothing() {
        let mut outbox = Outbox::default();
        outbox.push(Held::default().hold(bytes(0), None).unwrap()).unwrap();
        assert!(outbox.is_empty());
    }
}
