//! What leaves the journal for files: the raw received bytes while they come, and the log as text or as raw bytes.
//!
//! Each runs on a named thread of its own, reads the journal through a cursor in bounded memory, and ends at most
//! 200 ms after it is dropped.

mod encoded;
mod name;
mod peer_files;
mod save_log;
mod save_received;

pub use encoded::TextEncoding;
pub use name::fill_in;
pub use save_log::{Content, Render, SaveLog, SaveProgress, SaveState, Saved};
pub use save_received::{SaveReceived, SaveStatus};
