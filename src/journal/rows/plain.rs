//! Records as lines of text without wrapping: what saving and copying need.

use std::sync::Arc;

use super::laid::push_shown;
use super::layouter::{EventText, Layouter, Source};
use super::{Mode, Pos, View};
use crate::codec::hex;
use crate::journal::{Kind, Record};

/// Renders records one after the other as the classic's text lines, in any view, with lines as long as they are.
pub struct PlainText {
    layouter: Layouter,
}

impl PlainText {
    /// `view` as it is on the screen; its width does not matter.
    pub fn new(source: Arc<dyn Source>, view: View, event_text: EventText) -> Self {
        let columns = match view.mode {
            Mode::Text => u32::MAX,
            // One line a record would be as wide as the record; rows of 32 bytes can be read.
            Mode::Hex | Mode::Dump { .. } => 32 * 3,
        };
        Self { layouter: Layouter::new(source, View { columns, ..view }, event_text) }
    }

    /// Appends the lines of a record, if the view shows it.
    pub fn render(&mut self, record: &Record, out: &mut String) {
        let view = self.layouter.view();
        if !view.mask().contains(record.head.kind) {
            return;
        }
        if view.joins() && record.head.kind != Kind::Event {
            self.body(record, out);
            return;
        }
        self.layouter.lines_of(record.index, out);
    }

    /// The text of a payload alone, with its own line ends; of an event its line.
    pub fn payload(&mut self, record: &Record) -> String {
        let mut out = String::new();
        if record.head.kind == Kind::Event {
            self.layouter.lines_of(record.index, &mut out);
        } else {
            self.body(record, &mut out);
        }
        out
    }

    /// Appends the payload alone: its text with its own line ends, or HEX.
    fn body(&mut self, record: &Record, out: &mut String) {
        match self.layouter.view().mode {
            Mode::Text => {
                if let Some((units, _)) = self.layouter.decode(record) {
                    for unit in units {
                        if matches!(unit.ch, '\n' | '\r' | '\t') {
                            out.push(unit.ch);
                        } else {
                            push_shown(unit.ch, out);
                        }
                    }
                }
            }
            Mode::Hex | Mode::Dump { .. } => {
                for byte in record.bytes() {
                    hex::push_byte(*byte, out);
                    out.push(' ');
                }
            }
        }
    }
}

impl Layouter {
    /// Appends all rows of a record (or of the run it begins), each with a line end.
    fn lines_of(&mut self, index: u64, out: &mut String) {
        let anchor = self.anchor_of(Pos::start_of(index));
        for row in self.rows_of(anchor.record) {
            out.push_str(&row.text);
            if row.ends_line || self.view().mode != Mode::Text {
                out.push('\n');
            }
        }
    }
}
