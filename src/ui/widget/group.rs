//! A group box with a title that folds it, as the classic's 网络设置.

use egui::{CornerRadius, Frame, Id, Margin, Response, RichText, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

use crate::ui::theme::Palette;

/// Shows a group; its content only while it is unfolded.
pub fn group(ui: &mut Ui, title: &str, folded: &mut bool, content: impl FnOnce(&mut Ui)) {
    let palette = Palette::of(ui);
    Frame::new()
        .fill(palette.panel)
        .stroke(Stroke::new(1.0, palette.border))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin { left: 10, right: 10, top: 3, bottom: if *folded { 3 } else { 6 } })
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 3.0;
            if header(ui, title, *folded).clicked() {
                *folded = !*folded;
            }
            if !*folded {
                content(ui);
            }
        });
}

fn header(ui: &mut Ui, title: &str, folded: bool) -> Response {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, title));
    let id: Id = response.id;
    ui.ctx().accesskit_node_builder(id, |node| node.set_expanded(!folded));
    let colour = if response.hovered() || response.has_focus() { palette.accent } else { palette.text };
    let galley = egui::WidgetText::from(RichText::new(title).strong()).into_galley(
        ui,
        Some(egui::TextWrapMode::Truncate),
        rect.width() - 20.0,
        egui::TextStyle::Button,
    );
    let y = rect.center().y - galley.size().y / 2.0;
    ui.painter().galley_with_override_text_color(egui::pos2(rect.left(), y), galley, colour);
    let c = egui::pos2(rect.right() - 6.0, rect.center().y);
    let points = if folded {
        vec![c + vec2(-2.0, -4.0), c + vec2(2.0, 0.0), c + vec2(-2.0, 4.0)]
    } else {
        vec![c + vec2(-4.0, -2.0), c + vec2(0.0, 2.0), c + vec2(4.0, -2.0)]
    };
    ui.painter().add(egui::Shape::line(
        points,
        Stroke::new(1.5, if response.hovered() { palette.accent } else { palette.secondary }),
    ));
    super::focus_ring(ui, &response);
    response
}
