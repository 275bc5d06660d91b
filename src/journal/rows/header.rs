//! The classic's header lines: `[2024-07-22 16:21:55.682]# SEND ASCII/20 >>>`.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use jiff::tz::TimeZone;

use super::Mode;
use crate::journal::{Head, Kind, Timestamp};

/// The classic writes a blank before the colon of a port.
pub const ADDRESS_SEPARATOR: &str = " :";

/// An address as the classic writes it: `172.16.1.241 :8080`, `[::1] :8080`.
pub fn address(addr: &SocketAddr) -> String {
    let mut out = String::new();
    push_address(addr, &mut out);
    out
}

/// Writes times of a time zone. Many records share a second, and only once in it the calendar is asked.
pub(super) struct Clock {
    zone: TimeZone,
    /// Seconds since 1970, and `2024-07-22 16:21:55`.
    second: Option<(i64, String)>,
}

impl Clock {
    pub fn new(zone: TimeZone) -> Self {
        Self { zone, second: None }
    }

    /// Appends `[2024-07-22 16:21:55.682]# `, in local time.
    pub fn push(&mut self, time: Timestamp, out: &mut String) {
        const NANOS: i64 = 1_000_000_000;
        let (second, millis) = (time.0.div_euclid(NANOS), time.0.rem_euclid(NANOS) / 1_000_000);
        let (_, text) = match self.second.take() {
            Some(known) if known.0 == second => self.second.insert(known),
            _ => self.second.insert((second, calendar(second, &self.zone))),
        };
        let _ = write!(out, "[{text}.{millis:03}]# ");
    }
}

fn calendar(second: i64, zone: &TimeZone) -> String {
    let stamp = jiff::Timestamp::from_second(second).unwrap_or_default();
    let local = zone.to_datetime(stamp);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}

/// The header of a payload, without the time: `RECV ASCII/30 from 172.16.1.241 :56984 <<<`.
pub fn peer_header(head: &Head, len: usize, mode: Mode) -> String {
    let mut out = String::with_capacity(64);
    push_peer(head, len, mode, &mut out);
    out
}

fn push_address(addr: &SocketAddr, out: &mut String) {
    match addr.ip() {
        IpAddr::V4(ip) => {
            let _ = write!(out, "{ip}{ADDRESS_SEPARATOR}{}", addr.port());
        }
        IpAddr::V6(_) => {
            // The standard form keeps the scope id; cut its `:port` and write ours.
            let text = addr.to_string();
            let host = text.rsplit_once(':').map_or(text.as_str(), |(host, _)| host);
            let _ = write!(out, "{host}{ADDRESS_SEPARATOR}{}", addr.port());
        }
    }
}

fn push_peer(head: &Head, len: usize, mode: Mode, out: &mut String) {
    let form = if mode == Mode::Text { "ASCII" } else { "HEX" };
    if head.kind == Kind::Sent {
        let _ = write!(out, "SEND {form}/{len}");
        match head.peer {
            Some(peer) if !peer.is_server() => {
                out.push_str(" to ");
                push_address(&peer.addr, out);
            }
            _ => {}
        }
        out.push_str(" >>>");
    } else {
        let _ = write!(out, "RECV {form}/{len}");
        match head.peer {
            Some(peer) if peer.is_server() => out.push_str(" from SERVER"),
            Some(peer) => {
                out.push_str(" from ");
                push_address(&peer.addr, out);
            }
            None => {}
        }
        out.push_str(" <<<");
    }
}

/// Appends the whole header line of a payload, without a line end.
pub(super) fn push_line(head: &Head, len: usize, mode: Mode, clock: &mut Clock, out: &mut String) {
    clock.push(head.time, out);
    push_peer(head, len, mode, out);
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
        let mut clock = Clock::new(TimeZone::fixed(jiff::tz::offset(8)));
        let mut line = |head: &Head, len| {
            let mut out = String::new();
            push_line(head, len, Mode::Text, &mut clock, &mut out);
            out
        };
        assert_eq!(
            line(&head(Kind::Received, Some(Peer::datagram(addr))), 30),
            "[2024-07-22 16:20:44.923]# RECV ASCII/30 from 172.16.1.241 :56984 <<<"
        );
        assert_eq!(
            line(&head(Kind::Sent, Some(Peer::datagram(addr))), 16),
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

    #[test]
    fn a_clock_tells_every_time() {
        let mut clock = Clock::new(TimeZone::UTC);
        let mut tell = |nanos| {
            let mut out = String::new();
            clock.push(Timestamp(nanos), &mut out);
            out
        };
        assert_eq!(tell(1_721_636_444_923_999_999), "[2024-07-22 08:20:44.923]# ");
        assert_eq!(tell(1_721_636_444_000_000_000), "[2024-07-22 08:20:44.000]# ");
        assert_eq!(tell(1_721_636_445_005_000_000), "[2024-07-22 08:20:45.005]# ");
        assert_eq!(tell(-1), "[1969-12-31 23:59:59.999]# ");
        assert!(tell(i64::MAX).starts_with("[2262-04-11 "));
        assert!(tell(i64::MIN).starts_with("[1677-09-21 "));
    }
}
