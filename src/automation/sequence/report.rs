//! What came of a sequence, so far.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::automation::ComposeError;
use crate::automation::command::CommandId;

/// How much of an answer is kept to be shown, in bytes.
pub const MAX_ANSWER_BYTES: usize = 4096;

/// What came of a sequence, so far. `R`: why a link refuses to send.
#[derive(Clone, Debug, PartialEq)]
pub struct Report<R> {
    /// How it ended; `None` while it runs.
    pub outcome: Option<Outcome>,
    /// The round that runs, or ran last, from 1.
    pub round: u64,
    /// Rounds in which every step passed.
    pub rounds_passed: u64,
    /// Rounds in which a step failed.
    pub rounds_failed: u64,
    /// Its steps in order; those of disabled commands are not among them.
    pub steps: Vec<StepReport<R>>,
}

/// How a sequence ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Every step of every round passed.
    Passed,
    /// A step failed, and it stopped there or went on to the end.
    Failed,
    /// The connection ended.
    Disconnected,
    /// It was stopped.
    Stopped,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepReport<R> {
    /// Its command.
    pub command: CommandId,
    /// What it is in this round.
    pub state: StepState<R>,
    /// When it was sent in this round, from the sequence's beginning.
    pub sent_at: Option<Duration>,
    /// The answer in this round; of a step that waits or that had none, the last packet that did not match.
    pub answer: Option<Answer>,
    /// How often it was sent, in all rounds.
    pub sent: u64,
    /// In how many rounds it passed.
    pub passed: u64,
    /// In how many rounds it failed.
    pub failed: u64,
    /// How long the answers took, in all rounds.
    pub times: Times,
}

/// What a step is in the round that runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum StepState<R> {
    /// Its turn has not come.
    #[default]
    Pending,
    /// It waits for the socket.
    Sending,
    /// It was sent, and waits for its answer.
    Waiting,
    /// It was sent, and answered if it expects an answer.
    Passed,
    /// It failed.
    Failed(StepFailure<R>),
    /// The sequence was stopped before it passed.
    Stopped,
}

/// Why a step failed.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum StepFailure<R> {
    /// Its message could not be made.
    #[error("{0}")]
    Message(ComposeError),
    /// It could not be sent.
    #[error("{0}")]
    Refused(R),
    /// No answer came that matches.
    #[error("no answer that matches within {} ms, of {others} packets", .timeout.as_millis())]
    NoAnswer {
        /// How long it waited.
        timeout: Duration,
        /// How many packets came that do not match.
        others: u64,
    },
    /// The connection ended.
    #[error("the connection ended")]
    Disconnected,
}

/// A packet that came while a step waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its first bytes, at most [`MAX_ANSWER_BYTES`].
    pub bytes: Arc<[u8]>,
    /// How many it has.
    pub len: usize,
    /// How long after the send it came.
    pub after: Duration,
    /// Whether it is the one that the step waits for.
    pub matches: bool,
}

impl Answer {
    pub(super) fn new(packet: &[u8], after: Duration, matches: bool) -> Self {
        let bytes = Arc::from(&packet[..packet.len().min(MAX_ANSWER_BYTES)]);
        Self { bytes, len: packet.len(), after, matches }
    }
}

/// How long answers took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// How many came.
    pub count: u64,
    /// The shortest.
    pub min: Duration,
    /// The longest.
    pub max: Duration,
    /// All together.
    pub total: Duration,
}

impl Times {
    /// The mean.
    pub fn mean(&self) -> Option<Duration> {
        (self.count > 0).then(|| Duration::from_secs_f64(self.total.as_secs_f64() / self.count as f64))
    }

    pub(super) fn add(&mut self, time: Duration) {
        self.min = if self.count == 0 { time } else { self.min.min(time) };
        self.max = self.max.max(time);
        self.total = self.total.saturating_add(time);
        self.count += 1;
    }
}

impl<R> StepReport<R> {
    pub(super) fn new(command: CommandId) -> Self {
        Self {
            command,
            state: StepState::Pending,
            sent_at: None,
            answer: None,
            sent: 0,
            passed: 0,
            failed: 0,
            times: Times::default(),
        }
    }

    /// A new round begins.
    pub(super) fn begin_round(&mut self) {
        self.state = StepState::Pending;
        self.sent_at = None;
        self.answer = None;
    }
}

impl<R> Report<R> {
    /// Whether it has not ended.
    pub fn is_running(&self) -> bool {
        self.outcome.is_none()
    }

    /// The step of this command.
    pub fn step(&self, command: CommandId) -> Option<&StepReport<R>> {
        self.steps.iter().find(|step| step.command == command)
    }
}

impl<R: Clone> Report<R> {
    /// Takes over what changed in another one of the same sequence.
    pub fn update(&mut self, from: &Self, changed: Changed) {
        self.outcome = from.outcome;
        self.round = from.round;
        self.rounds_passed = from.rounds_passed;
        self.rounds_failed = from.rounds_failed;
        self.steps[changed.steps.clone()].clone_from_slice(&from.steps[changed.steps]);
    }
}

/// Which part of a report changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Steps among which are all that changed.
    pub steps: Range<usize>,
}
