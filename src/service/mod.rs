//! Drivers that join protocols to sockets, and the peers of `--demo`.

mod cell;
pub mod demo;
mod digest;
pub mod download;
pub mod feiq;
pub mod folder;
pub mod handle;
mod line;
mod pacer;
mod panicked;
mod part;
mod pipe;
mod rate;
mod stop;
pub mod tftp;
mod trace;
