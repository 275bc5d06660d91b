//! The journal: what the sockets gave, as raw bytes, in the order in which it came.
//!
//! **Architecture invariant:** append-only; nothing decoded is stored; a view never changes it. Memory is bounded
//! by a budget: older segments and their index live in a spill file.

mod event;
mod record;
mod recorder;
mod store;

pub use event::{Cause, Event, Failure, LeaveReason, Operation, Owner};
pub use record::{Head, Kind, Peer, Timestamp};
pub use recorder::Recorder;
pub use store::{Batch, Config, Fetch, Journal, ReadError, Record, Stats};

/// Called when there is something new to show. It must return at once, and may be called from any thread at any rate:
/// the receiver coalesces.
pub type Wake = std::sync::Arc<dyn Fn() + Send + Sync>;
