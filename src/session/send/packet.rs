//! What is sent again and again.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

use jiff::Zoned;

use crate::automation::{ComposeError, Composer, Prepared};
use crate::codec::Charset;
use crate::codec::template::{Context, Lookup, Random};

/// Bytes, or what they are made from at each send.
#[derive(Clone, Debug)]
pub enum Content {
    /// The same every time; shared with the socket.
    Bytes(Arc<[u8]>),
    /// Filled in at each send.
    Prepared(Box<Prepared>),
}

/// One packet.
#[derive(Clone, Debug)]
pub struct Packet {
    /// What.
    pub content: Content,
    /// The encoding of a text, kept with the record.
    pub charset: Option<Charset>,
}

/// A line that can't be sent; nothing is sent then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {error}")]
pub struct LineError {
    /// Which, from 1.
    pub line: usize,
    /// Why.
    pub error: ComposeError,
}

impl Packet {
    /// The same bytes every time.
    pub fn bytes(bytes: impl Into<Arc<[u8]>>, charset: Option<Charset>) -> Self {
        Self { content: Content::Bytes(bytes.into()), charset }
    }

    /// A message that was read.
    pub fn prepared(prepared: Prepared, charset: Option<Charset>) -> Self {
        Self { content: Content::Prepared(Box::new(prepared)), charset }
    }
}

/// Each line of a text as a message of its own. Empty ones are left out: nothing stands there to be sent.
pub fn prepare_lines(text: &str, composer: &Composer<'_>) -> Result<Vec<Prepared>, LineError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty());
    lines.map(|(index, line)| composer.prepare(line).map_err(|error| LineError { line: index + 1, error })).collect()
}

/// Fills packets in.
pub(super) struct Filler {
    lookup: Box<dyn Lookup + Send>,
    random: Random,
}

impl Filler {
    pub fn new(lookup: Box<dyn Lookup + Send>) -> Self {
        // The standard library's own random number, for hash tables.
        Self { lookup, random: Random::seeded(RandomState::new().build_hasher().finish()) }
    }

    /// The bytes of a packet after `counter` others. What is the same every time is made once.
    pub fn fill(&mut self, packet: &mut Packet, counter: u64) -> Result<Arc<[u8]>, ComposeError> {
        let prepared = match &packet.content {
            Content::Bytes(bytes) => return Ok(Arc::clone(bytes)),
            Content::Prepared(prepared) => prepared,
        };
        let now = Zoned::now();
        let (random, lookup) = (&mut self.random, &mut *self.lookup);
        let filled = prepared.bytes(&mut Context { counter, now: &now, random, lookup, received: None })?;
        let bytes: Arc<[u8]> = filled.into();
        if prepared.is_constant() {
            packet.content = Content::Bytes(Arc::clone(&bytes));
        }
        Ok(bytes)
    }
}
