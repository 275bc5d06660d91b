//! File names with `{date}`, `{time}` and `{peer}` in them.

use std::net::SocketAddr;

use jiff::Zoned;

/// Where the peer's address goes.
const PEER: &str = "{peer}";

/// Fills in `{date}` (`2026-11-20`) and `{time}` (`153045`).
pub fn fill_in(name: &str, now: &Zoned) -> String {
    name.replace("{date}", &now.strftime("%Y-%m-%d").to_string()).replace("{time}", &now.strftime("%H%M%S").to_string())
}

/// Whether each peer has a file of its own.
pub(super) fn is_per_peer(name: &str) -> bool {
    name.contains(PEER)
}

/// Fills in the peer: `192.168.0.7_8080`, `fe80--1%3_8080`; or `other` for the peers beyond the limit, and for what
/// has no peer. Nothing that a peer sends gets into the name.
pub(super) fn fill_in_peer(name: &str, peer: Option<SocketAddr>) -> String {
    let safe = match peer {
        None => "other".to_owned(),
        Some(SocketAddr::V4(v4)) => format!("{}_{}", v4.ip(), v4.port()),
        Some(SocketAddr::V6(v6)) => {
            let ip = v6.ip().to_string().replace(':', "-");
            match v6.scope_id() {
                0 => format!("{ip}_{}", v6.port()),
                scope => format!("{ip}%{scope}_{}", v6.port()),
            }
        }
    };
    name.replace(PEER, &safe)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn names_are_filled_in() {
        let now: Zoned = "2026-11-20T15:30:45+08:00[Asia/Shanghai]".parse().unwrap();
        assert_eq!(fill_in("a {date} {time}{peer}{x}", &now), "a 2026-11-20 153045{peer}{x}");
        assert!(is_per_peer("a{peer}") && !is_per_peer("a{time}"));
        let name = |addr: &str| fill_in_peer("x-{peer}.bin", Some(addr.parse().unwrap()));
        assert_eq!(name("192.168.0.7:8080"), "x-192.168.0.7_8080.bin");
        assert_eq!(name("[::1]:80"), "x---1_80.bin");
        assert_eq!(name("[fe80::1%3]:80"), "x-fe80--1%3_80.bin");
        assert_eq!(fill_in_peer("{peer}", None), "other");
    }
}
