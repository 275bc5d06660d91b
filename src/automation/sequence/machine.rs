//! The machine that runs a plan. It has no clock and no socket: time since its beginning and packets come in.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use jiff::Zoned;

use super::plan::{Content, Plan, PlannedStep};
use super::report::{Answer, Changed, Outcome, Report, StepFailure, StepReport, StepState};
use crate::automation::ComposeError;
use crate::codec::Charset;
use crate::codec::pattern::Pattern;
use crate::codec::template::{Context, Lookup, Random};

/// The least pause after a step that failed, so that steps that fail at once don't keep a thread busy.
const AFTER_FAILURE: Duration = Duration::from_millis(1);

/// A plan that runs. `R`: why a link refuses to send.
#[derive(Debug)]
pub struct Sequence<R> {
    plan: Plan,
    /// The step whose turn it is.
    at: usize,
    state: State,
    /// The answer that the messages may use, and what found it.
    answer: Option<(Arc<Pattern>, Vec<u8>)>,
    report: Report<R>,
    changed: Option<Changed>,
    failed_in_round: bool,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// The step is sent at this time.
    Due(Duration),
    /// Its bytes were handed out, and nobody said whether they can be sent.
    Offered,
    /// It expects no answer, and its bytes wait for the socket.
    Leaving,
    /// It waits for an answer.
    Waiting {
        sent_at: Duration,
        deadline: Duration,
        others: u64,
    },
    Done,
}

/// What messages are made with.
pub struct World<'a> {
    /// The time, in the zone in which it is to be shown.
    pub now: &'a Zoned,
    /// Where random numbers come from.
    pub random: &'a mut Random,
    /// Files, and variables that the sequence does not know itself.
    pub lookup: &'a mut dyn Lookup,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send this, and say [`Sequence::sent`] or [`Sequence::refused`].
    Send {
        /// The bytes.
        payload: Arc<[u8]>,
        /// The encoding of a text.
        charset: Option<Charset>,
    },
    /// Nothing before this time; `None`: nothing before something happens.
    Wait(Option<Duration>),
    /// It is over.
    Done,
}

impl<R> Sequence<R> {
    /// A sequence that begins at its time zero.
    pub fn new(plan: Plan) -> Self {
        let steps = plan.steps.iter().map(|step| StepReport::new(step.command)).collect();
        let report = Report { outcome: None, round: 1, rounds_passed: 0, rounds_failed: 0, steps };
        Self {
            plan,
            at: 0,
            state: State::Due(Duration::ZERO),
            answer: None,
            report,
            changed: None,
            failed_in_round: false,
        }
    }

    /// What came of it so far.
    pub fn report(&self) -> &Report<R> {
        &self.report
    }

    /// What changed in the report since it was asked last.
    pub fn take_changed(&mut self) -> Option<Changed> {
        self.changed.take()
    }

    /// Whether a message is to be sent now.
    pub fn is_due(&self, now: Duration) -> bool {
        matches!(self.state, State::Due(due) if due <= now)
    }

    /// Whether it waits for [`left`](Self::left).
    pub fn is_leaving(&self) -> bool {
        matches!(self.state, State::Leaving)
    }

    /// What is to be done now.
    pub fn poll(&mut self, now: Duration, world: &mut World<'_>) -> Action {
        loop {
            match self.state {
                State::Done => return Action::Done,
                State::Offered | State::Leaving => return Action::Wait(None),
                State::Waiting { deadline, .. } if now < deadline => return Action::Wait(Some(deadline)),
                State::Waiting { .. } => self.time_out(now),
                State::Due(due) if now < due => return Action::Wait(Some(due)),
                State::Due(_) => match self.payload(world) {
                    Ok(payload) => {
                        self.state = State::Offered;
                        return Action::Send { payload, charset: self.step().charset };
                    }
                    Err(error) => self.fail(now, StepFailure::Message(error)),
                },
            }
        }
    }

    /// What [`poll`](Self::poll) gave was handed to the socket. An answer counts from now on; a step that expects none
    /// goes on with [`left`](Self::left).
    pub fn sent(&mut self, now: Duration) {
        if !matches!(self.state, State::Offered) {
            return;
        }
        let timeout = self.step().expected.as_ref().map(|expected| expected.timeout);
        self.state = match timeout {
            Some(timeout) => State::Waiting { sent_at: now, deadline: now.saturating_add(timeout), others: 0 },
            None => State::Leaving,
        };
        let report = self.report_mut();
        report.sent += 1;
        report.sent_at = Some(now);
        report.state = if timeout.is_some() { StepState::Waiting } else { StepState::Sending };
    }

    /// The socket took all of what was sent.
    pub fn left(&mut self, now: Duration) {
        if matches!(self.state, State::Leaving) {
            self.pass(now);
        }
    }

    /// The last message can't be sent, as it turned out at once or while it waited.
    pub fn refused(&mut self, now: Duration, reason: R) {
        if matches!(self.state, State::Offered | State::Leaving | State::Waiting { .. }) {
            self.fail(now, StepFailure::Refused(reason));
        }
    }

