//! How a download in the list stands.

use std::sync::Arc;

use egui::{RichText, Ui};

use super::DownloadContext;
use super::kept::fill_form;
use super::said::{failure_words, spoken};
use crate::i18n::{Lang, Text, fill};
use crate::journal::rows;
use crate::service::download::{Done, Phase, Progress, State};
use crate::ui::dialog::transfer::{
    Entry, Flow, TransferList, Wish, digest_ui, done_ui, flow_ui, list_ui, one_line, secondary, trouble_ui,
};
use crate::ui::theme::Palette;

/// Draws the list of downloads.
pub fn downloads_ui(ui: &mut Ui, list: &mut TransferList<State>, context: &mut DownloadContext<'_>) {
    let (lang, none) = (context.lang, Text::DownloadNone);
    let wish = list_ui(ui, list, &context.settings.history, none, lang, |ui, entry| state_ui(ui, entry, lang));
    match wish {
        Some(Wish::Command(command)) => context.tell(command),
        Some(Wish::UseAgain(record)) => fill_form(context.settings, record),
        None => {}
    }
}

fn state_ui(ui: &mut Ui, entry: &mut Entry<State>, lang: Lang) {
    let state = Arc::clone(&entry.state);
    match &state.phase {
        Phase::Resolving => secondary(ui, Text::TftpResolving.text(lang)),
        Phase::Connecting => {
            let typed = || format!("{} :{}", one_line(&entry.order.server), entry.order.port);
            let addr = state.server.map_or_else(typed, |addr| rows::address(&addr));
            secondary(ui, &fill(Text::DownloadConnecting.text(lang), &[("addr", &addr)]));
        }
        Phase::Asking => secondary(ui, Text::DownloadAsking.text(lang)),
        Phase::Receiving => {
            let Progress { done_bytes, total_bytes, bytes_per_second, .. } = state.progress;
            flow_ui(ui, &Flow { done_bytes, total_bytes, bytes_per_second }, lang);
            if let Some(idle) = entry.order.idle() {
                let words = fill(Text::DownloadIdling.text(lang), &[("seconds", &idle.as_secs_f64())]);
                ui.label(RichText::new(words).small().color(Palette::of(ui).secondary));
            }
        }
        Phase::Done(done) => {
            done_ui(ui, done.size, state.progress.elapsed, state.progress.bytes_per_second, lang);
            remarks_ui(ui, done, lang);
            digest_ui(ui, &done.sha256, &mut entry.compare, lang);
        }
        Phase::Failed(failure) => trouble_ui(ui, failure_words(lang, failure)),
        Phase::Cancelled => secondary(ui, Text::TftpCancelled.text(lang)),
    }
}

/// What may be wrong with a file that came.
fn remarks_ui(ui: &mut Ui, done: &Done, lang: Lang) {
    if let Some(text) = &done.text {
        trouble_ui(ui, fill(Text::DownloadText.text(lang), &[("text", &spoken(text))]));
    }
    if done.size == 0 {
        trouble_ui(ui, Text::DownloadEmpty.text(lang).to_owned());
    }
    if done.surplus > 0 {
        trouble_ui(ui, fill(Text::DownloadSurplus.text(lang), &[("n", &done.surplus)]));
    }
}
