//! What a node can be told.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::config::AnnounceTo;
use super::files::TransferId;
use super::state::{MessageId, With};
use crate::proto::ipmsg::{Packet, TextEncoding};

/// What a node can be told. How it went is in the [`State`](super::State).
#[derive(Clone, Debug)]
pub enum FeiqCommand {
    /// Tell everyone again that we are here, and so learn who is.
    Refresh,
    /// Change whom to tell, and tell them.
    Announce(AnnounceTo),
    /// Away with this text, or back.
    SetAbsence(Option<String>),
    /// Say something.
    Send(Say),
    /// Say something to a FeiQ group, by its id (hexadecimal digits).
    SendGroup {
        /// The group's id.
        group: String,
        /// The text.
        text: String,
        /// To these hosts alone; empty: by multicast, to all who listen.
        to: Vec<SocketAddr>,
    },
    /// Send a picture (to FeiQ).
    SendImage {
        /// To whom.
        to: Vec<SocketAddr>,
        /// A file, as it is.
        bytes: Arc<[u8]>,
    },
    /// Shake windows.
    Shake {
        /// Whose.
        to: Vec<SocketAddr>,
    },
    /// Tell that we type, or stopped.
    Typing {
        /// Whom.
        to: SocketAddr,
        /// Whether we do.
        on: bool,
    },
    /// Which encoding a peer is written and read in; `None`: what it says and shows.
    SetEncoding {
        /// Whose.
        peer: SocketAddr,
        /// Which.
        encoding: Option<TextEncoding>,
    },
    /// Ask a peer for its program and version; the answer comes as an automatic message.
    AskInfo {
        /// Whom.
        to: SocketAddr,
    },
    /// Ask a peer why it is away; the answer comes as an automatic message.
    AskAbsence {
        /// Whom.
        to: SocketAddr,
    },
    /// Open a sealed envelope that we received, and tell the sender.
    OpenSealed {
        /// From whom.
        from: SocketAddr,
        /// Which.
        message: MessageId,
    },
    /// The person has seen a conversation.
    MarkRead(With),
    /// Take a conversation off the list. What is on disk stays.
    Forget(With),
    /// Fetch an attachment into a folder.
    Fetch {
        /// From whom.
        from: SocketAddr,
        /// In which message.
        message: MessageId,
        /// Which.
        attachment: u32,
        /// The folder; nothing in it is ever overwritten.
        into: PathBuf,
    },
    /// Tell the sender that we do not want what is attached.
    Decline {
        /// From whom.
        from: SocketAddr,
        /// In which message.
        message: MessageId,
    },
    /// Offer no longer what we attached to a message.
    Withdraw {
        /// To whom.
        to: SocketAddr,
        /// In which message.
        message: MessageId,
    },
    /// End a transfer.
    Cancel(TransferId),
    /// Send a packet as it is (the form).
    SendRaw(RawSend),
    /// End the repeats of a raw send.
    StopRaw {
        /// Its number.
        job: u64,
    },
}

/// Something to say.
#[derive(Clone, Debug, Default)]
pub struct Say {
    /// To whom, each with a state of delivery of its own.
    pub to: Vec<SocketAddr>,
    /// What.
    pub text: String,
    /// In which encoding; `None`: what suits the peer.
    pub encoding: Option<TextEncoding>,
    /// In a sealed envelope.
    pub sealed: bool,
    /// Files and folders to offer along.
    pub attach: Vec<PathBuf>,
}

/// A packet to send as it is.
#[derive(Clone, Debug)]
pub struct RawSend {
    /// The sender's own number for it, to find its report.
    pub job: u64,
    /// To whom.
    pub to: Vec<SocketAddr>,
    /// The packet.
    pub packet: Packet,
    /// Give each send a fresh number of the node instead of the packet's.
    pub fresh_number: bool,
    /// Whether to wait for acks, and to retry until they come.
    pub wait_for_ack: bool,
    /// More than once.
    pub repeat: Option<Repeat>,
}

/// Again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    times: u32,
    interval: Duration,
}

impl Repeat {
    /// No more than this.
    pub const MAX_TIMES: u32 = 1000;
    /// No faster than this.
    pub const MIN_INTERVAL: Duration = Duration::from_millis(50);

    /// So often, so far apart; brought into the limits.
    pub fn new(times: u32, interval: Duration) -> Self {
        Self { times: times.clamp(1, Self::MAX_TIMES), interval: interval.max(Self::MIN_INTERVAL) }
    }

    /// How often in all.
    pub fn times(self) -> u32 {
        self.times
    }

    /// From one to the next.
    pub fn interval(self) -> Duration {
        self.interval
    }
}
