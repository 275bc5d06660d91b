//! Framing against real streams: Python's `struct` lengths, SLIP and JSON, mosquitto, Python's HTTP servers, pymodbus,
//! and the remote-command programs of Chinese socket tutorials. All of them through real links and their journals.
#![cfg(feature = "interop")]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

use peers::bench::{Bench, LOOPBACK, open_client, open_server};
use peers::process::Process;
use serde_json::Value;
use wirebench::automation::answer::{AnswerMode, AnswerSettings, Reply, Rule};
use wirebench::automation::{Composer, Form, Message};
use wirebench::codec::Charset;
use wirebench::codec::framing::{Assembler, Framing};
use wirebench::codec::hex;
use wirebench::codec::pattern::Test;
use wirebench::journal::{Event, Kind};
use wirebench::net::{Command, JobSlot, Target};
use wirebench::session::answer::{AnswerContext, Answering};

const STREAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/streams.py");
const TUTORIALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/tutorials.py");
const MODBUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/modbus.py");

/// A Python server that says its port, and a link to it.
fn link_to(script: &str, args: &[&str]) -> (Process, Bench) {
    let mut python = Process::start("python3", [&[script][..], args].concat());
    let port = python.read_line().parse().unwrap();
    let bench = open_client(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    bench.opened();
    (python, bench)
}

/// A link that listens, and a Python client that is connected to it; how it is addressed.
fn link_from(script: &str, program: &str, args: &[&str]) -> (Process, Bench, Target) {
    let bench = open_server(LOOPBACK);
    let port = bench.opened().port().to_string();
    let python = Process::start("python3", [&[script, program, &port][..], args].concat());
    let client = client_of(&bench);
    (python, bench, client)
}

/// The only client there is.
fn client_of(bench: &Bench) -> Target {
    Target::Client(bench.until(|status| status.clients.len() == 1).clients[0].peer.stream)
}

/// Waits for so many frames; their payloads.
#[track_caller]
fn until_frames(bench: &Bench, framing: &Framing, count: usize) -> Vec<Vec<u8>> {
    let mut assembler = Assembler::new(framing);
    let mut payloads = Vec::new();
    bench.until_record(|record| {
        if record.head.kind == Kind::Received {
            assembler.push(record.bytes(), record.head.time.0, |frame, bytes| {
                assert_eq!(frame.problem, None, "frame {}", payloads.len());
                payloads.push(framing.payload(&frame, bytes).into_owned());
            });
        }
        payloads.len() >= count
    });
    assert_eq!(payloads.len(), count);
    payloads
}

/// The same bytes in one piece have the same frames.
#[track_caller]
fn assert_pieces_do_not_matter(bench: &Bench, framing: &Framing, payloads: &[Vec<u8>]) {
    let mut whole = Vec::new();
    Assembler::new(framing).push(&bench.bytes(Kind::Received), 0, |frame, bytes| {
        whole.push(framing.payload(&frame, bytes).into_owned());
    });
    assert!(whole == payloads);
}

fn send_framed(bench: &Bench, target: &Target, framing: &Framing, payload: &[u8]) {
    let mut wrapped = Vec::new();
    framing.wrap(payload, &mut wrapped).unwrap();
    bench.send(target.clone(), wrapped);
}

fn from_hex(digits: &str) -> Vec<u8> {
    hex::parse(digits).unwrap()
}

// --- a length before each message -----------------------------------------------------------------------------------

/// Python's messages with `struct.pack` lengths, one of them 1 MB, in odd pieces: each arrives whole, and goes back.
fn lengths(mut python: Process, bench: &Bench, target: &Target, framing: &Framing) {
    let expected = [0, 1, 1000, 1 << 20, 5];
    let messages = until_frames(bench, framing, expected.len());
    assert_eq!(messages.iter().map(Vec::len).collect::<Vec<_>>(), expected);
    assert_pieces_do_not_matter(bench, framing, &messages);
    for message in &messages {
        send_framed(bench, target, framing, message);
    }
    for length in expected {
        assert_eq!(python.read_line(), format!("{length} same"));
    }
}

const ORDERS: [(&str, Framing); 2] = [("<", Framing::LENGTH_LE4), (">", Framing::LENGTH_BE4)];

#[test]
fn struct_lengths_from_a_python_client() {
    for (order, framing) in ORDERS {
        let (python, bench, client) = link_from(STREAMS, "length-client", &[order]);
        lengths(python, &bench, &client, &framing);
    }
}

#[test]
fn struct_lengths_from_a_python_server() {
    for (order, framing) in ORDERS {
        let (python, bench) = link_to(STREAMS, &["length-server", order]);
        lengths(python, &bench, &Target::Server, &framing);
    }
}

// --- the remote commands of tutorials -------------------------------------------------------------------------------

#[test]
fn a_tutorials_command_server_answers_in_gbk() {
    let (_python, bench) = link_to(TUTORIALS, &["command-server"]);
    // As a tab sends it: text in GBK, with the sender's framing.
    let framing = Framing::LENGTH_LE4;
    let (form, charset) = (Form::Ascii, Charset::Gbk);
    let composer = Composer { form, charset, escapes: false, template: false, append: &[], framing: &framing };
    let command = |text: &str| bench.send(Target::Server, composer.bytes(text).unwrap());
    command("echo 你好，世界");
    command("for i in $(seq 20000); do echo 第$i行：网络调试助手; done");
    command("不存在的命令; true");
    let answers = until_frames(&bench, &framing, 3);
    let texts: Vec<String> = answers.iter().map(|answer| charset.decode_lossy(answer)).collect();
    assert_eq!(texts[0], "你好，世界\n");
    let long: String = (1..=20_000).map(|line| format!("第{line}行：网络调试助手\n")).collect::<Vec<_>>().concat();
    assert!(texts[1] == long, "{} bytes", answers[1].len());
    assert!(answers[1].len() > 400_000, "it took many reads");
    assert!(texts[2].contains("不存在的命令"), "{}", texts[2]);
}

#[test]
fn a_tutorials_command_client_is_answered_by_rules() {
    let bench = open_server(LOOPBACK);
    let port = bench.opened().port().to_string();
    let framing = Framing::LENGTH_LE4;
    let rule = |test, pattern: &str, text: &str| {
        let (text, charset) = (text.to_owned(), Charset::Gbk);
        let message = Message { text, charset, template: true, ..Message::default() };
        let reply = Reply { message, ..Reply::default() };
        Rule { test, pattern: pattern.to_owned(), charset, reply, ..Rule::default() }
    };
    let listing: String = (1..=3000).map(|n| format!("文件{n}.txt  2024年\n")).collect::<Vec<_>>().concat();
    let rules = vec![
        rule(Test::Equals, "目录", &listing),
        rule(Test::Regex, "^echo (.+)$", "回显：{1}"),
        rule(Test::Any, "", "不是内部或外部命令"),
    ];
    let settings = AnswerSettings { mode: AnswerMode::Rules, rules, ..AnswerSettings::default() };
    let context = AnswerContext { framing: framing.clone(), sent_framing: framing.clone(), ..AnswerContext::default() };
    let Answering { job, .. } = Answering::new(&settings, &context).unwrap().unwrap();
    bench.command(Command::StartJob(JobSlot::Answering, job));
    let commands = ["目录", "echo 你好", "rm"];
    let mut python = Process::start("python3", [&[TUTORIALS, "command-client", &port][..], &commands].concat());
    assert_eq!(python.read_line(), listing.replace('\n', "|"));
    assert_eq!(python.read_line(), "回显：你好");
    assert_eq!(python.read_line(), "不是内部或外部命令");
    let asked: Vec<String> =
        until_frames(&bench, &framing, 3).iter().map(|asked| Charset::Gbk.decode_lossy(asked)).collect();
    assert_eq!(asked, commands);
}

// --- SLIP and JSON --------------------------------------------------------------------------------------------------

#[test]
fn slip_packets_both_ways() {
    let (mut python, bench, client) = link_from(STREAMS, "slip-client", &["6"]);
    let packets = until_frames(&bench, &Framing::Slip, 6);
    let every: Vec<u8> = (0..=255).collect();
    let special = [0xC0, 0xDB].repeat(500);
    assert_eq!(packets[..5], [vec![0xC0], vec![0xDB], every, vec![0], special]);
    assert_eq!(packets[5].len(), 3000);
    assert_pieces_do_not_matter(&bench, &Framing::Slip, &packets);
    for packet in &packets {
        send_framed(&bench, &client, &Framing::Slip, packet);
    }
    for packet in &packets {
        assert!(from_hex(&python.read_line()) == *packet);
    }
}

#[test]
fn a_stream_of_json_values() {
    let (_python, bench, _) = link_from(STREAMS, "json-client", &[]);
    let texts = until_frames(&bench, &Framing::Json, 103);
    assert_pieces_do_not_matter(&bench, &Framing::Json, &texts);
    let values: Vec<Value> = texts.iter().map(|text| serde_json::from_slice(text).unwrap()).collect();
    for (n, value) in values[..100].iter().enumerate() {
        assert_eq!(value["n"], n);
    }
    assert_eq!(values[0]["名称"], "温度 🌡");
    assert_eq!(values[1]["引号"], "\"}]\\");
    assert_eq!(values[100][0].as_str().unwrap().chars().count(), 100_000);
    assert_eq!(values[101..], [Value::from("text"), Value::from(42)]);
}

// --- HTTP -----------------------------------------------------------------------------------------------------------

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

#[test]
fn python_http_server_keeps_a_connection() {
    let folder = tempfile::tempdir().unwrap();
    let (small, large) = (b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'\n'; 300_000]);
    fs::write(folder.path().join("small.txt"), &small).unwrap();
    fs::write(folder.path().join("large.bin"), &large).unwrap();
    let directory = folder.path().to_str().unwrap();
    let args =
        ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--protocol", "HTTP/1.1", "--directory", directory];
    let mut python = Process::start("python3", args);
    let said = python.read_line();
    let port: u16 = said.split_whitespace().find_map(|word| word.parse().ok()).unwrap_or_else(|| panic!("{said}"));
    let bench = open_client(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    bench.opened();
    // All at once: the answers follow each other on the one connection.
    let requests: String = ["/small.txt", "/large.bin", "/small.txt", "/none"].map(get).concat();
    bench.send(Target::Server, requests);
    let responses = until_frames(&bench, &Framing::Http, 4);
    assert_pieces_do_not_matter(&bench, &Framing::Http, &responses);
    let is = |response: &[u8], status: &str, body: &[u8]| {
        response.starts_with(status.as_bytes()) && response.ends_with(body)
    };
    assert!(is(&responses[0], "HTTP/1.1 200 OK\r\n", &[b"\r\n\r\n", small.as_slice()].concat()));
    assert!(is(&responses[1], "HTTP/1.1 200 OK\r\n", &large));
    assert_eq!(responses[0], responses[2]);
    assert!(is(&responses[3], "HTTP/1.1 404 ", b""));
}

#[test]
fn chunks_and_trailers_of_a_python_handler() {
    let (_python, bench) = link_to(STREAMS, &["chunks"]);
    bench.send(Target::Server, ["/chunks", "/plain", "/chunks", "/plain"].map(get).concat());
    let responses = until_frames(&bench, &Framing::Http, 4);
    assert_pieces_do_not_matter(&bench, &Framing::Http, &responses);
    for at in [0, 2] {
        assert!(responses[at].len() > 100_000 && responses[at].ends_with(b"\r\n0\r\nChecksum: 1\r\n\r\n"));
        assert!(responses[at + 1].ends_with(b"\r\n\r\nContent-Length: 0\r\n\r\nnot a head"));
    }
}

// --- Modbus/TCP -----------------------------------------------------------------------------------------------------

#[test]
fn a_pymodbus_server_answers() {
    let (_python, bench) = link_to(MODBUS, &["server"]);
    let write = "00 02 00 00 00 06 01 06 00 07 BE EF";
    for (at, (request, answer)) in [
        ("00 01 00 00 00 06 01 03 00 10 00 03", "00 01 00 00 00 09 01 03 06 03 F8 03 F9 03 FA"),
        (write, write),
        ("00 03 00 00 00 06 01 03 FF F0 00 01", "00 03 00 00 00 03 01 83 02"),
        ("00 04 00 00 00 06 01 03 00 07 00 01", "00 04 00 00 00 05 01 03 02 BE EF"),
    ]
    .into_iter()
    .enumerate()
    {
        // One at a time: of requests that come together, pymodbus answers the first.
        bench.send(Target::Server, from_hex(request));
        assert_eq!(until_frames(&bench, &Framing::ModbusTcp, at + 1)[at], from_hex(answer));
    }
}

#[test]
fn a_pymodbus_client_is_answered_in_hex() {
    let (mut python, bench, client) = link_from(MODBUS, "client", &[]);
    let request = |count: usize| until_frames(&bench, &Framing::ModbusTcp, count).pop().unwrap();
    let asked = request(1);
    assert_eq!(asked[2..], from_hex("00 00 00 06 01 03 00 10 00 03"));
    bench.send(client.clone(), [&asked[..2], &from_hex("00 00 00 09 01 03 06 00 01 00 02 FF FF")].concat());
    assert_eq!(python.read_line(), "[1, 2, 65535]");
    let written = request(2);
    assert_eq!(written[2..], from_hex("00 00 00 06 01 06 00 07 BE EF"));
    bench.send(client.clone(), &written);
    assert_eq!(python.read_line(), "7 [48879]");
    let coils = request(3);
    assert_eq!(coils[2..], from_hex("00 00 00 06 01 01 00 00 00 01"));
    bench.send(client, [&coils[..2], &from_hex("00 00 00 03 01 81 01")].concat());
    assert_eq!(python.read_line(), "1");
}

// --- MQTT -----------------------------------------------------------------------------------------------------------

/// mosquitto's broker.
struct Broker {
    _process: Process,
    at: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Broker {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("mosquitto.conf");
        let port = fixed_port();
        fs::write(&config, format!("listener {port} 127.0.0.1\nallow_anonymous true\n")).unwrap();
        let mut process = Process::start("mosquitto", ["-c", config.to_str().unwrap()]);
        process.until_said("running");
        Self { _process: process, at: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), _folder: folder }
    }

    /// Runs one of mosquitto's clients against this address, to its end; what it printed.
    fn client(at: SocketAddr, program: &str, args: &[&str]) -> Process {
        let port = at.port().to_string();
        Process::start(program, [&["-h", "127.0.0.1", "-p", &port, "-q", "1"][..], args].concat())
    }
}

