//! Which addresses are the same peer.

use std::net::SocketAddr;

/// The same port at the same host.
pub(super) fn same_endpoint(a: SocketAddr, b: SocketAddr) -> bool {
    a == b || a.port() == b.port() && same_host(a, b)
}

/// The same address, also if one is an IPv4 address written in IPv6.
pub(super) fn same_host(a: SocketAddr, b: SocketAddr) -> bool {
    a.ip().to_canonical() == b.ip().to_canonical()
}
