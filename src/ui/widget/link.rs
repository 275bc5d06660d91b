//! Text that is clicked, as the classic's underlined links.

use egui::{Response, RichText, Role, Sense, TextWrapMode, Ui, WidgetInfo, WidgetText};

use crate::ui::theme::Palette;

/// A link.
pub fn link(ui: &mut Ui, text: &str) -> Response {
    draw(ui, text, None)
}

/// A link that switches something on and off: off, it is grey.
pub fn toggle_link(ui: &mut Ui, text: &str, on: &mut bool) -> Response {
    let response = draw(ui, text, Some(*on));
    if response.clicked() {
        *on = !*on;
    }
    response
}

fn draw(ui: &mut Ui, text: &str, on: Option<bool>) -> Response {
    let palette = Palette::of(ui);
    let galley = WidgetText::from(RichText::new(text)).into_galley(
        ui,
        Some(TextWrapMode::Extend),
        f32::INFINITY,
        egui::TextStyle::Body,
    );
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| match on {
        Some(on) => WidgetInfo::selected(Role::CheckBox, enabled, on, text),
        None => WidgetInfo::labeled(Role::Button, enabled, text),
    });
    let colour = if on == Some(false) { palette.secondary } else { palette.accent };
    ui.painter().galley_with_override_text_color(rect.min, galley, colour);
    if response.hovered() || response.has_focus() || on != Some(false) {
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, egui::Stroke::new(1.0, colour.gamma_multiply(0.6)));
    }
    super::focus_ring(ui, &response);
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}
