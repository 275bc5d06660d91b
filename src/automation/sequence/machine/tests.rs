//! Sequences in simulated time.

#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::*;
use crate::automation::command::{Expect, Group, QuickCommand, QuickCommands, Repeat, Step};
use crate::automation::sequence::{PlanError, StepProblem};
use crate::automation::{Form, Message};
use crate::codec::framing::Framing;
use crate::codec::pattern::Test;
use crate::codec::template::NoLookup;

type Refusal = &'static str;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A template without an answer.
fn step(text: &str) -> QuickCommand {
    let message = Message { text: text.to_owned(), template: true, ..Message::default() };
    let mut command = QuickCommand::new("", message);
    command.step = Step { delay_ms: Some(10), ..Step::default() };
    command
}

/// A template, and a regular expression that its answer matches within 100 ms.
fn asked(text: &str, pattern: &str) -> QuickCommand {
    let expect = Expect { test: Test::Regex, pattern: pattern.to_owned(), timeout_ms: 100, ..Expect::default() };
    let mut command = step(text);
    command.step.expect = Some(expect);
    command
}

fn group(repeat: u32, stop_on_failure: bool, commands: Vec<QuickCommand>) -> Group {
    let mut group = Group::named("g").with_commands(commands);
    (group.repeat, group.stop_on_failure) = (Repeat::from(repeat), stop_on_failure);
    group
}

fn plan(group: Group) -> Result<Plan, PlanError> {
    let mut all = QuickCommands::default();
    all.add_group(group).unwrap();
    Plan::prepare(&all.groups()[0], &Framing::AsRead, &BTreeMap::new())
}

/// A sequence with its clock.
struct Bench {
    sequence: Sequence<Refusal>,
    now: Duration,
    random: Random,
}

impl Bench {
    fn new(group: Group) -> Self {
        Self { sequence: Sequence::new(plan(group).unwrap()), now: Duration::ZERO, random: Random::seeded(1) }
    }

    fn poll(&mut self) -> Action {
        let now = jiff::Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
        let world = &mut World { now: &now, random: &mut self.random, lookup: &mut NoLookup };
        self.sequence.poll(self.now, world)
    }

