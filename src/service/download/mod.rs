//! Files over plain TCP, as socket tutorials do it: connect, send the file's name, keep what comes.
//!
//! Such a protocol has no name and no errors, and every server ends a file in its own way; an [`Ending`] says which one
//! it is. Each download has a thread, `wb-download`. What is received goes into `NAME.part` beside its place and gets its
//! name when it is complete; a failure, a cancel or a crash leave what was there as it was.
//!
//! | File | What it is |
//! |---|---|
//! | `config`, `state` | what is to be done, and how it stands |
//! | `content` | pure: where the content begins and ends in what the server sends |
//! | `handle`, `worker` | the handle of a download, its thread |
//!
//! **Architecture invariant:** no call waits for the network or the disk, except for a drop, which takes at most 200 ms.

mod config;
mod content;
mod handle;
mod state;
mod worker;

pub use super::part::Existing;
pub use config::{DownloadConfig, Ending, Prefix};
pub use handle::Download;
pub use state::{Done, DownloadFailure, Phase, Progress, State};
