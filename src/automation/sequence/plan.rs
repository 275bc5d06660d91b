//! What a sequence will do, read and checked as a whole.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Zoned;
use jiff::tz::TimeZone;
use thiserror::Error;

use super::variables::Variables;
use crate::automation::command::{CommandId, Group, QuickCommand, Repeat};
use crate::automation::{ComposeError, Prepared};
use crate::codec::Charset;
use crate::codec::framing::Framing;
use crate::codec::pattern::{Pattern, PatternError};
use crate::codec::template::{Context, NoLookup, Random, Template};
use crate::codec::typed::Typed;

/// A group that was read: its enabled steps, ready to run.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) steps: Vec<PlannedStep>,
    pub(super) repeat: Repeat,
    pub(super) stop_on_failure: bool,
    pub(super) variables: Variables,
}

#[derive(Clone, Debug)]
pub(super) struct PlannedStep {
    pub command: CommandId,
    pub content: Content,
    /// The encoding of a sent text.
    pub charset: Option<Charset>,
    pub expected: Option<Expected>,
    pub delay: Duration,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Constant(Arc<[u8]>),
    Template(Prepared),
}

#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub pattern: Arc<Pattern>,
    pub typed: Typed,
    pub timeout: Duration,
}

/// Why a group can't be run; nothing is sent.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PlanError {
    /// It has no command, or all are left out of the sequence.
    #[error("no step is enabled")]
    NothingToDo,
    /// A step is wrong.
    #[error("step {number} ({title}): {problem}")]
    Step {
        /// The command.
        command: CommandId,
        /// Its place in the group, from 1.
        number: usize,
        /// Its name.
        title: String,
        /// What is wrong.
        problem: StepProblem,
    },
}

/// What is wrong with a step.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum StepProblem {
    /// Its message can't be sent.
    #[error("message: {0}")]
    Message(ComposeError),
    /// Its pattern can't be read.
    #[error("answer: {0}")]
    Answer(PatternError),
    /// Nothing gives this variable a value before this step.
    #[error("no step before it gives {{var:{0}}} a value")]
    UnknownVariable(String),
    /// It asks for a part of an answer, but no step before it waits for one.
    #[error("no step before it waits for an answer")]
    NoAnswerBefore,
    /// The answer before it has fewer groups.
    #[error("the answer before it has no group {0}")]
    NoGroup(usize),
}

impl Plan {
    /// Reads the enabled steps of a group. `framing` is put around what is sent; `variables` are there from the
    /// beginning.
    pub fn prepare(group: &Group, framing: &Framing, variables: &BTreeMap<String, String>) -> Result<Self, PlanError> {
        let mut known = Known { names: variables.keys().cloned().collect(), groups: None };
        let mut steps = Vec::new();
        for (index, command) in group.commands().iter().enumerate().filter(|(_, command)| command.step.enabled) {
            let step = known.read(command, framing).map_err(|problem| PlanError::Step {
                command: command.id(),
                number: index + 1,
                title: command.title().to_owned(),
                problem,
            })?;
            steps.push(PlannedStep { delay: group.delay_after(command), ..step });
        }
        if steps.is_empty() {
            return Err(PlanError::NothingToDo);
        }
        let Group { repeat, stop_on_failure, .. } = *group;
        Ok(Self { steps, repeat, stop_on_failure, variables: Variables::new(variables.clone()) })
    }

    /// How many steps a round has.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Never: a plan has at least one step.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether some step waits for an answer.
    pub fn expects_answers(&self) -> bool {
        self.steps.iter().any(|step| step.expected.is_some())
    }
}

/// What a step may ask for, from those before it.
struct Known {
    names: Vec<String>,
    /// How many groups the answer before it has; `None`: there is no answer.
    groups: Option<usize>,
}

impl Known {
    fn read(&mut self, command: &QuickCommand, framing: &Framing) -> Result<PlannedStep, StepProblem> {
        let message = command.message.prepare(framing).map_err(StepProblem::Message)?;
        if let Some(template) = message.template() {
            self.check(template)?;
        }
        let content = if message.is_constant() {
            Content::Constant(constant(&message).map_err(StepProblem::Message)?.into())
        } else {
            Content::Template(message)
        };
        let expected = match &command.step.expect {
            None => None,
            Some(expect) => {
                let pattern = expect.prepare().map_err(StepProblem::Answer)?;
                self.names.extend((0..=pattern.groups()).map(|group| group.to_string()));
                self.names.extend(pattern.named_groups().map(|(_, name)| name.to_owned()));
                self.groups = Some(pattern.groups());
                Some(Expected { pattern: Arc::new(pattern), typed: expect.typed(), timeout: expect.timeout() })
            }
        };
        let charset = command.message.sent_charset();
        Ok(PlannedStep { command: command.id(), content, charset, expected, delay: Duration::ZERO })
    }

    fn check(&self, template: &Template) -> Result<(), StepProblem> {
        if let Some(name) = template.variables().find(|name| !self.names.iter().any(|known| known == name)) {
            return Err(StepProblem::UnknownVariable(name.to_owned()));
        }
        if !template.needs_received() {
            return Ok(());
        }
        let groups = self.groups.ok_or(StepProblem::NoAnswerBefore)?;
        match template.highest_group().filter(|group| *group > groups) {
            Some(group) => Err(StepProblem::NoGroup(group)),
            None => Ok(()),
        }
    }
}

/// The bytes of a message that are the same every time.
fn constant(message: &Prepared) -> Result<Vec<u8>, ComposeError> {
    let now = Zoned::new(jiff::Timestamp::UNIX_EPOCH, TimeZone::UTC);
    let (random, lookup) = (&mut Random::seeded(0), &mut NoLookup);
    message.bytes(&mut Context { counter: 0, now: &now, random, lookup, received: None })
}
