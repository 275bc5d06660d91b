//! What a protocol's node did with a datagram or a message.

use serde::{Deserialize, Serialize};

use super::Cause;

/// What a node (FeiQ) did; the peer of the event's record says with whose datagram, or with a message to whom.
///
/// Only what the datagrams beside it in the journal do not say by themselves; numbers are packet numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum NodeNote {
    /// A message was shown, and its receipt acknowledged.
    Acked {
        /// Of the message.
        number: u64,
    },
    /// A message was shown; it asks for no acknowledgement.
    Shown {
        /// Of the message.
        number: u64,
    },
    /// A message came again: acknowledged again, not shown again.
    Duplicate {
        /// Of the message.
        number: u64,
    },
    /// A question or an announcement was answered.
    Answered,
    /// It was taken note of; it asks for nothing.
    Noted,
    /// Our own datagram came back to us, by broadcast or multicast.
    OwnEcho,
    /// It can't be read, and was dropped.
    Malformed {
        /// Why.
        defect: Defect,
    },
    /// It acknowledges what was not sent to this address, and was ignored.
    ForgedAck {
        /// Of the message that it names.
        number: u64,
    },
    /// This address sent more than is taken from one address in so short a time.
    RateLimited {
        /// How many datagrams were dropped since the last such note.
        datagrams: u64,
    },
    /// The command is unknown to this node.
    Unknown {
        /// The command's number, options included.
        command: u32,
    },
    /// It is left without an answer on purpose, such as a question for a public key.
    NotAnswered {
        /// The command's number, options included.
        command: u32,
    },
    /// A message of ours was acknowledged.
    Delivered {
        /// Of the message.
        number: u64,
        /// Since it was first sent, in milliseconds.
        after_ms: u64,
    },
    /// A message of ours was not acknowledged in time and goes out again.
    Retried {
        /// Of the message.
        number: u64,
        /// Which try this is; the first retry is the second.
        attempt: u32,
    },
    /// A message of ours was given up: no acknowledgement came.
    NoAnswer {
        /// Of the message.
        number: u64,
        /// How often it was sent.
        tries: u32,
    },
    /// A sealed message of ours was opened by its receiver.
    Read {
        /// Of the message.
        number: u64,
    },
    /// A user came online.
    Online {
        /// What they call themselves.
        name: String,
    },
    /// A user left, or fell silent.
    Offline {
        /// What they called themselves.
        name: String,
    },
    /// A file that we offered was fetched.
    FileSent {
        /// Its name.
        name: String,
        /// Its length.
        bytes: u64,
    },
    /// A file that was offered to us is complete on the disk.
    FileReceived {
        /// Its name on the disk.
        name: String,
        /// Its length.
        bytes: u64,
    },
    /// A transfer ended before its end.
    FileFailed {
        /// The file's name.
        name: String,
        /// Why.
        cause: Cause,
    },
    /// Somebody asked for a file that was not offered to them.
    FileRefused {
        /// The message whose attachments were asked for.
        number: u64,
    },
    /// Somebody asked for a file to whom nothing is offered.
    StrangerRefused,
}

impl NodeNote {
    /// Whether something went wrong or was lost, rather than its ordinary course.
    pub fn is_trouble(&self) -> bool {
        matches!(
            self,
            Self::Malformed { .. }
                | Self::ForgedAck { .. }
                | Self::RateLimited { .. }
                | Self::NoAnswer { .. }
                | Self::FileFailed { .. }
                | Self::FileRefused { .. }
                | Self::StrangerRefused
        )
    }
}

/// What is wrong with a datagram or a stream of IPMSG.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Defect {
    /// There is nothing in it.
    Empty,
    /// It is longer than a datagram of the protocol may be.
    TooLong,
    /// It has fewer than the six fields of a packet.
    TooFewFields,
    /// The packet number is not a decimal number in range.
    PacketNumber,
    /// The command is not a decimal number in range.
    Command,
}
