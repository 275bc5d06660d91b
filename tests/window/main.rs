//! The window, driven without a display: every control that a person would use, on real sockets.

#![allow(clippy::unwrap_used)] // tests panic on purpose

mod advanced;
mod answer;
mod append;
mod chat;
mod cycle;
mod download;
mod driver;
mod feiq;
mod feiq_files;
mod feiq_node;
mod files;
mod framed;
mod framing;
mod history;
mod inspect;
mod keeping;
mod log;
mod look;
mod peers;
mod quick;
mod quick_commands;
mod receive_view;
mod send_box;
mod send_file;
mod tabs;
mod tcp;
mod tftp;
mod udp;
mod variables;
