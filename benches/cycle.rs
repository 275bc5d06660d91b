//! A cyclic send of 1 ms over UDP for 10 s, against a bare loop in the same run: the same poller's wait and a send, on a
//! thread of its own. Both go on at the same time, so that both meet the same machine.
//!
//! `cargo bench --bench cycle` says how many datagrams came, and the 50th and 99th percentile and the maximum of how far
//! the time between two of them is from 1 ms, by the receiver's clock. `-- flood` has another socket of the program take
//! a flood into its journal meanwhile.
#![allow(clippy::unwrap_used)] // a bench panics on purpose

use std::net::{SocketAddr, UdpSocket};
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use polling::{Events, Poller};
use wirebench::codec::template::NoLookup;
use wirebench::journal::{Config, Recorder, Wake};
use wirebench::net::{Command, JobSlot, Target};
use wirebench::net::{Counters, Link, LinkConfig, Phase, SocketOptions, UdpConfig};
use wirebench::session::send::{Cycle, CycleConfig, Packet};

const INTERVAL: Duration = Duration::from_millis(1);
const COUNT: u64 = 10_000;
/// The most that our 99th percentile may be above the bare loop's.
const WANTED: Duration = Duration::from_micros(300);

fn main() {
    let flood = std::env::args().any(|arg| arg == "flood");
    let stop = Arc::new(AtomicBool::new(false));
    let flooded = flood.then(|| {
        let link = open(LinkConfig::Udp(udp()));
        let (to, stop) = (local(&link), Arc::clone(&stop));
        let sender = spawn("flood", move || {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            while !stop.load(Ordering::Relaxed) {
                for _ in 0..64 {
                    let _ = socket.send_to(&[0x55; 512], to);
                }
                std::thread::park_timeout(Duration::from_micros(500));
            }
        });
        (link, sender)
    });

    let (ours, to_ours) = receiver();
    let (bare, to_bare) = receiver();
    let link = open(LinkConfig::Udp(udp()));
    let config = CycleConfig {
        target: Target::Address(to_ours),
        packets: vec![Packet::bytes(*b"0123456789abcdef", None)],
        interval: INTERVAL,
        rounds: NonZeroU64::new(COUNT),
        lookup: Box::new(NoLookup),
    };
    let (cycle, progress) = Cycle::new(config, Arc::new(|| ()));
    let begun = Instant::now();
    link.command(Command::StartJob(JobSlot::Sending, Box::new(cycle))).unwrap();
    let loop_thread = spawn("bare", move || bare_loop(to_bare));
    let (ours, bare) = (ours.join().unwrap(), bare.join().unwrap());
    let took = begun.elapsed();
    loop_thread.join().unwrap();
    stop.store(true, Ordering::Relaxed);
    if let Some((link, sender)) = flooded {
        sender.join().unwrap();
        println!("flood: {} datagrams taken meanwhile", link.counters().snapshot().received_packets);
    }

    println!("1 ms over UDP, {COUNT} times, in {took:?}{}", if flood { ", flooded" } else { "" });
    let (ours, bare) = (Intervals::of(&ours), Intervals::of(&bare));
    ours.print("cycle");
    bare.print("bare loop");
    let status = progress.get();
    println!("as the cycle says it: {:?}, left out: {}", status.jitter, status.skipped);
    let over = ours.p99.saturating_sub(bare.p99);
    println!("p99 above the bare loop: {over:?} (wanted: at most {WANTED:?})");
    assert!(ours.count.abs_diff(COUNT) <= 10, "wanted: {COUNT} ± 10");
}

/// What nobody can do better: waits as the worker does, and sends.
fn bare_loop(to: SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let (poller, mut events) = (Poller::new().unwrap(), Events::new());
    let mut next = Instant::now();
    for _ in 0..COUNT {
        loop {
            let left = next.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            events.clear();
            poller.wait(&mut events, Some(left)).unwrap();
        }
        socket.send_to(b"0123456789abcdef", to).unwrap();
        next += INTERVAL;
    }
}

/// Receives until nothing comes for a second; when each came.
fn receiver() -> (JoinHandle<Vec<Instant>>, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let at = socket.local_addr().unwrap();
    let run = move || {
        let mut times = Vec::with_capacity(COUNT as usize);
        let mut buffer = [0; 64];
        socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        while socket.recv(&mut buffer).is_ok() {
            times.push(Instant::now());
            if times.len() == 1 {
                socket.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
            }
        }
        times
    };
    (spawn("receiver", run), at)
}

struct Intervals {
    count: u64,
    p50: Duration,
    p99: Duration,
    max: Duration,
}

impl Intervals {
    fn of(times: &[Instant]) -> Self {
        let mut off: Vec<_> = times.windows(2).map(|pair| (pair[1] - pair[0]).abs_diff(INTERVAL)).collect();
        off.sort_unstable();
        let at = |part: f64| off[((off.len() - 1) as f64 * part) as usize];
        Self { count: times.len() as u64, p50: at(0.5), p99: at(0.99), max: at(1.0) }
    }

    fn print(&self, name: &str) {
        let Self { count, p50, p99, max } = self;
        println!("{name:>10}: {count} datagrams, off by p50 {p50:?}, p99 {p99:?}, max {max:?}");
    }
}

fn udp() -> UdpConfig {
    UdpConfig {
        local: "127.0.0.1:0".parse().unwrap(),
        broadcast: false,
        share_port: false,
        groups: Vec::new(),
        multicast_ttl: 1,
        multicast_loopback: true,
        options: SocketOptions::default(),
    }
}

fn open(config: LinkConfig) -> Link {
    let wake: Wake = Arc::new(|| ());
    let journal = Config { budget_bytes: 64 << 20, spill_dir: std::env::temp_dir() };
    let recorder = Recorder::new(journal, Arc::clone(&wake));
    let link = Link::open(config, recorder, Arc::new(Counters::default()), wake).unwrap();
    local(&link);
    link
}

fn local(link: &Link) -> SocketAddr {
    let (status, _) = link.status_cell().wait(Duration::from_secs(10), |s| s.phase != Phase::Opening);
    match status.phase {
        Phase::Open { local, .. } => local,
        other => panic!("{other:?}"),
    }
}

fn spawn<T: Send + 'static>(name: &str, run: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    std::thread::Builder::new().name(name.to_owned()).spawn(run).unwrap()
}
