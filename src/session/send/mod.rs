//! What goes out without a hand on the button for each send: the cycle, the lines of the send box, a file.
//!
//! Each is a [`Job`](crate::net::Job) that runs on the link's own thread with its timer, and shows how it goes on a board
//! that the window reads without waiting.

mod board;
mod cycle;
mod disk;
mod file;
mod grid;
mod jitter;
mod packet;

pub use board::Reading;
pub use cycle::{Cycle, CycleConfig, CycleProgress, CycleState, CycleStatus, SendTrouble};
pub use disk::Disk;
pub use file::{
    FileConfig, FileHandle, FileMode, FileState, FileStatus, LOGGED_BYTES, MAX_BLOCK_BYTES, MAX_DATAGRAM_BYTES,
    SendFile,
};
pub use jitter::Jitter;
pub use packet::{Content, LineError, Packet, prepare_lines};
