//! The log: a virtual list over the journal. It lays out what is on the screen, and nothing else.
//!
//! Its place is a record and a row in it, never a pixel offset, so it is exact at any number of records. Its selection
//! is a pair of [`Pos`], so it survives a change of the view.

mod bar;
mod origin;
mod progress;
mod select;

use std::sync::Arc;

use egui::text::CCursor;
use egui::{
    CornerRadius, Event, EventFilter, Galley, Key, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use crate::codec::framing::Framing;
use crate::journal::framed::Place;
use crate::journal::rows::{Anchor, Layouter, Pos, Row, Source, View, Words};
use crate::journal::{Fetch, Journal, Record};
use crate::ui::copying::Lines;
use crate::ui::theme::{self, Palette};
use crate::ui::widget::{focus_ring, pill};

pub use origin::Origin;

/// Room around the text, in points.
const PADDING: f32 = 8.0;
/// The scroll bar's width, in points.
const BAR_WIDTH: f32 = 12.0;

/// What the person asked of the log.
#[derive(Clone, Debug)]
pub enum LogAction {
    /// Put the selection on the clipboard.
    Copy,
    /// The context menu was opened over this record.
    Menu(Box<Record>),
}

/// The words that the log needs.
pub struct LogWords<'a> {
    /// Its accessible name.
    pub name: &'a str,
    /// `{n} new records`.
    pub new_records: &'a str,
    /// `Framing {percent}%`
    pub framing: &'a str,
}

/// A log view and where it stands.
pub struct LogView {
    origin: Origin,
    layouter: Layouter,
    anchor: Anchor,
    /// How much of the top row is above the screen, 0 to 1.
    fraction: f32,
    /// The person's switch: whether reaching the end means following it.
    auto_scroll: bool,
    /// Follows the end.
    follow: bool,
    /// How many records there were when it stopped following.
    seen: u64,
    /// Where the selection began and where it is now.
    selection: Option<(Pos, Pos)>,
    /// Rows that fit, as of the last frame.
    page: usize,
    /// What is to be at the top, as soon as it is known where it is.
    sought: Option<Place>,
}

/// A row on the screen.
struct Placed {
    row: Row,
    galley: Arc<Galley>,
    top: f32,
}

impl LogView {
    /// A view of a journal, at its end.
    pub fn new(journal: Arc<Journal>, view: View, words: Words) -> Self {
        let origin = Origin::of(journal);
        let layouter = Layouter::new(origin.source(), view, words);
        Self {
            origin,
            layouter,
            anchor: Anchor::default(),
            fraction: 0.0,
            auto_scroll: true,
            follow: true,
            seen: 0,
            selection: None,
            page: 1,
            sought: None,
        }
    }

    /// Shows otherwise; the place stays. The width is the view's own business.
    pub fn set_view(&mut self, view: View) {
        let view = View { columns: self.layouter.view().columns, ..view };
        self.change_view(view);
    }

    fn change_view(&mut self, view: View) {
        if view != self.layouter.view() {
            let place = self.layouter.pos_of(self.anchor);
            self.layouter.set_view(view);
            self.anchor = self.layouter.anchor_of(place);
            self.fraction = 0.0;
        }
    }

    /// Says events and datagrams otherwise.
    pub fn set_words(&mut self, words: Words) {
        self.layouter.set_words(words);
    }

    /// Where its records come from.
    pub fn source(&self) -> &Arc<dyn Source> {
        self.layouter.source()
    }

    /// How its streams are cut.
    pub fn framing(&self) -> &Framing {
        self.origin.framing()
    }

    /// How it shows.
    pub fn view(&self) -> View {
        self.layouter.view()
    }

    /// The person's switch: follow the end, whenever it is reached; or never.
    pub fn set_auto_scroll(&mut self, on: bool) {
        if on != self.auto_scroll {
            self.auto_scroll = on;
            self.set_follow(on);
        }
    }

    /// See [`Self::set_auto_scroll`].
    pub fn auto_scroll(&self) -> bool {
        self.auto_scroll
    }

    /// Whether it follows the end now.
    pub fn follows(&self) -> bool {
        self.follow
    }

    fn set_follow(&mut self, follow: bool) {
        if self.follow && !follow {
            self.seen = self.records();
        }
        self.follow = follow;
        self.sought = None;
    }

    /// What is selected, in order.
    pub fn selection(&self) -> Option<(Pos, Pos)> {
        self.selection.map(|(a, b)| (a.min(b), a.max(b))).filter(|(a, b)| a != b)
    }

