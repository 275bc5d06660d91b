//! Requests that wait for their turn, which goes from address to address: whoever sends thousands waits longer for the
//! next one than who sends a single one.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, SocketAddr};

/// Datagrams that wait, of all and of one address.
const MOST: usize = 4096;
const MOST_OF_ONE: usize = 8;
/// A request has 512 octets at most; of a longer datagram enough is kept to see that it is none.
const MOST_OCTETS: usize = 600;

/// A datagram that waits.
pub(super) struct Datagram {
    pub from: SocketAddr,
    /// To which of our addresses it came, if that is known.
    pub to: Option<IpAddr>,
    pub bytes: Box<[u8]>,
}

/// Datagrams that came to the port.
#[derive(Default)]
pub(super) struct Queue {
    by_address: HashMap<IpAddr, VecDeque<Datagram>>,
    /// Whose turn is next; every address that has something waiting, once.
    turns: VecDeque<IpAddr>,
    len: usize,
    random: RandomState,
    draws: u64,
}

impl Queue {
    /// A datagram came; how many are given up for it, or whether it is one of them.
    pub fn push(&mut self, from: SocketAddr, to: Option<IpAddr>, bytes: &[u8]) -> u64 {
        let datagram = || Datagram { from, to, bytes: bytes[..bytes.len().min(MOST_OCTETS)].into() };
        let full = self.len >= MOST;
        if let Some(waiting) = self.by_address.get_mut(&from.ip()) {
            if full || waiting.len() >= MOST_OF_ONE {
                return 1;
            }
            waiting.push_back(datagram());
            self.len += 1;
            return 0;
        }
        let given_up = if full { self.give_up_one() } else { 0 };
        self.by_address.insert(from.ip(), VecDeque::from([datagram()]));
        self.turns.push_back(from.ip());
        self.len += 1;
        given_up
    }

    /// Any of the addresses loses its turn: nobody can know which of them are forged.
    fn give_up_one(&mut self) -> u64 {
        self.draws += 1;
        let place = self.random.hash_one(self.draws) as usize % self.turns.len().max(1);
        let waiting = self.turns.swap_remove_back(place).and_then(|address| self.by_address.remove(&address));
        let given_up = waiting.map_or(0, |waiting| waiting.len());
        self.len -= given_up;
        given_up as u64
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The next one.
    pub fn pop(&mut self) -> Option<Datagram> {
        let address = self.turns.pop_front()?;
        let waiting = self.by_address.get_mut(&address)?;
        let next = waiting.pop_front();
        if waiting.is_empty() {
            self.by_address.remove(&address);
        } else {
            self.turns.push_back(address);
        }
        self.len -= usize::from(next.is_some());
        next
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    fn addr(ip: u32, port: u16) -> SocketAddr {
        (IpAddr::from(ip.to_be_bytes()), port).into()
    }

    #[test]
    fn the_turn_goes_from_address_to_address() {
        let mut queue = Queue::default();
        for port in 1..=5 {
            assert_eq!(queue.push(addr(1, port), None, b"x"), 0);
        }
        queue.push(addr(2, 9), None, b"y");
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|next| next.from).collect();
        assert_eq!(order, [addr(1, 1), addr(2, 9), addr(1, 2), addr(1, 3), addr(1, 4), addr(1, 5)]);
        assert!(queue.is_empty());
    }

    #[test]
    fn one_address_has_its_share_and_no_more() {
        let mut queue = Queue::default();
        let given_up: u64 = (0..10_000).map(|at| queue.push(addr(1, at), None, b"x")).sum();
        assert_eq!(given_up, 10_000 - MOST_OF_ONE as u64);
    }

    #[test]
    fn a_flood_of_addresses_is_bounded() {
        let mut queue = Queue::default();
        let long = vec![7; 60_000];
        let given_up: u64 = (0..50_000).map(|ip| queue.push(addr(ip, 1), None, &long)).sum();
        assert_eq!(given_up, 50_000 - MOST as u64);
        let left: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(left.len(), MOST);
        assert!(left.iter().all(|next| next.bytes.len() == MOST_OCTETS));
        assert!(queue.is_empty() && queue.by_address.is_empty() && queue.turns.is_empty());
    }
}
