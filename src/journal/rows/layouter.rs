//! Walks the journal row by row, around a place, and never through all of it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::laid::{Class, Laid, Row};
use super::{Mode, Pos, View, context, header};
use crate::codec::charset::{Decoded, Unit};
use crate::journal::{Event, Fetch, Journal, Kind, KindMask, Peer, Record, Seek};

/// Says an event in the window's language.
pub type EventText = Arc<dyn Fn(&Event, Option<&Peer>) -> String + Send + Sync>;

/// How much laid-out text is kept.
const CACHE_BYTES: usize = 8 << 20;
/// In a plain stream, records from this size on begin a row of their own, and so do the records after them.
const JOIN_MAX_BYTES: usize = 2048;
/// In a plain stream, at most this many records flow into one another.
const JOIN_MAX_RECORDS: u64 = 256;

/// Where records come from: the journal for the window (never waits), or for a thread (waits).
pub trait Source: Send + Sync {
    /// A record.
    fn get(&self, index: u64) -> Fetch;
    /// The first record at or after `index` of one of these kinds.
    fn next_visible(&self, index: u64, mask: KindMask) -> Seek;
    /// The last record at or before `index` of one of these kinds.
    fn previous_visible(&self, index: u64, mask: KindMask) -> Seek;
    /// How many records there are, and how many of the first of them (with how many bytes) were given up.
    fn extent(&self) -> Extent;
    /// Payload bytes before a record, for the scroll bar.
    fn byte_offset(&self, index: u64) -> u64;
}

/// See [`Source::extent`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Extent {
    /// Records, with those given up.
    pub records: u64,
    /// Records given up.
    pub lost_records: u64,
    /// Their bytes.
    pub lost_bytes: u64,
}

impl Source for Journal {
    fn get(&self, index: u64) -> Fetch {
        self.fetch(index)
    }

    fn next_visible(&self, index: u64, mask: KindMask) -> Seek {
        Journal::next_visible(self, index, mask)
    }

    fn previous_visible(&self, index: u64, mask: KindMask) -> Seek {
        Journal::previous_visible(self, index, mask)
    }

    fn extent(&self) -> Extent {
        let stats = self.stats();
        Extent { records: stats.records, lost_records: stats.lost_records, lost_bytes: stats.lost_bytes }
    }

    fn byte_offset(&self, index: u64) -> u64 {
        Journal::byte_offset(self, index)
    }
}

/// The top of the screen: a row of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// The record; in a plain stream the first of a run.
    pub record: u64,
    /// The row in it.
    pub row: usize,
}

/// Computes rows. Owned by one log view.
pub struct Layouter {
    source: Arc<dyn Source>,
    view: View,
    event_text: EventText,
    zone: TimeZone,
    cache: HashMap<u64, Arc<Laid>>,
    order: VecDeque<u64>,
    cached_bytes: usize,
    decoded: Decoded,
}

impl Layouter {
    /// A layouter of one journal.
    pub fn new(source: Arc<dyn Source>, view: View, event_text: EventText) -> Self {
        Self {
            source,
            view,
            event_text,
            zone: TimeZone::system(),
            cache: HashMap::new(),
            order: VecDeque::new(),
            cached_bytes: 0,
            decoded: Decoded::default(),
        }
    }

    /// The same with another time zone.
    #[must_use]
    pub fn with_zone(mut self, zone: TimeZone) -> Self {
        self.zone = zone;
        self
    }

    /// How it shows.
    pub fn view(&self) -> View {
        self.view
    }

    /// Shows otherwise.
    pub fn set_view(&mut self, view: View) {
        if view != self.view {
            self.view = view;
            self.forget();
        }
    }

    /// Says events otherwise.
    pub fn set_event_text(&mut self, event_text: EventText) {
        self.event_text = event_text;
        self.forget();
    }

    /// Reads another journal.
    pub fn set_source(&mut self, source: Arc<dyn Source>) {
        self.source = source;
        self.forget();
    }

    /// Where its records come from.
    pub fn source(&self) -> &Arc<dyn Source> {
        &self.source
    }

    fn forget(&mut self) {
        self.cache.clear();
        self.order.clear();
        self.cached_bytes = 0;
    }

    // --- walking ------------------------------------------------------------------------------------------------

