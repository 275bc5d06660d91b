//! Sequences of quick commands over real sockets: TCP client, TCP server and UDP.

#![allow(clippy::unwrap_used)] // tests panic on purpose

mod net_tcp;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use net_tcp::{Bench, CLOSE, LOOPBACK, PATIENCE, assert_closes_in_time, bound, open_client, open_server};
use wirebench::automation::command::{Expect, Group, QuickCommand, QuickCommands, Repeat};
use wirebench::automation::sequence::{Outcome, Plan, Report, StepFailure, StepState};
use wirebench::automation::{Form, Message};
use wirebench::codec::append::Block;
use wirebench::codec::framing::Framing;
use wirebench::codec::pattern::Test;
use wirebench::codec::template::NoLookup;
use wirebench::journal::{Cause, Failure, Kind};
use wirebench::net::{Command, JobSlot, Target};
use wirebench::session::sequence::{Sequence, SequenceConfig, SequenceProgress};

/// A line that is sent.
fn line(text: &str) -> QuickCommand {
    let append = vec![Block::CrLf];
    let message = Message { text: text.to_owned(), template: true, append, ..Message::default() };
    let mut command = QuickCommand::new("", message);
    command.step.delay_ms = Some(0);
    command
}

/// A line, and the expression that its answer matches.
fn asked(text: &str, pattern: &str) -> QuickCommand {
    waiting(text, pattern, u32::try_from(PATIENCE.as_millis()).unwrap())
}

fn waiting(text: &str, pattern: &str, timeout_ms: u32) -> QuickCommand {
    let mut command = line(text);
    command.step.expect =
        Some(Expect { test: Test::Regex, pattern: pattern.to_owned(), timeout_ms, ..Expect::default() });
    command
}

fn group(repeat: u32, stop_on_failure: bool, commands: Vec<QuickCommand>) -> Group {
    let mut group = Group::named("g").with_commands(commands);
    (group.repeat, group.stop_on_failure) = (Repeat::from(repeat), stop_on_failure);
    let mut all = QuickCommands::default();
    all.add_group(group).unwrap();
    all.groups()[0].clone()
}

/// A sequence that runs on a link.
struct Run {
    progress: SequenceProgress,
    woken: Receiver<()>,
}

impl Run {
    fn start(bench: &Bench, target: Target, framing: Framing, group: &Group) -> Self {
        let (bell, woken) = bounded(1);
        let plan = Plan::prepare(group, &Framing::AsRead, &BTreeMap::new()).unwrap();
        let config = SequenceConfig { plan, target, framing, lookup: Box::new(NoLookup) };
        let (sequence, progress) = Sequence::new(
            config,
            Arc::new(move || {
                let _ = bell.try_send(()); // it rings already
            }),
        );
        bench.command(Command::StartJob(JobSlot::Sequence, Box::new(sequence)));
        Self { progress, woken }
    }

    /// Waits for a report.
    #[track_caller]
    fn until(&self, ready: impl Fn(&Report<Failure>) -> bool) -> Report<Failure> {
        loop {
            if let Some(report) = self.progress.read(|report| ready(report).then(|| report.clone())) {
                return report;
            }
            assert!(self.woken.recv_timeout(PATIENCE).is_ok(), "{:#?}", self.progress.get());
        }
    }

    #[track_caller]
    fn ended(&self) -> Report<Failure> {
        self.until(|report| !report.is_running())
    }
}

/// A device that is asked line by line, on a thread; `answers` writes what it answers, or ends the connection.
fn device(
    stream: TcpStream,
    mut answers: impl FnMut(&str, &mut TcpStream) -> bool + Send + 'static,
) -> JoinHandle<Vec<String>> {
    std::thread::Builder::new()
        .name("device".to_owned())
        .spawn(move || {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut stream = stream;
            let (mut asked, mut line) = (Vec::new(), String::new());
            while reader.read_line(&mut line).is_ok_and(|len| len > 0) {
                let request = line.trim_end().to_owned();
                asked.push(request.clone());
                line.clear();
                if !answers(&request, &mut stream) {
                    break;
                }
            }
            asked
        })
        .unwrap()
}

