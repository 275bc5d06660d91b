//! How a client starts: what it wants, and whether that fits into a request.

use std::net::SocketAddr;

use super::numbering::Rollover;
use super::options::Asked;
use super::pace::Patience;
use super::packet::{MAX_REQUEST, Mode, Packet, RawOptions, RequestFields};

/// Which way the file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the server: RRQ.
    Download,
    /// To the server: WRQ.
    Upload,
}

/// One file that a client wants to have or to give.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Where the request goes.
    pub server: SocketAddr,
    /// Which way the file goes.
    pub direction: Direction,
    /// The file's name on the server, in the server's encoding.
    pub name: Vec<u8>,
    /// How its octets are sent.
    pub mode: Mode,
    /// Options; the default asks for none: plain RFC 1350. In netascii the size is never asked or said, because it
    /// differs by nature, and some servers refuse it.
    pub asked: Asked,
    /// How long silence may last.
    pub patience: Patience,
    /// The largest download, in octets.
    pub limit: Option<u64>,
    /// What follows block 65535 in an upload; changed where the server only knows the other.
    pub rollover: Rollover,
    /// Take the first answer from another address too, of a server with several.
    pub any_address: bool,
    /// For the jitter.
    pub seed: u64,
}

impl ClientConfig {
    /// A download in octets, without options.
    pub fn new(server: SocketAddr, direction: Direction, name: impl Into<Vec<u8>>) -> Self {
        Self {
            server,
            direction,
            name: name.into(),
            mode: Mode::Octet,
            asked: Asked::default(),
            patience: Patience::default(),
            limit: None,
            rollover: Rollover::Zero,
            any_address: false,
            seed: 0,
        }
    }

    /// What is asked for in fact.
    pub(super) fn effective_options(&self) -> Asked {
        Asked { size: self.asked.size.filter(|_| self.mode == Mode::Octet), ..self.asked }
    }

    /// The request's packet.
    pub(super) fn request(&self, asked: Asked) -> Result<Box<[u8]>, ConfigError> {
        if self.name.is_empty() {
            return Err(ConfigError::NoName);
        }
        if self.name.contains(&0) {
            return Err(ConfigError::Nul);
        }
        let options = asked.to_wire();
        let options = RawOptions::parse(&options).expect("pairs, as just written");
        let fields = RequestFields { name: &self.name, mode: self.mode.name().as_bytes(), options };
        let packet = match self.direction {
            Direction::Download => Packet::Read(fields),
            Direction::Upload => Packet::Write(fields),
        };
        let bytes = packet.to_bytes();
        if bytes.len() > MAX_REQUEST {
            return Err(ConfigError::TooLong { octets: bytes.len() });
        }
        Ok(bytes.into_boxed_slice())
    }
}

/// Why a request can't be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The name is empty.
    #[error("the remote file has no name")]
    NoName,
    /// A NUL would end the name.
    #[error("the remote file's name has a NUL in it")]
    Nul,
    /// RFC 2347 allows 512 octets.
    #[error("the request would have {octets} octets; {MAX_REQUEST} are allowed")]
    TooLong {
        /// What it would have.
        octets: usize,
    },
}
