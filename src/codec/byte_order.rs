//! Which byte of a number comes first.

use serde::{Deserialize, Serialize};

/// The order of a number's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ByteOrder {
    /// The most significant byte first, as networks have it.
    #[default]
    Big,
    /// The least significant byte first.
    Little,
}

impl ByteOrder {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Big, Self::Little];

    /// The low `len` bytes of a number, at most 16.
    pub fn bytes(self, number: u128, len: usize) -> Vec<u8> {
        match self {
            Self::Big => number.to_be_bytes()[16_usize.saturating_sub(len)..].to_vec(),
            Self::Little => number.to_le_bytes()[..len.min(16)].to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ByteOrder::{Big, Little};

    #[test]
    fn the_low_bytes_in_order() {
        assert_eq!(Big.bytes(0x01_0203, 2), [2, 3]);
        assert_eq!(Little.bytes(0x01_0203, 2), [3, 2]);
        assert_eq!(Big.bytes(7, 4), [0, 0, 0, 7]);
        assert!(Little.bytes(7, 0).is_empty());
        assert_eq!(Big.bytes(u128::MAX, 20).len(), 16);
    }
}