/// Our client, connected to a device.
fn client(answers: impl FnMut(&str, &mut TcpStream) -> bool + Send + 'static) -> (Bench, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let bench = open_client(listener.local_addr().unwrap());
    let (stream, _) = listener.accept().unwrap();
    stream.set_nodelay(true).unwrap();
    bench.opened();
    (bench, device(stream, answers))
}

#[test]
fn a_dialogue_with_captures_round_after_round() {
    let mut logins = 0;
    let (bench, device) = client(move |request, stream| {
        let answer = match request.split_once(' ') {
            Some(("login", _)) => {
                logins += 1;
                format!("banner\r\nwelcome token=t{logins}\r\n")
            }
            Some(("get", token)) => format!("value of {token}\r\n"),
            _ => String::new(),
        };
        // A byte at a time: where reads end says nothing about lines.
        answer.bytes().for_each(|byte| stream.write_all(&[byte]).unwrap());
        true
    });
    let commands = vec![
        asked("login {counter}", r"^welcome token=(?<token>\w+)$"),
        asked("get {var:token}", r"^value of (t\d)$"),
        line("bye {1}"),
    ];
    let run = Run::start(&bench, Target::Server, Framing::LINES, &group(3, true, commands));
    let report = run.ended();
    assert_eq!((report.outcome, report.rounds_passed, report.round), (Some(Outcome::Passed), 3, 3));
    let answers: Vec<_> = report.steps.iter().map(|step| step.answer.as_ref().map(|answer| &*answer.bytes)).collect();
    assert_eq!(answers, [Some(&b"welcome token=t3"[..]), Some(b"value of t3"), None]);
    assert!(report.steps[..2].iter().all(|step| step.times.count == 3 && step.sent_at.is_some()));
    bench.until(|status| status.jobs.is_empty());
    drop(bench);
    let said: Vec<String> =
        (0..3).flat_map(|n| [format!("login {n}"), format!("get t{0}", n + 1), format!("bye t{}", n + 1)]).collect();
    assert_eq!(device.join().unwrap(), said);
}

#[test]
fn a_wrong_answer_and_none_time_out() {
    let (bench, _device) = client(|request, stream| {
        if request == "a" {
            stream.write_all(b"nope\r\nneither\r\n").unwrap();
        }
        true
    });
    let commands = vec![waiting("a", "^ok", 2000), waiting("b", "^ok", 50), line("c")];
    let report = Run::start(&bench, Target::Server, Framing::LINES, &group(1, false, commands)).ended();
    assert_eq!((report.outcome, report.rounds_failed), (Some(Outcome::Failed), 1));
    let failed = |step: usize| match &report.steps[step].state {
        StepState::Failed(StepFailure::NoAnswer { timeout, others }) => (timeout.as_millis(), *others),
        other => panic!("{other:?}"),
    };
    assert_eq!((failed(0), failed(1)), ((2000, 2), (50, 0)));
    let last = report.steps[0].answer.as_ref().unwrap();
    assert_eq!((&*last.bytes, last.matches), (&b"neither"[..], false));
    assert_eq!(report.steps[2].state, StepState::Passed);
}

#[test]
fn what_began_before_the_send_is_no_answer() {
    let (bench, _device) = client(|request, stream| {
        let answer: &[u8] = if request == "a" { b"ok\r\nanswer " } else { b"to a\r\nanswer to b\r\n" };
        stream.write_all(answer).unwrap();
        true
    });
    let commands = vec![asked("a", "^ok"), asked("b", "^answer to")];
    let report = Run::start(&bench, Target::Server, Framing::LINES, &group(1, false, commands)).ended();
    assert_eq!(&*report.steps[1].answer.as_ref().unwrap().bytes, b"answer to b");
}

#[test]
fn a_disconnect_in_the_middle_ends_it() {
    let (bench, device) = client(|request, stream| {
        stream.write_all(b"ok\r\nhalf an ans").unwrap();
        request != "b"
    });
    let commands = vec![asked("a", "^ok"), asked("b", "^answer"), line("c")];
    let report = Run::start(&bench, Target::Server, Framing::LINES, &group(0, false, commands)).ended();
    assert_eq!(report.outcome, Some(Outcome::Disconnected));
    let states: Vec<_> = report.steps.iter().map(|step| &step.state).collect();
    assert_eq!(states, [&StepState::Passed, &StepState::Failed(StepFailure::Disconnected), &StepState::Pending]);
    assert_eq!(device.join().unwrap(), ["a", "b"]);
}

