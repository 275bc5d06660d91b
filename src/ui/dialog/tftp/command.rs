//! What TFTP's window asks for.

use super::Order;
use crate::ui::dialog::transfer::TransferCommand;

/// What TFTP's window asks for.
#[derive(Clone, Debug)]
pub enum TftpCommand {
    /// Of the list or its form.
    Transfer(TransferCommand<Order>),
    /// Start the server as its page says.
    Serve,
    /// End the server.
    StopServing,
    /// Show the log of its packets.
    ShowServerTrace,
}
