//! 数据发送: to whom, the send box, the button.

use egui::{Align, CornerRadius, Key, KeyboardShortcut, Layout, Modifiers, RichText, TextEdit, Ui, UiBuilder, vec2};

use super::Shared;
use crate::i18n::{Text, fill};
use crate::journal::rows;
use crate::net::Phase;
use crate::settings::{Mode, SendKey, SendSettings};
use crate::ui::command::Command;
use crate::ui::tab::Tab;
use crate::ui::theme::{self, CONTROL_HEIGHT, Palette, SMALL_SIZE};
use crate::ui::widget::{AddressField, combo, link};
use crate::ui::words;

/// The send button's width, in points.
const BUTTON_WIDTH: f32 = 88.0;

/// Draws the send area into all the room there is.
pub fn send_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), CONTROL_HEIGHT),
        Layout::left_to_right(Align::Center),
        |ui| {
            ui.label(RichText::new(shared.text(Text::DataSend)).strong());
            ui.add_space(8.0);
            match tab.settings.mode {
                Mode::Udp => remote(ui, tab, shared),
                Mode::TcpServer => clients(ui, tab, shared),
                Mode::TcpClient => half_close(ui, tab, shared),
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let input =
                    ui.button(shared.text(Text::ClearInputButton)).on_hover_text(shared.text(Text::ClearInputHint));
                if input.clicked() {
                    shared.queue(Command::ClearInput);
                }
                let log = ui.button(shared.text(Text::ClearLogButton)).on_hover_text(shared.text(Text::ClearLogHint));
                if log.clicked() {
                    shared.queue(Command::ClearLog);
                }
            });
        },
    );
    let footer = 18.0;
    let height = (ui.available_height() - footer - 4.0).max(CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(vec2(ui.available_width(), height), Layout::right_to_left(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        button(ui, tab, shared, height);
        let rect = ui.available_rect_before_wrap();
        ui.scope_builder(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)), |ui| {
            input(ui, tab, shared);
        });
    });
    footer_ui(ui, tab, shared);
}

fn remote(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    let label = ui.label(shared.text(Text::RemoteHost));
    // Who sent something comes first, newest first, then what was typed before.
    let mut choices: Vec<(String, String)> = Vec::new();
    let senders = tab.status.senders.iter().rev().map(rows::address);
    for address in senders.chain(shared.recent_remotes.as_slice().iter().cloned()) {
        if choices.iter().all(|(value, _)| *value != address) {
            choices.push((address.clone(), address));
        }
    }
    let width = (ui.available_width() - 290.0).clamp(110.0, 240.0);
    AddressField { label: shared.text(Text::RemoteHost), labelled_by: label.id, choices: &choices, width }
        .show(ui, &mut tab.settings.udp.remote);
    if ui.button(shared.text(Text::ClearRemotesButton)).on_hover_text(shared.text(Text::ClearRemotesHint)).clicked() {
        shared.queue(Command::ClearRemotes);
    }
    if link(ui, shared.text(Text::Multicast)).clicked() {
        shared.queue(Command::Multicast);
    }
}

fn clients(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    let clients = std::sync::Arc::clone(&tab.status.clients);
    let all = fill(shared.text(Text::AllClients), &[("n", &clients.len())]);
    let name = |client: &crate::net::Client| {
        let address = rows::address(&client.peer.addr);
        if client.pending_bytes == 0 {
            address
        } else {
            let pending = words::size(client.pending_bytes as f64);
            format!("{address}  ({})", fill(shared.text(Text::PendingBytes), &[("n", &pending)]))
        }
    };
    let chosen = tab.client.and_then(|c| clients.iter().find(|client| client.peer.stream == c));
    let label = ui.label(shared.text(Text::Clients));
    let width = (ui.available_width() - 250.0).clamp(130.0, 280.0);
    combo("clients")
        .width(width)
        .truncate()
        .selected_text(chosen.map_or_else(|| all.clone(), name))
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
                    ui.selectable_value(&mut tab.client, Some(client.peer.stream), name(client));
                }
            });
        })
        .response
        .labelled_by(label.id);
    let disconnect = egui::Button::new(shared.text(Text::DisconnectButton));
    let response =
        ui.add_enabled(!clients.is_empty(), disconnect).on_hover_text(shared.text(Text::DisconnectClientHint));
    if response.clicked() {
        shared.queue(Command::Disconnect(tab.client));
    }
}

