//! The send box's text to bytes, and from ASCII to HEX and back without loss.

use serde::{Deserialize, Serialize};

use crate::codec::append::{self, AppendError, Block};
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
    /// What is added to them.
    pub append: &'a [Block],
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
    /// A block that can't be added to these bytes.
    #[error(transparent)]
    Append(#[from] AppendError),
}

impl Composer<'_> {
    /// The bytes of a text, with what is added to them.
    pub fn bytes(&self, text: &str) -> Result<Vec<u8>, ComposeError> {
        Ok(append::apply(self.append, &self.body(text)?)?)
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
