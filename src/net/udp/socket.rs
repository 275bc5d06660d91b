//! Opens the socket: options that must stand before the bind, and those that make it an instrument.

use std::io;
use std::net::UdpSocket;

use socket2::{Domain, Socket, Type};

use super::family::Family;
use crate::journal::{Failure, Operation};
use crate::net::config::UdpConfig;
use crate::net::error;
use crate::net::owner::Protocol;

/// What we ask for, so that a pause of this program does not cost a datagram; the system may give less.
const RECEIVE_BUFFER_BYTES: usize = 32 << 20;
const SEND_BUFFER_BYTES: usize = 4 << 20;
/// Below this a smaller wish is not worth a try.
const MIN_BUFFER_BYTES: usize = 64 << 10;

/// A bound, non-blocking socket.
pub fn open(config: &UdpConfig) -> Result<(UdpSocket, Family), Failure> {
    let family = Family::of(config.local);
    bound(config, family)
        .map(|socket| (socket.into(), family))
        .map_err(|error| error::in_use(Operation::Bind, config.local, Protocol::Udp, &error))
}

fn bound(config: &UdpConfig, family: Family) -> io::Result<Socket> {
    let domain = if family == Family::V4 { Domain::IPV4 } else { Domain::IPV6 };
    let socket = Socket::new(domain, Type::DGRAM, Some(socket2::Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    if family != Family::V4 {
        socket.set_only_v6(family == Family::V6)?;
    }
    // Not by default: it would hide that the port is taken.
    if config.share_port {
        socket.set_reuse_address(true)?;
        #[cfg(unix)]
        socket.set_reuse_port(true)?;
    }
    socket.set_broadcast(config.broadcast)?;
    #[cfg(target_os = "linux")]
    {
        super::linux::force_receive_buffer(&socket, RECEIVE_BUFFER_BYTES);
        super::linux::prepare(&socket, family);
    }
    grow(|bytes| socket.set_recv_buffer_size(bytes), RECEIVE_BUFFER_BYTES, || socket.recv_buffer_size());
    grow(|bytes| socket.set_send_buffer_size(bytes), SEND_BUFFER_BYTES, || socket.send_buffer_size());
    socket.bind(&config.local.into())?;
    tracing::debug!(local = %config.local, receive_buffer = ?socket.recv_buffer_size(), "bound");
    Ok(socket)
}

/// Asks for a buffer, and for half of it where the system refuses instead of giving what it can. Keeps what is there
/// when that is enough.
pub(super) fn grow(set: impl Fn(usize) -> io::Result<()>, wanted: usize, get: impl Fn() -> io::Result<usize>) {
    let mut bytes = wanted;
    while bytes >= MIN_BUFFER_BYTES && !get().is_ok_and(|now| now >= bytes) && set(bytes).is_err() {
        bytes /= 2;
    }
}
