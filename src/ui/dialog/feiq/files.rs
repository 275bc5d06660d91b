//! 文件: everything that is fetched and served.

use egui::{CornerRadius, Frame, Label, Margin, RichText, ScrollArea, Stroke, Ui};

use super::PageContext;
use super::attachments::{progress_ui, progress_words, sha256_ui};
use super::people::one_line;
use super::said::outcome_words;
use crate::i18n::{Text, fill};
use crate::service::feiq::FeiqCommand;
use crate::service::feiq::files::{Direction, Transfer, TransferState};
use crate::ui::folders::show_in_folder;
use crate::ui::theme::Palette;
use crate::ui::widget::link;

/// Draws the page, the latest transfer first.
pub fn files_ui(ui: &mut Ui, context: &mut PageContext<'_>) {
    let palette = Palette::of(ui);
    let transfers = context.state.as_ref().map(|state| std::sync::Arc::clone(&state.transfers)).unwrap_or_default();
    if transfers.is_empty() {
        ui.add_space(40.0);
        let hint = RichText::new(context.text(Text::FeiqNoTransfers)).color(palette.secondary);
        ui.vertical_centered(|ui| ui.label(hint));
        return;
    }
    ScrollArea::vertical().id_salt("feiq transfers").auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 12.0);
        for transfer in transfers.iter().rev() {
            Frame::new()
                .fill(palette.surface)
                .stroke(Stroke::new(1.0, palette.border))
                .corner_radius(CornerRadius::same(6))
                .inner_margin(Margin::symmetric(10, 6))
                .show(ui, |ui| transfer_ui(ui, transfer, context));
        }
    });
}

fn transfer_ui(ui: &mut Ui, transfer: &Transfer, context: &mut PageContext<'_>) {
    let palette = Palette::of(ui);
    ui.set_width(ui.available_width());
    let (arrow, way, colour) = match transfer.direction {
        Direction::Fetching => ("↓", Text::FeiqFrom, palette.received),
        Direction::Serving => ("↑", Text::FeiqTo, palette.sent),
    };
    let user = context.state.as_ref().and_then(|state| {
        state.users.iter().find(|user| user.addr.ip() == transfer.peer.ip()).map(|user| one_line(&user.name()))
    });
    let peer = user.map_or_else(|| transfer.peer.ip().to_string(), |name| format!("{name} {}", transfer.peer.ip()));
    ui.horizontal(|ui| {
        ui.label(RichText::new(arrow).strong().color(colour));
        ui.add(Label::new(RichText::new(one_line(&transfer.name)).strong()).truncate());
        if transfer.is_folder {
            let count = fill(context.text(Text::FeiqFolderCount), &[("n", &transfer.files)]);
            ui.label(RichText::new(count).small().color(palette.secondary));
        }
        ui.label(RichText::new(fill(context.text(way), &[("peer", &peer)])).small().color(palette.secondary));
    });
    if transfer.state.is_over() {
        ui.horizontal_wrapped(|ui| over_ui(ui, transfer, context));
        return;
    }
    progress_ui(ui, transfer);
    ui.horizontal(|ui| {
        let waiting = transfer.state == TransferState::Waiting;
        let words = if waiting { context.text(Text::FeiqQueued).to_owned() } else { progress_words(transfer) };
        ui.label(RichText::new(words).small().color(palette.secondary));
        if link(ui, context.text(Text::Cancel)).clicked() {
            context.tell(FeiqCommand::Cancel(transfer.id));
        }
    });
}

fn over_ui(ui: &mut Ui, transfer: &Transfer, context: &PageContext<'_>) {
    let palette = Palette::of(ui);
    let (words, good) = outcome_words(context.lang, &transfer.state);
    ui.label(RichText::new(words).small().color(if good { palette.secondary } else { palette.error }));
    if let TransferState::Done { path, sha256, .. } = &transfer.state {
        if link(ui, context.text(Text::FeiqShowInFolder)).on_hover_text(path.display().to_string()).clicked() {
            show_in_folder(path);
        }
        if let Some(sha256) = sha256 {
            sha256_ui(ui, sha256, context);
        }
    }
    if transfer.skipped > 0 {
        let skipped = fill(context.text(Text::FeiqSkipped), &[("n", &transfer.skipped)]);
        ui.label(RichText::new(skipped).small().color(palette.error));
    }
}
