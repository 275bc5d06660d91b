//! TCP at full loopback speed: a link with its journal against a bare loop of recv and write to a file.
//!
//! `cargo bench --bench tcp_flood [-- GB]` prints both throughputs, the ratio of the medians, and how far the memory
//! grew. One thread sends; five runs of each, alternating, so that a busy moment of the machine hits both.
#![allow(clippy::unwrap_used)] // a benchmark may panic

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use wirebench::journal::{Config, Recorder};
use wirebench::net::{Counters, Link, LinkConfig, Phase, SocketOptions, TcpServerConfig};

const RUNS: usize = 5;
const BUDGET_BYTES: usize = 64 << 20;
/// How often the memory is looked at, and whether all has arrived.
const LOOK: Duration = Duration::from_millis(5);
const LOOPBACK: &str = "127.0.0.1:0";

fn main() {
    let gigabytes: f64 = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(2.0);
    let total = (gigabytes * 1e9) as u64;
    let (mut bare, mut link) = (Vec::new(), Vec::new());
    let mut grown = 0;
    for run in 1..=RUNS {
        bare.push(bare_loop(total));
        let (rate, growth) = journaling_link(total);
        link.push(rate);
        grown = grown.max(growth);
        println!("run {run}: bare loop {:.2} GB/s, link {rate:.2} GB/s, memory +{} MiB", bare[run - 1], growth >> 20);
    }
    let (bare, link) = (median(bare), median(link));
    println!("bare loop  {bare:.2} GB/s (median of {RUNS} runs of {gigabytes} GB)");
    println!("link       {link:.2} GB/s");
    println!("ratio      {:.2} (at least 0.7 is wanted)", link / bare);
    println!("memory     +{} MiB at most (budget {} MiB)", grown >> 20, BUDGET_BYTES >> 20);
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn rate(total: u64, took: Duration) -> f64 {
    total as f64 / 1e9 / took.as_secs_f64()
}

/// Sends `total` bytes as fast as they are taken.
fn sender(addr: SocketAddr, total: u64) -> JoinHandle<()> {
    let send = move || {
        let block: Vec<u8> = (0..256 << 10).map(|i: u32| i.wrapping_mul(0x9E37_79B9).to_le_bytes()[3]).collect();
        let mut stream = TcpStream::connect(addr).unwrap();
        let mut left = total;
        while left > 0 {
            let len = left.min(block.len() as u64) as usize;
            stream.write_all(&block[..len]).unwrap();
            left -= len as u64;
        }
    };
    std::thread::Builder::new().name("sender".to_owned()).spawn(send).unwrap()
}

/// Receives into one buffer and writes each read to a file.
fn bare_loop(total: u64) -> f64 {
    let dir = tempfile::tempdir().unwrap();
    let mut file = File::create(dir.path().join("bare")).unwrap();
    let listener = TcpListener::bind(LOOPBACK).unwrap();
    let start = Instant::now();
    let sender = sender(listener.local_addr().unwrap(), total);
    let (mut stream, _) = listener.accept().unwrap();
    let mut buffer = vec![0; 64 << 10];
    let mut received = 0;
    loop {
        match stream.read(&mut buffer).unwrap() {
            0 => break,
            len => {
                file.write_all(&buffer[..len]).unwrap();
                received += len as u64;
            }
        }
    }
    let took = start.elapsed();
    assert_eq!(received, total);
    sender.join().unwrap();
    rate(total, took)
}

/// Receives with a server link whose journal spills; also how many bytes the memory grew.
fn journaling_link(total: u64) -> (f64, u64) {
    let dir = tempfile::tempdir().unwrap();
    let config = Config { budget_bytes: BUDGET_BYTES, spill_dir: dir.path().to_owned() };
    let recorder = Recorder::new(config, Arc::new(|| ()));
    let server = TcpServerConfig {
        local: LOOPBACK.parse().unwrap(),
        nodelay: false,
        keepalive: false,
        options: SocketOptions::default(),
    };
    let counters = Arc::new(Counters::default());
    let config = LinkConfig::TcpServer(server);
    let link = Link::open(config, Arc::clone(&recorder), Arc::clone(&counters), Arc::new(|| ())).unwrap();
    let (status, _) = link.status_cell().wait(Duration::from_secs(5), |s| s.phase != Phase::Opening);
    let Phase::Open { local, .. } = status.phase else { panic!("{status:?}") };

    let before = resident_bytes();
    let mut most = before;
    let start = Instant::now();
    let sender = sender(local, total);
    while counters.snapshot().received_bytes < total {
        link.status_cell().wait(LOOK, |_| false);
        most = most.max(resident_bytes());
    }
    let took = start.elapsed();
    sender.join().unwrap();
    drop(link);
    (rate(total, took), most.saturating_sub(before))
}

/// Memory of this process, where the system tells.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: u64 = line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0);
    kib << 10
}
