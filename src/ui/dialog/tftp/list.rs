//! The list of transfers: what runs, what is over, and what went over before.

use egui::{Button, CornerRadius, Frame, Label, Margin, RichText, Stroke, TextEdit, Ui, vec2};

use super::digest::{Comparison, compare};
use super::progress::{details_ui, lasted, progress_ui};
use super::said::{failure_words, note_words, one_line};
use super::{Entry, TftpCommand, TftpContext, past};
use crate::i18n::{Text, fill};
use crate::proto::tftp::Direction;
use crate::service::tftp::{Done, Phase, TransferFailure};
use crate::ui::folders::show_in_folder;
use crate::ui::theme::{CONTROL_HEIGHT, Palette};
use crate::ui::widget::{label_above, link, row, text_width};
use crate::ui::words::{short_time, size};

/// Draws the list, the latest transfer first.
pub fn list_ui(ui: &mut Ui, entries: &mut [Entry], context: &mut TftpContext<'_>) {
    let palette = Palette::of(ui);
    let over = entries.iter().any(|entry| !entry.is_running()) || !context.settings.history.is_empty();
    if entries.is_empty() && !over {
        ui.add_space(40.0);
        let hint = RichText::new(context.text(Text::TftpNoTransfers)).color(palette.secondary);
        ui.vertical_centered(|ui| ui.label(hint));
        return;
    }
    for entry in entries.iter_mut().rev() {
        ui.push_id(entry.id(), |ui| card(ui, |ui| entry_ui(ui, entry, context)));
    }
    past::past_ui(ui, context);
    if over && link(ui, context.text(Text::TftpClearList)).clicked() {
        context.tell(TftpCommand::Clear);
    }
}

/// A frame around what belongs together.
pub fn card(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let palette = Palette::of(ui);
    Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.border))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::symmetric(10, 6))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 3.0;
            content(ui);
        });
}

/// An arrow, a file's name, and small words after it.
pub fn title_ui(ui: &mut Ui, download: bool, name: &str, after: &str) {
    let palette = Palette::of(ui);
    let (arrow, colour) = if download { ("↓", palette.received) } else { ("↑", palette.sent) };
    row(ui, |ui| {
        ui.label(RichText::new(arrow).strong().color(colour));
        let room = ui.available_width() - text_width(ui, after) - 16.0;
        let label = Label::new(RichText::new(one_line(name)).strong()).truncate();
        ui.scope(|ui| {
            ui.set_max_width(room.max(80.0));
            ui.add(label).on_hover_text(one_line(name));
        });
        ui.add(Label::new(RichText::new(after).small().color(palette.secondary)).truncate());
    });
}

fn entry_ui(ui: &mut Ui, entry: &mut Entry, context: &mut TftpContext<'_>) {
    let palette = Palette::of(ui);
    let download = entry.order.direction == Direction::Download;
    let way = if download { Text::TftpFrom } else { Text::TftpTo };
    let peer = format!("{} :{}", one_line(&entry.order.server), entry.order.port);
    let from = fill(context.text(way), &[("peer", &peer)]);
    title_ui(ui, download, &entry.order.remote, &format!("{from}  ·  {}", short_time(entry.began)));
    let state = std::sync::Arc::clone(&entry.state);
    match &state.phase {
        Phase::Resolving => secondary(ui, context.text(Text::TftpResolving)),
        Phase::Asking if state.statistics.sent > 1 => {
            secondary(ui, &fill(context.text(Text::TftpAskedTimes), &[("n", &state.statistics.sent)]));
        }
        Phase::Asking => secondary(ui, context.text(Text::TftpAsking)),
        Phase::Running => {
            if let Some(progress) = &state.progress {
                progress_ui(ui, progress, context.lang);
            }
        }
        Phase::Done(done) => {
            done_ui(ui, entry, done, context);
        }
        Phase::Failed(failure) => {
            let words = failure_words(context.lang, failure);
            ui.add(Label::new(RichText::new(words).color(palette.error)).selectable(true).wrap());
        }
        Phase::Cancelled => {
            secondary(ui, context.text(if download { Text::TftpCancelled } else { Text::TftpUploadCancelled }));
        }
    }
    if let Some(progress) = state.progress.as_ref().filter(|_| state.phase.has_ended()) {
        details_ui(ui, progress, context.lang);
    }
    for note in &state.notes {
        let words = RichText::new(note_words(context.lang, note)).small().color(palette.secondary);
        ui.add(Label::new(words).wrap());
    }
    buttons_ui(ui, entry, context);
}

