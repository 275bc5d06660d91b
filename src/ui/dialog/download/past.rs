//! Downloads of earlier runs.

use std::path::Path;

use egui::{Label, RichText, Ui};

use super::DownloadContext;
use crate::i18n::{Text, fill};
use crate::journal::Timestamp;
use crate::settings::{DownloadRecord, DownloadRequest, DownloadSettings};
use crate::ui::dialog::transfer::{card, one_line, title_ui};
use crate::ui::theme::Palette;
use crate::ui::widget::link;
use crate::ui::words::{short_time, size};

/// Draws them, the latest first.
pub fn past_ui(ui: &mut Ui, context: &mut DownloadContext<'_>) {
    if context.settings.history.is_empty() {
        return;
    }
    ui.add_space(2.0);
    ui.label(RichText::new(context.text(Text::TftpEarlier)).small().color(Palette::of(ui).secondary));
    let mut chosen = None;
    for (index, record) in context.settings.history.iter().enumerate().rev() {
        ui.push_id(("earlier", index), |ui| {
            card(ui, |ui| {
                if record_ui(ui, record, context) {
                    chosen = Some(index);
                }
            });
        });
    }
    if let Some(record) = chosen.and_then(|index| context.settings.history.get(index).cloned()) {
        fill_form(context.settings, record);
    }
}

/// Draws one; whether the form is to be filled with it.
fn record_ui(ui: &mut Ui, record: &DownloadRecord, context: &DownloadContext<'_>) -> bool {
    let palette = Palette::of(ui);
    let peer = format!("{} :{}", one_line(&record.server), record.port);
    let from = fill(context.text(Text::TftpFrom), &[("peer", &peer)]);
    let name = Path::new(&record.local).file_name().map(|name| name.to_string_lossy().into_owned());
    let after = format!("{from}  ·  {}", short_time(Timestamp(record.time_ns)));
    title_ui(ui, true, &name.unwrap_or_default(), &after);
    let (words, colour) = match (&record.failure, record.size) {
        (Some(failure), _) => (one_line(failure), palette.error),
        (None, bytes) => {
            let bytes = bytes.unwrap_or(0);
            let done = fill(context.text(Text::TftpWasDone), &[("size", &size(bytes as f64)), ("n", &bytes)]);
            (done, palette.secondary)
        }
    };
    ui.add(Label::new(RichText::new(words).small().color(colour)).wrap());
    if let Some(sha256) = &record.sha256 {
        let words = RichText::new(format!("SHA-256 {}", one_line(sha256))).monospace().size(11.0);
        ui.add(Label::new(words.color(palette.secondary)).selectable(true).wrap());
    }
    link(ui, context.text(Text::TftpUseAgain)).on_hover_text(one_line(&record.local)).clicked()
}

fn fill_form(settings: &mut DownloadSettings, record: DownloadRecord) {
    settings.server = record.server;
    settings.port = record.port;
    settings.request = record.request;
    match record.request {
        DownloadRequest::Name => settings.name = record.asked,
        DownloadRequest::Text | DownloadRequest::Hex => settings.content = record.asked,
        DownloadRequest::Nothing => {}
    }
    settings.save_to = record.local;
}
