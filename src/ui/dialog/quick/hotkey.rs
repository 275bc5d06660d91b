//! The field that takes a hotkey: click it, press the key.

use egui::{Button, Event, Key, Ui, vec2};

use crate::automation::command::{CommandId, Hotkey, HotkeyError, QuickCommand, QuickCommands};
use crate::i18n::{Lang, Text, fill};
use crate::ui::hotkey::{hotkey_of, taken_by};
use crate::ui::panel::name_it;
use crate::ui::theme::CONTROL_HEIGHT;
use crate::ui::widget::{label_above, refusal};

/// Width of the field, in points.
const WIDTH: f32 = 130.0;

/// The field.
#[derive(Default)]
pub struct HotkeyField {
    /// The next key is taken.
    listening: bool,
    /// Why the last key was not taken.
    refused: Option<String>,
}

impl HotkeyField {
    /// Draws it under its label; `own` is the command that it is for.
    pub fn ui(&mut self, ui: &mut Ui, hotkey: &mut Option<Hotkey>, own: CommandId, quick: &QuickCommands, lang: Lang) {
        label_above(ui, Text::QuickHotkey.text(lang));
        if self.listening {
            self.listen(ui, hotkey, own, quick, lang);
        }
        ui.horizontal(|ui| {
            let shown = match (self.listening, &*hotkey) {
                (true, _) => Text::QuickHotkeyPress.text(lang).to_owned(),
                (false, Some(hotkey)) => hotkey.to_string(),
                (false, None) => Text::QuickHotkeyNone.text(lang).to_owned(),
            };
            let button = Button::new(&shown).min_size(vec2(WIDTH, CONTROL_HEIGHT)).selected(self.listening);
            let response = ui.add(button);
            name_it(ui, &response, Text::QuickHotkey.text(lang));
            let response = response.on_hover_text(Text::QuickHotkeyHint.text(lang));
            if response.clicked() {
                self.listening = !self.listening;
                self.refused = None;
            } else if self.listening && response.clicked_elsewhere() {
                self.listening = false;
            }
            if hotkey.is_some() && ui.button(Text::QuickHotkeyClear.text(lang)).clicked() {
                *hotkey = None;
                self.refused = None;
            }
        });
        if let Some(refused) = &self.refused {
            refusal(ui, refused);
        }
    }

    fn listen(&mut self, ui: &Ui, hotkey: &mut Option<Hotkey>, own: CommandId, quick: &QuickCommands, lang: Lang) {
        // Every key is its own now: Escape must not close the dialog, nor Enter press a button.
        let mut pressed = Vec::new();
        ui.input_mut(|i| {
            i.events.retain(|event| match event {
                Event::Key { key, pressed: true, modifiers, .. } => {
                    pressed.push((*key, *modifiers));
                    false
                }
                Event::Text(_) => false,
                _ => true,
            });
        });
        for (key, modifiers) in pressed {
            match key {
                Key::Escape => self.listening = false,
                Key::Backspace | Key::Delete if modifiers.is_none() => {
                    *hotkey = None;
                    self.listening = false;
                }
                _ => match hotkey_of(key, modifiers) {
                    None => self.refused = Some(Text::QuickHotkeyUnknown.text(lang).to_owned()),
                    Some(Err(error)) => self.refused = Some(error_words(&error, lang)),
                    Some(Ok(wanted)) => {
                        self.refused = conflict(wanted, own, quick, lang);
                        if self.refused.is_none() {
                            *hotkey = Some(wanted);
                            self.listening = false;
                        }
                    }
                },
            }
        }
    }
}

fn error_words(error: &HotkeyError, lang: Lang) -> String {
    let text = match error {
        HotkeyError::Unknown(_) => Text::QuickHotkeyUnknown,
        HotkeyError::Types => Text::QuickHotkeyTypes,
        HotkeyError::Edits => Text::QuickHotkeyEdits,
    };
    text.text(lang).to_owned()
}

/// Who has the key already.
pub fn conflict(hotkey: Hotkey, own: CommandId, quick: &QuickCommands, lang: Lang) -> Option<String> {
    let command = quick.commands().find(|command| command.hotkey == Some(hotkey) && command.id() != own);
    let who = taken_by(hotkey).map(|text| text.text(lang)).or(command.map(QuickCommand::title))?;
    Some(fill(Text::QuickHotkeyTaken.text(lang), &[("key", &hotkey), ("who", &who)]))
}
