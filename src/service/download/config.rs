//! What a download is to do.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::codec::byte_order::ByteOrder;
use crate::codec::framing::Width;
use crate::journal::Recorder;
use crate::service::part::Existing;

/// One file that is to be fetched.
#[derive(Clone)]
pub struct DownloadConfig {
    /// The server: a name, an IPv4 or an IPv6 address.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// What is sent once the connection is open; empty: nothing, the server begins by itself.
    pub request: Vec<u8>,
    /// Where the content ends.
    pub ending: Ending,
    /// How long a connect may take, and how long nothing may come.
    pub patience: Duration,
    /// The file here.
    pub local: PathBuf,
    /// What to do if there is such a file already.
    pub existing: Existing,
    /// Gets all bytes both ways, with the socket's time.
    pub trace: Option<Arc<Recorder>>,
}

/// How it is known that all of the content has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The server closes the connection.
    Close,
    /// The length comes before the content.
    Length(Prefix),
    /// Nothing came for so long, or the server closed the connection.
    Idle(Duration),
}

/// How the length is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// A binary number.
    Number {
        /// Its width.
        width: Width,
        /// Its byte order.
        order: ByteOrder,
    },
    /// Decimal digits in ASCII, up to a line feed.
    Line,
}
