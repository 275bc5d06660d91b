//! The latency that a rule with a regular expression and captures adds to a bare echo.
//!
//! `cargo bench --bench answer` asks a thread that does nothing but recv and send, and a link whose rules answer, in
//! turns within the same run, and prints the median and the 99th percentile of both round trips.
#![allow(clippy::unwrap_used)] // a benchmark may panic

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use wirebench::automation::Message;
use wirebench::automation::answer::{AnswerMode, AnswerSettings, Reply, Rule};
use wirebench::codec::pattern::Test;
use wirebench::journal::{Config, Recorder};
use wirebench::net::{Command, Counters, JobSlot, Link, LinkConfig, Phase, SocketOptions, TcpServerConfig};
use wirebench::session::answer::{AnswerContext, Answering};

const LOOPBACK: &str = "127.0.0.1:0";
const ROUNDS: usize = 20;
const REQUESTS: usize = 1000;

fn main() {
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let bare = listener.local_addr().unwrap();
    let echo = std::thread::Builder::new().name("echo".to_owned()).spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_nodelay(true).unwrap();
        let mut buffer = vec![0; 64 << 10];
        loop {
            match stream.read(&mut buffer).unwrap() {
                0 => break,
                len => stream.write_all(&buffer[..len]).unwrap(),
            }
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let recorder = Recorder::new(Config { budget_bytes: 64 << 20, spill_dir: dir.path().to_owned() }, Arc::new(|| ()));
    let config = TcpServerConfig {
        local: LOOPBACK.parse().unwrap(),
        nodelay: true,
        keepalive: false,
        options: SocketOptions::default(),
    };
    let link = Link::open(LinkConfig::TcpServer(config), recorder, Arc::new(Counters::default()), Arc::new(|| ()));
    let link = link.unwrap();
    let answering = Answering::new(&settings(), &AnswerContext::default()).unwrap().unwrap();
    link.command(Command::StartJob(JobSlot::Answering, answering.job)).unwrap();
    let (status, running) =
        link.status_cell().wait(Duration::from_secs(10), |status| status.jobs.contains(JobSlot::Answering));
    assert!(running);
    let Phase::Open { local, .. } = status.phase else { panic!("{status:?}") };

    let (mut to_bare, mut to_link) = (connected(bare), connected(local));
    let (mut bare, mut answered) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (first, second) = (round_trips(&mut to_bare, false), round_trips(&mut to_link, true));
        // The first round warms both up.
        if round > 0 {
            bare.extend(first);
            answered.extend(second);
        }
    }
    drop((to_bare, to_link));
    echo.unwrap().join().unwrap();
    let (bare, answered) = (Spread::of(bare), Spread::of(answered));
    println!("bare echo  median {:.1} us, p99 {:.1} us ({} requests)", bare.median, bare.p99, ROUNDS * REQUESTS);
    println!("rule       median {:.1} us, p99 {:.1} us", answered.median, answered.p99);
    println!("added      {:.1} us in the median (below 200 us is wanted)", answered.median - bare.median);
}

fn settings() -> AnswerSettings {
    let text = "OK {2} for {1} #{counter}".to_owned();
    let message = Message { text, template: true, ..Message::default() };
    let rule = Rule {
        test: Test::Regex,
        pattern: r"^SET (\w+)=(\d+)$".to_owned(),
        reply: Reply { message, ..Reply::default() },
        ..Rule::default()
    };
    AnswerSettings { mode: AnswerMode::Rules, per_second: 1_000_000, rules: vec![rule], ..AnswerSettings::default() }
}

fn connected(server: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(server).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// How long each request takes to its answer, in microseconds.
fn round_trips(stream: &mut TcpStream, ruled: bool) -> Vec<f64> {
    let mut buffer = [0; 256];
    (0..REQUESTS)
        .map(|number| {
            let request = format!("SET t{}={number}", number % 7);
            let start = Instant::now();
            stream.write_all(request.as_bytes()).unwrap();
            let len = stream.read(&mut buffer).unwrap();
            let took = start.elapsed();
            let expected = if ruled { format!("OK {number} for t{} #", number % 7) } else { request };
            assert!(buffer[..len].starts_with(expected.as_bytes()));
            took.as_secs_f64() * 1e6
        })
        .collect()
}

struct Spread {
    median: f64,
    p99: f64,
}

impl Spread {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Self { median: times[times.len() / 2], p99: times[times.len() * 99 / 100] }
    }
}
