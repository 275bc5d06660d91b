//! 服务器: a folder that is served, what runs, and what was asked for.

mod activity;
mod page;
mod serving;

pub use activity::activity_ui;
pub use page::{ServerPage, serve_config};
pub use serving::{Serving, lamp_words};
