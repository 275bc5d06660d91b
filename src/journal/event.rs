//! What happens to a session besides bytes: opened, a peer came or left, something failed.
//!
//! Events are kept as data, not as sentences: the window says them in its language, at any time later.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::answer::AnswerNote;
use super::node::NodeNote;

/// An entry of the journal that carries no payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A UDP socket is bound; `local` has the real port.
    Bound {
        /// Our address.
        local: SocketAddr,
    },
    /// A TCP server listens; `local` has the real port.
    Listening {
        /// Our address.
        local: SocketAddr,
    },
    /// A TCP client is connected.
    Connected {
        /// Our address.
        local: SocketAddr,
        /// Its address.
        remote: SocketAddr,
    },
    /// A host name was resolved; `addrs` in the order in which they are tried.
    Resolved {
        /// The name.
        host: String,
        /// Its addresses.
        addrs: Vec<IpAddr>,
    },
    /// A client of the TCP server came.
    PeerJoined {
        /// Its address.
        peer: SocketAddr,
    },
    /// A client of the TCP server, or the server of a TCP client, is gone.
    PeerLeft {
        /// Its address.
        peer: SocketAddr,
        /// Why.
        reason: LeaveReason,
        /// Bytes that it did not take.
        unsent_bytes: u64,
    },
    /// The peer closed its sending side (FIN) while we may still send: answers to what it just sent, or what waits for
    /// it already. `PeerLeft` follows.
    PeerFinished {
        /// Its address.
        peer: SocketAddr,
    },
    /// We shut down our sending direction (FIN sent); receiving goes on.
    HalfClosed {
        /// Its address.
        peer: SocketAddr,
    },
    /// The session is closed, by the person.
    Closed,
    /// The next try of an automatic reconnect.
    Reconnecting {
        /// Until then, in milliseconds.
        in_ms: u64,
        /// Which try it will be, from 1.
        attempt: u32,
    },
    /// ICMP said that nobody listens there (port unreachable), or that there is no way (host, network unreachable).
    Unreachable {
        /// Where to, if the system tells.
        to: Option<SocketAddr>,
        /// Why.
        cause: Cause,
    },
    /// The kernel dropped received datagrams because the receive buffer was full.
    KernelDropped {
        /// How many since the last such event.
        datagrams: u64,
    },
    /// A multicast group was joined.
    GroupJoined {
        /// The group.
        group: IpAddr,
        /// The interface, empty if the system chose it.
        interface: String,
    },
    /// A multicast group was left.
    GroupLeft {
        /// The group.
        group: IpAddr,
        /// The interface, empty if the system chose it.
        interface: String,
    },
    /// The disk was full, and the oldest records were given up so that receiving could go on.
    GivenUp {
        /// How many records.
        records: u64,
        /// How many payload bytes.
        bytes: u64,
    },
    /// A file was sent, all of it.
    FileSent {
        /// Its name.
        name: String,
        /// What was sent, in bytes: more or less than the file has, if its lines were sent or its HEX digits.
        bytes: u64,
        /// Of what was sent, in small digits.
        sha256: String,
        /// How long it took, in milliseconds.
        in_ms: u64,
    },
    /// The sending of a file ended before its end.
    FileStopped {
        /// Its name.
        name: String,
        /// What was sent, in bytes.
        bytes: u64,
        /// The file's length, in bytes.
        total_bytes: u64,
        /// Why.
        stop: FileStop,
    },
    /// What a protocol's node did with a datagram or a message.
    Node {
        /// What it did.
        note: NodeNote,
    },
    /// What an automatic answer did besides sending.
    Answer {
        /// What it did.
        note: AnswerNote,
    },
    /// An operation failed.
    Failed(Failure),
}

/// Why a file was not sent to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stop", rename_all = "snake_case")]
pub enum FileStop {
    /// The person ended it.
    Cancelled,
    /// The connection is gone.
    PeerLeft,
    /// A folder, a pipe, a device.
    NotAFile,
    /// It became shorter while it was read.
    Shrank {
        /// Its length when it was opened.
        total_bytes: u64,
        /// Where it ended.
        found_bytes: u64,
    },
    /// It became longer while it was read. What it had at first was sent.
    Grew {
        /// Its length when it was opened.
        total_bytes: u64,
    },
    /// A line is too long for a packet.
    LineTooLong {
        /// Which, from 1.
        line: u64,
        /// The longest packet.
        max_bytes: u64,
    },
    /// A line can't be made a packet.
    Message {
        /// Which, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// Neither a HEX digit nor what may stand between them.
    NotHex {
        /// From 1.
        line: u64,
        /// In characters, from 1.
        column: u64,
        /// What stands there.
        byte: u8,
    },
    /// A HEX digit without a partner.
    OddDigit {
        /// From 1.
        line: u64,
        /// In characters, from 1.
        column: u64,
    },
    /// The file could not be read, or the link refused it.
    Failed(Failure),
}

/// Why a TCP peer is gone. The four are told apart in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveReason {
    /// It closed its side (FIN).
    Finished,
    /// It reset the connection (RST).
    Reset,
    /// It stopped answering (retransmissions or keep-alive ran out).
    TimedOut,
    /// The person disconnected it, or closed the session.
    Disconnected,
    /// We reset the connection (RST sent).
    Aborted,
    /// Another error of the operating system; an `Event::Failed` before it says which.
    Error,
}

