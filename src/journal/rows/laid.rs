//! A record (or, in a plain stream, a run of records that flow into one another) broken into rows.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

use super::{Mode, Pos, Section, View};
use crate::codec::charset::Unit;
use crate::codec::control::{self, Picture};
use crate::codec::dump::{self, DumpRow, DumpWidth};
use crate::codec::hex;
use crate::journal::{Event, Kind, Record};

/// A tab goes to the next multiple of this.
const TAB: u32 = 8;
/// HEX rows of at least this many bytes hold a multiple of it, so that columns are easy to count.
const HEX_GROUP: usize = 8;

/// What a row is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A header line.
    Header,
    /// What was received.
    Received,
    /// What was sent.
    Sent,
    /// An event.
    Event,
    /// A failure, or something that was lost.
    Error,
    /// A blank line between records.
    Blank,
    /// Being read from the disk.
    Loading,
}

/// One line on the screen.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its colour.
    pub class: Class,
    /// Its text.
    pub text: String,
    /// The place of each character of `text`; `None` for what is only decoration.
    pub map: Vec<Option<Pos>>,
    /// Where it begins.
    pub start: Pos,
    /// The place after its last character.
    pub end: Pos,
    /// Whether a line ends here (and not just the room on the screen).
    pub ends_line: bool,
}

impl Row {
    /// The place of the character at `column`, or after the last one.
    pub fn pos_at(&self, column: usize) -> Pos {
        self.map.iter().skip(column).find_map(|p| *p).unwrap_or(self.end)
    }

    /// The text of what is in `from..to`: with the decoration between selected characters, and all of a row that is
    /// wholly selected.
    pub fn selected(&self, from: Pos, to: Pos) -> String {
        if from <= self.start && self.end <= to {
            return self.text.clone();
        }
        let inside = |pos: &Option<Pos>| pos.is_some_and(|p| from <= p && p < to);
        let Some(first) = self.map.iter().position(inside) else { return String::new() };
        let last = self.map.iter().rposition(inside).unwrap_or(first);
        self.text.chars().skip(first).take(last + 1 - first).collect()
    }
}

/// One character of a body, with its place.
#[derive(Clone, Copy, Debug)]
struct Glyph {
    ch: char,
    /// Which record of the run.
    ordinal: u16,
    /// Where it begins in that record.
    start: u32,
}

/// Where a row of text begins.
#[derive(Clone, Copy, Debug)]
struct Break {
    glyph: u32,
    /// The row before it ended with a line end.
    after_line_end: bool,
}

#[derive(Debug)]
enum Body {
    None,
    Text { glyphs: Vec<Glyph>, breaks: Vec<Break> },
    Hex { per_row: usize, total: usize },
    Dump { width: DumpWidth },
    Line { class: Class, text: Vec<char>, starts: Vec<usize> },
}

/// A record, or a run of records, with its rows. Rows are made when they are asked for.
#[derive(Debug)]
pub struct Laid {
    first: u64,
    next: u64,
    records: Vec<Record>,
    /// Where each record's bytes begin in the run.
    offsets: Vec<usize>,
    header: Vec<char>,
    header_starts: Vec<usize>,
    body: Body,
    blank_after: bool,
}

impl Laid {
    /// A line that stands for records `first..next`: an event's text, or why there is nothing.
    pub(super) fn line(first: u64, next: u64, class: Class, text: &str, view: &View, blank_after: bool) -> Self {
        let mut shown = String::with_capacity(text.len());
        for ch in text.chars() {
            push_shown(ch, &mut shown);
        }
        let text: Vec<char> = shown.chars().collect();
        let starts = wrap(&text, view.columns);
        Self {
            first,
            next,
            records: Vec::new(),
            offsets: Vec::new(),
            header: Vec::new(),
            header_starts: Vec::new(),
            body: Body::Line { class, text, starts },
            blank_after,
        }
    }

    /// The class of an event.
    pub(super) fn event_class(event: &Event) -> Class {
        match event {
            Event::Failed(_) | Event::KernelDropped { .. } | Event::Unreachable { .. } => Class::Error,
            Event::PeerLeft { reason, .. } if !reason.is_orderly() => Class::Error,
            _ => Class::Event,
        }
    }

