//! Sockets and their threads: commands in, status and journal out.
//!
//! One named worker per link waits in `polling`, woken at once by a command; its deadline is the earliest of its
//! timers. Payload and events go from the worker straight into the journal; what a link *is* right now is a small
//! shared [`Status`] with a revision, so that a window that does not look can never stall a socket.
//!
//! **Architecture invariant:** no call on a [`Link`] waits for the network.

mod config;
mod link;
mod poll;
mod status;
mod tcp_client;
mod tcp_server;
mod udp;

pub use config::{Group, LinkConfig, TcpClientConfig, TcpServerConfig, UdpConfig};
pub use link::{Command, Cycle, Link, Outgoing, Target};
pub use status::{Client, Counters, CountersSnapshot, Phase, Status, StatusCell};
