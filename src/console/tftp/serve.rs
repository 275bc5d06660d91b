//! `wirebench tftp serve`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, after, bounded, never, select};
use serde::Serialize;

use super::super::feiq::{bell, end_requests};
use super::super::{Ended, Streams};
use super::words::{self, shown, size};
use crate::cli::tftp::Serve;
use crate::proto::tftp::options::Policy;
use crate::proto::tftp::server::RequestKind;
use crate::proto::tftp::{Mode, Patience};
use crate::service::tftp::{Fate, Progress, Refusal, Request, Server, ServerConfig, ServerPhase, Uploads};

/// Events that may wait for the output.
const BACKLOG: usize = 16_384;

/// Serves until the time is over or the program is asked to end.
pub(super) fn run(serve: &Serve, streams: &mut Streams<'_>) -> Ended {
    let (_terminator, end) = end_requests();
    let (wake, changed) = bell();
    let (tell, happened) = bounded(BACKLOG);
    let lost = Arc::new(AtomicU64::new(0));
    let observer = {
        let lost = Arc::clone(&lost);
        Arc::new(move |request: &Request| {
            if tell.try_send(request.clone()).is_err() {
                lost.fetch_add(1, Ordering::Relaxed);
            }
        })
    };
    let server = match Server::start_observed(config(serve), wake, observer) {
        Ok(server) => server,
        Err(failure) => return streams.complain(failure),
    };
    let at = loop {
        match &server.state().phase {
            ServerPhase::Starting => {}
            ServerPhase::Listening(at) => break *at,
            ServerPhase::Closed(Some(failure)) => return streams.complain(words::server_failure(failure)),
            ServerPhase::Closed(None) => return Ended::Badly,
        }
        select! {
            recv(changed) -> _ => {}
            recv(end) -> _ => return Ended::Interrupted,
        }
    };
    let mut printer = Printer { serve, streams, lost };
    if printer.listening(at).is_err() {
        return Ended::Well; // nobody reads any more
    }
    let ended = printer.follow(&server, &happened, &changed, &end);
    drop(server);
    // What ended with the server.
    for request in happened.try_iter() {
        if printer.request(&request).is_err() {
            break;
        }
    }
    ended
}

fn config(serve: &Serve) -> ServerConfig {
    let config = ServerConfig::new(serve.folder.clone(), SocketAddr::new(serve.bind, serve.port));
    let policy = config.policy;
    let first = serve.timeout.map_or(config.patience.first, |seconds| Duration::from_secs(seconds.get().into()));
    ServerConfig {
        uploads: serve.uploads,
        max_upload_bytes: serve.max_size.unwrap_or(config.max_upload_bytes),
        max_transfers: serve.max_clients.unwrap_or(config.max_transfers),
        policy: Policy {
            options: !serve.no_options,
            max_block_size: serve.block_size.unwrap_or(policy.max_block_size),
            max_window_size: serve.window_size.unwrap_or(policy.max_window_size),
        },
        patience: Patience { first, retries: serve.retries.unwrap_or(config.patience.retries) },
        ..config
    }
}

struct Printer<'a, 'b> {
    serve: &'a Serve,
    streams: &'a mut Streams<'b>,
    lost: Arc<AtomicU64>,
}

impl Printer<'_, '_> {
    fn follow(
        &mut self,
        server: &Server,
        happened: &Receiver<Request>,
        changed: &Receiver<()>,
        end: &Receiver<()>,
    ) -> Ended {
        let over = self.serve.duration.map_or_else(never, after);
        loop {
            select! {
                recv(happened) -> request => {
                    if let Ok(request) = request
                        && self.request(&request).is_err()
                    {
                        return Ended::Well; // nobody reads any more
                    }
                }
                recv(changed) -> _ => {
                    if let ServerPhase::Closed(Some(failure)) = &server.state().phase {
                        return self.streams.complain(words::server_failure(failure));
                    }
                }
                recv(end) -> _ => return Ended::Interrupted,
                recv(over) -> _ => return Ended::Well,
            }
        }
    }

