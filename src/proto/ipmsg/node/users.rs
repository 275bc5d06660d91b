//! Who is there: every address that sent something worth remembering, a bounded number of them.
//!
//! Nothing in the protocol proves who somebody is, and anybody can send from invented addresses. When the table is
//! full, the address leaves first that is the least likely to be real: one that never announced itself, then one that
//! left, then one that never answered anything of ours; among equals the one that was silent for the longest time.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::proto::Moment;
use crate::proto::ipmsg::{ClientKind, TextEncoding};

/// Somebody who announced itself. Nothing proves the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The address that packets come from: the user's identity here.
    pub addr: SocketAddr,
    /// The login name.
    pub user: String,
    /// The host name.
    pub host: String,
    /// The name to show; empty if the user gave none.
    pub nick: String,
    /// The group to list it in.
    pub group: String,
    /// The program that it uses.
    pub kind: ClientKind,
    /// The version field of its packets.
    pub version: Vec<u8>,
    /// The encoding in which texts are sent to it.
    pub encoding: TextEncoding,
    /// It says that it takes files.
    pub takes_files: bool,
    /// It announced itself and did not leave since.
    pub online: bool,
    /// It says that it is away.
    pub absent: bool,
    /// When its last packet came.
    pub last_seen: Moment,
}

/// How likely an address is to be real, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Unannounced,
    Gone,
    Announced,
    Answering,
}

/// What is known of an address.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) user: User,
    /// It announced itself at some time.
    pub(super) listed: bool,
    /// It answered something that was sent to it alone.
    pub(super) answers: bool,
    /// The encoding that it reads, once it said or showed so.
    pub(super) learnt: Option<TextEncoding>,
    /// The person's choice of encoding for it, both ways.
    pub(super) chosen: Option<TextEncoding>,
    /// How often its program was started: iptux counts its packets from 1 each time.
    pub(super) starts: u32,
    /// Its entry is to be answered.
    pub(super) owed_answer: bool,
    pub(super) answered_at: Option<Moment>,
    pub(super) greeted_at: Option<Moment>,
    pub(super) auto_replied_at: Option<Moment>,
    pub(super) shaken_at: Option<Moment>,
    pub(super) info_asked_at: Option<Moment>,
    pub(super) absence_asked_at: Option<Moment>,
}

impl Peer {
    fn new(addr: SocketAddr, now: Moment) -> Self {
        Self {
            user: User {
                addr,
                user: String::new(),
                host: String::new(),
                nick: String::new(),
                group: String::new(),
                kind: ClientKind::Other,
                version: Vec::new(),
                encoding: TextEncoding::Gbk,
                takes_files: false,
                online: false,
                absent: false,
                last_seen: now,
            },
            listed: false,
            answers: false,
            learnt: None,
            chosen: None,
            starts: 0,
            owed_answer: false,
            answered_at: None,
            greeted_at: None,
            auto_replied_at: None,
            shaken_at: None,
            info_asked_at: None,
            absence_asked_at: None,
        }
    }

    fn rank(&self) -> (Standing, Moment, SocketAddr) {
        let standing = match self {
            _ if self.chosen.is_some() => Standing::Answering,
            _ if !self.listed => Standing::Unannounced,
            _ if !self.user.online => Standing::Gone,
            _ if self.answers => Standing::Answering,
            _ => Standing::Announced,
        };
        (standing, self.user.last_seen, self.user.addr)
    }
}

/// All known addresses.
#[derive(Debug)]
pub(super) struct Peers {
    by_addr: BTreeMap<SocketAddr, Peer>,
    /// The same by the order in which they leave when the table is full.
    ranks: BTreeSet<(Standing, Moment, SocketAddr)>,
    online: usize,
    limit: usize,
}

impl Peers {
    pub(super) fn new(limit: usize) -> Self {
        Self { by_addr: BTreeMap::new(), ranks: BTreeSet::new(), online: 0, limit: limit.max(1) }
    }

    /// Makes sure that `addr` is known. The user who had to leave for it, if it was online.
    pub(super) fn meet(&mut self, addr: SocketAddr, now: Moment) -> Option<SocketAddr> {
        if self.by_addr.contains_key(&addr) {
            return None;
        }
        let left = if self.by_addr.len() >= self.limit { self.evict() } else { None };
        let peer = Peer::new(addr, now);
        self.ranks.insert(peer.rank());
        self.by_addr.insert(addr, peer);
        left
    }

    fn evict(&mut self) -> Option<SocketAddr> {
        let (_, _, addr) = self.ranks.pop_first()?;
        let peer = self.by_addr.remove(&addr).expect("every rank is that of a peer");
        self.online -= usize::from(peer.user.online);
        peer.user.online.then_some(addr)
    }

    pub(super) fn get(&self, addr: SocketAddr) -> Option<&Peer> {
        self.by_addr.get(&addr)
    }

    /// Changes what is known of `addr`, if it is known.
    pub(super) fn update<R>(&mut self, addr: SocketAddr, change: impl FnOnce(&mut Peer) -> R) -> Option<R> {
        let peer = self.by_addr.get_mut(&addr)?;
        let rank = peer.rank();
        let was_online = peer.user.online;
        let result = change(peer);
        let new_rank = peer.rank();
        if new_rank != rank {
            self.ranks.remove(&rank);
            self.ranks.insert(new_rank);
        }
        self.online = self.online + usize::from(peer.user.online) - usize::from(was_online);
        Some(result)
    }

    /// How many users are online.
    pub(super) fn online(&self) -> usize {
        self.online
    }

    /// Everybody who announced itself, by address.
    pub(super) fn users(&self) -> impl Iterator<Item = &User> {
        self.by_addr.values().filter(|peer| peer.listed).map(|peer| &peer.user)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.by_addr.len()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use super::*;

    fn at(ms: u64) -> Moment {
        Moment(Duration::from_millis(ms))
    }

    fn addr(index: u32) -> SocketAddr {
        (Ipv4Addr::from_bits(0x7F00_0000 + index), 2425).into()
    }

    fn announce(peers: &mut Peers, index: u32, now: Moment) -> Option<SocketAddr> {
        let left = peers.meet(addr(index), now);
        peers.update(addr(index), |peer| {
            peer.listed = true;
            peer.user.online = true;
            peer.user.last_seen = now;
        });
        left
    }

    #[test]
    fn invented_addresses_leave_before_those_that_answer() {
        let mut peers = Peers::new(4);
        announce(&mut peers, 1, at(0));
        peers.update(addr(1), |peer| peer.answers = true);
        announce(&mut peers, 2, at(1));
        announce(&mut peers, 3, at(2));
        peers.update(addr(3), |peer| peer.user.online = false);
        peers.meet(addr(4), at(3));
        assert_eq!(peers.online(), 2);

        assert_eq!(peers.meet(addr(5), at(4)), None, "the one that never announced itself");
        assert!(peers.get(addr(4)).is_none());
        assert_eq!(announce(&mut peers, 5, at(4)), None);
        assert_eq!(announce(&mut peers, 6, at(5)), None, "the one that left");
        assert!(peers.get(addr(3)).is_none());
        assert_eq!(announce(&mut peers, 7, at(6)), Some(addr(2)), "the one that was silent the longest");
        for index in 8..1000 {
            announce(&mut peers, index, at(u64::from(index)));
        }
        assert_eq!(peers.len(), 4);
        assert_eq!(peers.online(), 4);
        assert!(peers.get(addr(1)).is_some(), "it answered");
        assert_eq!(peers.users().count(), 4);
    }
}