/// A port for a program that can't choose one: outside of the range from which the system gives ports away.
fn fixed_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = (std::process::id() % 5000) as u16;
    let ports = std::iter::repeat_with(|| 20_000 + begin + NEXT.fetch_add(1, Ordering::Relaxed));
    ports.take(1000).find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok()).unwrap()
}

/// Carries everything between the only client of `here` and a server, until the client leaves.
fn relay(here: &Bench, there: &Bench) {
    let client = client_of(here);
    let received = |record: &wirebench::journal::Record| record.head.kind == Kind::Received;
    let left = |record: &wirebench::journal::Record| matches!(record.event(), Some(Event::PeerLeft { .. }));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            there.until_record(|record| {
                if received(record) {
                    here.send(client.clone(), record.bytes());
                }
                left(record)
            });
        });
        here.until_record(|record| {
            if received(record) {
                there.send(Target::Server, record.bytes());
            }
            left(record)
        });
        // Unless the server has ended it already.
        let _ = there.link().command(Command::Disconnect(None));
    });
}

/// Runs a client of mosquitto through a tab that listens and another that is connected to the broker.
fn relayed(broker: &Broker, program: &str, args: &[&str]) -> (Bench, Bench, Process) {
    let (here, there) = (open_server(LOOPBACK), open_client(broker.at));
    there.opened();
    let process = Broker::client(here.opened(), program, args);
    relay(&here, &there);
    (here, there, process)
}

