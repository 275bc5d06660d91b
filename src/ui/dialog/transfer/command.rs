//! What a list of transfers and its form ask for.

/// What is asked for; transfers go by their number in the list.
#[derive(Clone, Debug)]
pub enum TransferCommand<O> {
    /// A new transfer.
    Start(Box<O>),
    /// End one.
    Cancel(u64),
    /// The same again, as a new transfer.
    Again(u64),
    /// The same again, and the file that is in the way may be replaced.
    Replace(u64),
    /// Show the log of its bytes; one that runs without gets one.
    Trace(u64),
    /// Take it off the list.
    Remove(u64),
    /// Take everything that is over off the list, and forget earlier runs.
    Clear,
}
