//! The status bar: what happened, packets, bytes, and 复位计数.

use egui::{Align, Label, Layout, Rect, RichText, Stroke, Ui, UiBuilder, pos2, vec2};

use super::Shared;
use crate::i18n::{Text, failure_line, fill};
use crate::net::Phase;
use crate::settings::Mode;
use crate::ui::command::Command;
use crate::ui::tab::Tab;
use crate::ui::theme::Palette;
use crate::ui::widget::{button_width, text_width};
use crate::ui::words;

/// A counter's cell is this wide where there is room, in points.
const CELL: f32 = 124.0;

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
        let (text, error) = message(tab, shared, &rates);
        let colour = if error { palette.error } else { palette.text };
        ui.add(Label::new(RichText::new(&text).color(colour)).truncate()).on_hover_text(&text);
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
fn message(tab: &Tab, shared: &Shared<'_>, rates: &str) -> (String, bool) {
    if let Some(save) = tab.session.save_status()
        && let Some(error) = &save.error
    {
        let error = failure_line(shared.lang, error);
        return (fill(shared.text(Text::SaveFailed), &[("error", &error), ("n", &save.missed_bytes)]), true);
    }
    if let Some(error) = &tab.error {
        return (error.clone(), true);
    }
    let text = match tab.status.phase {
        Phase::Opening if tab.settings.mode == Mode::TcpClient => shared.text(Text::Connecting),
        Phase::Opening => shared.text(Text::Opening),
        Phase::Reconnecting => shared.text(Text::Reconnecting),
        _ if tab.session.rates().is_moving() => rates,
        _ => shared.text(Text::Ready),
    };
    (text.to_owned(), false)
}
