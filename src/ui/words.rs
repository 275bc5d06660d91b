//! Sentences that are put together: refusals of the send box, sizes, rates.

use crate::codec::Charset;
use crate::codec::append::{AppendError, AppendErrorKind};
use crate::codec::escape::EscapeErrorKind;
use crate::codec::hex::HexErrorKind;
use crate::i18n::{Lang, Text, fill};
use crate::journal::Timestamp;
use crate::session::ComposeError;

/// Why the send box can't be sent, with the place.
pub fn compose_error(lang: Lang, error: &ComposeError) -> String {
    match error {
        ComposeError::Hex(e) => match e.kind {
            HexErrorKind::Foreign(ch) => at(Text::HexForeign, lang, e.line, e.column, &[("char", &printable(ch))]),
            HexErrorKind::OddDigit => at(Text::HexOdd, lang, e.line, e.column, &[]),
        },
        ComposeError::Escape(e) => match e.kind {
            EscapeErrorKind::Unknown(ch) => {
                let escape = format!("\\{}", printable(ch));
                at(Text::EscapeUnknown, lang, e.line, e.column, &[("escape", &escape)])
            }
            EscapeErrorKind::Unfinished | EscapeErrorKind::NotACharacter | EscapeErrorKind::NotAByte => {
                let text = match e.kind {
                    EscapeErrorKind::NotACharacter => Text::EscapeNoCharacter,
                    EscapeErrorKind::NotAByte => Text::EscapeNoByte,
                    _ => Text::EscapeUnfinished,
                };
                at(text, lang, e.line, e.column, &[])
            }
            EscapeErrorKind::Unencodable { character, charset } => missing(lang, e.line, e.column, character, charset),
        },
        ComposeError::Unencodable(e) => missing(lang, e.line, e.column, e.character, e.charset),
        ComposeError::Append(e) => append_error(lang, *e),
        ComposeError::Template(e) => e.to_string(),
        ComposeError::Expand(e) => e.to_string(),
        ComposeError::Wrap(e) => e.to_string(),
    }
}

/// Why a block can't be added to what is sent, with the block's number.
fn append_error(lang: Lang, error: AppendError) -> String {
    let block = error.block + 1;
    match error.kind {
        AppendErrorKind::Outside { offset, len_bytes } => {
            fill(Text::AppendOutside.text(lang), &[("block", &block), ("offset", &offset), ("len", &len_bytes)])
        }
        AppendErrorKind::Backwards { from, to } => {
            fill(Text::AppendBackwards.text(lang), &[("block", &block), ("from", &from), ("to", &to)])
        }
        AppendErrorKind::LengthDoesNotFit { length, size } => {
            fill(Text::AppendLength.text(lang), &[("block", &block), ("length", &length), ("size", &size)])
        }
    }
}

fn at(text: Text, lang: Lang, line: usize, column: usize, more: &[(&str, &dyn std::fmt::Display)]) -> String {
    let mut values: Vec<(&str, &dyn std::fmt::Display)> = vec![("line", &line), ("column", &column)];
    values.extend_from_slice(more);
    fill(text.text(lang), &values)
}

fn missing(lang: Lang, line: usize, column: usize, ch: char, charset: Charset) -> String {
    at(Text::CharacterMissing, lang, line, column, &[("charset", &charset.label()), ("char", &printable(ch))])
}

/// A character in a sentence: control characters by their pictures.
fn printable(ch: char) -> String {
    crate::codec::control::picture(ch).map_or_else(|| ch.to_string(), |picture| picture.to_string())
}

/// A text of a peer: lines are lines, other control characters are their pictures, so that none acts.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for ch in text.chars() {
        match crate::codec::control::picture(ch).filter(|_| ch != '\n') {
            Some(picture) => shown.push_str(&picture.to_string()),
            None => shown.push(ch),
        }
    }
    shown
}

/// When something was, shortly: `16:21:55` today, `07-22 16:21` before.
pub fn short_time(time: Timestamp) -> String {
    let zone = jiff::tz::TimeZone::system();
    let local =
        |time: Timestamp| zone.to_datetime(jiff::Timestamp::from_nanosecond(i128::from(time.0)).unwrap_or_default());
    let (then, now) = (local(time), local(Timestamp::now()));
    if then.date() == now.date() {
        format!("{:02}:{:02}:{:02}", then.hour(), then.minute(), then.second())
    } else {
        format!("{:02}-{:02} {:02}:{:02}", then.month(), then.day(), then.hour(), then.minute())
    }
}

/// An encoding's name in a list.
pub fn charset_name(charset: Charset, lang: Lang) -> &'static str {
    match charset {
        Charset::Auto => Text::EncodingAuto.text(lang),
        other => other.label(),
    }
}

/// A size with a binary unit: `512 B`, `1.2 MB`.
pub fn size(bytes: f64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let mut value = bytes;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 || value >= 100.0 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [(0.0, "0 B"), (1023.0, "1023 B"), (1536.0, "1.5 KB"), (200.0 * 1_048_576.0, "200 MB")] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn refusals_name_the_place() {
        let composer = crate::session::Composer {
            form: crate::session::Form::Ascii,
            charset: Charset::Gb2312,
            escapes: true,
            template: false,
            append: &[],
            framing: &crate::codec::framing::Framing::AsRead,
        };
        let said = |text: &str| composer.bytes(text).map_err(|e| compose_error(Lang::ZhCn, &e));
        assert_eq!(said("ab\n龘"), Err("第 2 行第 1 列：GB2312 里没有“龘”".to_owned()));
        assert_eq!(said(r"a\q"), Err(r"第 1 行第 2 列：不认识的转义符 \q".to_owned()));
    }
}
