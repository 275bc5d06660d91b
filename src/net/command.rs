//! What a link can be told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::config::Group;
use crate::codec::Charset;

/// To whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The server of a TCP client.
    Server,
    /// A datagram to this address.
    Address(SocketAddr),
    /// A datagram to this host, resolved off the worker's thread and remembered.
    Host {
        /// Name or address.
        host: String,
        /// Port.
        port: u16,
    },
    /// One client of a TCP server, by its stream number.
    Client(u32),
    /// All clients of a TCP server.
    AllClients,
}

/// What to send, to whom.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// To whom.
    pub target: Target,
    /// The bytes; shared, so that a thousand clients cost one copy.
    pub payload: Arc<[u8]>,
    /// The encoding of a text, kept with the record.
    pub charset: Option<Charset>,
}

/// A cyclic send, run on the worker's timer.
#[derive(Clone, Debug)]
pub struct Cycle {
    /// What.
    pub outgoing: Outgoing,
    /// How often; at least 1 ms.
    pub interval: Duration,
}

/// What a worker can be told.
#[derive(Clone, Debug)]
pub enum Command {
    /// Send once.
    Send(Outgoing),
    /// Send again and again (`None` stops). Replaces the cycle that runs.
    Cycle(Option<Cycle>),
    /// Disconnect one client (by stream number) or all of a TCP server.
    Disconnect(Option<u32>),
    /// Shut down our sending direction of a TCP connection, after what is pending was sent: of the client
    /// connection, or of one client (by stream number) of a server.
    HalfClose(Option<u32>),
    /// Join a multicast group.
    Join(Group),
    /// Leave a multicast group.
    Leave(Group),
    /// Allow or forbid broadcast.
    SetBroadcast(bool),
    /// Hop limit and loopback of multicast datagrams that we send.
    SetMulticast {
        /// 0 to 255.
        ttl: u8,
        /// Whether this machine hears them itself.
        loopback: bool,
    },
    /// `TCP_NODELAY`, of all connections and new ones.
    SetNodelay(bool),
    /// `SO_KEEPALIVE`, of all connections and new ones.
    SetKeepalive(bool),
    /// Automatic reconnect of a TCP client.
    SetReconnect(bool),
}
