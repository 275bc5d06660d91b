//! 数据发送: to whom, the send box, the button.

use egui::{Align, CornerRadius, Layout, Rect, RichText, Ui, UiBuilder, pos2, vec2};

use super::Shared;
use super::send_box::send_box_ui;
use super::send_footer::footer_ui;
use crate::i18n::{Text, fill};
use crate::journal::rows;
use crate::net::{Client, Phase};
use crate::settings::{Mode, SendKey};
use crate::ui::command::Command;
use crate::ui::tab::Tab;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{AddressField, button_width, combo, link, row, text_width};
use crate::ui::words;

/// The send button's width, in points.
const BUTTON_WIDTH: f32 = 88.0;
/// The same in a narrow window.
const BUTTON_WIDTH_NARROW: f32 = 60.0;
/// Height of the line under the send box, in points.
const FOOTER: f32 = 18.0;
/// The send box is at least this high, in points.
const BOX_MIN: f32 = 50.0;

/// What the send area needs at least at this width, in points.
pub fn send_height(ui: &Ui, width: f32, tab: &Tab, shared: &Shared<'_>) -> f32 {
    let rows = if fits_one_row(ui, width, tab, shared) { 1.0 } else { 2.0 };
    rows * (CONTROL_HEIGHT + 5.0) + BOX_MIN + FOOTER + 12.0
}

/// Whether the controls above the send box fit into one row.
fn fits_one_row(ui: &Ui, width: f32, tab: &Tab, shared: &Shared<'_>) -> bool {
    let text = |text: Text| text_width(ui, shared.text(text));
    let gap = ui.spacing().item_spacing.x;
    let target = match tab.settings.mode {
        Mode::Udp => {
            let clear = button_width(ui, shared.text(Text::ClearRemotesButton));
            text(Text::RemoteHost) + ADDRESS_MIN + clear + text(Text::Multicast) + 4.0 * gap
        }
        Mode::TcpServer => {
            let disconnect = button_width(ui, shared.text(Text::DisconnectButton));
            text(Text::Clients) + ADDRESS_MIN + disconnect + 3.0 * gap
        }
        Mode::TcpClient => button_width(ui, shared.text(Text::HalfClose)),
    };
    text(Text::DataSend) + 2.0 * gap + target + clear_buttons_width(ui, shared) + gap <= width
}

/// An address is readable in this width, in points.
const ADDRESS_MIN: f32 = 130.0;

fn clear_buttons_width(ui: &Ui, shared: &Shared<'_>) -> f32 {
    let width = |text: Text| button_width(ui, shared.text(text));
    width(Text::ClearLogButton) + ui.spacing().item_spacing.x + width(Text::ClearInputButton)
}

/// Draws the send area into all the room there is.
pub fn send_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    let all = ui.max_rect();
    if fits_one_row(ui, all.width(), tab, shared) {
        row(ui, |ui| {
            ui.label(RichText::new(shared.text(Text::DataSend)).strong());
            ui.add_space(8.0);
            target(ui, tab, shared, clear_buttons_width(ui, shared) + ui.spacing().item_spacing.x);
            clear_buttons(ui, shared);
        });
    } else {
        row(ui, |ui| {
            ui.label(RichText::new(shared.text(Text::DataSend)).strong());
            clear_buttons(ui, shared);
        });
        row(ui, |ui| target(ui, tab, shared, 0.0));
    }
    let narrow = all.width() < 400.0;
    let width = if narrow { BUTTON_WIDTH_NARROW } else { BUTTON_WIDTH };
    let rest = Rect::from_min_max(ui.cursor().min, pos2(all.right(), all.bottom() - FOOTER - 4.0));
    let rest = Rect::from_min_size(rest.min, vec2(rest.width(), rest.height().max(CONTROL_HEIGHT)));
    let text = Rect::from_min_max(rest.min, pos2(rest.right() - width - 6.0, rest.bottom()));
    let place = |ui: &mut Ui, rect: Rect, content: &mut dyn FnMut(&mut Ui)| {
        ui.scope_builder(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)), content);
    };
    place(ui, text, &mut |ui| send_box_ui(ui, tab, shared));
    let rect = Rect::from_min_max(pos2(text.right() + 6.0, rest.top()), rest.max);
    place(ui, rect, &mut |ui| button(ui, tab, shared, rect.size()));
    let rect = Rect::from_min_max(pos2(rest.left(), rest.bottom() + 4.0), pos2(rest.right(), all.bottom()));
    place(ui, rect, &mut |ui| footer_ui(ui, tab, shared));
}

/// ↙清除 and ↖清除, at the right end of a row, in reading order.
fn clear_buttons(ui: &mut Ui, shared: &mut Shared<'_>) {
    let free = ui.available_width() - clear_buttons_width(ui, shared);
    ui.add_space(free.max(0.0));
    for (text, hint, command) in [
        (Text::ClearLogButton, Text::ClearLogHint, Command::ClearLog),
        (Text::ClearInputButton, Text::ClearInputHint, Command::ClearInput),
    ] {
        if ui.button(shared.text(text)).on_hover_text(shared.text(hint)).clicked() {
            shared.queue(command);
        }
    }
}