    /// What goes out next, and when.
    #[track_caller]
    fn next_sent(&mut self) -> (u128, String) {
        loop {
            match self.poll() {
                Action::Wait(Some(until)) => self.now = until,
                Action::Send { payload, .. } => {
                    self.sequence.sent(self.now);
                    self.sequence.left(self.now);
                    return (self.now.as_millis(), String::from_utf8(payload.to_vec()).unwrap());
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn run_out(&mut self) -> Outcome {
        loop {
            match self.poll() {
                Action::Wait(until) => self.now = until.unwrap(),
                Action::Send { .. } => {
                    self.sequence.sent(self.now);
                    self.sequence.left(self.now);
                }
                Action::Done => return self.sequence.report().outcome.unwrap(),
            }
        }
    }

    fn answer(&mut self, after_ms: u64, packet: &[u8]) {
        self.now += ms(after_ms);
        self.sequence.received(packet, self.now);
    }

    fn state(&self, step: usize) -> &StepState<Refusal> {
        &self.sequence.report().steps[step].state
    }
}

fn no_answer(others: u64) -> StepState<Refusal> {
    StepState::Failed(StepFailure::NoAnswer { timeout: ms(100), others })
}

#[test]
fn steps_go_out_in_order_with_their_pauses_round_after_round() {
    let mut disabled = step("never");
    disabled.step.enabled = false;
    let mut slow = step("b{counter}");
    slow.step.delay_ms = None;
    let mut bench = Bench::new(group(2, true, vec![step("a{counter}"), disabled, slow]));
    let sent: Vec<_> = (0..4).map(|_| bench.next_sent()).collect();
    let expected = [(0, "a0"), (10, "b0"), (110, "a1"), (120, "b1")];
    assert_eq!(sent, expected.map(|(at, text)| (at, text.to_owned())));
    assert_eq!(bench.poll(), Action::Done);
    let report = bench.sequence.report();
    assert_eq!((report.outcome, report.round, report.rounds_passed), (Some(Outcome::Passed), 2, 2));
    assert_eq!(report.steps.iter().map(|step| (step.sent, step.passed)).collect::<Vec<_>>(), [(2, 2), (2, 2)]);
    assert_eq!(report.steps[0].sent_at, Some(ms(110)), "of this round");
}

#[test]
fn for_ever_is_until_it_is_stopped() {
    let mut bench = Bench::new(group(0, true, vec![step("x"), asked("y", "z")]));
    for _ in 0..50 {
        bench.next_sent();
        bench.next_sent();
        bench.answer(1, b"z");
    }
    bench.next_sent();
    bench.next_sent();
    bench.sequence.stop();
    assert_eq!(bench.poll(), Action::Done);
    let report = bench.sequence.report();
    assert_eq!((report.outcome, report.rounds_passed, report.rounds_failed), (Some(Outcome::Stopped), 50, 0));
    assert_eq!((bench.state(0), bench.state(1)), (&StepState::Passed, &StepState::Stopped));
}

#[test]
fn an_answer_lets_it_go_on_and_is_kept() {
    let mut bench = Bench::new(group(1, true, vec![asked("a", "^ok"), step("b")]));
    assert_eq!(bench.next_sent(), (0, "a".to_owned()));
    assert_eq!(bench.state(0), &StepState::Waiting);
    bench.answer(30, b"no");
    assert_eq!(bench.state(0), &StepState::Waiting);
    let long = [b"ok".as_slice(), &[7; 5000]].concat();
    bench.answer(12, &long);
    assert_eq!(bench.next_sent(), (52, "b".to_owned()));
    let first = &bench.sequence.report().steps[0];
    let answer = first.answer.as_ref().unwrap();
    assert_eq!((answer.bytes.len(), answer.len, answer.after, answer.matches), (4096, 5002, ms(42), true));
    assert_eq!((first.times.count, first.times.mean()), (1, Some(ms(42))));
}

#[test]
fn no_answer_and_a_wrong_one_fail_at_the_timeout() {
    let steps = || vec![asked("a", "ok"), step("b")];
    let mut bench = Bench::new(group(3, true, steps()));
    bench.next_sent();
    bench.answer(99, b"wrong");
    assert_eq!(bench.run_out(), Outcome::Failed);
    assert_eq!((bench.now, bench.state(0), bench.state(1)), (ms(100), &no_answer(1), &StepState::Pending));
    let report = bench.sequence.report();
    assert_eq!((report.round, report.rounds_failed), (1, 1));
    assert!(!report.steps[0].answer.as_ref().unwrap().matches);

    let mut bench = Bench::new(group(3, false, steps()));
    assert_eq!(bench.run_out(), Outcome::Failed);
    let report = bench.sequence.report();
    assert_eq!((report.rounds_failed, report.steps[0].failed, report.steps[1].passed), (3, 3, 3));
    assert_eq!(bench.now, ms(3 * (100 + 10) + 2 * 10), "no pause after the last step");
}

#[test]
fn one_failed_round_of_several_is_a_failure() {
    let mut bench = Bench::new(group(3, false, vec![asked("a", "ok")]));
    bench.next_sent();
    bench.answer(1, b"ok");
    bench.next_sent();
    bench.now += ms(100);
    bench.next_sent();
    bench.answer(1, b"ok");
    assert_eq!(bench.run_out(), Outcome::Failed);
    let report = bench.sequence.report();
    assert_eq!((report.rounds_passed, report.rounds_failed), (2, 1));
    assert_eq!((report.steps[0].passed, report.steps[0].failed), (2, 1));
}

#[test]
fn an_answer_at_the_deadline_is_late_and_counts_for_nothing() {
    let mut bench = Bench::new(group(1, false, vec![asked("a", "ok"), asked("b", "ok")]));
    bench.next_sent();
    bench.answer(100, b"ok");
    assert_eq!(bench.state(0), &no_answer(0));
    bench.answer(5, b"ok");
    assert_eq!(bench.next_sent(), (110, "b".to_owned()), "what came in the pause is before the send");
    assert_eq!(bench.state(1), &StepState::Waiting);
}

#[test]
fn what_came_before_the_send_counts_for_nothing() {
    let mut bench = Bench::new(group(1, true, vec![step("a"), asked("b", "ok")]));
    bench.answer(0, b"ok");
    bench.next_sent();
    bench.answer(1, b"ok");
    bench.next_sent();
    assert_eq!(bench.run_out(), Outcome::Failed);
}

#[test]
fn captures_are_there_for_later_steps() {
    let hex = Expect { test: Test::Regex, pattern: "(?s)^.(..)".to_owned(), form: Form::Hex, ..Expect::default() };
    let mut binary = step("?");
    binary.step.expect = Some(hex);
    let mut echoed = step("AA {var:1} {1}");
    echoed.message.form = Form::Hex;
    let commands = vec![
        asked("login", r"token=(?<token>\w+) id=(\d+)"),
        step("get {var:token}/{var:2}/{2}"),
        binary,
        step("{recv}|{var:token}"),
        echoed,
    ];
    let mut bench = Bench::new(group(1, true, commands));
    bench.next_sent();
    bench.answer(1, b"token=xyz id=42\r\n");
    assert_eq!(bench.next_sent().1, "get xyz/42/42");
    bench.next_sent();
    bench.answer(1, b"\x01AB\x03");
    assert_eq!(bench.next_sent().1, "\u{1}AB\u{3}|xyz");
    bench.now += ms(10);
    let Action::Send { payload, charset } = bench.poll() else { panic!() };
    assert_eq!((&*payload, charset), (&b"\xAAABAB"[..], None));
}

#[test]
fn bytes_that_are_no_text_can_be_sent_back_but_not_as_text() {
    let ask = || asked("a", r"(?-u)(\xFF)");
    let mut bench = Bench::new(group(1, true, vec![ask(), step("{var:1}")]));
    bench.next_sent();
    bench.answer(1, b"\xFF");
    assert_eq!(bench.run_out(), Outcome::Failed);
    assert!(matches!(bench.state(1), StepState::Failed(StepFailure::Message(ComposeError::Expand(_)))));
    let mut bench = Bench::new(group(1, true, vec![ask(), step("{1}")]));
    bench.next_sent();
    bench.answer(1, b"\xFF");
    bench.now += ms(10);
    assert!(matches!(bench.poll(), Action::Send { payload, .. } if *payload == *b"\xFF"));
}

#[test]
fn a_send_is_refused_at_once_or_later() {
    let mut bench = Bench::new(group(1, false, vec![step("a"), step("b"), asked("c", "x")]));
    bench.poll();
    bench.sequence.refused(bench.now, "full");
    bench.now += ms(10);
    bench.poll();
    bench.sequence.sent(bench.now);
    assert!(bench.sequence.is_leaving());
    assert_eq!((bench.poll(), bench.state(1)), (Action::Wait(None), &StepState::Sending));
    bench.sequence.refused(bench.now, "no such host");
    bench.now += ms(10);
    bench.poll();
    bench.sequence.sent(bench.now);
    bench.sequence.refused(bench.now, "no such host");
    let states = [0, 1, 2].map(|step| bench.state(step).clone());
    let refused = |reason| StepState::Failed(StepFailure::Refused(reason));
    assert_eq!(states, [refused("full"), refused("no such host"), refused("no such host")]);
    bench.sequence.refused(bench.now, "too late");
    assert_eq!(bench.run_out(), Outcome::Failed);
}

#[test]
fn a_disconnect_fails_the_step_and_ends_it_whatever_was_wanted() {
    let mut bench = Bench::new(group(0, false, vec![asked("a", "x"), step("b")]));
    bench.next_sent();
    bench.answer(1, b"x");
    bench.sequence.disconnected();
    assert_eq!(bench.poll(), Action::Done);
    assert_eq!(bench.sequence.report().outcome, Some(Outcome::Disconnected));
    assert_eq!(bench.state(1), &StepState::Failed(StepFailure::Disconnected));
    bench.sequence.disconnected();
    bench.sequence.stop();
    bench.answer(1, b"x");
    assert_eq!(bench.sequence.report().rounds_failed, 1, "once");
}

#[test]
fn mistakes_are_found_before_anything_is_sent() {
    let problem = |commands: Vec<QuickCommand>| match plan(group(1, true, commands)) {
        Err(PlanError::Step { number, title, problem, .. }) => (number, title, problem),
        other => panic!("{other:?}"),
    };
    let (number, title, wrong) = problem(vec![step("a"), step("b{")]);
    assert_eq!((number, title.as_str()), (2, "b{"));
    assert!(matches!(wrong, StepProblem::Message(ComposeError::Template(error)) if error.char_index == 1));
    let mut hex = step("0");
    (hex.message.template, hex.message.form) = (false, Form::Hex);
    assert!(matches!(problem(vec![hex]).2, StepProblem::Message(ComposeError::Hex(_))));
    assert!(matches!(problem(vec![asked("a", "(")]).2, StepProblem::Answer(error) if error.char_index == 0));
    assert_eq!(problem(vec![step("{var:x}")]).2, StepProblem::UnknownVariable("x".to_owned()));
    assert_eq!(problem(vec![step("{var:1}"), asked("a", "(x)")]).2, StepProblem::UnknownVariable("1".to_owned()));
    assert_eq!(problem(vec![step("{recv}")]).2, StepProblem::NoAnswerBefore);
    assert_eq!(problem(vec![asked("a", "x"), step("{1}")]).2, StepProblem::NoGroup(1));
    assert_eq!(problem(vec![asked("a", "x"), step("{var:1}")]).2, StepProblem::UnknownVariable("1".to_owned()));
    let mut disabled = step("{");
    disabled.step.enabled = false;
    assert_eq!(plan(group(1, true, vec![disabled])).unwrap_err(), PlanError::NothingToDo);
}

#[test]
fn what_changed_is_enough_to_follow_the_report() {
    let mut bench = Bench::new(group(3, false, vec![step("a"), asked("b", "x"), asked("c", "y")]));
    let mut seen = bench.sequence.report().clone();
    let mut follow = |bench: &mut Bench| {
        if let Some(changed) = bench.sequence.take_changed() {
            seen.update(bench.sequence.report(), changed);
        }
        assert_eq!(&seen, bench.sequence.report());
    };
    for round in 0..3 {
        for packet in [None, Some(b"x"), Some(b"z")] {
            bench.next_sent();
            if let Some(packet) = packet.filter(|_| round != 1) {
                bench.answer(1, packet);
            }
            follow(&mut bench);
        }
    }
    bench.run_out();
    follow(&mut bench);
}
