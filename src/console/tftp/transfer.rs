//! `wirebench tftp get` and `wirebench tftp put`.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::select;
use serde::Serialize;

use super::super::feiq::{bell, end_requests};
use super::super::{Ended, Streams};
use super::bar::Bar;
use super::words::{self, shown, size};
use crate::cli::tftp::Transfer as Command;
use crate::proto::tftp::{self, Direction, Patience};
use crate::service::tftp::{Done, Existing, Options, Phase, State, Transfer, TransferConfig, TransferFailure};

/// The server is told of a cancel in less than this.
const FAREWELL: Duration = Duration::from_millis(200);
/// After a lossy transfer the last ACK may be lost, too; the server repeats its last block after about a second, unless
/// it said when.
const LINGER: Duration = Duration::from_millis(1100);
const LEAST_LINGER: Duration = Duration::from_millis(200);

/// Transfers, and says how it went.
pub(super) fn run(direction: Direction, command: &Command, streams: &mut Streams<'_>) -> Ended {
    let config = match config(direction, command) {
        Ok(config) => config,
        Err(said) => return streams.complain(said),
    };
    let (_terminator, end) = end_requests();
    let (wake, changed) = bell();
    let (remote, mut told) = (config.remote.clone(), 0);
    let transfer = match Transfer::start(config, wake) {
        Ok(transfer) => transfer,
        Err(failure) => return streams.complain(failure),
    };
    let shows = !command.quiet && !command.json && std::io::stderr().is_terminal();
    let mut bar = Bar::new();
    let mut interrupted = false;
    let state = loop {
        let state = transfer.state();
        if state.notes.len() > told {
            let _ = bar.clear(streams.err); // without a reader there is nothing to clear
            for note in state.notes[told..].iter().filter(|_| !command.quiet) {
                streams.complain(words::note(note));
            }
            told = state.notes.len();
        }
        if state.phase.has_ended() {
            break state;
        }
        if shows {
            let _ = bar.draw(&state, streams.err); // nobody looks any more
        }
        select! {
            recv(changed) -> _ => {}
            recv(end) -> _ => {
                interrupted = true;
                transfer.cancel();
                transfer.wait(FAREWELL, |state| state.over);
            }
        }
        if interrupted {
            break transfer.state();
        }
    };
    let _ = bar.clear(streams.err); // as above
    let report = Report::new(direction, command, &remote, &state);
    let ended = report.tell(command, &state, streams);
    if ended == Ended::Well {
        linger(direction, &transfer, &state, &end);
    }
    if interrupted && ended != Ended::Well { Ended::Interrupted } else { ended }
}

/// Gives the last ACK another chance where packets got lost.
fn linger(direction: Direction, transfer: &Transfer, state: &State, end: &crossbeam_channel::Receiver<()>) {
    let statistics = state.statistics();
    let lossy = statistics.retransmissions > 0 || statistics.duplicates > 0;
    if direction == Direction::Upload || !lossy {
        return;
    }
    let timeout = state.progress.and_then(|progress| progress.options.timeout);
    let time = timeout.map_or(LINGER, |timeout| (timeout * 2).clamp(LEAST_LINGER, LINGER));
    let until = Instant::now() + time;
    while !transfer.state().over && Instant::now() < until && end.is_empty() {
        transfer.wait(Duration::from_millis(20), |state| state.over);
    }
}

/// What is to be done, or what is wrong with it.
fn config(direction: Direction, command: &Command) -> Result<TransferConfig, String> {
    let Command { host, port, from, to, .. } = command;
    let not_unicode = |name: &OsStr| format!("the remote name {} is not text", name.display());
    let text = |name: OsString| name.into_string().map_err(|name| not_unicode(&name));
    let (remote, local) = match direction {
        Direction::Download => {
            let remote = text(from.clone())?;
            let local = to.as_ref().map_or_else(PathBuf::new, PathBuf::from);
            let is_folder = to.is_none() || local.is_dir() || to.as_ref().is_some_and(ends_with_separator);
            let local = if is_folder { TransferConfig::place_in(&local, &remote) } else { local };
            (remote, local)
        }
        Direction::Upload => {
            let local = PathBuf::from(from);
            let name = to.clone().or_else(|| local.file_name().map(OsStr::to_owned));
            let name = name.ok_or_else(|| format!("{} is not a file", local.display()))?;
            (text(name)?, local)
        }
    };
    let config = TransferConfig::new(host.clone(), direction, remote, local);
    let first = command.timeout.map_or(config.patience.first, |seconds| Duration::from_secs(seconds.get().into()));
    Ok(TransferConfig {
        port: *port,
        charset: command.charset,
        existing: if command.force { Existing::Overwrite } else { Existing::Refuse },
        mode: command.mode,
        options: options(command),
        patience: Patience { first, retries: command.retries.unwrap_or(config.patience.retries) },
        hash: command.sha256 || command.json,
        ..config
    })
}

