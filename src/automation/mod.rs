//! What is sent without a hand on the button: messages, quick commands, sequences, rules for answers, and their files.
//!
//! Pure, like a protocol: bytes and time come in as arguments. `session` runs these on the socket's own thread.

mod compose;

pub use compose::{ComposeError, Composer, Form, Message, Prepared, convert};
