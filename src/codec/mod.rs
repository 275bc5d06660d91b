//! Bytes to text and back: pure functions and small state machines, without sockets, clocks or files.
//!
//! **Architecture invariant:** imports nothing of ours, does no I/O, and takes any bytes without a panic.

pub mod charset;

pub use charset::Charset;
