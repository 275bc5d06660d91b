//! Byte sequences that say where a frame begins or ends, and finding them in a stream.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest delimiter or mark, in bytes.
pub const MAX_MARK_BYTES: usize = 256;

/// A byte sequence that begins or ends a frame: 1 to [`MAX_MARK_BYTES`] bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
pub struct Mark(Arc<[u8]>);

/// Why bytes can't be a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MarkError {
    /// There are none.
    #[error("a delimiter needs at least one byte")]
    Empty,
    /// There are too many.
    #[error("a delimiter has at most {MAX_MARK_BYTES} bytes")]
    TooLong,
}

impl Mark {
    /// A mark of these bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, MarkError> {
        match bytes.len() {
            0 => Err(MarkError::Empty),
            1..=MAX_MARK_BYTES => Ok(Self(bytes.into())),
            _ => Err(MarkError::TooLong),
        }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<Vec<u8>> for Mark {
    type Error = MarkError;

    fn try_from(bytes: Vec<u8>) -> Result<Self, MarkError> {
        Self::new(&bytes)
    }
}

impl From<Mark> for Vec<u8> {
    fn from(mark: Mark) -> Self {
        mark.0.to_vec()
    }
}

/// Looks for a mark in bytes that come in any pieces (Knuth, Morris and Pratt: no byte is looked at again).
#[derive(Clone, Debug)]
pub(super) struct Search {
    mark: Mark,
    /// For each prefix of the mark, how long the longest shorter prefix is that it ends with.
    borders: Arc<[usize]>,
    /// How many bytes of the mark the bytes so far end with.
    matched: usize,
}

impl Search {
    pub(super) fn new(mark: &Mark) -> Self {
        let bytes = mark.bytes();
        let mut borders = vec![0; bytes.len()];
        let mut border = 0;
        for at in 1..bytes.len() {
            while border > 0 && bytes[at] != bytes[border] {
                border = borders[border - 1];
            }
            border += usize::from(bytes[at] == bytes[border]);
            borders[at] = border;
        }
        Self { mark: mark.clone(), borders: borders.into(), matched: 0 }
    }

    pub(super) fn mark(&self) -> &Mark {
        &self.mark
    }

    /// The mark's length.
    pub(super) fn len(&self) -> u64 {
        self.mark.bytes().len() as u64
    }

    pub(super) fn first(&self) -> u8 {
        self.mark.bytes()[0]
    }

    /// How many bytes at the end of what was looked at may begin the mark.
    pub(super) fn matched(&self) -> u64 {
        self.matched as u64
    }

    pub(super) fn reset(&mut self) {
        self.matched = 0;
    }

    /// Looks at one byte: whether the mark ends with it. Marks don't overlap.
    pub(super) fn step(&mut self, byte: u8) -> bool {
        let bytes = self.mark.bytes();
        while self.matched > 0 && bytes[self.matched] != byte {
            self.matched = self.borders[self.matched - 1];
        }
        self.matched += usize::from(bytes[self.matched] == byte);
        let found = self.matched == bytes.len();
        if found {
            self.matched = 0;
        }
        found
    }

    /// How many bytes of `input` there are up to the mark's end.
    pub(super) fn find(&mut self, input: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < input.len() {
            if self.matched == 0 {
                at += input[at..].iter().position(|byte| *byte == self.first())?;
            }
            at += 1;
            if self.step(input[at - 1]) {
                return Some(at);
            }
        }
        None
    }
}
