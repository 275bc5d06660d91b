//! What is wrong with a template, and where.

use thiserror::Error;

use crate::codec::typed::TypedError;

/// Why a text is not a template, and where.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}, column {column}: {kind}")]
pub struct TemplateError {
    /// What is wrong.
    pub kind: TemplateErrorKind,
    /// How many characters come before the place.
    pub char_index: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in that line, in characters, from 1.
    pub column: usize,
}

/// What is wrong with a text that should be a template.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TemplateErrorKind {
    /// A field has no end.
    #[error("this {{ has no }}; a brace itself is written {{{{")]
    Unclosed,
    /// A closing brace without an opening one.
    #[error("this }} has no {{; a brace itself is written }}}}")]
    Unopened,
    /// There is no such field. Of a long name only the beginning is kept.
    #[error("no field is called {0:?}; a brace itself is written {{{{")]
    Unknown(String),
    /// What stands after the field's colon.
    #[error("{{{field}}}: {expected} is expected")]
    Argument {
        /// The field's name.
        field: &'static str,
        /// What should stand there.
        expected: Expected,
    },
    /// The text between the fields.
    #[error(transparent)]
    Text(#[from] TypedError),
}

/// What should stand after a field's colon.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Expected {
    /// How a number is written.
    #[error("a width (04), HEX digits (04X) or a size (4be, 4le)")]
    NumberForm,
    /// How a number is written where only digits in pairs can stand.
    #[error("an even width with zeros (04, 04X) or a size (4be, 4le)")]
    PairsForm,
    /// A number of bytes from 1 to 8 and their order.
    #[error("a size from 1 to 8 and an order (4be, 4le)")]
    Size,
    /// Two integers, the smaller first.
    #[error("a range (1..100)")]
    Range,
    /// A range of which every number can be written as the field says.
    #[error("a range that fits what is written after it")]
    FittingRange,
    /// A number of digits from 1 to [`MAX_RANDOM_DIGITS`](super::MAX_RANDOM_DIGITS).
    #[error("a number of digits")]
    Count,
    /// An even number of digits.
    #[error("an even number of digits")]
    EvenCount,
    /// A format of `strftime`.
    #[error("a time format (%H:%M:%S%.3f)")]
    TimeFormat,
    /// A format of `strftime` that gives HEX digits in pairs.
    #[error("a time format that gives pairs of digits (%H%M%S)")]
    TimeOfPairs,
    /// A variable's name.
    #[error("a name")]
    Name,
    /// A file's path.
    #[error("a path")]
    Path,
    /// No colon and nothing after it.
    #[error("nothing more")]
    Nothing,
}

/// Why a template can't be filled in now, and which field.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}, column {column}: {kind}")]
pub struct ExpandError {
    /// What is wrong.
    pub kind: ExpandErrorKind,
    /// How many characters come before the field.
    pub char_index: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in that line, in characters, from 1.
    pub column: usize,
}

/// Why a field can't be filled in.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ExpandErrorKind {
    /// No variable has this name.
    #[error("no variable is called {0:?}")]
    UnknownVariable(String),
    /// The file can't be read.
    #[error("{path}: {reason}")]
    File {
        /// Its path as written in the template.
        path: String,
        /// Why.
        reason: String,
    },
    /// `{recv}` or a capture where nothing was received.
    #[error("nothing was received that this could be filled with")]
    NothingReceived,
    /// The pattern has fewer groups.
    #[error("the pattern has no group {0}")]
    NoGroup(usize),
    /// The time has no such form.
    #[error("the time can't be written so: {0}")]
    Time(String),
    /// The length takes more digits or bytes than the field has.
    #[error("length {0} does not fit")]
    LengthDoesNotFit(usize),
    /// The field's text can't be written in the encoding, or is not HEX.
    #[error(transparent)]
    Text(#[from] TypedError),
    /// The whole would be longer than [`MAX_LEN_BYTES`](super::MAX_LEN_BYTES).
    #[error("the whole is longer than 16 MiB")]
    TooLong,
}
