//! The status bar: what happened, packets, bytes, and 复位计数.

use egui::text::LayoutJob;
use egui::{Align, Color32, FontId, Label, Layout, Rect, RichText, Stroke, Ui, UiBuilder, pos2, vec2};

use super::Shared;
use super::answer::answer_mark_ui;
use crate::i18n::{Lang, Text, failure_line, fill, spill_line};
use crate::net::Phase;
use crate::settings::Mode;
use crate::ui::command::Command;
use crate::ui::tab::Tab;
use crate::ui::theme::{Palette, SMALL_SIZE};
use crate::ui::widget::{button_width, text_width};
use crate::ui::words;

/// A counter's cell is this wide where there is room, in points.
const CELL: f32 = 124.0;
/// Distance of two lines of small type, in points: two of them fit into the bar.
const SMALL_ROW: f32 = 13.5;

/// Draws the bar.
pub fn status_ui(ui: &mut Ui, tab: &Tab, shared: &mut Shared<'_>) {
    let palette = Palette::of(ui);
    let counters = tab.session.counters();
    let cells = [
        format!("{}/{}", counters.received_packets, counters.sent_packets),
        format!("RX:{}", counters.received_bytes),
        format!("TX:{}", counters.sent_bytes),
    ];
    let rates = rates(tab, shared);
    let all = ui.max_rect();
    let usual = CELL.min(all.width() * 0.15);
    let widths = cells.each_ref().map(|text| usual.max(text_width(ui, text) + 16.0));
    let reset = shared.text(Text::ResetCounters);
    let button = button_width(ui, reset);
    let mut left = all.right() - button - 8.0 - widths.iter().sum::<f32>();

    let said = Rect::from_min_max(all.min, pos2(left - 6.0, all.bottom()));
    place(ui, said, Layout::left_to_right(Align::Center), |ui| {
        if counters.kernel_drops > 0 {
            let drops = fill(shared.text(Text::KernelDrops), &[("n", &counters.kernel_drops)]);
            ui.label(RichText::new(drops).color(palette.error).strong());
        }
        answer_mark_ui(ui, tab, shared);
        let (text, error) = message(tab, shared.lang, &rates);
        let colour = if error { palette.error } else { palette.text };
        say(ui, &text, colour);
    });
    for (text, width) in cells.into_iter().zip(widths) {
        let rect = Rect::from_min_size(pos2(left, all.top()), vec2(width, all.height()));
        ui.painter().vline(left, all.y_range().shrink(5.0), Stroke::new(1.0, palette.border));
        place(ui, rect, Layout::centered_and_justified(egui::Direction::LeftToRight), |ui| {
            ui.label(text).on_hover_text(&rates);
        });
        left += width;
    }
    let rect = Rect::from_min_max(pos2(all.right() - button, all.top()), all.max);
    place(ui, rect, Layout::right_to_left(Align::Center), |ui| {
        if ui.button(reset).clicked() {
            shared.queue(Command::ResetCounters);
        }
    });
}

/// On one line where there is room, else in small type on two; all of it in the tooltip.
fn say(ui: &mut Ui, text: &str, colour: Color32) {
    if text_width(ui, text) <= ui.available_width() {
        ui.label(RichText::new(text).color(colour)).on_hover_text(text);
        return;
    }
    let mut job = LayoutJob::simple(text.to_owned(), FontId::proportional(SMALL_SIZE), colour, ui.available_width());
    job.wrap.max_rows = 2;
    for section in &mut job.sections {
        section.format.line_height = Some(SMALL_ROW);
    }
    let galley = ui.painter().layout_job(job);
    ui.add(Label::new(galley)).on_hover_text(text);
}

fn place(ui: &mut Ui, rect: Rect, layout: Layout, content: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().max_rect(rect).layout(layout), content);
}

fn rates(tab: &Tab, shared: &Shared<'_>) -> String {
    let rates = tab.session.rates();
    let received = fill(shared.text(Text::RateReceived), &[("rate", &words::size(rates.received))]);
    let sent = fill(shared.text(Text::RateSent), &[("rate", &words::size(rates.sent))]);
    format!("{received}  {sent}")
}

/// The most important thing to say, and whether it is bad news.
fn message(tab: &Tab, lang: Lang, rates: &str) -> (String, bool) {
    let save = tab.session.save_status().unwrap_or_default();
    let failed = save.error.map(|error| fill(Text::SaveFailed.text(lang), &[("error", &failure_line(lang, &error))]));
    if let (None, Some(error)) = (&failed, &tab.error) {
        return (error.clone(), true);
    }
    let missed = (save.missed_bytes > 0).then(|| fill(Text::SaveMissed.text(lang), &[("n", &save.missed_bytes)]));
    let trouble = tab.session.journal().trouble().map(|trouble| spill_line(lang, &trouble));
    let lasting: Vec<String> = [missed, failed, trouble].into_iter().flatten().collect();
    if !lasting.is_empty() {
        return (lasting.join("  "), true);
    }
    let text = match tab.status.phase {
        Phase::Opening if tab.settings.mode == Mode::TcpClient => Text::Connecting.text(lang),
        Phase::Opening => Text::Opening.text(lang),
        Phase::Reconnecting => Text::Reconnecting.text(lang),
        _ if tab.session.rates().is_moving() => rates,
        _ => Text::Ready.text(lang),
    };
    (text.to_owned(), false)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::sync::Arc;
    use std::time::Duration;

    use crossbeam_channel::bounded;

    use super::*;
    use crate::journal::{Config, Head, Kind, Timestamp};
    use crate::settings::TabSettings;

    #[test]
    fn a_temporary_file_that_cannot_be_written_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let spill_dir = folder.path().join("no folder");
        std::fs::write(&spill_dir, "").unwrap();
        let (sender, woken) = bounded(1);
        let wake = Arc::new(move || _ = sender.try_send(())); // one that waits is enough
        let config = Config { budget_bytes: 0, spill_dir };
        let tab = Tab::new(1, TabSettings::default(), config, Lang::En, wake);
        assert_eq!(message(&tab, Lang::En, ""), ("Ready!".to_owned(), false));
        let head = Head { time: Timestamp(1), kind: Kind::Received, peer: None, charset: None };
        let megabyte = vec![0; 1 << 20];
        while tab.session.journal().trouble().is_none() {
            tab.session.recorder().payload(head, &megabyte);
            let _ = woken.recv_timeout(Duration::from_millis(10)); // the next megabyte may be needed
        }
        let (said, bad) = message(&tab, Lang::En, "");
        assert!(bad && said.starts_with("Writing the temporary file"), "{said}");
    }
}
