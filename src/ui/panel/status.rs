//! The status bar: what happened, packets, bytes, and 复位计数.

use egui::{Align, Layout, RichText, Ui, vec2};

use super::Shared;
use crate::i18n::{Text, failure_line, fill};
use crate::ui::command::Command;
use crate::ui::tab::Tab;
use crate::ui::theme::Palette;
use crate::ui::words;

/// Draws the bar.
pub fn status_ui(ui: &mut Ui, tab: &Tab, shared: &mut Shared<'_>) {
    let palette = Palette::of(ui);
    let counters = tab.session.counters();
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if ui.button(shared.text(Text::ResetCounters)).clicked() {
            shared.queue(Command::ResetCounters);
        }
        let mut cell = |text: String, width: f32| {
            ui.separator();
            ui.allocate_ui_with_layout(
                vec2(width, 20.0),
                Layout::centered_and_justified(egui::Direction::LeftToRight),
                |ui| {
                    ui.label(RichText::new(text)).on_hover_text(format!(
                        "{}\n{}",
                        fill(shared.text(Text::RateReceived), &[("rate", &words::size(tab.session.rates().received))]),
                        fill(shared.text(Text::RateSent), &[("rate", &words::size(tab.session.rates().sent))]),
                    ));
                },
            );
        };
        cell(format!("TX:{}", counters.sent_bytes), 110.0);
        cell(format!("RX:{}", counters.received_bytes), 110.0);
        cell(format!("{}/{}", counters.received_packets, counters.sent_packets), 110.0);
        ui.separator();
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            if counters.kernel_drops > 0 {
                let drops = fill(shared.text(Text::KernelDrops), &[("n", &counters.kernel_drops)]);
                ui.label(RichText::new(drops).color(palette.error).strong());
            }
            let (text, error) = message(tab, shared);
            let colour = if error { palette.error } else { palette.text };
            ui.add(egui::Label::new(RichText::new(&text).color(colour)).truncate()).on_hover_text(&text);
        });
    });
}

/// The most important thing to say.
fn message(tab: &Tab, shared: &Shared<'_>) -> (String, bool) {
    if let Some(save) = tab.session.save_status()
        && let Some(error) = &save.error
    {
        let error = failure_line(shared.lang, error);
        return (fill(shared.text(Text::SaveFailed), &[("error", &error), ("n", &save.missed_bytes)]), true);
    }
    if let Some(message) = &tab.message {
        return (message.text.clone(), message.error);
    }
    if tab.session.rates().is_moving() {
        let rates = tab.session.rates();
        let received = fill(shared.text(Text::RateReceived), &[("rate", &words::size(rates.received))]);
        let sent = fill(shared.text(Text::RateSent), &[("rate", &words::size(rates.sent))]);
        return (format!("{received}  {sent}"), false);
    }
    (shared.text(Text::Ready).to_owned(), false)
}
