//! The button of a page in a tool window.

use egui::{CornerRadius, Response, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

use super::{focus_ring, text_width};
use crate::ui::theme::{CONTROL_HEIGHT, Palette};

/// Its width beyond its text, in points.
const PADDING: f32 = 20.0;

/// Draws it, underlined if its page is shown.
pub fn page_tab(ui: &mut Ui, name: &str, shown: bool) -> Response {
    let palette = Palette::of(ui);
    let size = vec2(text_width(ui, name) + PADDING, CONTROL_HEIGHT + 2.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, shown, name));
    if response.hovered() && !shown {
        ui.painter().rect_filled(rect, CornerRadius::same(4), palette.hovered);
    }
    let colour = if shown { palette.accent } else { palette.text };
    let font = egui::TextStyle::Button.resolve(ui.style());
    ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, name, font, colour);
    if shown {
        ui.painter().hline(rect.x_range().shrink(8.0), rect.bottom() - 1.0, Stroke::new(2.0, palette.accent));
    }
    focus_ring(ui, &response);
    response
}
