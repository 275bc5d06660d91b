//! TFTP with sockets and files: a client ([`Transfer`]) and a server ([`Server`]) that drive the machines of
//! [`proto::tftp`](crate::proto::tftp).
//!
//! Each transfer has a thread, `wb-tftp`, and a socket of its own. What is received goes into a file `NAME.part` beside
//! its place and gets its name when it is complete; a failure, a cancel or a crash leave what was there as it was.
//!
//! | File | What it is |
//! |---|---|
//! | `config`, `state` | what is to be done, and how it stands |
//! | `transfer`, `client` | a client's transfer: its handle, its thread |
//! | `server` | the server |
//! | `crank` | one transfer without waiting: machine, socket, file |
//! | `drive`, `inlet`, `outlet` | the loop of a transfer's thread; waiting for datagrams; sending them |
//! | `file` | the file that is sent or received |
//!
//! **Architecture invariant:** no call waits for the network or the disk, except for a drop, which takes at most 200 ms
//! to tell the peer and to end every thread.

mod client;
mod config;
mod crank;
mod drive;
mod file;
mod inlet;
mod outlet;
mod server;
mod state;
mod transfer;

pub use crate::service::part::Existing;
pub use config::{Options, PORT, TransferConfig};
pub use server::{
    FREE_PORT, Fate, Observer, Refusal, Request, RequestId, Server, ServerConfig, ServerPhase, ServerState,
    ServerTransfer, Totals, Uploads,
};
pub use state::{Done, Note, Phase, Progress, State, TransferFailure};
pub use transfer::Transfer;
