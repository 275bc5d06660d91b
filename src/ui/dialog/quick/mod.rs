//! 快捷指令: the editor of a command, and the name of a group.

mod command;
mod file;
mod hotkey;
mod name;
mod step;

pub use command::CommandDialog;
pub use file::QuickFileDialog;
pub use name::GroupNameDialog;
