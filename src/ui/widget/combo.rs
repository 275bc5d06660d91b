//! A combo box with the same arrow as an [`AddressField`](super::AddressField).

use egui::{ComboBox, Painter, Pos2, Rect, Stroke, Ui, vec2};

/// A combo box; its width and content are the caller's.
pub fn combo<'a>(id: impl egui::AsIdSalt) -> ComboBox<'a> {
    ComboBox::from_id_salt(id).icon(|ui: &Ui, rect: Rect, visuals, _open| {
        chevron(ui.painter(), rect.center(), visuals.fg_stroke.color);
    })
}

/// The arrow that says "there is a list".
pub fn chevron(painter: &Painter, centre: Pos2, colour: egui::Color32) {
    let points = vec![centre + vec2(-4.0, -2.0), centre + vec2(0.0, 2.0), centre + vec2(4.0, -2.0)];
    painter.add(egui::Shape::line(points, Stroke::new(1.5, colour)));
}
