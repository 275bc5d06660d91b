//! How exact a cycle is.

use std::time::Duration;

/// How far the time between two sends was from the interval, without its sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Jitter {
    /// Times that were measured.
    pub count: u64,
    /// The last one.
    pub last: Duration,
    /// Their mean.
    pub mean: Duration,
    /// 99 of 100 are at most this, to within 6 %.
    pub p99: Duration,
    /// The largest.
    pub max: Duration,
}

/// Steps between two powers of two, as a power of two.
const STEP_BITS: u32 = 4;
const STEPS: usize = 1 << STEP_BITS;
const BUCKETS: usize = (64 - STEP_BITS as usize + 1) * STEPS;

/// A histogram in nanoseconds, fine where times are short: 16 steps between two powers of two.
pub(super) struct Meter {
    buckets: Box<[u64; BUCKETS]>,
    count: u64,
    sum: u128,
    last: u64,
    max: u64,
}

impl Meter {
    pub fn new() -> Self {
        Self { buckets: Box::new([0; BUCKETS]), count: 0, sum: 0, last: 0, max: 0 }
    }

    /// Takes one in.
    pub fn note(&mut self, deviation: Duration) {
        let ns = u64::try_from(deviation.as_nanos()).unwrap_or(u64::MAX);
        self.buckets[bucket(ns)] += 1;
        self.count += 1;
        self.sum += u128::from(ns);
        self.last = ns;
        self.max = self.max.max(ns);
    }

    pub fn jitter(&self) -> Jitter {
        if self.count == 0 {
            return Jitter::default();
        }
        let mut above = self.count / 100;
        let p99 = self.buckets.iter().enumerate().rev().find_map(|(index, &in_bucket)| {
            if in_bucket > above {
                return Some(largest_in(index));
            }
            above -= in_bucket;
            None
        });
        Jitter {
            count: self.count,
            last: Duration::from_nanos(self.last),
            mean: Duration::from_nanos((self.sum / u128::from(self.count)) as u64),
            p99: Duration::from_nanos(p99.unwrap_or(self.max).min(self.max)),
            max: Duration::from_nanos(self.max),
        }
    }
}

fn bucket(ns: u64) -> usize {
    if ns < STEPS as u64 {
        return ns as usize;
    }
    let exponent = ns.ilog2();
    let step = (ns >> (exponent - STEP_BITS)) as usize & (STEPS - 1);
    (exponent - STEP_BITS + 1) as usize * STEPS + step
}

fn largest_in(bucket: usize) -> u64 {
    let (row, step) = (bucket / STEPS, (bucket % STEPS) as u64);
    if row == 0 {
        return step;
    }
    let width = 1u64 << (row - 1);
    ((STEPS as u64 + step) << (row - 1)) + (width - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_in_its_bucket_and_the_bucket_is_narrow() {
        for shift in 0..64 {
            for ns in [1u64 << shift, (1u64 << shift) - 1, (1u64 << shift) | 1 << (shift / 2), u64::MAX >> shift] {
                let largest = largest_in(bucket(ns));
                assert!(largest >= ns && largest - ns <= ns / 16, "{ns} {largest}");
            }
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn the_percentile_is_where_it_should_be() {
        let mut meter = Meter::new();
        assert_eq!(meter.jitter(), Jitter::default());
        for us in 1..=1000 {
            meter.note(Duration::from_micros(us));
        }
        let jitter = meter.jitter();
        assert_eq!((jitter.count, jitter.last, jitter.max), (1000, Duration::from_millis(1), Duration::from_millis(1)));
        assert_eq!(jitter.mean, Duration::from_nanos(500_500));
        assert!((990..=1000).contains(&jitter.p99.as_micros()), "{jitter:?}");
        let mut one = Meter::new();
        one.note(Duration::from_nanos(77_777));
        assert_eq!(one.jitter().p99, Duration::from_nanos(77_777));
    }
}