#[test]
fn what_the_end_of_the_connection_completes_is_an_answer() {
    let (bench, _device) = client(|_, stream| {
        stream.write_all(b"all of it").unwrap();
        false
    });
    let framing = Framing::Idle { ms: 3_600_000 };
    let report = Run::start(&bench, Target::Server, framing, &group(1, true, vec![asked("a", "^all of it$")])).ended();
    assert_eq!(report.outcome, Some(Outcome::Passed));
}

#[test]
fn a_pause_completes_an_answer() {
    let (bench, _device) = client(|_, stream| {
        stream.write_all(b"no end in sight").unwrap();
        true
    });
    let commands = vec![asked("a", "sight$")];
    let report = Run::start(&bench, Target::Server, Framing::Idle { ms: 20 }, &group(1, true, commands)).ended();
    assert_eq!(report.outcome, Some(Outcome::Passed));
    assert!(report.steps[0].answer.as_ref().unwrap().after >= Duration::from_millis(20));
}

#[test]
fn it_can_be_stopped_replaced_and_closed() {
    let (mut bench, _device) = client(|_, _| true);
    let silent = group(0, true, vec![asked("a", "x")]);
    let start = || Run::start(&bench, Target::Server, Framing::LINES, &silent);
    let is_waiting = |report: &Report<Failure>| report.steps[0].state == StepState::Waiting;
    let first = start();
    first.until(is_waiting);
    let second = start();
    assert_eq!(first.ended().outcome, Some(Outcome::Stopped));
    second.until(is_waiting);
    bench.command(Command::StopJob(JobSlot::Sequence));
    let stopped = second.ended();
    assert_eq!((stopped.outcome, &stopped.steps[0].state), (Some(Outcome::Stopped), &StepState::Stopped));
    let third = start();
    third.until(is_waiting);
    assert!(bench.close() <= PATIENCE);
    assert_eq!(third.ended().outcome, Some(Outcome::Stopped));
}

#[test]
fn it_does_not_hold_up_a_close() {
    let round = || {
        let (mut bench, _device) = client(|_, _| true);
        let busy = group(0, false, vec![line("x"), waiting("y", "z", 1)]);
        let run = Run::start(&bench, Target::Server, Framing::LINES, &busy);
        run.until(|report| report.round > 3);
        bench.close()
    };
    assert_closes_in_time(round);
    assert!(CLOSE < PATIENCE);
}

#[test]
fn a_server_asks_one_client_or_all() {
    let bench = open_server(LOOPBACK);
    let at = bench.opened();
    let mut devices = Vec::new();
    for name in ["one", "two"] {
        let stream = TcpStream::connect(at).unwrap();
        let own = stream.local_addr().unwrap();
        let answers = move |request: &str, stream: &mut TcpStream| {
            if request == "who" || request == name {
                stream.write_all(format!("{name}\r\n").as_bytes()).unwrap();
            }
            request != "end"
        };
        devices.push((own, device(stream, answers)));
    }
    let clients = bench.until(|status| status.clients.len() == 2).clients;
    let two = clients.iter().find(|client| client.peer.addr == devices[1].0).unwrap().peer.stream;

    let one_of_them = group(1, true, vec![asked("who", "^(one|two)$")]);
    let report = Run::start(&bench, Target::Client(two), Framing::LINES, &one_of_them).ended();
    assert_eq!(&*report.steps[0].answer.as_ref().unwrap().bytes, b"two", "the other one was not asked");
    let all = group(1, true, vec![asked("two", "^two$"), asked("one", "^one$")]);
    assert_eq!(Run::start(&bench, Target::AllClients, Framing::LINES, &all).ended().outcome, Some(Outcome::Passed));

    let end = group(1, true, vec![asked("end", "^never$")]);
    let report = Run::start(&bench, Target::Client(two), Framing::LINES, &end).ended();
    assert_eq!(report.outcome, Some(Outcome::Disconnected));
    bench.until(|status| status.clients.len() == 1);
    assert_eq!(
        Run::start(&bench, Target::AllClients, Framing::LINES, &end).ended().outcome,
        Some(Outcome::Disconnected)
    );
    bench.until(|status| status.clients.is_empty());
    let gone = Run::start(&bench, Target::Client(two), Framing::LINES, &one_of_them).ended();
    assert_eq!((gone.outcome, gone.steps[0].sent), (Some(Outcome::Disconnected), 0));
    let asked: Vec<_> = devices.into_iter().map(|(_, device)| device.join().unwrap()).collect();
    assert_eq!(asked, [vec!["two", "one", "end"], vec!["who", "two", "one", "end"]]);
}

