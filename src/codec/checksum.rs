//! The bytes that the classic window appends to what is sent (自动发送附加位).

use serde::{Deserialize, Serialize};

/// A checksum of one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Checksum {
    /// 负校验: the two's complement of the byte sum; all bytes and this one add up to 0 modulo 256.
    Negative,
    /// 正校验: the byte sum modulo 256.
    Sum,
    /// 异或: the exclusive or of all bytes.
    Xor,
}

impl Checksum {
    /// Every checksum, in the order in which the classic lists them.
    pub const ALL: [Self; 3] = [Self::Negative, Self::Sum, Self::Xor];

    /// The checksum of `bytes`; 0 for none.
    pub fn of(self, bytes: &[u8]) -> u8 {
        let sum = || bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte));
        match self {
            Self::Negative => sum().wrapping_neg(),
            Self::Sum => sum(),
            Self::Xor => bytes.iter().fold(0, |xor, byte| xor ^ byte),
        }
    }
}

/// What is appended to everything that is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Append {
    /// Nothing.
    #[default]
    None,
    /// A checksum of the bytes before it.
    Checksum(Checksum),
    /// 固定位: always these bytes; the classic proposes 0D.
    Fixed(Vec<u8>),
}

impl Append {
    /// What is sent after `bytes`.
    pub fn tail(&self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::None => Vec::new(),
            Self::Checksum(checksum) => vec![checksum.of(bytes)],
            Self::Fixed(bytes) => bytes.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_vectors() {
        // Modbus ASCII's example: the two's complement of 11 03 00 6B 00 03 is 7E.
        assert_eq!(Checksum::Negative.of(&[0x11, 0x03, 0x00, 0x6B, 0x00, 0x03]), 0x7E);
        // An Intel HEX record, `:10010000214601360121470136007EFE09D2190140`.
        let record = [0x10, 1, 0, 0, 0x21, 0x46, 1, 0x36, 1, 0x21, 0x47, 1, 0x36, 0, 0x7E, 0xFE, 9, 0xD2, 0x19, 1];
        assert_eq!(Checksum::Negative.of(&record), 0x40);
        assert_eq!(Checksum::Sum.of(&[0xFF, 0x02, 0x10]), 0x11);
        // NMEA 0183: $GPGGA,… *47
        let nmea = b"GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,";
        assert_eq!(Checksum::Xor.of(nmea), 0x47);
    }

    #[test]
    fn tails() {
        assert_eq!(Append::None.tail(b"abc"), b"");
        assert_eq!(Append::Checksum(Checksum::Sum).tail(b""), [0]);
        assert_eq!(Append::Checksum(Checksum::Xor).tail(b"ab"), [3]);
        assert_eq!(Append::Fixed(vec![0x0D]).tail(b"abc"), b"\r");
    }

    #[test]
    fn settings_come_back() {
        for append in [Append::None, Append::Checksum(Checksum::Negative), Append::Fixed(vec![0x0D, 0x0A])] {
            let written = serde_json::to_string(&append).unwrap_or_default();
            assert_eq!(serde_json::from_str::<Append>(&written).ok(), Some(append));
        }
    }
}
