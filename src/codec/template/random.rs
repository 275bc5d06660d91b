//! Random numbers that come again with the same seed. Not for secrets.

/// A generator (`SplitMix64`).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The generator with this seed.
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number from `from` to `to`, both included, each as likely as any other.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        let span = from.abs_diff(to);
        if span == u64::MAX {
            return self.next_u64().cast_signed();
        }
        let count = u128::from(span) + 1;
        // The product's high half is the choice; low halves below the remainder would favour some.
        let uneven = (1_u128 << 64) % count;
        loop {
            let product = u128::from(self.next_u64()) * count;
            if u128::from(product as u64) >= uneven {
                return from.wrapping_add(((product >> 64) as u64).cast_signed());
            }
        }
    }

    /// The 16 bytes of a random UUID (RFC 9562 §5.4).
    pub(super) fn uuid(&mut self) -> [u8; 16] {
        let mut bytes = (u128::from(self.next_u64()) << 64 | u128::from(self.next_u64())).to_be_bytes();
        bytes[6] = bytes[6] & 0x0F | 0x40;
        bytes[8] = bytes[8] & 0x3F | 0x80;
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_published_numbers() {
        let mut random = Random::seeded(1_234_567);
        assert_eq!(random.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(random.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn every_number_of_a_range_comes_about_equally_often() {
        let mut random = Random::seeded(1);
        let mut seen = [0; 6];
        for _ in 0..6000 {
            seen[usize::try_from(random.between(1, 6) - 1).unwrap_or(usize::MAX)] += 1;
        }
        assert!(seen.iter().all(|count| (850..1150).contains(count)), "{seen:?}");
    }

    #[test]
    fn extreme_ranges() {
        let mut random = Random::seeded(2);
        assert_eq!(random.between(-7, -7), -7);
        assert_eq!(random.between(i64::MAX, i64::MAX), i64::MAX);
        let mut signs: Vec<_> = (0..100).map(|_| random.between(i64::MIN, i64::MAX).signum()).collect();
        signs.sort_unstable();
        signs.dedup();
        assert_eq!(signs, [-1, 1]);
        assert!((0..100).all(|_| random.between(i64::MIN, i64::MAX - 1) < i64::MAX));
        assert!((0..100).all(|_| (i64::MIN..=0).contains(&random.between(i64::MIN, 0))));
    }
}
