//! What the server does: counters, transfers that run, and the requests that came.

use egui::{Label, RichText, Ui};

use super::serving::Serving;
use crate::i18n::{Lang, Text, fill};
use crate::journal::rows;
use crate::proto::tftp::server::RequestKind;
use crate::service::tftp::{Request, ServerTransfer, Totals};
use crate::ui::dialog::tftp::progress::progress_ui;
use crate::ui::dialog::tftp::said::fate_words;
use crate::ui::dialog::tftp::{TftpCommand, TftpContext};
use crate::ui::dialog::transfer::{card, one_line, title_ui};
use crate::ui::theme::Palette;
use crate::ui::widget::link;
use crate::ui::words::{short_time, size};

/// So many requests are shown, the latest first.
const MOST_SHOWN: usize = 100;

/// Draws it.
pub fn activity_ui(ui: &mut Ui, serving: Option<&Serving>, context: &mut TftpContext<'_>) {
    let palette = Palette::of(ui);
    let Some(serving) = serving else {
        ui.add_space(40.0);
        let hint = RichText::new(context.text(Text::TftpNotServing)).color(palette.secondary);
        ui.vertical_centered(|ui| ui.label(hint));
        return;
    };
    let state = &serving.state;
    ui.horizontal_wrapped(|ui| {
        let words = RichText::new(total_words(context.lang, &state.totals)).small().color(palette.secondary);
        ui.add(Label::new(words).wrap());
        if serving.trace.is_some() && link(ui, context.text(Text::TftpTrace)).clicked() {
            context.tell(TftpCommand::ShowServerTrace);
        }
    });
    ui.label(RichText::new(context.text(Text::TftpRunning)).strong());
    if state.transfers.is_empty() {
        ui.label(RichText::new(context.text(Text::TftpNothingRuns)).color(palette.secondary));
    }
    for transfer in &state.transfers {
        ui.push_id(transfer.request.id.0, |ui| card(ui, |ui| transfer_ui(ui, transfer, context.lang)));
    }
    ui.add_space(4.0);
    ui.label(RichText::new(context.text(Text::TftpRequests)).strong());
    for request in state.requests.iter().rev().take(MOST_SHOWN) {
        request_ui(ui, request, context.lang);
    }
}

fn total_words(lang: Lang, totals: &Totals) -> String {
    let Totals { requests, done, refused, failed, evicted, invalid, dropped, bytes } = totals;
    let bytes = size(*bytes as f64);
    let values: [(&str, &dyn std::fmt::Display); 8] = [
        ("requests", requests),
        ("done", done),
        ("refused", refused),
        ("failed", failed),
        ("evicted", evicted),
        ("invalid", invalid),
        ("dropped", dropped),
        ("size", &bytes),
    ];
    fill(Text::TftpTotals.text(lang), &values)
}

fn transfer_ui(ui: &mut Ui, transfer: &ServerTransfer, lang: Lang) {
    let request = &transfer.request;
    let read = request.kind == RequestKind::Read;
    let way = if read { Text::TftpTo } else { Text::TftpFrom };
    let peer = fill(way.text(lang), &[("peer", &rows::address(&request.client))]);
    title_ui(ui, !read, &request.name, &format!("{peer}  ·  {}", short_time(request.time)));
    progress_ui(ui, &transfer.progress, lang);
}

fn request_ui(ui: &mut Ui, request: &Request, lang: Lang) {
    let palette = Palette::of(ui);
    let (arrow, colour) = match request.kind {
        RequestKind::Read => ("↑", palette.sent),
        RequestKind::Write => ("↓", palette.received),
    };
    let (words, good) = fate_words(lang, &request.fate);
    let said = match good {
        Some(true) => palette.received,
        Some(false) => palette.error,
        None => palette.secondary,
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let from = format!("{}  {}", short_time(request.time), rows::address(&request.client));
        ui.label(RichText::new(from).small().color(palette.secondary));
        ui.label(RichText::new(arrow).strong().color(colour));
        ui.label(RichText::new(one_line(&request.name)).strong());
        ui.add(Label::new(RichText::new(words).small().color(said)).wrap());
    });
}
