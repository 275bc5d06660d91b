//! The window: the only room that names egui.
//!
//! **Architecture invariant:** a frame never waits. [`App::logic`] looks at what the workers did and carries out
//! queued commands; [`App::ui`] only draws and queues commands.

mod addresses;
mod answers;
mod app;
mod aside;
mod chat;
mod command;
mod copying;
mod dialog;
mod exists;
mod folders;
mod fonts;
mod hotkey;
mod interfaces;
mod panel;
mod picker;
mod run;
mod sending;
mod shell;
mod tab;
pub mod theme;
mod waker;
pub mod widget;
mod words;

pub use app::{App, Start};
pub use fonts::definitions as font_definitions;
pub use run::{Options, RunError, run};
