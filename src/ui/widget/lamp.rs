//! The lamp beside the open button: two screens that light up, as in the classic.

use egui::{Color32, CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::ui::theme::Palette;

/// What the lamp says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lamp {
    /// Closed.
    Closed,
    /// Opening, or waiting to reconnect.
    Busy,
    /// Open.
    Open,
}

/// Draws it; the words are in its tooltip.
pub fn lamp(ui: &mut Ui, lamp: Lamp, words: &str) {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(30.0, 26.0), Sense::hover());
    let colour = match lamp {
        Lamp::Closed => palette.lamp_closed,
        Lamp::Busy => palette.lamp_busy,
        Lamp::Open => palette.lamp_open,
    };
    let screen = |min: egui::Pos2, fill: Color32| {
        let rect = Rect::from_min_size(min, vec2(17.0, 13.0));
        ui.painter().rect(rect, CornerRadius::same(3), fill, Stroke::new(1.5, colour), StrokeKind::Inside);
        let foot = pos2(rect.center().x, rect.bottom() + 2.0);
        ui.painter().hline(foot.x - 4.0..=foot.x + 4.0, foot.y, Stroke::new(1.5, colour));
    };
    let lit = if lamp == Lamp::Closed { palette.panel } else { colour.gamma_multiply(0.55) };
    screen(rect.min + vec2(12.0, 0.0), palette.panel);
    screen(rect.min + vec2(0.0, 8.0), lit);
    response.on_hover_text(words);
}
