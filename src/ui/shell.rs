//! The frame of the window: top, left column, log over send area, status bar.

use egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, Rect, Sense, Stroke, Ui, UiBuilder, pos2, vec2};

use super::app::App;
use super::command::Command;
use super::panel::{Shared, log_ui, network_ui, receive_ui, send_options_ui, send_ui, status_ui, top_ui};
use super::theme::{COLUMN_WIDTH, Palette};
use crate::i18n::Text;

/// The splitter between log and send area, in points.
const SPLITTER: f32 = 8.0;
/// The send area is at least this high, in points.
const SEND_MIN: f32 = 112.0;
/// The log is at least this high, in points.
const LOG_MIN: f32 = 120.0;

/// Draws the whole window.
pub fn shell_ui(ui: &mut Ui, app: &mut App) {
    let App { settings, tabs, shown, commands, interfaces, lang, .. } = app;
    let (shown_id, lang) = (tabs[*shown].id, *lang);
    let mut shared = Shared {
        lang,
        commands,
        interfaces: interfaces.list(),
        recent_hosts: &settings.recent_hosts,
        recent_remotes: &settings.recent_remotes,
        send_key: settings.send_key,
    };
    let palette = Palette::of(ui);
    let window = Frame::new().fill(palette.window);
    Panel::top("top")
        .frame(window.inner_margin(Margin { left: 8, right: 8, top: 6, bottom: 4 }))
        .show_separator_line(false)
        .show(ui, |ui| top_ui(ui, tabs, shown_id, settings, &mut shared));
    Panel::bottom("status")
        .frame(window.inner_margin(Margin { left: 10, right: 8, top: 3, bottom: 3 }))
        .exact_size(30.0)
        .show(ui, |ui| status_ui(ui, &tabs[*shown], &mut shared));
    let tab = &mut tabs[*shown];
    if !settings.left_folded {
        Panel::left("left")
            .frame(window.inner_margin(Margin { left: 8, right: 0, top: 2, bottom: 4 }))
            .exact_size(COLUMN_WIDTH + 8.0)
            .resizable(false)
            .show_separator_line(false)
            .show(ui, |ui| {
                egui::ScrollArea::vertical().id_salt("column").auto_shrink(false).show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 8.0;
                    network_ui(ui, tab, &mut shared);
                    receive_ui(ui, tab, &mut shared);
                    send_options_ui(ui, tab, &mut shared);
                });
            });
    }
    let frame = window.inner_margin(Margin { left: 0, right: 8, top: 0, bottom: 4 });
    CentralPanel::default().frame(frame).show(ui, |ui| {
        let all = ui.available_rect_before_wrap();
        let handle = Rect::from_min_max(all.min, pos2(all.left() + 12.0, all.bottom()));
        fold_handle(ui, handle, settings.left_folded, &mut shared);
        let right = Rect::from_min_max(pos2(handle.right(), all.top()), all.max);
        right_ui(ui, right, &mut settings.splitter, tab, &mut shared);
        ui.advance_cursor_after_rect(all);
    });
}

/// The classic's `‹`, which folds the left column away.
fn fold_handle(ui: &Ui, rect: Rect, folded: bool, shared: &mut Shared<'_>) {
    let palette = Palette::of(ui);
    let response = ui.interact(rect, ui.scope_id().with("fold"), Sense::click());
    let name = shared.text(if folded { Text::UnfoldColumn } else { Text::FoldColumn });
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    let colour = if response.hovered() { palette.accent } else { palette.secondary };
    if response.hovered() {
        ui.painter().rect_filled(rect.shrink2(vec2(2.0, 4.0)), 3.0, palette.hovered);
    }
    let (c, d) = (rect.center(), if folded { -2.5 } else { 2.5 });
    let points = vec![c + vec2(d, -5.0), c + vec2(-d, 0.0), c + vec2(d, 5.0)];
    ui.painter().add(egui::Shape::line(points, Stroke::new(1.5, colour)));
    if response.on_hover_text(name).clicked() {
        shared.queue(Command::ToggleColumn);
    }
}

/// The log over the send area, with a splitter between.
fn right_ui(ui: &mut Ui, rect: Rect, ratio: &mut f32, tab: &mut super::tab::Tab, shared: &mut Shared<'_>) {
    let room = (rect.height() - SPLITTER).max(1.0);
    let highest = (room - SEND_MIN).max(room * 0.3);
    let log_height = (room * *ratio).clamp(LOG_MIN.min(highest), highest);
    let log = Rect::from_min_size(rect.min, vec2(rect.width(), log_height));
    let bar = Rect::from_min_size(pos2(rect.left(), log.bottom()), vec2(rect.width(), SPLITTER));
    let send = Rect::from_min_max(pos2(rect.left(), bar.bottom()), rect.max);

    let response = ui.interact(bar, ui.scope_id().with("splitter"), Sense::drag());
    if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let wanted = (pointer.y - rect.top() - SPLITTER / 2.0).clamp(LOG_MIN.min(highest), highest);
        *ratio = (wanted / room).clamp(0.1, 0.9);
    }
    if response.hovered() || response.dragged() {
        ui.set_cursor_icon(egui::CursorIcon::ResizeVertical);
        let colour = Palette::of(ui).accent;
        ui.painter().hline(bar.x_range().shrink(bar.width() * 0.4), bar.center().y, Stroke::new(2.0, colour));
    }
    let layout = Layout::top_down(Align::Min);
    ui.scope_builder(UiBuilder::new().max_rect(log).layout(layout), |ui| log_ui(ui, tab, shared));
    ui.scope_builder(UiBuilder::new().max_rect(send).layout(layout), |ui| send_ui(ui, tab, shared));
}
