//! How often each peer is answered: two programs that answer each other must not run away.

use std::collections::HashMap;
use std::time::Duration;

use super::peer::Remote;

/// How many peers are remembered for sure. Beyond it (senders of datagrams can be forged) the ones that were heard of
/// longest ago are forgotten, and may be answered as if they were new.
const REMEMBERED: usize = 4096;
/// How much may come at once before the limit is felt, as a time.
const BURST: Duration = Duration::from_secs(1);

/// A limit of answers per peer: a bucket that holds one second's worth of them (the generic cell rate algorithm, so
/// that a peer costs one time).
#[derive(Clone, Debug)]
pub struct Throttle {
    gap: Duration,
    /// Peers that were heard of recently, and those that were before them. When the first are too many, they take the
    /// place of the others.
    young: HashMap<Remote, Cell>,
    old: HashMap<Remote, Cell>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    /// When the bucket is full again.
    full_at: Duration,
    /// Whether something was held back since it was full.
    is_marked: bool,
}

/// Whether a peer may be answered now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Allowed,
    /// Too much.
    Over {
        /// Whether it is the first time since it was quiet, so that it is worth a mark.
        is_first: bool,
        /// When it may be answered again.
        free_at: Duration,
    },
}

impl Throttle {
    /// A limit of so many answers per second, at least 1.
    pub fn new(per_second: u32) -> Self {
        Self { gap: Duration::from_secs(1) / per_second.max(1), young: HashMap::new(), old: HashMap::new() }
    }

    /// Asks for one answer; `now` counts from any beginning.
    pub fn ask(&mut self, who: Remote, now: Duration) -> Verdict {
        let gap = self.gap;
        let cell = self.cell(who);
        if cell.full_at <= now {
            *cell = Cell { full_at: now, is_marked: false };
        }
        let full_at = cell.full_at + gap;
        if full_at > now + BURST {
            let is_first = !cell.is_marked;
            cell.is_marked = true;
            return Verdict::Over { is_first, free_at: full_at.saturating_sub(BURST) };
        }
        cell.full_at = full_at;
        Verdict::Allowed
    }

    /// Forgets a peer whose connection ended.
    pub fn forget(&mut self, who: Remote) {
        self.young.remove(&who);
        self.old.remove(&who);
    }

    fn cell(&mut self, who: Remote) -> &mut Cell {
        if !self.young.contains_key(&who) {
            let cell = self.old.remove(&who).unwrap_or_default();
            if self.young.len() >= REMEMBERED {
                self.old = std::mem::take(&mut self.young);
            }
            self.young.insert(who, cell);
        }
        self.young.entry(who).or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    fn peer(number: u32) -> Remote {
        Remote { addr: "127.0.0.1:9".parse().unwrap(), stream: number }
    }

    #[test]
    fn a_burst_then_the_rate() {
        let mut throttle = Throttle::new(1000);
        let start = Duration::from_secs(7);
        let allowed = (0..5000).filter(|_| throttle.ask(peer(1), start) == Verdict::Allowed).count();
        assert_eq!(allowed, 1000);
        assert_eq!(throttle.ask(peer(2), start), Verdict::Allowed, "another peer has its own");
        let Verdict::Over { is_first: false, free_at } = throttle.ask(peer(1), start) else { panic!() };
        assert_eq!(free_at, start + Duration::from_millis(1));
        let mut allowed = 0;
        for tenth_ms in 1..=100_000_u32 {
            let now = start + Duration::from_micros(100) * tenth_ms;
            allowed += u32::from(throttle.ask(peer(1), now) == Verdict::Allowed);
        }
        assert_eq!(allowed, 10_000);
    }

    #[test]
    fn one_mark_until_it_was_quiet() {
        let mut throttle = Throttle::new(1);
        let firsts = |throttle: &mut Throttle, now: u64| {
            (0..10)
                .filter(|_| {
                    matches!(throttle.ask(peer(1), Duration::from_secs(now)), Verdict::Over { is_first: true, .. })
                })
                .count()
        };
        assert_eq!(firsts(&mut throttle, 0), 1);
        assert_eq!(firsts(&mut throttle, 0), 0);
        assert_eq!(firsts(&mut throttle, 60), 1);
    }

    #[test]
    fn forged_senders_cost_bounded_memory() {
        let mut throttle = Throttle::new(1000);
        for number in 0..100_000 {
            throttle.ask(peer(number), Duration::ZERO);
            if number % 1000 == 0 {
                // One that is heard of again and again is not forgotten among them.
                throttle.ask(peer(u32::MAX), Duration::ZERO);
            }
        }
        assert!(throttle.young.len() + throttle.old.len() <= 2 * REMEMBERED);
        let left = (0..2000).filter(|_| throttle.ask(peer(u32::MAX), Duration::ZERO) == Verdict::Allowed).count();
        assert_eq!(left, 900);
    }
}
