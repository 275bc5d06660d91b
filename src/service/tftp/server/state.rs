//! What is known of a server, for whoever shows it.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::journal::{Failure, Timestamp};
use crate::proto::tftp::Mode;
use crate::proto::tftp::name::NameRefused;
use crate::proto::tftp::server::RequestKind;
use crate::service::folder::NoFile;
use crate::service::tftp::{Progress, TransferFailure};

/// How a server stands; a snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerState {
    /// Grows with every change.
    pub revision: u64,
    /// Whether it serves.
    pub phase: ServerPhase,
    /// What is on its way, by age.
    pub transfers: Vec<ServerTransfer>,
    /// The newest requests, by age; at most [`ServerState::MOST_REQUESTS`].
    pub requests: Vec<Arc<Request>>,
    /// Since it was started.
    pub totals: Totals,
}

impl ServerState {
    /// So many requests are kept.
    pub const MOST_REQUESTS: usize = 500;
}

/// Whether a server serves.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerPhase {
    /// It takes its port.
    Starting,
    /// It listens there; the address has the real port.
    Listening(SocketAddr),
    /// It ended, by itself if there is a failure.
    Closed(Option<Failure>),
}

/// A request's number, growing, never used twice by one server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// A file on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerTransfer {
    /// What was asked for.
    pub request: Arc<Request>,
    /// How far it is.
    pub progress: Progress,
}

/// What a client asked for, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Which one.
    pub id: RequestId,
    /// When it came.
    pub time: Timestamp,
    /// From where.
    pub client: SocketAddr,
    /// Which way the file goes.
    pub kind: RequestKind,
    /// The file's name as it was found, or else as it came; on one line, without control characters.
    pub name: String,
    /// How its octets are sent.
    pub mode: Mode,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// It was answered; the client has not reacted yet, and may be forged.
    Answered,
    /// Data flows.
    Running,
    /// All of it went over.
    Done(Progress),
    /// It was answered by ERROR.
    Refused(Refusal),
    /// It did not work.
    Failed(TransferFailure),
    /// The client did not react, and its place was needed for others.
    Evicted,
    /// The server ended.
    Cancelled,
}

impl Fate {
    /// Whether nothing more is to come.
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Answered | Self::Running)
    }
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The name could lead out of the folder, or is none.
    #[error(transparent)]
    Name(NameRefused),
    /// There is no such file.
    #[error("file not found")]
    NotFound,
    /// A folder, a device, or a link that leads out of the folder.
    #[error("not a file of this folder")]
    NotAFile,
    /// Nothing may be written.
    #[error("this server is read-only")]
    ReadOnly,
    /// There is such a file, and only new ones may be written.
    #[error("the file exists")]
    Exists,
    /// The file is larger than the server takes.
    #[error("more than {limit} octets")]
    TooLarge {
        /// In octets.
        limit: u64,
    },
    /// There are too many transfers, of all or of this client.
    #[error("too many transfers")]
    Busy,
    /// The system does not let us read or write the file, or make a socket.
    #[error("{0}")]
    System(Failure),
}

impl From<NoFile> for Refusal {
    fn from(none: NoFile) -> Self {
        match none {
            NoFile::Name(refused) => Self::Name(refused),
            NoFile::NotFound => Self::NotFound,
            NoFile::NotAFile => Self::NotAFile,
            NoFile::System(failure) => Self::System(failure),
        }
    }
}

/// Counters of a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Requests that came.
    pub requests: u64,
    /// Of them: all of it went over.
    pub done: u64,
    /// Of them: refused.
    pub refused: u64,
    /// Of them: failed.
    pub failed: u64,
    /// Of them: without a reaction of the client, and given up for others.
    pub evicted: u64,
    /// Datagrams that are no requests.
    pub invalid: u64,
    /// Datagrams that were given up unread, because too many came.
    pub dropped: u64,
    /// Octets of the files that went over.
    pub bytes: u64,
}

/// Something happened to a request: it came, or its fate changed.
pub type Observer = Arc<dyn Fn(&Request) + Send + Sync>;
