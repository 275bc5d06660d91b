//! The send box's text to bytes, and from ASCII to HEX and back without loss.

use serde::{Deserialize, Serialize};

use crate::codec::checksum::Append;
use crate::codec::{Charset, charset, escape, hex};

/// How the send box is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// As text in an encoding.
    #[default]
    Ascii,
    /// As HEX digits.
    Hex,
}

/// Everything that decides which bytes a text becomes.
#[derive(Clone, Copy, Debug)]
pub struct Composer<'a> {
    /// Text or HEX.
    pub form: Form,
    /// The encoding of text.
    pub charset: Charset,
    /// Whether escapes in text are understood.
    pub escapes: bool,
    /// What is appended.
    pub append: Option<&'a Append>,
}

/// Why a text can't be sent; nothing is sent then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// Not HEX.
    #[error(transparent)]
    Hex(#[from] hex::HexError),
    /// A wrong escape, or a character that the encoding lacks between escapes.
    #[error(transparent)]
    Escape(#[from] escape::EscapeError),
    /// A character that the encoding lacks.
    #[error(transparent)]
    Unencodable(#[from] charset::Unencodable),
}

impl Composer<'_> {
    /// The bytes of a text, with what is appended.
    pub fn bytes(&self, text: &str) -> Result<Vec<u8>, ComposeError> {
        let mut bytes = self.body(text)?;
        if let Some(append) = self.append {
            let tail = append.tail(&bytes);
            bytes.extend_from_slice(&tail);
        }
        Ok(bytes)
    }

    /// The bytes of a text alone.
    fn body(&self, text: &str) -> Result<Vec<u8>, ComposeError> {
        Ok(match self.form {
            Form::Hex => hex::parse(text)?,
            Form::Ascii if self.escapes => escape::unescape(text, self.charset)?,
            Form::Ascii => self.charset.encode(text)?,
        })
    }
}

/// Rewrites the send box for another form so that it stands for the same bytes.
///
/// HEX that no text stands for (control characters without escapes, bytes that are not text) is refused as `Ok(None)`.
pub fn convert(text: &str, from: Composer<'_>, to: Form) -> Result<Option<String>, ComposeError> {
    let bytes = from.body(text)?;
    Ok(match to {
        Form::Hex => {
            let mut out = String::with_capacity(bytes.len() * 3);
            hex::format(&bytes, &mut out);
            Some(out)
        }
        Form::Ascii if from.escapes => Some(escape::escape(&bytes, from.charset)),
        Form::Ascii => escape::text_for_bytes(&bytes, from.charset),
    })
}
