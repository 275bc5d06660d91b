//! The frame of the window: top, notice, left column, log over send area, status bar.
//!
//! The parts are placed by hand and drawn in reading order: screen readers and the Tab key follow that order.

use egui::{Align, Layout, Rect, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::app::{App, Quick};
use super::command::Command;
use super::panel::{
    QuickContext, Shared, log_ui, network_ui, notice_ui, receive_ui, send_height, send_options_ui, send_ui, status_ui,
    top_ui,
};
use super::tab::Tab;
use super::theme::{COLUMN_WIDTH, Palette};
use super::widget::focus_ring;
use crate::i18n::Text;

/// Room at the window's left and right, in points.
const MARGIN: f32 = 8.0;
/// The top's height, in points.
const TOP: f32 = 40.0;
/// A notice's height, in points.
const NOTICE: f32 = 32.0;
/// The status bar's height, in points.
const STATUS: f32 = 30.0;
/// The fold handle's width, in points.
const HANDLE: f32 = 12.0;
/// The splitter between log and send area, in points.
const SPLITTER: f32 = 8.0;
/// The log is at least this high, in points.
const LOG_MIN: f32 = 120.0;
/// Beside the quick commands the log is at least this wide, in points; with less room these are a tool window.
const LOG_WIDTH_MIN: f32 = 430.0;
/// The quick commands are at least this wide, in points.
const QUICK_MIN: f32 = 250.0;

/// Draws the whole window.
pub fn shell_ui(ui: &mut Ui, app: &mut App) {
    let App { settings, tabs, shown, commands, interfaces, lang, notices, quick, .. } = app;
    let Quick { commands: quick, panel, docked, .. } = quick;
    let (shown_id, lang) = (tabs[*shown].id, *lang);
    let mut shared = Shared {
        lang,
        commands,
        interfaces: interfaces.list(),
        recent_hosts: &settings.recent_hosts,
        recent_remotes: &settings.recent_remotes,
        send_key: settings.send_key,
        quick,
    };
    let palette = Palette::of(ui);
    let window = ui.max_rect();
    ui.painter().rect_filled(window, 0.0, palette.window);

    let mut rest = window.shrink2(vec2(MARGIN, 0.0));
    let top = cut_top(&mut rest, TOP);
    let status = cut_bottom(&mut rest, STATUS);
    part(ui, "top", top, |ui| top_ui(ui, tabs, shown_id, settings, &mut shared));
    if let Some(notice) = notices.first() {
        let rect = cut_top(&mut rest, NOTICE);
        part(ui, "notice", rect, |ui| notice_ui(ui, notice, &mut shared));
    }
    rest.max.y -= 2.0;
    let tab = &mut tabs[*shown];
    if !settings.left_folded {
        let column = cut_left(&mut rest, COLUMN_WIDTH);
        part(ui, "column", column, |ui| {
            egui::ScrollArea::vertical().id_salt("column").auto_shrink(false).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 6.0;
                network_ui(ui, tab, &mut shared);
                receive_ui(ui, tab, &mut shared);
                send_options_ui(ui, tab, &mut shared);
            });
        });
    }
    if settings.left_folded {
        rest.min.x -= MARGIN - 2.0; // the handle lies in the margin
    }
    let handle = cut_left(&mut rest, HANDLE);
    fold_handle(ui, handle, settings.left_folded, &mut shared);
    *docked = false;
    if settings.quick.open
        && let Some(place) = cut_quick(ui, &mut rest, &mut settings.quick.width, &shared)
    {
        right_ui(ui, rest, &mut settings.splitter, tab, &mut shared);
        let sequence = tab.sending.sequence.as_ref();
        let mut context = QuickContext { lang, commands: shared.commands, quick, sequence };
        part(ui, "quick", place, |ui| panel.ui(ui, &mut context));
        *docked = true;
    } else {
        right_ui(ui, rest, &mut settings.splitter, tab, &mut shared);
    }
    ui.painter().hline(window.x_range(), status.top(), Stroke::new(1.0, palette.border));
    part(ui, "status", status, |ui| status_ui(ui, tab, &mut shared));
    ui.advance_cursor_after_rect(window);
}

