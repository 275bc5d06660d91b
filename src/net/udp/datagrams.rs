//! A UDP socket for a driver that speaks a protocol of its own: it sends, receives, and tells whom ICMP calls gone.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};

use socket2::{Domain, Socket, Type};

use super::family::{Family, shown};
use super::socket::grow;
use crate::journal::{Failure, Operation};
use crate::net::error;
use crate::net::owner::Protocol;

/// Errors of peers that one look takes.
#[cfg(target_os = "linux")]
const MAX_ERRORS: usize = 64;

/// A bound, non-blocking socket. Addresses go in and come out as a person knows them: IPv4 as IPv4.
#[derive(Debug)]
pub(crate) struct Datagrams {
    socket: UdpSocket,
    family: Family,
    local: SocketAddr,
}

impl Datagrams {
    /// Binds. When the address is taken, the failure says by which program.
    pub fn bind(local: SocketAddr) -> Result<Self, Failure> {
        let family = Family::of(local);
        Self::bound(local, family).map_err(|error| error::in_use(Operation::Bind, local, Protocol::Udp, &error))
    }

    fn bound(local: SocketAddr, family: Family) -> io::Result<Self> {
        let domain = if family == Family::V4 { Domain::IPV4 } else { Domain::IPV6 };
        let socket = Socket::new(domain, Type::DGRAM, Some(socket2::Protocol::UDP))?;
        socket.set_nonblocking(true)?;
        if family != Family::V4 {
            socket.set_only_v6(family == Family::V6)?;
        }
        #[cfg(target_os = "linux")]
        super::linux::prepare(&socket, family);
        socket.bind(&local.into())?;
        let socket: UdpSocket = socket.into();
        let local = shown(socket.local_addr()?);
        Ok(Self { socket, family, local })
    }

    /// Where it is bound, with the real port.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// Asks for a receive buffer of this size and returns what there is. On Linux each datagram takes more of it than
    /// its own length.
    pub fn grow_receive_buffer(&self, bytes: usize) -> usize {
        let socket = socket2::SockRef::from(&self.socket);
        let size = || socket.recv_buffer_size();
        if size().is_ok_and(|now| now < bytes) {
            #[cfg(target_os = "linux")]
            super::linux::force_receive_buffer(&self.socket, bytes);
            grow(|bytes| socket.set_recv_buffer_size(bytes), bytes, size);
        }
        size().unwrap_or(0)
    }

    /// Asks for a send buffer of this size.
    pub fn grow_send_buffer(&self, bytes: usize) {
        let socket = socket2::SockRef::from(&self.socket);
        grow(|bytes| socket.set_send_buffer_size(bytes), bytes, || socket.send_buffer_size());
    }

    /// From now on a send of more than this is several datagrams of this length, the last one maybe shorter, in one
    /// system call; 0 ends that. Whether the system can: a send may still refuse it, for a path with a smaller MTU.
    #[cfg(target_os = "linux")]
    pub fn set_segment(&self, bytes: usize) -> bool {
        super::linux::set_segment(&self.socket, bytes)
    }

    /// Only Linux can.
    #[cfg(not(target_os = "linux"))]
    #[allow(clippy::unused_self)] // as on Linux
    pub fn set_segment(&self, _bytes: usize) -> bool {
        false
    }

    /// Sends; `InvalidInput` if the socket does not speak the address's family.
    pub fn send(&self, bytes: &[u8], to: SocketAddr) -> io::Result<usize> {
        let to = self.family.to_socket(to).ok_or(io::ErrorKind::InvalidInput)?;
        self.socket.send_to(bytes, to)
    }

    /// Receives one datagram; `WouldBlock` if there is none. An error may be about a datagram that was sent: see
    /// [`Self::next_unreachable`].
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let (len, from) = self.socket.recv_from(buffer)?;
        Ok((len, shown(from)))
    }

    /// From now on datagrams may come joined, and only [`Self::receive_joined`] tells them apart. Whether the system can.
    #[cfg(target_os = "linux")]
    pub fn join_received(&self) -> bool {
        super::linux::join_received(&self.socket)
    }

    /// Only Linux can.
    #[cfg(not(target_os = "linux"))]
    #[allow(clippy::unused_self)] // as on Linux
    pub fn join_received(&self) -> bool {
        false
    }

    /// Receives one datagram, or several of one sender: their octets in all, from whom, and the length of each but the
    /// last one, if there may be several. `WouldBlock` if there is none.
    pub fn receive_joined(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr, Option<usize>)> {
        #[cfg(target_os = "linux")]
        return super::linux::receive_joined(&self.socket, buffer);
        #[cfg(not(target_os = "linux"))]
        return self.receive(buffer).map(|(len, from)| (len, from, None));
    }

    /// From now on [`Self::receive_with_destination`] tells to which of our addresses a datagram came.
    #[cfg(target_os = "linux")]
    pub fn tell_destinations(&self) {
        super::linux::tell_destinations(&self.socket, self.family);
    }

    /// Only Linux tells.
    #[cfg(not(target_os = "linux"))]
    #[allow(clippy::unused_self)] // as on Linux
    pub fn tell_destinations(&self) {}

    /// The same as [`Self::receive`], with the address to which the datagram came: an answer from another one would not
    /// be taken for an answer. `None` where the system does not tell.
    pub fn receive_with_destination(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr, Option<IpAddr>)> {
        #[cfg(target_os = "linux")]
        return super::linux::receive_with_destination(&self.socket, buffer);
        #[cfg(not(target_os = "linux"))]
        return self.receive(buffer).map(|(len, from)| (len, from, None));
    }

    /// The next address that a router or host said can't be reached. To be asked after an error, and when the socket was
    /// ready but had nothing.
    #[cfg(target_os = "linux")]
    pub fn next_unreachable(&self) -> Option<SocketAddr> {
        let mut errors = std::iter::from_fn(|| super::linux::next_error(&self.socket)).take(MAX_ERRORS);
        errors.find(|returned| returned.icmp && !error::is_too_large(&returned.error)).and_then(|returned| returned.to)
    }

    /// Only Linux tells the address.
    #[cfg(not(target_os = "linux"))]
    #[allow(clippy::unused_self)] // as on Linux
    pub fn next_unreachable(&self) -> Option<SocketAddr> {
        None
    }
}

