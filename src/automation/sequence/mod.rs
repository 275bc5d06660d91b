//! A group of quick commands run in order: send, wait for the answer, pause, go on.
//!
//! Everything is read before anything is sent ([`Plan`]), so that a mistake in the last step does not show after the
//! first ones went out. [`Sequence`] is the machine: it is told what happened and what time it is, and says what to do.
//! What it found out is a [`Report`], step by step.
//!
//! What an answer captures is there for the steps after it: `{1}` and `{recv}` as bytes, `{var:1}` and `{var:name}` as
//! text (HEX digits where HEX was expected), which is kept until a later answer gives it another value.

mod machine;
mod plan;
mod report;
mod variables;

pub use machine::{Action, Sequence, World};
pub use plan::{Plan, PlanError, StepProblem};
pub use report::{Answer, Changed, MAX_ANSWER_BYTES, Outcome, Report, StepFailure, StepReport, StepState, Times};
