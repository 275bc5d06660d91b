//! Block numbers: 16 bits on the wire, 64 bits here, so that no file is too long.

/// What follows block 65535 on the wire; the RFCs don't say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rollover {
    /// Block 65536 is numbered 0, as most do.
    #[default]
    Zero,
    /// Block 65536 is numbered 1, as a few do.
    One,
}

/// The first block whose number on the wire depends on the [`Rollover`].
pub(super) const CROSSING: u64 = 1 << 16;

impl Rollover {
    /// The number of `block` on the wire. Block 0 is what an OACK or a WRQ stands for.
    pub(super) fn wire(self, block: u64) -> u16 {
        let number = match self {
            Self::One if block > 0 => (block - 1) % 65_535 + 1,
            _ => block % CROSSING,
        };
        u16::try_from(number).expect("a remainder below 65536")
    }

    /// How many blocks after `from` the next one with this number comes; `None` if there is none.
    pub(super) fn ahead(self, from: u64, wire: u16) -> Option<u64> {
        let (base, wire) = (u64::from(self.wire(from)), u64::from(wire));
        match self {
            Self::One if from > 0 => (wire > 0).then(|| (wire + 65_535 - base) % 65_535),
            _ => Some((wire + CROSSING - base) % CROSSING),
        }
    }

    /// True if `wire` is the number of the block before `next`.
    pub(super) fn is_before(self, next: u64, wire: u16) -> bool {
        next > 0 && self.wire(next - 1) == wire
    }

    /// The other one.
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Zero => Self::One,
            Self::One => Self::Zero,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rollover::{One, Zero};

    #[test]
    fn both_rollovers() {
        assert_eq!([65_535, 65_536, 65_537, 131_072].map(|block| Zero.wire(block)), [65_535, 0, 1, 0]);
        assert_eq!([65_535, 65_536, 131_070, 131_071].map(|block| One.wire(block)), [65_535, 1, 65_535, 1]);
        assert_eq!((Zero.wire(0), One.wire(0)), (0, 0));
    }

    #[test]
    fn the_distance_is_the_inverse() {
        let terabytes = (1 << 50) / 8;
        for rollover in [Zero, One] {
            for from in [0, 1, 2, 65_534, 65_535, 65_536, 65_537, 131_070, 131_071, terabytes] {
                for distance in [0, 1, 2, 16, 65_534] {
                    let wire = rollover.wire(from + distance);
                    let found = rollover.ahead(from, wire);
                    assert_eq!(found, Some(distance), "{rollover:?}: {from} + {distance}");
                }
            }
        }
        assert_eq!(One.ahead(70_000, 0), None);
    }
}
