//! What the panel asks for.

use crate::automation::command::{CommandId, Group, GroupId, QuickCommand, Repeat};

/// What the panel and its dialogs ask for.
#[derive(Clone, Debug)]
pub enum QuickOrder {
    /// A new group; asks for its name.
    NewGroup,
    /// Asks for another name of a group.
    RenameGroup(GroupId),
    /// This name for a group; `None`: a new one.
    NameGroup(Option<GroupId>, String),
    /// The same group once more.
    DuplicateGroup(GroupId),
    /// Take a group out, with its commands.
    RemoveGroup(GroupId),
    /// How a group is run as a sequence.
    SetRun {
        /// Which.
        group: GroupId,
        /// How often.
        repeat: Repeat,
        /// Whether it ends at the first step that fails.
        stop_on_failure: bool,
        /// The pause after a step that has none of its own, in milliseconds.
        delay_ms: u32,
    },
    /// Opens the editor for a new command of a group.
    New(GroupId),
    /// Opens the editor for a command.
    Edit(CommandId),
    /// Keeps what was edited: a new command of the group, or one that is there.
    Keep(GroupId, Box<QuickCommand>),
    /// The same command once more.
    Duplicate(CommandId),
    /// Take a command out.
    Remove(CommandId),
    /// Bring back what was removed last.
    Restore,
    /// Put a command at a place of a group, counted without it.
    Move(CommandId, GroupId, usize),
    /// Whether the sequence takes a command.
    Enable(CommandId, bool),
    /// Send a command.
    Send(CommandId),
    /// Run a group as a sequence.
    Run(GroupId),
    /// End the sequence.
    Stop,
    /// Asks for a file to import.
    Import,
    /// Asks where to export one group to, or all.
    Export(Option<GroupId>),
    /// Add groups that were imported, and say so.
    Add(Vec<Group>, String),
    /// Say what was done.
    Say(String),
}