impl LeaveReason {
    /// Whether somebody wanted it, rather than an error.
    pub fn is_orderly(self) -> bool {
        matches!(self, Self::Finished | Self::Disconnected | Self::Aborted)
    }
}

/// A failure that says which operation on which address failed, why, and where known the way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{op} {target}: {cause}")]
pub struct Failure {
    /// What was tried.
    pub op: Operation,
    /// On what: an address, a host name with port, a file.
    pub target: String,
    /// Why it failed.
    pub cause: Cause,
}

/// What was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Look a host name up.
    Resolve,
    /// Take a local address.
    Bind,
    /// Wait for connections.
    Listen,
    /// Open a connection.
    Connect,
    /// Take a connection.
    Accept,
    /// Send.
    Send,
    /// Receive.
    Receive,
    /// Join a multicast group.
    Join,
    /// Leave a multicast group.
    Leave,
    /// Change an option of a socket.
    Configure,
    /// Run the thread of a socket.
    Worker,
    /// Read a file.
    Read,
    /// Write a file.
    Write,
}

/// Why an operation failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// Another socket has the address; by which program, where it can be known.
    AddressInUse {
        /// By whom, where it can be known.
        owner: Option<Owner>,
    },
    /// The system forbids it (a port below 1024, a broadcast without the switch).
    PermissionDenied,
    /// Not one of this machine's addresses.
    AddressNotAvailable,
    /// Nobody listens there (TCP RST, ICMP port unreachable).
    Refused,
    /// No route to the host.
    HostUnreachable,
    /// No route to the network.
    NetworkUnreachable,
    /// No answer in time.
    TimedOut {
        /// How long was waited, in milliseconds.
        after_ms: Option<u64>,
    },
    /// The name could not be resolved.
    NameNotFound,
    /// The peer reset the connection.
    Reset,
    /// We are not connected (any more).
    NotConnected,
    /// No such client (any more).
    NoSuchPeer,
    /// The TCP server has no client to send to.
    NoClients,
    /// Our sending direction is shut down.
    HalfClosed,
    /// A datagram larger than UDP or the system allows.
    TooLarge {
        /// The bytes that were to be sent.
        len: u64,
        /// The bytes that fit.
        max: u64,
    },
    /// The peer takes nothing, and `pending` bytes wait for it already.
    QueueFull {
        /// Bytes that wait.
        pending: u64,
    },
    /// An IPv6 target on an IPv4 socket or the other way round.
    FamilyMismatch,
    /// The broadcast switch is off.
    BroadcastOff,
    /// The disk is full.
    DiskFull,
    /// A worker thread panicked: a bug of ours.
    Panic {
        /// The words of the panic or of the system.
        message: String,
    },
    /// Anything else, in the words of the operating system.
    Other {
        /// The system's number.
        code: Option<i32>,
        /// The words of the panic or of the system.
        message: String,
    },
}

/// Who holds an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The program's name.
    pub program: String,
    /// Its process id.
    pub pid: u32,
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Resolve => "resolve",
            Self::Bind => "bind",
            Self::Listen => "listen",
            Self::Connect => "connect",
            Self::Accept => "accept",
            Self::Send => "send",
            Self::Receive => "receive",
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Configure => "configure",
            Self::Worker => "worker",
            Self::Read => "read",
            Self::Write => "write",
        })
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AddressInUse { owner: Some(o) } => write!(f, "address in use by {} (pid {})", o.program, o.pid),
            Self::AddressInUse { owner: None } => f.write_str("address in use"),
            Self::PermissionDenied => f.write_str("permission denied"),
            Self::AddressNotAvailable => f.write_str("not an address of this machine"),
            Self::Refused => f.write_str("refused: nobody listens there"),
            Self::HostUnreachable => f.write_str("host unreachable"),
            Self::NetworkUnreachable => f.write_str("network unreachable"),
            Self::TimedOut { after_ms: Some(ms) } => write!(f, "no answer in {ms} ms"),
            Self::TimedOut { after_ms: None } => f.write_str("timed out"),
            Self::NameNotFound => f.write_str("name not found"),
            Self::Reset => f.write_str("reset by the peer"),
            Self::NotConnected => f.write_str("not connected"),
            Self::NoSuchPeer => f.write_str("no such client"),
            Self::NoClients => f.write_str("no client is connected"),
            Self::HalfClosed => f.write_str("our sending direction is shut down"),
            Self::TooLarge { len, max } => write!(f, "{len} bytes are more than the {max} that fit"),
            Self::QueueFull { pending } => write!(f, "the peer takes nothing, {pending} bytes wait already"),
            Self::FamilyMismatch => f.write_str("IPv4 and IPv6 do not mix on this socket"),
            Self::BroadcastOff => f.write_str("broadcast is switched off"),
            Self::DiskFull => f.write_str("the disk is full"),
            Self::Panic { message } => write!(f, "internal error: {message}"),
            Self::Other { code: Some(c), message } => write!(f, "{message} (os error {c})"),
            Self::Other { code: None, message } => f.write_str(message),
        }
    }
}
