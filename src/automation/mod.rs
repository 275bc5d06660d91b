//! What is sent without a hand on the button: messages, quick commands, sequences, rules for answers, and their files.
//!
//! Pure, like a protocol: bytes and time come in as arguments. `session` runs these on the socket's own thread.

pub mod answer;
pub mod command;
mod compose;
mod forgiving;
pub mod history;
pub mod import;
pub mod sequence;

pub use compose::{ComposeError, Composer, Form, Message, Prepared, convert, finish};
