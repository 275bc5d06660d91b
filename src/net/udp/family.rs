//! Which addresses a socket speaks.

use std::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// The largest payload of an IPv4 datagram: 65,535 bytes less the headers of IPv4 (20) and UDP (8).
const MAX_LEN_V4: usize = 65_507;
/// The largest payload of an IPv6 datagram without jumbograms: the header of IPv6 does not count (RFC 8200 §3).
const MAX_LEN_V6: usize = 65_527;

/// What a socket was bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
    /// IPv6, and IPv4 as `::ffff:a.b.c.d`: what `::` is bound to.
    Dual,
}

impl Family {
    /// The family for a local address.
    pub fn of(local: SocketAddr) -> Self {
        match local.ip() {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(ip) if ip.is_unspecified() => Self::Dual,
            IpAddr::V6(_) => Self::V6,
        }
    }

    /// Whether it can reach the address.
    pub fn speaks(self, ip: IpAddr) -> bool {
        match self {
            Self::V4 => ip.to_canonical().is_ipv4(),
            Self::V6 => !ip.to_canonical().is_ipv4(),
            Self::Dual => true,
        }
    }

    /// The address as the socket wants it; `None` when it does not speak it.
    pub fn to_socket(self, addr: SocketAddr) -> Option<SocketAddr> {
        if !self.speaks(addr.ip()) {
            return None;
        }
        Some(match (self, shown(addr)) {
            (Self::Dual, SocketAddr::V4(v4)) => SocketAddrV6::new(v4.ip().to_ipv6_mapped(), v4.port(), 0, 0).into(),
            (_, addr) => addr,
        })
    }
}

/// The address as a person knows it: IPv4 as IPv4, also where an IPv6 socket gave it; nothing but address, port and
/// scope, so that two datagrams of one sender compare equal.
pub fn shown(addr: SocketAddr) -> SocketAddr {
    match addr {
        SocketAddr::V4(_) => addr,
        SocketAddr::V6(v6) => match v6.ip().to_ipv4_mapped() {
            Some(v4) => SocketAddrV4::new(v4, v6.port()).into(),
            None => SocketAddrV6::new(*v6.ip(), v6.port(), 0, v6.scope_id()).into(),
        },
    }
}

/// The largest payload that a datagram to the address can have, in bytes.
pub fn max_len(to: IpAddr) -> usize {
    if to.to_canonical().is_ipv4() { MAX_LEN_V4 } else { MAX_LEN_V6 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose
    use super::*;

    #[test]
    fn addresses_fit_the_socket_or_are_refused() {
        let addr = |s: &str| s.parse::<SocketAddr>().unwrap();
        let (v4, v6, mapped) = (addr("192.0.2.1:5"), addr("[2001:db8::1]:5"), addr("[::ffff:192.0.2.1]:5"));
        assert_eq!(Family::V4.to_socket(v4), Some(v4));
        assert_eq!(Family::V4.to_socket(mapped), Some(v4));
        assert_eq!(Family::V4.to_socket(v6), None);
        assert_eq!(Family::V6.to_socket(v6), Some(v6));
        assert_eq!(Family::V6.to_socket(v4), None);
        assert_eq!(Family::V6.to_socket(mapped), None);
        assert_eq!(Family::Dual.to_socket(v4), Some(mapped));
        assert_eq!(Family::Dual.to_socket(v6), Some(v6));
        assert_eq!(shown(mapped), v4);
        assert_eq!((max_len(v4.ip()), max_len(mapped.ip()), max_len(v6.ip())), (65_507, 65_507, 65_527));
    }
}
