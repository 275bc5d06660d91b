//! What stands beside each other.

use egui::{Align, Layout, ScrollArea, Ui, vec2};

/// Under this width a form stands above its list, in points.
const TWO_COLUMNS: f32 = 600.0;
/// The form's column is not wider, in points.
const FORM_WIDTH: f32 = 310.0;

/// A form with its list beside it, or below it where there is no room.
pub fn beside<C>(
    ui: &mut Ui,
    salt: &str,
    context: &mut C,
    form: impl FnOnce(&mut Ui, &mut C),
    list: impl FnOnce(&mut Ui, &mut C),
) {
    let (width, height) = (ui.available_width(), ui.available_height());
    if width < TWO_COLUMNS {
        ScrollArea::vertical().id_salt(salt).auto_shrink(false).show(ui, |ui| {
            ui.set_width(ui.available_width() - 12.0);
            form(ui, context);
            ui.separator();
            list(ui, context);
        });
        return;
    }
    let left = (width * 0.42).min(FORM_WIDTH);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        ui.allocate_ui_with_layout(vec2(left, height), Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            ScrollArea::vertical().id_salt((salt, "form")).auto_shrink(false).show(ui, |ui| {
                ui.set_width(left - 12.0);
                form(ui, context);
            });
        });
        let rest = vec2(ui.available_width(), height);
        ui.allocate_ui_with_layout(rest, Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            ScrollArea::vertical().id_salt((salt, "list")).auto_shrink(false).show(ui, |ui| {
                ui.set_width(rest.x - 12.0);
                list(ui, context);
            });
        });
    });
}

/// Two parts beside each other, of which the second is narrow.
pub fn with_narrow<C>(
    ui: &mut Ui,
    narrow: f32,
    context: &mut C,
    wide_ui: impl FnOnce(&mut Ui, &mut C),
    narrow_ui: impl FnOnce(&mut Ui, &mut C),
) {
    let wide = ui.available_width() - narrow - ui.spacing().item_spacing.x;
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            ui.set_width(wide);
            wide_ui(ui, context);
        });
        ui.vertical(|ui| {
            ui.set_width(narrow);
            narrow_ui(ui, context);
        });
    });
}
