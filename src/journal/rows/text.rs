//! Decoded characters broken into rows: at line ends (LF, CR LF) and where the room ends.

use super::Pos;
use super::cells::{push_shown, width};
use super::row::Row;
use crate::codec::charset::Unit;

/// A tab goes to the next multiple of this.
const TAB: u32 = 8;

/// One character of a payload, with its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    ch: char,
    /// Which record of the run.
    ordinal: u16,
    /// Where it begins in that record.
    start: u32,
}

/// Where a row begins.
#[derive(Clone, Copy, Debug)]
struct Break {
    glyph: u32,
    /// The row before it ended with a line end.
    after_line_end: bool,
}

/// The characters of the payloads of a run, and their rows.
#[derive(Debug, Default)]
pub(super) struct TextBody {
    glyphs: Vec<Glyph>,
    breaks: Vec<Break>,
}

impl TextBody {
    /// Appends the characters of the run's next record.
    pub fn push(&mut self, ordinal: u16, units: &[Unit]) {
        self.glyphs.reserve(units.len());
        let (mut start, mut end) = (0, 0);
        for unit in units {
            if unit.end > end {
                start = std::mem::replace(&mut end, unit.end); // else it comes from the same bytes as the one before
            }
            self.glyphs.push(Glyph { ch: unit.ch, ordinal, start });
        }
    }

    /// Appends the characters of a whole run, whose records have these lengths.
    pub fn push_run(&mut self, lens: impl Iterator<Item = usize>, units: &[Unit]) {
        let mut records = (0..).zip(lens);
        // The record that is reached, and where it begins and ends.
        let (mut ordinal, mut first, mut behind) = (0, 0, records.next().map_or(0, |(_, len)| len));
        self.glyphs.reserve(units.len());
        let (mut start, mut end) = (0, 0);
        for unit in units {
            let unit_end = unit.end as usize;
            if unit_end > end {
                start = std::mem::replace(&mut end, unit_end);
            }
            while unit_end > behind
                && let Some((next, len)) = records.next()
            {
                (ordinal, first, behind) = (next, behind, behind + len);
            }
            self.glyphs.push(Glyph { ch: unit.ch, ordinal, start: start.saturating_sub(first) as u32 });
        }
    }

    /// Breaks what was appended into rows of at most `columns` cells.
    pub fn wrap(&mut self, columns: u32) {
        self.breaks.clear();
        if self.glyphs.is_empty() {
            return;
        }
        self.breaks.push(Break { glyph: 0, after_line_end: true });
        let mut column = 0_u32;
        let mut i = 0;
        while i < self.glyphs.len() {
            let line_end = self.line_end_at(i);
            if line_end > 0 {
                i += line_end;
                column = 0;
                if i < self.glyphs.len() {
                    self.breaks.push(Break { glyph: i as u32, after_line_end: true });
                }
                continue;
            }
            let ch = self.glyphs[i].ch;
            if column > 0 && column.saturating_add(cells(ch, column)) > columns {
                self.breaks.push(Break { glyph: i as u32, after_line_end: false });
                column = 0;
            }
            column = column.saturating_add(cells(ch, column));
            i += 1;
        }
    }

    /// How many glyphs from here on are a line end.
    fn line_end_at(&self, i: usize) -> usize {
        match self.glyphs[i].ch {
            '\n' => 1,
            '\r' if self.glyphs.get(i + 1).is_some_and(|glyph| glyph.ch == '\n') => 2,
            _ => 0,
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.breaks.len()
    }

    /// Bytes of memory.
    pub fn memory_bytes(&self) -> usize {
        self.glyphs.capacity() * size_of::<Glyph>() + self.breaks.capacity() * size_of::<Break>()
    }

    /// Which record of the run a row begins in, and where in it.
    pub fn row_start(&self, index: usize) -> (usize, u32) {
        let glyph = self.glyphs[self.breaks[index].glyph as usize];
        (usize::from(glyph.ordinal), glyph.start)
    }

    /// Whether the last row ended with a line end.
    pub fn ends_with_line_end(&self) -> bool {
        self.glyphs.last().is_some_and(|glyph| glyph.ch == '\n')
    }

    /// Fills in the text of a row. `place` tells the place of a byte of a record of the run.
    pub fn fill(&self, index: usize, place: impl Fn(usize, u32) -> Pos, row: &mut Row) {
        let from = self.breaks[index].glyph as usize;
        let next = self.breaks.get(index + 1);
        let to = next.map_or(self.glyphs.len(), |next| next.glyph as usize);
        row.text.reserve(to - from);
        row.map.reserve(to - from);
        let mut column = 0;
        for i in from..to {
            if self.line_end_at(i) > 0 {
                break;
            }
            let Glyph { ch, ordinal, start } = self.glyphs[i];
            let pos = Some(place(usize::from(ordinal), start));
            let taken = cells(ch, column);
            let shown = if ch == '\t' {
                row.text.extend((0..taken).map(|_| ' '));
                taken as usize
            } else {
                push_shown(ch, &mut row.text)
            };
            row.map.extend((0..shown).map(|_| pos));
            column = column.saturating_add(taken);
        }
        row.ends_line = next.is_none_or(|next| next.after_line_end);
    }
}

fn cells(ch: char, column: u32) -> u32 {
    if ch == '\t' { TAB - column % TAB } else { width(ch) }
}
