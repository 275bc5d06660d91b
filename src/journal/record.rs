//! One entry of the journal.

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::codec::Charset;

/// Nanoseconds since 1970-01-01 UTC, taken on the socket's own thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The time now, of the system's clock.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
    }
}

/// Where bytes came from or went to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Peer {
    /// Its address.
    pub addr: SocketAddr,
    /// 0 for datagrams, each of which stands alone; else the number of the TCP connection, unique in the session,
    /// so that the reads of one connection decode as one stream.
    pub stream: u32,
}

impl Peer {
    /// A peer that sends datagrams.
    pub fn datagram(addr: SocketAddr) -> Self {
        Self { addr, stream: 0 }
    }
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Bytes that a socket gave.
    Received,
    /// Bytes that a socket took.
    Sent,
    /// An [`Event`](super::Event), as JSON.
    Event,
}

/// What a record says about its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// When recv or send returned.
    pub time: Timestamp,
    /// Received, sent or event.
    pub kind: Kind,
    /// From or to whom; `None` for events that concern the session.
    pub peer: Option<Peer>,
    /// The encoding in which a sent text was written; `None` for everything else.
    pub charset: Option<Charset>,
}
