//! 数据日志: the log and its context menu.

use egui::{CornerRadius, Frame, Popup, SetOpenCommand, Stroke, Ui};

use super::Shared;
use super::chat::chat_ui;
use crate::i18n::Text;
use crate::journal::Kind;
use crate::settings::Mode;
use crate::ui::command::{Command, Shortcut};
use crate::ui::tab::Tab;
use crate::ui::theme::Palette;
use crate::ui::widget::{LogAction, LogWords, link, page_tab};

/// Draws the log into all the room there is.
pub fn log_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    ui.horizontal(|ui| {
        let chat = &mut tab.settings.chat.shown;
        for (shown, name) in [(false, Text::DataLog), (true, Text::Chat)] {
            if page_tab(ui, shared.text(name), *chat == shown).clicked() {
                *chat = shown;
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let key = ui.ctx().format_shortcut(&Shortcut::SaveLog.key());
            if link(ui, shared.text(Text::SaveLog)).on_hover_text(key).clicked() {
                shared.queue(Command::SaveLog);
            }
        });
    });
    let palette = Palette::of(ui);
    let frame = Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.border))
        .corner_radius(CornerRadius::same(6));
    let words = LogWords {
        name: shared.text(Text::DataLog),
        new_records: shared.text(Text::NewRecords),
        framing: shared.text(Text::FramingProgress),
    };
    tab.show_settings(); // a view that was chosen in this frame is drawn in it
    frame.show(ui, |ui| {
        let mut record = None;
        if tab.settings.chat.shown {
            record = chat_ui(ui, tab, shared);
        } else {
            match tab.log.ui(ui, &words) {
                Some(LogAction::Copy) => shared.queue(Command::CopySelection),
                Some(LogAction::Menu(clicked)) => record = Some(clicked),
                None => {}
            }
        }
        let opened = record.is_some();
        tab.menu_record = record.or(tab.menu_record.take());
        menu(ui, opened, tab, shared);
    });
}

/// The context menu: about the record under the pointer.
fn menu(ui: &Ui, opened: bool, tab: &mut Tab, shared: &mut Shared<'_>) {
    let Some(record) = tab.menu_record.clone() else { return };
    let payload = record.head.kind != Kind::Event;
    let chat = tab.settings.chat.shown;
    let selected = tab.log.selection().is_some() && !chat;
    let id = ui.scope_id().with("log menu");
    let shown = Popup::new(id, ui.ctx().clone(), egui::PopupAnchor::PointerFixed, ui.layer_id())
        .kind(egui::PopupKind::Menu)
        .layout(egui::Layout::top_down_justified(egui::Align::Min))
        .style(egui::containers::menu::menu_style)
        .open_memory(opened.then_some(SetOpenCommand::Bool(true)))
        .show(|ui| {
            ui.set_min_width(180.0);
            let mut entry = |ui: &mut Ui, enabled: bool, text: Text, command: Command| {
                if ui.add_enabled(enabled, egui::Button::new(shared.text(text))).clicked() {
                    shared.commands.push(command);
                    ui.close();
                }
            };
            entry(ui, selected, Text::CopySelection, Command::CopySelection);
            entry(ui, true, Text::CopyText, Command::CopyText(record.clone()));
            entry(ui, payload, Text::CopyHex, Command::CopyHex(record.clone()));
            entry(ui, payload, Text::Inspect, Command::Inspect(record.clone()));
            ui.separator();
            let reply = payload && tab.settings.mode != Mode::TcpClient && record.head.peer.is_some();
            entry(ui, reply, Text::ReplyToPeer, Command::Reply(record.clone()));
            entry(ui, payload && tab.is_open(), Text::Resend, Command::Resend(record.clone()));
            if let Some(peer) = record.head.peer.filter(|_| chat) {
                entry(ui, true, Text::ChatNamePeer, Command::NamePeer(peer.addr));
            }
        });
    if shown.is_none() {
        tab.menu_record = None;
    }
}
