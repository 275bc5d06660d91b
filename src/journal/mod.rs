//! The journal: what the sockets gave, as raw bytes, in the order in which it came.
//!
//! **Architecture invariant:** append-only; nothing decoded is stored; a view never changes it. Memory is bounded
//! by a budget: older segments and their index live in a spill file.

mod answer;
mod batch;
mod block;
mod catalog;
mod cursor;
mod event;
mod extents;
mod fetched;
mod follower;
pub mod framed;
mod node;
mod record;
mod recorder;
pub mod rows;
mod segment;
mod shared;
mod signal;
mod space;
mod spill;
mod store;
mod tails;
#[cfg(test)]
mod tests;
mod window;

pub use answer::AnswerNote;
pub use batch::Batch;
pub use cursor::Cursor;
pub use event::{Cause, Event, Failure, FileStop, LeaveReason, Operation, Owner};
pub(crate) use fetched::disk_cause;
pub use fetched::{Fetch, ReadError, Record, Seek, SpillTrouble, Stats};
pub use follower::{Followed, Follower, FollowerStop};
pub use node::{Defect, NodeNote};
pub use record::{Head, Kind, KindMask, Peer, Timestamp};
pub use recorder::Recorder;
pub use store::{Config, Journal};

/// Called when there is something new to show. It must return at once, and may be called from any thread at any rate:
/// the receiver coalesces.
pub type Wake = std::sync::Arc<dyn Fn() + Send + Sync>;
