//! What a typed text stands for: characters of an encoding, with or without escapes, or HEX digits.

use thiserror::Error;

use super::charset::{Charset, Unencodable};
use super::escape::{self, EscapeError, EscapeErrorKind};
use super::hex::{self, HexError, HexErrorKind};

/// How a typed text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Typed {
    /// As text.
    Text {
        /// Its encoding.
        charset: Charset,
        /// Whether escapes such as `\r` are understood.
        escapes: bool,
    },
    /// As HEX digits.
    Hex,
}

/// Why a typed text stands for no bytes.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum TypedError {
    /// It is not HEX.
    #[error(transparent)]
    Hex(HexErrorKind),
    /// An escape is wrong, or the encoding lacks a character.
    #[error(transparent)]
    Text(EscapeErrorKind),
}

impl Typed {
    /// The bytes of a text; or what is wrong, and how many characters come before the place.
    pub fn bytes(self, text: &str) -> Result<Vec<u8>, (TypedError, usize)> {
        match self {
            Self::Hex => {
                hex::parse(text).map_err(|HexError { kind, char_index, .. }| (TypedError::Hex(kind), char_index))
            }
            Self::Text { charset, escapes: true } => escape::unescape(text, charset)
                .map_err(|EscapeError { kind, char_index, .. }| (TypedError::Text(kind), char_index)),
            Self::Text { .. } => self.value(text),
        }
    }

    /// The same for a text that was not typed there, in which a backslash is a backslash.
    pub fn value(self, text: &str) -> Result<Vec<u8>, (TypedError, usize)> {
        let Self::Text { charset, .. } = self else { return self.bytes(text) };
        charset.encode(text).map_err(|Unencodable { character, charset, char_index, .. }| {
            (TypedError::Text(EscapeErrorKind::Unencodable { character, charset }), char_index)
        })
    }
}
