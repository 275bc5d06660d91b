//! Quick commands (快捷指令): messages that are kept under a name, in groups, sent by a click or as a sequence.
//!
//! Groups and commands have ids, so that a window can edit one while others are moved. The ids are of this run alone:
//! a file does not keep them.

mod group;
mod hotkey;
mod quick;

pub use group::{Group, Repeat};
pub use hotkey::{Hotkey, HotkeyError, Key};
pub use quick::{Expect, QuickCommand, Step};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most groups.
pub const MAX_GROUPS: usize = 1_000;
/// The most commands in all groups together.
pub const MAX_COMMANDS: usize = 10_000;
/// The longest text of a command, in bytes.
pub const MAX_TEXT_BYTES: usize = 256 << 10;
/// The most text of all commands together, in bytes.
pub const MAX_TOTAL_BYTES: usize = 16 << 20;
/// The longest pause or timeout: a day, in milliseconds.
pub const MAX_MS: u32 = 86_400_000;

/// A group, in this run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(u64);

/// A command, in this run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(u64);

impl GroupId {
    /// The number, for an id of the window.
    pub fn number(self) -> u64 {
        self.0
    }
}

impl CommandId {
    /// The number, for an id of the window.
    pub fn number(self) -> u64 {
        self.0
    }
}

/// Why quick commands can't be changed so. They stay as they were.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum EditError {
    /// There would be more than [`MAX_GROUPS`].
    #[error("more than {MAX_GROUPS} groups")]
    TooManyGroups,
    /// There would be more than [`MAX_COMMANDS`].
    #[error("more than {MAX_COMMANDS} commands")]
    TooManyCommands,
    /// The text of a command is longer than [`MAX_TEXT_BYTES`].
    #[error("a text of {len} bytes, more than {MAX_TEXT_BYTES}")]
    TextTooLong {
        /// Its length, in bytes.
        len: usize,
    },
    /// All texts together would be longer than [`MAX_TOTAL_BYTES`].
    #[error("more than {MAX_TOTAL_BYTES} bytes of text in all commands")]
    TooMuchText,
    /// What was to be changed is not there any more.
    #[error("it is not there any more")]
    Gone,
}

/// All groups of quick commands, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct QuickCommands {
    groups: Vec<Group>,
    /// The last id that was given, to a group or a command.
    #[serde(skip)]
    last_id: u64,
}

/// As in a file: without ids.
#[derive(Deserialize)]
struct Stored {
    #[serde(default)]
    groups: Vec<Group>,
}

impl TryFrom<Stored> for QuickCommands {
    type Error = EditError;

    fn try_from(stored: Stored) -> Result<Self, EditError> {
        let mut all = Self::default();
        all.add_groups(stored.groups)?;
        Ok(all)
    }
}

impl QuickCommands {
    /// The groups, in order.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// A group.
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// A group, to change its name and how it is run.
    pub fn group_mut(&mut self, id: GroupId) -> Option<&mut Group> {
        self.groups.iter_mut().find(|group| group.id == id)
    }

    /// All commands, group by group.
    pub fn commands(&self) -> impl Iterator<Item = &QuickCommand> {
        self.groups.iter().flat_map(Group::commands)
    }

    /// A command.
    pub fn command(&self, id: CommandId) -> Option<&QuickCommand> {
        self.commands().find(|command| command.id == id)
    }

    /// The group that a command is in.
    pub fn group_of(&self, id: CommandId) -> Option<&Group> {
        self.groups.iter().find(|group| group.commands.iter().any(|command| command.id == id))
    }

    /// The first command with this key.
    pub fn with_hotkey(&self, hotkey: Hotkey) -> Option<&QuickCommand> {
        self.commands().find(|command| command.hotkey == Some(hotkey))
    }

    /// Adds a group at the end, with its commands.
    pub fn add_group(&mut self, group: Group) -> Result<GroupId, EditError> {
        self.add_groups(vec![group])?;
        Ok(self.groups.last().map_or(GroupId(0), |group| group.id))
    }

    /// Adds groups at the end, all or none, and gives them and their commands ids.
    pub fn add_groups(&mut self, groups: Vec<Group>) -> Result<(), EditError> {
        if self.groups.len() + groups.len() > MAX_GROUPS {
            return Err(EditError::TooManyGroups);
        }
        self.check_room(groups.iter().flat_map(Group::commands), None)?;
        for mut group in groups {
            group.id = GroupId(self.new_id());
            for command in &mut group.commands {
                self.last_id += 1;
                command.id = CommandId(self.last_id);
            }
            self.groups.push(group);
        }
        Ok(())
    }

    /// Takes a group out, with its commands.
    pub fn remove_group(&mut self, id: GroupId) -> Option<Group> {
        let at = self.groups.iter().position(|group| group.id == id)?;
        Some(self.groups.remove(at))
    }

    /// Moves a group so that it comes to stand at this index, or last.
    pub fn move_group(&mut self, id: GroupId, to: usize) -> bool {
        let Some(group) = self.remove_group(id) else { return false };
        self.groups.insert(to.min(self.groups.len()), group);
        true
    }

    /// Adds a command to a group, at this index or last.
    pub fn add_command(
        &mut self,
        group: GroupId,
        at: Option<usize>,
        mut command: QuickCommand,
    ) -> Result<CommandId, EditError> {
        self.check_room([&command], None)?;
        let id = CommandId(self.last_id + 1);
        command.id = id;
        let commands = &mut self.group_mut(group).ok_or(EditError::Gone)?.commands;
        commands.insert(at.unwrap_or(usize::MAX).min(commands.len()), command);
        self.last_id += 1;
        Ok(id)
    }

    /// Puts another command in the place of the one that has its id.
    pub fn replace_command(&mut self, command: QuickCommand) -> Result<(), EditError> {
        self.check_room([&command], Some(command.id))?;
        let commands = self.groups.iter_mut().flat_map(|group| &mut group.commands);
        let old = commands.into_iter().find(|old| old.id == command.id);
        *old.ok_or(EditError::Gone)? = command;
        Ok(())
    }

    /// Takes a command out.
    pub fn remove_command(&mut self, id: CommandId) -> Option<QuickCommand> {
        self.groups.iter_mut().find_map(|group| {
            let at = group.commands.iter().position(|command| command.id == id)?;
            Some(group.commands.remove(at))
        })
    }

    /// Moves a command so that it comes to stand at this index of a group, or last.
    pub fn move_command(&mut self, id: CommandId, group: GroupId, to: usize) -> bool {
        if self.group(group).is_none() {
            return false;
        }
        let Some(command) = self.remove_command(id) else { return false };
        if let Some(group) = self.group_mut(group) {
            group.commands.insert(to.min(group.commands.len()), command);
        }
        true
    }

    fn new_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Whether there is room for these commands, one of which may take the place of another.
    fn check_room<'a>(
        &self,
        new: impl IntoIterator<Item = &'a QuickCommand>,
        replaced: Option<CommandId>,
    ) -> Result<(), EditError> {
        let kept = self.commands().filter(|command| Some(command.id) != replaced);
        let (mut count, mut bytes) = kept.fold((0, 0), |(count, bytes), command| (count + 1, bytes + command.size()));
        for command in new {
            let len = command.longest_text();
            if len > MAX_TEXT_BYTES {
                return Err(EditError::TextTooLong { len });
            }
            count += 1;
            bytes += command.size();
        }
        if count > MAX_COMMANDS {
            return Err(EditError::TooManyCommands);
        }
        if bytes > MAX_TOTAL_BYTES { Err(EditError::TooMuchText) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
