//! What the chat shows of a record: a bubble's text, or an event's line.

use std::sync::Arc;

use egui::Color32;
use jiff::civil::Date;

use crate::journal::{Kind, Peer, Record, Timestamp};
use crate::ui::theme::Palette;

/// At most so many characters of a message are laid out; its record has them all.
const MOST_CHARS: usize = 4000;
/// At most so many lines.
const MOST_LINES: usize = 30;

/// A thing of the chat. It stands for the records `first..next`, of which only `first` is looked at again.
#[derive(Debug)]
pub struct Said {
    /// The first record that it stands for.
    pub first: u64,
    /// The record after the last one.
    pub next: u64,
    /// When it was.
    pub when: When,
    /// What it is.
    pub what: What,
}

/// A time in the time zone of the window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// On the socket's thread.
    pub time: Timestamp,
    /// The day.
    pub date: Date,
    /// `16:21:55`.
    pub clock: String,
    /// `2024-07-22 16:21:55.682`.
    pub exact: String,
}

/// See [`Said`].
#[derive(Debug)]
pub enum What {
    /// Bytes that were sent or received.
    Message {
        /// Sent by us.
        sent: bool,
        /// From or to whom; several where the same went to several.
        peers: Arc<[Peer]>,
        /// As much of its text as is shown.
        text: String,
        /// How many bytes it has.
        bytes: usize,
        /// The text goes on.
        cut: bool,
        /// What is to be said of a frame that is not simply complete, and whether it is bad.
        frame: Option<(String, bool)>,
    },
    /// Something that happened.
    Event {
        /// In the window's language.
        text: String,
        /// A failure or a loss.
        bad: bool,
    },
    /// Being read from the disk.
    Loading,
    /// It can't be read.
    Damaged,
}

impl Said {
    /// Whether it is of the same speaker, to the same ones, and soon after the other, so that it needs no name.
    pub fn goes_on_from(&self, before: &Self) -> bool {
        const SOON_NANOS: i64 = 60_000_000_000;
        let (What::Message { sent, peers, .. }, What::Message { sent: sent_before, peers: peers_before, .. }) =
            (&self.what, &before.what)
        else {
            return false;
        };
        let passed = self.when.time.0.saturating_sub(before.when.time.0);
        sent == sent_before && peers == peers_before && (0..SOON_NANOS).contains(&passed)
    }

    /// The colour of an event's line.
    pub fn colour(&self, palette: &Palette) -> Color32 {
        match self.what {
            What::Event { bad: true, .. } | What::Damaged => palette.error,
            _ => palette.secondary,
        }
    }
}

/// A text as a bubble shows it, and whether it is cut: line ends are lines, one at the end is none.
pub fn bubble_text(text: &str) -> (String, bool) {
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    let text = text.strip_suffix(' ').unwrap_or(text); // after HEX
    let mut shown = String::with_capacity(text.len().min(4 * MOST_CHARS));
    let mut lines = 1;
    let mut chars = text.chars().peekable();
    let mut count = 0;
    while let Some(ch) = chars.next() {
        if count >= MOST_CHARS || lines > MOST_LINES {
            shown.push('…');
            return (shown, true);
        }
        count += 1;
        match ch {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => shown.push('␍'),
            '\n' => {
                lines += 1;
                shown.push('\n');
            }
            ch => shown.push(ch),
        }
    }
    (shown, false)
}

/// Whether two records are the same message to different peers, as what a server sends to all its clients.
pub fn same_message(one: &Record, other: &Record) -> bool {
    one.head.kind == Kind::Sent
        && other.head.kind == Kind::Sent
        && one.head.charset == other.head.charset
        && one.bytes() == other.bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_at_the_end_is_no_line() {
        for (text, shown) in [
            ("你好", "你好"),
            ("你好\r\n", "你好"),
            ("a\n\n", "a\n"),
            ("a\r\nb", "a\nb"),
            ("a\rb\r", "a␍b␍"),
            ("41 42 ", "41 42"),
        ] {
            assert_eq!(bubble_text(text), (shown.to_owned(), false), "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        let (shown, cut) = bubble_text(&"字".repeat(MOST_CHARS + 1));
        assert!(cut && shown.chars().count() == MOST_CHARS + 1, "with the ellipsis");
        assert!(!bubble_text(&"字".repeat(MOST_CHARS)).1);
        assert!(bubble_text(&"\n".repeat(1000)).1);
    }
}
