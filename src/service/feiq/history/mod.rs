//! Conversations on disk: JSON lines in one folder, only ever appended to, in segments of bounded size.
//!
//! A line that can't be read (the last one before a power cut, something that another program wrote) is skipped and
//! counted, never a reason not to read the others. Texts come from the network: they are data in here, nothing else.

mod keeper;
mod search;

pub use keeper::History;
pub use search::{Found, Query, Search};

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::state::{Body, Message, Seal, With};
use crate::journal::{Failure, Timestamp};

/// A line longer than this is none of ours.
const MAX_LINE_BYTES: usize = 256 << 10;

/// Why what was said is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It could not be written.
    Failed(Failure),
    /// There is enough in the folder.
    Full {
        /// Which.
        folder: PathBuf,
        /// So many bytes are enough.
        limit_bytes: u64,
    },
}

/// One line: something that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, in nanoseconds since 1970-01-01 UTC.
    pub time: i64,
    /// From us?
    pub sent: bool,
    /// The other end.
    pub peer: SocketAddr,
    /// Its name as it was then; of a sent message too.
    pub name: String,
    /// The FeiQ group, if it was said there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The packet's number.
    pub number: u64,
    /// What it was.
    pub what: What,
    /// The text; of an envelope only once it was opened.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// In a sealed envelope.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sealed: bool,
    /// The names of what was attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<String>,
}

/// What an entry was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A text.
    Text,
    /// A message that was encrypted.
    Encrypted,
    /// A shake.
    Shake,
    /// A picture, which is not kept.
    Image,
}

impl Entry {
    /// The line of a message; `name` is the conversation's title.
    pub fn of(message: &Message, with: &With, name: &str) -> Self {
        Self {
            time: message.time.0,
            sent: message.sent,
            peer: message.peer,
            name: if message.sent { name.to_owned() } else { message.author.clone() },
            group: if let With::Group(group) = with { Some(group.clone()) } else { None },
            number: message.number,
            what: match message.body {
                Body::Text(_) => What::Text,
                Body::Encrypted => What::Encrypted,
                Body::Shake => What::Shake,
                Body::Image { .. } => What::Image,
            },
            text: match (&message.body, message.seal) {
                (Body::Text(text), seal) if message.sent || seal != Some(Seal::Closed) => text.clone(),
                _ => String::new(),
            },
            sealed: message.seal.is_some(),
            attached: message.attachments.iter().map(|attached| attached.name.clone()).collect(),
        }
    }

    /// When it was said.
    pub fn timestamp(&self) -> Timestamp {
        Timestamp(self.time)
    }
}

/// The segments in a folder, oldest first. A folder that does not exist has none.
fn segments(folder: &Path) -> io::Result<Vec<(u32, PathBuf)>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let number = entry.file_name().to_str().and_then(segment_number);
        if let Some(number) = number.filter(|_| entry.file_type().is_ok_and(|kind| kind.is_file())) {
            found.push((number, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

fn segment_name(number: u32) -> String {
    format!("messages-{number:06}.jsonl")
}

fn segment_number(name: &str) -> Option<u32> {
    let number = name.strip_prefix("messages-")?.strip_suffix(".jsonl")?.parse().ok()?;
    (segment_name(number) == name).then_some(number)
}
