//! The tool window's first row: its name, the pages, the lamp with the button that goes online, the cross.

use egui::{Align, Button, Label, Layout, RichText, Sense, Ui, vec2};

use super::{Page, PageContext};
use crate::i18n::{Text, failure_line, fill};
use crate::journal::rows;
use crate::service::feiq::Phase;
use crate::service::feiq::history::Trouble;
use crate::ui::command::Command;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{CROSS, button_width, cross, link, page_tab, row};
use crate::ui::words::size;

/// Where there is less room, the pages have a row of their own, in points.
const ONE_ROW: f32 = 520.0;

/// Draws it; whether the window is to be closed.
pub fn header_ui(ui: &mut Ui, page: &mut Page, context: &mut PageContext<'_>) -> bool {
    let one_row = ui.available_width() >= ONE_ROW;
    let mut closed = false;
    row(ui, |ui| {
        ui.label(RichText::new(context.text(Text::FeiqTitle)).heading().strong());
        if one_row {
            ui.add_space(4.0);
            ui.spacing_mut().item_spacing.x = 2.0;
            pages(ui, page, context);
        }
        ui.spacing_mut().item_spacing.x = 8.0;
        let (button, _) = online_button(context);
        let after = button_width(ui, context.text(button)) + CROSS + 2.0 * 8.0;
        presence(ui, (ui.available_width() - after).max(0.0), context);
        online(ui, context);
        closed = cross(ui, context.text(Text::CloseWindow)).clicked();
    });
    if !one_row {
        row(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            pages(ui, page, context);
        });
    }
    closed
}

fn pages(ui: &mut Ui, page: &mut Page, context: &PageContext<'_>) {
    let palette = Palette::of(ui);
    let unread = context.state.as_ref().map_or(0, |state| state.unread());
    for (one, text) in [
        (Page::Form, Text::FeiqPageForm),
        (Page::Contacts, Text::FeiqPageContacts),
        (Page::Files, Text::FeiqPageFiles),
        (Page::Groups, Text::FeiqPageGroups),
        (Page::Settings, Text::FeiqPageSettings),
    ] {
        let name = context.text(text);
        let response = page_tab(ui, name, *page == one);
        if one == Page::Contacts && unread > 0 {
            ui.painter().circle_filled(response.rect.right_top() + vec2(-6.0, 7.0), 3.5, palette.error);
            let waiting = fill(context.text(Text::FeiqUnread), &[("n", &unread)]);
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(waiting.as_str()));
        }
        if response.clicked() {
            *page = one;
        }
    }
}

/// The lamp alone needs so much, in points.
const LAMP: f32 = 18.0;

/// The lamp with its words, where there is room.
fn presence(ui: &mut Ui, width: f32, context: &PageContext<'_>) {
    if width < LAMP {
        return;
    }
    let palette = Palette::of(ui);
    let (colour, words) = match context.phase() {
        None => (palette.lamp_closed, context.text(Text::FeiqOffline).to_owned()),
        Some(Phase::Online { local }) => {
            (palette.lamp_open, fill(context.text(Text::FeiqOnlineAt), &[("addr", &rows::address(local))]))
        }
        Some(Phase::Leaving) => (palette.lamp_busy, context.text(Text::FeiqLeaving).to_owned()),
        Some(_) => (palette.lamp_busy, context.text(Text::Opening).to_owned()),
    };
    ui.allocate_ui_with_layout(vec2(width, CONTROL_HEIGHT), Layout::right_to_left(Align::Center), |ui| {
        ui.add(egui::Label::new(RichText::new(&words).color(palette.secondary)).truncate()).on_hover_text(&words);
        let (rect, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
        ui.painter().circle_filled(rect.center(), 4.5, colour);
    });
}

/// What the button does now, and whether it can be used.
fn online_button(context: &PageContext<'_>) -> (Text, bool) {
    match context.phase() {
        None => (Text::FeiqGoOnline, true),
        Some(Phase::Leaving) => (Text::FeiqGoOffline, false),
        Some(_) => (Text::FeiqGoOffline, true),
    }
}

fn online(ui: &mut Ui, context: &mut PageContext<'_>) {
    let palette = Palette::of(ui);
    let (text, enabled) = online_button(context);
    let mut label = RichText::new(context.text(text));
    if text == Text::FeiqGoOnline {
        label = label.color(palette.on_primary);
    }
    let mut button = Button::new(label);
    if text == Text::FeiqGoOnline {
        button = button.fill(palette.primary);
    }
    let hint = context.text(Text::FeiqGoOnlineHint);
    if ui.add_enabled(enabled, button).on_hover_text(hint).clicked() {
        context.queue(Command::FeiqOnline);
    }
}

/// What the node could not do, and why it is not online.
pub fn trouble_ui(ui: &mut Ui, refused: &mut Option<String>, context: &PageContext<'_>) {
    if let Some(words) = refused.clone() {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if link(ui, context.text(Text::Dismiss)).clicked() {
                    *refused = None;
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let label = Label::new(RichText::new(&words).color(Palette::of(ui).error)).truncate();
                    ui.add(label).on_hover_text(&words);
                });
            });
        });
    }
    let Some(state) = &context.state else { return };
    if let Phase::Closed { failure: Some(failure) } = &state.phase {
        let line = failure_line(context.lang, failure);
        ui.label(RichText::new(line).color(Palette::of(ui).error));
    }
    let dropped = [
        (state.dropped.limited, Text::FeiqLimited),
        (state.dropped.missed, Text::FeiqMissed),
        (state.dropped.unkept, Text::FeiqUnkept),
    ];
    for (n, text) in dropped.into_iter().filter(|(n, _)| *n > 0) {
        let said = fill(context.text(text), &[("n", &n)]);
        ui.label(RichText::new(said).color(Palette::of(ui).error));
    }
    if let Some(trouble) = &state.history_trouble {
        let said = match trouble {
            Trouble::Failed(failure) => failure_line(context.lang, failure),
            Trouble::Full { folder, limit_bytes } => {
                let size = size(*limit_bytes as f64);
                fill(context.text(Text::FeiqHistoryFull), &[("size", &size), ("path", &folder.display())])
            }
        };
        ui.add(Label::new(RichText::new(said).color(Palette::of(ui).error)).wrap());
    }
}
