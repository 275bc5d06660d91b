//! How files go: that of the shown tab in full, those of other tabs below it.

use egui::{Label, RichText, Ui};

use super::{SendFileCommand, SendFileContext};
use crate::i18n::{Lang, Text, file_stop, fill};
use crate::session::send::{FileState, FileStatus};
use crate::ui::dialog::transfer::{card, clock, lasted};
use crate::ui::sending::SentFile;
use crate::ui::tab::Tab;
use crate::ui::theme::Palette;
use crate::ui::widget::{link, progress_bar};
use crate::ui::words::size;

/// Draws the list.
pub fn list_ui(ui: &mut Ui, context: &mut SendFileContext<'_>) {
    let mut told = Vec::new();
    let shown = context.shown().id;
    // The shown tab's first.
    let mut tabs: Vec<&Tab> = context.tabs.iter().filter(|tab| tab.sending.file.is_some()).collect();
    tabs.sort_by_key(|tab| tab.id != shown);
    for tab in tabs {
        if let Some(file) = &tab.sending.file {
            ui.push_id(("file of", tab.id), |ui| {
                card(ui, |ui| told.extend(file_ui(ui, tab, file, shown, context.lang)));
            });
        }
    }
    for command in told {
        context.tell(command);
    }
}

fn file_ui(ui: &mut Ui, tab: &Tab, file: &SentFile, shown: u64, lang: Lang) -> Option<SendFileCommand> {
    let palette = Palette::of(ui);
    let status = file.handle.get();
    let name =
        file.path.file_name().map_or_else(|| file.path.display().to_string(), |n| n.to_string_lossy().into_owned());
    ui.add(Label::new(RichText::new(&name).strong()).truncate()).on_hover_text(file.path.display().to_string());
    if tab.id != shown {
        let over = fill(Text::SendFileOver.text(lang), &[("name", &tab.title())]);
        ui.add(Label::new(RichText::new(over).small().color(palette.secondary)).truncate());
    }
    let ratio = match (status.total_bytes, &status.state) {
        (0, FileState::Sent) => 1.0,
        (total, _) => status.offset_bytes as f32 / total.max(1) as f32,
    };
    progress_bar(ui, ratio);
    let (words, colour) = match &status.state {
        FileState::Opening => (Text::SendFileOpening.text(lang).to_owned(), palette.text),
        FileState::Sending => (flow_words(&status, lang), palette.text),
        FileState::Waiting => {
            (format!("{}  ·  {}", Text::SendFileWaiting.text(lang), flow_words(&status, lang)), palette.text)
        }
        FileState::Paused => (fill(Text::SendFilePaused.text(lang), &[("flow", &amount(&status))]), palette.text),
        FileState::Sent => (sent_words(&status, lang), palette.received),
        FileState::Stopped(stop) => {
            let why = file_stop(lang, stop);
            (format!("{}  ·  {}", why.trim_end_matches(['。', '.']), amount(&status)), palette.error)
        }
    };
    ui.add(Label::new(RichText::new(words).color(colour)).wrap());
    if let Some(sha256) = &status.sha256 {
        ui.add(Label::new(RichText::new(format!("SHA-256 {sha256}")).monospace().size(11.0)).selectable(true).wrap());
    }
    buttons_ui(ui, tab.id, &status, lang)
}

fn buttons_ui(ui: &mut Ui, tab: u64, status: &FileStatus, lang: Lang) -> Option<SendFileCommand> {
    let mut told = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        if let Some(sha256) = &status.sha256
            && link(ui, Text::TftpCopyHash.text(lang)).clicked()
        {
            ui.ctx().copy_text(sha256.clone());
        }
        if matches!(status.state, FileState::Sent | FileState::Stopped(_)) {
            return;
        }
        let paused = status.state == FileState::Paused;
        let text = if paused { Text::SendFileResume } else { Text::SendFilePause };
        if link(ui, text.text(lang)).clicked() {
            told = Some(SendFileCommand::Pause { tab, on: !paused });
        }
        if link(ui, Text::Cancel.text(lang)).clicked() {
            told = Some(SendFileCommand::Cancel(tab));
        }
    });
    told
}

/// `1.2 MB / 5.0 MB`
fn amount(status: &FileStatus) -> String {
    format!("{} / {}", size(status.offset_bytes as f64), size(status.total_bytes as f64))
}

/// `1.2 MB / 5.0 MB  ·  3.4 MB/s  ·  0:12 left`
fn flow_words(status: &FileStatus, lang: Lang) -> String {
    let mut parts = vec![amount(status), format!("{}/s", size(status.bytes_per_second))];
    if let Some(left) = status.left {
        parts.push(fill(Text::TftpTimeLeft.text(lang), &[("time", &clock(left))]));
    }
    parts.join("  ·  ")
}

fn sent_words(status: &FileStatus, lang: Lang) -> String {
    let seconds = status.elapsed.as_secs_f64().max(1e-3);
    fill(
        Text::SendFileDone.text(lang),
        &[
            ("size", &size(status.sent_bytes as f64)),
            ("n", &status.sent_bytes),
            ("packets", &status.packets),
            ("time", &lasted(status.elapsed)),
            ("rate", &size(status.sent_bytes as f64 / seconds)),
        ],
    )
}
