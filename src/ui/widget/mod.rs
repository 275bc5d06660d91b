//! Controls of ours: one type a file. Each has its visible label as its accessible name.

mod address;
mod combo;
mod field;
mod focus;
mod group;
mod lamp;
mod link;
pub mod log_view;
mod row;

pub use address::AddressField;
pub use combo::{chevron, combo};
pub use field::{label_above, labelled_by_above, labelled_field, number_field};
pub use focus::focus_ring;
pub use group::group;
pub use lamp::{Lamp, lamp};
pub use link::{link, toggle_link};
pub use log_view::{LogAction, LogView, LogWords};
pub use row::{button_width, row, text_width};