    /// A packet that came after the send.
    pub fn received(&mut self, packet: &[u8], now: Duration) {
        let State::Waiting { sent_at, deadline, .. } = self.state else { return };
        if now >= deadline {
            return self.time_out(now);
        }
        let Some(expected) = self.plan.steps[self.at].expected.clone() else { return };
        let captures = expected.pattern.matches(packet);
        let after = now.saturating_sub(sent_at);
        self.report_mut().answer = Some(Answer::new(packet, after, captures.is_some()));
        match captures {
            Some(captures) => {
                self.plan.variables.take(&expected.pattern, &captures, expected.typed);
                self.answer = Some((expected.pattern, packet.to_vec()));
                self.report_mut().times.add(after);
                self.pass(now);
            }
            None => {
                if let State::Waiting { others, .. } = &mut self.state {
                    *others += 1;
                }
            }
        }
    }

    /// The connection ended: the step whose turn it is fails, and the sequence is over.
    pub fn disconnected(&mut self) {
        if matches!(self.state, State::Done) {
            return;
        }
        let report = self.report_mut();
        report.failed += 1;
        report.state = StepState::Failed(StepFailure::Disconnected);
        self.finish(Outcome::Disconnected);
    }

    /// Ends it.
    pub fn stop(&mut self) {
        if matches!(self.state, State::Done) {
            return;
        }
        if !matches!(self.state, State::Due(_)) {
            self.report_mut().state = StepState::Stopped;
        }
        self.finish(Outcome::Stopped);
    }

    fn step(&self) -> &PlannedStep {
        &self.plan.steps[self.at]
    }

    fn report_mut(&mut self) -> &mut StepReport<R> {
        self.note(self.at);
        &mut self.report.steps[self.at]
    }

    fn note(&mut self, step: usize) {
        self.note_all(step..step + 1);
    }

    fn note_all(&mut self, steps: Range<usize>) {
        let steps = match &self.changed {
            Some(before) => before.steps.start.min(steps.start)..before.steps.end.max(steps.end),
            None => steps,
        };
        self.changed = Some(Changed { steps });
    }

    fn payload(&self, world: &mut World<'_>) -> Result<Arc<[u8]>, ComposeError> {
        let message = match &self.step().content {
            Content::Constant(bytes) => return Ok(Arc::clone(bytes)),
            Content::Template(message) => message,
        };
        let received = self.answer.as_ref().and_then(|(pattern, packet)| pattern.matches(packet));
        let bytes = message.bytes(&mut Context {
            counter: self.report.steps[self.at].sent,
            now: world.now,
            random: world.random,
            lookup: &mut self.plan.variables.over(world.lookup),
            received: received.as_ref(),
        });
        bytes.map(Arc::from)
    }

    fn pass(&mut self, now: Duration) {
        let report = self.report_mut();
        report.passed += 1;
        report.state = StepState::Passed;
        self.advance(now, Duration::ZERO);
    }

    fn time_out(&mut self, now: Duration) {
        let State::Waiting { sent_at, deadline, others } = self.state else { return };
        self.fail(now, StepFailure::NoAnswer { timeout: deadline.saturating_sub(sent_at), others });
    }

    fn fail(&mut self, now: Duration, failure: StepFailure<R>) {
        self.failed_in_round = true;
        let report = self.report_mut();
        report.failed += 1;
        report.state = StepState::Failed(failure);
        if self.plan.stop_on_failure {
            self.finish(Outcome::Failed);
        } else {
            self.advance(now, AFTER_FAILURE);
        }
    }

    /// Goes on to the next step, after its pause.
    fn advance(&mut self, now: Duration, least_pause: Duration) {
        let pause = self.step().delay.max(least_pause);
        self.state = State::Due(now.saturating_add(pause));
        self.at += 1;
        if self.at < self.plan.steps.len() {
            return;
        }
        self.at = 0;
        if !self.plan.repeat.goes_on_after(self.report.round) {
            let failed = self.failed_in_round || self.report.rounds_failed > 0;
            return self.finish(if failed { Outcome::Failed } else { Outcome::Passed });
        }
        self.end_round();
        self.report.round += 1;
        for step in &mut self.report.steps {
            step.begin_round();
        }
        self.note_all(0..self.plan.steps.len());
    }

    fn end_round(&mut self) {
        if std::mem::take(&mut self.failed_in_round) {
            self.report.rounds_failed += 1;
        } else {
            self.report.rounds_passed += 1;
        }
    }

    fn finish(&mut self, outcome: Outcome) {
        self.note(self.at);
        match outcome {
            Outcome::Passed | Outcome::Failed => self.end_round(),
            Outcome::Disconnected => self.report.rounds_failed += 1,
            Outcome::Stopped => {}
        }
        self.report.outcome = Some(outcome);
        self.state = State::Done;
    }
}

#[cfg(test)]
mod tests;
