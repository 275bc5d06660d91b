//! A bar that says how much is done.

use egui::{Align2, CornerRadius, FontId, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::ui::theme::Palette;

/// Its height, in points.
const HEIGHT: f32 = 14.0;
/// Size of its text, in points.
const TEXT: f32 = 10.5;

/// Draws it as wide as there is room; `ratio` is from 0 to 1.
pub fn progress_bar(ui: &mut Ui, ratio: f32) {
    let palette = Palette::of(ui);
    let ratio = ratio.clamp(0.0, 1.0);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let text = format!("{:.0} %", (ratio * 100.0).floor());
    response.widget_info(|| {
        let mut info = WidgetInfo::new(Role::ProgressIndicator);
        info.current_text_value = Some(text.clone());
        info
    });
    let radius = CornerRadius::same(4);
    let filled = Rect::from_min_max(rect.min, egui::pos2(egui::lerp(rect.x_range(), ratio), rect.bottom()));
    ui.painter().rect(rect, radius, palette.control, Stroke::new(1.0, palette.border), StrokeKind::Inside);
    ui.painter().with_clip_rect(filled.intersect(ui.clip_rect())).rect_filled(rect, radius, palette.primary);
    // Each part of the text is readable on what is behind it.
    let rest = Rect::from_min_max(egui::pos2(filled.right(), rect.top()), rect.max);
    for (part, colour) in [(filled, palette.on_primary), (rest, palette.text)] {
        let painter = ui.painter().with_clip_rect(part.intersect(ui.clip_rect()));
        painter.text(rect.center(), Align2::CENTER_CENTER, &text, FontId::proportional(TEXT), colour);
    }
}
