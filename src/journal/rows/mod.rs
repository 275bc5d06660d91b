//! Rows: the journal as lines of text, computed for what is on the screen.
//!
//! A [`View`] says how (text, HEX or dump; encoding; with header lines or as a plain stream; how wide), a
//! [`Layouter`] computes rows around a place in the journal, and a [`Pos`] names a byte, so that a selection and the
//! place on the screen survive a change of the view. Nothing here touches the journal's bytes, and nothing waits for
//! the disk.

mod cells;
mod context;
mod header;
mod laid;
mod layouter;
mod plain;
mod row;
mod scroll;
mod shelf;
mod source;
mod stream;
#[cfg(test)]
mod tests;
mod text;
mod waiting;
mod walk;
mod words;

pub use header::{ADDRESS_SEPARATOR, address, peer_header};
pub use laid::Laid;
pub use layouter::Layouter;
pub use plain::PlainText;
pub use row::{Class, Row};
pub use source::{Extent, Source};
pub use waiting::Waiting;
pub use walk::Anchor;
pub use words::{Decoder, EventText, FrameText, Words};

use super::record::{Kind, KindMask};
use crate::codec::Charset;
use crate::codec::dump::DumpWidth;

/// How bytes are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Decoded text.
    #[default]
    Text,
    /// `48 65 6C`.
    Hex,
    /// `offset | hex | text`.
    Dump {
        /// Bytes in a row.
        width: DumpWidth,
    },
}

/// How the journal is shown. Changing it changes nothing but rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Text, HEX or dump.
    pub mode: Mode,
    /// With the classic's header line before each record, with what was sent and with events; else what was received
    /// as a plain stream.
    pub log_mode: bool,
    /// In log mode a blank line after each record; in the plain stream each record on a line of its own.
    pub auto_linefeed: bool,
    /// Leave out what was received.
    pub hide_received: bool,
    /// In log mode after each datagram a line that says what it means, where its protocol is known.
    pub decode: bool,
    /// The encoding of what was received, and of what was sent without an encoding of its own.
    pub charset: Charset,
    /// How many half-width characters fit into a row.
    pub columns: u32,
}

impl Default for View {
    fn default() -> Self {
        Self {
            mode: Mode::Text,
            log_mode: true,
            auto_linefeed: true,
            hide_received: false,
            decode: false,
            charset: Charset::Auto,
            columns: 80,
        }
    }
}

impl View {
    /// The kinds of records that it shows.
    pub fn mask(&self) -> KindMask {
        let mut mask = KindMask::default();
        if !self.hide_received {
            mask = mask.with(Kind::Received);
        }
        if self.log_mode {
            mask = mask.with(Kind::Sent).with(Kind::Event);
        }
        mask
    }

    /// Whether a datagram's meaning is shown.
    pub fn decodes(&self) -> bool {
        self.log_mode && self.decode
    }

    /// Whether records flow into one another without a line break between them.
    pub fn joins(&self) -> bool {
        !self.log_mode && !self.auto_linefeed && !matches!(self.mode, Mode::Dump { .. })
    }
}

/// The part of a record in which a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// In the header line, or in an event's text: the offset counts characters.
    Header,
    /// In the line that says why the bytes are no frame: the offset counts characters.
    Problem,
    /// In the payload: the offset counts bytes.
    Data,
    /// In the line that says what the payload means: the offset counts characters.
    Decoded,
    /// After it.
    End,
}

/// A place in the log: a byte of a record, whatever the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pos {
    /// The record's index.
    pub record: u64,
    /// The part of the record.
    pub section: Section,
    /// Bytes in the payload, characters in the lines around it.
    pub offset: u32,
}

impl Pos {
    /// A place in a payload.
    pub fn data(record: u64, offset: u32) -> Self {
        Self { record, section: Section::Data, offset }
    }

    /// A place in a header line.
    pub fn header(record: u64, offset: u32) -> Self {
        Self { record, section: Section::Header, offset }
    }

    /// A place in the line that says why the bytes are no frame.
    pub fn problem(record: u64, offset: u32) -> Self {
        Self { record, section: Section::Problem, offset }
    }

    /// A place in the line that says what the payload means.
    pub fn decoded(record: u64, offset: u32) -> Self {
        Self { record, section: Section::Decoded, offset }
    }

    /// Before everything of a record.
    pub fn start_of(record: u64) -> Self {
        Self::header(record, 0)
    }

    /// After everything of a record.
    pub fn end_of(record: u64) -> Self {
        Self { record, section: Section::End, offset: 0 }
    }
}
