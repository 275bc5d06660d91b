//! Does a packet match? The tests of automatic answers and sequences.

mod expression;
mod length;

use std::ops::Range;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::expression::Expression;
use self::length::Lengths;
use super::hex::{self, HexErrorKind, MaskedByte};
use super::place::locate;
use super::typed::{Typed, TypedError};

/// The most bytes that are compared, and the most characters of a regular expression.
pub const MAX_PATTERN_LEN: usize = 4096;

/// What a packet is tested for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Test {
    /// Nothing: every packet matches. The pattern's text is not read.
    Any,
    /// It is these bytes and nothing else.
    Equals,
    /// It has these bytes somewhere.
    #[default]
    Contains,
    /// It starts with these bytes.
    Starts,
    /// It ends with these bytes.
    Ends,
    /// A regular expression finds something in its bytes.
    Regex,
    /// It has so many bytes: `5`, `=5`, `<5`, `<=5`, `>5`, `>=5`, or `3..8` with both ends.
    Length,
}

impl Test {
    /// All, in the order in which a list shows them.
    pub const ALL: [Self; 7] =
        [Self::Any, Self::Equals, Self::Contains, Self::Starts, Self::Ends, Self::Regex, Self::Length];
}

/// Why a text is not a pattern, and where.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}, column {column}: {kind}")]
pub struct PatternError {
    /// What is wrong.
    pub kind: PatternErrorKind,
    /// How many characters come before the place.
    pub char_index: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in that line, in characters, from 1.
    pub column: usize,
}

/// What is wrong with a text that should be a pattern.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PatternErrorKind {
    /// It stands for no byte, which every packet would contain.
    #[error("it is empty")]
    Empty,
    /// It is longer than [`MAX_PATTERN_LEN`].
    #[error("it is longer than {MAX_PATTERN_LEN}")]
    TooLong,
    /// It does not stand for bytes.
    #[error(transparent)]
    Text(#[from] TypedError),
    /// It is no regular expression, in the words of the parser.
    #[error("{0}")]
    Expression(String),
    /// A regular expression that takes too much memory.
    #[error("the expression becomes too large")]
    ExpressionTooLarge,
    /// A character outside of ASCII in a set of a regular expression: it can be several bytes, a set is of single ones.
    #[error("{0:?} can't stand in a set of bytes; use (a|b)")]
    CharacterInSet(char),
    /// Not a length.
    #[error("a length (5, <5, >=5) or a range (3..8) is expected")]
    NotALength,
    /// A range that no length is in.
    #[error("no length is in this range")]
    NoLength,
}

/// What is wrong, and how many characters come before the place.
type Refused = (PatternErrorKind, usize);

/// A test, ready to be made.
#[derive(Clone, Debug)]
pub struct Pattern(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Any,
    Equals(Vec<MaskedByte>),
    Starts(Vec<MaskedByte>),
    Ends(Vec<MaskedByte>),
    /// For bytes anywhere too: it finds them in time that grows with the packet alone.
    Expression(Expression),
    Length(Lengths),
}

impl Pattern {
    /// Reads the pattern of a test. `typed` says how text stands for bytes; with [`Typed::Hex`] a digit may be `?` for
    /// any. A regular expression is text in any case: its characters are those of the encoding, of UTF-8 with
    /// [`Typed::Hex`], and bytes are written `\xHH`.
    pub fn parse(test: Test, text: &str, typed: Typed) -> Result<Self, PatternError> {
        let kind = Kind::parse(test, text, typed);
        kind.map(Self).map_err(|(kind, char_index)| {
            let (line, column) = locate(text, char_index);
            PatternError { kind, char_index, line, column }
        })
    }

    /// Whether the search in a packet of this length could take so long that it is not made: the larger a regular
    /// expression, the shorter a packet may be (64 Ki bytes at 1024 states, megabytes for what people write).
    pub fn is_too_long(&self, packet: &[u8]) -> bool {
        matches!(&self.0, Kind::Expression(expression) if packet.len() > expression.max_bytes)
    }

