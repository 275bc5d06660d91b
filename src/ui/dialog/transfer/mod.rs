//! What the windows that carry files have in common: their columns, the cards of their lists, how far a transfer is, and
//! where a file goes.

mod card;
mod columns;
mod digest;
mod flow;
mod place;
mod refused;

pub use card::{card, one_line, secondary, title_ui};
pub use columns::{beside, with_narrow};
pub use digest::digest_ui;
pub use flow::{Flow, clock, flow_ui, lasted};
pub use place::{Picked, PlaceField, PlaceLook, hint_ui, is_folder};
pub use refused::refused_ui;