    /// What a copy of a selection needs, for another thread.
    pub fn lines_of(&self, selection: (Pos, Pos), words: Words) -> Lines {
        Lines { origin: self.origin.clone(), view: self.layouter.view(), words, selection }
    }

    /// Draws it into all the room there is.
    pub fn ui(&mut self, ui: &mut Ui, words: &LogWords<'_>) -> Option<LogAction> {
        let palette = Palette::of(ui);
        let rect = ui.available_rect_before_wrap();
        ui.advance_cursor_after_rect(rect);
        let id = ui.scope_id().with("log");
        let text_rect = Rect::from_min_max(rect.min, pos2(rect.right() - BAR_WIDTH, rect.bottom()));
        let response = ui.interact(text_rect, id, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Document, true, words.name));

        let font = theme::mono();
        let cell = ui.fonts_mut(|f| f.glyph_width(&font, '0'));
        let row_height = theme::LOG_ROW;
        let columns = (((text_rect.width() - 2.0 * PADDING) / cell).floor() as u32).max(16);
        self.change_view(View { columns, ..self.layouter.view() });
        let height = (text_rect.height() - PADDING).max(row_height);
        self.page = (height / row_height).floor().max(1.0) as usize;

        let mut action = self.input(ui, &response, row_height);
        self.seek();
        let end = self.layouter.bottom(self.page);
        if self.follow || (self.anchor >= end && self.sought.is_none()) {
            self.anchor = end;
            self.fraction = 0.0;
        }
        let first_fits = self.anchor == Anchor::default() || self.layouter.up(self.anchor, 1) == self.anchor;
        let count = (height / row_height).ceil() as usize + 1;
        let rows = self.layouter.rows(self.anchor, count);
        let mut top = text_rect.top() + PADDING / 2.0 - self.fraction * row_height;
        let mut placed = Vec::with_capacity(rows.len());
        for row in rows {
            let galley = ui.painter().layout_no_wrap(row.text.clone(), font.clone(), palette.row(row.class));
            placed.push(Placed { row, galley, top });
            top += row_height;
        }

