//! What waits for an answer: sent again with the same number and the same bytes until the answer comes from the address
//! that it was sent to, or the tries are used up.
//!
//! Messages to iptux go one after the other: it acknowledges a message whose number is below the last one's and drops
//! it, so one that is sent again after a later one arrived would be lost and reported as delivered.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use super::agenda::Appointment;
use super::config::Timing;
use super::event::Event;
use super::outgoing::Refused;
use super::recent::Recent;
use super::{Node, Task};
use crate::proto::Moment;
use crate::proto::ipmsg::ClientKind;

/// So many settled ones are remembered, to tell a late or repeated answer from a forged one.
const SETTLED: usize = 8192;

/// What an answer is awaited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A message, answered by RECVMSG.
    Message,
    /// That we opened the sealed message of this number, answered by ANSREADMSG.
    Opening(u64),
}

#[derive(Debug)]
struct Waiting {
    bytes: Vec<u8>,
    purpose: Purpose,
    tries: u32,
    /// When it was sent first; meaningless before.
    sent_at: Moment,
    /// When it is sent again; `None` while others of its line are before it.
    again: Option<Appointment>,
}

/// Everything that waits, by target and number.
#[derive(Debug)]
pub(super) struct Outbox {
    waiting: BTreeMap<(SocketAddr, u64), Waiting>,
    /// For each target that gets one message at a time: the numbers in order, the one under way first.
    lines: BTreeMap<SocketAddr, VecDeque<u64>>,
    settled: Recent<(SocketAddr, u64), ()>,
    limit: usize,
}

impl Outbox {
    pub(super) fn new(limit: usize) -> Self {
        Self { waiting: BTreeMap::new(), lines: BTreeMap::new(), settled: Recent::new(SETTLED), limit }
    }

    /// Whether a packet with this number may be sent to all of these.
    pub(super) fn admits(&self, to: &BTreeSet<SocketAddr>, number: u64) -> Result<(), Refused> {
        if self.waiting.len() + to.len() > self.limit {
            return Err(Refused::Busy { limit: self.limit });
        }
        match to.iter().find(|to| self.waiting.contains_key(&(**to, number))) {
            Some(to) => Err(Refused::NumberInUse { to: *to, number }),
            None => Ok(()),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// The sealed message whose opening is being told to `to` already.
    fn tells_opening(&self, to: SocketAddr, message: u64) -> bool {
        self.waiting.range((to, 0)..=(to, u64::MAX)).any(|(_, waiting)| waiting.purpose == Purpose::Opening(message))
    }

    /// What an answer to this number is, from the address `from`.
    fn judge(&mut self, from: SocketAddr, number: u64, by_ack: bool) -> Answer {
        let key = (from, number);
        match self.waiting.get(&key) {
            Some(Waiting { tries: 0, .. }) => Answer::Forged,
            Some(waiting) if by_ack == (waiting.purpose == Purpose::Message) => Answer::Awaited,
            None if self.settled.get_mut(&key).is_some() => Answer::Repeated,
            _ => Answer::Forged,
        }
    }
}

/// What an answer turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The first to something that was sent there.
    Awaited,
    /// To something that was settled before.
    Repeated,
    /// To nothing that was sent there.
    Forged,
}

impl Node {
    /// Sends `bytes` and waits for the answer. The outbox admitted it before.
    pub(super) fn submit(&mut self, to: SocketAddr, number: u64, bytes: Vec<u8>, purpose: Purpose, now: Moment) {
        let one_at_a_time = purpose == Purpose::Message && self.reads_in_order(to);
        self.outbox.waiting.insert((to, number), Waiting { bytes, purpose, tries: 0, sent_at: now, again: None });
        if one_at_a_time {
            let line = self.outbox.lines.entry(to).or_default();
            line.push_back(number);
            if line.len() > 1 {
                return;
            }
        }
        self.send_waiting(to, number, now);
    }

    /// Whether it drops what comes after something later.
    fn reads_in_order(&self, to: SocketAddr) -> bool {
        self.outbox.lines.contains_key(&to)
            || self.peers.get(to).is_some_and(|peer| peer.user.kind == ClientKind::Iptux)
    }