fn ends_with_separator(path: &OsString) -> bool {
    path.to_string_lossy().ends_with(std::path::is_separator)
}

fn options(command: &Command) -> Options {
    match Options::default() {
        Options::Ask { block_size, window_size, size, .. } if !command.no_options => Options::Ask {
            block_size: command.block_size.unwrap_or(block_size),
            window_size: command.window_size.unwrap_or(window_size),
            timeout: command.timeout,
            size,
        },
        _ => Options::Plain,
    }
}

/// How it went, as JSON has it.
#[derive(Serialize)]
struct Report {
    event: &'static str,
    direction: &'static str,
    server: String,
    tid: Option<u16>,
    remote: String,
    local: String,
    bytes: u64,
    seconds: f64,
    bytes_per_second: f64,
    sha256: Option<String>,
    blksize: Option<u16>,
    windowsize: Option<u16>,
    timeout: Option<f64>,
    tsize: Option<u64>,
    blocks: u64,
    retransmissions: u64,
    duplicates: u64,
    strangers: u64,
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
}

impl Report {
    fn new(direction: Direction, command: &Command, remote: &str, state: &State) -> Self {
        let (statistics, progress) = (state.statistics(), state.progress);
        let options = progress.map(|progress| progress.options);
        let failure = match &state.phase {
            Phase::Failed(failure) => Some(failure),
            _ => None,
        };
        let (bytes, sha256) = match &state.phase {
            Phase::Done(Done { size, sha256, .. }) => (*size, sha256.clone()),
            _ => (statistics.bytes, None),
        };
        let server = state.server.map_or_else(|| format!("{}:{}", command.host, command.port), |addr| addr.to_string());
        Self {
            event: match &state.phase {
                Phase::Done(_) => "done",
                Phase::Failed(_) => "failed",
                _ => "cancelled",
            },
            direction: match direction {
                Direction::Download => "get",
                Direction::Upload => "put",
            },
            server,
            tid: progress.map(|progress| progress.peer.port()),
            remote: remote.to_owned(),
            local: state.local.display().to_string(),
            bytes,
            seconds: state.elapsed.as_secs_f64(),
            bytes_per_second: progress.map_or(0.0, |progress| progress.bytes_per_second),
            sha256,
            blksize: options.map(|options| options.block_size.get()),
            windowsize: options.map(|options| options.window_size.get()),
            timeout: options.and_then(|options| options.timeout).map(|timeout| timeout.as_secs_f64()),
            tsize: options.and_then(|options| options.size),
            blocks: statistics.blocks,
            retransmissions: statistics.retransmissions,
            duplicates: statistics.duplicates,
            strangers: statistics.strangers,
            notes: state.notes.iter().map(words::note).collect(),
            reason: failure.map(words::failure),
            code: failure.and_then(error_code),
        }
    }

    fn tell(&self, command: &Command, state: &State, streams: &mut Streams<'_>) -> Ended {
        if command.json {
            let json = serde_json::to_string(self).unwrap_or_default();
            let _ = streams.line(&json); // the exit status tells those who don't read
        } else if matches!(state.phase, Phase::Done(_)) && !command.quiet {
            let _ = streams.line(&self.plain(&state.local)); // as above
        }
        match &self.reason {
            Some(reason) => streams.complain(reason),
            None if self.event == "done" => Ended::Well,
            None => streams.complain("interrupted"),
        }
    }

    fn plain(&self, local: &Path) -> String {
        let mut line = format!(
            "{}: {} bytes in {:.2} s, {}/s",
            shown(&local.display().to_string()),
            self.bytes,
            self.seconds,
            size(self.bytes_per_second),
        );
        if let Some((block_size, window_size)) = self.blksize.zip(self.windowsize) {
            let _ = write!(line, ", blksize {block_size}, windowsize {window_size}"); // a String takes everything
        }
        if self.retransmissions > 0 {
            let _ = write!(line, ", {} retransmissions", self.retransmissions); // a String takes everything
        }
        if let Some(digest) = &self.sha256 {
            let _ = write!(line, "\nSHA-256 {digest}"); // a String takes everything
        }
        line
    }
}

fn error_code(failure: &TransferFailure) -> Option<u16> {
    match failure {
        TransferFailure::Protocol(tftp::Failure::Peer { code, .. }) => Some(code.0),
        _ => None,
    }
}
