//! Lays out records, around a place, and never all of the journal.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::header::{self, Clock};
use super::laid::{Frame, Laid};
use super::row::Class;
use super::shelf::Shelf;
use super::source::Source;
use super::stream::StreamText;
use super::text::TextBody;
use super::words::Words;
use super::{Mode, View};
use crate::codec::Charset;
use crate::journal::framed::{FrameState, Mark};
use crate::journal::{Event, Fetch, Kind, Record, Seek};

/// In a plain stream, records from this size on begin a row of their own, and so do the records after them.
const JOIN_MAX_BYTES: usize = 2048;
/// In a plain stream, at most this many records flow into one another.
const JOIN_MAX_RECORDS: u64 = 256;

/// Computes rows. Owned by one log view.
pub struct Layouter {
    pub(super) source: Arc<dyn Source>,
    pub(super) view: View,
    words: Words,
    clock: Clock,
    shelf: Shelf,
    text: StreamText,
}

/// How a run of records ends.
enum RunEnd {
    /// It is the last; more may come.
    Open,
    /// With a line of its own.
    Closed,
    /// The line goes on, but not the run.
    GoesOn,
}

impl Layouter {
    /// A layouter of one journal.
    pub fn new(source: Arc<dyn Source>, view: View, words: impl Into<Words>) -> Self {
        Self {
            source,
            view,
            words: words.into(),
            clock: Clock::new(TimeZone::system()),
            shelf: Shelf::default(),
            text: StreamText::default(),
        }
    }

    /// The same with another time zone.
    #[must_use]
    pub fn with_zone(mut self, zone: TimeZone) -> Self {
        self.clock = Clock::new(zone);
        self.shelf.clear();
        self
    }

    /// How it shows.
    pub fn view(&self) -> View {
        self.view
    }

    /// Shows otherwise.
    pub fn set_view(&mut self, view: View) {
        if view != self.view {
            if view.charset != self.view.charset {
                self.text.clear();
            }
            self.view = view;
            self.shelf.clear();
        }
    }

    /// Says events and what datagrams mean otherwise.
    pub fn set_words(&mut self, words: Words) {
        self.words = words;
        self.shelf.clear();
    }

    /// Reads another journal.
    pub fn set_source(&mut self, source: Arc<dyn Source>) {
        self.source = source;
        self.shelf.clear();
        self.text.clear();
    }

    /// Where its records come from.
    pub fn source(&self) -> &Arc<dyn Source> {
        &self.source
    }

    /// The first thing shown at or after a record.
    pub(super) fn at_or_after(&mut self, index: u64) -> Option<Arc<Laid>> {
        if index < self.source.extent().lost_records {
            return Some(self.given_up());
        }
        match self.source.next_visible(index, self.view.mask()) {
            Seek::Found(found) => Some(self.laid(found)),
            Seek::Loading(at) => Some(self.loading(at.max(index))),
            Seek::None => None,
        }
    }

    /// The last thing shown before a record.
    pub(super) fn before(&mut self, index: u64) -> Option<Arc<Laid>> {
        let lost = self.source.extent().lost_records;
        if index > lost {
            match self.source.previous_visible(index - 1, self.view.mask()) {
                Seek::Found(found) if found >= lost => return Some(self.laid(found)),
                Seek::Loading(at) if at >= lost => return Some(self.loading(at.min(index - 1))),
                _ => {}
            }
        }
        (lost > 0 && index > 0).then(|| self.given_up())
    }

    fn loading(&self, at: u64) -> Arc<Laid> {
        Arc::new(Laid::line(at, at + 1, Class::Loading, "…", &self.view, false))
    }

    fn given_up(&self) -> Arc<Laid> {
        let extent = self.source.extent();
        let event = Event::GivenUp { records: extent.lost, bytes: extent.lost_bytes };
        let text = (self.words.event_text)(&event, None);
        Arc::new(Laid::line(0, extent.lost_records, Class::Error, &text, &self.view, self.blank_after()))
    }

