//! Controls of ours: one type a file. Each has its visible label as its accessible name.

mod address;
mod bytes_view;
mod combo;
mod cross;
mod field;
mod focus;
mod group;
mod lamp;
mod lines;
mod link;
pub mod log_view;
mod page_tab;
mod progress_bar;
mod row;
mod tool_window;

pub use address::AddressField;
pub use bytes_view::BytesView;
pub use combo::{chevron, combo};
pub use cross::{CROSS, cross};
pub use field::{label_above, labelled_by_above, labelled_field, marked_wrong, number_field};
pub use focus::focus_ring;
pub use group::group;
pub use lamp::{Lamp, lamp};
pub use lines::lines;
pub use link::{link, toggle_link};
pub use log_view::{LogAction, LogView, LogWords};
pub use page_tab::page_tab;
pub use progress_bar::progress_bar;
pub use row::{button_width, row, text_width};
pub use tool_window::ToolWindow;
