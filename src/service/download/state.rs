//! What is known of a download, for whoever shows it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::journal::Failure;
use crate::service::handle::Snapshot;
use crate::service::part::PartFailure;

/// How a download stands; a snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Grows with every change.
    pub revision: u64,
    /// How far it is.
    pub phase: Phase,
    /// Where the request goes, once the name was resolved.
    pub server: Option<SocketAddr>,
    /// What has come.
    pub progress: Progress,
    /// How long it has been running, or ran.
    pub elapsed: Duration,
}

impl Snapshot for State {
    fn has_ended(&self) -> bool {
        self.phase.has_ended()
    }

    fn broken(&self, failure: Failure) -> Self {
        let ended = self.has_ended().then(|| self.phase.clone());
        let phase = ended.unwrap_or_else(|| Phase::Failed(failure.into()));
        Self { revision: self.revision + 1, phase, ..self.clone() }
    }
}

/// How far a download is.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The server's name is looked up.
    Resolving,
    /// The connection is being opened.
    Connecting,
    /// The request is on its way; nothing has come.
    Asking,
    /// The content comes.
    Receiving,
    /// All of it is on the disk, under its name.
    Done(Done),
    /// It did not work; nothing of it was left on the disk, and a file that was there is as it was.
    Failed(DownloadFailure),
    /// The person ended it; the same holds.
    Cancelled,
}

impl Phase {
    /// Whether it is known how it ended.
    pub const fn has_ended(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Failed(_) | Self::Cancelled)
    }
}

/// A file that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Where it lies.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// All of it, if it is a short text, in whatever encoding: it may be the server's refusal.
    pub text: Option<Vec<u8>>,
    /// Bytes that came after the content, as far as they were read.
    pub surplus: u64,
}

/// How the content comes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Bytes so far.
    pub done_bytes: u64,
    /// Bytes in all, as the server says. Not to be trusted.
    pub total_bytes: Option<u64>,
    /// The rate: over about the last second while it runs, over all of it afterwards.
    pub bytes_per_second: f64,
    /// From the request to the last byte.
    pub elapsed: Duration,
}

/// Why a download failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DownloadFailure {
    /// A name, a socket or the disk: which operation on what, and why.
    #[error(transparent)]
    System(#[from] Failure),
    /// The connection broke in the middle.
    #[error("{failure}, after {got} bytes")]
    Broken {
        /// How.
        failure: Failure,
        /// Bytes of the content that had come.
        got: u64,
    },
    /// The server closed the connection and had sent nothing.
    #[error("the server closed the connection without an answer")]
    Nothing,
    /// Nothing came for so long.
    #[error("nothing came for {} s, after {got} bytes", .after.as_secs_f64())]
    Silent {
        /// How long.
        after: Duration,
        /// Bytes of the content that had come.
        got: u64,
    },
    /// The server closed the connection before all had come that it had promised.
    #[error("the server closed the connection after {got} of {length:?} bytes")]
    Short {
        /// Bytes of the content that had come.
        got: u64,
        /// How many it promised; `None` if the length itself was not complete.
        length: Option<u64>,
        /// In the other byte order, the length would be what came.
        other_order: bool,
        /// All that it sent, if it is a short text.
        text: Option<Vec<u8>>,
    },
    /// The server says −1 for the length.
    #[error("the server says a length of -1")]
    MinusOne,
    /// What the server sends does not begin with a length.
    #[error("what the server sends does not begin with a length")]
    NoLength {
        /// How it begins.
        opening: Vec<u8>,
    },
    /// There is such a file already, and it may not be replaced.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// A folder, a device or the like, where a file should be.
    #[error("{} is not a file", .0.display())]
    NotAFile(PathBuf),
}

impl From<PartFailure> for DownloadFailure {
    fn from(failure: PartFailure) -> Self {
        match failure {
            PartFailure::System(failure) => Self::System(failure),
            PartFailure::Exists(path) => Self::Exists(path),
            PartFailure::NotAFile(path) => Self::NotAFile(path),
        }
    }
}
