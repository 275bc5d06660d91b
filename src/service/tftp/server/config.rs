//! What a server serves, and to whom.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use crate::journal::Recorder;
use crate::proto::tftp::Patience;
use crate::proto::tftp::options::Policy;

/// A port for servers that may not use 69.
pub const FREE_PORT: u16 = 6969;

/// A folder that is served.
#[derive(Clone)]
pub struct ServerConfig {
    /// The folder.
    pub folder: PathBuf,
    /// Address and port; port 0 for a free one. Port 69 needs rights on most systems: where they lack, [`FREE_PORT`]
    /// does.
    pub bind: SocketAddr,
    /// What may be written.
    pub uploads: Uploads,
    /// The largest upload, in octets.
    pub max_upload_bytes: u64,
    /// Which options are granted.
    pub policy: Policy,
    /// How long silence may last.
    pub patience: Patience,
    /// Transfers at the same time.
    pub max_transfers: usize,
    /// Transfers at the same time of one address.
    pub max_per_client: usize,
    /// Gets every packet both ways, with the socket's time.
    pub trace: Option<Arc<Recorder>>,
}

impl ServerConfig {
    /// Serves a folder read-only, with all options.
    pub fn new(folder: PathBuf, bind: SocketAddr) -> Self {
        Self {
            folder,
            bind,
            uploads: Uploads::Refused,
            max_upload_bytes: 4 << 30,
            policy: Policy::default(),
            patience: Patience::default(),
            max_transfers: 64,
            max_per_client: 16,
            trace: None,
        }
    }
}

/// What clients may write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Uploads {
    /// Nothing: the folder is read-only.
    #[default]
    Refused,
    /// New files.
    New,
    /// New files, and others in place of those that are there.
    Overwrite,
}
