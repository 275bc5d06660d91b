//! Whom to tell that a node is here: ranges of addresses as a person types them, and the broadcast addresses of this
//! machine's interfaces.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use super::config::{AnnounceTo, Broadcast};
use crate::net::Interface;

/// All ranges together hold no more addresses than this: each of them gets datagrams.
pub const MAX_ADDRESSES: u64 = 65_536;

/// Addresses next to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressRange {
    /// From the first to the last, both included.
    V4(Ipv4Addr, Ipv4Addr),
    /// A single address of any family.
    One(IpAddr),
}

impl AddressRange {
    /// How many addresses it has.
    pub fn len(self) -> u64 {
        match self {
            Self::V4(first, last) => u64::from(last.to_bits() - first.to_bits()) + 1,
            Self::One(_) => 1,
        }
    }

    /// Never: a range has at least one address.
    pub fn is_empty(self) -> bool {
        false
    }

    /// Each of its addresses.
    pub fn addresses(self) -> impl Iterator<Item = IpAddr> {
        let (v4, one) = match self {
            Self::V4(first, last) => (Some(first.to_bits()..=last.to_bits()), None),
            Self::One(address) => (None, Some(address)),
        };
        v4.into_iter().flatten().map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))).chain(one)
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(first, last) => write!(f, "{first}-{last}"),
            Self::One(address) => address.fmt(f),
        }
    }
}

/// Why a list of ranges can't be understood, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{item:?} (character {}): {why}", at + 1)]
pub struct RangeError {
    /// What can't be understood.
    pub item: String,
    /// Where it begins, counted in characters from 0.
    pub at: usize,
    /// Why not.
    pub why: RangeProblem,
}

/// Why a range can't be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeProblem {
    /// Neither an address nor two with `-` between nor one with `/`.
    #[error("not an address such as 192.168.1.10, 192.168.1.0/24 or 192.168.1.10-192.168.1.50")]
    NotAnAddress,
    /// What follows the `/` is no number from 0 to 32.
    #[error("a prefix is a number from 0 to 32")]
    Prefix,
    /// The last address comes before the first.
    #[error("the last address comes before the first")]
    Backwards,
    /// Together more than [`MAX_ADDRESSES`].
    #[error("with it these are {0} addresses, more than the 65536 that are allowed")]
    TooMany(u64),
}

impl FromStr for AddressRange {
    type Err = RangeProblem;

    /// `192.168.1.10`, `192.168.1.0/24` (without its network and broadcast address), `192.168.1.10-192.168.1.50`,
    /// `192.168.1.10-50`, `fe80::1`.
    fn from_str(text: &str) -> Result<Self, RangeProblem> {
        let v4 = |text: &str| text.trim().parse::<Ipv4Addr>().map_err(|_| RangeProblem::NotAnAddress);
        if let Some((address, prefix)) = text.split_once('/') {
            let (address, prefix) = (v4(address)?, prefix.trim());
            let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
            let prefix: u32 = prefix.parse().ok().filter(|&p| digits && p <= 32).ok_or(RangeProblem::Prefix)?;
            let host_bits = u32::MAX.checked_shr(prefix).unwrap_or(0);
            let (first, last) = (address.to_bits() & !host_bits, address.to_bits() | host_bits);
            let edge = u32::from(prefix < 31);
            return Ok(Self::V4(Ipv4Addr::from_bits(first + edge), Ipv4Addr::from_bits(last - edge)));
        }
        if let Some((first, last)) = text.split_once(['-', '–', '~']) {
            let first = v4(first)?;
            let last = match last.trim().parse::<u8>() {
                Ok(end) => {
                    let [a, b, c, _] = first.octets();
                    Ipv4Addr::new(a, b, c, end)
                }
                Err(_) => v4(last)?,
            };
            return if last < first { Err(RangeProblem::Backwards) } else { Ok(Self::V4(first, last)) };
        }
        text.trim().parse().map(Self::One).map_err(|_| RangeProblem::NotAnAddress)
    }
}

/// Reads a list of ranges, with commas, semicolons, white space or new lines between.
pub fn parse_ranges(text: &str) -> Result<Vec<AddressRange>, RangeError> {
    let is_separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '，' | '；' | '、');
    let mut ranges = Vec::new();
    let mut total = 0;
    let mut at = 0;
    for item in text.split(is_separator) {
        if !item.is_empty() {
            let error = |why| RangeError { item: item.to_owned(), at, why };
            let range: AddressRange = item.parse().map_err(error)?;
            total += range.len();
            if total > MAX_ADDRESSES {
                return Err(error(RangeProblem::TooMany(total)));
            }
            ranges.push(range);
        }
        at += item.chars().count() + 1;
    }
    Ok(ranges)
}