#[cfg(unix)]
impl std::os::fd::AsFd for Datagrams {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(windows)]
impl std::os::windows::io::AsSocket for Datagrams {
    fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
        self.socket.as_socket()
    }
}

/// Whether an error of a send or a receive tells that a datagram sent earlier did not arrive.
pub(crate) fn is_about_a_peer(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::ConnectionRefused | Kind::ConnectionReset | Kind::HostUnreachable | Kind::NetworkUnreachable
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    fn local(ip: &str) -> Datagrams {
        Datagrams::bind(SocketAddr::new(ip.parse().unwrap(), 0)).unwrap()
    }

    #[test]
    fn both_families_on_one_socket() {
        let (dual, four, six) = (local("::"), local("127.0.0.1"), local("::1"));
        let mut buffer = [0; 16];
        for peer in [&four, &six] {
            let to = SocketAddr::new(peer.local().ip(), dual.local().port());
            peer.send(b"there", to).unwrap();
            assert_eq!(dual.receive(&mut buffer).unwrap(), (5, peer.local()));
            dual.send(b"back", peer.local()).unwrap();
            assert_eq!(peer.receive(&mut buffer).unwrap(), (4, to));
        }
        assert_eq!(four.send(b"x", six.local()).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(four.receive(&mut buffer).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn icmp_names_who_is_gone() {
        let socket = local("127.0.0.1");
        let gone = local("127.0.0.1").local();
        socket.send(b"x", gone).unwrap();
        let error = socket.receive(&mut [0; 16]).unwrap_err();
        assert!(is_about_a_peer(&error), "{error}");
        assert_eq!(socket.next_unreachable(), Some(gone));
        assert_eq!(socket.next_unreachable(), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn one_send_is_several_datagrams() {
        let (socket, peer) = (local("127.0.0.1"), local("127.0.0.1"));
        assert!(socket.set_segment(4));
        assert_eq!(socket.send(b"abcdefghij", peer.local()).unwrap(), 10);
        assert_eq!(socket.send(b"xy", peer.local()).unwrap(), 2);
        let mut buffer = [0; 16];
        for expected in [&b"abcd"[..], b"efgh", b"ij", b"xy"] {
            let (len, _) = peer.receive(&mut buffer).unwrap();
            assert_eq!(&buffer[..len], expected);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn one_receive_is_several_datagrams() {
        let (socket, peer) = (local("127.0.0.1"), local("127.0.0.1"));
        assert!(socket.set_segment(4));
        if !peer.join_received() {
            return; // an old kernel
        }
        let mut buffer = [0; 16];
        for (sent, each) in [(&b"abcdefghij"[..], Some(4)), (b"xy", None), (b"", None)] {
            socket.send(sent, peer.local()).unwrap();
            assert_eq!(peer.receive_joined(&mut buffer).unwrap(), (sent.len(), socket.local(), each));
            assert_eq!(&buffer[..sent.len()], sent);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_datagram_says_where_it_came_to() {
        let peers = [(local("127.0.0.1"), "127.0.3.7"), (local("::1"), "::1")];
        for (bind, peers) in [("0.0.0.0", &peers[..1]), ("::", &peers)] {
            let socket = local(bind);
            socket.tell_destinations();
            for (peer, ip) in peers {
                let ip: IpAddr = ip.parse().unwrap();
                peer.send(b"x", SocketAddr::new(ip, socket.local().port())).unwrap();
                let got = socket.receive_with_destination(&mut [0; 4]).unwrap();
                assert_eq!(got, (1, peer.local(), Some(ip)), "{bind}");
            }
        }
    }

    #[test]
    fn a_taken_port_says_by_whom() {
        let taken = local("127.0.0.1");
        let failure = Datagrams::bind(taken.local()).unwrap_err();
        assert_eq!(failure.op, Operation::Bind);
        assert!(matches!(failure.cause, crate::journal::Cause::AddressInUse { .. }), "{failure}");
    }
}