/// Draws a part of the window into its place, from top to bottom, and nowhere else.
fn part<R>(ui: &mut Ui, salt: &str, rect: Rect, content: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = UiBuilder::new().id_salt(salt).max_rect(rect).layout(Layout::top_down(Align::Min));
    ui.scope_builder(builder, |ui| {
        // Frames and focus rings lie a little outside.
        ui.set_clip_rect(rect.expand(3.0).intersect(ui.clip_rect()));
        content(ui)
    })
    .inner
}

fn cut_top(rest: &mut Rect, height: f32) -> Rect {
    let cut = Rect::from_min_max(rest.min, pos2(rest.right(), rest.top() + height));
    rest.min.y = cut.bottom();
    cut
}

fn cut_bottom(rest: &mut Rect, height: f32) -> Rect {
    let cut = Rect::from_min_max(pos2(rest.left(), rest.bottom() - height), rest.max);
    rest.max.y = cut.top();
    cut
}

fn cut_left(rest: &mut Rect, width: f32) -> Rect {
    let cut = Rect::from_min_max(rest.min, pos2(rest.left() + width, rest.bottom()));
    rest.min.x = cut.right();
    cut
}

/// The classic's `‹`, which folds the left column away.
fn fold_handle(ui: &Ui, rect: Rect, folded: bool, shared: &mut Shared<'_>) {
    let palette = Palette::of(ui);
    let response = ui.interact(rect, ui.scope_id().with("fold"), Sense::click());
    let name = shared.text(if folded { Text::UnfoldColumn } else { Text::FoldColumn });
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let colour = if response.hovered() { palette.accent } else { palette.secondary };
    if response.hovered() {
        ui.painter().rect_filled(rect.shrink2(vec2(2.0, 4.0)), 3.0, palette.hovered);
    }
    let (c, d) = (rect.center(), if folded { -2.5 } else { 2.5 });
    let points = vec![c + vec2(d, -5.0), c + vec2(-d, 0.0), c + vec2(d, 5.0)];
    ui.painter().add(egui::Shape::line(points, Stroke::new(1.5, colour)));
    focus_ring(ui, &response);
    if response.on_hover_text(name).clicked() {
        shared.queue(Command::ToggleColumn);
    }
}

/// Cuts off the place of the quick commands, with a splitter before it; `None`: there is no room beside the log.
fn cut_quick(ui: &Ui, rest: &mut Rect, width: &mut f32, shared: &Shared<'_>) -> Option<Rect> {
    let most = rest.width() - LOG_WIDTH_MIN - SPLITTER;
    if most < QUICK_MIN {
        return None;
    }
    let shown = width.clamp(QUICK_MIN, most).round();
    let place = Rect::from_min_max(pos2(rest.right() - shown, rest.top() + 2.0), rest.max);
    let bar = Rect::from_min_max(pos2(place.left() - SPLITTER, rest.top()), pos2(place.left(), rest.bottom()));
    rest.max.x = bar.left();
    let response = ui.interact(bar, ui.scope_id().with("quick splitter"), Sense::drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, shared.text(Text::QuickSplitter)));
    if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        *width = (place.right() - pointer.x - SPLITTER / 2.0).clamp(QUICK_MIN, most);
    }
    if response.hovered() || response.dragged() {
        ui.set_cursor_icon(egui::CursorIcon::ResizeHorizontal);
        let colour = Palette::of(ui).accent;
        ui.painter().vline(bar.center().x, bar.y_range().shrink(bar.height() * 0.4), Stroke::new(2.0, colour));
    }
    Some(place)
}

/// The log over the send area, with a splitter between.
fn right_ui(ui: &mut Ui, rect: Rect, ratio: &mut f32, tab: &mut Tab, shared: &mut Shared<'_>) {
    let room = (rect.height() - SPLITTER).max(1.0);
    let highest = (room - send_height(ui, rect.width(), tab, shared)).max(room * 0.3);
    let log_height = (room * *ratio).clamp(LOG_MIN.min(highest), highest).round();
    let log = Rect::from_min_size(rect.min, vec2(rect.width(), log_height));
    let bar = Rect::from_min_size(pos2(rect.left(), log.bottom()), vec2(rect.width(), SPLITTER));
    let send = Rect::from_min_max(pos2(rect.left(), bar.bottom()), rect.max);

    let response = ui.interact(bar, ui.scope_id().with("splitter"), Sense::drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, shared.text(Text::Splitter)));
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
    part(ui, "log", log, |ui| log_ui(ui, tab, shared));
    part(ui, "send", send, |ui| send_ui(ui, tab, shared));
}