#[test]
fn datagrams_of_others_are_no_answers() {
    let (bench, local) = bound();
    let [device, other] = [(); 2].map(|()| UdpSocket::bind(LOOPBACK).unwrap());
    let target = Target::Address(device.local_addr().unwrap());
    let commands = vec![asked("a", r"(?s)^ok\r\n(.)"), line("{1}")];
    let run = Run::start(&bench, target, Framing::LINES, &group(1, true, commands));
    let mut datagram = [0; 100];
    let (len, from) = device.recv_from(&mut datagram).unwrap();
    assert_eq!((&datagram[..len], from), (&b"a\r\n"[..], local));
    other.send_to(b"ok\r\nx", local).unwrap();
    bench.until_received(5);
    assert_eq!(run.progress.get().steps[0].answer, None);
    device.send_to(b"no", local).unwrap();
    device.send_to(b"ok\r\ny", local).unwrap();
    assert_eq!(run.ended().outcome, Some(Outcome::Passed));
    let len = device.recv(&mut datagram).unwrap();
    assert_eq!(&datagram[..len], b"y\r\n", "a datagram is a packet, whatever lines are in it");
}

#[test]
fn what_the_line_refuses_fails_the_step() {
    let (bench, _) = bound();
    let device = UdpSocket::bind(LOOPBACK).unwrap();
    let mut huge = line("");
    huge.message = Message { text: "00".repeat(70_000), form: Form::Hex, ..Message::default() };
    let target = Target::Address(device.local_addr().unwrap());
    let report = Run::start(&bench, target, Framing::AsRead, &group(2, false, vec![huge, line("b")])).ended();
    assert_eq!((report.outcome, report.rounds_failed), (Some(Outcome::Failed), 2));
    let StepState::Failed(StepFailure::Refused(failure)) = &report.steps[0].state else { panic!("{report:?}") };
    assert!(matches!(failure.cause, Cause::TooLarge { .. }), "{failure:?}");
    assert_eq!((report.steps[0].failed, report.steps[1].passed), (2, 2));
}

#[test]
fn a_peer_that_takes_nothing_is_waited_for() {
    const LEN: usize = 64 << 10;
    const ROUNDS: u32 = 500;
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let bench = open_client(listener.local_addr().unwrap());
    let (mut stalled, _) = listener.accept().unwrap();
    bench.opened();
    let mut big = line("");
    big.message = Message { text: "55".repeat(LEN), form: Form::Hex, ..Message::default() };
    let run = Run::start(&bench, Target::Server, Framing::AsRead, &group(ROUNDS, true, vec![big]));
    bench.until(|status| status.pending_bytes > 0);
    run.until(|report| report.steps[0].state == StepState::Sending);
    let total = LEN * ROUNDS as usize;
    let mut seen = 0;
    let mut bytes = vec![0; 256 << 10];
    while seen < total {
        assert!(bench.link().status().pending_bytes <= LEN as u64, "one message waits, no more");
        let len = stalled.read(&mut bytes).unwrap();
        assert!(len > 0 && bytes[..len].iter().all(|byte| *byte == 0x55));
        seen += len;
    }
    let report = run.ended();
    assert_eq!((report.outcome, report.steps[0].passed), (Some(Outcome::Passed), ROUNDS.into()));
    assert_eq!(bench.bytes(Kind::Sent).len(), total);
}

#[test]
fn an_empty_message_only_waits() {
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let bench = open_client(listener.local_addr().unwrap());
    let (mut device, _) = listener.accept().unwrap();
    bench.opened();
    let mut banner = asked("", "^ready$");
    banner.message.append.clear();
    let run = Run::start(&bench, Target::Server, Framing::LINES, &group(1, true, vec![banner]));
    run.until(|report| report.steps[0].state == StepState::Waiting);
    device.write_all(b"ready\r\n").unwrap();
    assert_eq!(run.ended().outcome, Some(Outcome::Passed));
    assert_eq!(bench.bytes(Kind::Sent), b"");
}