fn half_close(ui: &mut Ui, tab: &Tab, shared: &mut Shared<'_>) {
    let open = matches!(tab.status.phase, Phase::Open { .. }) && !tab.status.half_closed;
    let response = ui.add_enabled(open, egui::Button::new(shared.text(Text::HalfClose)));
    if response.on_hover_text(shared.text(Text::HalfCloseHint)).clicked() {
        shared.queue(Command::HalfClose);
    }
}

fn input(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    let size = ui.available_size();
    let newline = match shared.send_key {
        SendKey::Enter => KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter),
        SendKey::CtrlEnter => KeyboardShortcut::new(Modifiers::NONE, Key::Enter),
    };
    let id = ui.scope_id().with(("send box", tab.id));
    let send = match shared.send_key {
        SendKey::Enter => Modifiers::NONE,
        SendKey::CtrlEnter => Modifiers::COMMAND,
    };
    // Ctrl+Enter sends in either setting.
    let focused = ui.memory(|m| m.has_focus(id));
    let pressed = focused
        && ui.input_mut(|i| {
            i.consume_key(Modifiers::COMMAND, Key::Enter)
                || (send == Modifiers::NONE && !i.modifiers.shift && i.consume_key(Modifiers::NONE, Key::Enter))
        });
    if pressed {
        shared.queue(Command::Send);
    }
    let before = tab.settings.send.text.len();
    let response = egui::ScrollArea::vertical()
        .id_salt(("send scroll", tab.id))
        .auto_shrink(false)
        .max_height(size.y)
        .show(ui, |ui| {
            ui.add(
                TextEdit::multiline(&mut tab.settings.send.text)
                    .id(id)
                    .font(theme::mono())
                    .desired_width(f32::INFINITY)
                    .min_size(vec2(size.x, size.y))
                    .margin(egui::Margin::symmetric(8, 6))
                    .return_key(newline)
                    .lock_focus(false),
            )
        })
        .inner;
    super::send_options::name_it(ui, &response, shared.text(Text::InputBox));
    if response.changed() {
        let text = &mut tab.settings.send.text;
        if text.len() > SendSettings::MAX_TEXT_BYTES && text.len() > before {
            text.truncate(text.floor_char_boundary(SendSettings::MAX_TEXT_BYTES));
            tab.message = Some(crate::ui::tab::Message::error(shared.text(Text::TextTooLong)));
        }
        tab.composed = None;
    }
}

fn button(ui: &mut Ui, tab: &Tab, shared: &mut Shared<'_>, height: f32) {
    let palette = Palette::of(ui);
    let open = matches!(tab.status.phase, Phase::Open { .. });
    let text = shared.text(if tab.status.cycling { Text::StopCycle } else { Text::Send });
    let fill = if open { palette.primary } else { palette.control };
    let colour = if open { palette.on_primary } else { palette.text };
    let button = egui::Button::new(RichText::new(text).size(15.0).strong().color(colour))
        .fill(fill)
        .corner_radius(CornerRadius::same(6));
    let key = match shared.send_key {
        SendKey::Enter => shared.text(Text::SendKeyEnter),
        SendKey::CtrlEnter => shared.text(Text::SendKeyCtrlEnter),
    };
    if ui.add_sized(vec2(BUTTON_WIDTH, height), button).on_hover_text(key).clicked() {
        shared.queue(Command::Send);
    }
}

/// The byte count while typing, or why the text can't be sent.
fn footer_ui(ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) {
    let palette = Palette::of(ui);
    let composed = match tab.composed.take() {
        Some(known) => known,
        None => tab.compose().map(|bytes| bytes.len()),
    };
    let (text, colour) = match &composed {
        Ok(bytes) => (fill(shared.text(Text::ByteCount), &[("n", bytes)]), palette.secondary),
        Err(error) => (words::compose_error(shared.lang, error), palette.error),
    };
    tab.composed = Some(composed);
    ui.horizontal(|ui| {
        ui.label(RichText::new(text).size(SMALL_SIZE).color(colour));
        if tab.status.pending_bytes > 0 {
            let pending = words::size(tab.status.pending_bytes as f64);
            let pending = fill(shared.text(Text::PendingBytes), &[("n", &pending)]);
            ui.label(RichText::new(pending).size(SMALL_SIZE).color(palette.secondary));
        }
    });
}