/// The types of MQTT packets, in their order (MQTT 3.1.1 §2.2.1).
fn types(bench: &Bench) -> Vec<u8> {
    let mut types = Vec::new();
    let mut assembler = Assembler::new(&Framing::Mqtt);
    assembler.push(&bench.bytes(Kind::Received), 0, |frame, bytes| {
        assert_eq!(frame.problem, None);
        types.push(bytes[0] >> 4);
    });
    assert!(assembler.pending().is_empty());
    types
}

const CONNECT: u8 = 1;
const CONNACK: u8 = 2;
const PUBLISH: u8 = 3;
const PUBACK: u8 = 4;
const SUBSCRIBE: u8 = 8;
const SUBACK: u8 = 9;
const DISCONNECT: u8 = 14;

#[test]
fn mosquittos_clients_through_our_tabs() {
    let broker = Broker::start();
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large");
    fs::write(&large, vec![0x30; 1 << 20]).unwrap();
    for (topic, content) in [("t/1", ["-m", "你好"]), ("t/2", ["-f", large.to_str().unwrap()]), ("t/3", ["-m", ""])] {
        let retained: &[&str] = if topic == "t/3" { &[] } else { &["-r"] };
        let args = [&["-t", topic][..], &content, retained].concat();
        let (published, acknowledged, _process) = relayed(&broker, "mosquitto_pub", &args);
        assert_eq!(types(&published), [CONNECT, PUBLISH, DISCONNECT], "{topic}");
        assert_eq!(types(&acknowledged), [CONNACK, PUBACK], "{topic}");
    }
    // Both retained messages come to whoever subscribes; after them the client leaves.
    let (subscribed, delivered, mut process) =
        relayed(&broker, "mosquitto_sub", &["-t", "t/#", "-C", "2", "-F", "%t %l"]);
    let mut said = [process.read_line(), process.read_line()];
    said.sort();
    assert_eq!(said, ["t/1 6".to_owned(), format!("t/2 {}", 1 << 20)]);
    assert_eq!(types(&delivered), [CONNACK, SUBACK, PUBLISH, PUBLISH]);
    let asked = types(&subscribed);
    assert_eq!(asked[..2], [CONNECT, SUBSCRIBE]);
    assert_eq!(asked.last(), Some(&DISCONNECT));
    assert!(asked[2..asked.len() - 1].iter().all(|one| *one == PUBACK), "{asked:?}");
}

