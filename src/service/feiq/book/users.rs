//! The list of users, as it is shown.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;

use super::super::clock::Clock;
use super::super::state::User;
use crate::proto::ipmsg::node;

/// The users as they are shown, and who types.
#[derive(Default)]
pub(in super::super) struct Users {
    shown: Arc<Vec<Arc<User>>>,
    by_addr: BTreeMap<SocketAddr, Arc<User>>,
    typing: BTreeSet<SocketAddr>,
    stale: bool,
}

impl Users {
    /// Somebody sent something: what is shown of users is out of date.
    pub fn touch(&mut self) {
        self.stale = true;
    }

    pub fn is_stale(&self) -> bool {
        self.stale
    }

    /// Somebody types, or does not any more.
    pub fn set_typing(&mut self, addr: SocketAddr, on: bool) {
        let changed = if on { self.typing.insert(addr) } else { self.typing.remove(&addr) };
        self.stale |= changed;
    }

    pub fn get(&self, addr: SocketAddr) -> Option<&Arc<User>> {
        self.by_addr.get(&addr)
    }

    /// Takes over one user; returns it as it is shown.
    pub fn take(&mut self, user: &node::User, clock: &Clock) -> Arc<User> {
        let typing = user.online && self.typing.contains(&user.addr);
        let last_seen = clock.time(user.last_seen);
        if let Some(known) = self.by_addr.get(&user.addr).filter(|known| is_same(known, user)) {
            if known.last_seen == last_seen && known.typing == typing {
                return Arc::clone(known);
            }
            let seen = Arc::new(User { last_seen, typing, ..User::clone(known) });
            self.by_addr.insert(user.addr, Arc::clone(&seen));
            return seen;
        }
        let taken = Arc::new(User {
            addr: user.addr,
            nick: user.nick.clone(),
            user: user.user.clone(),
            host: user.host.clone(),
            group: user.group.clone(),
            kind: user.kind,
            encoding: user.encoding,
            online: user.online,
            absent: user.absent,
            last_seen,
            typing,
        });
        self.by_addr.insert(user.addr, Arc::clone(&taken));
        taken
    }

    /// Takes over all users: those that are not among them any more go.
    pub fn take_all<'a>(&mut self, users: impl Iterator<Item = &'a node::User>, clock: &Clock) {
        self.stale = false;
        let mut present = BTreeSet::new();
        let mut all: Vec<Arc<User>> = users
            .map(|user| {
                present.insert(user.addr);
                self.take(user, clock)
            })
            .collect();
        self.by_addr.retain(|addr, _| present.contains(addr));
        self.typing.retain(|addr| present.contains(addr));
        all.sort_by_cached_key(|user| (Reverse(user.online), user.name().to_lowercase(), user.addr));
        self.shown = Arc::new(all);
    }

    pub fn list(&self) -> Arc<Vec<Arc<User>>> {
        Arc::clone(&self.shown)
    }
}

fn is_same(shown: &User, user: &node::User) -> bool {
    shown.nick == user.nick
        && shown.user == user.user
        && shown.host == user.host
        && shown.group == user.group
        && shown.kind == user.kind
        && shown.encoding == user.encoding
        && shown.online == user.online
        && shown.absent == user.absent
}
