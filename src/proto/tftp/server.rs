//! How a server starts: what a request says, what is granted, what is refused.

use std::net::SocketAddr;

use crate::proto::Moment;

use super::numbering::Rollover;
use super::options::{self, Policy};
use super::pace::{Pace, Patience};
use super::packet::{self, ErrorCode, Mode, Packet, PacketError, RequestFields};
use super::receiver::Receiver;
use super::sender::Sender;
use super::transfer::Transfer;

/// What a client wants, as it came to the listening port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// Which way the file goes.
    pub kind: RequestKind,
    /// How its octets are sent.
    pub mode: Mode,
    fields: RequestFields<'a>,
}

/// Which way a requested file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// To the client: RRQ.
    Read,
    /// From the client: WRQ.
    Write,
}

/// A datagram at the listening port that is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRequest {
    /// No TFTP packet, or an ERROR: nothing is answered.
    #[error("no packet")]
    Silent,
    /// A request that is broken.
    #[error("a broken request: {0}")]
    Broken(PacketError),
    /// A mode other than octet and netascii.
    #[error("the mode is neither octet nor netascii")]
    Mode,
    /// A packet of a transfer.
    #[error("no transfer has this port")]
    NotHere,
}

impl NoRequest {
    /// The ERROR packet that answers it.
    pub fn answer(self) -> Option<Vec<u8>> {
        let code = match self {
            Self::Silent => return None,
            Self::Broken(_) | Self::Mode => ErrorCode::ILLEGAL,
            Self::NotHere => ErrorCode::UNKNOWN_TID,
        };
        Some(packet::error(code, &self.to_string()))
    }
}

impl<'a> Request<'a> {
    /// The request in a datagram.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, NoRequest> {
        let (kind, fields) = match Packet::parse(bytes) {
            Ok(Packet::Read(fields)) => (RequestKind::Read, fields),
            Ok(Packet::Write(fields)) => (RequestKind::Write, fields),
            Ok(Packet::Error { .. }) => return Err(NoRequest::Silent),
            Ok(_) => return Err(NoRequest::NotHere),
            Err(error) if matches!(bytes, [0, 1 | 2, ..]) => return Err(NoRequest::Broken(error)),
            Err(_) => return Err(NoRequest::Silent),
        };
        let mode = Mode::from_name(fields.mode).ok_or(NoRequest::Mode)?;
        Ok(Self { kind, mode, fields })
    }

    /// The file's name, in the client's encoding: [`super::name::candidates`] says which files it can mean.
    pub const fn name(&self) -> &'a [u8] {
        self.fields.name
    }

    /// The size that a WRQ announces. Never to be trusted; a server may refuse what is too much already.
    pub fn announced_size(&self) -> Option<u64> {
        options::announced_size(&self.fields)
    }
}

/// One accepted request.
#[derive(Clone, Copy, Debug)]
pub struct ServerConfig {
    /// Who asked.
    pub client: SocketAddr,
    /// What is granted at most.
    pub policy: Policy,
    /// How long silence may last.
    pub patience: Patience,
    /// For a RRQ in octets: the file's size, told to a client that asks.
    pub size: Option<u64>,
    /// For a WRQ: the largest file, in octets.
    pub limit: Option<u64>,
    /// What follows block 65535; changed where the client only knows the other.
    pub rollover: Rollover,
    /// For the jitter.
    pub seed: u64,
}

impl ServerConfig {
    /// With all options granted and without a limit.
    pub fn new(client: SocketAddr) -> Self {
        Self {
            client,
            policy: Policy::default(),
            patience: Patience::default(),
            size: None,
            limit: None,
            rollover: Rollover::Zero,
            seed: 0,
        }
    }
}

impl Transfer {
    /// A server's transfer, from a socket of its own; its first packet is due at once.
    pub fn server(request: &Request<'_>, config: &ServerConfig, now: Moment) -> Self {
        let said = match request.kind {
            // curl takes an answer with the size 0 for an error, and the empty block says as much.
            RequestKind::Read => config.size.filter(|size| *size > 0),
            RequestKind::Write => request.announced_size(),
        };
        let said = said.filter(|_| request.mode == Mode::Octet);
        let (granted, pairs) = config.policy.grant(&request.fields, said);
        let greeting = pairs.map(|pairs| [&[0, 6], &pairs[..]].concat().into_boxed_slice());
        let mut pace = match request.kind {
            RequestKind::Read => Pace::of_sender(config.patience, config.seed, now),
            RequestKind::Write => Pace::of_receiver(config.patience, config.seed, now),
        };
        if let Some(timeout) = granted.timeout {
            pace.set_floor(timeout);
        }
        match request.kind {
            RequestKind::Read => {
                let sender = Sender::new(&granted, greeting).with_rollover(config.rollover);
                Self::sending(config.client, granted, sender, pace)
            }
            RequestKind::Write => {
                let receiver = Receiver::new(&granted, greeting, config.limit.unwrap_or(u64::MAX));
                Self::receiving(config.client, granted, receiver, pace)
            }
        }
    }
}
