//! What the first field says of the program that sent it.
//!
//! FeiQ's: `1_lbt6_0#128#00163E4D0002#0#0#0#4001#9`; FeiQ 2.x may leave out the last two fields. The MAC address in it tells its hosts apart and is the key of its
//! group messages. It is as unproven as everything else in a datagram.

use std::fmt::Write as _;

use super::Entry;
use super::packet::decimal;

const FEIQ_PREFIX: &[u8] = b"1_lbt";
const IPTUX_PREFIX: &[u8] = b"1_iptux";

/// A generation of FeiQ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Series {
    /// 2.x, `lbt4`.
    Feiq2,
    /// 3.x and 2013, `lbt6`.
    Feiq3,
}

/// FeiQ's version string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeiqVersion {
    /// The generation.
    pub series: Series,
    /// The picture that stands for the user, by number.
    pub avatar: u32,
    /// A status word; 128 in captures.
    pub status: u32,
    /// 12 hexadecimal digits in ASCII, as sent.
    pub mac: [u8; 12],
    /// The fourth and fifth fields; zero in most captures, of unknown meaning.
    pub unknown: [u32; 2],
    /// The length of the ciphertext in a group message, in bytes; else zero.
    pub cipher_len: u32,
    /// What newer ones add.
    pub build: Option<Build>,
}

/// The last two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    /// The build, such as 4001.
    pub number: u32,
    /// 9 in captures, of unknown meaning.
    pub unknown: u32,
}

impl FeiqVersion {
    /// The version string of FeiQ 2013 on a host with this MAC address.
    pub const fn feiq3(mac: [u8; 12]) -> Self {
        Self {
            series: Series::Feiq3,
            avatar: 0,
            status: 128,
            mac,
            unknown: [0; 2],
            cipher_len: 0,
            build: Some(Build { number: 4001, unknown: 9 }),
        }
    }

    /// The version string of FeiQ 2.x on a host with this MAC address.
    pub const fn feiq2(mac: [u8; 12]) -> Self {
        Self { series: Series::Feiq2, ..Self::feiq3(mac) }
    }

    /// The 12 digits of a MAC address.
    pub fn mac_digits(mac: [u8; 6]) -> [u8; 12] {
        let mut digits = [0; 12];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(mac) {
            for (digit, nibble) in pair.iter_mut().zip([byte >> 4, byte & 0x0F]) {
                *digit = b"0123456789ABCDEF"[usize::from(nibble)];
            }
        }
        digits
    }

    /// Reads a first field; `None` if it is not of this form.
    pub fn parse(version: &[u8]) -> Option<Self> {
        let mut fields = version.split(|byte| *byte == b'#');
        let (series, avatar) = match fields.next()?.strip_prefix(FEIQ_PREFIX)? {
            [b'4', b'_', avatar @ ..] => (Series::Feiq2, avatar),
            [b'6', b'_', avatar @ ..] => (Series::Feiq3, avatar),
            _ => return None,
        };
        let mut next = || fields.next();
        let parsed = Self {
            series,
            avatar: small(avatar)?,
            status: small(next()?)?,
            mac: next()?.try_into().ok().filter(|mac: &[u8; 12]| mac.iter().all(u8::is_ascii_hexdigit))?,
            unknown: [small(next()?)?, small(next()?)?],
            cipher_len: small(next()?)?,
            build: match next() {
                Some(number) => Some(Build { number: small(number)?, unknown: small(next()?)? }),
                None => None,
            },
        };
        next().is_none().then_some(parsed)
    }

    /// The first field.
    pub fn emit(&self) -> Vec<u8> {
        let series = match self.series {
            Series::Feiq2 => '4',
            Series::Feiq3 => '6',
        };
        let Self { avatar, status, mac, unknown: [fourth, fifth], cipher_len, .. } = self;
        let mac = mac.escape_ascii();
        let mut version = format!("1_lbt{series}_{avatar}#{status}#{mac}#{fourth}#{fifth}#{cipher_len}");
        if let Some(Build { number, unknown }) = self.build {
            let _ = write!(version, "#{number}#{unknown}"); // a String takes everything
        }
        version.into_bytes()
    }
}

fn small(digits: &[u8]) -> Option<u32> {
    decimal(digits).and_then(|number| u32::try_from(number).ok())
}

