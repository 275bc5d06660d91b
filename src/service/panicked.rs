//! What is told of a thread that panicked.

use std::any::Any;

use crate::journal::{Cause, Failure, Operation};

/// A bug of ours, as a failure of the thread of this name.
pub(super) fn panicked(thread: &str, panic: &(dyn Any + Send)) -> Failure {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let message = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic".to_owned());
    Failure { op: Operation::Worker, target: thread.to_owned(), cause: Cause::Panic { message } }
}
