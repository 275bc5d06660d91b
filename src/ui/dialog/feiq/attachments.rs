//! What is attached to a message: files and folders to accept, on their way, and done.

use egui::{Button, Label, RichText, Ui};

use super::PageContext;
use super::bubble::Deed;
use super::people::one_line;
use super::said::outcome_words;
use crate::i18n::{Text, fill};
use crate::service::feiq::files::{Transfer, TransferState};
use crate::service::feiq::{Attached, Fate, Message};
use crate::ui::theme::Palette;
use crate::ui::widget::{link, progress_bar};
use crate::ui::words;

/// Room for an attachment, in points.
pub const ATTACHMENT_WIDTH: f32 = 290.0;

/// Draws them; what was done with one.
pub fn attachments_ui(ui: &mut Ui, message: &Message, context: &PageContext<'_>) -> Option<Deed> {
    let mut deed = None;
    for attached in &message.attachments {
        let palette = Palette::of(ui);
        ui.horizontal(|ui| {
            let kind = context.text(if attached.is_folder { Text::FeiqFolder } else { Text::FeiqFile });
            ui.label(RichText::new(kind).small().color(palette.secondary));
            ui.add(Label::new(RichText::new(one_line(&attached.name)).strong()).truncate());
            // A folder's sender need not know its size.
            if attached.size > 0 || !attached.is_folder {
                ui.label(RichText::new(words::size(attached.size as f64)).small().color(palette.secondary));
            }
        });
        deed = fate_ui(ui, message, attached, context).or(deed);
    }
    let offered = message.attachments.iter().any(|attached| attached.fate == Fate::Offered);
    if offered && message.sent && link(ui, context.text(Text::FeiqWithdraw)).clicked() {
        deed = Some(Deed::Withdraw);
    }
    if offered && !message.sent && link(ui, context.text(Text::FeiqDecline)).clicked() {
        deed = Some(Deed::Decline);
    }
    deed
}

fn fate_ui(ui: &mut Ui, message: &Message, attached: &Attached, context: &PageContext<'_>) -> Option<Deed> {
    let palette = Palette::of(ui);
    let mut deed = None;
    match &attached.fate {
        Fate::Offered if message.sent => {
            ui.label(RichText::new(context.text(Text::FeiqOffered)).small().color(palette.secondary));
        }
        Fate::Offered => deed = accept_ui(ui, Text::FeiqAccept, attached, context),
        Fate::Running { transfer } => {
            let found = context.state.as_ref().and_then(|s| s.transfers.iter().find(|t| t.id == *transfer).cloned());
            if let Some(transfer) = found {
                progress_ui(ui, &transfer);
                ui.horizontal(|ui| {
                    ui.label(RichText::new(progress_words(&transfer)).small().color(palette.secondary));
                    if link(ui, context.text(Text::Cancel)).clicked() {
                        deed = Some(Deed::Cancel(transfer.id));
                    }
                });
            }
        }
        Fate::Over(TransferState::Done { path, size, sha256 }) => {
            let text = if message.sent { Text::FeiqTaken } else { Text::FeiqReceivedFile };
            let done = fill(context.text(text), &[("size", &words::size(*size as f64))]);
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(done).small().color(palette.secondary));
                if link(ui, context.text(Text::FeiqShowInFolder)).on_hover_text(path.display().to_string()).clicked() {
                    deed = Some(Deed::Show(path.clone()));
                }
                if let Some(sha256) = sha256 {
                    sha256_ui(ui, sha256, context);
                }
            });
        }
        Fate::Over(state) => {
            let (words, good) = outcome_words(context.lang, state);
            let colour = if good { palette.secondary } else { palette.error };
            ui.add(Label::new(RichText::new(words).small().color(colour)).wrap());
            if !message.sent {
                deed = accept_ui(ui, Text::FeiqTryAgain, attached, context);
            }
        }
        Fate::Released => {
            ui.label(RichText::new(context.text(Text::FeiqReleased)).small().color(palette.secondary));
        }
    }
    deed
}

fn accept_ui(ui: &mut Ui, text: Text, attached: &Attached, context: &PageContext<'_>) -> Option<Deed> {
    let mut deed = None;
    ui.horizontal(|ui| {
        let palette = Palette::of(ui);
        let accept = Button::new(RichText::new(context.text(text)).color(palette.on_primary)).fill(palette.primary);
        if ui.add(accept).clicked() {
            deed = Some(Deed::Accept { attachment: attached.id });
        }
        if ui.button(context.text(Text::FeiqAcceptInto)).clicked() {
            deed = Some(Deed::AcceptInto { attachment: attached.id });
        }
    });
    deed
}

/// The hash, shortened; a click copies all of it.
pub fn sha256_ui(ui: &mut Ui, sha256: &str, context: &PageContext<'_>) {
    let short: String = sha256.chars().take(12).collect();
    let hint = format!("SHA-256\n{sha256}\n{}", context.text(Text::FeiqCopyHash));
    if link(ui, &format!("SHA-256 {short}…")).on_hover_text(hint).clicked() {
        ui.ctx().copy_text(sha256.to_owned());
    }
}

/// How far a transfer is, as a bar; none where nobody knows how much there is.
pub fn progress_ui(ui: &mut Ui, transfer: &Transfer) {
    if let Some(total) = transfer.total_bytes.filter(|total| *total > 0) {
        progress_bar(ui, (transfer.done_bytes as f64 / total as f64) as f32);
    }
}

/// `1.2 MB / 5.0 MB  3.4 MB/s`
pub fn progress_words(transfer: &Transfer) -> String {
    let done = words::size(transfer.done_bytes as f64);
    let all = transfer.total_bytes.map_or_else(String::new, |total| format!(" / {}", words::size(total as f64)));
    format!("{done}{all}  {}/s", words::size(transfer.bytes_per_second))
}
