//! `wirebench feiq listen`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, after, bounded, never, select};

use super::super::{Ended, Streams};
use super::spoken::Spoken;
use super::{config, end_requests, start};
use crate::cli::feiq::Listen;
use crate::journal::Recorder;
use crate::service::feiq::{Feiq, FeiqCommand, FeiqConfig, Happening, Message, Phase, Seal};

/// Events that may wait for the output.
const BACKLOG: usize = 65_536;
/// A journal that nobody looks at starts anew when it has reached this.
const JOURNAL_BYTES: u64 = 64 << 20;
/// How often that is looked at.
const TIDY_EVERY: Duration = Duration::from_secs(10);

/// Prints what happens, until the time is over or the program is asked to end.
pub(super) fn run(listen: &Listen, streams: &mut Streams<'_>) -> Ended {
    if let Some(folder) = &listen.accept
        && let Err(error) = std::fs::create_dir_all(folder)
    {
        return streams.complain(format_args!("{}: {error}", folder.display()));
    }
    let (_terminator, end) = end_requests();
    let (tell, happened) = bounded(BACKLOG);
    let lost = Arc::new(AtomicU64::new(0));
    let observer = {
        let lost = Arc::clone(&lost);
        Box::new(move |happening| {
            if tell.try_send(happening).is_err() {
                lost.fetch_add(1, Ordering::Relaxed);
            }
        })
    };
    let config = FeiqConfig {
        group: listen.group.clone(),
        announce: listen.announce.clone(),
        hear_groups: true,
        ..config(&listen.identity)
    };
    let (feiq, recorder) = match start(config, Arc::new(|| {}), observer) {
        Ok(started) => started,
        Err(failure) => return streams.complain(failure),
    };
    let listener = Listener { listen, feiq, recorder, lost };
    listener.follow(&happened, &end, streams)
}

struct Listener<'a> {
    listen: &'a Listen,
    feiq: Feiq,
    recorder: Arc<Recorder>,
    lost: Arc<AtomicU64>,
}

impl Listener<'_> {
    fn follow(&self, happened: &Receiver<Happening>, end: &Receiver<()>, streams: &mut Streams<'_>) -> Ended {
        let over = self.listen.duration.map_or_else(never, after);
        let mut tidied = Instant::now();
        loop {
            let happening = select! {
                recv(happened) -> happening => happening.ok(),
                recv(end) -> _ => return Ended::Well,
                recv(over) -> _ => return Ended::Well,
                default(TIDY_EVERY) => None,
            };
            if tidied.elapsed() >= TIDY_EVERY {
                tidied = Instant::now();
                self.tidy();
            }
            let Some(happening) = happening else { continue };
            if let Happening::Phase(phase) = &happening {
                match phase {
                    Phase::Online { .. } | Phase::Opening | Phase::Leaving => {}
                    Phase::Closed { failure: None } => return Ended::Well,
                    Phase::Closed { failure: Some(failure) } => return streams.complain(failure),
                }
            }
            if self.print(&happening, streams).is_err() {
                return Ended::Well; // nobody reads any more
            }
            if let Happening::Said { message, .. } = &happening {
                self.answer(message, streams);
            }
        }
    }

    fn print(&self, happening: &Happening, streams: &mut Streams<'_>) -> std::io::Result<()> {
        let lost = self.lost.swap(0, Ordering::Relaxed);
        let online = match happening {
            Happening::Phase(Phase::Online { local }) => Some(Spoken::Listening { at: local.to_string() }),
            _ => None,
        };
        let lost = (lost > 0).then_some(Spoken::Lost { events: lost });
        for spoken in lost.into_iter().chain(online).chain(Spoken::of(happening)) {
            streams.line(&if self.listen.json { spoken.json() } else { spoken.plain() })?;
        }
        Ok(())
    }

    /// Fetches what is offered, where that is wanted; whoever reads the line of an envelope has opened it.
    fn answer(&self, message: &Message, streams: &mut Streams<'_>) {
        let from = message.peer;
        let mut commands = Vec::new();
        if message.seal == Some(Seal::Closed) {
            commands.push(FeiqCommand::OpenSealed { from, message: message.id });
        }
        if let Some(folder) = &self.listen.accept {
            let fetch = |attachment| FeiqCommand::Fetch { from, message: message.id, attachment, into: folder.clone() };
            commands.extend(message.attachments.iter().map(|attached| fetch(attached.id)));
        }
        for command in commands {
            if let Err(failure) = self.feiq.command(command) {
                streams.complain(failure);
            }
        }
    }

    /// The journal is for the node alone: what it has read may go.
    fn tidy(&self) {
        let stats = self.recorder.journal().stats();
        if stats.bytes > JOURNAL_BYTES {
            self.recorder.start_new();
        }
    }
}
