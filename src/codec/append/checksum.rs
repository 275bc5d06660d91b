//! Checksums: those of the classic, the small sums of the field, and every CRC.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Crc;
use crate::codec::byte_order::ByteOrder;

/// A checksum. In settings it is its [name](Self::name).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "&str", try_from = "String")]
pub enum Checksum {
    /// 负校验: the two's complement of the byte sum; all bytes and this one add up to 0 modulo 256.
    Negative,
    /// 正校验: the byte sum modulo 256.
    Sum,
    /// 异或: the exclusive or of all bytes.
    Xor,
    /// The longitudinal redundancy check of Modbus ASCII. It is the same number as [`Checksum::Negative`].
    Lrc,
    /// The byte sum modulo 2^16.
    Sum16,
    /// The byte sum modulo 2^32.
    Sum32,
    /// Fletcher's checksum of bytes: two sums modulo 255, the second in the high byte.
    Fletcher16,
    /// Fletcher's checksum of 16-bit words: two sums modulo 65535, the second in the high half. The words are little
    /// endian; a last single byte is a word with a high byte of 0.
    Fletcher32,
    /// Adler-32 (RFC 1950 §9).
    Adler32,
    /// A CRC.
    Crc(Crc),
}

/// There is no checksum with this name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no checksum is called {0:?}")]
pub struct UnknownChecksum(String);

impl Checksum {
    /// All that are not a CRC, those of the classic first, in its order.
    pub const PLAIN: [Self; 9] = [
        Self::Negative,
        Self::Sum,
        Self::Xor,
        Self::Lrc,
        Self::Sum16,
        Self::Sum32,
        Self::Fletcher16,
        Self::Fletcher32,
        Self::Adler32,
    ];

    /// Every checksum, the CRCs after the others.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        Self::PLAIN.into_iter().chain(Crc::all().map(Self::Crc))
    }

    /// The one with this name, or with one of a CRC's other names, in upper or lower case.
    pub fn named(name: &str) -> Option<Self> {
        let plain = Self::PLAIN.into_iter().find(|checksum| checksum.name().eq_ignore_ascii_case(name));
        plain.or_else(|| Crc::named(name).map(Self::Crc))
    }

    /// Its name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Negative => "Negative",
            Self::Sum => "Sum",
            Self::Xor => "XOR",
            Self::Lrc => "LRC",
            Self::Sum16 => "Sum-16",
            Self::Sum32 => "Sum-32",
            Self::Fletcher16 => "Fletcher-16",
            Self::Fletcher32 => "Fletcher-32",
            Self::Adler32 => "Adler-32",
            Self::Crc(crc) => crc.name(),
        }
    }

    /// How many bytes it takes: as many as hold all its bits.
    pub fn len_bytes(self) -> usize {
        match self {
            Self::Negative | Self::Sum | Self::Xor | Self::Lrc => 1,
            Self::Sum16 | Self::Fletcher16 => 2,
            Self::Sum32 | Self::Fletcher32 | Self::Adler32 => 4,
            Self::Crc(crc) => usize::from(crc.bits()).div_ceil(8),
        }
    }

    /// The order in which its bytes usually go out: a CRC that reads the low bit first has the low byte first, as in
    /// Modbus RTU and HDLC; anything else the high byte.
    pub fn usual_order(self) -> ByteOrder {
        match self {
            Self::Crc(crc) if crc.is_reflected() => ByteOrder::Little,
            _ => ByteOrder::Big,
        }
    }

    /// The checksum of `bytes`, as a number.
    pub fn of(self, bytes: &[u8]) -> u128 {
        match self {
            Self::Negative | Self::Lrc => u128::from((sum(bytes) as u8).wrapping_neg()),
            Self::Sum => u128::from(sum(bytes) as u8),
            Self::Xor => u128::from(bytes.iter().fold(0, |xor, byte| xor ^ byte)),
            Self::Sum16 => u128::from(sum(bytes) as u16),
            Self::Sum32 => u128::from(sum(bytes) as u32),
            Self::Fletcher16 => two_sums(bytes.iter().map(|byte| u64::from(*byte)), 0, 255, 8),
            Self::Fletcher32 => two_sums(words(bytes), 0, 65_535, 16),
            Self::Adler32 => two_sums(bytes.iter().map(|byte| u64::from(*byte)), 1, 65_521, 16),
            Self::Crc(crc) => crc.of(bytes),
        }
    }
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte)).sum()
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let (pairs, last) = bytes.as_chunks::<2>();
    let pairs = pairs.iter().map(|pair| u64::from(u16::from_le_bytes(*pair)));
    pairs.chain(last.iter().map(|byte| u64::from(*byte)))
}