    /// The first thing shown at or after a record.
    fn at_or_after(&mut self, index: u64) -> Option<Arc<Laid>> {
        if index < self.source.extent().lost_records {
            return Some(self.given_up());
        }
        match self.source.next_visible(index, self.view.mask()) {
            Seek::Found(found) => Some(self.laid(found)),
            Seek::Loading(at) => Some(Arc::new(self.loading(at))),
            Seek::None => None,
        }
    }

    /// The last thing shown before a record.
    fn before(&mut self, index: u64) -> Option<Arc<Laid>> {
        let lost = self.source.extent().lost_records;
        if index == 0 {
            return None;
        }
        if index > lost {
            match self.source.previous_visible(index - 1, self.view.mask()) {
                Seek::Found(found) if found >= lost => return Some(self.laid(found)),
                Seek::Loading(at) if at >= lost => return Some(Arc::new(self.loading(at))),
                _ => {}
            }
        }
        (lost > 0).then(|| self.given_up())
    }

    fn loading(&self, at: u64) -> Laid {
        Laid::line(at, at + 1, Class::Loading, "…", &self.view, false)
    }

    fn given_up(&self) -> Arc<Laid> {
        let extent = self.source.extent();
        let event = Event::GivenUp { records: extent.lost_records, bytes: extent.lost_bytes };
        let text = (self.event_text)(&event, None);
        Arc::new(Laid::line(0, extent.lost_records, Class::Error, &text, &self.view, self.view.auto_linefeed))
    }

    /// The rows of a visible record, or of the run that it is part of.
    fn laid(&mut self, index: u64) -> Arc<Laid> {
        let first = if self.view.joins() { self.run_start(index) } else { index };
        if let Some(laid) = self.cache.get(&first) {
            return Arc::clone(laid);
        }
        let (laid, lasting) = self.lay_out(first);
        let laid = Arc::new(laid);
        if lasting {
            self.cached_bytes += laid.len_bytes();
            self.cache.insert(first, Arc::clone(&laid));
            self.order.push_back(first);
            while self.cached_bytes > CACHE_BYTES {
                let Some(oldest) = self.order.pop_front() else { break };
                if let Some(gone) = self.cache.remove(&oldest) {
                    self.cached_bytes -= gone.len_bytes();
                }
            }
        }
        laid
    }

    /// Whether `after` flows on in the row in which `before` ends.
    fn flows(&self, before: &Record, after: &Record) -> bool {
        before.index / JOIN_MAX_RECORDS == after.index / JOIN_MAX_RECORDS
            && before.head.peer == after.head.peer
            && before.bytes().len() < JOIN_MAX_BYTES
            && after.bytes().len() < JOIN_MAX_BYTES
            && !(self.view.mode == Mode::Text && before.bytes().ends_with(b"\n"))
    }

    fn run_start(&self, index: u64) -> u64 {
        let mask = self.view.mask();
        let Fetch::Ready(mut record) = self.source.get(index) else { return index };
        while record.index > 0 {
            let Seek::Found(previous) = self.source.previous_visible(record.index - 1, mask) else { break };
            let Fetch::Ready(before) = self.source.get(previous) else { break };
            if !self.flows(&before, &record) {
                break;
            }
            record = before;
        }
        record.index
    }

    /// The run that begins with a record, and whether it can still grow.
    fn run(&self, first: Record) -> (Vec<Record>, bool) {
        let mask = self.view.mask();
        let mut run = vec![first];
        loop {
            let last = &run[run.len() - 1];
            let Seek::Found(next) = self.source.next_visible(last.index + 1, mask) else { return (run, true) };
            let Fetch::Ready(after) = self.source.get(next) else { return (run, true) };
            if !self.flows(last, &after) {
                return (run, false);
            }
            run.push(after);
        }
    }

