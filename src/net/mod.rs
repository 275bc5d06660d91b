//! Sockets and their threads: commands in, status and journal out.
//!
//! One named worker per link waits in `polling`, woken at once by a command; its deadline is the earliest of its
//! timers. Payload and events go from the worker straight into the journal; what a link *is* right now is a small
//! shared [`Status`] with a revision, so that a window that does not look can never stall a socket.
//!
//! **Architecture invariant:** no call on a [`Link`] waits for the network.

mod command;
mod config;
mod context;
mod error;
pub mod interfaces;
mod job;
mod jobs;
mod link;
mod multicast;
mod options;
mod owner;
mod pace;
mod poll;
mod resolve;
mod sockopt;
mod status;
mod tcp;
mod timer;
mod udp;

pub(crate) use error::failure;
pub(crate) use poll::{Poll, Source};
pub(crate) use resolve::Resolution;
pub(crate) use tcp::{Dial, canonical, concerns_one_connection, listen};
pub(crate) use udp::{Datagrams, is_about_a_peer};

pub use command::{Command, Outgoing, Target};
pub use config::{Group, LinkConfig, TcpClientConfig, TcpServerConfig, UdpConfig};
pub use interfaces::{Interface, list as interfaces};
pub use job::{Happening, Job, JobSlot, JobSlots, Line, Next};
pub use link::Link;
pub use options::{Buffers, SocketOptions};
pub use status::{Client, Counters, CountersSnapshot, Phase, Status, StatusCell};
