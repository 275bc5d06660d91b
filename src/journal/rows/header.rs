//! The classic's header lines: `[2024-07-22 16:21:55.682]# SEND ASCII/20 >>>`.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use jiff::tz::TimeZone;

use super::{Mode, View};
use crate::journal::{Head, Kind, Timestamp};

/// The classic writes a blank before the colon of a port.
pub const ADDRESS_SEPARATOR: &str = " :";

/// An address as the classic writes it: `172.16.1.241 :8080`, `[::1] :8080`.
pub fn address(addr: &SocketAddr) -> String {
    match addr.ip() {
        IpAddr::V4(ip) => format!("{ip}{ADDRESS_SEPARATOR}{}", addr.port()),
        IpAddr::V6(_) => {
            // The standard form keeps the scope id; cut its `:port` and write ours.
            let text = addr.to_string();
            let host = text.rsplit_once(':').map_or(text.as_str(), |(host, _)| host);
            format!("{host}{ADDRESS_SEPARATOR}{}", addr.port())
        }
    }
}

/// `[2024-07-22 16:21:55.682]# `, in local time.
pub(super) fn push_time(time: Timestamp, zone: &TimeZone, out: &mut String) {
    let stamp = jiff::Timestamp::from_nanosecond(i128::from(time.0)).unwrap_or_default();
    let local = zone.to_datetime(stamp);
    let _ = write!(
        out,
        "[{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}]# ",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second(),
        local.subsec_nanosecond() / 1_000_000
    );
}

/// The header of a payload, without the time: `RECV ASCII/30 from 172.16.1.241 :56984 <<<`.
pub fn peer_header(head: &Head, len: usize, mode: Mode) -> String {
    let mut out = String::with_capacity(64);
    let form = if mode == Mode::Text { "ASCII" } else { "HEX" };
    if head.kind == Kind::Sent {
        let _ = write!(out, "SEND {form}/{len}");
        match head.peer {
            Some(peer) if !peer.is_server() => {
                let _ = write!(out, " to {}", address(&peer.addr));
            }
            _ => {}
        }
        out.push_str(" >>>");
    } else {
        let _ = write!(out, "RECV {form}/{len}");
        match head.peer {
            Some(peer) if peer.is_server() => out.push_str(" from SERVER"),
            Some(peer) => {
                let _ = write!(out, " from {}", address(&peer.addr));
            }
            None => {}
        }
        out.push_str(" <<<");
    }
    out
}

/// The whole header line of a payload.
pub(super) fn line(head: &Head, len: usize, view: &View, zone: &TimeZone) -> String {
    let mut out = String::with_capacity(96);
    push_time(head.time, zone, &mut out);
    out.push_str(&peer_header(head, len, view.mode));
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;
    use crate::journal::Peer;

    fn head(kind: Kind, peer: Option<Peer>) -> Head {
        Head { time: Timestamp(1_721_636_444_923_000_000), kind, peer, charset: None }
    }

    #[test]
    fn lines_are_the_classics() {
        let addr: SocketAddr = "172.16.1.241:56984".parse().unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        let view = View::default();
        assert_eq!(
            line(&head(Kind::Received, Some(Peer::datagram(addr))), 30, &view, &zone),
            "[2024-07-22 16:20:44.923]# RECV ASCII/30 from 172.16.1.241 :56984 <<<"
        );
        assert_eq!(
            line(&head(Kind::Sent, Some(Peer::datagram(addr))), 16, &view, &zone),
            "[2024-07-22 16:20:44.923]# SEND ASCII/16 to 172.16.1.241 :56984 >>>"
        );
        let server = Some(Peer::server(addr, 1));
        assert_eq!(peer_header(&head(Kind::Sent, server), 20, Mode::Text), "SEND ASCII/20 >>>");
        assert_eq!(peer_header(&head(Kind::Received, server), 29, Mode::Text), "RECV ASCII/29 from SERVER <<<");
        assert_eq!(peer_header(&head(Kind::Received, None), 11, Mode::Hex), "RECV HEX/11 <<<");
    }

    #[test]
    fn ipv6_addresses_keep_brackets_and_scope() {
        assert_eq!(address(&"[::1]:80".parse().unwrap()), "[::1] :80");
        assert_eq!(address(&"[fe80::1%3]:80".parse().unwrap()), "[fe80::1%3] :80");
    }
}
