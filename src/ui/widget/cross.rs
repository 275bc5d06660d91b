//! The cross that closes a tool window.

use egui::{CornerRadius, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

use super::focus_ring;
use crate::ui::theme::Palette;

/// Its width and height, in points.
pub const CROSS: f32 = 22.0;

/// Draws it.
pub fn cross(ui: &mut Ui, name: &str) -> Response {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(CROSS, CROSS), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if response.hovered() {
        ui.painter().rect_filled(rect, CornerRadius::same(4), palette.pressed);
    }
    let (c, r) = (Rect::center(&rect), 4.5);
    let stroke = Stroke::new(1.5, palette.text);
    ui.painter().line_segment([c - vec2(r, r), c + vec2(r, r)], stroke);
    ui.painter().line_segment([c + vec2(-r, r), c + vec2(r, -r)], stroke);
    focus_ring(ui, &response);
    response.on_hover_text(name)
}
