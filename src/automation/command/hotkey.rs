//! Keys that send a command: `F5`, `Ctrl+1`, `Ctrl+Shift+F12`.
//!
//! Only those that no text is typed with: a function key, or a letter or digit with Ctrl or Alt. The letters that edit
//! text (Ctrl with A, C, V, X, Y or Z) belong to the text boxes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hotkey {
    ctrl: bool,
    shift: bool,
    alt: bool,
    key: Key,
}

/// A key that can send a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A function key, 1 to 24.
    Function(u8),
    /// A digit or a capital letter of ASCII.
    Character(char),
}

/// Why this is no key for a command.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum HotkeyError {
    /// Not a key that we know.
    #[error("no key is called {0:?}")]
    Unknown(String),
    /// A letter or a digit without Ctrl or Alt: it types.
    #[error("a letter or a digit needs Ctrl or Alt")]
    Types,
    /// It edits text.
    #[error("this key edits text")]
    Edits,
}

impl Hotkey {
    /// A key with its modifiers, if it can send a command.
    pub fn new(ctrl: bool, shift: bool, alt: bool, key: Key) -> Result<Self, HotkeyError> {
        match key {
            Key::Character('0'..='9' | 'A'..='Z') if !ctrl && !alt => Err(HotkeyError::Types),
            Key::Character('A' | 'C' | 'V' | 'X' | 'Y' | 'Z') if ctrl && !alt => Err(HotkeyError::Edits),
            Key::Function(1..=24) | Key::Character('0'..='9' | 'A'..='Z') => Ok(Self { ctrl, shift, alt, key }),
            Key::Function(_) | Key::Character(_) => Err(HotkeyError::Unknown(key.to_string())),
        }
    }

    /// Whether Ctrl belongs to it.
    pub fn ctrl(self) -> bool {
        self.ctrl
    }

    /// Whether Shift belongs to it.
    pub fn shift(self) -> bool {
        self.shift
    }

    /// Whether Alt belongs to it.
    pub fn alt(self) -> bool {
        self.alt
    }

    /// The key itself.
    pub fn key(self) -> Key {
        self.key
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function(number) => write!(f, "F{number}"),
            Self::Character(character) => write!(f, "{character}"),
        }
    }
}

impl fmt::Display for Hotkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl+"), (self.shift, "Shift+"), (self.alt, "Alt+")] {
            if held {
                f.write_str(name)?;
            }
        }
        write!(f, "{}", self.key)
    }
}

impl FromStr for Key {
    type Err = HotkeyError;

    fn from_str(text: &str) -> Result<Self, HotkeyError> {
        let unknown = || HotkeyError::Unknown(text.chars().take(32).collect());
        let upper = text.to_ascii_uppercase();
        let mut chars = upper.chars();
        match (chars.next(), chars.next()) {
            (Some(character), None) if character.is_ascii_alphanumeric() => Ok(Self::Character(character)),
            (Some('F'), Some('1'..='9')) if upper.len() <= 3 => {
                upper[1..].parse().map(Self::Function).map_err(|_| unknown())
            }
            _ => Err(unknown()),
        }
    }
}

impl FromStr for Hotkey {
    type Err = HotkeyError;

    fn from_str(text: &str) -> Result<Self, HotkeyError> {
        let mut parts: Vec<&str> = text.split('+').map(str::trim).collect();
        let key: Key = parts.pop().unwrap_or_default().parse()?;
        let (mut ctrl, mut shift, mut alt) = (false, false, false);
        for part in parts {
            match part.to_ascii_lowercase().as_str() {
                "ctrl" | "control" => ctrl = true,
                "shift" => shift = true,
                "alt" => alt = true,
                _ => return Err(HotkeyError::Unknown(part.chars().take(32).collect())),
            }
        }
        Self::new(ctrl, shift, alt, key)
    }
}

impl TryFrom<String> for Hotkey {
    type Error = HotkeyError;

    fn try_from(text: String) -> Result<Self, HotkeyError> {
        text.parse()
    }
}

impl From<Hotkey> for String {
    fn from(hotkey: Hotkey) -> Self {
        hotkey.to_string()
    }
}
