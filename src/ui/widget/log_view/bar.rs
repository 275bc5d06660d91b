//! The scroll bar: a ratio of estimated rows, so that it needs no layout of what it passes over.

use egui::{CornerRadius, Rect, Role, Sense, Ui, WidgetInfo, pos2};

use super::LogView;
use crate::journal::rows::Anchor;
use crate::ui::theme::Palette;

/// The thumb is at least this high, in points.
const MIN_THUMB: f32 = 28.0;

impl LogView {
    /// `end` is the anchor at which the last row is at the bottom.
    pub(super) fn bar(&mut self, ui: &Ui, rect: Rect, end: Anchor, all_fits: bool) {
        let palette = Palette::of(ui);
        let response = ui.interact(rect, ui.scope_id().with("log bar"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::new(Role::ScrollBar));
        if all_fits {
            return;
        }
        let at = |view: &mut Self, anchor: Anchor| view.layouter.weight_of(anchor);
        let (here, last) = (at(self, self.anchor), at(self, end).max(1.0));
        let page = self.page as f64;
        let thumb = (f64::from(rect.height()) * page / (last + page)).max(f64::from(MIN_THUMB)) as f32;
        let track = rect.height() - thumb;
        let ratio = if self.follow { 1.0 } else { (here / last).clamp(0.0, 1.0) };
        let mut top = rect.top() + track * ratio as f32;
        if (response.dragged() || response.clicked() || response.is_pointer_button_down_on())
            && track > 0.0
            && let Some(pointer) = response.interact_pointer_pos()
        {
            let wanted = f64::from(((pointer.y - rect.top() - thumb / 2.0) / track).clamp(0.0, 1.0));
            self.fraction = 0.0;
            if wanted >= 1.0 {
                self.anchor = end;
                self.set_follow(self.auto_scroll);
            } else {
                self.set_follow(false);
                self.anchor = self.layouter.anchor_at_weight(wanted * last).min(end);
            }
            top = rect.top() + track * wanted as f32;
        }
        let colour = if response.dragged() || response.hovered() { palette.secondary } else { palette.lamp_closed };
        let thumb_rect =
            Rect::from_min_max(pos2(rect.left() + 3.0, top + 2.0), pos2(rect.right() - 3.0, top + thumb - 2.0));
        ui.painter().rect_filled(thumb_rect, CornerRadius::same(3), colour);
    }
}
