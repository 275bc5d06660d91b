//! The top: the menu and the tabs.

use std::sync::Arc;

use egui::{
    Align, Button, CornerRadius, Galley, Id, Layout, Rect, RichText, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    vec2,
};

use super::Shared;
use super::send_options::name_it;
use crate::i18n::{Text, fill};
use crate::net::Phase;
use crate::settings::{Language, SendKey, Settings, Theme};
use crate::ui::command::{Command, Shortcut, Zoom};
use crate::ui::tab::Tab;
use crate::ui::theme::Palette;
use crate::ui::widget::{chevron, focus_ring};

/// Height of a tab, in points.
const TAB_HEIGHT: f32 = 28.0;
/// Room between tabs, in points.
const GAP: f32 = 4.0;
/// Room beside a tab's title, for its lamp and its cross, in points.
const BESIDE_TITLE: f32 = 56.0;
/// Size of the buttons after the tabs, in points.
const SMALL_BUTTON: f32 = 26.0;
/// A tab's title is cut at this width, in points.
const TITLE_WIDTH: f32 = 170.0;

/// Draws the top.
pub fn top_ui(ui: &mut Ui, tabs: &[Tab], shown: u64, settings: &Settings, shared: &mut Shared<'_>) {
    let size = vec2(ui.available_width(), ui.available_height());
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        menu(ui, shown, settings, shared);
        // The strip is as wide as its tabs, as far as there is room; then it scrolls, and a list shows them all.
        let wanted = tabs.iter().map(|tab| tab_width(ui, tab) + GAP).sum::<f32>() - GAP;
        let room = ui.available_width() - SMALL_BUTTON - ui.spacing().item_spacing.x;
        let overflows = wanted > room;
        let room = if overflows { room - SMALL_BUTTON - ui.spacing().item_spacing.x } else { room };
        egui::ScrollArea::horizontal()
            .id_salt("tabs")
            .max_width(room.max(0.0))
            .scroll_bar_visibility(egui::scroll_area::ScrollBarVisibility::AlwaysHidden)
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.x = GAP;
                ui.horizontal_centered(|ui| strip(ui, tabs, shown, shared));
            });
        let key = ui.ctx().format_shortcut(&Shortcut::NewSession.key());
        let plus = ui.add(Button::new("+").min_size(vec2(SMALL_BUTTON, SMALL_BUTTON)));
        name_it(ui, &plus, shared.text(Text::NewSession));
        if plus.on_hover_text(format!("{} ({key})", shared.text(Text::NewSession))).clicked() {
            shared.queue(Command::NewSession);
        }
        if overflows {
            all_sessions(ui, tabs, shown, shared);
        }
    });
}

/// The list of all tabs, for when they are not all seen.
fn all_sessions(ui: &mut Ui, tabs: &[Tab], shown: u64, shared: &mut Shared<'_>) {
    let button = Button::new("").min_size(vec2(SMALL_BUTTON, SMALL_BUTTON));
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        egui::ScrollArea::vertical().max_height(560.0).show(ui, |ui| {
            ui.set_min_width(200.0);
            for tab in tabs {
                if ui.selectable_label(tab.id == shown, tab.title()).clicked() {
                    shared.commands.push(Command::SelectSession(tab.id));
                    ui.close();
                }
            }
        });
    });
    chevron(ui.painter(), response.rect.center(), Palette::of(ui).text);
    name_it(ui, &response, shared.text(Text::AllSessions));
    response.on_hover_text(shared.text(Text::AllSessions));
}

