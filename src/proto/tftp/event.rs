//! What a transfer tells its driver.

use std::net::SocketAddr;
use std::time::Duration;

use super::options::{Negotiated, Refusal};
use super::packet::ErrorCode;

/// Something happened. How far a transfer is, [`Statistics`] say at any time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The first answer came (client), or the transfer was accepted (server).
    Negotiated {
        /// The peer's transfer identifier: its address and port.
        peer: SocketAddr,
        /// What is in force.
        options: Negotiated,
    },
    /// The request is sent again without options.
    Retried(WhyPlain),
    /// Worth telling; the transfer goes on.
    Warning(Warning),
    /// The file is whole. A receiver's driver flushes and renames it before it sends what is due; if that fails, it
    /// says so with [`super::Transfer::fail`].
    Complete,
    /// The transfer is over without the file.
    Failed(Failure),
}

/// Why a request is repeated without options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyPlain {
    /// The server answered ERROR.
    Error {
        /// Its code: 8, 4 or 0.
        code: ErrorCode,
        /// Its text, in any encoding.
        text: Vec<u8>,
    },
    /// The server answered options that were not asked for.
    Refused(Refusal),
    /// Nothing answered a request with options.
    Silence,
}

/// What is odd, but ends nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The peer said a size that can't be one.
    UselessSize,
    /// The file has another size than the peer said.
    SizeDiffers {
        /// What the peer said.
        said: u64,
        /// What came.
        real: u64,
    },
    /// An answer came from another address than the one asked, and was refused.
    OtherAddress(SocketAddr),
}

/// Why there is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The peer sent ERROR.
    Peer {
        /// Its code.
        code: ErrorCode,
        /// Its text, in any encoding, with whatever characters.
        text: Vec<u8>,
    },
    /// The peer is silent.
    NoAnswer {
        /// How often the last packet was sent.
        tries: u32,
        /// For how long nothing moved.
        over: Duration,
    },
    /// ICMP said that nobody listens there.
    Unreachable,
    /// A packet that can't be.
    BadPacket {
        /// What is wrong with it.
        violation: Violation,
        /// Its first 64 octets.
        bytes: Vec<u8>,
    },
    /// The server answered other options than were asked for.
    Options(Refusal),
    /// The file is larger than the limit.
    TooLarge {
        /// In octets.
        limit: u64,
    },
    /// The file that is sent became shorter or longer meanwhile.
    SourceChanged,
    /// The person ended it.
    Cancelled,
    /// The driver could not read or write the file; it knows why.
    Local {
        /// What the peer was told.
        code: ErrorCode,
    },
}

/// What is wrong with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// More data than a block has.
    #[error("{got} octets in a block of {block_size}")]
    Oversize {
        /// What came.
        got: usize,
        /// What was agreed.
        block_size: usize,
    },
    /// Options in answer to a request without options.
    #[error("options where none were asked for")]
    UnaskedOptions,
}

/// Counters of one transfer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Blocks received in order, or acknowledged by the peer.
    pub blocks: u64,
    /// Octets of them, as on the wire.
    pub bytes: u64,
    /// Packets that were sent again.
    pub retransmissions: u64,
    /// DATA and ACK that came again, or out of order.
    pub duplicates: u64,
    /// Datagrams from others than the peer.
    pub strangers: u64,
    /// Datagrams of the peer that make no sense.
    pub invalid: u64,
    /// Datagrams sent.
    pub sent: u64,
    /// Datagrams received.
    pub received: u64,
}