    fn blank_after(&self) -> bool {
        self.view.log_mode && self.view.auto_linefeed
    }

    /// The rows of a visible record, or of the run that it is part of.
    pub(super) fn laid(&mut self, index: u64) -> Arc<Laid> {
        let revision = self.source.extent().revision;
        if let Some(laid) = self.shelf.get(index, revision) {
            return laid;
        }
        let Some((laid, lasting)) = self.lay_out(index).filter(|(laid, _)| index < laid.next()) else {
            return self.loading(index); // not kept
        };
        let laid = Arc::new(laid);
        if lasting {
            self.shelf.keep(&laid);
        } else {
            self.shelf.keep_for_now(&laid, revision);
        }
        laid
    }

    /// Lays out a record, or the run that it is part of, and says whether it can't change any more. `None` while
    /// something that it needs is being read from the disk.
    fn lay_out(&mut self, index: u64) -> Option<(Laid, bool)> {
        let record = match self.source.get(index) {
            Fetch::Ready(record) => record,
            Fetch::Loading | Fetch::OutOfRange => return None,
            Fetch::Lost => {
                // Unreadable, or given up just now: a sign of damage that needs no language.
                let line = Laid::line(index, index + 1, Class::Error, "\u{FFFD}", &self.view, self.blank_after());
                return Some((line, false));
            }
        };
        if record.head.kind == Kind::Event {
            let mut text = String::new();
            let class = self.push_event(&record, &mut text);
            let lasting = !record.is_provisional();
            return Some((Laid::line(index, index + 1, class, &text, &self.view, self.blank_after()), lasting));
        }
        let (records, end) = if self.view.joins() { self.run_of(record)? } else { (vec![record], RunEnd::Closed) };
        let mut lasting = !matches!(end, RunEnd::Open) && !records[0].is_provisional();
        let mut text = TextBody::default();
        if self.view.mode == Mode::Text {
            lasting &= self.text.decode_run(&*self.source, &records, self.view.charset, &mut text)?;
        }
        let first = &records[0];
        let (continues, slice_goes_on) = first.framed.map_or((false, false), |mark| (mark.continues, mark.goes_on));
        let header = (self.view.log_mode && !continues).then(|| self.header(first));
        let problem = self.problem(first);
        let decoded = self.decoded(first);
        let frame = Frame {
            header: header.as_deref(),
            problem: problem.as_deref(),
            decoded: decoded.as_deref(),
            blank_after: self.blank_after() && !slice_goes_on,
            goes_on: matches!(end, RunEnd::GoesOn) || slice_goes_on,
        };
        Some((Laid::payload(&records, text, frame, &self.view), lasting))
    }

    fn header(&mut self, record: &Record) -> String {
        let mut line = String::with_capacity(96);
        self.push_header(record, &mut line);
        line
    }

    /// What a record means, if the view shows that.
    pub(super) fn decoded(&self, record: &Record) -> Option<String> {
        if self.view.decodes() { self.words.decoded(record) } else { None }
    }

    /// Why the bytes of a record are no frame; only its first slice says it.
    pub(super) fn problem(&self, record: &Record) -> Option<String> {
        let mark = record.framed.filter(|mark| !mark.continues)?;
        matches!(mark.state, FrameState::Bad(_)).then(|| (self.words.frame_text)(mark.state))
    }

    /// Appends the header line of a payload.
    pub(super) fn push_header(&mut self, record: &Record, out: &mut String) {
        let len = record.framed.map_or(record.bytes().len(), |mark| mark.len_bytes as usize);
        header::push_line(&record.head, len, self.view.mode, &mut self.clock, out);
        if let Some(Mark { state: state @ FrameState::Incomplete, .. }) = record.framed {
            let _ = write!(out, " ({})", (self.words.frame_text)(state)); // writing to a String cannot fail
        }
    }

