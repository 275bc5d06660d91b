//! A record (or, in a plain stream, a run of records that flow into one another) broken into rows.
//!
//! It keeps what it shows and no [`Record`]: a record may hold a whole segment of the journal in memory, and many of
//! these are kept.

use std::fmt::Write as _;

use super::cells::{push_shown, wrap};
use super::row::{Class, Row};
use super::text::TextBody;
use super::{Mode, Pos, Section, View};
use crate::codec::dump::{self, DumpRow, DumpWidth};
use crate::codec::hex;
use crate::journal::{Event, Kind, Record};

/// HEX rows of at least this many bytes hold a multiple of it, so that columns are easy to count.
const HEX_GROUP: usize = 8;

/// A line that is not payload, wrapped. Its places count characters.
#[derive(Debug, Default)]
struct Line {
    text: Vec<char>,
    starts: Vec<usize>,
}

impl Line {
    fn new(text: Vec<char>, columns: u32) -> Self {
        let starts = wrap(&text, columns);
        Self { text, starts }
    }

    /// A text with control characters made visible.
    fn shown(text: &str, columns: u32) -> Self {
        let mut shown = String::with_capacity(text.len());
        for ch in text.chars() {
            push_shown(ch, &mut shown);
        }
        Self::new(shown.chars().collect(), columns)
    }

    fn row(&self, index: usize, (record, section): (u64, Section), class: Class, end: Pos) -> Row {
        let from = self.starts[index];
        let to = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        let place = |i: usize| Pos { record, section, offset: i as u32 };
        Row {
            class,
            text: self.text[from..to].iter().collect(),
            map: (from..to).map(|i| Some(place(i))).collect(),
            start: place(from),
            end,
            ends_line: index + 1 == self.starts.len(),
        }
    }
}

#[derive(Debug)]
enum Body {
    Text(TextBody),
    Hex {
        bytes: Box<[u8]>,
        per_row: usize,
    },
    /// The offsets that are shown begin with `base`.
    Dump {
        bytes: Box<[u8]>,
        width: DumpWidth,
        base: u64,
    },
    Line {
        class: Class,
        line: Line,
    },
}

/// A record of a run.
#[derive(Clone, Copy, Debug)]
struct Member {
    index: u64,
    /// Where its bytes begin in the run.
    start: usize,
}

/// A record, or a run of records, with its rows. Rows are made when they are asked for.
#[derive(Debug)]
pub struct Laid {
    first: u64,
    next: u64,
    members: Vec<Member>,
    class: Class,
    header: Line,
    /// Why the payload is no frame.
    problem: Line,
    body: Body,
    /// What the payload means.
    decoded: Line,
    blank_after: bool,
    /// Its last row is no end of a line: what follows goes on with it.
    goes_on: bool,
}

/// What surrounds a payload.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame<'a> {
    /// The header line.
    pub header: Option<&'a str>,
    /// Why the payload is no frame.
    pub problem: Option<&'a str>,
    /// What the payload means.
    pub decoded: Option<&'a str>,
    /// A blank line follows.
    pub blank_after: bool,
    /// The line goes on with the record that follows.
    pub goes_on: bool,
}

impl Laid {
    /// A line that stands for records `first..next`: an event's text, or why there is nothing.
    pub(super) fn line(first: u64, next: u64, class: Class, text: &str, view: &View, blank_after: bool) -> Self {
        let line = Line::shown(text, view.columns);
        Self {
            first,
            next,
            members: Vec::new(),
            class,
            header: Line::default(),
            problem: Line::default(),
            body: Body::Line { class, line },
            decoded: Line::default(),
            blank_after,
            goes_on: false,
        }
    }

    /// The class of an event.
    pub fn event_class(event: &Event) -> Class {
        match event {
            Event::Failed(_) | Event::KernelDropped { .. } | Event::Unreachable { .. } | Event::GivenUp { .. } => {
                Class::Error
            }
            Event::PeerLeft { reason, .. } if !reason.is_orderly() => Class::Error,
            Event::Node { note } if note.is_trouble() => Class::Error,
            Event::Answer { note } if note.is_trouble() => Class::Error,
            _ => Class::Event,
        }
    }

