//! 接收设置: how the log is shown. Every control here changes the view of everything received, at once.

use egui::Ui;

use super::Shared;
use super::framing::framing_ui;
use crate::codec::Charset;
use crate::i18n::{Text, fill};
use crate::settings::{Mode, View};
use crate::ui::command::Command;
use crate::ui::tab::Tab;
use crate::ui::widget::{combo, group, link, row, toggle_link};
use crate::ui::words::charset_name;

/// Draws the group.
pub fn receive_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    let mut folded = tab.folded[1];
    group(ui, shared.text(Text::RecvOptions), &mut folded, |ui| {
        let receive = &mut tab.settings.receive;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            ui.radio_value(&mut receive.view, View::Ascii, shared.text(Text::Ascii));
            ui.radio_value(&mut receive.view, View::Hex, shared.text(Text::Hex));
            ui.radio_value(&mut receive.view, View::Dump, shared.text(Text::Dump));
        });
        if receive.view == View::Dump {
            row(ui, |ui| {
                let label = ui.label(shared.text(Text::DumpWidth));
                combo("dump width")
                    .width(ui.available_width())
                    .selected_text(receive.dump_width.to_string())
                    .show_ui(ui, |ui| {
                        for width in [8, 16, 32] {
                            ui.selectable_value(&mut receive.dump_width, width, width.to_string());
                        }
                    })
                    .response
                    .labelled_by(label.id);
            });
        }
        encoding(ui, "recv encoding", shared.text(Text::RecvEncoding), &Charset::ALL, &mut receive.charset, shared);
        framing_ui(ui, tab, shared);
        let receive = &mut tab.settings.receive;
        ui.checkbox(&mut receive.log_mode, shared.text(Text::LogDisplayMode))
            .on_hover_text(shared.text(Text::LogModeHint));
        ui.checkbox(&mut receive.auto_linefeed, shared.text(Text::AutoLinefeed))
            .on_hover_text(shared.text(Text::AutoLinefeedHint));
        ui.checkbox(&mut receive.hide_received, shared.text(Text::HideReceivedData))
            .on_hover_text(shared.text(Text::HideReceivedHint));
        let status = tab.session.save_status();
        let save = ui.checkbox(&mut status.is_some(), shared.text(Text::SaveRecvToFile));
        if save.clicked() {
            shared.queue(Command::SaveReceived);
        }
        if let Some(status) = status {
            let values: [(&str, &dyn std::fmt::Display); 2] =
                [("path", &status.path.display()), ("n", &status.written_bytes)];
            save.on_hover_text(fill(shared.text(Text::SavedTo), &values));
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            let mut follow = tab.log.auto_scroll();
            if toggle_link(ui, shared.text(Text::AutoScroll), &mut follow).clicked() {
                tab.log.set_auto_scroll(follow);
            }
            let receive = &mut tab.settings.receive;
            if tab.settings.mode == Mode::Udp {
                let decode = |ui: &mut Ui| toggle_link(ui, shared.text(Text::Decode), &mut receive.decode);
                let link = ui.add_enabled_ui(receive.log_mode, decode).inner;
                link.on_hover_text(shared.text(Text::DecodeHint)).on_disabled_hover_text(shared.text(Text::DecodeHint));
            }
            if link(ui, shared.text(Text::ClearRecv)).on_hover_text(shared.text(Text::ClearLogHint)).clicked() {
                shared.queue(Command::ClearLog);
            }
        });
    });
    tab.folded[1] = folded;
}

/// A picker of encodings; whether it was changed.
pub fn encoding(
    ui: &mut Ui,
    id: &str,
    label: &str,
    charsets: &[Charset],
    chosen: &mut Charset,
    shared: &Shared<'_>,
) -> bool {
    let before = *chosen;
    row(ui, |ui| {
        let label = ui.label(label);
        combo(id)
            .width(ui.available_width())
            .selected_text(charset_name(*chosen, shared.lang))
            .show_ui(ui, |ui| {
                for &charset in charsets {
                    let row = ui.selectable_value(chosen, charset, charset_name(charset, shared.lang));
                    if charset == Charset::Auto {
                        row.on_hover_text(shared.text(Text::EncodingAutoHint));
                    }
                }
            })
            .response
            .labelled_by(label.id);
    });
    before != *chosen
}
