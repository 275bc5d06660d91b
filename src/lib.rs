//! Wirebench (网络调试助手): a workbench for debugging network protocols by hand.
//!
//! # The one idea: bytes first, views later
//! What a socket gives is journaled as raw bytes, with direction, peer and the time taken on the socket's own thread.
//! Text, HEX, hex dump, encoding and saving are *views*, computed for what is on the screen, and can be changed at any
//! time for everything already received.
//!
//! # The map
//! | Room | What it is | Imports |
//! |---|---|---|
//! | [`codec`] | pure: bytes to text and back (encodings, HEX, escapes, checksums, dump) | nothing of ours |
//! | [`proto`] | pure: protocols without sockets, clocks and disks (IPMSG, TFTP) | codec |
//! | [`automation`] | pure: messages, quick commands, sequences, rules for answers, their files | codec |
//! | [`journal`] | records, segments, spill file, rows, frames | codec |
//! | [`net`] | sockets and their threads: commands in, status and journal out | codec, journal |
//! | [`service`] | drivers that join protocols to sockets; the peers of `--demo` | journal, net, proto |
//! | [`export`] | what is saved to files | journal, codec |
//! | [`session`] | one tab without its pixels: link, journal, counters, senders, answers, saver | net, journal, service, export, automation, codec |
//! | [`settings`] | what is kept between runs | automation, codec, i18n |
//! | [`i18n`] | zh-CN and en, one table; how events and datagrams are said | journal, net, proto, codec |
//! | [`cli`] | the command line | service, i18n |
//! | [`console`] | the subcommands, which need no window; requests to end | cli, service, i18n |
//! | [`ui`] | the window; the only room that names egui | everything |
//!
//! A test (`tests/architecture.rs`) reads the sources and fails on a forbidden import.
//!
//! # Architecture invariants
//! 1. **Bytes are the truth.** The journal is append-only; nothing decoded is stored; a view never changes it. A
//!    `Clear` starts a new journal.
//! 2. **Time is the socket's**: taken on the thread that called recv or send, right at the call.
//! 3. **The UI thread never waits**: no socket, file, DNS or long computation in a frame.
//! 4. **Memory is bounded by a budget**, not by the session: older segments and their index live in a file.
//! 5. **Nothing is lost silently.** TCP gets backpressure; what the kernel dropped for UDP, what was cut or refused, is
//!    counted and shown.
//! 6. **Sending does not depend on frames**: cyclic sends run on the socket's thread, with its timer.
//! 7. **Every thread ends**: named, joined on drop; a close or a quit takes at most 200 ms whatever the peer does. A
//!    panic in a worker becomes an error in its tab. (A few wait for something that can't be interrupted, hold nothing
//!    but a channel's end, and are not joined: the resolver, the system's file dialog, its file manager, the look at a
//!    folder, the reading and decoding of a picture, the reading of a file that an answer sends, the list of interfaces,
//!    the wait for the process that frees a large spill file, the removal of a large folder that was not fetched whole,
//!    the reader of a file that is sent.)
//! 8. **A hostile peer is normal input**: every parser takes any bytes.
//! 9. **Idle costs nothing**: no repaint without an event; at most one repaint pending; about 60 a second under flood.

pub mod automation;
pub mod cli;
pub mod codec;
pub mod console;
pub mod export;
pub mod i18n;
pub mod journal;
pub mod net;
pub mod proto;
pub mod service;
pub mod session;
pub mod settings;
pub mod ui;

/// The version with the revision that it was built from.
pub const VERSION: &str = env!("WIREBENCH_VERSION");
