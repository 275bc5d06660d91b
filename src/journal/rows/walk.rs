//! Moves over the rows of the journal, from any place, without counting from its beginning.

use super::layouter::Layouter;
use super::row::Row;
use super::{Mode, Pos};
use crate::journal::Seek;

/// The top of the screen: a row of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// The record; in a plain stream the first of a run.
    pub record: u64,
    /// The row in it.
    pub row: usize,
}

impl Layouter {
    // --- the screen ---------------------------------------------------------------------------------------------

    /// Rows from an anchor downwards, at most `count`.
    pub fn rows(&mut self, anchor: Anchor, count: usize) -> Vec<Row> {
        let mut rows = Vec::with_capacity(count.min(4096));
        let mut laid = self.at_or_after(anchor.record);
        let mut skip = anchor.row;
        while let Some(current) = laid {
            let wanted = count - rows.len();
            rows.extend((skip..current.row_count()).take(wanted).map(|index| current.row(index)));
            if rows.len() == count {
                break;
            }
            skip = 0;
            laid = self.at_or_after(current.next());
        }
        rows
    }

    /// The anchor that is `rows` rows further up, or the first.
    pub fn up(&mut self, anchor: Anchor, rows: usize) -> Anchor {
        let mut anchor = self.normal(anchor);
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
        let Some(mut laid) = self.at_or_after(anchor.record) else { return anchor };
        loop {
            anchor.record = laid.first();
            let have = laid.row_count();
            let here = anchor.row.min(have - 1);
            if here + left < have {
                return Anchor { row: here + left, ..anchor };
            }
            let Some(next) = self.at_or_after(laid.next()) else { return Anchor { row: have - 1, ..anchor } };
            left -= have - here;
            anchor.row = 0;
            laid = next;
        }
    }

    /// The anchor with which the last `rows` rows fill the screen.
    pub fn bottom(&mut self, rows: usize) -> Anchor {
        let end = Anchor { record: self.source.extent().records, row: 0 };
        self.up(end, rows)
    }

    /// The anchor as [`Self::rows`] understands it: the record is the first of what shows it, the row one that exists.
    fn normal(&mut self, anchor: Anchor) -> Anchor {
        match self.at_or_after(anchor.record) {
            Some(laid) => Anchor { record: laid.first(), row: anchor.row.min(laid.row_count() - 1) },
            None => Anchor { row: 0, ..anchor },
        }
    }

    // --- places -------------------------------------------------------------------------------------------------

    /// The row that shows a place; for one that is hidden, the row before it.
    pub fn anchor_of(&mut self, pos: Pos) -> Anchor {
        let lost = self.source.extent().lost_records;
        let laid = match self.source.previous_visible(pos.record, self.view.mask()) {
            Seek::Found(found) if found >= lost && pos.record >= lost => Some(self.laid(found)),
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

    // --- copying ------------------------------------------------------------------------------------------------

    /// The text of `from..to` as shown, with line ends where lines end; at most about `limit` bytes.
    pub fn copy(&mut self, from: Pos, to: Pos, limit: usize) -> String {
        // Where only the room on the screen ends a row, the digits of two bytes must not run together.
        let joint = if self.view.mode == Mode::Hex { " " } else { "" };
        let mut out = String::new();
        let mut owed = "";
        let start = self.anchor_of(from);
        let mut laid = self.at_or_after(start.record);
        let mut skip = start.row;
        while let Some(current) = laid {
            for index in skip..current.row_count() {
                let row = current.row(index);
                if row.start >= to || out.len() > limit {
                    return out;
                }
                if row.end <= from {
                    continue;
                }
                let text = row.selected(from, to);
                if !text.is_empty() {
                    out.push_str(owed);
                    owed = if row.ends_line || !row.class.is_payload() { "" } else { joint };
                    out.push_str(&text);
                }
                if row.ends_line && row.end <= to {
                    out.push('\n');
                }
            }
            skip = 0;
            laid = self.at_or_after(current.next());
        }
        out
    }
}
