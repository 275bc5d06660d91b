//! 发送设置: how the send box becomes bytes, and how often.

use std::fmt::Write as _;

use egui::{RichText, TextEdit, Ui};

use super::Shared;
use super::receive::encoding;
use crate::codec::Charset;
use crate::codec::escape::ESCAPES;
use crate::i18n::Text;
use crate::settings::{AppendKind, SendForm, SendSettings};
use crate::ui::tab::Tab;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{combo, focus_ring, group, number_field, row};

/// Draws the group.
pub fn send_options_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    let mut folded = tab.folded[2];
    group(ui, shared.text(Text::SendOptions), &mut folded, |ui| {
        let mut form = tab.settings.send.form;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            ui.radio_value(&mut form, SendForm::Ascii, shared.text(Text::Ascii));
            ui.radio_value(&mut form, SendForm::Hex, shared.text(Text::Hex));
        });
        tab.set_form(form, shared.lang);
        let mut changed = encoding(
            ui,
            "send encoding",
            shared.text(Text::SendEncoding),
            &Charset::ALL[1..], // not Auto
            &mut tab.settings.send.charset,
            shared,
        );
        changed |= escapes(ui, &mut tab.settings.send, shared);
        changed |= append(ui, &mut tab.settings.send, shared);
        if changed {
            tab.composed = None;
        }
        cycle(ui, tab, shared);
    });
    tab.folded[2] = folded;
}

fn escapes(ui: &mut Ui, send: &mut SendSettings, shared: &Shared<'_>) -> bool {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let changed = ui.checkbox(&mut send.escapes, shared.text(Text::UseEscapeChars)).changed();
        let help =
            ui.add(egui::Label::new(RichText::new("ⓘ").color(Palette::of(ui).accent)).sense(egui::Sense::click()));
        focus_ring(ui, &help);
        help.on_hover_ui(|ui| {
            ui.label(shared.text(Text::EscapeHint));
            let mut list = String::new();
            for escape in ESCAPES {
                let _ = writeln!(list, "{:<8} {}", escape.written, escape.means); // to a String: cannot fail
            }
            ui.label(RichText::new(list.trim_end()).monospace());
        });
        changed
    })
    .inner
}

fn append(ui: &mut Ui, send: &mut SendSettings, shared: &Shared<'_>) -> bool {
    let mut changed = ui.checkbox(&mut send.append, shared.text(Text::AutoAppendBytes)).changed();
    if send.append {
        let name = |kind: AppendKind| {
            shared.text(match kind {
                AppendKind::Negative => Text::AppendNegSum,
                AppendKind::Sum => Text::AppendSum,
                AppendKind::Xor => Text::AppendXor,
                AppendKind::Fixed => Text::AppendFixed,
            })
        };
        row(ui, |ui| {
            let fixed = send.append_kind == AppendKind::Fixed;
            let width = if fixed { ui.available_width() - 64.0 } else { ui.available_width() };
            let kinds = combo("append").width(width).truncate().selected_text(name(send.append_kind));
            let kinds = kinds.show_ui(ui, |ui| {
                for kind in AppendKind::ALL {
                    changed |= ui.selectable_value(&mut send.append_kind, kind, name(kind)).changed();
                }
            });
            name_it(ui, &kinds.response, shared.text(Text::AppendKind));
            if fixed {
                let width = ui.available_width();
                let field = TextEdit::singleline(&mut send.append_fixed)
                    .desired_width(width)
                    .min_size(egui::vec2(width, CONTROL_HEIGHT))
                    .hint_text("0D");
                let response = ui.add(field);
                name_it(ui, &response, shared.text(Text::FixedBytes));
                changed |= response.on_hover_text(shared.text(Text::FixedBytes)).changed();
            }
        });
    }
    changed
}

fn cycle(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    row(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let before = tab.cycle;
        ui.checkbox(&mut tab.cycle, shared.text(Text::Cycle)).on_hover_text(shared.text(Text::CycleHint));
        let (response, value) = number_field(ui, &mut tab.typed.cycle, 1..=SendSettings::MAX_CYCLE_MS, 56.0);
        name_it(ui, &response, shared.text(Text::CycleInterval));
        ui.label(shared.text(Text::Milliseconds));
        if let Some(value) = value.filter(|_| response.changed()) {
            tab.settings.send.cycle_ms = value;
        }
        if before && !tab.cycle && tab.status.cycling {
            shared.queue(crate::ui::command::Command::StopCycle);
        }
    });
}

/// A name for a control whose label is its tooltip.
pub fn name_it(ui: &Ui, response: &egui::Response, name: &str) {
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
}
