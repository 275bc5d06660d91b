//! What is known of a transfer, for whoever shows it.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::journal::Failure;
use crate::proto::ipmsg::{DirError, NameRefused};

/// A transfer's number, growing, never used twice by one node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId(pub u64);

/// Which way the bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// A peer fetches from us.
    Serving,
    /// We fetch from a peer.
    Fetching,
}

/// A file or folder on its way, or what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Transfer {
    /// Which one.
    pub id: TransferId,
    /// Which way.
    pub direction: Direction,
    /// The other end: of a fetch, where the connection goes to; of a serve, where it comes from (its port says
    /// nothing).
    pub peer: SocketAddr,
    /// The number of the packet that offered it.
    pub number: u64,
    /// The attachment's number in that packet.
    pub attachment: u32,
    /// The name under which it was offered, for showing only.
    pub name: String,
    /// A folder?
    pub is_folder: bool,
    /// Bytes of file content so far.
    pub done_bytes: u64,
    /// Bytes of file content in all, where it is known: a folder's sender need not say.
    pub total_bytes: Option<u64>,
    /// Files that are complete.
    pub files: u64,
    /// Entries of a folder that were left out: symbolic links, devices and the like.
    pub skipped: u64,
    /// The rate: over about the last second while it runs, over all of it afterwards.
    pub bytes_per_second: f64,
    /// How long it has been running, or ran.
    pub elapsed: Duration,
    /// How it stands.
    pub state: TransferState,
}

/// How a transfer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferState {
    /// Others go first.
    Waiting,
    /// On its way.
    Running,
    /// All of it went over.
    Done {
        /// Where it lies: what was fetched, or what was served.
        path: PathBuf,
        /// Bytes of file content, as counted.
        size: u64,
        /// SHA-256 of what went over, in hexadecimal digits; none for a folder, and none for a file that was served
        /// only from some offset.
        sha256: Option<String>,
    },
    /// It did not work; nothing of it was left on the disk.
    Failed(TransferFailure),
    /// Ended by us, by the person or by the end of the node; nothing of it was left on the disk.
    Cancelled,
    /// The peer closed the connection without giving a single byte: it does not offer this (any more).
    Refused,
}

impl TransferState {
    /// Whether nothing more is to come.
    pub fn is_over(&self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// Why a transfer failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferFailure {
    /// A socket or the disk failed: which operation on what, and why.
    #[error(transparent)]
    System(#[from] Failure),
    /// The offered name, or one in the folder's stream, can't become the name of a file.
    #[error("the name {name:?}: {why}")]
    Name {
        /// The name as it came.
        name: String,
        /// What is wrong with it.
        why: NameRefused,
    },
    /// Where it was to go there is something of this name already, and the policy is [`Existing::Refuse`].
    ///
    /// [`Existing::Refuse`]: super::Existing::Refuse
    #[error("{} exists already", path.display())]
    Exists {
        /// What is in the way.
        path: PathBuf,
    },
    /// No name like the wanted one is free.
    #[error("too many files in {} have this name already", folder.display())]
    NoFreeName {
        /// Where.
        folder: PathBuf,
    },
    /// The peer closed the connection too early.
    #[error("the peer closed the connection after {got} of {expected} bytes")]
    Short {
        /// What came.
        got: u64,
        /// What was promised.
        expected: u64,
    },
    /// The peer closed the connection in the middle of a folder.
    #[error("the peer closed the connection in the middle of the folder")]
    FolderCut,
    /// The peer sent more than it offered.
    #[error("the peer sent more than the {expected} bytes that it offered")]
    TooMuch {
        /// What was promised.
        expected: u64,
    },
    /// The peer neither sent nor took anything for so long.
    #[error("nothing went over for {} s", after.as_secs())]
    Silent {
        /// How long.
        after: Duration,
    },
    /// The folder's stream is not one.
    #[error("the folder's stream is broken: {0}")]
    Stream(DirError),
    /// The folder is larger than its limits.
    #[error("{0}")]
    Limit(FolderLimit),
    /// What was offered is not there any more, or is another file now, or changed its size.
    #[error("{} has changed since it was offered", path.display())]
    Changed {
        /// Which file.
        path: PathBuf,
    },
    /// A file became shorter while it was sent; the connection was reset, so that the peer knows.
    #[error("{} became shorter while it was sent", path.display())]
    Shrank {
        /// Which file.
        path: PathBuf,
    },
    /// Too many fetches wait already.
    #[error("too many fetches wait already")]
    QueueFull,
    /// A bug of ours ended the thread.
    #[error("internal error")]
    Internal,
}

/// Which limit of a folder was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FolderLimit {
    /// Folders in folders.
    #[error("more than {0} folders in each other")]
    Depth(usize),
    /// Files and folders.
    #[error("more than {0} files and folders")]
    Entries(u64),
    /// Bytes of file content.
    #[error("more than {0} bytes")]
    Bytes(u64),
}

/// A request that was turned away before it became a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRequest {
    /// From where.
    pub from: IpAddr,
    /// Why.
    pub why: Refusal,
}

/// Why a request was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing is offered to this address.
    #[error("nothing is offered to this address")]
    Stranger,
    /// Nothing with these numbers is offered to this address (any more).
    #[error("attachment {attachment} of packet {number} is not offered to this address")]
    NotOffered {
        /// The packet's number in the request.
        number: u64,
        /// The attachment's number in the request.
        attachment: u32,
    },
    /// A folder was asked for as a file, or a file as a folder.
    #[error("attachment {attachment} of packet {number} was asked for with the wrong command")]
    WrongKind {
        /// The packet's number in the request.
        number: u64,
        /// The attachment's number in the request.
        attachment: u32,
    },
    /// An offset beyond the end of the file.
    #[error("the offset {offset} is beyond the file's {size} bytes")]
    BeyondEnd {
        /// What was asked for.
        offset: u64,
        /// What there is.
        size: u64,
    },
    /// Not a request, or an endless one.
    #[error("that is no request for a file")]
    Malformed,
    /// No request came in time.
    #[error("no request came in time")]
    Silent,
    /// Too many connections at once, from this address or in all.
    #[error("too many connections at once")]
    Busy,
}
