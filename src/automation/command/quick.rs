//! One quick command, and what it is as a step of a sequence.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{CommandId, Hotkey, MAX_MS};
use crate::automation::{Form, Message};
use crate::codec::Charset;
use crate::codec::pattern::{Pattern, PatternError, Test};
use crate::codec::typed::Typed;

/// A message under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuickCommand {
    /// Its id in this run; given when it is added to a group.
    #[serde(skip)]
    pub(super) id: CommandId,
    /// Its name; empty: it goes by its text.
    pub name: String,
    /// What it sends.
    pub message: Message,
    /// The key that sends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hotkey: Option<Hotkey>,
    /// What a person notes about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// What it is in a sequence.
    pub step: Step,
}

impl QuickCommand {
    /// A command with this message.
    pub fn new(name: impl Into<String>, message: Message) -> Self {
        Self { name: name.into(), message, ..Self::default() }
    }

    /// Its id in this run.
    pub fn id(&self) -> CommandId {
        self.id
    }

    /// Its name, or the beginning of its text.
    pub fn title(&self) -> &str {
        if !self.name.trim().is_empty() {
            return &self.name;
        }
        let line = self.message.text.lines().next().unwrap_or_default();
        line.char_indices().nth(40).map_or(line, |(end, _)| &line[..end])
    }

    /// How much memory its texts take, in bytes.
    pub(super) fn size(&self) -> usize {
        let pattern = self.step.expect.as_ref().map_or(0, |expect| expect.pattern.len());
        self.name.len() + self.message.text.len() + self.comment.len() + pattern
    }

    /// The length of its longest text, in bytes.
    pub(super) fn longest_text(&self) -> usize {
        self.name.len().max(self.message.text.len()).max(self.comment.len())
    }
}

/// A command as a step of its group's sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// Whether the sequence takes it.
    pub enabled: bool,
    /// The pause after it, in milliseconds; `None`: the group's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u32>,
    /// The answer that it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expect>,
}

impl Default for Step {
    fn default() -> Self {
        Self { enabled: true, delay_ms: None, expect: None }
    }
}

/// An answer that a step waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Expect {
    /// What a packet is tested for.
    pub test: Test,
    /// The text of the test.
    pub pattern: String,
    /// Whether that is text or HEX; and how what it captures is put into `{var:…}`.
    pub form: Form,
    /// The encoding of text.
    pub charset: Charset,
    /// Whether escapes in text are understood.
    pub escapes: bool,
    /// How long it waits, in milliseconds, at least 1.
    pub timeout_ms: u32,
}

impl Default for Expect {
    fn default() -> Self {
        Self {
            test: Test::default(),
            pattern: String::new(),
            form: Form::Ascii,
            charset: Charset::Utf8,
            escapes: true,
            timeout_ms: 1000,
        }
    }
}

impl Expect {
    /// How the pattern's text stands for bytes.
    pub fn typed(&self) -> Typed {
        match self.form {
            Form::Hex => Typed::Hex,
            Form::Ascii => Typed::Text { charset: self.charset, escapes: self.escapes },
        }
    }

    /// Reads the pattern once and for all.
    pub fn prepare(&self) -> Result<Pattern, PatternError> {
        Pattern::parse(self.test, &self.pattern, self.typed())
    }

    /// How long it waits.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.clamp(1, MAX_MS).into())
    }
}
