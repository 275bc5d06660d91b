//! What a framed view costs. `cargo bench --bench framed [-- quick]`; prints rates and times, asserts nothing.
#![allow(clippy::unwrap_used)] // a benchmark that cannot run has nothing to say

use std::hint::black_box;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use wirebench::codec::framing::{Framing, Mark};
use wirebench::journal::framed::Framed;
use wirebench::journal::rows::{EventText, Layouter, Source, View};
use wirebench::journal::{Batch, Config, Event, Fetch, Head, Journal, Kind, Peer, Timestamp, Wake};

const MIB: usize = 1 << 20;
const BUDGET: usize = 64 * MIB;
/// What a socket gives at once.
const READ: usize = 64 << 10;

fn main() {
    let quick = std::env::args().any(|arg| arg == "quick");
    let folder = tempfile::tempdir().unwrap();
    let config = Config { budget_bytes: BUDGET, spill_dir: folder.path().to_owned() };
    rates(&config, if quick { 16 * MIB } else { 256 * MIB });
    jump(&config, if quick { 128 * MIB } else { 1024 * MIB });
}

/// Rings when a view wakes.
#[derive(Default)]
struct Bell(Mutex<u64>, Condvar);

impl Bell {
    fn wake(self: &Arc<Self>) -> Wake {
        let bell = Arc::clone(self);
        Arc::new(move || {
            *bell.0.lock().unwrap() += 1;
            bell.1.notify_all();
        })
    }

    fn until(&self, mut holds: impl FnMut() -> bool) {
        loop {
            let rung = *self.0.lock().unwrap();
            if holds() {
                return;
            }
            let guard = self.0.lock().unwrap();
            if *guard == rung {
                drop(self.1.wait_timeout(guard, Duration::from_millis(100)).unwrap());
            }
        }
    }
}

fn framings() -> Vec<(&'static str, Framing, Vec<u8>)> {
    let json = br#"{"id": 17, "name": "sensor", "values": [1.5, 2.5, 3.5]}"#.to_vec();
    let line = [&json[..], b"\r\n"].concat();
    let length = [&61_u32.to_le_bytes()[..], &[b'x'; 61]].concat();
    let http =
        b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\nServer: x\r\n\r\n".iter().copied().chain([b'y'; 400]).collect();
    let slip = [&json[..], b"\xC0"].concat();
    let modbus = [&[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10][..]].concat();
    let mqtt = [&[0x30, 60][..], &[0, 3], b"a/b", &[b'z'; 55]].concat();
    let delimiter = Mark::new(b"\r\n").unwrap();
    vec![
        ("lines", Framing::LINES, line.clone()),
        ("delimiter", Framing::Delimiter { delimiter, keep: false }, line.clone()),
        ("fixed 57", Framing::Fixed { bytes: NonZeroU32::new(57).unwrap() }, line.clone()),
        ("length", Framing::LENGTH_LE4, length),
        ("modbus", Framing::ModbusTcp, modbus),
        ("mqtt", Framing::Mqtt, mqtt),
        ("http", Framing::Http, http),
        ("json", Framing::Json, line),
        ("slip", Framing::Slip, slip),
    ]
}

/// A journal of one stream with these frames again and again.
fn filled(config: &Config, frame: &[u8], bytes: usize) -> Arc<Journal> {
    let journal = Journal::create(config.clone(), Arc::new(|| {}));
    let peer = Some(Peer { addr: SocketAddr::from(([127, 0, 0, 1], 8080)), stream: 1 });
    let mut batch = Batch::default();
    let round = frame.repeat(2 * READ / frame.len() + 2);
    let mut at = 0;
    for number in (0_i64..).take(bytes / READ) {
        let head = Head { time: Timestamp(number), kind: Kind::Received, peer, charset: None };
        batch.push(head, &round[at..at + READ]);
        at = (at + READ) % frame.len();
        journal.append(&mut batch);
        while !journal.has_room() {
            journal.wait_for_room(Duration::from_millis(100));
        }
    }
    journal
}

fn rates(config: &Config, bytes: usize) {
    let words: EventText = Arc::new(|event: &Event, _: Option<&Peer>| format!("{event:?}"));
    for (name, framing, frame) in framings() {
        let journal = filled(config, &frame, bytes);
        let start = Instant::now();
        let mut sum = 0_u64;
        for record in journal.cursor(0) {
            sum += record.unwrap().bytes().iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        }
        black_box(sum);
        let bare = start.elapsed();
        let bell = Arc::new(Bell::default());
        let start = Instant::now();
        let framed = Arc::new(Framed::start(Arc::clone(&journal), framing, bell.wake()).unwrap());
        bell.until(|| framed.progress().is_none());
        let scan = start.elapsed();
        let rate = |took: Duration| bytes as f64 / MIB as f64 / took.as_secs_f64();
        let records = framed.extent().records;
        println!(
            "{name:>10}: {:6.0} MB/s, {records} frames; a bare loop over the bytes {:6.0} MB/s",
            rate(scan),
            rate(bare)
        );
        if name == "lines" {
            let mut layouter = Layouter::new(Arc::clone(&framed) as _, View::default(), words.clone());
            frames(&mut layouter, &framed, &bell);
        }
    }
}

/// Frames of the window at rest and while the scroll bar is dragged.
fn frames(layouter: &mut Layouter, framed: &Framed, bell: &Bell) {
    let p99 = |mut took: Vec<Duration>| {
        took.sort();
        took[took.len() * 99 / 100]
    };
    let mut frame = |weight: Option<f64>| {
        let start = Instant::now();
        let end = layouter.bottom(40);
        let anchor = match weight {
            Some(share) => {
                let last = layouter.weight_of(end);
                layouter.anchor_at_weight(share * last)
            }
            None => end,
        };
        black_box(layouter.rows(anchor, 42));
        start.elapsed()
    };
    frame(None);
    let rest = (0..1000).map(|_| frame(None)).collect();
    let drag = (0..1000_u32).map(|step| frame(Some(f64::from(step * 617 % 1000) / 1000.0))).collect();
    println!("            a frame at rest p99 {:?}, dragging p99 {:?}", p99(rest), p99(drag));
    let begun = Instant::now();
    let middle = framed.extent().records / 3;
    bell.until(|| matches!(framed.get(middle), Fetch::Ready(_)));
    println!("            a record in the middle after {:?}", begun.elapsed());
}

fn jump(config: &Config, bytes: usize) {
    let frame = b"a line of a log, as many programs write it, with a number 1234567890\r\n";
    let journal = filled(config, frame, bytes);
    let bell = Arc::new(Bell::default());
    let framed = Framed::start(Arc::clone(&journal), Framing::LINES, bell.wake()).unwrap();
    bell.until(|| framed.progress().is_none());
    let records = framed.extent().records;
    let mut took: Vec<Duration> = (1..50)
        .map(|share| {
            let begun = Instant::now();
            bell.until(|| matches!(framed.get(records / 50 * share), Fetch::Ready(_)));
            begun.elapsed()
        })
        .collect();
    took.sort();
    println!(
        "a jump into {} MB, {records} frames: median {:?}, slowest {:?}; {} MB spilled",
        bytes / MIB,
        took[took.len() / 2],
        took[took.len() - 1],
        journal.stats().spilled_bytes / MIB as u64
    );
    let begun = Instant::now();
    drop(framed);
    println!("dropped in {:?}", begun.elapsed());
}
