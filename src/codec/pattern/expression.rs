//! Regular expressions on bytes.
//!
//! A character outside of ASCII stands for its bytes in the encoding, so that `温度=(\d+)` finds GBK in GBK. Classes
//! such as `\w` and `.` are of bytes; `(?u)` turns Unicode's on for who works with UTF-8.

use std::fmt::Write;

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};
use regex_syntax::{Parser, ParserBuilder};

use super::{MAX_PATTERN_LEN, PatternErrorKind, Refused};
use crate::codec::Charset;
use crate::codec::hex::MaskedByte;
use crate::codec::typed::Typed;

/// The most memory of a compiled expression, in bytes.
const SIZE_LIMIT: usize = 1 << 20;
/// How deep groups may be in one another.
const NEST_LIMIT: u32 = 100;
/// The most steps that a search may need: where nothing else helps, each byte is compared with each state. That takes
/// some tenths of a second at worst, and the thread of a link is in it.
const MAX_STEPS: usize = 1 << 26;

/// An expression that is ready to search.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    pub regex: Regex,
    /// What is longer could take too long, and is not searched.
    pub max_bytes: usize,
}

/// The expression that a person typed.
pub(super) fn parse(text: &str, typed: Typed) -> Result<Expression, Refused> {
    if text.is_empty() {
        return Err((PatternErrorKind::Empty, 0));
    }
    if text.chars().nth(MAX_PATTERN_LEN).is_some() {
        return Err((PatternErrorKind::TooLong, MAX_PATTERN_LEN));
    }
    let charset = match typed {
        Typed::Text { charset, .. } => charset,
        Typed::Hex => Charset::Utf8,
    };
    let translated = Translated::of(text, charset)?;
    let parsed = parser().parse(&translated.text).map_err(|error| translated.refusal(&error))?;
    compile(&translated.text, &parsed)
}

/// The expression that finds these bytes.
pub(super) fn of_bytes(bytes: &[MaskedByte]) -> Result<Expression, Refused> {
    let mut text = String::from("(?s-u)");
    for byte in bytes {
        let MaskedByte { value, mask } = *byte;
        match mask {
            0xFF => push_byte(value, &mut text),
            0xF0 => {
                text.push('[');
                push_byte(value, &mut text);
                text.push('-');
                push_byte(value | 0x0F, &mut text);
                text.push(']');
            }
            0x0F => {
                text.push('[');
                for high in 0..16 {
                    push_byte(high << 4 | value, &mut text);
                }
                text.push(']');
            }
            _ => text.push('.'),
        }
    }
    let parsed = parser().parse(&text).map_err(|error| (PatternErrorKind::Expression(error.to_string()), 0))?;
    compile(&text, &parsed)
}

fn parser() -> Parser {
    ParserBuilder::new().utf8(false).unicode(false).nest_limit(NEST_LIMIT).build()
}

fn push_byte(byte: u8, text: &mut String) {
    write!(text, r"\x{byte:02X}").expect("a String takes any text");
}

fn compile(text: &str, parsed: &Hir) -> Result<Expression, Refused> {
    let mut builder = RegexBuilder::new(text);
    builder.unicode(false).size_limit(SIZE_LIMIT).dfa_size_limit(2 * SIZE_LIMIT).nest_limit(NEST_LIMIT);
    let regex = builder.build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => (PatternErrorKind::ExpressionTooLarge, 0),
        other => (PatternErrorKind::Expression(other.to_string()), 0),
    })?;
    // Bytes as they are have a search of their own.
    let is_literal = parsed.properties().is_literal();
    let max_bytes = if is_literal { usize::MAX } else { MAX_STEPS / states(parsed).max(1) };
    Ok(Expression { regex, max_bytes })
}

/// About how many states an expression has; it is not deeper than [`NEST_LIMIT`].
fn states(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Capture(group) => states(&group.sub).saturating_add(2),
        HirKind::Concat(all) | HirKind::Alternation(all) => {
            all.iter().fold(1, |sum, hir| states(hir).saturating_add(sum))
        }
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min).max(1) as usize;
            states(&repetition.sub).saturating_add(1).saturating_mul(most)
        }
    }
}

/// An expression without characters outside of ASCII.
struct Translated {
    text: String,
    /// For each of its bytes the index of the character that it was.
    places: Vec<usize>,
    /// How many characters the typed text has.
    typed_chars: usize,
}

impl Translated {
    fn of(typed: &str, charset: Charset) -> Result<Self, Refused> {
        let mut out = Self { text: String::new(), places: Vec::new(), typed_chars: typed.chars().count() };
        let mut escaped = false;
        let mut set_depth = 0_usize;
        let mut set_begins = false; // where `]` is a member
        for (index, ch) in typed.chars().enumerate() {
            if ch.is_ascii() {
                match ch {
                    _ if escaped => set_begins = false,
                    '[' => (set_depth, set_begins) = (set_depth + 1, true),
                    '^' if set_begins => {}
                    ']' if !set_begins => set_depth = set_depth.saturating_sub(1),
                    _ => set_begins = false,
                }
                escaped = ch == '\\' && !escaped;
                out.text.push(ch);
            } else if set_depth > 0 {
                return Err((PatternErrorKind::CharacterInSet(ch), index));
            } else {
                if escaped {
                    out.text.pop();
                    out.places.pop();
                    escaped = false;
                }
                let typed = Typed::Text { charset, escapes: false };
                let bytes = typed.value(ch.encode_utf8(&mut [0; 4])).map_err(|(error, _)| (error.into(), index))?;
                out.text.push_str("(?-u:");
                for byte in bytes {
                    push_byte(byte, &mut out.text);
                }
                out.text.push(')');
            }
            out.places.resize(out.text.len(), index);
        }
        Ok(out)
    }

    fn refusal(&self, error: &regex_syntax::Error) -> Refused {
        let (words, offset) = match error {
            regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span().start.offset),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span().start.offset),
            other => (other.to_string(), 0),
        };
        (PatternErrorKind::Expression(words), self.places.get(offset).copied().unwrap_or(self.typed_chars))
    }
}
