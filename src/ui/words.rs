//! Words that are put together: times, sizes, names.

use crate::codec::Charset;
use crate::codec::byte_order::ByteOrder;
pub use crate::i18n::compose_error;
use crate::i18n::{Lang, Text, fill};
use crate::journal::Timestamp;
use crate::ui::tab::ByteCount;

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

/// How many bytes a send has.
pub fn byte_count(count: ByteCount, lang: Lang) -> String {
    match count {
        ByteCount::Always(bytes) => fill(Text::ByteCount.text(lang), &[("n", &bytes)]),
        ByteCount::Now(bytes) => fill(Text::ByteCountNow.text(lang), &[("n", &bytes)]),
        ByteCount::WithFiles => Text::ByteCountWithFiles.text(lang).to_owned(),
    }
}

/// Which byte of a number comes first.
pub fn byte_order(order: ByteOrder, lang: Lang) -> &'static str {
    match order {
        ByteOrder::Big => Text::BigEndian.text(lang),
        ByteOrder::Little => Text::LittleEndian.text(lang),
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
}
