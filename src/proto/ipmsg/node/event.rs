//! What comes out of the node: datagrams to send, what happened, and what was done with each received datagram.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::users::User;
use crate::proto::ipmsg::{Attachment, Command, GroupRefused, ImageId, Malformed, TextEncoding};

/// A datagram to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmit {
    /// Where to.
    pub to: SocketAddr,
    /// The datagram.
    pub bytes: Vec<u8>,
}

/// What was done with a received datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A message, shown and acknowledged.
    Acked,
    /// A message, shown; its sender wants no acknowledgement.
    Shown,
    /// A message that was shown before: not again, but acknowledged again if its sender wants that.
    Duplicate,
    /// Answered, at once or after a short random delay.
    Answered,
    /// Taken note of; nothing is to be answered.
    Noted,
    /// Our own broadcast.
    OwnEcho,
    /// Not a packet.
    Malformed(Malformed),
    /// An acknowledgement of something that was not sent to its sender: ignored.
    ForgedAck,
    /// Dropped, because its address, or all together, sent too much.
    RateLimited,
    /// A command that we don't know.
    Unknown,
    /// A command that we know and don't answer: keys (GETPUBKEY), lists of hosts, answers to what was not asked.
    NotAnswered,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A user is online who was not.
    Online(Box<User>),
    /// A user's names, absence or abilities changed.
    Changed(Box<User>),
    /// A user left.
    Offline(SocketAddr),
    /// A user was silent for the longest time when the list was full, and is no longer listed.
    Forgotten(SocketAddr),
    /// A message came.
    Message(Box<Received>),
    /// A message to a group came.
    Group(Box<GroupMessage>),
    /// A message of ours was acknowledged.
    Delivered {
        /// By whom.
        to: SocketAddr,
        /// Its packet number.
        number: u64,
        /// The time since it was sent first.
        after: Duration,
        /// How many times it was sent.
        tries: u32,
    },
    /// A message of ours was sent again.
    Retried {
        /// To whom.
        to: SocketAddr,
        /// Its packet number.
        number: u64,
        /// How many times it is sent now.
        tries: u32,
    },
    /// A message of ours was not acknowledged, and is not sent again.
    NoAnswer {
        /// By whom.
        to: SocketAddr,
        /// Its packet number.
        number: u64,
        /// How many times it was sent; 0 if we left before its turn came.
        tries: u32,
    },
    /// A sealed message of ours was opened.
    ReadBy {
        /// By whom.
        by: SocketAddr,
        /// Its packet number.
        number: u64,
    },
    /// A sealed message of ours was thrown away unopened.
    DiscardedBy {
        /// By whom.
        by: SocketAddr,
        /// Its packet number.
        number: u64,
    },
    /// The sender of a sealed message knows that we opened it.
    OpeningConfirmed {
        /// The sender.
        by: SocketAddr,
        /// The message's packet number.
        number: u64,
    },
    /// The sender of a sealed message did not answer when told that we opened it.
    OpeningUnanswered {
        /// The sender.
        to: SocketAddr,
        /// The message's packet number.
        number: u64,
        /// How many times it was told.
        tries: u32,
    },
    /// Somebody shakes our window.
    Shake {
        /// Who.
        from: SocketAddr,
        /// Its user name, as it says.
        user: String,
        /// Its host name, as it says.
        host: String,
    },
    /// Our shake was answered.
    ShakeAnswered {
        /// By whom.
        by: SocketAddr,
    },
    /// Somebody types, or stopped typing.
    Typing {
        /// Who.
        from: SocketAddr,
        /// Types now.
        on: bool,
    },
    /// An image is complete.
    Image {
        /// From whom.
        from: SocketAddr,
        /// Its id, which a message's marker names.
        id: ImageId,
        /// The file's bytes.
        bytes: Vec<u8>,
    },
    /// An image of which a part never came, or that is larger than the limit.
    ImageLost {
        /// From whom.
        from: SocketAddr,
        /// Its id.
        id: ImageId,
    },
    /// All parts of an image of ours were acknowledged.
    ImageDelivered {
        /// By whom.
        to: SocketAddr,
        /// Its id.
        id: ImageId,
        /// The time since its first part was sent.
        after: Duration,
    },
    /// A part of an image of ours was not acknowledged; the rest is not sent.
    ImageNoAnswer {
        /// By whom.
        to: SocketAddr,
        /// Its id.
        id: ImageId,
    },
    /// The receiver of a message with files wants no more of them.
    FilesReleased {
        /// Who.
        by: SocketAddr,
        /// The message's packet number.
        number: u64,
    },
    /// The answer to [`ask_info`](super::Node::ask_info).
    Info {
        /// Who answered.
        from: SocketAddr,
        /// Its program and version.
        text: String,
    },
    /// The answer to [`ask_absence`](super::Node::ask_absence).
    AbsenceText {
        /// Who answered.
        from: SocketAddr,
        /// Its absence text.
        text: String,
    },
    /// Datagrams were dropped because there were too many; at most once a second per address.
    Limited {
        /// Whose; `None` for those of too many addresses to count each.
        from: Option<IpAddr>,
        /// How many since the last report.
        dropped: u64,
    },
    /// [`leave`](super::Node::leave) is done: nothing more is sent or answered.
    Left,
}

/// A message that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its sender.
    pub from: SocketAddr,
    /// The sender's login name, as it says. Nothing proves it.
    pub user: String,
    /// The sender's host name, as it says.
    pub host: String,
    /// Its packet number.
    pub number: u64,
    /// Its command and options.
    pub command: Command,
    /// The text, without FeiQ's font tail.
    pub text: String,
    /// The text's bytes, font tail included: the text may be read again in another encoding.
    pub raw: Vec<u8>,
    /// The encoding that it was read in.
    pub encoding: TextEncoding,
    /// FeiQ's description of the font.
    pub font: Option<String>,
    /// Whether it was acknowledged.
    pub acked: bool,
    /// The sender wants to know when it is opened.
    pub sealed: bool,
    /// Only to be opened with a password (of IPMSG's receiver: nothing protects the text).
    pub locked: bool,
    /// Sent to all.
    pub broadcast: bool,
    /// Sent to several.
    pub multicast: bool,
    /// An automatic answer.
    pub auto_reply: bool,
    /// Encrypted, though we offer no key: the text can't be read, `raw` is the cipher.
    pub encrypted: bool,
    /// The files that it offers.
    pub attachments: Vec<Attachment>,
    /// The ids of the images that it shows, in order.
    pub images: Vec<ImageId>,
}

/// A message to a FeiQ group that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMessage {
    /// Its sender.
    pub from: SocketAddr,
    /// The sender's login name, as it says.
    pub user: String,
    /// The sender's host name, as it says.
    pub host: String,
    /// Its packet number.
    pub number: u64,
    /// What it says, or why it can't be read.
    pub content: Result<GroupText, GroupRefused>,
}

/// What a group message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupText {
    /// The group's number in hexadecimal digits.
    pub group: String,
    /// The text, without the font tail.
    pub text: String,
    /// FeiQ's description of the font.
    pub font: Option<String>,
    /// The images that it shows, in order.
    pub images: Vec<ImageId>,
}