    /// Appends the line of an event.
    pub(super) fn push_event(&mut self, record: &Record, out: &mut String) -> Class {
        if let Some(mark) = record.framed {
            out.push_str(&(self.words.frame_text)(mark.state));
            return Class::Event;
        }
        self.clock.push(record.head.time, out);
        let Some(event) = record.event() else {
            // Written by a newer version: shown as it is rather than not at all.
            out.push_str(&String::from_utf8_lossy(record.bytes()));
            return Class::Event;
        };
        out.push_str(&(self.words.event_text)(&event, record.head.peer.as_ref()));
        Laid::event_class(&event)
    }

    /// The decoder, and where it finds the records before.
    pub(super) fn text(&mut self) -> (&mut StreamText, &dyn Source) {
        (&mut self.text, &*self.source)
    }

    // --- runs ---------------------------------------------------------------------------------------------------

    /// Whether the line in which `before` ends goes on with `after`.
    fn line_goes_on(&self, before: &Record, after: &Record) -> bool {
        // Lines around it, or it may be another one soon.
        let apart = |record: &Record| {
            record.framed.is_some_and(|mark| mark.provisional || matches!(mark.state, FrameState::Bad(_)))
        };
        if apart(before) || apart(after) {
            return before.framed.is_some_and(|mark| mark.goes_on) && before.index + 1 == after.index;
        }
        let charset = before.head.charset.unwrap_or(self.view.charset);
        let utf16 = matches!(charset, Charset::Utf16Le | Charset::Utf16Be); // where 0A is half of other characters too
        let ends = self.view.mode == Mode::Text && !utf16 && before.bytes().ends_with(b"\n");
        before.head.peer == after.head.peer && !ends
    }

    /// Whether `after` is in the same run as `before`, whose line goes on.
    fn joined(before: &Record, after: &Record) -> bool {
        before.index / JOIN_MAX_RECORDS == after.index / JOIN_MAX_RECORDS
            && before.bytes().len() < JOIN_MAX_BYTES
            && after.bytes().len() < JOIN_MAX_BYTES
    }

    /// The run of a record. `None` while a part of it is being read from the disk.
    fn run_of(&self, record: Record) -> Option<(Vec<Record>, RunEnd)> {
        let mask = self.view.mask();
        let mut run = vec![record];
        loop {
            let first = &run[run.len() - 1]; // collected backwards
            let Some(index) = first.index.checked_sub(1) else { break };
            if index / JOIN_MAX_RECORDS != first.index / JOIN_MAX_RECORDS {
                break;
            }
            let previous = match self.source.previous_visible(index, mask) {
                Seek::Found(previous) => previous,
                Seek::Loading(_) => return None,
                Seek::None => break,
            };
            let before = match self.source.get(previous) {
                Fetch::Ready(before) => before,
                Fetch::Loading => return None,
                Fetch::Lost | Fetch::OutOfRange => break,
            };
            if !Self::joined(&before, first) || !self.line_goes_on(&before, first) {
                break;
            }
            run.push(before);
        }
        run.reverse();
        loop {
            let last = &run[run.len() - 1];
            let next = match self.source.next_visible(last.index + 1, mask) {
                Seek::Found(next) => next,
                Seek::Loading(_) => return None,
                Seek::None => return Some((run, RunEnd::Open)),
            };
            let after = match self.source.get(next) {
                Fetch::Ready(after) => after,
                Fetch::Loading => return None,
                Fetch::Lost | Fetch::OutOfRange => return Some((run, RunEnd::Open)),
            };
            if !self.line_goes_on(last, &after) {
                let end = if after.is_provisional() { RunEnd::Open } else { RunEnd::Closed };
                return Some((run, end));
            }
            if !Self::joined(last, &after) {
                return Some((run, RunEnd::GoesOn));
            }
            run.push(after);
        }
    }
}
