//! Templates of the send box: `{counter:04}`, `{time:%H:%M:%S}` and the like between literal text.
//!
//! A brace itself is written twice. A mistake is refused with its place when the template is read; what can only be
//! known when it is filled in, such as a missing file, is refused then, with the place of its field.
//!
//! What a field gives is one of two things:
//! - **Bytes**, which stay as they are: a number with a size (`{hexcounter:4be}`, `{len:2le}`), a file, `{recv}`, a
//!   group of a pattern.
//! - **Text**, which is read as if it had been typed there, only without escapes: in the encoding, or as HEX digits
//!   where HEX is typed. Among HEX digits `{counter:04}` is two bytes, `{time:%H%M%S}` three and `{uuid}` sixteen, and
//!   a field that could give half a byte is refused when the template is read. A counter with more digits than its
//!   width goes on with the last ones there.

mod error;
mod expand;
mod field;
mod parse;
mod random;

pub use error::{ExpandError, ExpandErrorKind, Expected, TemplateError, TemplateErrorKind};
pub use expand::{Context, Lookup, NoFiles, NoLookup};
use field::Field;
pub use random::Random;

use super::typed::Typed;

/// The most bytes that a template gives.
pub const MAX_LEN_BYTES: usize = 16 << 20;
/// The most digits of one `{randhex:…}`.
pub const MAX_RANDOM_DIGITS: usize = 65_536;

/// A text with fields, ready to be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    typed: Typed,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(Vec<u8>),
    Field(Field, Spot),
}

/// A place in the text of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spot {
    char_index: usize,
    line: usize,
    column: usize,
}

impl Template {
    /// Whether it gives the same bytes every time.
    pub fn is_constant(&self) -> bool {
        self.segments.iter().all(|segment| matches!(segment, Segment::Literal(_) | Segment::Field(Field::Len(_), _)))
    }

    /// Whether it can only be filled in as an answer to something.
    pub fn needs_received(&self) -> bool {
        self.fields().any(|field| matches!(field, Field::Received | Field::Group(_)))
    }

    /// Whether files are read when it is filled in, which can take a while.
    pub fn needs_files(&self) -> bool {
        self.fields().any(|field| matches!(field, Field::File(_)))
    }

    /// The names of the variables that it asks for.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.fields().filter_map(|field| match field {
            Field::Variable(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The highest group of a pattern that it asks for.
    pub fn highest_group(&self) -> Option<usize> {
        let groups = self.fields().filter_map(|field| match field {
            Field::Group(group) => Some(*group),
            _ => None,
        });
        groups.max()
    }

    fn fields(&self) -> impl Iterator<Item = &Field> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Field(field, _) => Some(field),
            Segment::Literal(_) => None,
        })
    }
}

/// A template that gives this text: its braces are doubled. For text without escapes.
pub fn quote(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// One line of the list of fields that a help shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldHelp {
    /// How it is written.
    pub written: &'static str,
    /// What it gives, as an example or in terms that need no translation.
    pub means: &'static str,
}

/// Every field that [`Template::parse`] knows.
pub const FIELDS: [FieldHelp; 15] = [
    FieldHelp { written: "{counter}", means: "0, 1, 2 …" },
    FieldHelp { written: "{counter:04}", means: "0000, 0001 …" },
    FieldHelp { written: "{counter:04X}", means: "0000 … 000A …" },
    FieldHelp { written: "{hexcounter:4be}", means: "00 00 00 00, 00 00 00 01 … (1-8, be, le)" },
    FieldHelp { written: "{time:%H:%M:%S%.3f}", means: "16:21:55.042 (strftime)" },
    FieldHelp { written: "{unix_ms}", means: "1784737315042" },
    FieldHelp { written: "{rand:1..100}", means: "1 … 100" },
    FieldHelp { written: "{randhex:8}", means: "5F0A93C1" },
    FieldHelp { written: "{uuid}", means: "UUID v4" },
    FieldHelp { written: "{len}", means: "12; {len:04}, {len:2be}" },
    FieldHelp { written: "{var:name}", means: "name = …" },
    FieldHelp { written: "{file:path}", means: "bytes of the file" },
    FieldHelp { written: "{recv}", means: "received bytes" },
    FieldHelp { written: "{1}", means: "group 1 of the regular expression" },
    FieldHelp { written: "{{ }}", means: "{ }" },
];

#[cfg(test)]
mod tests;
