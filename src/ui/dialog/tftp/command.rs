//! What TFTP's window asks for.

use super::Order;

/// What TFTP's window asks for; transfers go by their number in the list.
#[derive(Clone, Debug)]
pub enum TftpCommand {
    /// A new transfer.
    Start(Box<Order>),
    /// End one.
    Cancel(u64),
    /// The same again, as a new transfer.
    Again(u64),
    /// The same again, and the file that is in the way may be replaced.
    Replace(u64),
    /// Show the log of its packets; one that runs without gets one.
    Trace(u64),
    /// Take it off the list.
    Remove(u64),
    /// Take everything that is over off the list, and forget earlier runs.
    Clear,
    /// Start the server as its page says.
    Serve,
    /// End the server.
    StopServing,
    /// Show the log of its packets.
    ShowServerTrace,
}
