//! A CRC by its name.

use std::fmt;

use super::catalogue::CATALOGUE;

/// One line of the catalogue.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) engine: Engine,
}

/// An algorithm with its table, by the width of its register.
#[derive(Clone, Copy)]
pub(super) enum Engine {
    U8(&'static crc::Crc<u8>),
    U16(&'static crc::Crc<u16>),
    U32(&'static crc::Crc<u32>),
    U64(&'static crc::Crc<u64>),
    U128(&'static crc::Crc<u128>),
}

/// Reads a field of whichever algorithm it is, as a number of 128 bits.
macro_rules! with {
    ($engine:expr, $crc:ident => $read:expr) => {
        match $engine {
            Engine::U8($crc) => u128::from($read),
            Engine::U16($crc) => u128::from($read),
            Engine::U32($crc) => u128::from($read),
            Engine::U64($crc) => u128::from($read),
            Engine::U128($crc) => u128::from($read),
        }
    };
}

/// A cyclic redundancy check of the [catalogue](https://reveng.sourceforge.io/crc-catalogue/all.htm).
#[derive(Clone, Copy)]
pub struct Crc(&'static Entry);

impl Crc {
    /// All of the catalogue, narrowest first.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        CATALOGUE.iter().map(Self)
    }

    /// The one with this name, be it the catalogue's or another that is in use, in upper or lower case.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|crc| {
            let mut names = std::iter::once(&crc.0.name).chain(crc.0.aliases);
            names.any(|known| known.eq_ignore_ascii_case(name))
        })
    }

    /// The catalogue's name, such as `CRC-16/MODBUS`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Other names that are in use, such as `CRC-16/CCITT-FALSE`.
    pub fn aliases(self) -> &'static [&'static str] {
        self.0.aliases
    }

    /// The width of its register, in bits.
    pub fn bits(self) -> u8 {
        with!(self.0.engine, crc => crc.algorithm.width) as u8
    }

    /// Whether it reads the low bit of each byte first. Its code then goes out with the low byte first.
    pub fn is_reflected(self) -> bool {
        with!(self.0.engine, crc => crc.algorithm.refin) != 0
    }

    /// The catalogue's check value: the CRC of the nine digits `123456789`.
    pub fn check(self) -> u128 {
        with!(self.0.engine, crc => crc.algorithm.check)
    }

    /// The CRC of these bytes.
    pub fn of(self, bytes: &[u8]) -> u128 {
        with!(self.0.engine, crc => crc.checksum(bytes))
    }
}

impl PartialEq for Crc {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Crc {}

impl std::hash::Hash for Crc {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Debug for Crc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_crc_gives_its_check_value() {
        assert_eq!(Crc::all().len(), 113);
        for crc in Crc::all() {
            assert_eq!(crc.of(b"123456789"), crc.check(), "{crc:?}");
            assert!(crc.check() >> crc.bits() == 0, "{crc:?}");
            assert!(crc.name().starts_with(&format!("CRC-{}/", crc.bits())), "{crc:?}");
        }
    }

    #[test]
    fn the_check_values_of_the_known_ones() {
        for (name, check) in [
            ("crc-8", 0xF4),
            ("CRC-8/MAXIM", 0xA1),
            ("CRC-16", 0xBB3D),
            ("CRC-16/MODBUS", 0x4B37),
            ("XMODEM", 0x31C3),
            ("CRC-16/CCITT-FALSE", 0x29B1),
            ("CRC-CCITT", 0x2189),
            ("CRC-16/X-25", 0x906E),
            ("CRC-16/USB", 0xB4C8),
            ("CRC-16/DNP", 0xEA82),
            ("CRC-24", 0x21_CF02),
            ("CRC-32", 0xCBF4_3926),
            ("CRC-32C", 0xE306_9283),
            ("CRC-32/MPEG-2", 0x0376_E6E7),
            ("CKSUM", 0x765E_7680),
            ("CRC-64", 0x6C40_DF5F_0B49_7347),
            ("CRC-64/XZ", 0x995D_C9BB_DF19_39FA),
            ("CRC-82/DARC", 0x0_9EA8_3F62_5023_801F_D612),
        ] {
            assert_eq!(Crc::named(name).unwrap().check(), check, "{name}");
        }
        assert_eq!(Crc::named("CRC-16/NOBODY"), None);
        assert_eq!(Crc::named(""), None);
    }

    #[test]
    fn no_two_share_a_name() {
        let mut names = HashSet::new();
        for crc in Crc::all() {
            for name in std::iter::once(&crc.name()).chain(crc.aliases()) {
                assert!(names.insert(name.to_ascii_uppercase()), "{name}");
                assert_eq!(Crc::named(name), Some(crc));
            }
        }
    }
}
