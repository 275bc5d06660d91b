//! The socket that listens.

use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::{Domain, Protocol as Ip, SockAddr, Socket, Type};

use crate::journal::{Failure, Operation};
use crate::net::error;
use crate::net::options::SocketOptions;
use crate::net::owner::Protocol;

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 1024;

/// A non-blocking socket that listens on `local`, and its real address. `::` takes IPv4 too.
pub(crate) fn listen(local: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    listen_with(&SocketOptions::default(), local)
}

/// The same with buffers that have to stand before it listens; its connections inherit them.
pub(in crate::net) fn listen_with(
    options: &SocketOptions,
    local: SocketAddr,
) -> Result<(TcpListener, SocketAddr), Failure> {
    #[cfg(unix)]
    super::descriptors::raise_limit();
    let socket = open(local).map_err(|error| error::failure(Operation::Listen, local, &error))?;
    // What is refused here is told by the first connection, on which it is asked for again.
    options.apply_buffers(&socket);
    let refused = |op| move |error: io::Error| error::in_use(op, local, Protocol::Tcp, &error);
    socket.bind(&SockAddr::from(local)).map_err(refused(Operation::Bind))?;
    socket.listen(BACKLOG).map_err(refused(Operation::Listen))?;
    let listener = TcpListener::from(socket);
    let real = listener.local_addr().map_err(|error| error::failure(Operation::Listen, local, &error))?;
    Ok((listener, real))
}

fn open(local: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(local), Type::STREAM, Some(Ip::TCP))?;
    socket.set_nonblocking(true)?;
    if local.is_ipv6() {
        socket.set_only_v6(!local.ip().is_unspecified())?;
    }
    // Connections in TIME_WAIT must not block a restart; a socket that listens still conflicts. On Windows the option
    // means something else, it would steal the port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    Ok(socket)
}

/// An address as a person knows it: a client that came over IPv4 to an IPv6 socket shows as IPv4.
pub(crate) fn canonical(addr: SocketAddr) -> SocketAddr {
    match addr.ip().to_canonical() {
        ip if ip == addr.ip() => addr,
        ip => SocketAddr::new(ip, addr.port()),
    }
}

/// Whether an accept failed because of the connection that was to be accepted, which is gone; the next may go well.
pub(crate) fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(error.kind(), Kind::Interrupted | Kind::ConnectionAborted | Kind::ConnectionReset | Kind::TimedOut)
}
