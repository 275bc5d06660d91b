//! How a transfer in the list stands.

use std::sync::Arc;

use egui::{Label, RichText, Ui};

use super::kept::fill_form;
use super::progress::{details_ui, progress_ui};
use super::said::{failure_words, note_words};
use super::{TftpCommand, TftpContext};
use crate::i18n::{Lang, Text, fill};
use crate::proto::tftp::Direction;
use crate::service::tftp::{Phase, State};
use crate::ui::dialog::transfer::{Entry, TransferList, Wish, digest_ui, done_ui, list_ui, secondary, trouble_ui};
use crate::ui::theme::Palette;

/// Draws the list of transfers.
pub fn transfers_ui(ui: &mut Ui, list: &mut TransferList<State>, context: &mut TftpContext<'_>) {
    let (lang, none) = (context.lang, Text::TftpNoTransfers);
    let wish = list_ui(ui, list, &context.settings.history, none, lang, |ui, entry| state_ui(ui, entry, lang));
    match wish {
        Some(Wish::Command(command)) => context.tell(TftpCommand::Transfer(command)),
        Some(Wish::UseAgain(record)) => fill_form(context.settings, record),
        None => {}
    }
}

fn state_ui(ui: &mut Ui, entry: &mut Entry<State>, lang: Lang) {
    let state = Arc::clone(&entry.state);
    match &state.phase {
        Phase::Resolving => secondary(ui, Text::TftpResolving.text(lang)),
        Phase::Asking if state.statistics.sent > 1 => {
            secondary(ui, &fill(Text::TftpAskedTimes.text(lang), &[("n", &state.statistics.sent)]));
        }
        Phase::Asking => secondary(ui, Text::TftpAsking.text(lang)),
        Phase::Running => {
            if let Some(progress) = &state.progress {
                progress_ui(ui, progress, lang);
            }
        }
        Phase::Done(done) => {
            let (time, rate) =
                state.progress.map_or((state.elapsed, 0.0), |progress| (progress.elapsed, progress.bytes_per_second));
            done_ui(ui, done.size, time, rate, lang);
            if let Some(sha256) = &done.sha256 {
                digest_ui(ui, sha256, &mut entry.compare, lang);
            }
        }
        Phase::Failed(failure) => trouble_ui(ui, failure_words(lang, failure)),
        Phase::Cancelled => {
            let download = entry.order.direction == Direction::Download;
            secondary(ui, if download { Text::TftpCancelled } else { Text::TftpUploadCancelled }.text(lang));
        }
    }
    if let Some(progress) = state.progress.as_ref().filter(|_| state.phase.has_ended()) {
        details_ui(ui, progress, lang);
    }
    for note in &state.notes {
        let words = RichText::new(note_words(lang, note)).small().color(Palette::of(ui).secondary);
        ui.add(Label::new(words).wrap());
    }
}
