//! Drivers that join protocols to sockets, and the peers of `--demo`.

pub mod demo;
pub mod feiq;
mod stop;
pub mod tftp;
