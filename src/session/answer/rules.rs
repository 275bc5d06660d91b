//! Rules on a link.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Zoned;

use super::packets::Packets;
use super::{AnswerStatus, Clock, note, peer, remote, target};
use crate::automation::answer::{Action, Remote, Responder, Rules, To, World};
use crate::codec::Charset;
use crate::codec::framing::Framing;
use crate::codec::template::{Lookup, Random};
use crate::journal::{AnswerNote, Peer};
use crate::net::{Happening, Job, Line, Next, Outgoing, Target};

/// Senders of datagrams that count as others: so many, and for so long after they were heard.
const MAX_SENDERS: usize = 256;
const SILENCE: Duration = Duration::from_mins(5);
/// So many peers are remembered to whom sending failed, which is said once.
const MAX_FAILED: usize = 1024;

pub(super) struct Answers {
    packets: Packets,
    work: Work,
}

/// What a packet is given to.
struct Work {
    responder: Responder,
    per_second: u32,
    clock: Clock,
    random: Random,
    lookup: Box<dyn Lookup + Send>,
    senders: BTreeMap<SocketAddr, Instant>,
    failed: BTreeSet<Remote>,
    status: Arc<AnswerStatus>,
    left_out: u64,
}

impl Answers {
    pub fn new(
        rules: Rules,
        lookup: Box<dyn Lookup + Send>,
        framing: &Framing,
        per_second: u32,
        status: Arc<AnswerStatus>,
    ) -> Self {
        let work = Work {
            responder: Responder::new(rules, per_second),
            per_second,
            clock: Clock(Instant::now()),
            random: Random::seeded(RandomState::new().build_hasher().finish()),
            lookup,
            senders: BTreeMap::new(),
            failed: BTreeSet::new(),
            status,
            left_out: 0,
        };
        Self { packets: Packets::new(framing), work }
    }
}

impl Work {
    fn packet(&mut self, from: Peer, packet: &[u8], now: Instant) {
        let time = self.clock.since(now);
        let mut world = World { now: &Zoned::now(), random: &mut self.random, lookup: &mut *self.lookup };
        self.responder.handle_packet(remote(from), packet, time, &mut world);
    }

    fn joined(&mut self, who: Peer, now: Instant) {
        let time = self.clock.since(now);
        let mut world = World { now: &Zoned::now(), random: &mut self.random, lookup: &mut *self.lookup };
        self.responder.handle_joined(remote(who), time, &mut world);
    }

    /// Remembers who sends datagrams; the one that was heard longest ago makes room for a new one.
    fn heard(&mut self, from: SocketAddr, now: Instant) {
        if self.senders.len() >= MAX_SENDERS && !self.senders.contains_key(&from) {
            let oldest = self.senders.iter().min_by_key(|(_, heard)| **heard).map(|(sender, _)| *sender);
            if let Some(oldest) = oldest {
                self.senders.remove(&oldest);
            }
        }
        self.senders.insert(from, now);
    }

    fn act(&mut self, now: Instant, line: &mut dyn Line) {
        // First the counters: whoever sees what was done finds them right.
        self.status.set_hits(self.responder.hits());
        while self.left_out < self.responder.limited() {
            self.left_out += 1;
            self.status.add_left_out();
        }
        while let Some(action) = self.responder.poll_action() {
            match action {
                Action::Send { to, origin, bytes, charset, .. } => self.send(to, origin, &bytes, charset, now, line),
                Action::Disconnect { peer: gone, .. } if gone.stream != 0 => line.disconnect(peer(gone)),
                // There is nothing to disconnect: it counts as an other no more.
                Action::Disconnect { peer: gone, .. } => drop(self.senders.remove(&gone.addr)),
                Action::Mark { rule, peer: about, beep } => {
                    let (name, number) = (self.responder.rules().name(rule).to_owned(), rule as u64 + 1);
                    if beep {
                        self.status.add_beep();
                        note(line, peer(about), AnswerNote::Beeped { rule: number, name });
                    } else {
                        note(line, peer(about), AnswerNote::Marked { rule: number, name });
                    }
                }
                Action::Unmade { rule, peer: about, error } => {
                    let name = self.responder.rules().name(rule).to_owned();
                    let unmade = AnswerNote::Unmade { rule: rule as u64 + 1, name, reason: error.to_string() };
                    note(line, peer(about), unmade);
                }
                Action::Limited { peer: about } => {
                    note(line, peer(about), AnswerNote::Limited { per_second: self.per_second });
                }
                Action::Overfull => {
                    line.event(None, &crate::journal::Event::Answer { note: AnswerNote::Overfull });
                }
            }
        }
    }