    fn listening(&mut self, at: SocketAddr) -> std::io::Result<()> {
        let folder = self.serve.folder.display().to_string();
        let may = match self.serve.uploads {
            Uploads::Refused => "read-only",
            Uploads::New => "new files may be written",
            Uploads::Overwrite => "files may be written and replaced",
        };
        let line = Line::Listening { at: at.to_string(), folder: folder.clone() };
        self.print(&line, || format!("listening at {at}, {}, {may}", shown(&folder)))
    }

    fn request(&mut self, request: &Request) -> std::io::Result<()> {
        let events = self.lost.swap(0, Ordering::Relaxed);
        if events > 0 {
            self.print(&Line::Lost { events }, || format!("{events} events are not shown: the output is too slow"))?;
        }
        self.print(&Line::of(request), || plain(request))
    }

    fn print(&mut self, line: &Line, plain: impl FnOnce() -> String) -> std::io::Result<()> {
        match self.serve {
            Serve { quiet: true, .. } => Ok(()),
            Serve { json: true, .. } => self.streams.line(&serde_json::to_string(line).unwrap_or_default()),
            _ => self.streams.line(&plain()),
        }
    }
}

/// A line of JSON. The names in it are those of the help.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line {
    Listening { at: String, folder: String },
    Request(About),
    Started(About),
    Done(About),
    Refused(About),
    Failed(About),
    Evicted(About),
    Cancelled(About),
    Lost { events: u64 },
}

#[derive(Serialize)]
struct About {
    number: u64,
    client: String,
    kind: &'static str,
    file: String,
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Line {
    fn of(request: &Request) -> Self {
        let done = match &request.fate {
            Fate::Done(progress) => Some(progress),
            _ => None,
        };
        let about = About {
            number: request.id.0,
            client: request.client.to_string(),
            kind: kind(request.kind),
            file: request.name.clone(),
            mode: request.mode.name(),
            bytes: done.map(|progress| progress.done_bytes),
            seconds: done.map(|progress| progress.elapsed.as_secs_f64()),
            reason: reason(&request.fate),
        };
        match request.fate {
            Fate::Answered => Self::Request(about),
            Fate::Running => Self::Started(about),
            Fate::Done(_) => Self::Done(about),
            Fate::Refused(_) => Self::Refused(about),
            Fate::Failed(_) => Self::Failed(about),
            Fate::Evicted => Self::Evicted(about),
            Fate::Cancelled => Self::Cancelled(about),
        }
    }
}

const fn kind(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Read => "read",
        RequestKind::Write => "write",
    }
}

fn reason(fate: &Fate) -> Option<String> {
    match fate {
        Fate::Refused(Refusal::System(failure)) => Some(failure.to_string()),
        Fate::Refused(refusal) => Some(refusal.to_string()),
        Fate::Failed(failure) => Some(words::failure(failure)),
        _ => None,
    }
}

fn plain(request: &Request) -> String {
    let Request { client, kind: asked, mode, fate, .. } = request;
    let text = if *mode == Mode::Netascii { " as text" } else { "" };
    let what = format!("{client} {} {}{text}", kind(*asked), shown(&request.name));
    let reason = reason(fate).unwrap_or_default();
    match fate {
        Fate::Answered => format!("{what}: asked"),
        Fate::Running => format!("{what}: started"),
        Fate::Done(Progress { done_bytes, elapsed, bytes_per_second, .. }) => {
            let rate = size(*bytes_per_second);
            format!("{what}: done, {done_bytes} bytes in {:.2} s, {rate}/s", elapsed.as_secs_f64())
        }
        Fate::Refused(_) => format!("{what}: refused: {reason}"),
        Fate::Failed(_) => format!("{what}: failed: {reason}"),
        Fate::Evicted => format!("{what}: given up, the client did not react"),
        Fate::Cancelled => format!("{what}: cancelled"),
    }
}
