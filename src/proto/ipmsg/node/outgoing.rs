//! What a person sends, and why it is refused before anything is sent.

use std::net::SocketAddr;

use thiserror::Error;

use crate::proto::ipmsg::{Attachment, TextEncoding};

/// A message to send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// To whom. To several: one number, each in its own encoding.
    pub to: Vec<SocketAddr>,
    /// The text.
    pub text: String,
    /// The person's choice of encoding, instead of what the peer reads.
    pub encoding: Option<TextEncoding>,
    /// A number taken before by [`next_number`](super::Node::next_number), or one that the person chose.
    pub number: Option<u64>,
    /// The receiver has to open it, and we are told when.
    pub sealed: bool,
    /// To broadcast addresses: no acknowledgement is wanted.
    pub broadcast: bool,
    /// Further option bits of SENDMSG; ENCRYPTOPT is never sent.
    pub options: u32,
    /// Files to offer; their names in UTF-8, whatever the encoding of the text.
    pub attachments: Vec<Attachment>,
}

/// Why nothing was sent.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Refused {
    /// There is no target.
    #[error("nobody to send to")]
    NoTarget,
    /// Too many targets.
    #[error("{count} targets are more than {limit} at once")]
    TooManyTargets {
        /// How many.
        count: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A character that GBK can't hold.
    #[error("character {}: {character:?} is not in GBK, which {to} reads", char_index + 1)]
    NotInGbk {
        /// The first target that reads GBK.
        to: SocketAddr,
        /// The character.
        character: char,
        /// How many characters come before it in the text.
        char_index: usize,
    },
    /// The datagram would be too long for others.
    #[error("{bytes} bytes are more than the {limit} of a datagram")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// The image is too large, or empty.
    #[error("an image of {bytes} bytes is not between 1 and {limit} bytes")]
    ImageSize {
        /// Its length.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// Too much waits for answers already.
    #[error("{limit} messages wait for an answer already")]
    Busy {
        /// How many may wait.
        limit: usize,
    },
    /// This number waits for its answer already, from this target.
    #[error("packet {number} to {to} waits for its answer already")]
    NumberInUse {
        /// The target.
        to: SocketAddr,
        /// The number.
        number: u64,
    },
    /// Not the number of a group.
    #[error("a group has a number of 1 to 16 hexadecimal digits, not {group:?}")]
    GroupNumber {
        /// What was given.
        group: String,
    },
    /// We left.
    #[error("the node has left")]
    Left,
}
