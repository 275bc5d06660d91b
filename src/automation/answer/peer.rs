//! Who is answered.

use std::net::{IpAddr, SocketAddr};

use thiserror::Error;

/// Who sent something: an address, and the number of its connection (0 for datagrams).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remote {
    /// Its address.
    pub addr: SocketAddr,
    /// Its connection.
    pub stream: u32,
}

/// Which peers a rule is for: `192.168.1.7`, `192.168.1.7:8080`, `[::1]:8080`, `192.168.1.0/24`; empty for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PeerFilter {
    /// Everyone.
    #[default]
    Anyone,
    /// This address with any port.
    Address(IpAddr),
    /// This address and port.
    Port(IpAddr, u16),
    /// The addresses that begin with so many bits of this one.
    Network(IpAddr, u8),
}

/// Why a text names no peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PeerError {
    /// Not an address.
    #[error("an address (192.168.1.7), with a port (192.168.1.7:8080) or a network (192.168.1.0/24) is expected")]
    NotAnAddress,
    /// More bits than the address has.
    #[error("a network of 0 to {most} bits is expected")]
    Bits {
        /// How many the address has.
        most: u8,
    },
}

impl PeerFilter {
    /// Reads the text; blanks in it mean nothing, as in the classic's `192.168.1.7 :8080`.
    pub fn parse(text: &str) -> Result<Self, PeerError> {
        let text: String = text.chars().filter(|ch| !ch.is_whitespace()).collect();
        if text.is_empty() {
            return Ok(Self::Anyone);
        }
        let ip = |text: &str| {
            let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
            bare.parse::<IpAddr>().map(|ip| ip.to_canonical()).map_err(|_| PeerError::NotAnAddress)
        };
        if let Some((address, bits)) = text.split_once('/') {
            let address = ip(address)?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            let bits = bits.parse().ok().filter(|bits| *bits <= most).ok_or(PeerError::Bits { most })?;
            return Ok(Self::Network(address, bits));
        }
        match text.parse::<SocketAddr>() {
            Ok(addr) => Ok(Self::Port(addr.ip().to_canonical(), addr.port())),
            Err(_) => ip(&text).map(Self::Address),
        }
    }

    /// Whether this peer is one of them.
    pub fn contains(&self, peer: SocketAddr) -> bool {
        let ip = peer.ip().to_canonical();
        match self {
            Self::Anyone => true,
            Self::Address(wanted) => ip == *wanted,
            Self::Port(wanted, port) => ip == *wanted && peer.port() == *port,
            Self::Network(network, bits) => match (network, ip) {
                (IpAddr::V4(network), IpAddr::V4(ip)) => {
                    let differing = network.to_bits() ^ ip.to_bits();
                    differing.leading_zeros() >= u32::from(*bits)
                }
                (IpAddr::V6(network), IpAddr::V6(ip)) => {
                    let differing = network.to_bits() ^ ip.to_bits();
                    differing.leading_zeros() >= u32::from(*bits)
                }
                _ => false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn filters_name_their_peers() {
        for (filter, inside, outside) in [
            ("", "1.2.3.4:5", None),
            ("127.0.0.1", "127.0.0.1:9", Some("127.0.0.2:9")),
            ("127.0.0.1 :8080", "127.0.0.1:8080", Some("127.0.0.1:8081")),
            ("[::1]:80", "[::1]:80", Some("[::2]:80")),
            ("[::1]", "[::1]:7", Some("127.0.0.1:7")),
            ("::1", "[::1]:7", Some("[::3]:7")),
            ("192.168.1.0/24", "192.168.1.255:1", Some("192.168.2.0:1")),
            ("10.0.0.0/0", "9.9.9.9:1", Some("[::1]:1")),
            ("10.0.0.1/32", "10.0.0.1:1", Some("10.0.0.0:1")),
            ("fe80::/10", "[fe80::1]:1", Some("[fec0::1]:1")),
            ("::ffff:10.0.0.1", "10.0.0.1:1", Some("10.0.0.2:1")),
        ] {
            let parsed = PeerFilter::parse(filter).unwrap();
            assert!(parsed.contains(inside.parse().unwrap()), "{filter}");
            assert!(outside.is_none_or(|outside| !parsed.contains(outside.parse().unwrap())), "{filter}");
        }
        for wrong in ["x", "1.2.3", "1.2.3.4:99999", "/24", "localhost"] {
            assert_eq!(PeerFilter::parse(wrong), Err(PeerError::NotAnAddress), "{wrong}");
        }
        assert_eq!(PeerFilter::parse("1.2.3.4/33"), Err(PeerError::Bits { most: 32 }));
        assert_eq!(PeerFilter::parse("::/129"), Err(PeerError::Bits { most: 128 }));
    }
}
