//! How many connections are served at once. The others wait: a peer that fetches many files opens many, and its next
//! one may come before the last has ended.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Served at once, in all.
const SEATED_MAX: usize = 16;
/// Served at once, from one address.
const SEATED_PER_PEER_MAX: usize = 4;
/// Waiting, in all.
const WAITING_MAX: usize = 128;
/// Waiting, from one address.
const WAITING_PER_PEER_MAX: usize = 32;

/// The places, and who waits for one.
#[derive(Default)]
pub(super) struct Seats(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// By address, none of them zero.
    seated: HashMap<IpAddr, usize>,
    waiting: VecDeque<(TcpStream, SocketAddr)>,
}

/// What becomes of a connection that came.
pub(super) enum Arrival {
    /// It has a place, to be [left](Seats::leave).
    Seated(TcpStream),
    /// It gets one later, from a [`leave`](Seats::leave).
    Waits,
    /// Too many wait already. Closing it is left to who says so first.
    Full(TcpStream),
}

impl Seats {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn arrive(&self, stream: TcpStream, peer: SocketAddr) -> Arrival {
        let mut inner = self.lock();
        if inner.take(peer.ip()) {
            return Arrival::Seated(stream);
        }
        let of_peer = inner.waiting.iter().filter(|(_, waits)| waits.ip() == peer.ip()).count();
        if inner.waiting.len() >= WAITING_MAX || of_peer >= WAITING_PER_PEER_MAX {
            return Arrival::Full(stream);
        }
        inner.waiting.push_back((stream, peer));
        Arrival::Waits
    }

    /// Frees a place; the connection that has it then.
    pub fn leave(&self, ip: IpAddr) -> Option<(TcpStream, SocketAddr)> {
        let mut inner = self.lock();
        if let Some(seated) = inner.seated.get_mut(&ip) {
            *seated -= 1;
            if *seated == 0 {
                inner.seated.remove(&ip);
            }
        }
        let next = (0..inner.waiting.len()).find(|&at| {
            let ip = inner.waiting[at].1.ip();
            inner.take(ip)
        })?;
        inner.waiting.remove(next)
    }
}

impl Inner {
    /// Takes a place, if there is one for this address.
    fn take(&mut self, ip: IpAddr) -> bool {
        let all: usize = self.seated.values().sum();
        let of_peer = self.seated.get(&ip).copied().unwrap_or_default();
        let is_free = all < SEATED_MAX && of_peer < SEATED_PER_PEER_MAX;
        if is_free {
            self.seated.insert(ip, of_peer + 1);
        }
        is_free
    }
}