    /// What of the packet matches, `None` if it doesn't or [is too long](Self::is_too_long).
    pub fn matches<'p>(&self, packet: &'p [u8]) -> Option<Captures<'p>> {
        let whole = |range: Range<usize>| vec![Some(range)];
        let groups = match &self.0 {
            Kind::Any => whole(0..packet.len()),
            Kind::Equals(bytes) => whole(same(bytes, packet).then_some(0..packet.len())?),
            Kind::Starts(bytes) => {
                let start = packet.get(..bytes.len())?;
                whole(same(bytes, start).then_some(0..bytes.len())?)
            }
            Kind::Ends(bytes) => {
                let at = packet.len().checked_sub(bytes.len())?;
                whole(same(bytes, &packet[at..]).then_some(at..packet.len())?)
            }
            Kind::Expression(_) if self.is_too_long(packet) => return None,
            Kind::Expression(Expression { regex, .. }) => {
                let captures = regex.captures(packet)?;
                captures.iter().map(|group| group.map(|found| found.range())).collect()
            }
            Kind::Length(lengths) => whole(lengths.contain(packet.len()).then_some(0..packet.len())?),
        };
        Some(Captures { packet, groups })
    }

    /// How many groups it captures besides the whole match.
    pub fn groups(&self) -> usize {
        match &self.0 {
            Kind::Expression(Expression { regex, .. }) => regex.captures_len() - 1,
            _ => 0,
        }
    }

    /// The groups that have a name, `(?<name>…)`, with their indexes.
    pub fn named_groups(&self) -> impl Iterator<Item = (usize, &str)> {
        let names = match &self.0 {
            Kind::Expression(Expression { regex, .. }) => Some(regex.capture_names()),
            _ => None,
        };
        names.into_iter().flatten().enumerate().filter_map(|(index, name)| Some((index, name?)))
    }
}

impl Kind {
    fn parse(test: Test, text: &str, typed: Typed) -> Result<Self, Refused> {
        Ok(match test {
            Test::Any => Self::Any,
            Test::Equals => Self::Equals(operand(text, typed)?),
            Test::Contains => Self::Expression(expression::of_bytes(&some(operand(text, typed)?)?)?),
            Test::Starts => Self::Starts(some(operand(text, typed)?)?),
            Test::Ends => Self::Ends(some(operand(text, typed)?)?),
            Test::Regex => Self::Expression(expression::parse(text, typed)?),
            Test::Length => Self::Length(Lengths::parse(text)?),
        })
    }
}

/// The bytes of a text, each with what of it counts.
fn operand(text: &str, typed: Typed) -> Result<Vec<MaskedByte>, Refused> {
    let bytes = match typed {
        Typed::Hex => hex::parse_masked(text).map_err(|error| {
            let kind: HexErrorKind = error.kind;
            (TypedError::Hex(kind).into(), error.char_index)
        })?,
        Typed::Text { .. } => {
            let bytes = typed.bytes(text).map_err(|(error, index)| (error.into(), index))?;
            bytes.into_iter().map(|value| MaskedByte { value, mask: 0xFF }).collect()
        }
    };
    if bytes.len() > MAX_PATTERN_LEN { Err((PatternErrorKind::TooLong, 0)) } else { Ok(bytes) }
}

fn some(bytes: Vec<MaskedByte>) -> Result<Vec<MaskedByte>, Refused> {
    if bytes.is_empty() { Err((PatternErrorKind::Empty, 0)) } else { Ok(bytes) }
}

fn same(pattern: &[MaskedByte], bytes: &[u8]) -> bool {
    pattern.len() == bytes.len() && pattern.iter().zip(bytes).all(|(wanted, byte)| byte & wanted.mask == wanted.value)
}

/// A packet that matched, and which parts of it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captures<'p> {
    packet: &'p [u8],
    groups: Vec<Option<Range<usize>>>,
}

impl<'p> Captures<'p> {
    /// The whole packet, not only what matched.
    pub fn packet(&self) -> &'p [u8] {
        self.packet
    }

    /// The bytes of a group of the regular expression, 0 for all that matched. A group that took no part is empty;
    /// `None`: there is no such group.
    pub fn group(&self, index: usize) -> Option<&'p [u8]> {
        let range = self.groups.get(index)?.clone();
        Some(range.map_or(&[], |range| &self.packet[range]))
    }

    /// Where in the packet a group is; `None` if there is no such group or it took no part.
    pub fn range(&self, index: usize) -> Option<Range<usize>> {
        self.groups.get(index)?.clone()
    }
}

#[cfg(test)]
mod tests;
