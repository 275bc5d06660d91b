//! This machine's addresses, each with its interface.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV6};

use if_addrs::IfAddr;

/// An address of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Interface {
    /// The interface's name: `eth0`, or on Windows the friendly one (`以太网`).
    pub name: String,
    /// The system's number of the interface; 0 where it is not known.
    pub index: u32,
    /// The address. An interface with several appears several times.
    pub addr: IpAddr,
    /// The broadcast address of its subnet, for IPv4 where there is one.
    pub broadcast: Option<Ipv4Addr>,
    /// Whether it only reaches this machine.
    pub is_loopback: bool,
}

impl Interface {
    /// The address with a port, and for a link-local IPv6 address with its scope, without which it can't be bound.
    pub fn socket_addr(&self, port: u16) -> SocketAddr {
        match self.addr {
            IpAddr::V6(ip) if ip.is_unicast_link_local() => SocketAddrV6::new(ip, port, 0, self.index).into(),
            ip => SocketAddr::new(ip, port),
        }
    }
}

/// All addresses of this machine: IPv4 first, loopback after the others of its family, link-local IPv6 last.
/// Empty where the system does not tell.
pub fn list() -> Vec<Interface> {
    let found = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "list the network interfaces");
        Vec::new()
    });
    let mut all: Vec<Interface> = found
        .into_iter()
        .map(|i| Interface {
            is_loopback: i.is_loopback(),
            index: i.index.unwrap_or(0),
            broadcast: match &i.addr {
                // A loopback address has none, whatever an interface may say.
                IfAddr::V4(v4) if !v4.ip.is_loopback() => v4.broadcast,
                _ => None,
            },
            addr: i.addr.ip(),
            name: i.name,
        })
        .collect();
    all.sort_by_key(|i| {
        let link_local = matches!(i.addr, IpAddr::V6(ip) if ip.is_unicast_link_local());
        (i.addr.is_ipv6(), link_local, i.is_loopback, i.index, i.addr)
    });
    all.dedup();
    all
}

/// The number of an interface, by its name or its number in digits: what follows `%` in `fe80::1%eth0`.
pub fn index_of(name: &str) -> Option<u32> {
    if let Ok(index) = name.parse::<u32>() {
        return (index != 0).then_some(index);
    }
    list().into_iter().find(|i| i.name == name && i.index != 0).map(|i| i.index)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose
    use super::*;

    #[test]
    fn loopback_is_there_and_ipv4_comes_first() {
        let all = list();
        let loopback = all.iter().find(|i| i.addr == IpAddr::V4(Ipv4Addr::LOCALHOST)).unwrap();
        assert!(loopback.is_loopback);
        assert_eq!(loopback.broadcast, None);
        assert!(all.is_sorted_by_key(|i| i.addr.is_ipv6()));
        assert_eq!(index_of(&loopback.name), Some(loopback.index));
        assert_eq!(index_of("no such interface"), None);
        assert_eq!(index_of("0"), None);
    }

    #[test]
    fn only_link_local_addresses_carry_a_scope() {
        let at = |addr: &str| Interface {
            name: "eth0".to_owned(),
            index: 7,
            addr: addr.parse().unwrap(),
            broadcast: None,
            is_loopback: false,
        };
        assert_eq!(at("fe80::1").socket_addr(80).to_string(), "[fe80::1%7]:80");
        assert_eq!(at("fd00::1").socket_addr(80).to_string(), "[fd00::1]:80");
        assert_eq!(at("10.0.0.1").socket_addr(80).to_string(), "10.0.0.1:80");
    }
}
