//! TCP: the worker of a client, the worker of a server, and the connection that both share.
//!
//! - [`connection`]: one socket with what waits for it: non-blocking reads and writes, half-closed states, the end.
//! - [`outbox`]: what waits to be sent; one copy of the bytes for a thousand clients, bounded.
//! - [`ledger`]: what a wake-up has to tell the journal and the counters, written in one go.
//! - [`farewell`]: the orderly and bounded close.
//! - [`client`] with [`dial`] and [`backoff`]; [`server`] with [`listen`].
//!
//! **How a connection ends.** The peer's FIN, its RST and a time-out are told apart. After a FIN the other direction may
//! live: a peer that sends a request, shuts down its sending side and reads the answer (`printf x | nc -N`, HTTP/1.0) is
//! common. So what waits for it is still sent, as long as it takes some of it within [`connection::STALL`]; and a client
//! of a server that sent something within [`connection::ANSWER`] before its FIN is kept that long for an answer. (A
//! job that listens is told of the FIN, and of one that comes later in time to answer: [`connection::GLANCE`].)
//! [`Event::PeerFinished`](crate::journal::Event::PeerFinished) says so; the client leaves the list at once. In all
//! other cases the connection is over with the FIN.

mod backoff;
pub(super) mod client;
mod connection;
#[cfg(unix)]
mod descriptors;
mod dial;
mod farewell;
mod ledger;
mod listen;
mod options;
mod outbox;
pub(super) mod server;

pub(crate) use dial::Dial;
pub(crate) use listen::{canonical, concerns_one_connection, listen};
