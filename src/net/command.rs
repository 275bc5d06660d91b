//! What a link can be told.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use super::config::Group;
use super::job::{Job, JobSlot};
use super::options::SocketOptions;
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
    /// Whether the payload is written to the journal. It is counted in any case.
    pub log: bool,
}

impl Outgoing {
    /// Bytes that are no text, written to the journal.
    pub fn new(target: Target, payload: impl Into<Arc<[u8]>>) -> Self {
        Self { target, payload: payload.into(), charset: None, log: true }
    }

    /// The same as a text in an encoding.
    #[must_use]
    pub fn with_charset(self, charset: Option<Charset>) -> Self {
        Self { charset, ..self }
    }
}

/// What a worker can be told.
#[derive(Debug)]
pub enum Command {
    /// Send once.
    Send(Outgoing),
    /// Run this in its slot; what runs there is stopped.
    StartJob(JobSlot, Box<dyn Job>),
    /// Stop what runs in this slot.
    StopJob(JobSlot),
    /// Disconnect one client (by stream number) or all of a TCP server.
    Disconnect(Option<u32>),
    /// End a TCP connection with a reset (RST), what waits is lost: that of a client, or one client (by stream number)
    /// or all of a server.
    Reset(Option<u32>),
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
    /// Options of the socket, or of all connections and new ones.
    SetOptions(SocketOptions),
}

impl fmt::Debug for dyn Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Job")
    }
}
