//! Numbers: of our packets, and the random ones that spread our answers over time.

use crate::proto::Moment;

/// Packet numbers stay below this: receivers keep them in a signed 32-bit integer.
const END: u64 = 1 << 31;

/// The numbers of our packets: unique, strictly increasing, and never behind the seconds of the clock, so that the
/// numbers of the next run, which begins at its own seconds, are larger as well. iptux shows no message whose number
/// isn't larger than the last one.
#[derive(Debug)]
pub(super) struct Numbers {
    first: u64,
    next: u64,
}

impl Numbers {
    /// Begins at `first`, the seconds since 1970 at [`Moment::default`].
    pub(super) fn new(first: u64) -> Self {
        let first = first % END;
        Self { first, next: first.max(1) }
    }

    pub(super) fn take(&mut self, now: Moment) -> u64 {
        let number = self.next.max(self.first.saturating_add(now.0.as_secs()));
        let number = if number < END { number } else { self.start_over() };
        self.next = number + 1;
        number
    }

    /// After the last number there is no larger one: as with every client, the count begins anew.
    fn start_over(&mut self) -> u64 {
        self.first = 0;
        1
    }
}

/// A small generator (`SplitMix64`): the same seed gives the same delays, so that a run on simulated time can be
/// repeated. Not for secrets.
#[derive(Debug)]
pub(super) struct Dice {
    state: u64,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(super) fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 if `end` is 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        let high = (u128::from(self.roll()) * u128::from(end)) >> 64;
        u64::try_from(high).expect("the high half of a product of two u64 fits")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn second(seconds: u64) -> Moment {
        Moment(Duration::from_secs(seconds))
    }

    #[test]
    fn numbers_increase_and_follow_the_clock() {
        let mut numbers = Numbers::new(1_795_134_918);
        assert_eq!(numbers.take(second(0)), 1_795_134_918);
        assert_eq!(numbers.take(second(0)), 1_795_134_919);
        assert_eq!(numbers.take(second(0)), 1_795_134_920);
        assert_eq!(numbers.take(second(100)), 1_795_135_018);
        assert_eq!(numbers.take(second(50)), 1_795_135_019, "even if the clock stood still");
    }

    #[test]
    fn numbers_stay_below_2_to_the_31_and_above_0() {
        let mut numbers = Numbers::new(END - 2);
        assert_eq!(numbers.take(second(0)), END - 2);
        assert_eq!(numbers.take(second(0)), END - 1);
        assert_eq!(numbers.take(second(0)), 1);
        assert_eq!(numbers.take(second(0)), 2);
        assert!(Numbers::new(u64::MAX).take(second(u64::MAX)) < END);
        assert_eq!(Numbers::new(0).take(second(0)), 1);
    }

    #[test]
    fn dice_repeat_with_the_seed_and_stay_in_range() {
        let rolls = |seed| {
            let mut dice = Dice::new(seed);
            (0..100).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(rolls(7), rolls(7));
        assert_ne!(rolls(7), rolls(8));
        assert!(rolls(7).iter().all(|roll| *roll < 1000));
        assert_eq!(Dice::new(1).below(0), 0);
    }
}
