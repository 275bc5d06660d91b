//! A group of quick commands, and how it is run as a sequence.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{GroupId, MAX_MS, QuickCommand};

/// A group of quick commands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Group {
    /// Its id in this run; given when it is added to the others.
    #[serde(skip)]
    pub(super) id: GroupId,
    /// Its name.
    pub name: String,
    /// How often the sequence runs through it.
    pub repeat: Repeat,
    /// Whether the sequence ends at the first step that fails.
    pub stop_on_failure: bool,
    /// The pause after a step that has none of its own, in milliseconds.
    pub delay_ms: u32,
    /// Its commands, in order.
    pub(super) commands: Vec<QuickCommand>,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            id: GroupId::default(),
            name: String::new(),
            repeat: Repeat::default(),
            stop_on_failure: true,
            delay_ms: 100,
            commands: Vec::new(),
        }
    }
}

impl Group {
    /// An empty group.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The same with these commands.
    #[must_use]
    pub fn with_commands(mut self, commands: Vec<QuickCommand>) -> Self {
        self.commands = commands;
        self
    }

    /// Its id in this run.
    pub fn id(&self) -> GroupId {
        self.id
    }

    /// Its commands, in order.
    pub fn commands(&self) -> &[QuickCommand] {
        &self.commands
    }

    /// How long the sequence waits after this command.
    pub fn delay_after(&self, command: &QuickCommand) -> Duration {
        Duration::from_millis(command.step.delay_ms.unwrap_or(self.delay_ms).min(MAX_MS).into())
    }
}

/// How often. In files a number, 0 for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "u32", into = "u32")]
pub enum Repeat {
    /// So many times.
    Times(NonZeroU32),
    /// Until it is stopped.
    Forever,
}

impl Default for Repeat {
    fn default() -> Self {
        Self::Times(NonZeroU32::MIN)
    }
}

impl From<u32> for Repeat {
    fn from(times: u32) -> Self {
        NonZeroU32::new(times).map_or(Self::Forever, Self::Times)
    }
}

impl From<Repeat> for u32 {
    fn from(repeat: Repeat) -> Self {
        match repeat {
            Repeat::Times(times) => times.get(),
            Repeat::Forever => 0,
        }
    }
}

impl Repeat {
    /// Whether a round comes after so many.
    pub fn goes_on_after(self, rounds: u64) -> bool {
        match self {
            Self::Times(times) => rounds < u64::from(times.get()),
            Self::Forever => true,
        }
    }
}
