//! One text of the history: its first line, and how it was sent.

use egui::{Align2, CornerRadius, FontId, Rect, RichText, Role, Sense, TextStyle, TextWrapMode, Ui, WidgetInfo};
use egui::{WidgetText, pos2, vec2};

use super::HistoryCommand;
use crate::automation::Form;
use crate::automation::history::Entry;
use crate::i18n::{Lang, Text, fill};
use crate::ui::theme::{Palette, SMALL_SIZE, mono};
use crate::ui::widget::focus_ring;
use crate::ui::words::{size, visible};

/// Its height, in points.
pub const HEIGHT: f32 = 42.0;
/// So much of a text is laid out, in characters.
const SHOWN: usize = 200;
/// So much of a text is in the tooltip, in characters.
const TOLD: usize = 2000;

/// Draws it; what was asked for.
pub fn row_ui(ui: &mut Ui, index: usize, entry: &Entry, place: Rect, lang: Lang) -> Option<HistoryCommand> {
    let palette = Palette::of(ui);
    let id = ui.scope_id().with(("history", index));
    let response = ui.interact(place, id, Sense::click());
    let mut chars = entry.text.split('\n').next().unwrap_or_default().trim_end_matches('\r').chars();
    let mut first: String = visible(&chars.by_ref().take(SHOWN).collect::<String>());
    if chars.next().is_some() || entry.text.contains('\n') {
        first.push_str(" ...");
    }
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &first));
    let inner = place.shrink2(vec2(0.0, 1.0));
    let remove = Rect::from_center_size(pos2(place.right() - 20.0, place.center().y), vec2(22.0, 22.0));
    if response.hovered() || response.contains_pointer() {
        ui.painter().rect_filled(inner, CornerRadius::same(5), palette.hovered);
    }
    let width = remove.left() - place.left() - 16.0;
    let line = WidgetText::from(RichText::new(&first).font(mono()).color(palette.text)).into_galley(
        ui,
        Some(TextWrapMode::Truncate),
        width.max(20.0),
        TextStyle::Monospace,
    );
    ui.painter().galley(pos2(place.left() + 8.0, place.top() + 13.0 - line.size().y / 2.0), line, palette.text);
    let below = pos2(place.left() + 8.0, place.top() + 31.0);
    let font = FontId::proportional(SMALL_SIZE);
    ui.painter().text(below, Align2::LEFT_CENTER, how(entry, lang), font, palette.secondary);
    focus_ring(ui, &response);

    let mut told = cross_ui(ui, index, remove, lang);
    let response = response.on_hover_ui(|ui| {
        ui.label(Text::HistoryRowHint.text(lang));
        let text: String = entry.text.chars().take(TOLD).collect();
        ui.label(RichText::new(visible(&text)).monospace());
    });
    if response.double_clicked() {
        told = Some(HistoryCommand::Send(index));
    } else if response.clicked() && told.is_none() {
        told = Some(HistoryCommand::Fill(index));
    }
    told
}

/// `ASCII · GBK · 12 字`
fn how(entry: &Entry, lang: Lang) -> String {
    let mut parts = match entry.form {
        Form::Ascii => vec![Text::Ascii.text(lang), entry.charset.label()],
        Form::Hex => vec![Text::Hex.text(lang)],
    };
    let len = if entry.text.len() < 1024 {
        fill(Text::HistoryChars.text(lang), &[("n", &entry.text.chars().count())])
    } else {
        size(entry.text.len() as f64)
    };
    parts.push(&len);
    parts.join("  ·  ")
}

fn cross_ui(ui: &Ui, index: usize, place: Rect, lang: Lang) -> Option<HistoryCommand> {
    let palette = Palette::of(ui);
    let response = ui.interact(place, ui.scope_id().with(("forget", index)), Sense::click());
    let name = Text::HistoryRemove.text(lang);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if response.hovered() {
        ui.painter().rect_filled(place, CornerRadius::same(4), palette.pressed);
    }
    let (c, r) = (place.center(), 3.5);
    let stroke = egui::Stroke::new(1.3, if response.hovered() { palette.text } else { palette.secondary });
    ui.painter().line_segment([c - vec2(r, r), c + vec2(r, r)], stroke);
    ui.painter().line_segment([c + vec2(-r, r), c + vec2(r, -r)], stroke);
    focus_ring(ui, &response);
    response.on_hover_text(name).clicked().then_some(HistoryCommand::Remove(index))
}