impl AnnounceTo {
    /// Everyone that a node at `local` tells, each once: broadcast addresses first.
    pub fn addresses(&self, local: SocketAddr, interfaces: &[Interface]) -> Vec<SocketAddr> {
        let mut all: Vec<IpAddr> = Vec::new();
        if local.is_ipv4() {
            let chosen = |interface: &&Interface| match &self.broadcast {
                Broadcast::None => false,
                Broadcast::All => local.ip().is_unspecified() || interface.addr == local.ip(),
                Broadcast::Only(names) => names.contains(&interface.name),
            };
            // A loopback address reaches nobody by broadcast.
            if self.broadcast == Broadcast::All && !local.ip().is_loopback() {
                all.push(Ipv4Addr::BROADCAST.into());
            }
            all.extend(interfaces.iter().filter(chosen).filter_map(|interface| interface.broadcast).map(IpAddr::V4));
        }
        let speaks = |address: &IpAddr| address.is_ipv4() == local.is_ipv4() && *address != local.ip();
        all.extend(self.ranges.iter().flat_map(|range| range.addresses()).filter(speaks));
        let mut seen = std::collections::HashSet::new();
        all.retain(|address| seen.insert(*address));
        all.truncate(MAX_ADDRESSES as usize);
        all.into_iter().map(|address| SocketAddr::new(address, local.port())).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use proptest::prelude::*;

    use super::*;

    fn range(text: &str) -> (String, u64) {
        let range: AddressRange = text.parse().unwrap();
        assert_eq!(range.addresses().count() as u64, range.len(), "{text}");
        (range.to_string(), range.len())
    }

    #[test]
    fn ranges_are_read_as_people_write_them() {
        for (text, said, len) in [
            ("192.168.1.10", "192.168.1.10", 1),
            ("192.168.1.0/24", "192.168.1.1-192.168.1.254", 254),
            ("192.168.1.77/24", "192.168.1.1-192.168.1.254", 254),
            ("10.0.0.0/16", "10.0.0.1-10.0.255.254", 65_534),
            ("10.0.0.4/31", "10.0.0.4-10.0.0.5", 2),
            ("10.0.0.4/32", "10.0.0.4-10.0.0.4", 1),
            ("192.168.1.10-192.168.1.50", "192.168.1.10-192.168.1.50", 41),
            ("192.168.1.10-50", "192.168.1.10-192.168.1.50", 41),
            ("192.168.1.255-192.168.2.0", "192.168.1.255-192.168.2.0", 2),
            ("fe80::1", "fe80::1", 1),
        ] {
            assert_eq!(range(text), (said.to_owned(), len), "{text}");
        }
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let refused = |text: &str| parse_ranges(text).unwrap_err();
        let error = refused("10.0.0.1，10.0.0.2-,10.0.0.3");
        assert_eq!((error.item.as_str(), error.at, error.why), ("10.0.0.2-", 9, RangeProblem::NotAnAddress));
        assert_eq!(refused("  10.0.0.9-10.0.0.1").at, 2);
        for (text, why) in [
            ("10.0.0.9-10.0.0.1", RangeProblem::Backwards),
            ("10.0.0.0/33", RangeProblem::Prefix),
            ("10.0.0.0/", RangeProblem::Prefix),
            ("10.0.0.0/+8", RangeProblem::Prefix),
            ("10.0.0.0/8", RangeProblem::TooMany(16_777_214)),
            ("0.0.0.0/0", RangeProblem::TooMany(4_294_967_294)),
            ("10.0.0.0/16 10.1.0.0/30 10.2.0.1", RangeProblem::TooMany(65_537)),
            ("office", RangeProblem::NotAnAddress),
            ("10.0.0.256", RangeProblem::NotAnAddress),
            ("::/64", RangeProblem::NotAnAddress),
            ("/", RangeProblem::NotAnAddress),
        ] {
            assert_eq!(refused(text).why, why, "{text}");
        }
        assert_eq!(parse_ranges(" ,;\n").unwrap(), []);
    }

    #[test]
    fn everyone_is_told_once_and_never_oneself() {
        let interface = |name: &str, addr: &str, broadcast: &str| Interface {
            name: name.to_owned(),
            index: 1,
            addr: addr.parse().unwrap(),
            broadcast: broadcast.parse().ok(),
            is_loopback: false,
        };
        let interfaces = [
            interface("eth0", "10.0.0.5", "10.0.0.255"),
            interface("eth1", "10.1.0.5", "10.1.0.255"),
            interface("tun0", "10.2.0.5", ""),
        ];
        let told = |broadcast, ranges: &str, local: &str| {
            let to = AnnounceTo { broadcast, ranges: parse_ranges(ranges).unwrap() };
            let told = to.addresses(local.parse().unwrap(), &interfaces);
            told.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        let any = "0.0.0.0:2425";
        assert_eq!(told(Broadcast::All, "", any), "255.255.255.255:2425 10.0.0.255:2425 10.1.0.255:2425");
        assert_eq!(told(Broadcast::Only(vec!["eth1".to_owned()]), "", any), "10.1.0.255:2425");
        assert_eq!(told(Broadcast::All, "", "10.0.0.5:7"), "255.255.255.255:7 10.0.0.255:7");
        assert_eq!(told(Broadcast::None, "10.0.0.5 10.0.0.6 10.0.0.6-7 ::1", "10.0.0.5:9"), "10.0.0.6:9 10.0.0.7:9");
        assert_eq!(told(Broadcast::All, "127.0.0.2", "127.0.0.1:9"), "127.0.0.2:9");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9./, -]{0,40}|\\PC{0,40}") {
            match parse_ranges(&text) {
                Ok(ranges) => prop_assert!(ranges.iter().map(|range| range.len()).sum::<u64>() <= MAX_ADDRESSES),
                Err(error) => {
                    let there: String = text.chars().skip(error.at).collect();
                    prop_assert!(there.starts_with(&error.item));
                }
            }
        }
    }
}
