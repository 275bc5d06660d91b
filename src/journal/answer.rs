//! What automatic answers did besides sending.

use serde::{Deserialize, Serialize};

use super::Cause;

/// What an automatic answer did; the peer of the event's record says to whom. What was sent is in the journal beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum AnswerNote {
    /// A rule matched, and asks for a mark.
    Marked {
        /// Which one, from 1.
        rule: u64,
        /// Its name, if it has one.
        name: String,
    },
    /// A rule matched, and asks for a beep.
    Beeped {
        /// Which one, from 1.
        rule: u64,
        /// Its name, if it has one.
        name: String,
    },
    /// The reply of a rule can't be made for this packet.
    Unmade {
        /// Which one, from 1.
        rule: u64,
        /// Its name, if it has one.
        name: String,
        /// Why, in technical terms.
        reason: String,
    },
    /// The peer asks more often than it is answered; answers are left out until it is quiet.
    Limited {
        /// How many it gets per second.
        per_second: u32,
    },
    /// The same, but nothing is left out: it is answered later, more at a time.
    Slowed {
        /// How many answers it gets per second.
        per_second: u32,
    },
    /// Too many replies wait for their time; further ones are left out.
    Overfull,
    /// What waits to become a packet is too long; this connection is not answered any more.
    TooLong {
        /// How many bytes of it came.
        bytes: u64,
    },
    /// The peer does not take what waits for it; further answers are left out until it does.
    LeftOut {
        /// How many bytes wait.
        pending_bytes: u64,
    },
    /// In the chat room the peer has this name now.
    Named {
        /// Which one.
        name: String,
    },
    /// The chat room has no room for one more.
    RoomFull,
    /// A file that the peer asked for went out.
    FileSent {
        /// Its name below the folder.
        name: String,
        /// How long it is.
        bytes: u64,
        /// How long it took.
        after_ms: u64,
    },
    /// The peer asked for a file that is not there.
    FileMissing {
        /// The name as it came.
        name: String,
    },
    /// The peer asked for something that is not a file of the folder, or may lead out of it.
    FileRefused {
        /// The name as it came.
        name: String,
    },
    /// The peer asked for a file that is too long to be sent so.
    FileTooLong {
        /// The name as it came.
        name: String,
        /// How long it is.
        bytes: u64,
    },
    /// A file can't be read, to its end or at all.
    FileFailed {
        /// The name as it came.
        name: String,
        /// Why.
        cause: Cause,
    },
    /// A file did not go out to its end: the peer left, takes nothing, or the file became shorter.
    FileCut {
        /// Its name below the folder.
        name: String,
        /// How many bytes went out.
        sent_bytes: u64,
        /// How long it is.
        bytes: u64,
    },
    /// The peer asked for more files at once than wait for it.
    TooManyFiles,
}

impl AnswerNote {
    /// Whether it tells of trouble rather than of what was asked for.
    pub fn is_trouble(&self) -> bool {
        !matches!(self, Self::Marked { .. } | Self::Beeped { .. } | Self::Named { .. } | Self::FileSent { .. })
    }
}
