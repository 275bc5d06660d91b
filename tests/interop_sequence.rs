//! Sequences against a scripted device in Python, over a TCP client, a TCP server and UDP.
#![cfg(feature = "interop")]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use peers::bench::{Bench, LOOPBACK, PATIENCE, bound, open_client, open_server};
use peers::process::Process;
use serde_json::{Value, json};
use wirebench::automation::Message;
use wirebench::automation::command::{Expect, Group, QuickCommand, QuickCommands, Repeat};
use wirebench::automation::sequence::{Outcome, Plan, Report, StepFailure, StepState};
use wirebench::codec::Charset;
use wirebench::codec::framing::Framing;
use wirebench::codec::pattern::Test;
use wirebench::codec::template::NoLookup;
use wirebench::journal::Failure;
use wirebench::net::{Command, JobSlot, Target};
use wirebench::session::sequence::{Sequence, SequenceConfig, SequenceProgress};

/// How the device is reached.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Client,
    Server,
    Udp,
}

const WAYS: [Way; 3] = [Way::Client, Way::Server, Way::Udp];

/// A device, and our link to it.
struct Bed {
    bench: Bench,
    device: Process,
    target: Target,
}

impl Bed {
    fn new(way: Way, framing: &str, answers: &Value) -> Self {
        let device = |role: &str, port: u16| {
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/device.py");
            let play = json!({ "role": role, "port": port, "framing": framing, "answers": answers });
            Process::start("python3", [script.to_owned(), play.to_string()])
        };
        let at = |device: &mut Process| SocketAddr::new(LOOPBACK.ip(), device.read_line().parse().unwrap());
        match way {
            Way::Client => {
                let mut device = device("listen", 0);
                let bench = open_client(at(&mut device));
                bench.opened();
                Self { bench, device, target: Target::Server }
            }
            Way::Server => {
                let bench = open_server(LOOPBACK);
                let device = device("connect", bench.opened().port());
                let client = bench.until(|status| status.clients.len() == 1).clients[0].peer.stream;
                Self { bench, device, target: Target::Client(client) }
            }
            Way::Udp => {
                let mut device = device("udp", 0);
                let target = Target::Address(at(&mut device));
                let (bench, _) = bound();
                Self { bench, device, target }
            }
        }
    }

    /// Runs a group in this framing; a datagram needs none.
    fn start(&self, way: Way, framing: &Framing, group: &Group) -> Run {
        let ours = if way == Way::Udp { &Framing::AsRead } else { framing };
        let plan = Plan::prepare(group, ours, &BTreeMap::new()).unwrap();
        let (bell, woken) = bounded(1);
        let config =
            SequenceConfig { plan, target: self.target.clone(), framing: framing.clone(), lookup: Box::new(NoLookup) };
        let (sequence, progress) = Sequence::new(
            config,
            Arc::new(move || {
                let _ = bell.try_send(()); // it rings already
            }),
        );
        self.bench.command(Command::StartJob(JobSlot::Sequence, Box::new(sequence)));
        Run { progress, woken }
    }

    /// The next request that the device got.
    #[track_caller]
    fn heard(&mut self) -> String {
        serde_json::from_str(&self.device.read_line()).unwrap()
    }
}

struct Run {
    progress: SequenceProgress,
    woken: Receiver<()>,
}

impl Run {
    #[track_caller]
    fn until(&self, ready: impl Fn(&Report<Failure>) -> bool) -> Report<Failure> {
        while !self.progress.read(&ready) {
            assert!(self.woken.recv_timeout(PATIENCE).is_ok(), "{:#?}", self.progress.get());
        }
        self.progress.get()
    }

    #[track_caller]
    fn ended(&self) -> Report<Failure> {
        self.until(|report| !report.is_running())
    }
}

/// A text in GBK, and what its answer matches within this time.
fn step(text: &str, answer: Option<(&str, u32)>) -> QuickCommand {
    let message = Message { text: text.to_owned(), charset: Charset::Gbk, template: true, ..Message::default() };
    let mut command = QuickCommand::new("", message);
    command.step.delay_ms = Some(0);
    command.step.expect = answer.map(|(pattern, timeout_ms)| Expect {
        test: Test::Regex,
        pattern: pattern.to_owned(),
        charset: Charset::Gbk,
        timeout_ms,
        ..Expect::default()
    });
    command
}

fn asked(text: &str, pattern: &str) -> QuickCommand {
    step(text, Some((pattern, 60_000)))
}

fn group(repeat: u32, stop_on_failure: bool, commands: Vec<QuickCommand>) -> Group {
    let mut group = Group::named("g").with_commands(commands);
    (group.repeat, group.stop_on_failure) = (Repeat::from(repeat), stop_on_failure);
    let mut all = QuickCommands::default();
    all.add_group(group).unwrap();
    all.groups()[0].clone()
}

fn states(report: &Report<Failure>) -> Vec<&StepState<Failure>> {
    report.steps.iter().map(|step| &step.state).collect()
}

