//! The program without its window: what the subcommands do, and the system's requests to end.
//!
//! Results go to standard output, one line each, and mistakes to standard error; the exit status says in one number how
//! it went. Nothing in here needs a display.

pub mod feiq;
#[cfg(windows)]
mod parent_console;
#[cfg(unix)]
mod terminator;
#[cfg(windows)]
#[path = "terminator_windows.rs"]
mod terminator;
pub mod tftp;

#[cfg(windows)]
pub use parent_console::attach;
pub use terminator::Terminator;

use std::io::{self, Write};
use std::process::ExitCode;

/// Where a subcommand writes.
pub struct Streams<'a> {
    /// Results, one line each.
    pub out: &'a mut dyn Write,
    /// What went wrong.
    pub err: &'a mut dyn Write,
}

/// How a subcommand ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As it was wanted.
    Well,
    /// Not as it was wanted.
    Badly,
    /// Ctrl+C ended it.
    Interrupted,
}

/// The exit status of what Ctrl+C ended, as shells have it: 128 and the signal's number.
const INTERRUPTED_STATUS: u8 = 130;

impl From<Ended> for ExitCode {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Well => Self::SUCCESS,
            Ended::Badly => Self::FAILURE,
            Ended::Interrupted => Self::from(INTERRUPTED_STATUS),
        }
    }
}

impl Streams<'_> {
    /// A result. An error means that nobody reads any more.
    fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.out, "{line}")?;
        self.out.flush()
    }

    /// What went wrong. Where nobody reads that either, nothing can be done.
    fn complain(&mut self, what: impl std::fmt::Display) -> Ended {
        let _ = writeln!(self.err, "wirebench: {what}");
        Ended::Badly
    }
}
