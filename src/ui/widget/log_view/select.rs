//! Selecting with the mouse and with keys.

use egui::{PointerButton, Rect, Response, Ui};

use super::{LogView, Placed};
use crate::journal::rows::{Anchor, Pos, Row};

/// The runs of characters of a row that are selected, as column ranges.
pub(super) fn runs(row: &Row, from: Pos, to: Pos) -> Vec<(usize, usize)> {
    if row.end <= from && row.end < to || row.start >= to {
        return Vec::new();
    }
    let inside = |pos: &Option<Pos>| pos.is_some_and(|p| from <= p && p < to);
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (column, pos) in row.map.iter().enumerate() {
        if inside(pos) {
            match runs.last_mut() {
                // Bridges the blank between two selected bytes, but not the gap between the columns of a dump.
                Some(last) if column - last.1 <= 1 => last.1 = column + 1,
                _ => runs.push((column, column + 1)),
            }
        }
    }
    runs
}

impl LogView {
    pub(super) fn select(&mut self, ui: &Ui, response: &Response, rect: Rect, placed: &[Placed], row_height: f32) {
        if response.hovered() {
            ui.set_cursor_icon(egui::CursorIcon::Text);
        }
        let Some(pointer) = ui.input(|i| i.pointer.interact_pos()) else { return };
        let hit = || Self::hit(placed, rect, pointer, row_height);
        let shift = ui.input(|i| i.modifiers.shift);
        if response.triple_clicked() || response.double_clicked() {
            if let Some(pos) = hit() {
                self.selection = Some(self.layouter_row_bounds(pos));
            }
        } else if response.drag_started_by(PointerButton::Primary) {
            let origin = ui.input(|i| i.pointer.press_origin()).unwrap_or(pointer);
            if let Some(pos) = Self::hit(placed, rect, origin, row_height) {
                match self.selection {
                    Some((start, _)) if shift => self.selection = Some((start, pos)),
                    _ => self.selection = Some((pos, pos)),
                }
                self.set_follow(false); // a selection stays under the pointer while data arrives
            }
        } else if response.clicked()
            && let Some(pos) = hit()
        {
            self.selection = self.selection.filter(|_| shift).map(|(start, _)| (start, pos));
        }
        if response.dragged_by(PointerButton::Primary) {
            if let (Some((start, _)), Some(pos)) = (self.selection, hit()) {
                self.selection = Some((start, pos));
            }
            let beyond = if pointer.y < rect.top() {
                (pointer.y - rect.top()) / row_height - 1.0
            } else if pointer.y > rect.bottom() {
                (pointer.y - rect.bottom()) / row_height + 1.0
            } else {
                0.0
            };
            if beyond != 0.0 {
                self.scroll_rows(beyond as i64);
                self.set_follow(false);
                ui.request_repaint();
            }
        }
    }

    fn layouter_row_bounds(&mut self, pos: Pos) -> (Pos, Pos) {
        self.layouter.row_bounds(pos)
    }

    pub(super) fn select_all(&mut self) {
        let records = self.records();
        self.selection = (records > 0).then(|| (Pos::start_of(0), Pos::end_of(records - 1)));
        self.set_follow(false);
    }

    pub(super) fn extend_to(&mut self, pos: Pos) {
        let start = match self.selection {
            Some((start, _)) => start,
            None => self.layouter.pos_of(self.anchor),
        };
        self.selection = Some((start, pos));
    }

    /// Keys: moves the screen, or with Shift the end of the selection.
    pub(super) fn move_by(&mut self, rows: i64, extend: bool) {
        if !extend {
            self.scroll_rows(rows);
            return;
        }
        let head = match self.selection {
            Some((_, head)) => head,
            None => self.layouter.pos_of(self.anchor),
        };
        let from = self.layouter.anchor_of(head);
        let distance = rows.unsigned_abs() as usize;
        let to = if rows < 0 { self.layouter.up(from, distance) } else { self.layouter.down(from, distance) };
        let pos = if to == from && rows > 0 {
            Pos::end_of(self.records().saturating_sub(1))
        } else {
            self.layouter.pos_of(to)
        };
        self.extend_to(pos);
        self.show(to);
    }

    /// Scrolls so that a row is on the screen.
    fn show(&mut self, row: Anchor) {
        self.set_follow(false);
        self.fraction = 0.0;
        if row < self.anchor {
            self.anchor = row;
        } else if self.layouter.down(self.anchor, self.page.saturating_sub(1)) < row {
            self.anchor = self.layouter.up(row, self.page.saturating_sub(1));
        }
    }
}