    /// Lays out what begins at a record, and says whether it can be kept.
    fn lay_out(&mut self, first: u64) -> (Laid, bool) {
        let record = match self.source.get(first) {
            Fetch::Ready(record) => record,
            Fetch::Loading | Fetch::OutOfRange => return (self.loading(first), false),
            Fetch::Lost => return (Laid::line(first, first + 1, Class::Error, "", &self.view, false), false),
        };
        let blank_after = self.view.log_mode && self.view.auto_linefeed;
        if record.head.kind == Kind::Event {
            let mut text = String::new();
            header::push_time(record.head.time, &self.zone, &mut text);
            let (class, words) = match record.event() {
                Some(event) => (Laid::event_class(&event), (self.event_text)(&event, record.head.peer.as_ref())),
                // Written by a newer version: shown as it is rather than not at all.
                None => (Class::Event, String::from_utf8_lossy(record.bytes()).into_owned()),
            };
            text.push_str(&words);
            return (Laid::line(first, first + 1, class, &text, &self.view, blank_after), true);
        }
        let (records, mut lasting) = if self.view.joins() {
            let (run, open) = self.run(record);
            (run, !open)
        } else {
            (vec![record], true)
        };
        let mut units = Vec::new();
        if self.view.mode == Mode::Text {
            for record in &records {
                match self.decode(record) {
                    Some((text, complete)) => {
                        lasting &= complete;
                        units.push(text);
                    }
                    None => return (self.loading(first), false),
                }
            }
        }
        let head_line = self
            .view
            .log_mode
            .then(|| header::line(&records[0].head, records[0].bytes().len(), &self.view, &self.zone));
        let next = records[records.len() - 1].index + 1;
        (Laid::payload(records, next, &units, head_line.as_deref(), &self.view, blank_after), lasting)
    }

    /// The characters of a record, decoded as part of its stream, and whether that is final: the bytes of an
    /// incomplete character at the end of a stream are shown as damage until the rest comes.
    pub(super) fn decode(&mut self, record: &Record) -> Option<(Vec<Unit>, bool)> {
        let charset = record.head.charset.unwrap_or(self.view.charset);
        let before = context::of(&*self.source, record, charset)?;
        if record.head.peer.is_none_or(|p| p.stream == 0) {
            charset.decode_to_end(&before, record.bytes(), &mut self.decoded);
            return Some((std::mem::take(&mut self.decoded.units), true));
        }
        charset.decode(&before, record.bytes(), &mut self.decoded);
        let mut units = std::mem::take(&mut self.decoded.units);
        if record.last_in_stream {
            let complete = record.bytes().len() - self.decoded.pending.min(record.bytes().len());
            let held = complete..record.bytes().len();
            units.extend(held.map(|i| Unit { ch: char::REPLACEMENT_CHARACTER, end: i as u32 + 1, malformed: true }));
        }
        Some((units, !record.last_in_stream))
    }

    // --- the screen ---------------------------------------------------------------------------------------------

    /// Rows from an anchor downwards, at most `count`.
    pub fn rows(&mut self, anchor: Anchor, count: usize) -> Vec<Row> {
        let mut rows = Vec::with_capacity(count);
        let mut laid = self.at_or_after(anchor.record);
        let mut skip = anchor.row;
        while let Some(current) = laid {
            let have = current.row_count();
            for index in skip.min(have)..have {
                if rows.len() == count {
                    return rows;
                }
                rows.push(current.row(index));
            }
            skip = 0;
            laid = if rows.len() < count { self.at_or_after(current.next()) } else { None };
        }
        rows
    }

    /// All rows of the record (or run) at or after `record`.
    pub(super) fn rows_of(&mut self, record: u64) -> Vec<Row> {
        self.at_or_after(record).map_or_else(Vec::new, |laid| (0..laid.row_count()).map(|i| laid.row(i)).collect())
    }

    /// The anchor that is `rows` rows further up, or the first.
    pub fn up(&mut self, anchor: Anchor, rows: usize) -> Anchor {
        let mut anchor = anchor;
        let mut left = rows;
        loop {
            if anchor.row >= left {
                return Anchor { row: anchor.row - left, ..anchor };
            }
            left -= anchor.row;
            let Some(before) = self.before(anchor.record) else { return Anchor { row: 0, ..anchor } };
            anchor = Anchor { record: before.first(), row: before.row_count() };
        }
    }

    /// The anchor that is `rows` rows further down, or the last row.
    pub fn down(&mut self, anchor: Anchor, rows: usize) -> Anchor {
        let mut anchor = anchor;
        let mut left = rows;
        loop {
            let Some(laid) = self.at_or_after(anchor.record) else { return anchor };
            anchor.record = laid.first();
            let have = laid.row_count();
            if anchor.row + left < have {
                return Anchor { row: anchor.row + left, ..anchor };
            }
            let Some(next) = self.at_or_after(laid.next()) else { return Anchor { row: have - 1, ..anchor } };
            left -= have.saturating_sub(anchor.row);
            anchor = Anchor { record: next.first(), row: 0 };
        }
    }

