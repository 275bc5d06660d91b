//! What can stand between braces, and how it is written there.

use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use super::MAX_RANDOM_DIGITS;
use super::error::{Expected, TemplateErrorKind};
use crate::codec::byte_order::ByteOrder;
use crate::codec::hex;

/// A field, read and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Number(Number, Written),
    /// How many bytes the whole has.
    Len(Written),
    Time(String),
    RandomDigits(usize),
    Uuid,
    Variable(String),
    File(String),
    /// A group of the pattern that matched what was received; 0 is all of the match.
    Group(usize),
    Received,
}

/// A number that is known before the whole is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Counter,
    UnixMs,
    Random { from: i64, to: i64 },
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Decimal { width: usize, zeros: bool },
    Hex { width: usize, zeros: bool, upper: bool },
    Bytes { len: usize, order: ByteOrder },
}

/// What is wrong with a field, and how many of its characters come before the place.
type Refused = (TemplateErrorKind, usize);

impl Field {
    /// Reads what stands between the braces. `pairs`: only HEX digits in pairs can stand there.
    pub(super) fn parse(text: &str, pairs: bool) -> Result<Self, Refused> {
        let (name, argument) = match text.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (text, None),
        };
        let after_name = name.chars().count();
        let argument = Argument { text: argument, at: after_name + 1, pairs };
        let field = match name {
            "counter" => Self::Number(Number::Counter, argument.number("counter", argument.text)?),
            "hexcounter" => Self::Number(Number::Counter, argument.size("hexcounter")?),
            "unix_ms" => Self::Number(Number::UnixMs, argument.number("unix_ms", argument.text)?),
            "rand" => argument.range()?,
            "len" => Self::Len(argument.number("len", argument.text)?),
            "time" => Self::Time(argument.time()?),
            "randhex" => Self::RandomDigits(argument.count()?),
            "uuid" => argument.nothing("uuid", Self::Uuid)?,
            "var" => Self::Variable(argument.word("var", Expected::Name)?),
            "file" => Self::File(argument.word("file", Expected::Path)?),
            "recv" => argument.nothing("recv", Self::Received)?,
            _ => {
                let group = digits(name).filter(|group| *group <= 99 && name.len() <= 2);
                let unknown = || TemplateErrorKind::Unknown(name.chars().take(32).collect());
                argument.nothing("1", Self::Group(group.ok_or_else(|| (unknown(), 0))?))?
            }
        };
        Ok(field)
    }
}

/// A number written in nothing but decimal digits.
fn digits(text: &str) -> Option<usize> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// What stands after a field's colon.
#[derive(Clone, Copy)]
struct Argument<'a> {
    text: Option<&'a str>,
    /// How many characters of the field come before it.
    at: usize,
    pairs: bool,
}

impl<'a> Argument<'a> {
    /// The place is the argument, or the end of the name where the colon is missing.
    fn refused(self, field: &'static str, expected: Expected) -> Refused {
        let at = if self.text.is_none() { self.at - 1 } else { self.at };
        (TemplateErrorKind::Argument { field, expected }, at)
    }

    fn nothing(self, name: &'static str, field: Field) -> Result<Field, Refused> {
        if self.text.is_none() { Ok(field) } else { Err(self.refused(name, Expected::Nothing)) }
    }

    fn word(self, field: &'static str, expected: Expected) -> Result<String, Refused> {
        let word = self.text.filter(|text| !text.trim().is_empty());
        word.map(str::to_owned).ok_or_else(|| self.refused(field, expected))
    }

    fn size(self, field: &'static str) -> Result<Written, Refused> {
        self.text.and_then(size).ok_or_else(|| self.refused(field, Expected::Size))
    }

    fn number(self, field: &'static str, form: Option<&'a str>) -> Result<Written, Refused> {
        let written = match form {
            None => Some(Written::Decimal { width: 0, zeros: false }),
            Some(form) => size(form).or_else(|| padded(form)),
        };
        let written = written.ok_or_else(|| self.refused(field, Expected::NumberForm))?;
        if self.pairs && !written.is_pairs() {
            return Err(self.refused(field, Expected::PairsForm));
        }
        Ok(written)
    }

