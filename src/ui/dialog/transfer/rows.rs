//! The list of transfers: what runs, what is over, and what earlier runs left.

use std::time::Duration;

use egui::{Button, Label, RichText, Ui};

use super::card::{card, one_line, title_ui};
use super::flow::lasted;
use super::{Entry, Heading, Listed, Offer, TransferCommand, TransferList, past};
use crate::i18n::{Lang, Text, fill};
use crate::journal::Timestamp;
use crate::ui::folders::show_in_folder;
use crate::ui::theme::Palette;
use crate::ui::widget::link;
use crate::ui::words::{short_time, size};

/// What a click in the list wishes.
pub enum Wish<S: Listed> {
    /// Something for the application.
    Command(TransferCommand<S::Order>),
    /// The form is to be filled with an earlier run.
    UseAgain(S::Record),
}

/// Draws the list, the latest transfer first; `none` stands where there is nothing, `state_ui` draws how one stands.
pub fn list_ui<S: Listed>(
    ui: &mut Ui,
    list: &mut TransferList<S>,
    history: &[S::Record],
    none: Text,
    lang: Lang,
    mut state_ui: impl FnMut(&mut Ui, &mut Entry<S>),
) -> Option<Wish<S>> {
    let entries = list.entries();
    let over = entries.iter().any(|entry| !entry.is_running()) || !history.is_empty();
    if entries.is_empty() && !over {
        ui.add_space(40.0);
        let hint = RichText::new(none.text(lang)).color(Palette::of(ui).secondary);
        ui.vertical_centered(|ui| ui.add(Label::new(hint).wrap()));
        return None;
    }
    let mut wish = None;
    for entry in entries.iter_mut().rev() {
        ui.push_id(entry.id(), |ui| {
            card(ui, |ui| {
                heading_ui(ui, &S::heading(&entry.order), entry.began, lang);
                state_ui(ui, entry);
                if let Some(command) = buttons_ui(ui, entry, lang) {
                    wish = Some(Wish::Command(command));
                }
            });
        });
    }
    if let Some(record) = past::past_ui::<S>(ui, history, lang) {
        wish = Some(Wish::UseAgain(record.clone()));
    }
    if over && link(ui, Text::TftpClearList.text(lang)).clicked() {
        wish = Some(Wish::Command(TransferCommand::Clear));
    }
    wish
}

/// Which file goes from or to whom, and when it began.
pub fn heading_ui(ui: &mut Ui, heading: &Heading, time: Timestamp, lang: Lang) {
    let way = if heading.download { Text::TftpFrom } else { Text::TftpTo };
    let peer = format!("{} :{}", one_line(&heading.server), heading.port);
    let from = fill(way.text(lang), &[("peer", &peer)]);
    title_ui(ui, heading.download, &heading.name, &format!("{from}  ·  {}", short_time(time)));
}

/// How much went over, in what time, how fast.
pub fn done_ui(ui: &mut Ui, bytes: u64, time: Duration, bytes_per_second: f64, lang: Lang) {
    let values: [(&str, &dyn std::fmt::Display); 4] =
        [("size", &size(bytes as f64)), ("n", &bytes), ("time", &lasted(time)), ("rate", &size(bytes_per_second))];
    let words = fill(Text::TftpDone.text(lang), &values);
    ui.label(RichText::new(words).color(Palette::of(ui).received));
}

/// Why it did not work, or what is odd.
pub fn trouble_ui(ui: &mut Ui, words: String) {
    ui.add(Label::new(RichText::new(words).color(Palette::of(ui).error)).selectable(true).wrap());
}

fn buttons_ui<S: Listed>(ui: &mut Ui, entry: &Entry<S>, lang: Lang) -> Option<TransferCommand<S::Order>> {
    let id = entry.id();
    let mut command = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        match entry.state.offer() {
            Offer::Show { path, sha256 } => {
                let shown = link(ui, Text::FeiqShowInFolder.text(lang));
                if shown.on_hover_text(path.display().to_string()).clicked() {
                    show_in_folder(path);
                }
                if let Some(sha256) = sha256
                    && link(ui, Text::TftpCopyHash.text(lang)).clicked()
                {
                    ui.ctx().copy_text(sha256.to_owned());
                }
            }
            Offer::Replace => {
                let palette = Palette::of(ui);
                let label = RichText::new(Text::TftpReplace.text(lang)).color(palette.on_primary);
                if ui.add(Button::new(label).fill(palette.primary)).clicked() {
                    command = Some(TransferCommand::Replace(id));
                }
            }
            Offer::Nothing => {}
        }
        if entry.is_running() {
            if link(ui, Text::Cancel.text(lang)).clicked() {
                command = Some(TransferCommand::Cancel(id));
            }
        } else if link(ui, Text::TftpAgain.text(lang)).clicked() {
            command = Some(TransferCommand::Again(id));
        }
        if entry.can_be_traced() && link(ui, Text::TftpTrace.text(lang)).clicked() {
            command = Some(TransferCommand::Trace(id));
        }
        if !entry.is_running() && link(ui, Text::TftpRemove.text(lang)).clicked() {
            command = Some(TransferCommand::Remove(id));
        }
    });
    command
}
