//! What the window asks for.

/// What the window asks for; tabs go by their number.
#[derive(Clone, Copy, Debug)]
pub enum SendFileCommand {
    /// Send the shown tab's file as its form says.
    Start,
    /// Hold it, or go on.
    Pause {
        /// Whose file.
        tab: u64,
        /// Hold it.
        on: bool,
    },
    /// End it; nothing more goes out.
    Cancel(u64),
}
