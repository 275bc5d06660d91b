//! Transfers of earlier runs.

use egui::{Label, RichText, Ui};

use super::card::{card, one_line};
use super::rows::heading_ui;
use super::{Listed, Past};
use crate::i18n::{Lang, Text, fill};
use crate::ui::theme::Palette;
use crate::ui::widget::link;
use crate::ui::words::size;

/// Draws them, the latest first; the one with which the form is to be filled.
pub fn past_ui<'a, S: Listed>(ui: &mut Ui, history: &'a [S::Record], lang: Lang) -> Option<&'a S::Record> {
    if history.is_empty() {
        return None;
    }
    ui.add_space(2.0);
    ui.label(RichText::new(Text::TftpEarlier.text(lang)).small().color(Palette::of(ui).secondary));
    let mut chosen = None;
    for (index, record) in history.iter().enumerate().rev() {
        ui.push_id(("earlier", index), |ui| {
            card(ui, |ui| {
                if record_ui(ui, &S::past(record), lang) {
                    chosen = Some(record);
                }
            });
        });
    }
    chosen
}

/// Draws one; whether the form is to be filled with it.
fn record_ui(ui: &mut Ui, past: &Past<'_>, lang: Lang) -> bool {
    let palette = Palette::of(ui);
    heading_ui(ui, &past.heading, past.time, lang);
    let (words, colour) = if let Some(failure) = past.failure {
        (one_line(failure), palette.error)
    } else {
        let bytes = past.size.unwrap_or(0);
        let done = fill(Text::TftpWasDone.text(lang), &[("size", &size(bytes as f64)), ("n", &bytes)]);
        (done, palette.secondary)
    };
    ui.add(Label::new(RichText::new(words).small().color(colour)).wrap());
    if let Some(sha256) = past.sha256 {
        let words = RichText::new(format!("SHA-256 {}", one_line(sha256))).monospace().size(11.0);
        ui.add(Label::new(words.color(palette.secondary)).selectable(true).wrap());
    }
    link(ui, Text::TftpUseAgain.text(lang)).on_hover_text(one_line(past.local)).clicked()
}
