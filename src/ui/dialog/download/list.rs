//! The list of downloads: what runs, what is over, and what came before.

use std::sync::Arc;

use egui::{Button, Label, RichText, Ui};

use super::said::{failure_words, spoken};
use super::{DownloadCommand, DownloadContext, Entry, past};
use crate::i18n::{Text, fill};
use crate::journal::rows;
use crate::service::download::{Done, DownloadFailure, Phase, Progress};
use crate::ui::dialog::transfer::{Flow, card, digest_ui, flow_ui, lasted, one_line, secondary, title_ui};
use crate::ui::folders::show_in_folder;
use crate::ui::theme::Palette;
use crate::ui::widget::link;
use crate::ui::words::{short_time, size};

/// Draws the list, the latest download first.
pub fn list_ui(ui: &mut Ui, entries: &mut [Entry], context: &mut DownloadContext<'_>) {
    let over = entries.iter().any(|entry| !entry.is_running()) || !context.settings.history.is_empty();
    if entries.is_empty() && !over {
        ui.add_space(40.0);
        let hint = RichText::new(context.text(Text::DownloadNone)).color(Palette::of(ui).secondary);
        ui.vertical_centered(|ui| ui.add(Label::new(hint).wrap()));
        return;
    }
    for entry in entries.iter_mut().rev() {
        ui.push_id(entry.id(), |ui| card(ui, |ui| entry_ui(ui, entry, context)));
    }
    past::past_ui(ui, context);
    if over && link(ui, context.text(Text::TftpClearList)).clicked() {
        context.tell(DownloadCommand::Clear);
    }
}

fn entry_ui(ui: &mut Ui, entry: &mut Entry, context: &mut DownloadContext<'_>) {
    let palette = Palette::of(ui);
    let peer = format!("{} :{}", one_line(&entry.order.server), entry.order.port);
    let from = fill(context.text(Text::TftpFrom), &[("peer", &peer)]);
    title_ui(ui, true, &entry.order.title(), &format!("{from}  ·  {}", short_time(entry.began)));
    let state = Arc::clone(&entry.state);
    match &state.phase {
        Phase::Resolving => secondary(ui, context.text(Text::TftpResolving)),
        Phase::Connecting => {
            let addr = state.server.map_or(peer, |addr| rows::address(&addr));
            secondary(ui, &fill(context.text(Text::DownloadConnecting), &[("addr", &addr)]));
        }
        Phase::Asking => secondary(ui, context.text(Text::DownloadAsking)),
        Phase::Receiving => {
            let Progress { done_bytes, total_bytes, bytes_per_second, .. } = state.progress;
            flow_ui(ui, &Flow { done_bytes, total_bytes, bytes_per_second }, context.lang);
            if let Some(idle) = entry.order.idle() {
                let words = fill(context.text(Text::DownloadIdling), &[("seconds", &idle.as_secs_f64())]);
                ui.label(RichText::new(words).small().color(palette.secondary));
            }
        }
        Phase::Done(done) => done_ui(ui, entry, done, &state.progress, context),
        Phase::Failed(failure) => {
            let words = failure_words(context.lang, failure);
            ui.add(Label::new(RichText::new(words).color(palette.error)).selectable(true).wrap());
        }
        Phase::Cancelled => secondary(ui, context.text(Text::TftpCancelled)),
    }
    buttons_ui(ui, entry, context);
}

fn done_ui(ui: &mut Ui, entry: &mut Entry, done: &Done, progress: &Progress, context: &DownloadContext<'_>) {
    let palette = Palette::of(ui);
    let words = fill(
        context.text(Text::TftpDone),
        &[
            ("size", &size(done.size as f64)),
            ("n", &done.size),
            ("time", &lasted(progress.elapsed)),
            ("rate", &size(progress.bytes_per_second)),
        ],
    );
    ui.label(RichText::new(words).color(palette.received));
    let mut remarks = Vec::new();
    if let Some(text) = &done.text {
        remarks.push(fill(context.text(Text::DownloadText), &[("text", &spoken(text))]));
    }
    if done.size == 0 {
        remarks.push(context.text(Text::DownloadEmpty).to_owned());
    }
    if done.surplus > 0 {
        remarks.push(fill(context.text(Text::DownloadSurplus), &[("n", &done.surplus)]));
    }
    for remark in remarks {
        ui.add(Label::new(RichText::new(remark).color(palette.error)).selectable(true).wrap());
    }
    digest_ui(ui, &done.sha256, &mut entry.compare, context.lang);
}

fn buttons_ui(ui: &mut Ui, entry: &Entry, context: &mut DownloadContext<'_>) {
    let id = entry.id();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        match &entry.state.phase {
            Phase::Done(done) => {
                let shown = link(ui, context.text(Text::FeiqShowInFolder));
                if shown.on_hover_text(done.path.display().to_string()).clicked() {
                    show_in_folder(&done.path);
                }
                if link(ui, context.text(Text::TftpCopyHash)).clicked() {
                    ui.ctx().copy_text(done.sha256.clone());
                }
            }
            Phase::Failed(DownloadFailure::Exists(_)) => {
                let palette = Palette::of(ui);
                let label = RichText::new(context.text(Text::TftpReplace)).color(palette.on_primary);
                if ui.add(Button::new(label).fill(palette.primary)).clicked() {
                    context.tell(DownloadCommand::Replace(id));
                }
            }
            _ => {}
        }
        if entry.is_running() {
            if link(ui, context.text(Text::Cancel)).clicked() {
                context.tell(DownloadCommand::Cancel(id));
            }
        } else if link(ui, context.text(Text::TftpAgain)).clicked() {
            context.tell(DownloadCommand::Again(id));
        }
        if entry.can_be_traced() && link(ui, context.text(Text::TftpTrace)).clicked() {
            context.tell(DownloadCommand::Trace(id));
        }
        if !entry.is_running() && link(ui, context.text(Text::TftpRemove)).clicked() {
            context.tell(DownloadCommand::Remove(id));
        }
    });
}
