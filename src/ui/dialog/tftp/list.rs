//! The list of transfers: what runs, what is over, and what went over before.

use egui::{Button, Label, RichText, Ui};

use super::progress::{details_ui, progress_ui};
use super::said::{failure_words, note_words};
use super::{Entry, TftpCommand, TftpContext, past};
use crate::i18n::{Text, fill};
use crate::proto::tftp::Direction;
use crate::service::tftp::{Done, Phase, TransferFailure};
use crate::ui::dialog::transfer::{card, digest_ui, lasted, one_line, secondary, title_ui};
use crate::ui::folders::show_in_folder;
use crate::ui::theme::Palette;
use crate::ui::widget::link;
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
    if let Some(sha256) = &done.sha256 {
        digest_ui(ui, sha256, &mut entry.compare, context.lang);
    }
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
