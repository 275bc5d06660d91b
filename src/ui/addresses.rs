//! Addresses as people type them and as settings keep them.

use std::net::{IpAddr, SocketAddr};

use crate::i18n::{Lang, Text, fill};
use crate::net::{Group, Interface};
use crate::settings::GroupSettings;

/// An address of this machine, with a port.
pub fn local_address(text: &str, port: u16, lang: Lang) -> Result<SocketAddr, String> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Ok(SocketAddr::new(ip, port));
    }
    // With a scope: only the form with a port parses.
    format!("[{text}]:{port}").parse().map_err(|_| fill(Text::NotAnAddress.text(lang), &[("value", &text)]))
}

/// `172.22.80.1 :8080`, `host:8080`, `[::1]:8080`, `::1 :8080`.
pub fn parse_remote(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.trim().rsplit_once(':')?;
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
        ok(" gateway.local : 502 ", "gateway.local", 502);
        ok("[::1]:8080", "::1", 8080);
        ok("[fe80::1%3] :80", "fe80::1%3", 80);
        ok("::1 :8080", "::1", 8080);
        for wrong in ["", "host", "host:", ":80", "host:0", "host:65536", "::1", "host:80x"] {
            assert_eq!(parse_remote(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn local_addresses_may_have_a_scope() {
        assert_eq!(local_address("0.0.0.0", 1, Lang::En).unwrap().to_string(), "0.0.0.0:1");
        assert_eq!(local_address("[::]", 1, Lang::En).unwrap().to_string(), "[::]:1");
        assert_eq!(local_address("fe80::1%3", 1, Lang::En).unwrap().to_string(), "[fe80::1%3]:1");
        assert!(local_address("localhost", 1, Lang::En).unwrap_err().contains("localhost"));
    }
}
