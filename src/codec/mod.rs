//! Bytes to text and back: pure functions and small state machines, without sockets, clocks or files.
//!
//! - [`charset`]: encodings, with the source position of every decoded character and stream synchronisation.
//! - [`hex`], [`escape`]: what a person types into the send box, and back.
//! - [`append`]: checksums, length fields and fixed bytes added to what is sent.
//! - [`template`], [`pattern`]: what is sent with fields to fill in, and what packets are tested for.
//! - [`typed`], [`byte_order`]: how a typed text and a number stand for bytes.
//! - [`framing`]: where messages begin and end in a stream.
//! - [`dump`], [`control`]: how bytes and control characters are shown.
//!
//! **Architecture invariant:** imports nothing of ours, does no I/O, and takes any bytes without a panic.

pub mod append;
pub mod byte_order;
pub mod charset;
pub mod control;
pub mod dump;
pub mod escape;
pub mod framing;
pub mod hex;
pub mod pattern;
mod place;
pub mod template;
pub mod typed;

pub use charset::Charset;