        self.select(ui, &response, text_rect, &placed, row_height);
        self.paint(ui, text_rect, &placed, row_height, cell);
        if let Some(menu) = self.menu(&response, ui, text_rect, &placed, row_height) {
            action = Some(menu);
        }
        let bar_rect = Rect::from_min_max(pos2(rect.right() - BAR_WIDTH, rect.top()), rect.max);
        self.bar(ui, bar_rect, end, first_fits && self.anchor == end);
        self.pill(ui, text_rect, words);
        self.progress(ui, text_rect, words);
        focus_ring(ui, &response);
        action
    }

    /// Wheel and keys.
    fn input(&mut self, ui: &Ui, response: &Response, row_height: f32) -> Option<LogAction> {
        if response.contains_pointer() {
            let delta = ui.input(|i| i.smooth_scroll_delta().y);
            if delta != 0.0 {
                self.scroll_points(-delta, row_height);
            }
        }
        if response.clicked() || response.drag_started() {
            response.request_focus();
        }
        if !response.has_focus() {
            return None;
        }
        ui.memory_mut(|m| {
            m.set_focus_lock_filter(
                response.id,
                EventFilter { vertical_arrows: true, horizontal_arrows: false, tab: false, escape: false },
            );
        });
        let page = i64::try_from(self.page.saturating_sub(1).max(1)).unwrap_or(1);
        let events = ui.input(|i| i.events.clone());
        let mut action = None;
        for event in events {
            match event {
                Event::Copy => action = self.selection().map(|_| LogAction::Copy),
                Event::Key { key, pressed: true, modifiers, .. } => match key {
                    Key::A if modifiers.command => self.select_all(),
                    Key::Escape => self.selection = None,
                    Key::PageUp => self.move_by(-page, modifiers.shift),
                    Key::PageDown => self.move_by(page, modifiers.shift),
                    Key::ArrowUp => self.move_by(-1, modifiers.shift),
                    Key::ArrowDown => self.move_by(1, modifiers.shift),
                    Key::Home => self.go_home(modifiers.shift),
                    Key::End => self.go_end(modifiers.shift),
                    _ => {}
                },
                _ => {}
            }
        }
        action
    }

    fn scroll_points(&mut self, points: f32, row_height: f32) {
        let rows = self.fraction + points / row_height;
        let whole = rows.floor();
        self.fraction = rows - whole;
        self.scroll_rows(whole as i64);
    }

    /// Moves the place by whole rows; up leaves the end.
    fn scroll_rows(&mut self, rows: i64) {
        let before = self.anchor;
        if rows != 0 {
            self.sought = None;
        }
        if rows < 0 {
            self.set_follow(false);
            self.anchor = self.layouter.up(self.anchor, rows.unsigned_abs() as usize);
            if self.anchor == before || self.layouter.up(self.anchor, 1) == self.anchor {
                self.fraction = 0.0;
            }
        } else if rows > 0 {
            let end = self.layouter.bottom(self.page);
            self.anchor = self.layouter.down(self.anchor, rows as usize);
            if self.anchor >= end {
                self.anchor = end;
                self.fraction = 0.0;
                self.set_follow(self.auto_scroll);
            }
        }
    }

    fn go_home(&mut self, extend: bool) {
        if extend {
            self.extend_to(Pos::start_of(0));
        }
        self.set_follow(false);
        self.anchor = Anchor::default();
        self.fraction = 0.0;
    }

    fn go_end(&mut self, extend: bool) {
        if extend {
            self.extend_to(Pos::end_of(self.records().saturating_sub(1)));
        }
        self.anchor = self.layouter.bottom(self.page);
        self.set_follow(self.auto_scroll);
    }

    // --- painting -----------------------------------------------------------------------------------------------

    fn paint(&self, ui: &Ui, rect: Rect, placed: &[Placed], row_height: f32, cell: f32) {
        let palette = Palette::of(ui);
        let painter = ui.painter().with_clip_rect(rect);
        let left = rect.left() + PADDING;
        let selection = self.selection();
        for (i, line) in placed.iter().enumerate() {
            let row_rect = Rect::from_min_size(pos2(rect.left(), line.top), vec2(rect.width(), row_height));
            if let Some((from, to)) = selection {
                for (a, b) in select::runs(&line.row, from, to) {
                    let x = |column: usize| left + line.galley.pos_from_cursor(CCursor::new(column)).min.x;
                    let tail = if b == line.row.map.len() && line.row.end < to { cell / 2.0 } else { 0.0 };
                    let run = Rect::from_min_max(pos2(x(a), line.top), pos2(x(b) + tail, line.top + row_height));
                    painter.rect_filled(run, CornerRadius::ZERO, palette.selection);
                }
            }
            let y = line.top + (row_height - line.galley.size().y) / 2.0;
            painter.galley(pos2(left, y), Arc::clone(&line.galley), palette.text);
            if !line.row.text.is_empty() {
                let label = ui.interact(row_rect.intersect(rect), ui.scope_id().with(("log row", i)), Sense::empty());
                label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &line.row.text));
            }
        }
    }

    /// "n new records", which goes to the end when it is clicked.
    fn pill(&mut self, ui: &Ui, rect: Rect, words: &LogWords<'_>) {
        let waiting = self.records().saturating_sub(self.seen);
        if self.follow || waiting == 0 {
            return;
        }
        if pill(ui, rect, &crate::i18n::fill(words.new_records, &[("n", &waiting)])) {
            self.auto_scroll = true;
            self.set_follow(true);
        }
    }

    /// The place under the pointer.
    fn hit(placed: &[Placed], rect: Rect, pointer: Pos2, row_height: f32) -> Option<Pos> {
        let first = placed.first()?;
        let index = ((pointer.y - first.top) / row_height).floor();
        if index < 0.0 {
            return Some(first.row.start);
        }
        let Some(line) = placed.get(index as usize) else { return placed.last().map(|line| line.row.end) };
        let local = vec2(pointer.x - rect.left() - PADDING, line.galley.size().y / 2.0);
        Some(line.row.pos_at(line.galley.cursor_from_pos(local).index.into()))
    }

    /// Right click: the record under the pointer.
    fn menu(&self, response: &Response, ui: &Ui, rect: Rect, placed: &[Placed], row_height: f32) -> Option<LogAction> {
        if response.secondary_clicked() {
            let pointer = ui.input(|i| i.pointer.interact_pos())?;
            let pos = Self::hit(placed, rect, pointer, row_height)?;
            if let Fetch::Ready(record) = self.layouter.source().get(pos.record) {
                return Some(LogAction::Menu(Box::new(record)));
            }
        }
        None
    }
}
