//! The log of a link as text, in any view.

use std::sync::Arc;

use wirebench::codec::Charset;
use wirebench::journal::rows::{EventText, Layouter, Mode, PlainText, Pos, View};
use wirebench::journal::{Event, Peer};

use super::bench::Bench;

fn event_text() -> EventText {
    Arc::new(|event: &Event, _: Option<&Peer>| format!("{event:?}"))
}

/// All of the log in this view.
pub fn shown(bench: &Bench, view: View) -> String {
    let mut rows = PlainText::new(bench.recorder.journal(), view, event_text());
    let mut out = String::new();
    for record in bench.records() {
        rows.render(&record, &mut out);
    }
    out
}

/// The log with header lines, decoded so.
pub fn text(bench: &Bench, charset: Charset) -> String {
    shown(bench, View { charset, ..View::default() })
}

/// The log with header lines, in hexadecimal.
pub fn hex(bench: &Bench) -> String {
    shown(bench, View { mode: Mode::Hex, ..View::default() })
}

/// A log view that stays open while its encoding is picked anew.
pub struct Window(Layouter);

impl Window {
    pub fn open(bench: &Bench) -> Self {
        Self(Layouter::new(bench.recorder.journal(), View::default(), event_text()))
    }

    /// What is copied when everything received, shown as one stream, is selected; without the last line's end.
    pub fn read_as(&mut self, charset: Charset) -> String {
        self.0.set_view(View { charset, log_mode: false, auto_linefeed: false, ..View::default() });
        let end = Pos::end_of(self.0.source().extent().records);
        let copied = self.0.copy(Pos::start_of(0), end, usize::MAX);
        copied.trim_end_matches('\n').to_owned()
    }
}
