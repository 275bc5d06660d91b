//! One tab without its pixels: a link, its journal, its counters, and what is kept in a file.
//!
//! **Architecture invariant:** nothing here knows of a window; a script can drive a session through the same calls.

pub mod answer;
mod rate;
pub mod send;
pub mod sequence;

pub use crate::automation::{ComposeError, Composer, Form, Message, Prepared, convert};
pub use rate::Rates;

use std::sync::Arc;
use std::time::Instant;

use crate::export::{SaveReceived, SaveStatus};
use crate::journal::{self, Failure, Journal, Recorder, Wake};
use crate::net::{Command, Counters, CountersSnapshot, Job, JobSlot, Link, LinkConfig, Outgoing, Phase, Status};
use crate::service::feiq::{Feiq, FeiqConfig};

/// Who drives the session's socket.
enum Line {
    /// The person alone.
    Plain(Link),
    /// FeiQ's node, and the person.
    Feiq(Feiq),
}

impl Line {
    fn link(&self) -> &Link {
        match self {
            Self::Plain(link) => link,
            Self::Feiq(feiq) => feiq.link(),
        }
    }
}

/// A session: opened and closed any number of times, with one journal through all of them.
pub struct Session {
    recorder: Arc<Recorder>,
    counters: Arc<Counters>,
    /// The counters when they were last reset.
    zero: CountersSnapshot,
    rates: Rates,
    line: Option<Line>,
    saver: Option<SaveReceived>,
    wake: Wake,
}

impl Session {
    /// A closed session with an empty journal.
    pub fn new(config: journal::Config, wake: Wake) -> Self {
        Self {
            recorder: Recorder::new(config, Arc::clone(&wake)),
            counters: Arc::default(),
            zero: CountersSnapshot::default(),
            rates: Rates::default(),
            line: None,
            saver: None,
            wake,
        }
    }

    /// Starts to open; returns at once. A link that was open is closed first.
    pub fn open(&mut self, config: LinkConfig) -> Result<(), Failure> {
        self.line = None;
        let link = Link::open(config, Arc::clone(&self.recorder), Arc::clone(&self.counters), Arc::clone(&self.wake))?;
        self.line = Some(Line::Plain(link));
        Ok(())
    }

    /// Starts a FeiQ node on this session's journal; returns at once. What was open is closed first.
    pub fn open_feiq(&mut self, config: FeiqConfig) -> Result<(), Failure> {
        self.line = None;
        let feiq = Feiq::start(config, Arc::clone(&self.recorder), Arc::clone(&self.counters), Arc::clone(&self.wake))?;
        self.line = Some(Line::Feiq(feiq));
        Ok(())
    }

    /// The FeiQ node, if it is one that is open.
    pub fn feiq(&self) -> Option<&Feiq> {
        match &self.line {
            Some(Line::Feiq(feiq)) => Some(feiq),
            _ => None,
        }
    }

    /// Starts to close; returns at once.
    pub fn close(&mut self) {
        match &self.line {
            Some(Line::Plain(link)) => link.start_close(),
            Some(Line::Feiq(feiq)) => feiq.start_close(),
            None => {}
        }
    }

    /// Lets go of a link whose worker is over. Called now and then; never waits for more than the thread's last steps.
    pub fn tend(&mut self) {
        if self.line.as_ref().is_some_and(|line| matches!(line.link().status().phase, Phase::Closed { .. })) {
            self.line = None;
        }
        self.rates.sample(Instant::now(), self.counters.snapshot());
    }

    /// What the link is now; `Closed` without one.
    pub fn status(&self) -> Status {
        let closed = || Status { phase: Phase::Closed { failure: None }, ..Status::default() };
        self.line.as_ref().map_or_else(closed, |line| line.link().status())
    }

    /// Whether it is opening, open or waiting to reconnect.
    pub fn is_open(&self) -> bool {
        !matches!(self.status().phase, Phase::Closed { .. })
    }

    /// Sends once.
    pub fn send(&self, outgoing: Outgoing) -> Result<(), Failure> {
        self.command(Command::Send(outgoing))
    }

    /// Runs a job in its slot; what runs there is stopped.
    pub fn start(&self, slot: JobSlot, job: Box<dyn Job>) -> Result<(), Failure> {
        self.command(Command::StartJob(slot, job))
    }

    /// Stops what runs in a slot.
    pub fn stop(&self, slot: JobSlot) -> Result<(), Failure> {
        self.command(Command::StopJob(slot))
    }

    /// Tells the worker.
    pub fn command(&self, command: Command) -> Result<(), Failure> {
        match &self.line {
            Some(line) => line.link().command(command),
            None => Err(Failure {
                op: journal::Operation::Send,
                target: String::new(),
                cause: journal::Cause::NotConnected,
            }),
        }
    }

    /// The hand that writes the journal.
    pub fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// The current journal.
    pub fn journal(&self) -> Arc<Journal> {
        self.recorder.journal()
    }

    /// Starts a new journal; the counters go on.
    pub fn clear(&mut self) {
        self.recorder.start_new();
    }

    /// What was counted since the last reset.
    pub fn counters(&self) -> CountersSnapshot {
        let (now, zero) = (self.counters.snapshot(), &self.zero);
        CountersSnapshot {
            received_packets: now.received_packets - zero.received_packets,
            received_bytes: now.received_bytes - zero.received_bytes,
            sent_packets: now.sent_packets - zero.sent_packets,
            sent_bytes: now.sent_bytes - zero.sent_bytes,
            kernel_drops: now.kernel_drops - zero.kernel_drops,
        }
    }

    /// Counts from zero again.
    pub fn reset_counters(&mut self) {
        self.zero = self.counters.snapshot();
    }

    /// Bytes per second, each way, over about the last second.
    pub fn rates(&self) -> &Rates {
        &self.rates
    }

    /// Writes what is received from now on to a file as well; `{date}`, `{time}` and `{peer}` in its name are filled
    /// in. Replaces the file before.
    pub fn save_received_to(&mut self, path: &str) -> std::io::Result<()> {
        self.saver = None;
        self.saver = Some(SaveReceived::start(&self.recorder, path, Arc::clone(&self.wake))?);
        Ok(())
    }

    /// Ends that. The saver is handed out, if there was one: its drop waits until what was received so far is written.
    pub fn stop_saving_received(&mut self) -> Option<SaveReceived> {
        self.saver.take()
    }

    /// How that goes.
    pub fn save_status(&self) -> Option<SaveStatus> {
        self.saver.as_ref().map(SaveReceived::status)
    }
}
