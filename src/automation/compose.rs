//! A typed text to the bytes that go out, and from ASCII to HEX and back without loss.
//!
//! The way of a message: its text (or HEX digits, or a template) becomes the body, the blocks of
//! [`append`](crate::codec::append) are added to that, and the sender's framing is put around the whole.

use serde::{Deserialize, Serialize};

use super::forgiving::{known, known_entries, on_by_default, sent_charset};
use crate::codec::append::{self, AppendError, Block};
use crate::codec::framing::{Framing, WrapError};
use crate::codec::template::{Context, ExpandError, Template, TemplateError};
use crate::codec::typed::Typed;
use crate::codec::{Charset, charset, escape, hex};

/// How a text is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// As text in an encoding.
    #[default]
    Ascii,
    /// As HEX digits.
    Hex,
}

/// A message as a person types it, with everything that decides which bytes it becomes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    /// Text, HEX digits, or a template of one of these.
    #[serde(deserialize_with = "known")]
    pub text: String,
    /// Text or HEX.
    #[serde(deserialize_with = "known")]
    pub form: Form,
    /// The encoding of text.
    #[serde(deserialize_with = "sent_charset")]
    pub charset: Charset,
    /// Whether escapes in text are understood.
    #[serde(deserialize_with = "on_by_default")]
    pub escapes: bool,
    /// Whether `{counter}` and the like are fields.
    #[serde(deserialize_with = "known")]
    pub template: bool,
    /// What is added.
    #[serde(deserialize_with = "known_entries")]
    pub append: Vec<Block>,
}

impl Default for Message {
    fn default() -> Self {
        Self {
            text: String::new(),
            form: Form::Ascii,
            charset: Charset::Utf8,
            escapes: true,
            template: false,
            append: Vec::new(),
        }
    }
}

impl Message {
    /// How it becomes bytes, in this framing.
    pub fn composer<'a>(&'a self, framing: &'a Framing) -> Composer<'a> {
        let Self { form, charset, escapes, template, append, .. } = self;
        Composer { form: *form, charset: *charset, escapes: *escapes, template: *template, append, framing }
    }

    /// Reads the text once and for all.
    pub fn prepare(&self, framing: &Framing) -> Result<Prepared, ComposeError> {
        self.composer(framing).prepare(&self.text)
    }

    /// The encoding that is kept with what is sent: that of a text.
    pub fn sent_charset(&self) -> Option<Charset> {
        (self.form == Form::Ascii).then_some(self.charset)
    }
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
    /// Whether `{counter}` and the like are fields.
    pub template: bool,
    /// What is added to them.
    pub append: &'a [Block],
    /// What is put around it all, so that the receiver finds it again.
    pub framing: &'a Framing,
}

/// A message that was read: constant, or a template that is filled in at each send.
#[derive(Clone, Debug)]
pub struct Prepared {
    body: Body,
    append: Vec<Block>,
    framing: Framing,
}

#[derive(Clone, Debug)]
enum Body {
    Constant(Vec<u8>),
    Template(Template),
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
    /// A field of a template that is wrong.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A field of a template that can't be filled in now.
    #[error(transparent)]
    Expand(#[from] ExpandError),
    /// A block that can't be added to these bytes.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// A message that the framing can't hold.
    #[error(transparent)]
    Wrap(#[from] WrapError),
}

impl Composer<'_> {
    /// Reads a text once and for all.
    pub fn prepare(&self, text: &str) -> Result<Prepared, ComposeError> {
        let body = if self.template {
            Body::Template(Template::parse(text, self.typed())?)
        } else {
            Body::Constant(self.body(text)?)
        };
        Ok(Prepared { body, append: self.append.to_vec(), framing: self.framing.clone() })
    }

    /// How the text stands for bytes.
    pub fn typed(&self) -> Typed {
        match self.form {
            Form::Hex => Typed::Hex,
            Form::Ascii => Typed::Text { charset: self.charset, escapes: self.escapes },
        }
    }

    /// The bytes of a text that is no template, with what is added to them.
    pub fn bytes(&self, text: &str) -> Result<Vec<u8>, ComposeError> {
        finish(&self.body(text)?, self.append, self.framing)
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

impl Prepared {
    /// Whether it is the same bytes every time.
    pub fn is_constant(&self) -> bool {
        match &self.body {
            Body::Constant(_) => true,
            Body::Template(template) => template.is_constant(),
        }
    }

    /// The template, if it is one.
    pub fn template(&self) -> Option<&Template> {
        match &self.body {
            Body::Constant(_) => None,
            Body::Template(template) => Some(template),
        }
    }

    /// The bytes that go out.
    pub fn bytes(&self, context: &mut Context<'_>) -> Result<Vec<u8>, ComposeError> {
        match &self.body {
            Body::Constant(body) => finish(body, &self.append, &self.framing),
            Body::Template(template) => finish(&template.expand(context)?, &self.append, &self.framing),
        }
    }
}

/// The bytes that go out for these: adds the blocks, and puts the framing around it.
pub fn finish(body: &[u8], append: &[Block], framing: &Framing) -> Result<Vec<u8>, ComposeError> {
    let message = append::apply(append, body)?;
    if *framing == Framing::AsRead {
        return Ok(message);
    }
    let mut wrapped = Vec::with_capacity(message.len() + 16);
    framing.wrap(&message, &mut wrapped)?;
    Ok(wrapped)
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
