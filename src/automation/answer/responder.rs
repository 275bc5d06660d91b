//! Rules at work: packets in, actions out.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::peer::Remote;
use super::rule::{To, When};
use super::rules::{Effect, Rules, World};
use super::throttle::{Throttle, Verdict};
use crate::automation::ComposeError;
use crate::codec::Charset;

/// How many replies may wait for their time,
const MAX_DELAYED: usize = 10_000;
/// and how many bytes.
const MAX_DELAYED_BYTES: usize = 16 << 20;

/// Answers the packets of all peers by rules.
///
/// Times count from any beginning. After each `handle_…`, [`poll_action`](Self::poll_action) until there is none.
#[derive(Debug)]
pub struct Responder {
    rules: Rules,
    throttle: Throttle,
    /// How often each rule was set off.
    fired: Vec<u64>,
    /// Whether the last reply of a rule could not be made, which is said once.
    is_unmade: Vec<bool>,
    limited: u64,
    delayed: BinaryHeap<Reverse<Delayed>>,
    delayed_bytes: usize,
    /// Whether replies are left out because too many wait, which is said once.
    is_overfull: bool,
    /// Keeps replies of one time in order.
    next_number: u64,
    actions: VecDeque<Action>,
}

/// Something to do, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send.
    Send {
        /// The rule, from 0 in the list.
        rule: usize,
        /// To whom.
        to: To,
        /// Who set the rule off.
        origin: Remote,
        /// What.
        bytes: Arc<[u8]>,
        /// The encoding of a text.
        charset: Option<Charset>,
    },
    /// End the peer's connection.
    Disconnect {
        /// The rule, from 0 in the list.
        rule: usize,
        /// Whose.
        peer: Remote,
    },
    /// Say that a rule matched.
    Mark {
        /// The rule, from 0 in the list.
        rule: usize,
        /// What of whom.
        peer: Remote,
        /// Whether to beep.
        beep: bool,
    },
    /// Say that a rule's reply can't be made; the next such of this rule is said when one could be made in between.
    Unmade {
        /// The rule, from 0 in the list.
        rule: usize,
        /// For whom.
        peer: Remote,
        /// Why.
        error: ComposeError,
    },
    /// Say that a peer is answered no more for a moment; once until it is quiet.
    Limited {
        /// Who.
        peer: Remote,
    },
    /// Say that replies are left out, because too many wait for their time; once until there is room again.
    Overfull,
}

#[derive(Debug)]
struct Delayed {
    due: Duration,
    number: u64,
    rule: usize,
    to: To,
    origin: Remote,
    bytes: Arc<[u8]>,
    charset: Option<Charset>,
}

impl Delayed {
    fn key(&self) -> (Duration, u64) {
        (self.due, self.number)
    }
}

impl PartialEq for Delayed {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Delayed {}

impl PartialOrd for Delayed {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Delayed {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl Responder {
    /// Answers by these rules, each peer at most so many times per second.
    pub fn new(rules: Rules, per_second: u32) -> Self {
        let count = rules.len();
        Self {
            rules,
            throttle: Throttle::new(per_second),
            fired: vec![0; count],
            is_unmade: vec![false; count],
            limited: 0,
            delayed: BinaryHeap::new(),
            delayed_bytes: 0,
            is_overfull: false,
            next_number: 0,
            actions: VecDeque::new(),
        }
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// How often each rule that is on was set off, in their order, and its place in the list.
    pub fn hits(&self) -> impl Iterator<Item = (usize, u64)> {
        self.rules.places().zip(self.fired.iter().copied())
    }

    /// How many answers were left out because of the limit, or because a packet was too long for an expression.
    pub fn limited(&self) -> u64 {
        self.limited
    }

    /// A packet came.
    pub fn handle_packet(&mut self, from: Remote, packet: &[u8], now: Duration, world: &mut World<'_>) {
        self.handle(When::Packet, from, packet, now, world);
    }

    /// A connection began.
    pub fn handle_joined(&mut self, peer: Remote, now: Duration, world: &mut World<'_>) {
        self.handle(When::Joined, peer, &[], now, world);
    }

    /// A connection ended: what waits for it alone is dropped.
    pub fn handle_left(&mut self, peer: Remote) {
        self.throttle.forget(peer);
        let bytes = &mut self.delayed_bytes;
        self.delayed.retain(|Reverse(delayed)| {
            let stays = delayed.origin != peer || delayed.to != To::Sender;
            if !stays {
                *bytes -= delayed.bytes.len();
            }
            stays
        });
    }

    /// Time has passed: hands out the replies that waited for it.
    pub fn handle_timeout(&mut self, now: Duration) {
        while let Some(Reverse(first)) = self.delayed.peek()
            && first.due <= now
            && let Some(Reverse(Delayed { rule, to, origin, bytes, charset, .. })) = self.delayed.pop()
        {
            self.delayed_bytes -= bytes.len();
            self.actions.push_back(Action::Send { rule, to, origin, bytes, charset });
        }
        if self.delayed.len() < MAX_DELAYED / 2 && self.delayed_bytes < MAX_DELAYED_BYTES / 2 {
            self.is_overfull = false;
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to do.
    pub fn poll_timeout(&self) -> Option<Duration> {
        self.delayed.peek().map(|Reverse(first)| first.due)
    }

    /// What to do next.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    fn handle(&mut self, when: When, from: Remote, packet: &[u8], now: Duration, world: &mut World<'_>) {
        let rules = self.rules.clone();
        let mut matching = rules.matching(when, packet, from.addr);
        while let Some((index, compiled, captures)) = matching.next(|index| self.fired[index]) {
            if !compiled.disconnects()
                && let Verdict::Over { is_first, .. } = self.throttle.ask(from, now)
            {
                self.limited += 1;
                if is_first {
                    self.actions.push_back(Action::Limited { peer: from });
                }
                continue;
            }
            let effect = compiled.effect(&captures, self.fired[index], world);
            self.fired[index] += 1;
            let was_unmade = std::mem::replace(&mut self.is_unmade[index], matches!(effect, Effect::Unmade(_)));
            let (rule, peer) = (compiled.rule, from);
            match effect {
                Effect::Reply { bytes, charset, delay, to } if delay.is_zero() => {
                    self.actions.push_back(Action::Send { rule, to, origin: from, bytes, charset });
                }
                Effect::Reply { bytes, charset, delay, to } => {
                    let number = self.next_number;
                    self.next_number += 1;
                    self.delay(Delayed { due: now + delay, number, rule, to, origin: from, bytes, charset });
                }
                Effect::Unmade(error) if !was_unmade => {
                    self.actions.push_back(Action::Unmade { rule, peer, error });
                }
                Effect::Unmade(_) => {}
                Effect::Disconnect => self.actions.push_back(Action::Disconnect { rule, peer }),
                Effect::Mark => self.actions.push_back(Action::Mark { rule, peer, beep: false }),
                Effect::Beep => self.actions.push_back(Action::Mark { rule, peer, beep: true }),
            }
        }
        self.limited += matching.too_long;
    }

    fn delay(&mut self, reply: Delayed) {
        let bytes = self.delayed_bytes + reply.bytes.len();
        if self.delayed.len() < MAX_DELAYED && bytes <= MAX_DELAYED_BYTES {
            self.delayed_bytes = bytes;
            self.delayed.push(Reverse(reply));
            return;
        }
        self.limited += 1;
        if !std::mem::replace(&mut self.is_overfull, true) {
            self.actions.push_back(Action::Overfull);
        }
    }
}
