//! The progress bar, for a person who looks.

use std::io::{self, Write};

use super::words::size;
use crate::service::tftp::{Phase, State};

/// Columns of the bar itself.
const WIDTH: usize = 24;

/// One line of a terminal, drawn again and again.
pub(super) struct Bar {
    drawn: bool,
}

impl Bar {
    pub fn new() -> Self {
        Self { drawn: false }
    }

    /// Draws how far it is.
    pub fn draw(&mut self, state: &State, err: &mut dyn Write) -> io::Result<()> {
        self.drawn = true;
        write!(err, "\r{}\x1b[K", line(state))?;
        err.flush()
    }

    /// Takes the line away.
    pub fn clear(&mut self, err: &mut dyn Write) -> io::Result<()> {
        if std::mem::take(&mut self.drawn) {
            write!(err, "\r\x1b[K")?;
        }
        err.flush()
    }
}

fn line(state: &State) -> String {
    let Some(progress) = state.progress else {
        return match (&state.phase, state.server) {
            (Phase::Asking, Some(server)) => format!("asking {server} …"),
            _ => "resolving …".to_owned(),
        };
    };
    let (done, rate) = (size(progress.done_bytes as f64), size(progress.bytes_per_second));
    let Some((ratio, total)) = progress.ratio().zip(progress.total_bytes) else {
        return format!("{done}  {rate}/s");
    };
    let full = (ratio * WIDTH as f64) as usize;
    let bar = format!("{}{}", "#".repeat(full), ".".repeat(WIDTH - full));
    let left = progress.remaining().map_or(0, |left| left.as_secs());
    let (minutes, seconds) = (left / 60, left % 60);
    format!("{:3.0} % [{bar}] {done} / {}  {rate}/s  {minutes:02}:{seconds:02}", ratio * 100.0, size(total as f64))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::time::Duration;

    use super::*;
    use crate::proto::tftp::{Negotiated, Statistics};
    use crate::service::tftp::Progress;

    fn state(done: u64, total: Option<u64>) -> State {
        let progress = Progress {
            peer: "127.0.0.1:9".parse().unwrap(),
            options: Negotiated::default(),
            statistics: Statistics::default(),
            done_bytes: done,
            total_bytes: total,
            bytes_per_second: 1024.0,
            elapsed: Duration::from_secs(1),
        };
        State {
            revision: 1,
            phase: Phase::Running,
            local: "a".into(),
            server: None,
            progress: Some(progress),
            statistics: Statistics::default(),
            notes: Vec::new(),
            elapsed: Duration::from_secs(1),
            over: false,
        }
    }

    #[test]
    fn it_shows_what_is_known() {
        assert_eq!(line(&state(1024, Some(4096))), " 25 % [######..................] 1.0 KB / 4.0 KB  1.0 KB/s  00:03");
        assert_eq!(line(&state(9000, Some(4096))), "100 % [########################] 8.8 KB / 4.0 KB  1.0 KB/s  00:00");
        assert_eq!(line(&state(1024, None)), "1.0 KB  1.0 KB/s");
        assert_eq!(line(&State { progress: None, phase: Phase::Resolving, ..state(0, None) }), "resolving …");
    }

    #[test]
    fn it_leaves_nothing_behind() {
        let (mut bar, mut out) = (Bar::new(), Vec::new());
        bar.clear(&mut out).unwrap();
        assert!(out.is_empty());
        bar.draw(&state(1, Some(2)), &mut out).unwrap();
        bar.clear(&mut out).unwrap();
        assert!(out.ends_with(b"\r\x1b[K"));
    }
}
