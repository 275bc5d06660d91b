//! A FeiQ (飞秋) node: joins the protocol of [`proto::ipmsg`](crate::proto::ipmsg) to a UDP link, to files and to disk.
//!
//! A node is an ordinary UDP link whose datagrams are in the journal like everyone's. Its own thread, `wb-feiq`,
//! follows the journal, feeds what was received to the sans-IO node and hands what that wants to say to the link; so
//! the log shows every datagram both ways, with the socket's time, and what the node did with it.
//!
//! **Architecture invariant:** no call on a [`Feiq`] waits for the network or the disk, except for its drop, which takes
//! at most 200 ms to say good-bye and to end every thread.

pub mod announce;
mod book;
mod clock;
mod command;
mod config;
mod driver;
pub mod files;
pub mod form;
mod handle;
mod happening;
pub mod history;
mod identity;
mod notes;
mod outbox;
mod raw;
mod send_once;
mod state;
mod volley;

pub use announce::{AddressRange, RangeError, parse_ranges};
pub use command::{FeiqCommand, RawSend, Repeat, Say};
pub use config::{AnnounceTo, Broadcast, FeiqConfig, Mac, NotAMac, Patience, VersionChoice};
pub use handle::Feiq;
pub use happening::{Happening, Observer};
pub use identity::{system_host, system_user};
pub use send_once::{Outcome, SendOnce, Tried};
pub use state::{
    Attached, Body, Conversation, Delivery, Dropped, Fate, Message, MessageId, Phase, RawReport, RawTarget, Refusal,
    Seal, State, User, With,
};
pub use volley::{Shots, Tally, Volley, VolleyReport};
