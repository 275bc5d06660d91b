//! A connect to one address, without waiting.

use std::io;
use std::net::{SocketAddr, TcpStream};

use socket2::{Domain, Protocol as Ip, SockAddr, Socket, Type};

use crate::journal::{Failure, Operation};
use crate::net::error;
use crate::net::options::{Ip as Family, SocketOptions};
use crate::net::owner::Protocol;
use crate::net::poll::{Poll, Source};

/// A connection on its way. Dropping it cancels.
pub(crate) struct Dial {
    source: Source<TcpStream>,
    remote: SocketAddr,
}

impl Dial {
    /// Starts to connect, from `local` if it is given. `target` names the server in a failure.
    pub fn start(
        poll: &Poll,
        key: u32,
        remote: SocketAddr,
        local: Option<SocketAddr>,
        target: &str,
    ) -> Result<Self, Failure> {
        Self::start_with(&SocketOptions::default(), poll, key, remote, local, target)
    }

    /// The same with options that have to stand before the connect; one that the system refuses is refused again, and
    /// told, when all are set on the connection.
    pub fn start_with(
        options: &SocketOptions,
        poll: &Poll,
        key: u32,
        remote: SocketAddr,
        local: Option<SocketAddr>,
        target: &str,
    ) -> Result<Self, Failure> {
        let failed = |error: &io::Error| error::failure(Operation::Connect, target, error);
        let socket =
            Socket::new(Domain::for_address(remote), Type::STREAM, Some(Ip::TCP)).map_err(|error| failed(&error))?;
        socket.set_nonblocking(true).map_err(|error| failed(&error))?;
        options.apply(&socket, Family::of(remote));
        if let Some(local) = local {
            bind(&socket, local).map_err(|error| error::in_use(Operation::Bind, local, Protocol::Tcp, &error))?;
        }
        match socket.connect(&SockAddr::from(remote)) {
            Err(error) if !is_under_way(&error) => return Err(failed(&error)),
            _ => {}
        }
        let source = Source::new(poll, socket.into(), key as usize, false, true).map_err(|error| failed(&error))?;
        Ok(Self { source, remote })
    }

    /// How it went, with our address; `None` while it is under way.
    pub fn outcome(&self) -> Option<io::Result<SocketAddr>> {
        let stream = self.source.socket();
        match stream.take_error() {
            Ok(Some(error)) | Err(error) => return Some(Err(error)),
            Ok(None) => {}
        }
        stream.peer_addr().ok()?;
        Some(stream.local_addr().and_then(|local| {
            // A connect to a free port of this machine can meet itself when the system picks that very port for our
            // end (RFC 9293 §3.5, simultaneous open). Nobody listens there.
            if local == self.remote { Err(io::ErrorKind::ConnectionRefused.into()) } else { Ok(local) }
        }))
    }

    /// The socket, once it is connected; it waits to be readable from now on.
    pub fn into_source(self) -> io::Result<Source<TcpStream>> {
        self.source.interest(true, false)?;
        Ok(self.source)
    }
}

fn bind(socket: &Socket, local: SocketAddr) -> io::Result<()> {
    // The same port again, while the last connection is in TIME_WAIT. On Windows it would steal ports.
    #[cfg(unix)]
    socket.set_reuse_address(local.port() != 0)?;
    socket.bind(&SockAddr::from(local))
}

fn is_under_way(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::EINPROGRESS) {
        return true;
    }
    error.kind() == io::ErrorKind::WouldBlock
}
