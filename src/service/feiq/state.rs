//! What a node is right now: a snapshot for whoever looks, made of shared parts, so that a copy costs next to nothing
//! and a change copies only what it touches.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::files::{PrepareFailure, Transfer, TransferId, TransferState};
use super::history::Trouble;
use crate::journal::{Failure, Timestamp};
use crate::proto::ipmsg::node::Refused;
use crate::proto::ipmsg::{Attachment, ClientKind, ImageId, TextEncoding};

/// What a node is right now.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Grows with every change.
    pub revision: u64,
    /// Opening, online, closed.
    pub phase: Phase,
    /// Away, with this text.
    pub absence: Option<String>,
    /// Who was seen: those online first, then by name.
    pub users: Arc<Vec<Arc<User>>>,
    /// With whom was talked: the latest first.
    pub conversations: Arc<Vec<Arc<Conversation>>>,
    /// Files and folders on their way and done, the latest last.
    pub transfers: Arc<Vec<Transfer>>,
    /// Raw sends (the form's), the latest last; the last 32 are kept.
    pub raw_sends: Arc<Vec<Arc<RawReport>>>,
    /// The last command that was refused, with a number that grows, so that each can be shown once.
    pub last_refusal: Option<(u64, Refusal)>,
    /// What was dropped so far, and where.
    pub dropped: Dropped,
    /// What the history says of itself; empty: all is well, or it is not kept.
    pub history_trouble: Option<Trouble>,
}

impl State {
    /// The user at an address.
    pub fn user(&self, addr: SocketAddr) -> Option<&Arc<User>> {
        self.users.iter().find(|user| user.addr == addr)
    }

    /// The conversation with a peer or a group.
    pub fn conversation(&self, with: &With) -> Option<&Arc<Conversation>> {
        self.conversations.iter().find(|conversation| conversation.with == *with)
    }

    /// The report of a raw send.
    pub fn raw_send(&self, job: u64) -> Option<&Arc<RawReport>> {
        self.raw_sends.iter().rfind(|report| report.job == job)
    }

    /// Messages that were not marked as read.
    pub fn unread(&self) -> usize {
        self.conversations.iter().map(|conversation| conversation.unread).sum()
    }
}

/// The life of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Taking its address.
    #[default]
    Opening,
    /// Reachable.
    Online {
        /// Its address, with the real port.
        local: SocketAddr,
    },
    /// Saying that it leaves.
    Leaving,
    /// Over.
    Closed {
        /// Why, if not because the person wanted it; who holds the port, where it is taken.
        failure: Option<Failure>,
    },
}

/// Someone who was seen. Nothing of it is verified: whoever can send a datagram can claim to be anyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Where it is reached: its identity here.
    pub addr: SocketAddr,
    /// The name that it shows.
    pub nick: String,
    /// The user's name on its system.
    pub user: String,
    /// Its host's name.
    pub host: String,
    /// Its group (department).
    pub group: String,
    /// Which program it seems to be.
    pub kind: ClientKind,
    /// The encoding in which it is written to.
    pub encoding: TextEncoding,
    /// Whether it is here; `false` after it said that it leaves.
    pub online: bool,
    /// Whether it said that it is away.
    pub absent: bool,
    /// The time of its last datagram.
    pub last_seen: Timestamp,
    /// It said that it types, to us.
    pub typing: bool,
}

impl User {
    /// What to call it: its nick, else the user's name, else its address.
    pub fn name(&self) -> String {
        [&self.nick, &self.user]
            .into_iter()
            .find(|name| !name.trim().is_empty())
            .cloned()
            .unwrap_or_else(|| self.addr.to_string())
    }
}

/// With whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum With {
    /// A peer.
    Peer(SocketAddr),
    /// A FeiQ group, by its id.
    Group(String),
}

/// What was said to and by someone.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// With whom.
    pub with: With,
    /// What to call it: as of its last message.
    pub title: String,
    /// The last messages, oldest first; bounded, see [`Conversation::forgotten`].
    pub messages: Arc<Vec<Arc<Message>>>,
    /// Messages that are no longer in memory (with a history they are on disk).
    pub forgotten: u64,
    /// Received ones that were not marked as read.
    pub unread: usize,
    /// The time of the last message.
    pub latest: Timestamp,
}

impl Conversation {
    /// A message of it.
    pub fn message(&self, id: MessageId) -> Option<&Arc<Message>> {
        // Ids grow with time.
        self.messages.binary_search_by_key(&id, |message| message.id).ok().map(|at| &self.messages[at])
    }
}

/// A message's place in the node's life, growing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub u64);

/// Something that was said, or sent along.
#[derive(Clone, Debug)]
pub struct Message {
    /// Which one.
    pub id: MessageId,
    /// When it was received or handed to the node.
    pub time: Timestamp,
    /// From us?
    pub sent: bool,
    /// The other end: the sender of a received message, the target of a sent one; for a sent group message the
    /// group's multicast address.
    pub peer: SocketAddr,
    /// The name of the sender as it was then.
    pub author: String,
    /// The packet's number.
    pub number: u64,
    /// What it is.
    pub body: Body,
    /// The font tail that was cut off a text.
    pub font: Option<String>,
    /// How the text was encoded.
    pub encoding: Option<TextEncoding>,
    /// Sent to everyone (no ack is wanted).
    pub broadcast: bool,
    /// An automatic answer (someone is away).
    pub auto_reply: bool,
    /// Whether a received one was acked.
    pub acked: bool,
    /// In a sealed envelope.
    pub seal: Option<Seal>,
    /// What was attached.
    pub attachments: Vec<Attached>,
    /// What became of a sent one; `None` for received ones.
    pub delivery: Option<Delivery>,
}

