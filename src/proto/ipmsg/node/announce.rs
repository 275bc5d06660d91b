//! Telling others: that we are here, that we are away, that we leave.
//!
//! A range of addresses is told in steps, so that 65,536 of them are no burst that fills the queues of switches and
//! hosts (and of ours): a /16 takes less than a minute.

use std::collections::{BTreeSet, VecDeque};
use std::mem;
use std::net::SocketAddr;
use std::time::Duration;

use super::{Life, Node, Task};
use crate::proto::Moment;
use crate::proto::ipmsg::code;

/// So many addresses are announced to in one step.
const STEP: usize = 64;
const STEP_INTERVAL: Duration = Duration::from_millis(50);
/// From NOOPERATION, which wakes a sleeping path (an ARP entry), to `BR_ENTRY`.
const ENTRY_DELAY: Duration = Duration::from_millis(250);
/// From the first `BR_EXIT` to the second.
const FAREWELL_DELAY: Duration = Duration::from_millis(100);
/// To more addresses than so many we don't say that we leave, unless somebody is known there. Broadcast addresses come
/// first in what is announced to.
const FAREWELLS: usize = 1024;

/// What is told to many addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    Nooperation,
    Entry,
    Absence,
}

/// Addresses that a notice still has to go to.
#[derive(Debug, Default)]
struct Walk {
    left: VecDeque<SocketAddr>,
    under_way: bool,
}

/// Who was told of us, and who still has to be.
#[derive(Debug, Default)]
pub(super) struct Presence {
    /// In the order of announcing.
    announced: Vec<SocketAddr>,
    known: BTreeSet<SocketAddr>,
    nooperation: Walk,
    entry: Walk,
    absence: Walk,
    pub(super) absence_text: Option<String>,
}

impl Presence {
    /// Somebody was told that we are here, and is to be told when we leave; at most so many are remembered.
    pub(super) fn remember(&mut self, target: SocketAddr, limit: usize) {
        if self.announced.len() < limit && self.known.insert(target) {
            self.announced.push(target);
        }
    }

    fn walk(&mut self, notice: Notice) -> &mut Walk {
        match notice {
            Notice::Nooperation => &mut self.nooperation,
            Notice::Entry => &mut self.entry,
            Notice::Absence => &mut self.absence,
        }
    }
}

impl Walk {
    /// Adds what is not yet on the way; `true` if the walk has to be started.
    fn add(&mut self, targets: &[SocketAddr], limit: usize) -> bool {
        let mut queued: BTreeSet<SocketAddr> = self.left.iter().copied().collect();
        for target in targets {
            if self.left.len() < limit && queued.insert(*target) {
                self.left.push_back(*target);
            }
        }
        !self.left.is_empty() && !mem::replace(&mut self.under_way, true)
    }
}

impl Node {
    /// Tells these addresses, broadcast ones and single ones, that we are here: NOOPERATION, a quarter of a second
    /// later `BR_ENTRY`. Broadcast addresses come first. May be repeated to look for users again.
    pub fn announce(&mut self, now: Moment, to: &[SocketAddr]) {
        if self.life != Life::Online {
            return;
        }
        let limit = self.config.limits.announced;
        for target in to {
            self.presence.remember(*target, limit);
        }
        self.start_walk(Notice::Nooperation, to, now);
        self.start_walk(Notice::Entry, to, now + ENTRY_DELAY);
    }

    /// Says that we are away, with a text for those who ask and write, or back again with `None`.
    pub fn set_absence(&mut self, now: Moment, text: Option<String>) {
        if self.life != Life::Online {
            return;
        }
        self.presence.absence_text = text;
        let mut to = self.presence.announced.clone();
        to.extend(self.peers.users().filter(|user| user.online).map(|user| user.addr));
        self.start_walk(Notice::Absence, &to, now);
    }

    /// Leaves: `BR_EXIT` to the announced addresses, twice, and to each known user. What waits for an answer is
    /// reported as not answered, and from now on nothing is answered. [`Event::Left`](super::Event::Left) follows after
    /// 100 ms.
    pub fn leave(&mut self, now: Moment) {
        if self.life != Life::Online {
            return;
        }
        self.life = Life::Leaving;
        self.agenda.clear();
        self.abandon_all();
        self.abandon_images();
        self.report_limits();
        let announced: BTreeSet<SocketAddr> = self.presence.announced.iter().take(FAREWELLS).copied().collect();
        let users: Vec<SocketAddr> = self.peers.users().filter(|user| user.online).map(|user| user.addr).collect();
        self.say_farewell(now);
        for user in users.into_iter().filter(|user| !announced.contains(user)) {
            self.notify(code::BR_EXIT, user, now);
        }
        self.agenda.set(now + FAREWELL_DELAY, Task::Farewell);
    }

    /// `BR_EXIT` to what was announced to.
    pub(super) fn say_farewell(&mut self, now: Moment) {
        let announced: Vec<SocketAddr> = self.presence.announced.iter().take(FAREWELLS).copied().collect();
        for target in announced {
            self.notify(code::BR_EXIT, target, now);
        }
    }

    fn start_walk(&mut self, notice: Notice, to: &[SocketAddr], at: Moment) {
        let limit = self.config.limits.announced;
        if self.presence.walk(notice).add(to, limit) {
            self.agenda.set(at, Task::Walk(notice));
        }
    }

    /// The next step of a notice.
    pub(super) fn walk(&mut self, notice: Notice, now: Moment) {
        for _ in 0..STEP {
            let Some(target) = self.presence.walk(notice).left.pop_front() else { break };
            match notice {
                Notice::Nooperation => self.notify(code::NOOPERATION, target, now),
                Notice::Entry => self.notify(code::BR_ENTRY, target, now),
                Notice::Absence => self.notify(code::BR_ABSENCE, target, now),
            }
        }
        let walk = self.presence.walk(notice);
        walk.under_way = !walk.left.is_empty();
        if walk.under_way {
            self.agenda.set(now + STEP_INTERVAL, Task::Walk(notice));
        }
    }

    /// One entry command.
    pub(super) fn notify(&mut self, code: u8, to: SocketAddr, now: Moment) {
        let number = self.numbers.take(now);
        let packet = self.identity.entry(code, number, self.presence.absence_text.is_some());
        self.transmit(to, packet.emit());
    }
}
