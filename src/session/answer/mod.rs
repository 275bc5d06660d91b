//! Automatic answers (自动应答) on a link's own thread: the [`Job`]s of [`JobSlot::Answering`](crate::net::JobSlot).
//!
//! What counts as a packet, how much a peer is answered and what is told in the journal is the same for all of them.
//! TCP is never answered faster than it takes: what waits is bounded, and who takes nothing is left out and that is
//! said.

mod chat;
mod echo;
mod files;
mod generator;
mod packets;
mod rules;
mod service;
mod status;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use status::AnswerStatus;

use crate::automation::answer::{AnswerMode, AnswerSettings, ChatStyle, ChatWords, Remote, RuleError, Rules};
use crate::codec::Charset;
use crate::codec::framing::Framing;
use crate::journal::{AnswerNote, Event, Peer};
use crate::net::{Job, Line, Outgoing, Target};
use crate::session::send::Disk;

/// What of its tab the answers need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerContext {
    /// What is one packet in a stream.
    pub framing: Framing,
    /// What is put around what the rules and the chat room send; [`Framing::AsRead`] for nothing.
    pub sent_framing: Framing,
    /// The encoding of names in the chat room.
    pub charset: Charset,
    /// What the chat room says itself.
    pub words: ChatWords,
    /// What `{var:name}` stands for in the rules' replies.
    pub variables: BTreeMap<String, String>,
}

impl Default for AnswerContext {
    fn default() -> Self {
        Self {
            framing: Framing::AsRead,
            sent_framing: Framing::AsRead,
            charset: Charset::Utf8,
            words: ChatWords::default(),
            variables: BTreeMap::new(),
        }
    }
}

/// Answers that are ready to be started in [`JobSlot::Answering`](crate::net::JobSlot).
pub struct Answering {
    /// The work.
    pub job: Box<dyn Job>,
    /// How it goes.
    pub status: Arc<AnswerStatus>,
}

/// Why answers can't begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// A rule that can't be used.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The file server has no folder.
    #[error("the file server needs a folder")]
    NoFolder,
}

impl Answering {
    /// Prepares what the settings say; `None` for [`AnswerMode::None`]. Touches neither disk nor network.
    pub fn new(settings: &AnswerSettings, context: &AnswerContext) -> Result<Option<Self>, AnswerError> {
        let status = AnswerStatus::new(settings.mode, settings.rules.len());
        let shared = Arc::clone(&status);
        let per_second = settings.per_second;
        let job: Box<dyn Job> = match settings.mode {
            AnswerMode::None => return Ok(None),
            AnswerMode::Echo => Box::new(echo::Echo::new(false, per_second, shared)),
            AnswerMode::Uppercase => Box::new(echo::Echo::new(true, per_second, shared)),
            AnswerMode::Discard => Box::new(service::Discard),
            AnswerMode::Daytime => Box::new(service::Daytime::new(per_second, shared)),
            AnswerMode::Generator => Box::new(generator::Generator::new(settings.rate_kb, per_second, shared)),
            AnswerMode::ChatRoom => {
                let style = context.chat_style();
                Box::new(chat::Chat::new(style, &context.framing, per_second, shared))
            }
            AnswerMode::FileServer if settings.folder.trim().is_empty() => return Err(AnswerError::NoFolder),
            AnswerMode::FileServer => Box::new(files::FileServer::new(settings, &context.framing, shared)),
            AnswerMode::Rules => {
                let rules = Rules::compile(&settings.rules, &context.variables, &context.sent_framing)?;
                let disk = Box::new(Disk::new(context.variables.clone()));
                Box::new(rules::Answers::new(rules, disk, &context.framing, per_second, shared))
            }
        };
        Ok(Some(Self { job, status }))
    }
}

impl AnswerContext {
    /// All members of a room speak the tab's framing, so the room does too where no other one is chosen for sending.
    fn chat_style(&self) -> ChatStyle {
        let spoken = if self.sent_framing == Framing::AsRead { &self.framing } else { &self.sent_framing };
        ChatStyle {
            charset: self.charset,
            stream_framing: spoken.clone(),
            datagram_framing: self.sent_framing.clone(),
            words: self.words.clone(),
        }
    }
}

/// The time since a job began, which is what pure machines count in.
#[derive(Clone, Copy, Debug)]
struct Clock(Instant);

impl Clock {
    fn since(self, now: Instant) -> Duration {
        now.saturating_duration_since(self.0)
    }

    fn at(self, time: Duration) -> Instant {
        self.0 + time
    }
}

fn remote(peer: Peer) -> Remote {
    Remote { addr: peer.addr, stream: peer.stream }
}

fn peer(remote: Remote) -> Peer {
    Peer { addr: remote.addr, stream: remote.stream }
}

/// Where to send what this peer gets.
fn target(peer: Peer) -> Target {
    match peer.stream {
        0 => Target::Address(peer.addr),
        _ if peer.is_server() => Target::Server,
        stream => Target::Client(stream),
    }
}

/// Sends, and says so if it does not go. Whether it went.
fn send(line: &mut dyn Line, to: Peer, outgoing: Outgoing) -> bool {
    line.send(outgoing).map_err(|failure| line.report(Some(to), failure)).is_ok()
}

fn note(line: &mut dyn Line, about: Peer, note: AnswerNote) {
    line.event(Some(about), &Event::Answer { note });
}
