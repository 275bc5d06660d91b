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

/// Set in the stream number of connections that we opened: the peer is their server.
const OUTGOING: u32 = 1 << 31;

impl Peer {
    /// A peer that sends datagrams.
    pub fn datagram(addr: SocketAddr) -> Self {
        Self { addr, stream: 0 }
    }

    /// The server of a connection that we opened.
    pub fn server(addr: SocketAddr, connection: u32) -> Self {
        Self { addr, stream: connection | OUTGOING }
    }

    /// A client whose connection we accepted.
    pub fn client(addr: SocketAddr, connection: u32) -> Self {
        Self { addr, stream: connection & !OUTGOING }
    }

    /// Whether it is the server of a connection that we opened.
    pub fn is_server(&self) -> bool {
        self.stream & OUTGOING != 0
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

/// A set of [`Kind`]s: what a view shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct KindMask(u8);

impl KindMask {
    /// Every kind.
    pub const ALL: Self = Self(0b111);
    /// No kind.
    pub const NONE: Self = Self(0);

    /// The set with this kind alone.
    pub const fn only(kind: Kind) -> Self {
        Self(1 << kind as u8)
    }

    /// The set with this kind added.
    #[must_use]
    pub const fn with(self, kind: Kind) -> Self {
        Self(self.0 | 1 << kind as u8)
    }

    /// The set with this kind taken away.
    #[must_use]
    pub const fn without(self, kind: Kind) -> Self {
        Self(self.0 & !(1 << kind as u8))
    }

    /// Whether the kind is in the set.
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Kind {
    /// All of them, in the order of their discriminants.
    pub const ALL: [Self; 3] = [Self::Received, Self::Sent, Self::Event];
}
