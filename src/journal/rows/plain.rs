//! Records as lines of text without wrapping: what saving and copying need.

use std::fmt::Write as _;
use std::sync::Arc;

use super::cells::push_shown;
use super::laid::hex_per_row;
use super::layouter::Layouter;
use super::source::Source;
use super::words::Words;
use super::{Mode, View};
use crate::codec::charset::Unit;
use crate::codec::dump::{self, DumpRow, DumpWidth};
use crate::codec::hex;
use crate::journal::{Kind, Record};

/// A HEX line of a whole record would be as wide as the record; rows of 32 bytes can be read.
const HEX_COLUMNS: u32 = 32 * 3;

/// Renders records one after the other as the classic's text lines, in any view, with lines as long as they are.
///
/// It lays nothing out and remembers only what the decoding of streams needs, so that a save is one pass.
pub struct PlainText {
    layouter: Layouter,
}

impl PlainText {
    /// `view` as it is on the screen; its width does not matter.
    pub fn new(source: Arc<dyn Source>, view: View, words: impl Into<Words>) -> Self {
        Self { layouter: Layouter::new(source, view, words) }
    }

    /// Appends the lines of a record, if the view shows it. The records of a stream are rendered fastest in their
    /// order; any other is as right.
    pub fn render(&mut self, record: &Record, out: &mut String) {
        let view = self.layouter.view;
        if !view.mask().contains(record.head.kind) {
            return;
        }
        if view.joins() {
            self.body(record, out);
            return;
        }
        let goes_on = record.framed.is_some_and(|mark| mark.goes_on);
        if record.head.kind == Kind::Event {
            self.event(record, out);
        } else {
            if view.log_mode && !record.framed.is_some_and(|mark| mark.continues) {
                self.layouter.push_header(record, out);
                out.push('\n');
            }
            if let Some(problem) = self.layouter.problem(record) {
                push_line(&problem, out);
            }
            let begin = out.len();
            match view.mode {
                Mode::Text if goes_on => self.decoded(record, out, push_text),
                Mode::Text => self.decoded(record, out, push_lines),
                Mode::Hex => hex_lines(record.bytes(), out),
                Mode::Dump { width } => dump_lines(record, width, out),
            }
            if out.len() == begin && !view.log_mode {
                out.push('\n'); // an empty datagram is an empty line
            }
            if let Some(decoded) = self.layouter.decoded(record) {
                push_line(&decoded, out);
            }
        }
        if view.log_mode && view.auto_linefeed && !goes_on {
            out.push('\n');
        }
    }

    /// The text of a payload alone, with its own line ends; of an event its line.
    pub fn payload(&mut self, record: &Record) -> String {
        let mut out = String::new();
        if record.head.kind == Kind::Event {
            self.event(record, &mut out);
        } else {
            self.body(record, &mut out);
        }
        out
    }

    fn event(&mut self, record: &Record, out: &mut String) {
        let mut line = String::new();
        self.layouter.push_event(record, &mut line);
        push_line(&line, out);
    }

    /// The same for the screen, and whether it is final: at the end of a stream the rest of a character may follow.
    /// `None` while something that it needs is being read from the disk.
    pub fn payload_now(&mut self, record: &Record) -> Option<(String, bool)> {
        if record.head.kind == Kind::Event || self.layouter.view.mode != Mode::Text {
            return Some((self.payload(record), true));
        }
        let charset = self.layouter.view.charset;
        let (text, source) = self.layouter.text();
        let lasting = text.decode(source, record, charset)?;
        let mut out = String::new();
        push_flowing(text.units(), &mut out);
        Some((out, lasting))
    }

    /// Appends the payload alone: its text with its own line ends, or HEX.
    fn body(&mut self, record: &Record, out: &mut String) {
        if self.layouter.view.mode == Mode::Text {
            self.decoded(record, out, push_flowing);
        } else {
            hex::format(record.bytes(), out);
            out.push_str(if record.bytes().is_empty() { "" } else { " " });
        }
    }

    fn decoded(&mut self, record: &Record, out: &mut String, push: impl FnOnce(&[Unit], &mut String)) {
        let charset = self.layouter.view.charset;
        let (text, source) = self.layouter.text();
        if text.decode(source, record, charset).is_none() {
            // What comes before is on the disk, and this source does not wait for it.
            text.alone(record, charset);
        }
        push(text.units(), out);
    }
}

/// Appends text with its own line ends and tabs; other control characters are shown.
fn push_flowing(units: &[Unit], out: &mut String) {
    for unit in units {
        match unit.ch {
            '\n' | '\r' | '\t' => out.push(unit.ch),
            ch => _ = push_shown(ch, out),
        }
    }
}

/// Appends a line, whatever characters it has.
fn push_line(line: &str, out: &mut String) {
    line.chars().for_each(|ch| _ = push_shown(ch, out));
    out.push('\n');
}

/// Appends text as lines, the last of which ends with it.
fn push_lines(units: &[Unit], out: &mut String) {
    push_text(units, out);
    if units.last().is_some_and(|last| last.ch != '\n') {
        out.push('\n');
    }
}

/// Appends text as lines: LF and CR LF end them, other control characters are shown; a tab stays a tab.
fn push_text(units: &[Unit], out: &mut String) {
    for (i, unit) in units.iter().enumerate() {
        match unit.ch {
            ch @ ('\n' | '\t' | ' '..='~') => out.push(ch),
            '\r' if units.get(i + 1).is_some_and(|next| next.ch == '\n') => {}
            ch => _ = push_shown(ch, out),
        }
    }
}

fn hex_lines(bytes: &[u8], out: &mut String) {
    for line in bytes.chunks(hex_per_row(HEX_COLUMNS)) {
        hex::format(line, out);
        out.push('\n');
    }
}

fn dump_lines(record: &Record, width: DumpWidth, out: &mut String) {
    let mut row = DumpRow::default();
    let base = if record.framed.is_some() { u64::from(record.stream_position) } else { 0 };
    for (index, line) in record.bytes().chunks(width.bytes()).enumerate() {
        dump::row(base + (index * width.bytes()) as u64, line, width, &mut row);
        let _ = writeln!(out, "{row}"); // writing to a String cannot fail
    }
}