    /// The anchor with which the last `rows` rows fill the screen.
    pub fn bottom(&mut self, rows: usize) -> Anchor {
        let end = Anchor { record: self.source.extent().records, row: 0 };
        self.up(end, rows)
    }

    /// The row that shows a place.
    pub fn anchor_of(&mut self, pos: Pos) -> Anchor {
        let laid = match self.source.previous_visible(pos.record, self.view.mask()) {
            Seek::Found(found) => Some(self.laid(found)),
            _ => self.at_or_after(pos.record),
        };
        laid.map_or(Anchor::default(), |laid| {
            let row = if laid.next() <= pos.record { laid.row_count() - 1 } else { laid.row_of(pos) };
            Anchor { record: laid.first(), row }
        })
    }

    /// The place at which a row begins.
    pub fn pos_of(&mut self, anchor: Anchor) -> Pos {
        self.at_or_after(anchor.record)
            .map_or(Pos::start_of(anchor.record), |laid| laid.row(anchor.row.min(laid.row_count() - 1)).start)
    }

    /// The first and the last place of the row of a place, for selecting a line.
    pub fn row_bounds(&mut self, pos: Pos) -> (Pos, Pos) {
        let anchor = self.anchor_of(pos);
        self.at_or_after(anchor.record).map_or((pos, pos), |laid| {
            let row = laid.row(anchor.row);
            (row.start, row.end)
        })
    }

    // --- the scroll bar -----------------------------------------------------------------------------------------

    /// About how many rows come before a record.
    pub fn weight(&self, record: u64) -> f64 {
        let columns = f64::from(self.view.columns.max(1));
        let (per_record, bytes_per_row) = match (self.view.log_mode, self.view.mode) {
            (true, Mode::Text) => (2.5, columns),
            (false, Mode::Text) => (if self.view.auto_linefeed { 0.5 } else { 0.0 }, columns),
            (log, Mode::Hex) => (if log { 2.5 } else { 0.1 }, columns / 3.0),
            (log, Mode::Dump { width }) => (if log { 2.5 } else { 0.5 }, width.bytes() as f64),
        };
        record as f64 * per_record + self.source.byte_offset(record) as f64 / bytes_per_row
    }

    /// The record before which there are about that many rows.
    pub fn record_at(&self, weight: f64) -> u64 {
        let (mut low, mut high) = (0, self.source.extent().records);
        while high - low > 1 {
            let middle = u64::midpoint(low, high);
            if self.weight(middle) <= weight { low = middle } else { high = middle }
        }
        low
    }

    /// About how many rows come before an anchor.
    pub fn weight_of(&mut self, anchor: Anchor) -> f64 {
        let from = self.weight(anchor.record);
        let Some(laid) = self.at_or_after(anchor.record) else { return from };
        let share = anchor.row as f64 / laid.row_count() as f64;
        from + (self.weight(laid.next()) - from) * share
    }

    /// The anchor before which there are about that many rows.
    pub fn anchor_at_weight(&mut self, weight: f64) -> Anchor {
        let record = self.record_at(weight);
        let Some(laid) = self.at_or_after(record) else { return self.bottom(1) };
        let (from, to) = (self.weight(laid.first()), self.weight(laid.next()));
        let share = if to > from { ((weight - from) / (to - from)).clamp(0.0, 1.0) } else { 0.0 };
        let row = ((laid.row_count() as f64 * share) as usize).min(laid.row_count() - 1);
        Anchor { record: laid.first(), row }
    }

    // --- copying ------------------------------------------------------------------------------------------------

    /// The text of `from..to` as shown, with line ends where lines end; at most about `limit` bytes.
    pub fn copy(&mut self, from: Pos, to: Pos, limit: usize) -> String {
        let mut out = String::new();
        let start = self.anchor_of(from);
        let mut laid = self.at_or_after(start.record);
        while let Some(current) = laid {
            for index in 0..current.row_count() {
                let row = current.row(index);
                if row.start >= to || out.len() > limit {
                    return out;
                }
                if row.end <= from {
                    continue;
                }
                out.push_str(&row.selected(from, to));
                if row.ends_line && row.end <= to {
                    out.push('\n');
                }
            }
            laid = self.at_or_after(current.next());
        }
        out
    }
}