/// The sum of the numbers and the sum of its interim results, both modulo `modulus`, the second above the first.
fn two_sums(numbers: impl Iterator<Item = u64>, start: u64, modulus: u64, half_bits: u32) -> u128 {
    let (low, high) = numbers.fold((start, 0), |(low, high), number| {
        let low = (low + number) % modulus;
        (low, (high + low) % modulus)
    });
    u128::from(high << half_bits | low)
}

impl From<Checksum> for &'static str {
    fn from(checksum: Checksum) -> Self {
        checksum.name()
    }
}

impl TryFrom<String> for Checksum {
    type Error = UnknownChecksum;

    fn try_from(name: String) -> Result<Self, UnknownChecksum> {
        Self::named(&name).ok_or(UnknownChecksum(name))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn known_vectors() {
        // Modbus ASCII's example: the two's complement of 11 03 00 6B 00 03 is 7E.
        assert_eq!(Checksum::Negative.of(&[0x11, 0x03, 0x00, 0x6B, 0x00, 0x03]), 0x7E);
        assert_eq!(Checksum::Lrc.of(&[0x11, 0x03, 0x00, 0x6B, 0x00, 0x03]), 0x7E);
        // An Intel HEX record, `:10010000214601360121470136007EFE09D2190140`.
        let record = [0x10, 1, 0, 0, 0x21, 0x46, 1, 0x36, 1, 0x21, 0x47, 1, 0x36, 0, 0x7E, 0xFE, 9, 0xD2, 0x19, 1];
        assert_eq!(Checksum::Negative.of(&record), 0x40);
        assert_eq!(Checksum::Sum.of(&[0xFF, 0x02, 0x10]), 0x11);
        assert_eq!(Checksum::Sum16.of(&[0xFF; 300]), (255 * 300) % 65_536);
        assert_eq!(Checksum::Sum32.of(&[0xFF; 300]), 255 * 300);
        // NMEA 0183: $GPGGA,… *47
        let nmea = b"GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,";
        assert_eq!(Checksum::Xor.of(nmea), 0x47);
    }

    #[test]
    fn fletcher_and_adler() {
        for (text, fletcher16, fletcher32) in
            [("abcde", 0xC8F0, 0xF04F_C729), ("abcdef", 0x2057, 0x5650_2D2A), ("abcdefgh", 0x0627, 0xEBE1_9591)]
        {
            assert_eq!(Checksum::Fletcher16.of(text.as_bytes()), fletcher16, "{text}");
            assert_eq!(Checksum::Fletcher32.of(text.as_bytes()), fletcher32, "{text}");
        }
        assert_eq!(Checksum::Adler32.of(b"Wikipedia"), 0x11E6_0398);
        assert_eq!(Checksum::Adler32.of(b""), 1);
    }

    #[test]
    fn each_fits_its_bytes_and_is_found_by_its_name() {
        for checksum in Checksum::all() {
            for bytes in [&b""[..], b"a", &[0xFF; 1000]] {
                assert_eq!(checksum.of(bytes) >> (8 * checksum.len_bytes()), 0, "{checksum:?}");
            }
            assert_eq!(Checksum::named(&checksum.name().to_lowercase()), Some(checksum));
            let written = serde_json::to_string(&checksum).unwrap();
            assert_eq!(serde_json::from_str::<Checksum>(&written).unwrap(), checksum);
        }
        assert_eq!(serde_json::to_string(&Checksum::named("modbus")).unwrap(), r#""CRC-16/MODBUS""#);
        assert!(serde_json::from_str::<Checksum>(r#""CRC-99""#).is_err());
    }

    #[test]
    fn a_crc_that_goes_out_in_the_usual_order_leaves_the_same_rest_for_every_message() {
        for crc in Crc::all().filter(|crc| crc.bits().is_multiple_of(8)) {
            let checksum = Checksum::Crc(crc);
            let rest = |message: &[u8]| {
                let code = checksum.usual_order().bytes(crc.of(message), checksum.len_bytes());
                crc.of(&[message, &code].concat())
            };
            assert_eq!(rest(b"123456789"), rest(b"another one"), "{crc:?}");
        }
    }
}
