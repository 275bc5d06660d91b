//! Quick commands from files: ours, and those of other programs.
//!
//! The format is found from what a file holds; its name only names what is imported. What can't be used of a file is
//! [left out](Imported::left_out) with its line, and a file of which nothing can be used is refused with a line and a
//! reason.

mod collect;
mod csv;
mod decode;
mod document;
mod llcom;
mod netassist;
mod sscom;

use thiserror::Error;

use super::command::{EditError, Group};
use crate::codec::Charset;
use crate::codec::hex::HexError;

pub use document::export;

/// The largest file, in bytes.
pub const MAX_FILE_BYTES: usize = 32 << 20;
/// How many of the lines that were left out are told one by one.
pub const MAX_LEFT_OUT: usize = 1_000;

/// A format that is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Ours: what [`export`] writes.
    Toml,
    /// The settings of SSCOM: `sscom51.ini`, `sscom.ini`.
    Sscom,
    /// A list, or the settings, of llcom: `.lclst`, `settings.json`.
    Llcom,
    /// The settings of `NetAssist`: `netassist.cfg`.
    NetAssist,
    /// A table: name, type, data.
    Csv,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Toml, Self::Sscom, Self::Llcom, Self::NetAssist, Self::Csv];
}

/// What a file gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// What it is.
    pub format: Format,
    /// The encoding that it is written in.
    pub charset: Charset,
    /// Its groups, for [`QuickCommands::add_groups`](super::command::QuickCommands::add_groups).
    pub groups: Vec<Group>,
    /// What was left out, the first [`MAX_LEFT_OUT`].
    pub left_out: Vec<LeftOut>,
    /// How much was left out.
    pub left_out_count: usize,
}

impl Imported {
    /// How many commands there are.
    pub fn commands(&self) -> usize {
        self.groups.iter().map(|group| group.commands().len()).sum()
    }
}

/// A part of a file that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its line, from 1.
    pub line: usize,
    /// Why.
    pub why: Unusable,
}

/// Why a part of a file can't be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Unusable {
    /// Its data should be HEX.
    #[error("not HEX: {0}")]
    Hex(HexError),
    /// Bytes that are no text in the file's encoding.
    #[error("characters that are not in the file's encoding")]
    Encoding,
    /// A type that is neither text nor HEX.
    #[error("unknown type {0:?}")]
    Type(String),
    /// An encoding that is not known.
    #[error("unknown encoding {0:?}")]
    Charset(String),
    /// A number of milliseconds is expected.
    #[error("not a number of milliseconds: {0:?}")]
    Number(String),
    /// A text that is too long for a command.
    #[error("a text of {len} bytes is too long")]
    TooLong {
        /// Its length, in bytes.
        len: usize,
    },
    /// An entry of a list that is no command.
    #[error("not a command")]
    NotACommand,
    /// A row without a data column.
    #[error("the data column is missing")]
    NoData,
}

/// Why a file can't be imported.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub struct ImportError {
    /// The line of the mistake, from 1, where it is in one.
    pub line: Option<usize>,
    /// What is wrong.
    pub kind: ImportErrorKind,
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.kind),
            None => self.kind.fmt(f),
        }
    }
}

/// What is wrong with a file.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ImportErrorKind {
    /// It has no content.
    #[error("the file is empty")]
    Empty,
    /// It is larger than [`MAX_FILE_BYTES`].
    #[error("{len} bytes are too many")]
    TooLarge {
        /// Its size, in bytes.
        len: usize,
    },
    /// It is no text: a byte 00 in it.
    #[error("not a text file")]
    NotText,
    /// It is none of the formats.
    #[error("not a format that is known")]
    Unknown,
    /// It is not the TOML that we write.
    #[error("TOML: {0}")]
    Toml(String),
    /// A newer version of the program wrote it.
    #[error("version {0} is newer than this program")]
    Newer(i64),
    /// It is not JSON.
    #[error("JSON: {0}")]
    Json(String),
    /// JSON without a list of commands.
    #[error("no list of commands in it")]
    NoList,
    /// A quote of a table is not closed; the line is where it opens.
    #[error("this quote is not closed")]
    Unclosed,
    /// It holds no command.
    #[error("no command in it")]
    Nothing,
    /// It holds nothing that can be used; the line is the first one.
    #[error("nothing in it can be used; first: {0}")]
    AllLeftOut(Unusable),
    /// It holds too much.
    #[error(transparent)]
    TooMuch(EditError),
}

impl ImportError {
    fn at(line: usize, kind: ImportErrorKind) -> Self {
        Self { line: Some(line), kind }
    }
}

impl From<ImportErrorKind> for ImportError {
    fn from(kind: ImportErrorKind) -> Self {
        Self { line: None, kind }
    }
}

/// Reads a file. `name` is the file's name without its ending: the name of a group that has none of its own.
pub fn import(bytes: &[u8], name: &str) -> Result<Imported, ImportError> {
    let (text, charset) = decode::text(bytes)?;
    let format = detect(&text);
    let collected = match format {
        Some(Format::Toml) => document::import(&text),
        Some(Format::Sscom) => sscom::import(&text, name),
        Some(Format::Llcom) => llcom::import(&text, name),
        Some(Format::NetAssist) => netassist::import(&text, name),
        Some(Format::Csv) | None => csv::import(&text, name),
    };
    collected?.finish(format.unwrap_or(Format::Csv), charset)
}

/// What a text looks like; `None`: perhaps a table.
fn detect(text: &str) -> Option<Format> {
    if looks_like_json(text) {
        return Some(Format::Llcom);
    }
    text.lines().find_map(|line| {
        let line = line.trim();
        if sscom::is_entry(line) {
            Some(Format::Sscom)
        } else if netassist::is_section(line) {
            Some(Format::NetAssist)
        } else if document::is_ours(line) {
            Some(Format::Toml)
        } else {
            None
        }
    })
}

/// `{…`, `[{…`, `[[{…` or `[]`: a table of TOML begins with a name in its brackets.
fn looks_like_json(text: &str) -> bool {
    let text = text.trim_start();
    let inside = text.trim_start_matches(|ch: char| ch == '[' || ch.is_whitespace());
    text.starts_with(['[', '{']) && inside.starts_with(['{', ']'])
}