    /// `1..100`, and after another colon how the number is written.
    fn range(self) -> Result<Field, Refused> {
        let text = self.text.unwrap_or_default();
        let (range, form) = match text.split_once(':') {
            Some((range, form)) => (range, Some(form)),
            None => (text, None),
        };
        let bounds = range.split_once("..").and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        let (from, to) = bounds.filter(|(from, to)| from <= to).ok_or_else(|| self.refused("rand", Expected::Range))?;
        let form_at = Self { at: self.at + range.chars().count() + usize::from(form.is_some()), ..self };
        let written = form_at.number("rand", form)?;
        if !(written.holds(from, self.pairs) && written.holds(to, self.pairs)) {
            return Err(self.refused("rand", Expected::FittingRange));
        }
        Ok(Field::Number(Number::Random { from, to }, written))
    }

    fn count(self) -> Result<usize, Refused> {
        let count = self.text.and_then(digits).filter(|count| (1..=MAX_RANDOM_DIGITS).contains(count));
        let count = count.ok_or_else(|| self.refused("randhex", Expected::Count))?;
        if self.pairs && !count.is_multiple_of(2) {
            return Err(self.refused("randhex", Expected::EvenCount));
        }
        Ok(count)
    }

    fn time(self) -> Result<String, Refused> {
        let format = self.text.filter(|text| !text.is_empty());
        let sample = format.and_then(|format| {
            let text = strtime::format(format, &Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC)).ok()?;
            Some((format, text))
        });
        let (format, text) = sample.ok_or_else(|| self.refused("time", Expected::TimeFormat))?;
        if self.pairs && hex::parse(&text).is_err() {
            return Err(self.refused("time", Expected::TimeOfPairs));
        }
        Ok(format.to_owned())
    }
}

/// `4be` or `4le`.
fn size(form: &str) -> Option<Written> {
    let (digit, order) = form.split_at_checked(1)?;
    let order = match order {
        "be" => ByteOrder::Big,
        "le" => ByteOrder::Little,
        _ => return None,
    };
    let len = digits(digit).filter(|len| (1..=8).contains(len))?;
    Some(Written::Bytes { len, order })
}

/// `4`, `04`, `04x` or `04X`.
fn padded(form: &str) -> Option<Written> {
    let number = form.strip_suffix(['x', 'X']).unwrap_or(form);
    if number.len() > 3 {
        return None;
    }
    let zeros = number.starts_with('0');
    let width = if number.is_empty() { 0 } else { digits(number)? };
    Some(match form.as_bytes().last()? {
        letter @ (b'x' | b'X') => Written::Hex { width, zeros, upper: *letter == b'X' },
        _ => Written::Decimal { width, zeros },
    })
}

impl Written {
    /// Whether it gives whole bytes among HEX digits.
    fn is_pairs(self) -> bool {
        match self {
            Self::Decimal { width, zeros } | Self::Hex { width, zeros, .. } => {
                zeros && width > 0 && width.is_multiple_of(2)
            }
            Self::Bytes { .. } => true,
        }
    }

    /// Whether this number can be written so. `pairs`: it must not take more digits than the width says.
    fn holds(self, number: i64, pairs: bool) -> bool {
        match self {
            Self::Decimal { width, .. } if pairs => number >= 0 && number.to_string().len() <= width,
            Self::Decimal { .. } | Self::Bytes { len: 8, .. } => true,
            Self::Hex { width, .. } if pairs => number >= 0 && format!("{number:x}").len() <= width,
            Self::Hex { .. } => number >= 0,
            Self::Bytes { len, .. } => (-(1_i64 << (8 * len - 1))..1 << (8 * len)).contains(&number),
        }
    }

    /// The number as text; `None`: it is written as bytes.
    pub(super) fn text(self, number: i128) -> Option<String> {
        Some(match self {
            Self::Bytes { .. } => return None,
            Self::Decimal { width, zeros: true } => format!("{number:0width$}"),
            Self::Decimal { width, zeros: false } => format!("{number:width$}"),
            Self::Hex { width, zeros: true, upper: true } => format!("{number:0width$X}"),
            Self::Hex { width, zeros: true, upper: false } => format!("{number:0width$x}"),
            Self::Hex { width, zeros: false, upper: true } => format!("{number:width$X}"),
            Self::Hex { width, zeros: false, upper: false } => format!("{number:width$x}"),
        })
    }

    /// How many digits there are where none can be added.
    pub(super) fn width(self) -> usize {
        match self {
            Self::Decimal { width, .. } | Self::Hex { width, .. } => width,
            Self::Bytes { len, .. } => len,
        }
    }
}