    /// Payload records that follow one another; `units` are each record's decoded characters (empty unless text).
    pub(super) fn payload(
        records: Vec<Record>,
        next: u64,
        units: &[Vec<Unit>],
        header: Option<&str>,
        view: &View,
        blank_after: bool,
    ) -> Self {
        let mut offsets = Vec::with_capacity(records.len());
        let mut total = 0;
        for record in &records {
            offsets.push(total);
            total += record.bytes().len();
        }
        let body = match view.mode {
            Mode::Text => text_body(units, view.columns),
            Mode::Hex => Body::Hex { per_row: hex_per_row(view.columns), total },
            Mode::Dump { width } => Body::Dump { width },
        };
        let header: Vec<char> = header.unwrap_or_default().chars().collect();
        let header_starts = if header.is_empty() { Vec::new() } else { wrap(&header, view.columns) };
        let first = records.first().map_or(next, |r| r.index);
        Self { first, next, records, offsets, header, header_starts, body, blank_after }
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
    pub(super) fn len_bytes(&self) -> usize {
        let body = match &self.body {
            Body::Text { glyphs, breaks } => glyphs.len() * size_of::<Glyph>() + breaks.len() * size_of::<Break>(),
            Body::Line { text, .. } => text.len() * 4,
            _ => 0,
        };
        body + self.header.len() * 4 + self.records.len() * size_of::<Record>() + 256
    }

    fn body_rows(&self) -> usize {
        match &self.body {
            Body::None => 0,
            Body::Text { breaks, .. } => breaks.len(),
            Body::Hex { per_row, total } => total.div_ceil(*per_row),
            Body::Dump { width } => self.records.iter().map(|r| r.bytes().len().div_ceil(width.bytes())).sum(),
            Body::Line { starts, .. } => starts.len(),
        }
    }

    /// How many rows it has; at least one.
    pub fn row_count(&self) -> usize {
        (self.header_starts.len() + self.body_rows() + usize::from(self.blank_after)).max(1)
    }

    /// The rows that show the place, or the nearest one before it.
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
        if index < self.header_starts.len() {
            return Pos::header(self.first, self.header_starts[index] as u32);
        }
        let index = index - self.header_starts.len();
        match &self.body {
            Body::Text { glyphs, breaks } if index < breaks.len() => {
                glyphs.get(breaks[index].glyph as usize).map_or(self.end(), |g| self.glyph_pos(*g))
            }
            Body::Hex { per_row, total } if index * per_row < *total => self.byte_pos(index * per_row),
            Body::Dump { width } if index < self.body_rows() => {
                let (record, offset) = self.dump_place(index, *width);
                Pos::data(record.index, offset as u32)
            }
            Body::Line { starts, .. } if index < starts.len() => Pos::header(self.first, starts[index] as u32),
            _ => self.end(),
        }
    }

    fn end(&self) -> Pos {
        Pos::end_of(self.next.saturating_sub(1).max(self.first))
    }

    fn glyph_pos(&self, glyph: Glyph) -> Pos {
        Pos::data(self.records[usize::from(glyph.ordinal)].index, glyph.start)
    }

    /// The place of a byte of the run.
    fn byte_pos(&self, offset: usize) -> Pos {
        let ordinal = self.offsets.partition_point(|&start| start <= offset).saturating_sub(1);
        Pos::data(self.records[ordinal].index, (offset - self.offsets[ordinal]) as u32)
    }

    fn dump_place(&self, mut row: usize, width: DumpWidth) -> (&Record, usize) {
        let width = width.bytes();
        for record in &self.records {
            let rows = record.bytes().len().div_ceil(width);
            if row < rows {
                return (record, row * width);
            }
            row -= rows;
        }
        unreachable!("row is below body_rows, the sum of these")
    }

    fn payload_class(&self) -> Class {
        if self.records.first().is_some_and(|r| r.head.kind == Kind::Sent) { Class::Sent } else { Class::Received }
    }

    /// A row.
    pub fn row(&self, index: usize) -> Row {
        let count = self.row_count();
        let index = index.min(count - 1);
        let end = if index + 1 < count { self.row_start(index + 1) } else { self.end() };
        let start = self.row_start(index);
        let headers = self.header_starts.len();
        if index < headers {
            let mut row = line_row(&self.header, &self.header_starts, index, self.first, Class::Header, end);
            row.start = start;
            return row;
        }
        let body_index = index - headers;
        let mut row = Row { class: Class::Blank, text: String::new(), map: Vec::new(), start, end, ends_line: true };
        if body_index >= self.body_rows() {
            return row;
        }
        row.class = self.payload_class();
        match &self.body {
            Body::None => {}
            Body::Text { glyphs, breaks } => self.text_row(glyphs, breaks, body_index, &mut row),
            Body::Hex { per_row, total } => {
                let from = body_index * per_row;
                let to = (from + per_row).min(*total);
                for offset in from..to {
                    if offset > from {
                        row.text.push(' ');
                        row.map.push(None);
                    }
                    let pos = self.byte_pos(offset);
                    hex::push_byte(self.byte_at(offset), &mut row.text);
                    row.map.extend([Some(pos), Some(pos)]);
                }
                row.ends_line = to == *total;
            }
            Body::Dump { width } => {
                let (record, offset) = self.dump_place(body_index, *width);
                let bytes = record.bytes();
                let bytes = &bytes[offset..(offset + width.bytes()).min(bytes.len())];
                let mut line = DumpRow::default();
                dump::row(offset as u64, bytes, *width, &mut line);
                let _ = write!(row.text, "{line}"); // writing to a String cannot fail
                row.map = vec![None; row.text.len()];
                for i in 0..line.len() {
                    let pos = Some(Pos::data(record.index, (offset + i) as u32));
                    let (hex, text) = (line.hex_start(), line.text_start());
                    row.map[line.hex_range(i).start + hex..line.hex_range(i).end + hex].fill(pos);
                    row.map[line.text_range(i).start + text..line.text_range(i).end + text].fill(pos);
                }
            }
            Body::Line { class, text, starts } => {
                row = line_row(text, starts, body_index, self.first, *class, row.end);
            }
        }
        row
    }

