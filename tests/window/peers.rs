//! What the window talks to: plain blocking sockets of the standard library.

use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};

#[cfg(target_os = "linux")]
use socket2::{Domain, Socket, Type};

use crate::driver::PATIENCE;

/// A UDP peer.
pub struct Peer {
    socket: UdpSocket,
}

impl Peer {
    /// On a free port.
    pub fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { socket }
    }

    /// Its address.
    pub fn addr(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.addr().port()
    }

    /// The next datagram, and from where.
    pub fn next(&self) -> (Vec<u8>, SocketAddr) {
        let mut buffer = vec![0; 65536];
        let (len, from) = self.socket.recv_from(&mut buffer).unwrap();
        buffer.truncate(len);
        (buffer, from)
    }

    /// Sends to a port of the loopback interface.
    pub fn send(&self, port: u16, bytes: impl AsRef<[u8]>) {
        self.socket.send_to(bytes.as_ref(), ("127.0.0.1", port)).unwrap();
    }
}

/// A TCP server on a free port.
pub fn server() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    (listener, addr)
}

/// Connects to a port of the loopback interface.
pub fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// The next so many bytes.
pub fn read(stream: &mut TcpStream, len: usize) -> Vec<u8> {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut bytes = vec![0; len];
    stream.read_exact(&mut bytes).unwrap();
    bytes
}

/// A port of the loopback interface on which nobody listens.
pub fn free_port() -> u16 {
    server().1.port()
}

/// A server with a full backlog: who connects waits for an answer until this is dropped.
#[cfg(target_os = "linux")] // elsewhere a full backlog refuses
pub struct Deaf {
    listener: Socket,
    _waiting: Vec<Socket>,
}

#[cfg(target_os = "linux")]
impl Deaf {
    /// On a free port.
    pub fn new() -> Self {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        listener.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        listener.listen(0).unwrap();
        let addr = listener.local_addr().unwrap();
        let waiting = (0..4).map(|_| {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            socket.set_nonblocking(true).unwrap();
            let _ = socket.connect(&addr); // it is on its way
            socket
        });
        let waiting = waiting.collect();
        Self { listener, _waiting: waiting }
    }

    /// Its address.
    pub fn addr(&self) -> SocketAddr {
        self.listener.local_addr().unwrap().as_socket().unwrap()
    }
}
