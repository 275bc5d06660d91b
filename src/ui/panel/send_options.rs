//! 发送设置: how the send box becomes bytes, and how often.

use std::fmt::Write as _;

use egui::{RichText, Ui};

use super::Shared;
use super::answer::answer_ui;
use super::append::append_ui;
use super::framing::{frame_sends_ui, line_end_ui};
use super::receive::encoding;
use crate::codec::Charset;
use crate::codec::escape::ESCAPES;
use crate::codec::template::FIELDS;
use crate::i18n::{Text, fill};
use crate::settings::{SendForm, SendSettings};
use crate::ui::command::Command;
use crate::ui::tab::Tab;
use crate::ui::theme::Palette;
use crate::ui::widget::{focus_ring, group, link, number_field, row, text_width, times_field};

/// Between a switch and what belongs to it, in points.
const TIGHT: f32 = 3.0;
/// Between two switches on one row, in points.
const GAP: f32 = 6.0;

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
        let variables = shared.text(Text::Variables);
        // On one row where the language is short enough.
        let box_width = ui.spacing().icon_width + ui.spacing().icon_spacing;
        let texts = [Text::Template, Text::FrameSends].map(|text| text_width(ui, shared.text(text)) + box_width);
        let mut beside = text_width(ui, "ⓘ") + TIGHT + GAP;
        if tab.settings.send.template {
            beside += text_width(ui, variables) + TIGHT;
        }
        let fits = texts[0] + texts[1] + beside <= ui.available_width();
        let mut switches = |ui: &mut Ui| {
            changed |= template(ui, &mut tab.settings.send, variables, shared);
            changed |= frame_sends_ui(ui, tab, shared);
        };
        if fits {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = GAP;
                switches(ui);
            });
        } else {
            ui.vertical(switches);
        }
        changed |= line_end_ui(ui, tab, shared);
        changed |= append_ui(ui, tab, shared);
        if changed {
            tab.composed = None;
        }
        cycle(ui, tab, shared);
        answer_ui(ui, tab, shared);
    });
    tab.folded[2] = folded;
}

fn escapes(ui: &mut Ui, send: &mut SendSettings, shared: &Shared<'_>) -> bool {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let changed = ui.checkbox(&mut send.escapes, shared.text(Text::UseEscapeChars)).changed();
        help(ui, shared.text(Text::EscapeHint), ESCAPES.iter().map(|escape| (escape.written, escape.means)));
        changed
    })
    .inner
}

fn template(ui: &mut Ui, send: &mut SendSettings, variables: &str, shared: &mut Shared<'_>) -> bool {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = TIGHT;
        let changed = ui.checkbox(&mut send.template, shared.text(Text::Template)).changed();
        help(ui, shared.text(Text::TemplateHint), FIELDS.iter().map(|field| (field.written, field.means)));
        let hint = || fill(shared.text(Text::VariablesHint), &[("field", &"{var:name}")]);
        if send.template && link(ui, variables).on_hover_text(hint()).clicked() {
            shared.queue(Command::EditVariables);
        }
        changed
    })
    .inner
}

/// An ⓘ that lists what can be written, and what it stands for.
fn help(ui: &mut Ui, title: &str, entries: impl Iterator<Item = (&'static str, &'static str)>) {
    let sign = RichText::new("ⓘ").color(Palette::of(ui).accent);
    let sign = ui.add(egui::Label::new(sign).sense(egui::Sense::click()));
    focus_ring(ui, &sign);
    sign.on_hover_ui(|ui| {
        ui.label(title);
        let entries: Vec<_> = entries.collect();
        let width = entries.iter().map(|(written, _)| written.len()).max().unwrap_or_default();
        let mut list = String::new();
        for (written, means) in entries {
            let _ = writeln!(list, "{written:<width$} {means}"); // to a String: cannot fail
        }
        ui.add(egui::Label::new(RichText::new(list.trim_end()).monospace()).extend());
    });
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
        if before && !tab.cycle && tab.is_cycling() {
            shared.queue(Command::StopCycle);
        }
    });
    row(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let lines = ui.checkbox(&mut tab.settings.send.line_by_line, shared.text(Text::LineByLine));
        if lines.on_hover_text(shared.text(Text::LineByLineHint)).changed() {
            tab.composed = None;
        }
        ui.add_enabled_ui(tab.cycle, |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let label = ui.label(shared.text(Text::CycleTimes));
            times_ui(ui, tab, shared).labelled_by(label.id);
        });
    });
}

/// How often a cycle sends; nothing: until it is stopped.
fn times_ui(ui: &mut Ui, tab: &mut Tab, shared: &Shared<'_>) -> egui::Response {
    let width = (ui.available_width() - 1.0).min(56.0);
    let (response, times) = times_field(ui, &mut tab.typed.times, width);
    if let Some(times) = times.filter(|_| response.changed()) {
        tab.settings.send.cycle_times = times;
    }
    response.on_hover_text(shared.text(Text::CycleTimesHint))
}

/// A name for a control whose label is its tooltip.
pub fn name_it(ui: &Ui, response: &egui::Response, name: &str) {
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
}