    fn byte_at(&self, offset: usize) -> u8 {
        let ordinal = self.offsets.partition_point(|&start| start <= offset).saturating_sub(1);
        self.records[ordinal].bytes()[offset - self.offsets[ordinal]]
    }

    fn text_row(&self, glyphs: &[Glyph], breaks: &[Break], index: usize, row: &mut Row) {
        let from = breaks[index].glyph as usize;
        let to = breaks.get(index + 1).map_or(glyphs.len(), |b| b.glyph as usize);
        let mut column = 0;
        for (i, glyph) in glyphs[from..to].iter().enumerate() {
            let pos = Some(self.glyph_pos(*glyph));
            match glyph.ch {
                '\n' => break,
                '\r' if glyphs.get(from + i + 1).is_some_and(|g| g.ch == '\n') => break,
                '\t' => {
                    for _ in 0..TAB - column % TAB {
                        column += 1;
                        row.text.push(' ');
                        row.map.push(pos);
                    }
                }
                ch => {
                    column += width(ch);
                    for _ in 0..push_shown(ch, &mut row.text) {
                        row.map.push(pos);
                    }
                }
            }
        }
        row.ends_line = breaks.get(index + 1).is_none_or(|b| b.after_line_end);
    }
}

/// A row of a wrapped line.
fn line_row(text: &[char], starts: &[usize], index: usize, record: u64, class: Class, end: Pos) -> Row {
    let from = starts[index];
    let to = starts.get(index + 1).copied().unwrap_or(text.len());
    Row {
        class,
        text: text[from..to].iter().collect(),
        map: (from..to).map(|i| Some(Pos { record, section: Section::Header, offset: i as u32 })).collect(),
        start: Pos::header(record, from as u32),
        end,
        ends_line: index + 1 == starts.len(),
    }
}

/// Appends a character as it is shown (control characters by their pictures, never obeyed); how many characters
/// that took.
pub(super) fn push_shown(ch: char, out: &mut String) -> usize {
    match control::picture(ch) {
        None => out.push(ch),
        Some(Picture::Symbol(symbol)) => out.push(symbol),
        Some(code @ Picture::Code(_)) => {
            let before = out.len();
            let _ = write!(out, "{code}"); // writing to a String cannot fail
            return out.len() - before;
        }
    }
    1
}

fn width(ch: char) -> u32 {
    match control::picture(ch) {
        None => UnicodeWidthChar::width(ch).unwrap_or(1) as u32,
        Some(Picture::Symbol(_)) => 1,
        Some(Picture::Code(ch)) => 4 + if u32::from(ch) > 0xFFFF { 5 } else { 4 },
    }
}

/// How many bytes a HEX row holds.
fn hex_per_row(columns: u32) -> usize {
    let fit = ((columns as usize + 1) / 3).max(1);
    if fit >= HEX_GROUP { fit - fit % HEX_GROUP } else { fit }
}

/// Where the rows of a line begin.
fn wrap(text: &[char], columns: u32) -> Vec<usize> {
    let mut starts = vec![0];
    let mut column = 0;
    for (i, &ch) in text.iter().enumerate() {
        let w = width(ch);
        if column + w > columns && column > 0 {
            starts.push(i);
            column = 0;
        }
        column += w;
    }
    starts
}

/// Breaks decoded characters into rows: at line ends (LF, CR LF) and where the room ends.
fn text_body(units: &[Vec<Unit>], columns: u32) -> Body {
    let mut glyphs = Vec::with_capacity(units.iter().map(Vec::len).sum());
    for (ordinal, record) in units.iter().enumerate() {
        let mut start = 0;
        for unit in record {
            glyphs.push(Glyph { ch: unit.ch, ordinal: ordinal as u16, start });
            start = unit.end;
        }
    }
    let mut breaks = vec![Break { glyph: 0, after_line_end: true }];
    let mut column = 0;
    let mut i = 0;
    while i < glyphs.len() {
        let ch = glyphs[i].ch;
        let line_end = match ch {
            '\n' => 1,
            '\r' if glyphs.get(i + 1).is_some_and(|g| g.ch == '\n') => 2,
            _ => 0,
        };
        if line_end > 0 {
            i += line_end;
            if i < glyphs.len() {
                breaks.push(Break { glyph: i as u32, after_line_end: true });
            }
            column = 0;
            continue;
        }
        let w = if ch == '\t' { TAB - column % TAB } else { width(ch) };
        if column + w > columns && column > 0 {
            breaks.push(Break { glyph: i as u32, after_line_end: false });
            column = 0;
        }
        column += w;
        i += 1;
    }
    if glyphs.is_empty() { Body::None } else { Body::Text { glyphs, breaks } }
}
