//! Sending a file of any size in bounded memory.
//!
//! A thread reads the file, which may be on a disk or a network that stalls, cuts it into blocks and lays a few of them
//! into a [`queue`]; the job takes them from there while little waits for the socket.

mod cut;
mod handle;
mod job;
mod pace;
mod queue;
mod reader;

use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use crate::codec::append::Block;
use crate::codec::framing::Framing;
use crate::net::Target;

pub use handle::{FileHandle, FileState, FileStatus};
pub use job::SendFile;

/// The largest payload of a datagram over IPv4.
pub const MAX_DATAGRAM_BYTES: usize = 65_507;
/// The largest block of a stream, and the longest line.
pub const MAX_BLOCK_BYTES: usize = 1 << 20;
/// The content of a larger file is written to the journal only if that is wanted.
pub const LOGGED_BYTES: u64 = 16 << 20;

/// How a file becomes what is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileMode {
    /// Its bytes, in blocks.
    Raw,
    /// The bytes that its HEX digits stand for, in blocks. Digits may be grouped as the send box has it.
    Hex,
    /// Each line is a packet. Lines end with LF or CR LF; empty packets are left out.
    Lines {
        /// Whether the line's end is taken away.
        strip: bool,
        /// What is added to each.
        append: Vec<Block>,
        /// What is put around each, so that the receiver finds it again.
        framing: Framing,
    },
}

/// A file to be sent.
#[derive(Clone, Debug)]
pub struct FileConfig {
    /// Where it is: a regular file.
    pub path: PathBuf,
    /// To whom. All clients of a server are those that are connected when it begins; the slowest sets the pace.
    pub target: Target,
    /// How it is read.
    pub mode: FileMode,
    /// How much is sent at a time; 1 to [`MAX_BLOCK_BYTES`], or [`MAX_DATAGRAM_BYTES`] if each is a datagram. Lines are as
    /// long as they are.
    pub block_bytes: usize,
    /// From block to block, or from line to line.
    pub interval: Duration,
    /// At most so many bytes per second.
    pub bytes_per_second: Option<NonZeroU64>,
    /// Whether what is sent is written to the journal; `None`: if the file has at most [`LOGGED_BYTES`].
    pub log_content: Option<bool>,
    /// Whether each block is a datagram.
    pub datagrams: bool,
}

impl FileConfig {
    /// How much is read and sent at a time. A stream's blocks are no larger than what a slow rate lets through in some
    /// hundredths of a second, so that it flows.
    fn block_bytes(&self) -> usize {
        let most = if self.datagrams { MAX_DATAGRAM_BYTES } else { MAX_BLOCK_BYTES };
        let asked = self.block_bytes.clamp(1, most);
        match self.bytes_per_second {
            Some(rate) if !self.datagrams && self.interval.is_zero() => {
                asked.min(usize::try_from(rate.get() / 50).unwrap_or(usize::MAX).max(1))
            }
            _ => asked,
        }
    }

    /// The longest packet that a line may become.
    fn max_packet_bytes(&self) -> usize {
        if self.datagrams { MAX_DATAGRAM_BYTES } else { MAX_BLOCK_BYTES }
    }

    /// Its name, for the journal.
    fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        name.to_string_lossy().into_owned()
    }
}
