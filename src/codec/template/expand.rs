//! Filling a template in.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Zoned;
use jiff::fmt::strtime;

use super::error::{ExpandError, ExpandErrorKind};
use super::field::{Field, Number, Written};
use super::{MAX_LEN_BYTES, Random, Segment, Template};
use crate::codec::pattern::Captures;
use crate::codec::typed::Typed;

/// What a template asks of the world around it.
pub trait Lookup {
    /// The text of a variable.
    fn variable(&mut self, name: &str) -> Option<String>;

    /// The content of a file; or why it can't be had, to be shown to a person.
    fn file(&mut self, path: &str) -> Result<Vec<u8>, String>;
}

/// A world without variables and files.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLookup;

impl Lookup for NoLookup {
    fn variable(&mut self, _: &str) -> Option<String> {
        None
    }

    fn file(&mut self, _: &str) -> Result<Vec<u8>, String> {
        Err("files are not read here".to_owned())
    }
}

/// Variables with their texts, and no files.
#[derive(Clone, Copy, Debug)]
pub struct NoFiles<'a>(pub &'a BTreeMap<String, String>);

impl Lookup for NoFiles<'_> {
    fn variable(&mut self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn file(&mut self, path: &str) -> Result<Vec<u8>, String> {
        NoLookup.file(path)
    }
}

/// What a template is filled in with.
pub struct Context<'a> {
    /// How many were sent before; all counters of a template show this.
    pub counter: u64,
    /// The time, in the zone in which it is to be shown.
    pub now: &'a Zoned,
    /// Where random numbers come from.
    pub random: &'a mut Random,
    /// Variables and files.
    pub lookup: &'a mut dyn Lookup,
    /// What is answered to.
    pub received: Option<&'a Captures<'a>>,
}

/// A part of the result.
enum Part<'a> {
    Literal(&'a [u8]),
    Filled(Vec<u8>),
    /// The length, which is known when everything else is, and the place of its segment.
    Len(Written),
}

impl Template {
    /// The bytes with every field filled in.
    ///
    /// `{len}` counts all of them, its own digits too. Digits without a width make the whole longer, and so perhaps
    /// themselves: it is the smallest number that is right. Counting up from the length of everything else finds it,
    /// for a longer whole never has a shorter length, and the digits grow much slower than the number.
    pub fn expand(&self, context: &mut Context<'_>) -> Result<Vec<u8>, ExpandError> {
        let mut parts = Vec::with_capacity(self.segments.len());
        let mut known_len = 0;
        for (index, segment) in self.segments.iter().enumerate() {
            let part = match segment {
                Segment::Literal(bytes) => Part::Literal(bytes),
                Segment::Field(Field::Len(written), _) => Part::Len(*written),
                Segment::Field(field, _) => {
                    Part::Filled(self.fill(field, context).map_err(|kind| self.refused(index, kind))?)
                }
            };
            known_len += match &part {
                Part::Literal(bytes) => bytes.len(),
                Part::Filled(bytes) => bytes.len(),
                Part::Len(_) => 0,
            };
            if known_len > MAX_LEN_BYTES {
                return Err(self.refused(index, ExpandErrorKind::TooLong));
            }
            parts.push(part);
        }
        let mut len = known_len;
        loop {
            let bytes = self.join(&parts, len, known_len)?;
            if bytes.len() == len {
                return Ok(bytes);
            }
            len = bytes.len();
        }
    }