/// To whom it goes; `reserved` points at the right stay free.
fn target(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>, reserved: f32) {
    match tab.settings.mode {
        Mode::Udp => remote(ui, tab, shared, reserved),
        Mode::TcpServer => clients(ui, tab, shared, reserved),
        Mode::TcpClient => half_close(ui, tab, shared),
    }
}

fn remote(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>, reserved: f32) {
    let label = ui.label(shared.text(Text::RemoteHost));
    // Who sent something comes first, newest first, then what was typed before.
    let mut choices: Vec<(String, String)> = Vec::new();
    let senders = tab.status.senders.iter().rev().map(rows::address);
    for address in senders.chain(shared.recent_remotes.as_slice().iter().cloned()) {
        if choices.iter().all(|(value, _)| *value != address) {
            choices.push((address, String::new()));
        }
    }
    let gap = ui.spacing().item_spacing.x;
    let clear = button_width(ui, shared.text(Text::ClearRemotesButton));
    let after = reserved + clear + text_width(ui, shared.text(Text::Multicast)) + 2.0 * gap;
    let width = (ui.available_width() - after).clamp(60.0, 240.0);
    AddressField { label: shared.text(Text::RemoteHost), labelled_by: label.id, choices: &choices, width }
        .show(ui, &mut tab.settings.udp.remote);
    if ui.button(shared.text(Text::ClearRemotesButton)).on_hover_text(shared.text(Text::ClearRemotesHint)).clicked() {
        shared.queue(Command::ClearRemotes);
    }
    if link(ui, shared.text(Text::Multicast)).clicked() {
        shared.queue(Command::Multicast);
    }
}

fn clients(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>, reserved: f32) {
    let clients = std::sync::Arc::clone(&tab.status.clients);
    let all = fill(shared.text(Text::AllClients), &[("n", &clients.len())]);
    let name = |client: &Client| {
        let address = rows::address(&client.peer.addr);
        if client.pending_bytes == 0 {
            address
        } else {
            let pending = words::size(client.pending_bytes as f64);
            format!("{address}  ({})", fill(shared.text(Text::PendingBytes), &[("n", &pending)]))
        }
    };
    let chosen = match tab.client {
        None => all.clone(),
        Some(peer) => clients
            .iter()
            .find(|client| client.peer == peer)
            .map_or_else(|| fill(shared.text(Text::ClientGone), &[("peer", &rows::address(&peer.addr))]), name),
    };
    let label = ui.label(shared.text(Text::Clients));
    let after = reserved + button_width(ui, shared.text(Text::DisconnectButton)) + ui.spacing().item_spacing.x;
    let width = (ui.available_width() - after).clamp(60.0, 280.0);
    combo("clients")
        .width(width)
        .truncate()
        .selected_text(chosen)
        .show_ui(ui, |ui| {
            ui.selectable_value(&mut tab.client, None, &all);
            // A list of a thousand is drawn as far as it is seen.
            let height = ui.spacing().interact_size.y + ui.spacing().item_spacing.y;
            egui::ScrollArea::vertical().max_height(280.0).show_viewport(ui, |ui, seen| {
                ui.set_height(height * clients.len() as f32);
                let first = (seen.top() / height).floor().max(0.0) as usize;
                let last = ((seen.bottom() / height).ceil() as usize).min(clients.len());
                ui.add_space(height * first as f32);
                for client in &clients[first.min(last)..last] {
                    ui.selectable_value(&mut tab.client, Some(client.peer), name(client));
                }
            });
        })
        .response
        .labelled_by(label.id);
    let disconnect = egui::Button::new(shared.text(Text::DisconnectButton));
    let response =
        ui.add_enabled(!clients.is_empty(), disconnect).on_hover_text(shared.text(Text::DisconnectClientHint));
    if response.clicked() {
        shared.queue(Command::Disconnect(tab.client.map(|client| client.stream)));
    }
}

fn half_close(ui: &mut Ui, tab: &Tab, shared: &mut Shared<'_>) {
    let open = matches!(tab.status.phase, Phase::Open { .. }) && !tab.status.half_closed;
    let response = ui.add_enabled(open, egui::Button::new(shared.text(Text::HalfClose)));
    if response.on_hover_text(shared.text(Text::HalfCloseHint)).clicked() {
        shared.queue(Command::HalfClose);
    }
}

fn button(ui: &mut Ui, tab: &Tab, shared: &mut Shared<'_>, size: egui::Vec2) {
    let palette = Palette::of(ui);
    let open = matches!(tab.status.phase, Phase::Open { .. });
    let text = shared.text(if tab.is_cycling() { Text::StopCycle } else { Text::Send });
    let fill = if open { palette.primary } else { palette.control };
    let colour = if open { palette.on_primary } else { palette.text };
    let button = egui::Button::new(RichText::new(text).size(15.0).strong().color(colour))
        .fill(fill)
        .corner_radius(CornerRadius::same(6));
    let key = match shared.send_key {
        SendKey::Enter => shared.text(Text::SendKeyEnter),
        SendKey::CtrlEnter => shared.text(Text::SendKeyCtrlEnter),
    };
    if ui.add_sized(size, button).on_hover_text(key).clicked() {
        shared.queue(Command::Send);
    }
}