fn menu(ui: &mut Ui, shown: u64, settings: &Settings, shared: &mut Shared<'_>) {
    let button = Button::new(format!("≡ {}", shared.text(Text::Menu)));
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(200.0);
        entry(ui, shared, Text::NewSession, Some(Shortcut::NewSession), Command::NewSession);
        entry(ui, shared, Text::DuplicateSession, None, Command::DuplicateSession(shown));
        entry(ui, shared, Text::RenameSession, Some(Shortcut::RenameSession), Command::RenameSession(shown));
        entry(ui, shared, Text::CloseSession, Some(Shortcut::CloseSession), Command::CloseSession(shown));
        ui.separator();
        entry(ui, shared, Text::SaveLog, Some(Shortcut::SaveLog), Command::SaveLog);
        entry(ui, shared, Text::ClearLog, Some(Shortcut::ClearLog), Command::ClearLog);
        ui.separator();
        ui.menu_button(shared.text(Text::Tools), |ui| {
            ui.set_min_width(200.0);
            entry(ui, shared, Text::FeiqMenu, Some(Shortcut::ShowFeiq), Command::ShowFeiq);
            entry(ui, shared, Text::TftpMenu, Some(Shortcut::ShowTftp), Command::ShowTftp);
            entry(ui, shared, Text::AutoReply, None, Command::ShowAnswers);
            entry(ui, shared, Text::DownloadMenu, Some(Shortcut::ShowDownload), Command::ShowDownload);
        });
        ui.menu_button(shared.text(Text::Language), |ui| {
            let choices = [
                (Language::System, shared.text(Text::FollowSystem)),
                (Language::ZhCn, crate::i18n::Lang::ZhCn.own_name()),
                (Language::En, crate::i18n::Lang::En.own_name()),
            ];
            for (language, name) in choices {
                if ui.radio(settings.language == language, name).clicked() {
                    shared.commands.push(Command::SetLang(language));
                    ui.close();
                }
            }
        });
        ui.menu_button(shared.text(Text::Theme), |ui| {
            let choices =
                [(Theme::Light, Text::ThemeLight), (Theme::Dark, Text::ThemeDark), (Theme::System, Text::FollowSystem)];
            for (theme, name) in choices {
                if ui.radio(settings.theme == theme, shared.text(name)).clicked() {
                    shared.commands.push(Command::SetTheme(theme));
                    ui.close();
                }
            }
        });
        ui.menu_button(shared.text(Text::SendKey), |ui| {
            for (key, name) in [(SendKey::Enter, Text::SendKeyEnter), (SendKey::CtrlEnter, Text::SendKeyCtrlEnter)] {
                if ui.radio(settings.send_key == key, shared.text(name)).clicked() {
                    shared.commands.push(Command::SetSendKey(key));
                    ui.close();
                }
            }
        });
        ui.menu_button(shared.text(Text::Zoom), |ui| {
            for (name, key, zoom) in [
                (Text::ZoomIn, "Ctrl++", Zoom::In),
                (Text::ZoomOut, "Ctrl+-", Zoom::Out),
                (Text::ZoomReset, "Ctrl+0", Zoom::Reset),
            ] {
                let response = ui.add(Button::new(shared.text(name)).shortcut_text(key));
                name_it(ui, &response, shared.text(name));
                if response.clicked() {
                    shared.commands.push(Command::Zoom(zoom));
                }
            }
        });
        ui.separator();
        entry(ui, shared, Text::Shortcuts, Some(Shortcut::ShowShortcuts), Command::ShowShortcuts);
        entry(ui, shared, Text::About, None, Command::ShowAbout);
        entry(ui, shared, Text::Quit, Some(Shortcut::Quit), Command::Quit);
    });
    name_it(ui, &response, shared.text(Text::Menu));
}

fn entry(ui: &mut Ui, shared: &mut Shared<'_>, text: Text, shortcut: Option<Shortcut>, command: Command) {
    let mut button = Button::new(shared.text(text));
    if let Some(shortcut) = shortcut {
        button = button.shortcut_text(ui.ctx().format_shortcut(&shortcut.key()));
    }
    let response = ui.add(button);
    name_it(ui, &response, shared.text(text)); // without the key
    if response.clicked() {
        shared.queue(command);
        ui.close();
    }
}

/// What is drawn of a tab.
struct TabRect {
    id: u64,
    rect: Rect,
}

fn strip(ui: &mut Ui, tabs: &[Tab], shown: u64, shared: &mut Shared<'_>) {
    let mut drawn: Vec<TabRect> = Vec::with_capacity(tabs.len());
    let mut dropped = None;
    for tab in tabs {
        let (rect, dragged) = one(ui, tab, tab.id == shown, shared);
        drawn.push(TabRect { id: tab.id, rect });
        dropped = dropped.or(dragged.map(|x| (tab.id, x)));
    }
    // A tab that was just chosen comes into view.
    let remembered = Id::unique("tab in view");
    if ui.data(|d| d.get_temp(remembered)) != Some(shown)
        && let Some(tab) = drawn.iter().find(|tab| tab.id == shown)
    {
        ui.data_mut(|d| d.insert_temp(remembered, shown));
        ui.scroll_to_rect(tab.rect, None);
    }
    if let Some((id, x)) = dropped {
        let to = drawn.iter().filter(|other| other.id != id && other.rect.center().x < x).count();
        if drawn.iter().position(|other| other.id == id) != Some(to) {
            shared.queue(Command::MoveSession { id, to });
        }
    }
}

fn title_galley(ui: &Ui, title: &str) -> Arc<Galley> {
    egui::WidgetText::from(RichText::new(title).strong()).into_galley(
        ui,
        Some(egui::TextWrapMode::Truncate),
        TITLE_WIDTH,
        egui::TextStyle::Button,
    )
}

