//! What a link is opened with.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::options::SocketOptions;

/// A mode with its settings.
#[derive(Clone, Debug)]
pub enum LinkConfig {
    /// A UDP socket.
    Udp(UdpConfig),
    /// A TCP connection that we open.
    TcpClient(TcpClientConfig),
    /// A TCP socket that listens.
    TcpServer(TcpServerConfig),
}

/// A UDP socket.
#[derive(Clone, Debug)]
pub struct UdpConfig {
    /// Where to bind; port 0 for any.
    pub local: SocketAddr,
    /// May send to broadcast addresses.
    pub broadcast: bool,
    /// Let several sockets of this machine share the port (`SO_REUSEADDR`, and `SO_REUSEPORT` where it exists):
    /// each gets a copy of multicast and broadcast datagrams, a unicast one reaches only one of them.
    pub share_port: bool,
    /// Groups to join at once.
    pub groups: Vec<Group>,
    /// Hop limit of multicast datagrams that we send, 0 to 255.
    pub multicast_ttl: u8,
    /// Whether this machine hears the multicast datagrams that it sends itself.
    pub multicast_loopback: bool,
    /// Advanced options.
    pub options: SocketOptions,
}

/// A multicast group on an interface.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Group {
    /// The group's address.
    pub address: IpAddr,
    /// The interface: its index (`0`: the system chooses) and, for IPv4, its address.
    pub interface_index: u32,
    /// The interface's IPv4 address; unspecified: the system chooses.
    pub interface_address: std::net::Ipv4Addr,
    /// The interface's name, for the log.
    pub interface_name: String,
}

/// A TCP connection that we open.
#[derive(Clone, Debug)]
pub struct TcpClientConfig {
    /// Name or address of the server.
    pub host: String,
    /// Port of the server.
    pub port: u16,
    /// Local address to bind first; `None`: the system chooses.
    pub local: Option<SocketAddr>,
    /// How long a connect may take, for all addresses of the name together.
    pub connect_timeout: Duration,
    /// Connect again when the connection is lost or refused: after 1 s, backing off to 30 s.
    pub reconnect: bool,
    /// `TCP_NODELAY`.
    pub nodelay: bool,
    /// `SO_KEEPALIVE`.
    pub keepalive: bool,
    /// Advanced options.
    pub options: SocketOptions,
}

/// A TCP socket that listens.
#[derive(Clone, Debug)]
pub struct TcpServerConfig {
    /// Where to listen; port 0 for any.
    pub local: SocketAddr,
    /// `TCP_NODELAY` of accepted connections.
    pub nodelay: bool,
    /// `SO_KEEPALIVE` of accepted connections.
    pub keepalive: bool,
    /// Advanced options, of accepted connections too.
    pub options: SocketOptions,
}
