//! Shows which control of ours has the keyboard.

use egui::{CornerRadius, Response, Stroke, StrokeKind, Ui};

use crate::ui::theme::Palette;

/// A ring around a control that has the focus. egui's own controls have one already.
pub fn focus_ring(ui: &Ui, response: &Response) {
    if response.has_focus() {
        let stroke = Stroke::new(1.5, Palette::of(ui).accent);
        ui.painter().rect_stroke(response.rect, CornerRadius::same(4), stroke, StrokeKind::Outside);
    }
}
