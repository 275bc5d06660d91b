//! Framing (分包): where messages begin and end in a byte stream that has none (粘包).
//!
//! A [`Framing`] is the rule. A [`Framer`] applies it to one direction of one peer: it takes the bytes in any pieces and
//! says the same frames for the same bytes, however they were split into reads. (The exceptions are
//! [`Framing::AsRead`], where the reads are the rule, and [`Framing::Idle`], where the time between them is.) It keeps
//! positions and no bytes, so that a view over a long stream can keep clones of it as checkpoints and go on from the
//! nearest one; an [`Assembler`] keeps the bytes of what is not complete, for those who need messages.
//! [`Framing::wrap`] is the way back: what to send so that the other side finds this message.
//!
//! Frames follow each other without a gap. Bytes that can't be a frame are a [`Frame`] with a [`Problem`]; neighbouring
//! ones are one frame, cut when they reach [`BAD_BYTES`]. Where framing goes on after them is said at each
//! variant of [`Framing`]. Bytes that mean nothing between frames (white space between JSON values, empty lines before
//! an HTTP message, repeated END bytes of SLIP) belong to the range of the frame that follows, outside of its payload.

mod assembler;
mod cuts;
mod delimited;
mod framer;
mod header;
mod http;
mod idle;
mod json;
mod length;
mod lines;
mod mark;
mod marks;
mod modbus;
mod mqtt;
mod slip;
mod start;
mod wrap;

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use assembler::Assembler;
pub use framer::Framer;
pub use length::{Counts, LengthField, Width};
pub use mark::{MAX_MARK_BYTES, Mark, MarkError};
pub use wrap::WrapError;

/// The longest frame, in bytes, where the rule does not say another one.
pub const MAX_FRAME_BYTES: u64 = 16 << 20;

/// From this many neighbouring bytes on, what is no frame is given without waiting for the next frame.
pub const BAD_BYTES: u64 = 64 << 10;

/// The longest head of an HTTP message, or its trailers, in bytes.
pub const MAX_HEAD_BYTES: usize = 64 << 10;

/// How deep JSON arrays and objects may lie in each other.
pub const MAX_JSON_DEPTH: usize = 512;

/// A rule that cuts a stream into frames.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framing {
    /// As it was read.
    #[default]
    AsRead,
    /// A pause ends a frame. After [`MAX_FRAME_BYTES`] without one, the next frame begins.
    Idle {
        /// How long nothing comes, in milliseconds.
        ms: u32,
    },
    /// Lines that end with CR, LF or CR LF. What is longer than the longest frame is bad up to the line's end.
    ///
    /// A CR at the end of what was read may be followed by LF, so the line is given with the next byte, with
    /// [`Framer::idle`], or at the end of the stream.
    Lines {
        /// Whether the line's end belongs to the payload.
        keep: bool,
        /// What ends the lines that are sent.
        send: LineEnd,
    },
    /// A byte sequence ends a frame. What is longer than the longest frame is bad up to the next delimiter.
    Delimiter {
        /// What ends a frame.
        delimiter: Mark,
        /// Whether it belongs to the payload.
        keep: bool,
    },
    /// Every frame is as long.
    Fixed {
        /// Bytes in a frame; beyond [`MAX_FRAME_BYTES`] they count as that.
        bytes: NonZeroU32,
    },
    /// A frame lies between two marks. Bytes outside are bad up to the next start mark.
    ///
    /// A start mark inside of a frame says that an end mark is missing: the bytes before it are bad, and a frame begins
    /// there. (Not so if the end mark contains the start mark.) If both marks are the same, a frame is never empty, so
    /// that repeated marks are read as one, and framing recovers after a lost one.
    Marks {
        /// What begins a frame.
        start: Mark,
        /// What ends it.
        end: Mark,
        /// Whether the marks belong to the payload.
        keep: bool,
    },
    /// A number near the front says how long a frame is. After an impossible length, framing looks for a possible one
    /// byte by byte.
    Length(LengthField),
    /// Modbus/TCP: the MBAP header (transaction, protocol 0, length, unit) and a function. After an impossible header,
    /// framing looks for a possible one byte by byte. Lengths beyond the specification's 254, up to 1024, are possible
    /// but where it looks. The payload is the whole message.
    ModbusTcp,
    /// MQTT control packets, versions 3.1 to 5. After an impossible fixed header, framing looks for a possible one byte
    /// by byte. The payload is the whole packet.
    Mqtt,
    /// HTTP/1 messages, requests or responses (RFC 9112). After something impossible, framing looks for the next line
    /// that is a start line. A message beyond the longest frame is bad up to its own end. The payload is the message.
    ///
    /// One direction alone can't tell that a response answers HEAD (it has no body, whatever its fields say) or CONNECT
    /// (no HTTP follows): the former takes what follows as its body.
    Http,
    /// JSON values (RFC 8259, in UTF-8), one after the other, with or without white space between them.
    ///
    /// After a mistake, framing goes on where the brackets that are open close again, or before a line that begins with
    /// a bracket; outside of brackets at the next white space, bracket or quote. A number at the end of what was read
    /// may have more digits: it is given with the next byte or at the end of the stream.
    Json,
    /// SLIP packets (RFC 1055). A wrong escape spoils its packet; what is longer than the longest frame is bad up to
    /// the next END.
    Slip,
}

