//! What a framed view says of a record beside its bytes.

use std::fmt;

use crate::codec::framing::Problem;

/// What a framed view says of a record that is a frame, or a slice of a large one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// How it is.
    pub state: FrameState,
    /// Bytes of the whole frame's payload; only its first slice says it.
    pub len_bytes: u64,
    /// The record goes on where the record before it ends.
    pub continues: bool,
    /// The record after it goes on where it ends.
    pub goes_on: bool,
    /// It may be another one as soon as more bytes come.
    pub provisional: bool,
}

/// How a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameState {
    /// Complete.
    Complete,
    /// More bytes are to come.
    Incomplete,
    /// These bytes are no frame.
    Bad(Problem),
    /// No frame, but how much there is beside the streams whose incomplete frames are shown.
    More {
        /// Directions of streams with incomplete frames.
        streams: u64,
        /// Their bytes.
        bytes: u64,
    },
}

impl fmt::Display for FrameState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete => f.write_str("complete"),
            Self::Incomplete => f.write_str("incomplete"),
            Self::Bad(problem) => problem.fmt(f),
            Self::More { streams, bytes } => write!(f, "{bytes} bytes of {streams} more incomplete frames"),
        }
    }
}
