//! The send box: at most 256 KB of text, the keys that send it, and those that recall what was sent.

use egui::text::{CCursor, CCursorRange};
use egui::{Event, Id, ImeEvent, Key, KeyboardShortcut, Modifiers, TextEdit, Ui, vec2};

use super::Shared;
use super::send_options::name_it;
use crate::i18n::{Text, fill};
use crate::settings::{SendKey, SendSettings};
use crate::ui::command::Command;
use crate::ui::tab::Tab;
use crate::ui::{theme, words};

/// Draws the box into all the room there is.
pub fn send_box_ui(ui: &mut Ui, tab: &mut Tab, shared: &mut Shared<'_>) {
    let size = ui.available_size();
    let id = ui.scope_id().with(("send box", tab.id));
    if let Some(up) = tab.caret.wanted.take() {
        place_caret(ui, id, &tab.settings.send.text, up);
    }
    if ui.memory(|m| m.has_focus(id)) {
        let composing = follow_composition(ui, &mut tab.composing);
        if !composing && send_key_pressed(ui, shared.send_key) {
            shared.queue(Command::Send);
        }
        if let Some(up) = recall_key_pressed(ui, tab.caret).filter(|_| !composing) {
            shared.queue(Command::Recall { up });
        }
        if let Some(bytes) = refuse_what_is_too_much(ui, id, &tab.settings.send.text) {
            tab.error = Some(too_long(bytes, shared));
        }
    } else {
        tab.composing = false;
    }
    let newline = match shared.send_key {
        SendKey::Enter => KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter),
        SendKey::CtrlEnter => KeyboardShortcut::new(Modifiers::NONE, Key::Enter),
    };
    let output = egui::ScrollArea::vertical()
        .id_salt(("send scroll", tab.id))
        .auto_shrink(false)
        .max_height(size.y)
        .show(ui, |ui| {
            TextEdit::multiline(&mut tab.settings.send.text)
                .id(id)
                .font(theme::mono())
                .desired_width(f32::INFINITY)
                .desired_rows(1)
                .min_size(vec2(size.x, (size.y - 1.0).floor()))
                .margin(egui::Margin::symmetric(8, 6))
                .return_key(newline)
                .lock_focus(false)
                .show(ui)
        })
        .inner;
    let caret = output.cursor_range.filter(CCursorRange::is_empty);
    let row = caret.map(|range| output.galley.layout_from_cursor(range.primary).row);
    tab.caret.first = row == Some(0);
    tab.caret.last = row.is_some_and(|row| row + 1 >= output.galley.rows.len());
    let response = output.response.response;
    tab.box_place = response.rect.intersect(ui.clip_rect());
    name_it(ui, &response, shared.text(Text::InputBox));
    if response.changed() {
        tab.composed = None;
        tab.error = None;
        // What came another way than by keys and the clipboard.
        let text = &mut tab.settings.send.text;
        if text.len() > SendSettings::MAX_TEXT_BYTES {
            let kept = text.floor_char_boundary(SendSettings::MAX_TEXT_BYTES);
            tab.error = Some(too_long(text.len() - kept, shared));
            text.truncate(kept);
        }
    }
}

/// Where the caret of a send box is, and where it is to be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Caret {
    /// On the first row, with nothing selected.
    first: bool,
    /// On the last row, with nothing selected.
    last: bool,
    /// A text was recalled: upwards the caret goes to the end of the first line, else to the end of the last, where
    /// the same key recalls the next one.
    pub wanted: Option<bool>,
}

/// Takes the key that recalls out of the frame's events: with Alt always, else where the caret can go no further.
/// Whether it is the one that goes up.
fn recall_key_pressed(ui: &Ui, caret: Caret) -> Option<bool> {
    let keys = [(Key::ArrowUp, true, caret.first), (Key::ArrowDown, false, caret.last)];
    ui.input_mut(|i| {
        let held = i.modifiers;
        let pressed = keys.into_iter().find(|(key, _, at_end)| {
            let recalls = if held.alt { held == Modifiers::ALT } else { held.is_none() && *at_end };
            recalls && i.consume_key(held, *key)
        });
        pressed.map(|(_, up, _)| up)
    })
}

fn place_caret(ui: &Ui, id: Id, text: &str, up: bool) {
    let line = if up { text.split('\n').next().unwrap_or_default() } else { text };
    let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(line.chars().count()))));
    state.store(ui.ctx(), id);
}

fn too_long(bytes: usize, shared: &Shared<'_>) -> String {
    fill(shared.text(Text::TextTooLong), &[("size", &words::size(bytes as f64))])
}

/// Whether an input method composes: the keys are its keys then, and the Enter that ends a composition is not ours.
fn follow_composition(ui: &Ui, composing: &mut bool) -> bool {
    let mut seen = *composing;
    ui.input(|i| {
        for event in &i.events {
            if let Event::Ime(event) = event {
                match event {
                    ImeEvent::Preedit { text, .. } => *composing = !text.is_empty(),
                    _ => *composing = false,
                }
                seen = true;
            }
        }
    });
    seen
}

/// Takes the key that sends out of the frame's events. Ctrl+Enter sends in either setting.
fn send_key_pressed(ui: &Ui, send_key: SendKey) -> bool {
    ui.input_mut(|i| {
        i.consume_key(Modifiers::COMMAND, Key::Enter)
            || (send_key == SendKey::Enter && !i.modifiers.shift && i.consume_key(Modifiers::NONE, Key::Enter))
    })
}

/// Takes insertions for which there is no room out of the frame's events, whole: half of a paste would be sent as if
/// it were all. Returns how many bytes that were.
fn refuse_what_is_too_much(ui: &Ui, id: egui::Id, text: &str) -> Option<usize> {
    let replaced = TextEdit::load_state(ui.ctx(), id).and_then(|state| state.cursor.char_range()).map_or(0, |range| {
        let chars = range.as_sorted_char_range();
        let (from, to): (usize, usize) = (chars.start.into(), chars.end.into());
        text.chars().skip(from).take(to - from).map(char::len_utf8).sum()
    });
    let room = (SendSettings::MAX_TEXT_BYTES + replaced).saturating_sub(text.len());
    let mut refused = 0;
    ui.input_mut(|i| {
        i.events.retain(|event| {
            let (Event::Paste(inserted) | Event::Text(inserted)) = event else { return true };
            let fits = inserted.len() <= room;
            if !fits {
                refused += inserted.len();
            }
            fits
        });
    });
    (refused > 0).then_some(refused)
}