#[test]
fn a_tab_is_a_client_of_mosquitto() {
    let broker = Broker::start();
    let bench = open_client(broker.at);
    bench.opened();
    let answers = |count| until_frames(&bench, &Framing::Mqtt, count).pop().unwrap();
    // CONNECT as MQTT 3.1.1, clean session, 60 s, no client identifier.
    bench.send(Target::Server, from_hex("10 0C 00 04 4D 51 54 54 04 02 00 3C 00 00"));
    assert_eq!(answers(1), from_hex("20 02 00 00"));
    bench.send(Target::Server, from_hex("82 08 00 01 00 03 61 2F 62 00"));
    assert_eq!(answers(2), from_hex("90 03 00 01 00"));
    let hello = from_hex("30 07 00 03 61 2F 62 68 69");
    bench.send(Target::Server, &hello);
    assert_eq!(answers(3), hello);
    // A ping and a second message in one piece, and one of another client.
    bench.send(Target::Server, [&from_hex("C0 00"), hello.as_slice()].concat());
    let both = until_frames(&bench, &Framing::Mqtt, 5).split_off(3);
    assert!(both.contains(&from_hex("D0 00")) && both.contains(&hello), "{both:02X?}");
    let _other = Broker::client(broker.at, "mosquitto_pub", &["-t", "a/b", "-m", "你好"]);
    let message = [&from_hex("30 0B 00 03 61 2F 62"), "你好".as_bytes()].concat();
    assert_eq!(answers(6), message);
}
