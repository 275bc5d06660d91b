//! Lengths that a packet may have.

use super::{PatternErrorKind, Refused};

/// A range of lengths, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lengths {
    least: usize,
    most: usize,
}

impl Lengths {
    pub(super) fn contain(self, len: usize) -> bool {
        (self.least..=self.most).contains(&len)
    }

    pub(super) fn parse(text: &str) -> Result<Self, Refused> {
        if let Some((from, to)) = text.split_once("..") {
            let (least, most) = (number(text, from)?, number(text, to)?);
            return if least <= most {
                Ok(Self { least, most })
            } else {
                Err((PatternErrorKind::NoLength, at(text, to)))
            };
        }
        let trimmed = text.trim_start();
        let operators = ["<=", ">=", "<", ">", "="];
        let operator = operators.into_iter().find(|operator| trimmed.starts_with(operator)).unwrap_or_default();
        let digits = &trimmed[operator.len()..];
        let length = number(text, digits)?;
        let none = (PatternErrorKind::NoLength, at(text, digits));
        Ok(match operator {
            "<=" => Self { least: 0, most: length },
            ">=" => Self { least: length, most: usize::MAX },
            "<" => Self { least: 0, most: length.checked_sub(1).ok_or(none)? },
            ">" => Self { least: length.checked_add(1).ok_or(none)?, most: usize::MAX },
            _ => Self { least: length, most: length },
        })
    }
}

/// The number that `part` is, blanks around it aside.
fn number(text: &str, part: &str) -> Result<usize, Refused> {
    let digits = part.trim();
    let wrong = digits.find(|ch: char| !ch.is_ascii_digit()).map(|index| &digits[index..]);
    let place = wrong.unwrap_or(if digits.is_empty() { part } else { digits });
    match (wrong, digits.parse()) {
        (None, Ok(number)) => Ok(number),
        _ => Err((PatternErrorKind::NotALength, at(text, place))),
    }
}

/// How many characters of `text` come before its part `part`.
fn at(text: &str, part: &str) -> usize {
    let bytes = part.as_ptr().addr() - text.as_ptr().addr();
    text[..bytes].chars().count()
}