/// What ends a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineEnd {
    /// CR LF.
    #[default]
    CrLf,
    /// LF.
    Lf,
    /// CR.
    Cr,
}

impl LineEnd {
    /// Every line end.
    pub const ALL: [Self; 3] = [Self::CrLf, Self::Lf, Self::Cr];

    /// Its bytes.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::CrLf => b"\r\n",
            Self::Lf => b"\n",
            Self::Cr => b"\r",
        }
    }
}

impl Framing {
    /// 按行 / Lines.
    pub const LINES: Self = Self::Lines { keep: false, send: LineEnd::CrLf };

    /// 4字节小端长度 / 4-byte LE Length: Python's `struct.pack('i', n)` before each message.
    pub const LENGTH_LE4: Self = Self::Length(LengthField::LE4);

    /// 4字节大端长度 / 4-byte BE Length.
    pub const LENGTH_BE4: Self = Self::Length(LengthField::BE4);

    /// The payload of a frame, from the bytes of its [`range`](Frame::range): without what the framing added, and with
    /// SLIP's escapes undone. All bytes of what is no frame.
    pub fn payload<'a>(&self, frame: &Frame, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if frame.problem.is_some() {
            return Cow::Borrowed(bytes);
        }
        let from = (frame.payload.start - frame.range.start) as usize;
        let to = (frame.payload.end - frame.range.start) as usize;
        let inside = bytes.get(from..to).unwrap_or(bytes);
        match self {
            Self::Length(field) => field.without_field(inside),
            Self::Slip => slip::unescape(inside),
            _ => Cow::Borrowed(inside),
        }
    }
}

/// A frame of a stream, in bytes from the stream's beginning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Frame {
    /// All its bytes; it begins where the frame before it ends.
    pub range: Range<u64>,
    /// The part of `range` in which its payload lies. Two framings have other bytes among the payload's:
    /// SLIP its escapes, and a length field that is not at the front itself. [`Framing::payload`] takes them out.
    pub payload: Range<u64>,
    /// Why it is no frame.
    pub problem: Option<Problem>,
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum Problem {
    /// It says that it is longer than the longest frame.
    #[error("a length of {length} bytes is more than the maximum of {max}")]
    TooLong {
        /// What it says, in bytes.
        length: u64,
        /// What is allowed, in bytes.
        max: u64,
    },
    /// It says that it is shorter than its own header.
    #[error("a length of {length} bytes is less than the header's {min}")]
    TooShort {
        /// What it says, in bytes, adjusted.
        length: i64,
        /// The least that is possible, in bytes.
        min: u64,
    },
    /// Its end did not come within the longest frame.
    #[error("no end within {max} bytes")]
    NoEnd {
        /// The longest frame, in bytes.
        max: u64,
    },
    /// The next start mark came before its end mark.
    #[error("the end mark is missing")]
    EndMissing,
    /// It does not lie in a frame.
    #[error("bytes outside of a frame")]
    Outside,
    /// It breaks the rules of the protocol.
    #[error("not what the protocol allows")]
    Malformed,
    /// Arrays and objects lie too deep in each other.
    #[error("more than {max} levels")]
    TooDeep {
        /// How deep they may lie.
        max: usize,
    },
    /// The stream ended inside of it.
    #[error("the stream ended inside of a frame")]
    Unfinished,
}