/// Whether the first field is FeiQ's, in any of its forms.
pub fn is_feiq(version: &[u8]) -> bool {
    version.starts_with(FEIQ_PREFIX)
}

/// Which program a peer seems to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ClientKind {
    /// FeiQ 2.x.
    Feiq2,
    /// FeiQ 3.x, 2013 and what comes after.
    Feiq3,
    /// IP Messenger, or one that does as it does.
    Ipmsg,
    /// iptux.
    Iptux,
    /// A script, or not enough was seen.
    #[default]
    Other,
}

impl ClientKind {
    /// What the first field and the entry, if there was one, say together.
    ///
    /// A bare `1` is IP Messenger's, but also every script's: it counts only with an entry.
    pub fn seen(version: &[u8], entry: Option<&Entry>) -> Self {
        match version.strip_prefix(FEIQ_PREFIX) {
            Some([b'0'..=b'4', ..]) => Self::Feiq2,
            Some(_) => Self::Feiq3,
            None if version.starts_with(IPTUX_PREFIX) => Self::Iptux,
            None if entry.is_some_and(|entry| entry.icon.is_some()) => Self::Iptux,
            None if entry.is_some() => Self::Ipmsg,
            None => Self::Other,
        }
    }

    /// Whether it is a FeiQ.
    pub const fn is_feiq(self) -> bool {
        matches!(self, Self::Feiq2 | Self::Feiq3)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn feiq_2013() {
        let bytes = b"1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9";
        let version = FeiqVersion::parse(bytes).unwrap();
        assert_eq!(version, FeiqVersion::feiq3(*b"C85B76BD9F3F"));
        assert_eq!(version.emit(), bytes);
    }

    #[test]
    fn every_field_is_kept() {
        let bytes = b"1_lbt4_5#131200#2089843BA6F8#1944#7#48#4000#9";
        let version = FeiqVersion::parse(bytes).unwrap();
        assert_eq!((version.series, version.avatar, version.cipher_len), (Series::Feiq2, 5, 48));
        assert_eq!(version.emit(), bytes);
        let short = b"1_lbt4_0#128#2089843BA6F8#0#0#48";
        let version = FeiqVersion::parse(short).unwrap();
        assert_eq!((version.cipher_len, version.build), (48, None));
        assert_eq!(version.emit(), short);
    }

    #[test]
    fn other_forms_are_none_of_it() {
        for version in [
            "1",
            "",
            "1_iptux 0.8.3",
            "1_lbt6_0",
            "1_lbt5_0#128#C85B76BD9F3F#0#0#0#4001#9",
            "1_lbt6_0#128#C85B76BD9F3#0#0#0#4001#9",
            "1_lbt6_0#128#C85B76BD9F3G#0#0#0#4001#9",
            "1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9#1",
            "1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001",
            "1_lbt6_0#128#C85B76BD9F3F#0#0#0#4294967296#9",
        ] {
            assert_eq!(FeiqVersion::parse(version.as_bytes()), None, "{version}");
        }
    }

    #[test]
    fn digits_of_a_mac_address() {
        assert_eq!(&FeiqVersion::mac_digits([0x00, 0x16, 0x3E, 0x4D, 0x00, 0xAF]), b"00163E4D00AF");
    }

    #[test]
    fn programs_are_told_apart() {
        let plain = Entry::default();
        let iptux = Entry { icon: Some(b"icon.png".to_vec()), ..Entry::default() };
        assert_eq!(ClientKind::seen(b"1_lbt4_0#0#", None), ClientKind::Feiq2);
        assert_eq!(ClientKind::seen(b"1_lbt6_0#128#", Some(&plain)), ClientKind::Feiq3);
        assert_eq!(ClientKind::seen(b"1_lbt7", None), ClientKind::Feiq3);
        assert_eq!(ClientKind::seen(b"1_iptux 0.8.3", None), ClientKind::Iptux);
        assert_eq!(ClientKind::seen(b"1", Some(&iptux)), ClientKind::Iptux);
        assert_eq!(ClientKind::seen(b"1", Some(&plain)), ClientKind::Ipmsg);
        assert_eq!(ClientKind::seen(b"1", None), ClientKind::Other);
    }
}
