//! Which program has a port: the way out of "address in use".

use std::net::{IpAddr, SocketAddr};

use listeners::{Listener, SocketState};

use crate::journal::Owner;

/// The transport protocol of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Datagrams.
    Udp,
    /// Streams.
    Tcp,
}

/// The program that stands in the way of a bind to `addr`, if the system tells: it may be another person's.
/// Reads the tables of all processes, which takes some milliseconds.
pub fn of(protocol: Protocol, addr: SocketAddr) -> Option<Owner> {
    let wanted = match protocol {
        Protocol::Udp => listeners::Protocol::UDP,
        Protocol::Tcp => listeners::Protocol::TCP,
    };
    let all = listeners::get_all().inspect_err(|error| tracing::debug!(%error, "read the owners of sockets")).ok()?;
    all.iter()
        .filter(|l| l.protocol == wanted && l.socket.port() == addr.port())
        .filter_map(|l| Some((conflict(l, addr.ip())?, l)))
        .max_by_key(|&(rank, l)| (rank, std::cmp::Reverse(l.process.pid)))
        .map(|(_, l)| owner(l))
}

/// How well a socket explains the conflict, if it does: one that listens before one that is connected, the same
/// address before a wildcard, the same family before the other (a wildcard IPv6 socket may take IPv4 too).
fn conflict(listener: &Listener, wanted: IpAddr) -> Option<(bool, u8)> {
    let listens = listener.protocol == listeners::Protocol::UDP || listener.state == SocketState::Listen;
    let (theirs, wanted) = (listener.socket.ip().to_canonical(), wanted.to_canonical());
    let same_family = theirs.is_ipv4() == wanted.is_ipv4();
    let wildcard = theirs.is_unspecified() || wanted.is_unspecified();
    let rank = match (theirs == wanted, wildcard, same_family) {
        (true, _, _) => 3,
        (false, true, true) => 2,
        (false, true, false) => 1,
        (false, false, _) => return None,
    };
    Some((listens, rank))
}

fn owner(listener: &Listener) -> Owner {
    let process = &listener.process;
    let file = |path: &std::path::Path| Some(path.file_name()?.to_str()?.to_owned());
    let program = if process.pid == std::process::id() {
        std::env::current_exe().ok().and_then(|exe| file(&exe))
    } else {
        // Linux cuts the name at 15 bytes; the path has it whole.
        file(process.path.as_ref()).filter(|name| name.starts_with(&process.name))
    };
    Owner { program: program.unwrap_or_else(|| process.name.clone()), pid: process.pid }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose
    use std::net::{TcpListener, UdpSocket};

    use super::*;

    fn assert_ours(protocol: Protocol, asked: &str, port: u16) {
        let asked = SocketAddr::new(asked.parse().unwrap(), port);
        let owner = match of(protocol, asked) {
            Some(owner) => owner,
            // Windows tells; Wine's tables lack some sockets.
            None if cfg!(windows) => return,
            None => panic!("nobody has {asked}"),
        };
        assert_eq!(owner.pid, std::process::id(), "{asked}: {owner:?}");
        let exe = std::env::current_exe().unwrap();
        assert_eq!(owner.program, exe.file_name().unwrap().to_str().unwrap());
    }

    #[test]
    fn finds_udp_by_address_and_wildcard() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        assert_ours(Protocol::Udp, "127.0.0.1", port);
        assert_ours(Protocol::Udp, "0.0.0.0", port);
        assert_ours(Protocol::Udp, "::", port);
    }

    #[test]
    fn finds_ipv6() {
        let socket = UdpSocket::bind("[::1]:0").unwrap();
        assert_ours(Protocol::Udp, "::1", socket.local_addr().unwrap().port());
        let wildcard = UdpSocket::bind("[::]:0").unwrap();
        assert_ours(Protocol::Udp, "127.0.0.1", wildcard.local_addr().unwrap().port());
    }

    #[test]
    fn finds_a_tcp_listener() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        assert_ours(Protocol::Tcp, "127.0.0.1", listener.local_addr().unwrap().port());
    }

    #[test]
    fn another_address_is_no_conflict() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let other: SocketAddr = SocketAddr::new("127.0.0.99".parse().unwrap(), port);
        assert_ne!(of(Protocol::Udp, other).map(|o| o.pid), Some(std::process::id()));
    }
}
