//! Addresses as people type them and as settings keep them.

use std::net::{IpAddr, SocketAddr, SocketAddrV6};

use crate::i18n::{Lang, Text, fill};
use crate::net::{Group, Interface};
use crate::settings::GroupSettings;

/// An address of this machine, with a port: `0.0.0.0`, `[::1]`, `fe80::1%eth0`, `fe80::1%2`. A link-local address
/// without its interface gets that of this machine's which has it.
pub fn local_address(text: &str, port: u16, interfaces: &[Interface], lang: Lang) -> Result<SocketAddr, String> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    if text.is_empty() {
        return Err(Text::NoLocalHost.text(lang).to_owned());
    }
    if let Ok(ip) = text.parse::<IpAddr>() {
        let ip = ip.to_canonical(); // a socket of IPv4 can be bound to it
        let ours = interfaces.iter().find(|interface| interface.addr == ip);
        return match ip {
            IpAddr::V6(v6) if v6.is_unicast_link_local() => ours
                .map(|interface| interface.socket_addr(port))
                .ok_or_else(|| fill(Text::NoInterface.text(lang), &[("value", &text)])),
            ip => Ok(SocketAddr::new(ip, port)),
        };
    }
    scoped(text, port, interfaces).ok_or_else(|| fill(Text::NotAnAddress.text(lang), &[("value", &text)]))
}

/// Refuses what can be neither a name nor an address of a host, and says what is wrong with it.
pub fn remote_host(host: &str, lang: Lang) -> Result<(), String> {
    if host.is_empty() {
        return Err(Text::NoHost.text(lang).to_owned());
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse::<IpAddr>() {
        let unscoped = matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local());
        return if unscoped { Err(fill(Text::NoInterface.text(lang), &[("value", &bare)])) } else { Ok(()) };
    }
    let literal = bare.split_once('%').is_some_and(|(ip, _)| ip.parse::<IpAddr>().is_ok());
    if !literal && host.contains(['/', ':', '：']) {
        return Err(fill(Text::HostOnly.text(lang), &[("value", &host)]));
    }
    Ok(())
}

/// `fe80::1%eth0` or `fe80::1%2`.
fn scoped(text: &str, port: u16, interfaces: &[Interface]) -> Option<SocketAddr> {
    let (ip, scope) = text.split_once('%')?;
    let named = interfaces.iter().find(|interface| interface.name == scope);
    let index = named.map_or_else(|| scope.parse().ok(), |interface| Some(interface.index))?;
    Some(SocketAddrV6::new(ip.parse().ok()?, port, 0, index).into())
}

/// `172.22.80.1 :8080`, `host:8080`, `[::1]:8080`, `::1 :8080`; the colon may be that of a Chinese keyboard.
pub fn parse_remote(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.trim().rsplit_once([':', '：'])?;
    let bracketed = host.trim_end().ends_with(']');
    let spaced = host.ends_with(char::is_whitespace);
    let host = host.trim().trim_start_matches('[').trim_end_matches(']').trim();
    // `::1` alone is an address without a port, not the host `:` with port 1.
    if host.is_empty() || (host.contains(':') && !bracketed && !spaced) {
        return None;
    }
    let port = port.trim().parse::<u16>().ok().filter(|p| *p > 0)?;
    Some((host.to_owned(), port))
}

/// A kept group on the interface that has its name today.
pub fn group(group: &GroupSettings, interfaces: &[Interface]) -> Option<Group> {
    let address: IpAddr = group.address.parse().ok()?;
    let on = |v4: bool| interfaces.iter().find(|i| i.name == group.interface && i.addr.is_ipv4() == v4);
    let found = on(address.is_ipv4()).or_else(|| on(!address.is_ipv4()));
    Some(Group {
        address,
        interface_index: found.map_or(0, |i| i.index),
        interface_address: match found.map(|i| i.addr) {
            Some(IpAddr::V4(ip)) => ip,
            _ => std::net::Ipv4Addr::UNSPECIFIED,
        },
        interface_name: group.interface.clone(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn remotes_are_read_as_people_write_them() {
        let ok =
            |text: &str, host: &str, port: u16| assert_eq!(parse_remote(text), Some((host.to_owned(), port)), "{text}");
        ok("172.22.80.1 :8080", "172.22.80.1", 8080);
        ok("172.22.80.1:8080", "172.22.80.1", 8080);
        ok("172.22.80.1：8080", "172.22.80.1", 8080);
        ok(" gateway.local : 502 ", "gateway.local", 502);
        ok("[::1]:8080", "::1", 8080);
        ok("[fe80::1%3] :80", "fe80::1%3", 80);
        ok("::1 :8080", "::1", 8080);
        for wrong in ["", "host", "host:", ":80", "host:0", "host:65536", "::1", "host:80x"] {
            assert_eq!(parse_remote(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_host_is_a_name_or_an_address_and_nothing_more() {
        for right in
            ["localhost", "gateway.local", "主机", "10.0.0.1", "::1", "[::1]", "fe80::1%eth0", "::ffff:1.2.3.4"]
        {
            assert_eq!(remote_host(right, Lang::En), Ok(()), "{right}");
        }
        for wrong in ["", "10.0.0.1:80", "10.0.0.1：80", "[::1]:80", "http://host", "host/path", "fe80::1"] {
            assert!(remote_host(wrong, Lang::En).is_err(), "{wrong}");
        }
    }

    #[test]
    fn local_addresses_may_have_a_scope() {
        let eth0 = Interface {
            name: "eth0".to_owned(),
            index: 3,
            addr: "fe80::1".parse().unwrap(),
            broadcast: None,
            is_loopback: false,
        };
        let local = |text: &str| local_address(text, 1, std::slice::from_ref(&eth0), Lang::En);
        for (text, address) in [
            ("0.0.0.0", "0.0.0.0:1"),
            (" 127.0.0.1 ", "127.0.0.1:1"),
            ("::ffff:127.0.0.1", "127.0.0.1:1"),
            ("[::]", "[::]:1"),
            ("fe80::1%3", "[fe80::1%3]:1"),
            ("fe80::1%eth0", "[fe80::1%3]:1"),
            ("[fe80::2%eth0]", "[fe80::2%3]:1"),
            ("fe80::1", "[fe80::1%3]:1"),
        ] {
            assert_eq!(local(text).unwrap().to_string(), address, "{text}");
        }
        for (wrong, said) in [
            ("localhost", "localhost is not an IP address"),
            ("fe80::1%wlan9", "fe80::1%wlan9 is not an IP address"),
            ("", "Fill in the local host"),
            ("fe80::2", "fe80::2 needs its interface: fe80::2%eth0"),
        ] {
            assert!(local(wrong).unwrap_err().starts_with(said), "{wrong}: {}", local(wrong).unwrap_err());
        }
    }
}
