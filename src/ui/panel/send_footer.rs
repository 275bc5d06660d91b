//! The line under the send box: what it stands for or what goes on, and the links to what can be sent besides.

use std::time::Duration;

use egui::{Align, Color32, Label, Layout, RichText, Ui, vec2};

use super::Shared;
use crate::i18n::{self, Lang, Text, fill};
use crate::session::send::{CycleState, CycleStatus};
use crate::ui::command::Command;
use crate::ui::tab::Tab;
use crate::ui::theme::{Palette, SMALL_SIZE};
use crate::ui::widget::{link, text_width};
use crate::ui::words;

/// Room between two links, in points.
const GAP: f32 = 12.0;
/// Room for what is said before the links, in points.
const COUNT: f32 = 120.0;

/// Draws the line.
pub fn footer_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    let links = [
        (Text::SendFile, Text::SendFileHint, Command::ShowSendFile),
        (Text::History, Text::HistoryHint, Command::ShowHistory),
        (Text::Quick, Text::QuickHint, Command::ShowQuick),
        (Text::AutoReply, Text::AutoReplyHint, Command::ShowAnswers),
    ];
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        let width = |links: &[(Text, Text, Command)]| -> f32 {
            links.iter().map(|(text, ..)| text_width(ui, shared.text(*text)) + GAP).sum()
        };
        // The last one is in the left column and in the menu too.
        let links = if width(&links) + COUNT <= ui.available_width() { &links[..] } else { &links[..links.len() - 1] };
        let after = width(links);
        let room = vec2((ui.available_width() - after).max(0.0), ui.available_height());
        let (text, colour) = said(ui, tab, shared);
        ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_size(room);
            let label = Label::new(RichText::new(&text).size(SMALL_SIZE).color(colour)).truncate();
            ui.add(label).on_hover_text(&text);
        });
        for (text, hint, command) in links {
            if link(ui, shared.text(*text)).on_hover_text(shared.text(*hint)).clicked() {
                shared.queue(command.clone());
            }
        }
    });
}

/// How the sending goes that the tab does by itself; else how many bytes the box is, or why it can't be sent.
fn said(ui: &Ui, tab: &mut Tab, shared: &Shared<'_>) -> (String, Color32) {
    let palette = Palette::of(ui);
    if let Some(running) = running(tab, shared.lang) {
        return (running, palette.text);
    }
    let composed = match tab.composed.take() {
        Some(known) => known,
        None => tab.count(),
    };
    let (mut parts, colour) = match &composed {
        Ok(count) => (vec![words::byte_count(*count, shared.lang)], palette.secondary),
        Err(error) => (vec![i18n::compose_error(shared.lang, error)], palette.error),
    };
    tab.composed = Some(composed);
    if tab.status.pending_bytes > 0 {
        let pending = words::size(tab.status.pending_bytes as f64);
        parts.push(fill(shared.text(Text::PendingBytes), &[("n", &pending)]));
    }
    if let Some(cycle) = &tab.sending.cycle {
        parts.extend(cycle_words(&cycle.get(), shared.lang));
    }
    (parts.join("  ·  "), colour)
}

/// What goes on.
fn running(tab: &Tab, lang: Lang) -> Option<String> {
    if let Some(file) = tab.sending.file.as_ref().filter(|file| file.is_running()) {
        let status = file.handle.get();
        let percent = status.offset_bytes as f64 * 100.0 / status.total_bytes.max(1) as f64;
        let rate = words::size(status.bytes_per_second);
        let values: [(&str, &dyn std::fmt::Display); 2] = [("percent", &(percent.floor() as u64)), ("rate", &rate)];
        return Some(fill(Text::SendFileBrief.text(lang), &values));
    }
    let status = tab.sending.cycle.as_ref()?.get();
    let running = matches!(status.state, CycleState::Running | CycleState::Waiting);
    cycle_words(&status, lang).filter(|_| running && tab.is_cycling())
}

/// What a cycle sent and how evenly; nothing of a single send.
fn cycle_words(status: &CycleStatus, lang: Lang) -> Option<String> {
    let text = |text: Text, values: &[(&str, &dyn std::fmt::Display)]| fill(text.text(lang), values);
    if status.sent < 2 {
        return None;
    }
    let mut parts = vec![text(Text::CycleSent, &[("n", &status.sent)])];
    let jitter = &status.jitter;
    if jitter.count > 0 {
        let ms = |time: Duration| format!("{:.2}", time.as_secs_f64() * 1e3);
        let (mean, p99, max) = (ms(jitter.mean), ms(jitter.p99), ms(jitter.max));
        parts.push(text(Text::CycleJitter, &[("mean", &mean), ("tail", &p99), ("max", &max)]));
    }
    if status.skipped > 0 {
        parts.push(text(Text::CycleSkipped, &[("n", &status.skipped)]));
    }
    if status.state == CycleState::Waiting {
        parts.push(text(Text::SendFileWaiting, &[]));
    }
    Some(parts.join("  ·  "))
}