fn tab_width(ui: &Ui, tab: &Tab) -> f32 {
    title_galley(ui, &tab.title()).size().x + BESIDE_TITLE
}

/// Draws a tab; where it was dropped, if it was dragged.
fn one(ui: &mut Ui, tab: &Tab, shown: bool, shared: &mut Shared<'_>) -> (Rect, Option<f32>) {
    let palette = Palette::of(ui);
    let title = tab.title();
    let colour = if shown { palette.text } else { palette.secondary };
    let galley = title_galley(ui, &title);
    let (place, _) = ui.allocate_exact_size(vec2(galley.size().x + BESIDE_TITLE, TAB_HEIGHT), Sense::hover());
    let id = Id::unique(("tab", tab.id));
    let response = ui.interact(place, id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::selected(egui::Role::Tab, true, shown, &title));
    let offset = response.total_drag_delta().filter(|_| response.dragged()).map_or(0.0, |delta| delta.x);
    let rect = place.translate(vec2(offset, 0.0));

    let fill = if shown {
        palette.surface
    } else if response.hovered() {
        palette.hovered
    } else {
        palette.control
    };
    let line = if shown { palette.accent } else { palette.border };
    ui.painter().rect(rect, CornerRadius::same(6), fill, Stroke::new(1.0, line), StrokeKind::Inside);
    let lamp = match tab.status.phase {
        Phase::Closed { .. } => palette.lamp_closed,
        Phase::Opening | Phase::Reconnecting => palette.lamp_busy,
        Phase::Open { .. } => palette.lamp_open,
    };
    ui.painter().circle_filled(pos2(rect.left() + 13.0, rect.center().y), 4.0, lamp);
    let text = pos2(rect.left() + 24.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley_with_override_text_color(text, Arc::clone(&galley), colour);
    let mark = if tab.failed {
        Some((palette.error, Text::SessionFailed))
    } else if tab.unread {
        Some((palette.accent, Text::SessionUnread))
    } else {
        None
    };
    let mut hover = title.clone();
    if let Some((colour, words)) = mark {
        ui.painter().circle_filled(pos2(text.x + galley.size().x + 5.0, rect.top() + 8.0), 3.5, colour);
        hover = format!("{title} ({})", shared.text(words));
        ui.ctx().accesskit_node_builder(id, |node| node.set_description(shared.text(words)));
    }
    focus_ring(ui, &response);
    close(ui, tab, rect, shared);

    let response = response.on_hover_text(hover);
    if response.clicked() || response.drag_started() {
        shared.queue(Command::SelectSession(tab.id));
    }
    if response.double_clicked() {
        shared.queue(Command::RenameSession(tab.id));
    }
    if response.middle_clicked() {
        shared.queue(Command::CloseSession(tab.id));
    }
    response.context_menu(|ui| {
        ui.set_min_width(160.0);
        for (text, command) in [
            (Text::RenameSession, Command::RenameSession(tab.id)),
            (Text::DuplicateSession, Command::DuplicateSession(tab.id)),
            (Text::CloseSession, Command::CloseSession(tab.id)),
        ] {
            if ui.button(shared.text(text)).clicked() {
                shared.commands.push(command);
                ui.close();
            }
        }
    });
    let dropped = response.drag_stopped().then(|| response.interact_pointer_pos().map(|p| p.x)).flatten();
    (place, dropped)
}

/// The cross of a tab.
fn close(ui: &Ui, tab: &Tab, rect: Rect, shared: &mut Shared<'_>) {
    let palette = Palette::of(ui);
    let place = Rect::from_center_size(pos2(rect.right() - 14.0, rect.center().y), vec2(18.0, 18.0));
    let response = ui.interact(place, Id::unique(("close tab", tab.id)), Sense::click());
    let name = fill(shared.text(Text::TabCloseHint), &[("name", &tab.title())]);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
    if response.hovered() {
        ui.painter().rect_filled(place, CornerRadius::same(4), palette.pressed);
    }
    let (c, r) = (place.center(), 3.5);
    let stroke = Stroke::new(1.3, if response.hovered() { palette.text } else { palette.secondary });
    ui.painter().line_segment([c - vec2(r, r), c + vec2(r, r)], stroke);
    ui.painter().line_segment([c + vec2(-r, r), c + vec2(r, -r)], stroke);
    focus_ring(ui, &response);
    if response.on_hover_text(&name).clicked() {
        shared.queue(Command::CloseSession(tab.id));
    }
}
