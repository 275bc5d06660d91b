//! Keys that send quick commands, between the window's events and what is kept of them.

use egui::{Event, InputState, Key, Modifiers};

use super::command::SHORTCUTS;
use crate::automation::command::{Hotkey, HotkeyError, Key as HotkeyKey};
use crate::i18n::Text;

/// What a pressed key is; `None`: one that can be no hotkey by itself (Ctrl, an arrow, Enter).
pub fn hotkey_of(key: Key, modifiers: Modifiers) -> Option<Result<Hotkey, HotkeyError>> {
    let name = key.name();
    let key: HotkeyKey = name.parse().ok()?;
    Some(Hotkey::new(modifiers.command || modifiers.ctrl, modifiers.shift, modifiers.alt, key))
}

/// What the window does with this key already.
pub fn taken_by(hotkey: Hotkey) -> Option<Text> {
    let same = |modifiers: Modifiers, key: Key| matches!(hotkey_of(key, modifiers), Some(Ok(other)) if other == hotkey);
    let zoom = same(Modifiers::COMMAND, Key::Num0).then_some(Text::ZoomShortcut);
    let shortcut = SHORTCUTS.iter().find(|(_, key, _)| same(key.modifiers, key.logical_key)).map(|(text, ..)| *text);
    shortcut.or(zoom)
}

/// Takes the keys for which `send` finds a command out of a frame's events, with what they would type; the keys' order
/// is kept.
pub fn take_pressed<T>(input: &mut InputState, mut send: impl FnMut(Hotkey) -> Option<T>) -> Vec<T> {
    let mut found = Vec::new();
    let mut types = false;
    input.events.retain(|event| match event {
        Event::Key { key, pressed: true, repeat, modifiers, .. } => {
            let command = hotkey_of(*key, *modifiers).and_then(Result::ok).and_then(&mut send);
            types = command.is_some();
            let taken = command.is_some();
            found.extend(command.filter(|_| !repeat)); // a key that is held does not send again and again
            !taken
        }
        Event::Text(_) => !std::mem::take(&mut types),
        _ => true,
    });
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    fn event(key: Key, modifiers: Modifiers) -> Event {
        Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }
    }

    #[test]
    fn keys_are_told_from_each_other() {
        let of = |key, modifiers| hotkey_of(key, modifiers).map(|hotkey| hotkey.map(|hotkey| hotkey.to_string()));
        let ctrl_shift = Modifiers::COMMAND | Modifiers::SHIFT;
        assert_eq!(of(Key::Num1, Modifiers::COMMAND), Some(Ok("Ctrl+1".to_owned())));
        assert_eq!(of(Key::F12, ctrl_shift), Some(Ok("Ctrl+Shift+F12".to_owned())));
        assert_eq!(of(Key::B, Modifiers::NONE), Some(Err(HotkeyError::Types)));
        assert_eq!(of(Key::V, Modifiers::COMMAND), Some(Err(HotkeyError::Edits)));
        assert_eq!(of(Key::ArrowUp, Modifiers::NONE), None);
    }

    #[test]
    fn the_programs_own_keys_are_taken() {
        for (_, key, _) in SHORTCUTS {
            if let Some(Ok(hotkey)) = hotkey_of(key.logical_key, key.modifiers) {
                assert!(taken_by(hotkey).is_some(), "{hotkey}");
            }
        }
        assert_eq!(taken_by("F5".parse().unwrap()), Some(Text::OpenOrClose));
        assert_eq!(taken_by("Ctrl+0".parse().unwrap()), Some(Text::ZoomShortcut));
        assert_eq!(taken_by("Ctrl+1".parse().unwrap()), None);
        assert_eq!(taken_by("Ctrl+F5".parse().unwrap()), None, "another key than F5");
    }

    #[test]
    fn what_a_hotkey_would_type_goes_with_it() {
        let mut input = InputState::default();
        let typed = Event::Text("1".to_owned());
        input.events = vec![event(Key::Num1, Modifiers::ALT), typed.clone(), event(Key::B, Modifiers::NONE), typed];
        let wanted: Hotkey = "Alt+1".parse().unwrap();
        let found = take_pressed(&mut input, |hotkey| (hotkey == wanted).then_some(7));
        assert_eq!((found, input.events.len()), (vec![7], 2));
    }
}