    /// Payload records that follow one another, at least one; `text` has their characters (it is empty but in
    /// [`Mode::Text`]).
    pub(super) fn payload(records: &[Record], mut text: TextBody, frame: Frame<'_>, view: &View) -> Self {
        let (first, last) = (records.first().map_or(0, |r| r.index), records.last().map_or(0, |r| r.index));
        let mut members = Vec::with_capacity(records.len());
        let mut total = 0;
        for record in records {
            members.push(Member { index: record.index, start: total });
            total += record.bytes().len();
        }
        let bytes = || {
            let mut bytes = Vec::with_capacity(total);
            for record in records {
                bytes.extend_from_slice(record.bytes());
            }
            bytes.into_boxed_slice()
        };
        let body = match view.mode {
            Mode::Text => {
                text.wrap(view.columns);
                Body::Text(text)
            }
            Mode::Hex => Body::Hex { bytes: bytes(), per_row: hex_per_row(view.columns) },
            Mode::Dump { width } => {
                let slice = records.first().filter(|record| record.framed.is_some());
                Body::Dump { bytes: bytes(), width, base: slice.map_or(0, |slice| u64::from(slice.stream_position)) }
            }
        };
        let line = |text: Option<&str>| text.map_or_else(Line::default, |text| Line::shown(text, view.columns));
        let sent = records.first().is_some_and(|record| record.head.kind == Kind::Sent);
        Self {
            first,
            next: last + 1,
            members,
            class: if sent { Class::Sent } else { Class::Received },
            header: frame.header.map_or_else(Line::default, |text| Line::new(text.chars().collect(), view.columns)),
            problem: line(frame.problem),
            body,
            decoded: line(frame.decoded),
            blank_after: frame.blank_after,
            goes_on: frame.goes_on,
        }
    }

    /// The first record.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The record after the last.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// How much memory it takes, about.
    pub(super) fn memory_bytes(&self) -> usize {
        let line = |line: &Line| line.text.capacity() * size_of::<char>() + line.starts.capacity() * size_of::<usize>();
        let body = match &self.body {
            Body::Text(text) => text.memory_bytes(),
            Body::Hex { bytes, .. } | Body::Dump { bytes, .. } => bytes.len(),
            Body::Line { line: text, .. } => line(text),
        };
        let members = self.members.capacity() * size_of::<Member>();
        size_of::<Self>() + body + line(&self.header) + line(&self.problem) + line(&self.decoded) + members
    }

    fn body_rows(&self) -> usize {
        match &self.body {
            Body::Text(text) => text.rows(),
            Body::Hex { bytes, per_row } => bytes.len().div_ceil(*per_row),
            Body::Dump { bytes, width, .. } => bytes.len().div_ceil(width.bytes()),
            Body::Line { line, .. } => line.starts.len(),
        }
    }

    /// How many rows come before those of the body.
    fn rows_before(&self) -> usize {
        self.header.starts.len() + self.problem.starts.len()
    }

    /// How many rows it has; at least one.
    pub fn row_count(&self) -> usize {
        (self.rows_before() + self.body_rows() + self.decoded.starts.len() + usize::from(self.blank_after)).max(1)
    }