    fn send(
        &mut self,
        to: To,
        origin: Remote,
        bytes: &Arc<[u8]>,
        charset: Option<Charset>,
        now: Instant,
        line: &mut dyn Line,
    ) {
        let origin = peer(origin);
        let everyone: Vec<Peer> = match to {
            To::Sender => vec![origin],
            To::All if origin.stream != 0 && !origin.is_server() => {
                let outgoing = Outgoing::new(Target::AllClients, Arc::clone(bytes)).with_charset(charset);
                return self.hand_over(origin, outgoing, line);
            }
            To::Others | To::All => {
                self.senders.retain(|_, heard| now.saturating_duration_since(*heard) < SILENCE);
                let datagrams = self.senders.keys().map(|sender| Peer::datagram(*sender));
                let peers = if origin.stream == 0 { datagrams.collect() } else { line.peers() };
                peers.into_iter().filter(|peer| to == To::All || *peer != origin).collect()
            }
        };
        for peer in everyone {
            let outgoing = Outgoing::new(target(peer), Arc::clone(bytes)).with_charset(charset);
            self.hand_over(peer, outgoing, line);
        }
    }

    /// A peer that can't be sent to is said to be so once, until it can.
    fn hand_over(&mut self, to: Peer, outgoing: Outgoing, line: &mut dyn Line) {
        match line.send(outgoing) {
            Ok(()) => {
                self.failed.remove(&remote(to));
                self.status.add_answered();
            }
            Err(failure) => {
                self.status.add_left_out();
                if self.failed.len() >= MAX_FAILED {
                    self.failed.clear();
                }
                if self.failed.insert(remote(to)) {
                    line.report(Some(to), failure);
                }
            }
        }
    }
}

impl Job for Answers {
    fn happened(&mut self, what: Happening<'_>, now: Instant, line: &mut dyn Line) {
        let work = &mut self.work;
        match what {
            Happening::Received { peer, bytes, time } => {
                if peer.stream == 0 {
                    work.heard(peer.addr, now);
                }
                let found = |packet: &[u8]| {
                    work.packet(peer, packet, now);
                    work.act(now, line);
                };
                if let Err(long) = self.packets.received(peer, bytes, time, now, found) {
                    note(line, peer, AnswerNote::TooLong { bytes: long.bytes });
                }
            }
            Happening::Joined(peer) => work.joined(peer, now),
            Happening::Finished(peer) => self.packets.finish(peer, |packet| work.packet(peer, packet, now)),
            Happening::Left(peer) => {
                self.packets.finish(peer, |_| ());
                work.responder.handle_left(remote(peer));
                work.failed.remove(&remote(peer));
            }
            Happening::Failed(_) => {}
        }
        self.work.act(now, line);
    }

    fn poll(&mut self, now: Instant, line: &mut dyn Line) -> Next {
        let work = &mut self.work;
        self.packets.expire(now, |peer, packet| work.packet(peer, packet, now));
        work.responder.handle_timeout(work.clock.since(now));
        work.act(now, line);
        let delayed = work.responder.poll_timeout().map(|time| work.clock.at(time));
        Next::Wait(self.packets.deadline().into_iter().chain(delayed).min())
    }

    fn listens(&self) -> bool {
        true
    }
}
