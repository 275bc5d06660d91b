//! Work that a link does by itself, on its worker's thread: cyclic sends, files, sequences, answers.
//!
//! A [`Job`] never waits. The worker tells it what happened, asks it at each turn whether there is something to do, and
//! sleeps no longer than it says. It acts through a [`Line`], with the same means as the person.

use std::net::SocketAddr;
use std::time::Instant;

use super::command::{Outgoing, Target};
use crate::journal::{Event, Failure, Peer, Timestamp, Wake};

/// Work on a link's own thread.
pub trait Job: Send {
    /// Something happened. It may act at once.
    fn happened(&mut self, what: Happening<'_>, now: Instant, line: &mut dyn Line);

    /// Does what is due; called at each turn of the worker, so also when the socket took something that waited.
    fn poll(&mut self, now: Instant, line: &mut dyn Line) -> Next;

    /// Whether [`Happening::Received`] is for it. One that only sends spares the worker the calls.
    fn listens(&self) -> bool {
        false
    }

    /// It is over before its time: stopped by the person, replaced in its slot, or the link closes. For last words in
    /// the journal; it is dropped then.
    fn stopped(&mut self, _line: &mut dyn Line) {}
}

/// What happened on a link.
#[derive(Clone, Copy, Debug)]
pub enum Happening<'a> {
    /// What one read gave: a datagram, or a piece of a stream.
    Received {
        /// From whom.
        peer: Peer,
        /// What.
        bytes: &'a [u8],
        /// When recv returned.
        time: Timestamp,
    },
    /// A connection began: of a client of a server, or ours to the server.
    Joined(Peer),
    /// The peer closed its sending side (FIN): nothing more comes from it. What is sent to it may still arrive; where it
    /// can't, [`Left`](Self::Left) follows at once.
    Finished(Peer),
    /// A connection ended.
    Left(Peer),
    /// A send of this job failed after the line had taken it: a name was not found, the socket refused it. It is in the
    /// journal already.
    Failed(&'a Failure),
}

/// When a job wants to be asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// At this time at the latest; `None`: only when something happened.
    Wait(Option<Instant>),
    /// Never: it is over, and dropped.
    Done,
}

/// What a job can do with its link.
pub trait Line {
    /// Sends, or lets it wait for the socket; or refuses, and nothing of it goes out.
    fn send(&mut self, outgoing: Outgoing) -> Result<(), Failure>;

    /// Bytes that wait for this target; for several peers the most that wait for one of them. On a UDP socket
    /// everything that waits, and at least 1 for each datagram.
    fn pending_bytes(&self, target: &Target) -> u64;

    /// Takes back what this job has handed over and no socket took yet, also the rest of a send that was begun.
    /// Returns the bytes; for several peers the most that one of them will not get.
    fn withdraw(&mut self) -> u64;

    /// Everyone who is connected: a server's clients, a client's server; nobody for UDP.
    fn peers(&self) -> Vec<Peer>;

    /// Our address.
    fn local(&self) -> Option<SocketAddr>;

    /// Ends a connection as soon as the socket took what waits for it; a peer that takes nothing for 2 s is given up.
    fn disconnect(&mut self, peer: Peer);

    /// Writes an event into the journal.
    fn event(&mut self, peer: Option<Peer>, event: &Event);

    /// Shows a failure in the journal and in the status.
    fn report(&mut self, peer: Option<Peer>, failure: Failure);

    /// Makes the worker ask its jobs again soon; for another thread that prepares something for them.
    fn waker(&self) -> Wake;
}

/// Which of its jobs: a link has at most one of each kind, and a new one replaces the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobSlot {
    /// The cyclic send, the lines, or the file.
    Sending,
    /// The sequence of quick commands.
    Sequence,
    /// Automatic answers.
    Answering,
}

impl JobSlot {
    /// All of them, in the order in which they are asked.
    pub const ALL: [Self; 3] = [Self::Sending, Self::Sequence, Self::Answering];
}

/// A set of slots: those whose job runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobSlots(u8);

impl JobSlots {
    /// Whether the job of this slot runs.
    pub fn contains(self, slot: JobSlot) -> bool {
        self.0 & (1 << slot as u8) != 0
    }

    /// Whether none runs.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn insert(&mut self, slot: JobSlot) {
        self.0 |= 1 << slot as u8;
    }
}