/// The framings with what the device calls them.
fn framings() -> [(&'static str, Framing); 2] {
    [("lines", Framing::LINES), ("length", Framing::LENGTH_LE4)]
}

#[test]
fn right_answers() {
    let answers = json!({
        "登录": [{ "send": "令牌=甲42" }],
        "读 甲42": [{ "send": "温度=-17.5" }],
        "再见 -17.5": [],
    });
    for (name, framing) in framings() {
        for way in WAYS {
            let mut bed = Bed::new(way, name, &answers);
            let commands = vec![
                asked("登录", r"^令牌=(?<token>.+)$"),
                asked("读 {var:token}", r"^温度=(-?[\d.]+)$"),
                step("再见 {var:1}", None),
            ];
            let report = bed.start(way, &framing, &group(5, true, commands)).ended();
            assert_eq!((report.outcome, report.rounds_passed), (Some(Outcome::Passed), 5), "{way:?} {name}");
            for _ in 0..5 {
                assert_eq!([bed.heard(), bed.heard(), bed.heard()], ["登录", "读 甲42", "再见 -17.5"]);
            }
        }
    }
}

#[test]
fn a_wrong_answer_and_no_answer() {
    let answers = json!({ "a": [{ "send": "ERR" }], "c": [{ "send": "OK" }] });
    for way in WAYS {
        let bed = Bed::new(way, "lines", &answers);
        let commands = || vec![step("a", Some(("^OK", 1500))), step("b", Some(("^OK", 50))), asked("c", "^OK")];
        let report = bed.start(way, &Framing::LINES, &group(1, false, commands())).ended();
        let failed = |timeout_ms, others| {
            StepState::Failed(StepFailure::NoAnswer { timeout: Duration::from_millis(timeout_ms), others })
        };
        let expected = [failed(1500, 1), failed(50, 0), StepState::Passed];
        assert_eq!(states(&report), expected.iter().collect::<Vec<_>>(), "{way:?}");
        assert_eq!(&*report.steps[0].answer.as_ref().unwrap().bytes, b"ERR");
        assert_eq!((report.outcome, report.rounds_failed), (Some(Outcome::Failed), 1));

        let report = bed.start(way, &Framing::LINES, &group(2, true, commands())).ended();
        assert_eq!((report.outcome, report.rounds_failed), (Some(Outcome::Failed), 1));
        assert_eq!(states(&report)[1..], [&StepState::Pending, &StepState::Pending]);
    }
}

#[test]
fn a_disconnect_in_the_middle() {
    let answers = json!({ "a": [{ "send": "OK" }], "b": [{ "raw": "4F" }, { "close": true }] });
    for way in [Way::Client, Way::Server] {
        let mut bed = Bed::new(way, "lines", &answers);
        let commands = vec![asked("a", "^OK"), asked("b", "^OK"), step("c", None)];
        let report = bed.start(way, &Framing::LINES, &group(0, false, commands)).ended();
        assert_eq!(report.outcome, Some(Outcome::Disconnected), "{way:?}");
        let lost = StepState::Failed(StepFailure::Disconnected);
        assert_eq!(states(&report), [&StepState::Passed, &lost, &StepState::Pending]);
        assert_eq!([bed.heard(), bed.heard()], ["a", "b"]);
        bed.bench.until(|status| status.jobs.is_empty());
    }
}

#[test]
fn answers_in_odd_pieces() {
    let long: String = "数据".chars().cycle().take(301).collect();
    for (name, framing) in framings() {
        for size in [1, 3, 64] {
            let answers =
                json!({ "a": [{ "send": "noise" }, { "pieces": [long, size] }], "b": [{ "pieces": ["OK", 1] }] });
            for way in [Way::Client, Way::Server] {
                let bed = Bed::new(way, name, &answers);
                let commands = vec![asked("a", "^(?:数据)+数$"), asked("b", "^OK$")];
                let report = bed.start(way, &framing, &group(1, true, commands)).ended();
                assert_eq!(report.outcome, Some(Outcome::Passed), "{way:?} {name} {size}");
                let answer = report.steps[0].answer.as_ref().unwrap();
                assert_eq!(&*answer.bytes, Charset::Gbk.encode(&long).unwrap());
            }
        }
    }
}

#[test]
fn late_answers() {
    // The answer to `a` comes when its step has failed: in the pause before `b`, where it counts for nothing.
    let answers = json!({ "a": [{ "wait_ms": 200 }, { "send": "OK a" }], "b": [{ "send": "OK b" }] });
    for way in WAYS {
        let mut bed = Bed::new(way, "lines", &answers);
        let mut first = step("a", Some(("^OK", 50)));
        first.step.delay_ms = Some(60_000);
        let paused = bed.start(way, &Framing::LINES, &group(1, false, vec![first, asked("b", "^OK")]));
        bed.bench.until_received(4);
        let report = paused.until(|report| report.steps[0].failed == 1);
        let StepState::Failed(StepFailure::NoAnswer { others: 0, .. }) = report.steps[0].state else {
            panic!("{way:?} {report:?}")
        };
        assert_eq!((report.steps[0].answer.as_ref(), &report.steps[1].state), (None, &StepState::Pending));
        let second = bed.start(way, &Framing::LINES, &group(1, true, vec![asked("b", "^OK")])).ended();
        assert_eq!(&*second.steps[0].answer.as_ref().unwrap().bytes, b"OK b", "{way:?}");
        assert_eq!(paused.ended().outcome, Some(Outcome::Stopped), "replaced");
        assert_eq!([bed.heard(), bed.heard()], ["a", "b"]);
    }
}
