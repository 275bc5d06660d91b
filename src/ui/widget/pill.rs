//! The pill over a list that does not follow its end: how much is new, and a click goes there.

use egui::{CornerRadius, CursorIcon, FontId, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::focus_ring;
use crate::ui::theme::Palette;

/// Room to the sides of the list, in points.
const MARGIN: f32 = 12.0;

/// Draws it into the lower right corner of a list; whether it was clicked.
pub fn pill(ui: &Ui, list: Rect, text: &str) -> bool {
    let palette = Palette::of(ui);
    let galley = ui.painter().layout_no_wrap(format!("↓ {text}"), FontId::proportional(12.0), palette.on_primary);
    let size = galley.size() + vec2(20.0, 8.0);
    let corner = pos2(list.right() - size.x - MARGIN, list.bottom() - size.y - MARGIN);
    let place = Rect::from_min_size(corner, size);
    let response = ui.interact(place, ui.scope_id().with("pill"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, text));
    ui.painter().rect_filled(place, CornerRadius::same(12), palette.primary);
    ui.painter().galley(place.min + vec2(10.0, 4.0), galley, palette.on_primary);
    focus_ring(ui, &response);
    response.on_hover_cursor(CursorIcon::PointingHand).clicked()
}