    /// Sends something that waits, for the first time or again.
    fn send_waiting(&mut self, to: SocketAddr, number: u64, now: Moment) {
        let Some(waiting) = self.outbox.waiting.get_mut(&(to, number)) else { return };
        waiting.tries += 1;
        if waiting.tries == 1 {
            waiting.sent_at = now;
        }
        let (_, interval) = self.config.timing.of(waiting.purpose);
        waiting.again = Some(self.agenda.set(now + interval, Task::Resend { to, number }));
        let (bytes, purpose, tries) = (waiting.bytes.clone(), waiting.purpose, waiting.tries);
        self.transmit(to, bytes);
        if tries > 1 && purpose == Purpose::Message {
            self.tell(Event::Retried { to, number, tries });
        }
    }

    /// No answer came in time.
    pub(super) fn resend(&mut self, to: SocketAddr, number: u64, now: Moment) {
        let Some(waiting) = self.outbox.waiting.get(&(to, number)) else { return };
        let (tries, _) = self.config.timing.of(waiting.purpose);
        if waiting.tries < tries {
            self.send_waiting(to, number, now);
        } else {
            self.give_up(to, number);
            self.advance_line(to, number, now);
        }
    }

    fn give_up(&mut self, to: SocketAddr, number: u64) {
        let Some(waiting) = self.settle(to, number) else { return };
        let tries = waiting.tries;
        self.tell(match waiting.purpose {
            Purpose::Message => Event::NoAnswer { to, number, tries },
            Purpose::Opening(message) => Event::OpeningUnanswered { to, number: message, tries },
        });
    }

    /// Nothing is sent any more; everything that waits is reported.
    pub(super) fn abandon_all(&mut self) {
        self.outbox.lines.clear();
        let keys: Vec<_> = self.outbox.waiting.keys().copied().collect();
        for (to, number) in keys {
            self.give_up(to, number);
        }
    }

    /// An answer of `from` to packet `number`: RECVMSG if `by_ack`, else ANSREADMSG.
    pub(super) fn answered(&mut self, from: SocketAddr, number: u64, by_ack: bool, now: Moment) -> Answer {
        let answer = self.outbox.judge(from, number, by_ack);
        if answer != Answer::Awaited {
            return answer;
        }
        let waiting = self.settle(from, number).expect("what is awaited waits");
        self.tell(match waiting.purpose {
            Purpose::Message => {
                let after = now.since(waiting.sent_at);
                Event::Delivered { to: from, number, after, tries: waiting.tries }
            }
            Purpose::Opening(message) => Event::OpeningConfirmed { by: from, number: message },
        });
        self.advance_line(from, number, now);
        Answer::Awaited
    }

    fn settle(&mut self, to: SocketAddr, number: u64) -> Option<Waiting> {
        let waiting = self.outbox.waiting.remove(&(to, number))?;
        if let Some(again) = waiting.again {
            self.agenda.cancel(again);
        }
        self.outbox.settled.entry((to, number), || ());
        Some(waiting)
    }

    /// The next message to `to`, if it gets one at a time and `number` was the one under way.
    fn advance_line(&mut self, to: SocketAddr, number: u64, now: Moment) {
        let Some(line) = self.outbox.lines.get_mut(&to) else { return };
        if line.front() != Some(&number) {
            return;
        }
        line.pop_front();
        match line.front().copied() {
            Some(next) => self.send_waiting(to, next, now),
            None => {
                self.outbox.lines.remove(&to);
            }
        }
    }

    /// Whether the sender of this sealed message is being told already that we opened it.
    pub(super) fn tells_opening(&self, to: SocketAddr, message: u64) -> bool {
        self.outbox.tells_opening(to, message)
    }
}

impl Timing {
    /// How many sends, and the time between them.
    fn of(&self, purpose: Purpose) -> (u32, Duration) {
        match purpose {
            Purpose::Message => (self.tries, self.interval),
            Purpose::Opening(_) => (self.read_tries, self.read_interval),
        }
    }
}
