//! How much of what comes in is looked at: token buckets per address and for all, and the count of what they refused.

use std::collections::BTreeMap;
use std::mem;
use std::net::IpAddr;
use std::time::Duration;

use super::config::Rate;
use super::recent::Recent;
use crate::proto::Moment;

/// How often refused datagrams of an address are reported.
pub(super) const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Addresses whose refused datagrams are counted one by one between two reports; those of further ones together.
const COUNTED_ADDRESSES: usize = 1024;

/// A token bucket: `burst` at once, `per_second` in the long run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    /// In millionths of a token, so that no fraction is lost between two datagrams.
    level: u64,
    filled_at: Moment,
}

const MILLIONTHS: u64 = 1_000_000;

impl Bucket {
    pub(super) fn full(rate: Rate, now: Moment) -> Self {
        Self { level: u64::from(rate.burst) * MILLIONTHS, filled_at: now }
    }

    /// Whether one more is allowed now.
    pub(super) fn take(&mut self, rate: Rate, now: Moment) -> bool {
        let elapsed_us = u64::try_from(now.since(self.filled_at).as_micros()).unwrap_or(u64::MAX);
        let gained = elapsed_us.saturating_mul(u64::from(rate.per_second));
        self.level = self.level.saturating_add(gained).min(u64::from(rate.burst) * MILLIONTHS);
        self.filled_at = self.filled_at.max(now);
        match self.level.checked_sub(MILLIONTHS) {
            Some(left) => {
                self.level = left;
                true
            }
            None => false,
        }
    }
}

/// The buckets of all addresses, and what they refused since the last report.
#[derive(Debug)]
pub(super) struct Gate {
    per_address: Rate,
    overall: Rate,
    addresses: Recent<IpAddr, Bucket>,
    all: Bucket,
    refused: BTreeMap<IpAddr, u64>,
    refused_elsewhere: u64,
}

impl Gate {
    pub(super) fn new(per_address: Rate, overall: Rate, addresses: usize) -> Self {
        Self {
            per_address,
            overall,
            addresses: Recent::new(addresses),
            all: Bucket::full(overall, Moment::default()),
            refused: BTreeMap::new(),
            refused_elsewhere: 0,
        }
    }

    /// Whether a datagram of `from` is looked at.
    pub(super) fn admits(&mut self, from: IpAddr, now: Moment) -> bool {
        let rate = self.per_address;
        self.addresses.entry(from, || Bucket::full(rate, now)).take(rate, now) && self.all.take(self.overall, now)
    }

    /// Counts a datagram of `from` that was dropped. `true` if it is the first since the last report.
    pub(super) fn count(&mut self, from: IpAddr) -> bool {
        let first = self.refused.is_empty() && self.refused_elsewhere == 0;
        if self.refused.len() < COUNTED_ADDRESSES || self.refused.contains_key(&from) {
            *self.refused.entry(from).or_default() += 1;
        } else {
            self.refused_elsewhere += 1;
        }
        first
    }

    /// What was dropped since the last report: per address, and under `None` that of too many addresses to tell.
    pub(super) fn report(&mut self) -> impl Iterator<Item = (Option<IpAddr>, u64)> + use<> {
        let elsewhere = mem::take(&mut self.refused_elsewhere);
        let addresses = mem::take(&mut self.refused).into_iter().map(|(address, dropped)| (Some(address), dropped));
        addresses.chain((elsewhere > 0).then_some((None, elsewhere)))
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn at(ms: u64) -> Moment {
        Moment(Duration::from_millis(ms))
    }

    fn address(index: u32) -> IpAddr {
        Ipv4Addr::from_bits(0x7F00_0000 + index).into()
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let rate = Rate { per_second: 10, burst: 5 };
        let mut bucket = Bucket::full(rate, at(0));
        assert_eq!((0..20).filter(|_| bucket.take(rate, at(0))).count(), 5);
        assert_eq!((0..1000).filter(|ms| bucket.take(rate, at(*ms))).count(), 9, "one per 100 ms");
        assert_eq!((0..20).filter(|_| bucket.take(rate, at(1_000_000))).count(), 5);
        assert!(!bucket.take(rate, at(5)), "a clock that went back gives nothing");
    }

    #[test]
    fn a_gate_holds_back_one_address_without_the_others() {
        let mut gate = Gate::new(Rate { per_second: 1, burst: 3 }, Rate { per_second: 1000, burst: 1000 }, 16);
        assert_eq!((0..10).filter(|_| gate.admits(address(1), at(0))).count(), 3);
        assert!(gate.admits(address(2), at(0)));
    }

    #[test]
    fn a_gate_bounds_all_addresses_together_and_counts_in_bounded_memory() {
        let mut gate = Gate::new(Rate { per_second: 1, burst: 3 }, Rate { per_second: 1, burst: 100 }, 16);
        assert_eq!((0..5000).filter(|index| gate.admits(address(*index), at(0))).count(), 100);
        assert!(gate.addresses.len() <= 16);
        assert!(gate.count(address(0)));
        assert!((1..5000).all(|index| !gate.count(address(index))));
        let report: Vec<_> = gate.report().collect();
        assert_eq!(report.len(), COUNTED_ADDRESSES + 1);
        assert_eq!(report.iter().map(|(_, dropped)| dropped).sum::<u64>(), 5000);
        assert_eq!(gate.report().count(), 0);
        assert!(gate.count(address(0)), "the next one is the first again");
    }
}
