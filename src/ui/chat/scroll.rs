//! Where the chat stands: moves by points over things of any height, and the bar beside them.

use std::sync::Arc;

use egui::{CornerRadius, Rect, Role, Sense, Ui, WidgetInfo, pos2};

use super::item::Item;
use super::said::Said;
use super::{ChatView, Place};
use crate::i18n::fill;
use crate::ui::theme::Palette;
use crate::ui::widget::pill;

/// The thumb is at least this high, in points.
const MIN_THUMB: f32 = 28.0;

impl ChatView {
    /// Moves the place by so many points; without end to an end. `height` measures.
    pub(super) fn scroll_by(&mut self, points: f32, mut height: impl FnMut(&mut Self, Arc<Said>) -> f32) {
        if points == f32::NEG_INFINITY {
            self.place = Place::default();
            return;
        }
        if points == f32::INFINITY {
            self.place = Place { record: self.reader.len(), above: 0.0 };
            return;
        }
        self.place.above += points;
        while self.place.above < 0.0 {
            let Some(before) = self.reader.before(self.place.record) else {
                self.place.above = 0.0;
                return;
            };
            self.place.record = before.first;
            self.place.above += height(self, before);
        }
        while let Some(said) = self.reader.at_or_after(self.place.record) {
            self.place.record = said.first;
            let next = said.next;
            let high = height(self, said);
            if self.place.above < high {
                return;
            }
            self.place = Place { record: next, above: self.place.above - high };
        }
    }

    /// What is on a screen of this height, and where the first begins, in points from the top.
    pub(super) fn on_screen(
        &mut self,
        room: f32,
        mut measure: impl FnMut(&mut Self, Arc<Said>) -> Item,
    ) -> (Vec<Item>, f32) {
        if !self.follow {
            let mut items = Vec::new();
            let mut bottom = -self.place.above;
            let mut next = self.place.record;
            while bottom < room {
                let Some(said) = self.reader.at_or_after(next) else { break };
                next = said.next;
                let item = measure(self, said);
                bottom += item.height;
                items.push(item);
            }
            if bottom >= room {
                return (items, -self.place.above);
            }
            self.set_follow(self.auto_scroll); // the end was reached
        }
        self.last_on_screen(room, measure)
    }

    /// The last things that fit; the place is where they begin.
    fn last_on_screen(&mut self, room: f32, mut measure: impl FnMut(&mut Self, Arc<Said>) -> Item) -> (Vec<Item>, f32) {
        let mut items = Vec::new();
        let mut height = 0.0;
        let mut first = self.reader.len();
        while height < room {
            let Some(said) = self.reader.before(first) else { break };
            first = said.first;
            let item = measure(self, said);
            height += item.height;
            items.push(item);
        }
        items.reverse();
        let above = (height - room).max(0.0);
        self.place = Place { record: first, above };
        (items, -above)
    }

    /// The scroll bar: a ratio of records, so that it needs no layout of what it passes over.
    pub(super) fn bar(&mut self, ui: &Ui, rect: Rect, all_fits: bool) {
        let palette = Palette::of(ui);
        let response = ui.interact(rect, ui.scope_id().with("chat bar"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::new(Role::ScrollBar));
        let records = self.reader.len();
        let page = self.shown.end - self.shown.start;
        if all_fits && self.shown.start <= 0.0 {
            return;
        }
        let share = page / records.max(1) as f64;
        let thumb = (f64::from(rect.height()) * share).clamp(f64::from(MIN_THUMB), f64::from(rect.height())) as f32;
        let track = rect.height() - thumb;
        let last = (records as f64 - page).max(1e-9);
        let mut ratio = if self.follow { 1.0 } else { (self.shown.start / last).clamp(0.0, 1.0) };
        if (response.dragged() || response.clicked() || response.is_pointer_button_down_on())
            && track > 0.0
            && let Some(pointer) = response.interact_pointer_pos()
        {
            ratio = f64::from(((pointer.y - rect.top() - thumb / 2.0) / track).clamp(0.0, 1.0));
            self.set_follow(ratio >= 1.0 && self.auto_scroll);
            self.place = Place { record: (last * ratio) as u64, above: 0.0 };
            if ratio >= 1.0 {
                self.place.record = records;
            }
            ui.request_repaint(); // what is there is drawn in the next frame
        }
        let top = rect.top() + track * ratio as f32;
        let colour = if response.dragged() || response.hovered() { palette.secondary } else { palette.lamp_closed };
        let place = Rect::from_min_max(pos2(rect.left() + 3.0, top + 2.0), pos2(rect.right() - 3.0, top + thumb - 2.0));
        ui.painter().rect_filled(place, CornerRadius::same(3), colour);
    }

    /// "n new records", which goes to the end when it is clicked.
    pub(super) fn pill(&mut self, ui: &Ui, rect: Rect, words: &str) {
        let waiting = self.reader.len().saturating_sub(self.seen);
        if self.follow || waiting == 0 {
            return;
        }
        if pill(ui, rect, &fill(words, &[("n", &waiting)])) {
            self.set_follow(true);
        }
    }
}
