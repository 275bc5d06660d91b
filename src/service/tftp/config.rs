//! What a client is to do.

use std::num::{NonZeroU8, NonZeroU16};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::codec::Charset;
use crate::journal::Recorder;
use crate::proto::tftp::{BlockSize, Direction, Mode, Patience, name};
use crate::service::part::Existing;

/// The port of servers (RFC 1350).
pub const PORT: u16 = 69;

/// One file that is to be fetched from a server, or given to it.
#[derive(Clone)]
pub struct TransferConfig {
    /// The server: a name, an IPv4 or an IPv6 address.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// Which way the file goes.
    pub direction: Direction,
    /// The file's name on the server.
    pub remote: String,
    /// The encoding in which the server gets that name: UTF-8 or GBK.
    pub charset: Charset,
    /// The file here: where a download is kept, what an upload reads. A download into a folder that exists gets its
    /// [place](Self::place_in) there.
    pub local: PathBuf,
    /// What a download does if there is such a file already.
    pub existing: Existing,
    /// How the file's octets are sent.
    pub mode: Mode,
    /// What is asked of the server.
    pub options: Options,
    /// How long silence may last.
    pub patience: Patience,
    /// The largest download, in octets.
    pub limit: Option<u64>,
    /// Compute the SHA-256 of the file.
    pub hash: bool,
    /// Gets every packet both ways, with the socket's time.
    pub trace: Option<Arc<Recorder>>,
}

impl TransferConfig {
    /// A transfer with the usual options; nothing is overwritten.
    pub fn new(server: impl Into<String>, direction: Direction, remote: impl Into<String>, local: PathBuf) -> Self {
        Self {
            server: server.into(),
            port: PORT,
            direction,
            remote: remote.into(),
            charset: Charset::Utf8,
            local,
            existing: Existing::default(),
            mode: Mode::Octet,
            options: Options::default(),
            patience: Patience::default(),
            limit: None,
            hash: true,
            trace: None,
        }
    }

    /// Where a download is kept in a folder: under the last component of the remote name, made safe.
    pub fn place_in(folder: &Path, remote: &str) -> PathBuf {
        folder.join(name::local_name(remote))
    }
}

/// What is asked of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Options {
    /// Nothing: RFC 1350 alone.
    Plain,
    /// These options; a server that does not know them is asked again without.
    Ask {
        /// Octets of data in a block.
        block_size: BlockSize,
        /// Blocks per ACK. Less is asked for where a download's window would not fit into the socket's buffer.
        window_size: NonZeroU16,
        /// Seconds after which the server repeats; `None` leaves that to the server.
        timeout: Option<NonZeroU8>,
        /// Ask for the size of a download, say that of an upload.
        size: bool,
    },
}

impl Default for Options {
    /// Blocks that fit into an Ethernet frame, 16 of them per ACK, and the size.
    fn default() -> Self {
        Self::Ask {
            block_size: BlockSize::new(1428).expect("between 8 and 65464"),
            window_size: NonZeroU16::new(16).expect("not zero"),
            timeout: None,
            size: true,
        }
    }
}
