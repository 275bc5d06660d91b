//! What is known of a transfer, for whoever shows it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::codec::Charset;
use crate::journal::Failure as SystemFailure;
use crate::proto::tftp::{self, ConfigError, Negotiated, Statistics, Warning, WhyPlain};
use crate::service::handle::Snapshot;
use crate::service::part::PartFailure;

/// How a client's transfer stands; a snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Grows with every change.
    pub revision: u64,
    /// How far it is.
    pub phase: Phase,
    /// The file here, as an absolute or relative path; once a download's folder was looked at, with its name.
    pub local: PathBuf,
    /// Where the request went, once the name was resolved.
    pub server: Option<SocketAddr>,
    /// What the two agreed on, and how the data flows; from the first answer on.
    pub progress: Option<Progress>,
    /// Requests and packets before the first answer.
    pub statistics: Statistics,
    /// What was odd, in the order in which it happened; at most [`State::MOST_NOTES`].
    pub notes: Vec<Note>,
    /// How long it has been running, or ran.
    pub elapsed: Duration,
    /// It needs no attention any more: also the last ACK has been waited upon, and its thread is about to end.
    pub over: bool,
}

impl State {
    /// So many notes are kept.
    pub const MOST_NOTES: usize = 16;

    /// The statistics as they are now.
    pub fn statistics(&self) -> Statistics {
        self.progress.map_or(self.statistics, |progress| progress.statistics)
    }
}

impl Snapshot for State {
    fn has_ended(&self) -> bool {
        self.phase.has_ended()
    }

    fn is_over(&self) -> bool {
        self.over
    }

    fn broken(&self, failure: SystemFailure) -> Self {
        let ended = self.has_ended().then(|| self.phase.clone());
        let phase = ended.unwrap_or_else(|| Phase::Failed(failure.into()));
        Self { revision: self.revision + 1, phase, over: true, ..self.clone() }
    }
}

/// How far a transfer is.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The server's name is looked up.
    Resolving,
    /// The request is on its way; nothing has answered.
    Asking,
    /// Data flows.
    Running,
    /// All of it is over; the file is whole.
    Done(Done),
    /// It did not work; nothing of it was left on the disk, and a file that was there is as it was.
    Failed(TransferFailure),
    /// The person ended it; the same holds.
    Cancelled,
}

impl Phase {
    /// Whether it is known how it ended.
    pub const fn has_ended(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Failed(_) | Self::Cancelled)
    }
}

/// A file that went over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Where it lies here.
    pub path: PathBuf,
    /// Its size here, in octets.
    pub size: u64,
    /// Its SHA-256 in hexadecimal digits, if it was wanted.
    pub sha256: Option<String>,
}

/// How the data flows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// The peer's address and port: its transfer identifier.
    pub peer: SocketAddr,
    /// The options in force.
    pub options: Negotiated,
    /// Counters.
    pub statistics: Statistics,
    /// Octets on the wire so far.
    pub done_bytes: u64,
    /// Octets in all: what we know of an upload, what the peer says of a download. Not to be trusted.
    pub total_bytes: Option<u64>,
    /// The rate: over about the last second while it runs, over all of it afterwards.
    pub bytes_per_second: f64,
    /// Since the first answer.
    pub elapsed: Duration,
}

impl Progress {
    /// How much of it is done, from 0 to 1, if the size is known.
    pub fn ratio(&self) -> Option<f64> {
        let total = self.total_bytes.filter(|total| *total > 0)?;
        Some((self.done_bytes as f64 / total as f64).min(1.0))
    }

    /// How long it will take at the present rate, if that can be told.
    pub fn remaining(&self) -> Option<Duration> {
        let left = self.total_bytes?.checked_sub(self.done_bytes)?;
        Duration::try_from_secs_f64(left as f64 / self.bytes_per_second).ok()
    }
}

/// What is odd, but ends nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The request was sent again without options.
    Retried(WhyPlain),
    /// A peculiarity of the peer.
    Warning(Warning),
    /// This address of several did not answer; the next one is asked.
    NextAddress(SocketAddr),
    /// The socket's buffer is too small for the wanted window; so many blocks were asked for.
    SmallerWindow(u16),
}

/// Why a transfer failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferFailure {
    /// The peer, or the way to it.
    #[error("{0:?}")]
    Protocol(tftp::Failure),
    /// A name, a socket or the disk: which operation on what, and why.
    #[error(transparent)]
    System(#[from] SystemFailure),
    /// The request can't be sent as it is.
    #[error(transparent)]
    Request(#[from] ConfigError),
    /// The remote name has characters that this encoding lacks.
    #[error("the remote name can't be written in {}", .0.label())]
    Encoding(Charset),
    /// There is such a file already, and it may not be replaced.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// A folder, a device or the like, where a file should be.
    #[error("{} is not a file", .0.display())]
    NotAFile(PathBuf),
}

impl From<PartFailure> for TransferFailure {
    fn from(failure: PartFailure) -> Self {
        match failure {
            PartFailure::System(failure) => Self::System(failure),
            PartFailure::Exists(path) => Self::Exists(path),
            PartFailure::NotAFile(path) => Self::NotAFile(path),
        }
    }
}
