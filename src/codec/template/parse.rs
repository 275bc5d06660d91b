//! From a typed text to literals and fields.

use super::error::{TemplateError, TemplateErrorKind};
use super::field::Field;
use super::{Segment, Spot, Template};
use crate::codec::place::locate;
use crate::codec::typed::Typed;

impl Template {
    /// Reads a template. What stands between the fields is read as `typed` says, once and for all.
    pub fn parse(text: &str, typed: Typed) -> Result<Self, TemplateError> {
        let chars: Vec<char> = text.chars().collect();
        let mut reader = Reader { chars: &chars, index: 0, typed, literal: String::new(), places: Vec::new() };
        let mut segments = Vec::new();
        reader.read(&mut segments).map_err(|(kind, char_index)| {
            let (line, column) = locate(text, char_index);
            TemplateError { kind, char_index, line, column }
        })?;
        Ok(Self { typed, segments: located(segments, &chars) })
    }
}

type Refused = (TemplateErrorKind, usize);

/// A literal's bytes, or a field and the index of its brace.
enum Read {
    Literal(Vec<u8>),
    Field(Field, usize),
}

struct Reader<'a> {
    chars: &'a [char],
    index: usize,
    typed: Typed,
    literal: String,
    /// For each character of `literal` its index in the text.
    places: Vec<usize>,
}

impl Reader<'_> {
    fn read(&mut self, read: &mut Vec<Read>) -> Result<(), Refused> {
        let escapes = matches!(self.typed, Typed::Text { escapes: true, .. });
        while let Some(&ch) = self.chars.get(self.index) {
            let doubled = self.chars.get(self.index + 1) == Some(&ch);
            match ch {
                '\\' if escapes => self.escape(),
                '{' | '}' if doubled => {
                    self.take();
                    self.index += 1;
                }
                '{' => {
                    self.flush(read)?;
                    self.field(read)?;
                }
                '}' => return Err((TemplateErrorKind::Unopened, self.index)),
                _ => self.take(),
            }
        }
        self.flush(read)
    }

    /// Moves a character to the literal.
    fn take(&mut self) {
        if let Some(ch) = self.chars.get(self.index) {
            self.literal.push(*ch);
            self.places.push(self.index);
            self.index += 1;
        }
    }

    /// An escape as it stands, so that the braces of `\u{1F600}` are none of a field.
    fn escape(&mut self) {
        self.take();
        self.take();
        let opened = self.index.checked_sub(1).map(|index| &self.chars[index..]);
        if let Some(['u', '{', digits @ ..]) = opened {
            let count = digits.iter().take(6).take_while(|ch| ch.is_ascii_hexdigit()).count();
            if digits.get(count) == Some(&'}') {
                for _ in 0..count + 2 {
                    self.take();
                }
            }
        }
    }

    fn flush(&mut self, read: &mut Vec<Read>) -> Result<(), Refused> {
        let bytes = self.typed.bytes(&self.literal).map_err(|(error, index)| (error.into(), self.places[index]))?;
        if !bytes.is_empty() {
            read.push(Read::Literal(bytes));
        }
        self.literal.clear();
        self.places.clear();
        Ok(())
    }

    fn field(&mut self, read: &mut Vec<Read>) -> Result<(), Refused> {
        let brace = self.index;
        let inside = &self.chars[brace + 1..];
        let end = inside.iter().position(|ch| matches!(ch, '{' | '}'));
        let end = end.filter(|end| inside[*end] == '}').ok_or((TemplateErrorKind::Unclosed, brace))?;
        let text: String = inside[..end].iter().collect();
        let field = Field::parse(&text, self.typed == Typed::Hex).map_err(|(kind, at)| (kind, brace + 1 + at))?;
        read.push(Read::Field(field, brace));
        self.index = brace + end + 2;
        Ok(())
    }
}

/// Gives each field its line and column, in one pass over the text.
fn located(read: Vec<Read>, chars: &[char]) -> Vec<Segment> {
    let mut spot = Spot { char_index: 0, line: 1, column: 1 };
    let locate = |read| match read {
        Read::Literal(bytes) => Segment::Literal(bytes),
        Read::Field(field, brace) => {
            for ch in &chars[spot.char_index..brace] {
                (spot.line, spot.column) = if *ch == '\n' { (spot.line + 1, 1) } else { (spot.line, spot.column + 1) };
            }
            spot.char_index = brace;
            Segment::Field(field, spot)
        }
    };
    read.into_iter().map(locate).collect()
}
