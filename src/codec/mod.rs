//! Bytes to text and back: pure functions and small state machines, without sockets, clocks or files.
//!
//! - [`charset`]: encodings, with the source position of every decoded character and stream synchronisation.
//! - [`hex`], [`escape`]: what a person types into the send box, and back.
//! - [`checksum`]: bytes appended to what is sent.
//! - [`dump`], [`control`]: how bytes and control characters are shown.
//!
//! **Architecture invariant:** imports nothing of ours, does no I/O, and takes any bytes without a panic.

pub mod charset;
pub mod checksum;
pub mod control;
pub mod dump;
pub mod escape;
pub mod hex;
mod place;

pub use charset::Charset;
