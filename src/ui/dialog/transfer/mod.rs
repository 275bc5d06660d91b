//! What the windows that carry files have in common: their columns, the list of transfers with its cards, how far a
//! transfer is, and where a file goes.
//!
//! A kind of transfers tells the list about itself by [`Listed`]; the rest is the same for all.

mod card;
mod columns;
mod command;
mod digest;
mod entry;
mod flow;
mod list;
mod listed;
mod pane;
mod past;
mod place;
mod refused;
mod rows;
mod server;
mod start;

pub use card::{card, one_line, secondary, title_ui};
pub use columns::{beside, with_narrow};
pub use command::TransferCommand;
pub use digest::digest_ui;
pub use entry::Entry;
pub use flow::{Flow, clock, flow_ui, lasted};
pub use list::TransferList;
pub use listed::{Heading, Listed, Offer, Past};
pub use pane::Pane;
pub use place::{Picked, PlaceField, PlaceLook, hint_ui, is_folder};
pub use refused::refused_ui;
pub use rows::{Wish, done_ui, list_ui, trouble_ui};
pub use server::{ServerField, port_bounds, recent_ui};
pub use start::start_ui;