    /// The whole, with this length wherever a length is asked for.
    fn join(&self, parts: &[Part<'_>], len: usize, known_len: usize) -> Result<Vec<u8>, ExpandError> {
        let mut whole = Vec::with_capacity(known_len + 8);
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Literal(bytes) => whole.extend_from_slice(bytes),
                Part::Filled(bytes) => whole.extend_from_slice(bytes),
                Part::Len(written) => {
                    let written = self.number(len as i128, *written, true).map_err(|kind| self.refused(index, kind))?;
                    whole.extend_from_slice(&written);
                }
            }
            if whole.len() > MAX_LEN_BYTES {
                return Err(self.refused(index, ExpandErrorKind::TooLong));
            }
        }
        Ok(whole)
    }

    /// A refusal at this segment; at the last field before it if it is a literal.
    fn refused(&self, index: usize, kind: ExpandErrorKind) -> ExpandError {
        let spot = self.segments[..=index].iter().rev().find_map(|segment| match segment {
            Segment::Field(_, spot) => Some(*spot),
            Segment::Literal(_) => None,
        });
        let (char_index, line, column) = spot.map_or((0, 1, 1), |spot| (spot.char_index, spot.line, spot.column));
        ExpandError { kind, char_index, line, column }
    }

    fn fill(&self, field: &Field, context: &mut Context<'_>) -> Result<Vec<u8>, ExpandErrorKind> {
        match field {
            Field::Number(number, written) => {
                let number = match *number {
                    Number::Counter => i128::from(context.counter),
                    Number::UnixMs => i128::from(context.now.timestamp().as_millisecond()),
                    Number::Random { from, to } => i128::from(context.random.between(from, to)),
                };
                self.number(number, *written, false)
            }
            Field::Len(written) => self.number(0, *written, true),
            Field::Time(format) => {
                let text = strtime::format(format, context.now).map_err(|e| ExpandErrorKind::Time(e.to_string()))?;
                self.text(&text)
            }
            Field::RandomDigits(count) => {
                let digit = |_| char::from(b"0123456789ABCDEF"[(context.random.next_u64() >> 60) as usize]);
                self.text(&(0..*count).map(digit).collect::<String>())
            }
            Field::Uuid => Ok(match self.typed {
                Typed::Hex => context.random.uuid().to_vec(),
                Typed::Text { .. } => self.text(&hyphenated(context.random.uuid()))?,
            }),
            Field::Variable(name) => {
                let text = context.lookup.variable(name);
                self.text(&text.ok_or_else(|| ExpandErrorKind::UnknownVariable(name.clone()))?)
            }
            Field::File(path) => {
                let content = context.lookup.file(path);
                content.map_err(|reason| ExpandErrorKind::File { path: path.clone(), reason })
            }
            Field::Received => {
                let received = context.received.ok_or(ExpandErrorKind::NothingReceived)?;
                Ok(received.packet().to_vec())
            }
            Field::Group(group) => {
                let received = context.received.ok_or(ExpandErrorKind::NothingReceived)?;
                let bytes = received.group(*group).ok_or(ExpandErrorKind::NoGroup(*group))?;
                Ok(bytes.to_vec())
            }
        }
    }

    fn text(&self, text: &str) -> Result<Vec<u8>, ExpandErrorKind> {
        Ok(self.typed.value(text).map_err(|(error, _)| error)?)
    }

    /// A number. What has more digits or bytes than there is room for is refused if it must be `exact`, and else
    /// counts round and round in the room that there is.
    fn number(&self, number: i128, written: Written, exact: bool) -> Result<Vec<u8>, ExpandErrorKind> {
        let Some(mut text) = written.text(number) else {
            let Written::Bytes { len, order } = written else { return Ok(Vec::new()) };
            if exact && number >> (8 * len) != 0 {
                return Err(ExpandErrorKind::LengthDoesNotFit(number as usize));
            }
            return Ok(order.bytes(number as u128, len));
        };
        let surplus = text.len().saturating_sub(written.width());
        if self.typed == Typed::Hex && surplus > 0 {
            if exact {
                return Err(ExpandErrorKind::LengthDoesNotFit(number as usize));
            }
            text.drain(..surplus);
        }
        self.text(&text)
    }
}

fn hyphenated(uuid: [u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in uuid.iter().enumerate() {
        let hyphen = if matches!(index, 4 | 6 | 8 | 10) { "-" } else { "" };
        write!(text, "{hyphen}{byte:02x}").expect("a String takes any text");
    }
    text
}
