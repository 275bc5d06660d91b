//! Automatic answers (自动应答): what is kept of them, and rules at work.
//!
//! [`AnswerSettings`] is what stands in a tab's settings. [`Rules`] are compiled [`Rule`]s; a [`Responder`] gives them
//! packets and hands out [`Action`]s, with the time as an argument. The built-in answers that need more than a packet
//! (the chat room, the file server) are in `session::answer`.

mod chat;
mod peer;
mod responder;
mod rule;
mod rules;
mod settings;
mod throttle;

pub use chat::{ChatAction, ChatRoom, ChatStyle, ChatWords, Hearers};
pub use peer::{PeerError, PeerFilter, Remote};
pub use responder::{Action, Responder};
pub use rule::{After, Reply, Rule, Then, To, When};
pub use rules::{Effect, Fired, Part, RuleError, RuleErrorKind, Rules, World};
pub use settings::{AfterFile, AnswerMode, AnswerSettings, LengthPrefix};
pub use throttle::{Throttle, Verdict};

#[cfg(test)]
mod tests;