fn secondary(ui: &mut Ui, words: &str) {
    ui.label(RichText::new(words).color(Palette::of(ui).secondary));
}

fn done_ui(ui: &mut Ui, entry: &mut Entry, done: &Done, context: &TftpContext<'_>) {
    let palette = Palette::of(ui);
    let progress = entry.state.progress;
    let words = fill(
        context.text(Text::TftpDone),
        &[
            ("size", &size(done.size as f64)),
            ("n", &done.size),
            ("time", &lasted(progress.map_or(entry.state.elapsed, |progress| progress.elapsed))),
            ("rate", &size(progress.map_or(0.0, |progress| progress.bytes_per_second))),
        ],
    );
    ui.label(RichText::new(words).color(palette.received));
    let Some(sha256) = &done.sha256 else { return };
    ui.add(Label::new(RichText::new(format!("SHA-256 {sha256}")).monospace().size(11.0)).selectable(true).wrap());
    row(ui, |ui| {
        let label = label_above(ui, context.text(Text::TftpCompare));
        let (words, colour) = match compare(&entry.compare, sha256) {
            Comparison::Empty => ("", palette.secondary),
            Comparison::NotADigest => (context.text(Text::TftpNotADigest), palette.secondary),
            Comparison::Same => (context.text(Text::TftpSame), palette.received),
            Comparison::Different => (context.text(Text::TftpDifferent), palette.error),
        };
        let width = (ui.available_width() - text_width(ui, words) - 12.0).max(60.0);
        let field = TextEdit::singleline(&mut entry.compare)
            .desired_width(width)
            .min_size(vec2(width, CONTROL_HEIGHT))
            .char_limit(1000)
            .hint_text(context.text(Text::TftpCompareHint));
        ui.add(field).labelled_by(label.id);
        if !words.is_empty() {
            ui.label(RichText::new(words).strong().color(colour));
        }
    });
}

fn buttons_ui(ui: &mut Ui, entry: &Entry, context: &mut TftpContext<'_>) {
    let id = entry.id();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        match &entry.state.phase {
            Phase::Done(done) => {
                let shown = link(ui, context.text(Text::FeiqShowInFolder));
                if shown.on_hover_text(done.path.display().to_string()).clicked() {
                    show_in_folder(&done.path);
                }
                if let Some(sha256) = &done.sha256
                    && link(ui, context.text(Text::TftpCopyHash)).clicked()
                {
                    ui.ctx().copy_text(sha256.clone());
                }
            }
            Phase::Failed(TransferFailure::Exists(_)) => {
                let palette = Palette::of(ui);
                let label = RichText::new(context.text(Text::TftpReplace)).color(palette.on_primary);
                if ui.add(Button::new(label).fill(palette.primary)).clicked() {
                    context.tell(TftpCommand::Replace(id));
                }
            }
            _ => {}
        }
        if entry.is_running() {
            if link(ui, context.text(Text::Cancel)).clicked() {
                context.tell(TftpCommand::Cancel(id));
            }
        } else if link(ui, context.text(Text::TftpAgain)).clicked() {
            context.tell(TftpCommand::Again(id));
        }
        if entry.can_be_traced() && link(ui, context.text(Text::TftpTrace)).clicked() {
            context.tell(TftpCommand::Trace(id));
        }
        if !entry.is_running() && link(ui, context.text(Text::TftpRemove)).clicked() {
            context.tell(TftpCommand::Remove(id));
        }
    });
}