    /// The row that shows the place, or the nearest one before it.
    pub fn row_of(&self, pos: Pos) -> usize {
        if pos.record < self.first {
            return 0;
        }
        let (mut low, mut high) = (0, self.row_count());
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if self.row_start(middle) <= pos { low = middle } else { high = middle }
        }
        low
    }

    fn row_start(&self, index: usize) -> Pos {
        if let Some(&start) = self.header.starts.get(index) {
            return Pos::header(self.first, start as u32);
        }
        if let Some(&start) = self.problem.starts.get(index - self.header.starts.len()) {
            return Pos::problem(self.first, start as u32);
        }
        if index == 0 && self.body_rows() == 0 {
            return Pos::start_of(self.first); // an empty line, for bytes that are none or not yet a character
        }
        let index = index - self.rows_before();
        let body_rows = self.body_rows();
        if index >= body_rows {
            let decoded = self.decoded.starts.get(index - body_rows);
            return decoded.map_or_else(|| self.end(), |&start| Pos::decoded(self.first, start as u32));
        }
        match &self.body {
            // Bytes before the first character are held back for a later one.
            Body::Text(_) if index == 0 => self.place(0, 0),
            Body::Text(text) => {
                let (ordinal, offset) = text.row_start(index);
                self.place(ordinal, offset)
            }
            Body::Hex { per_row, .. } => self.byte_pos(index * per_row),
            Body::Dump { width, .. } => self.byte_pos(index * width.bytes()),
            Body::Line { line, .. } => Pos::header(self.first, line.starts[index] as u32),
        }
    }

    fn end(&self) -> Pos {
        Pos::end_of(self.next.saturating_sub(1).max(self.first))
    }

    fn place(&self, ordinal: usize, offset: u32) -> Pos {
        Pos::data(self.members[ordinal].index, offset)
    }

    /// The place of a byte of the run.
    fn byte_pos(&self, offset: usize) -> Pos {
        let ordinal = self.members.partition_point(|member| member.start <= offset).saturating_sub(1);
        self.place(ordinal, (offset - self.members[ordinal].start) as u32)
    }

    /// A row; the last one for an index beyond it.
    pub fn row(&self, index: usize) -> Row {
        let count = self.row_count();
        let index = index.min(count - 1);
        let end = if index + 1 < count { self.row_start(index + 1) } else { self.end() };
        let headers = self.header.starts.len();
        if index < headers {
            return self.header.row(index, (self.first, Section::Header), Class::Header, end);
        }
        if index < self.rows_before() {
            return self.problem.row(index - headers, (self.first, Section::Problem), Class::Error, end);
        }
        let start = self.row_start(index);
        let mut row = Row { class: self.class, text: String::new(), map: Vec::new(), start, end, ends_line: true };
        let body_index = index - self.rows_before();
        let body_rows = self.body_rows();
        if body_index >= body_rows {
            let index = body_index - body_rows;
            if index < self.decoded.starts.len() {
                return self.decoded.row(index, (self.first, Section::Decoded), Class::Decoded, end);
            }
            row.class = Class::Blank;
            row.ends_line = !self.goes_on;
            return row;
        }
        match &self.body {
            Body::Text(text) => text.fill(body_index, |ordinal, offset| self.place(ordinal, offset), &mut row),
            Body::Hex { bytes, per_row } => self.hex_row(bytes, body_index * per_row, *per_row, &mut row),
            Body::Dump { bytes, width, base } => {
                self.dump_row(bytes, body_index * width.bytes(), (*width, *base), &mut row);
            }
            Body::Line { class, line } => {
                return line.row(body_index, (self.first, Section::Header), *class, row.end);
            }
        }
        if self.goes_on && body_index + 1 == body_rows {
            row.ends_line = matches!(&self.body, Body::Text(text) if text.ends_with_line_end());
        }
        row
    }

    fn hex_row(&self, bytes: &[u8], from: usize, per_row: usize, row: &mut Row) {
        let to = (from + per_row).min(bytes.len());
        for (offset, &byte) in (from..to).zip(&bytes[from..to]) {
            if offset > from {
                row.text.push(' ');
                row.map.push(None);
            }
            let pos = self.byte_pos(offset);
            hex::push_byte(byte, &mut row.text);
            row.map.extend([Some(pos), Some(pos)]);
        }
        row.ends_line = to == bytes.len();
    }

    fn dump_row(&self, bytes: &[u8], from: usize, (width, base): (DumpWidth, u64), row: &mut Row) {
        let mut line = DumpRow::default();
        dump::row(base + from as u64, &bytes[from..], width, &mut line);
        let _ = write!(row.text, "{line}"); // writing to a String cannot fail
        row.map = vec![None; row.text.len()];
        let (hex, text) = (line.hex_start(), line.text_start());
        for i in 0..line.len() {
            let pos = Some(self.byte_pos(from + i));
            row.map[hex..][line.hex_range(i)].fill(pos);
            row.map[text..][line.text_range(i)].fill(pos);
        }
    }
}

/// How many bytes a HEX row holds.
pub(super) fn hex_per_row(columns: u32) -> usize {
    let fit = ((columns as usize).saturating_add(1) / 3).max(1);
    if fit >= HEX_GROUP { fit - fit % HEX_GROUP } else { fit }
}
