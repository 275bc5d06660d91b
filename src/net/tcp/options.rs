//! Options of a connection.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

use super::ledger::Ledger;
use crate::journal::{Operation, Peer};
use crate::net::error;
use crate::net::options::{Ip, SocketOptions};

/// Probes start after this much silence.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
/// And come this often,
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
/// until so many had no answer: a dead peer is seen after 45 s.
const KEEPALIVE_PROBES: u32 = 3;

/// What the person can switch, for one or all connections of a link.
///
/// `TCP_USER_TIMEOUT` is not among them: Linux counts a peer that is alive and just does not read (zero window) against
/// it, and such a peer is exactly what somebody debugs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// `TCP_NODELAY`.
    pub nodelay: bool,
    /// `SO_KEEPALIVE`.
    pub keepalive: bool,
    /// The advanced ones.
    pub socket: SocketOptions,
}

impl Options {
    /// Sets all of them; what the system refuses is reported.
    pub fn apply(&self, stream: &TcpStream, remote: SocketAddr, ledger: &mut Ledger, peer: Option<Peer>) {
        let keepalive = if self.keepalive { set_keepalive(stream, true) } else { Ok(()) };
        if let Err(error) = set_nodelay(stream, self.nodelay).and(keepalive) {
            ledger.report(peer, error::failure(Operation::Configure, remote, &error));
        }
        apply_socket(&self.socket, stream, remote, ledger, peer);
    }
}

/// Sets the advanced options; what the system refuses is reported.
pub(super) fn apply_socket(
    options: &SocketOptions,
    stream: &TcpStream,
    remote: SocketAddr,
    ledger: &mut Ledger,
    peer: Option<Peer>,
) {
    // A client that came over IPv4 to an IPv6 socket has such a socket too.
    let ip = match stream.local_addr() {
        Ok(local) if local.is_ipv6() && local.ip().to_canonical().is_ipv4() => Ip::Both,
        Ok(local) => Ip::of(local),
        Err(_) => Ip::of(remote),
    };
    for refused in options.apply(&SockRef::from(stream), ip) {
        ledger.report(peer, refused.failure());
    }
}

/// Sets `TCP_NODELAY`.
pub(super) fn set_nodelay(stream: &TcpStream, on: bool) -> io::Result<()> {
    stream.set_nodelay(on)
}

/// Switches keep-alive probes.
pub(super) fn set_keepalive(stream: &TcpStream, on: bool) -> io::Result<()> {
    let socket = SockRef::from(stream);
    if on {
        let keepalive = TcpKeepalive::new()
            .with_time(KEEPALIVE_IDLE)
            .with_interval(KEEPALIVE_INTERVAL)
            .with_retries(KEEPALIVE_PROBES);
        // Some systems lack the times: their own (two hours, usually) are better than none.
        socket.set_tcp_keepalive(&keepalive).or_else(|_| socket.set_keepalive(true))
    } else {
        socket.set_keepalive(false)
    }
}