impl Message {
    /// A received message with nothing in it but what it is.
    pub(super) fn new(peer: SocketAddr, author: String, number: u64, body: Body, time: Timestamp) -> Self {
        Self {
            id: MessageId::default(),
            time,
            sent: false,
            peer,
            author,
            number,
            body,
            font: None,
            encoding: None,
            broadcast: false,
            auto_reply: false,
            acked: false,
            seal: None,
            attachments: Vec::new(),
            delivery: None,
        }
    }

    /// The text, where it is one that may be shown: a sealed envelope hides it until it is opened.
    pub fn text(&self) -> &str {
        match &self.body {
            Body::Text(text) if self.sent || self.seal != Some(Seal::Closed) => text,
            Body::Text(_) | Body::Encrypted | Body::Shake | Body::Image { .. } => "",
        }
    }
}

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A text, without its font tail; emoticon codes and image markers stand in it.
    Text(String),
    /// Encrypted in a way that this node does not do, or with a key that it lacks.
    Encrypted,
    /// The window is to shake.
    Shake,
    /// A picture.
    Image {
        /// Its name, which markers in texts bear.
        image: ImageId,
        /// The file as it came, whatever it is; empty where memory was needed for others.
        bytes: Arc<[u8]>,
    },
}

/// An envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// Nobody opened it yet.
    Closed,
    /// We opened one that we received, and wait for the sender to confirm that it knows.
    Opened,
    /// The sender knows: a received one was confirmed, a sent one was opened by its receiver.
    Read,
    /// We opened it, and the sender never confirmed.
    Unconfirmed,
    /// The receiver threw it away unopened.
    Discarded,
}

/// A file or folder that was sent along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Its number in the message.
    pub id: u32,
    /// Its name as it was given, for showing only; what it is called on our disk is decided when it is fetched.
    pub name: String,
    /// Its size in bytes; of a folder, what the sender says of it.
    pub size: u64,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// As it was offered on the wire.
    pub offer: Attachment,
    /// What became of it; how far a running transfer is, is in [`State::transfers`].
    pub fate: Fate,
}

/// What became of an attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Offered, not fetched.
    Offered,
    /// On its way.
    Running {
        /// Which transfer.
        transfer: TransferId,
    },
    /// It went over, or did not; then it may be tried again.
    Over(TransferState),
    /// The receiver does not want it, or we do not offer it any more.
    Released,
}

/// What became of what was sent to one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// No ack is asked for: all that can be known is that it was sent.
    Sent,
    /// Waits for the ack.
    Waiting {
        /// How often it was sent again.
        retries: u32,
    },
    /// The ack came.
    Acked {
        /// So long after the first send.
        after: Duration,
        /// How often it had been sent again.
        retries: u32,
    },
    /// No ack came.
    NoAnswer {
        /// How often it was sent in all.
        tries: u32,
    },
}

impl Delivery {
    /// Whether nothing more is to come.
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::Waiting { .. })
    }
}

/// How a raw send goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawReport {
    /// The sender's own number for it.
    pub job: u64,
    /// How often the packet is to be sent to each target.
    pub times: u32,
    /// How often it was so far.
    pub sent: u32,
    /// Whether more is to come: repeats, or acks.
    pub running: bool,
    /// Each target.
    pub targets: Vec<RawTarget>,
    /// Why it ended early.
    pub refusal: Option<Refusal>,
}

/// How a raw send goes at one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawTarget {
    /// Where to.
    pub to: SocketAddr,
    /// Packets that were acked.
    pub acked: u32,
    /// Packets that nobody acked.
    pub unanswered: u32,
    /// The last packet's fate.
    pub last: Option<Delivery>,
}

/// A command that was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The node does not send it.
    #[error(transparent)]
    Node(#[from] Refused),
    /// There is no such message, attachment, transfer or job (any more).
    #[error("it is not there any more")]
    Gone,
    /// A file or folder that can't be offered.
    #[error(transparent)]
    Offer(#[from] PrepareFailure),
    /// A thread that it needs could not be started.
    #[error(transparent)]
    System(#[from] Failure),
    /// So many raw sends run already.
    #[error("{0} repeated sends run already")]
    TooManyJobs(usize),
}

/// What was dropped so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Datagrams above the rate that one address, or all together, may send.
    pub limited: u64,
    /// Datagrams that were no IPMSG packets.
    pub malformed: u64,
    /// Acks from addresses that nothing was sent to.
    pub forged_acks: u64,
    /// Messages and pictures that had to leave memory for newer ones.
    pub forgotten: u64,
    /// Users that had to leave the list for newer ones.
    pub users: u64,
    /// Pictures of which a part never came, or that were too large.
    pub images: u64,
    /// Received datagrams that the journal gave up before they were read.
    pub missed: u64,
    /// Messages that could not be written to the history.
    pub unkept: u64,
}
