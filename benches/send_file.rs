//! A sparse file through TCP to `socat … | sha256sum`, paired with `socat -u FILE:… TCP:…` to the same.
//!
//! `cargo bench --bench send_file -- [GiB]` (2 without it) says both rates, whether the hashes are equal, how much this
//! program's memory grew, and how long a cancel takes. Needs `socat` and `sha256sum`.
#![allow(clippy::unwrap_used)] // a bench panics on purpose

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("only on Linux");
}

#[cfg(target_os = "linux")]
fn main() {
    linux::main();
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::io::{BufRead, BufReader};
    use std::net::{SocketAddr, TcpListener};
    use std::path::Path;
    use std::process::{Child, Command as Program, Stdio};
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use wirebench::journal::{Config, Recorder, Wake};
    use wirebench::net::{Command, Counters, JobSlot, Link, LinkConfig, Phase, SocketOptions, Target, TcpClientConfig};
    use wirebench::session::send::{FileConfig, FileHandle, FileMode, FileState, SendFile};

    const RUNS: usize = 3;
    /// Of socat's rate.
    const WANTED_RATIO: f64 = 0.7;

    pub fn main() {
        let gib: u64 = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(2);
        let size = gib << 30;
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(size).unwrap();
        let mut best = [f64::MAX; 2];
        for run in 0..RUNS {
            let (theirs, expected) = socat(file.path());
            let before = resident_bytes();
            let (ours, hash) = wirebench(file.path());
            let grown = resident_bytes().saturating_sub(before);
            assert_eq!(hash, expected, "the hashes differ");
            best = [best[0].min(ours), best[1].min(theirs)];
            let rate = |seconds: f64| size as f64 / seconds / 1e6;
            println!(
                "run {run}: {gib} GiB, ours {:.0} MB/s, socat {:.0} MB/s, ratio {:.2}, memory +{} KiB, hash equal",
                rate(ours),
                rate(theirs),
                theirs / ours,
                grown >> 10
            );
        }
        let ratio = best[1] / best[0];
        println!("best of {RUNS}: ratio {ratio:.2} (wanted: at least {WANTED_RATIO})");
        println!("cancel: {:?} (wanted: at most 200 ms)", cancel(file.path()));
    }

    /// A listener that hashes what it gets.
    struct Sink {
        shell: Child,
        at: SocketAddr,
    }

    impl Sink {
        fn start() -> Self {
            let at = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let script = format!("socat -b 262144 -u TCP-LISTEN:{},bind=127.0.0.1,reuseaddr - | sha256sum", at.port());
            let shell = Program::new("sh").args(["-c", &script]).stdout(Stdio::piped()).spawn().unwrap();
            let hex = format!("0100007F:{:04X} ", at.port());
            while !fs::read_to_string("/proc/net/tcp").unwrap().contains(&hex) {
                std::thread::park_timeout(Duration::from_millis(5));
            }
            Self { shell, at }
        }

        fn hash(mut self) -> String {
            let mut line = String::new();
            BufReader::new(self.shell.stdout.take().unwrap()).read_line(&mut line).unwrap();
            self.shell.wait().unwrap();
            line.split_whitespace().next().unwrap_or_default().to_owned()
        }
    }

    fn socat(file: &Path) -> (f64, String) {
        let sink = Sink::start();
        let begun = Instant::now();
        let (from, to) = (format!("FILE:{}", file.display()), format!("TCP:{}", sink.at));
        assert!(Program::new("socat").args(["-b", "262144", "-u", &from, &to]).status().unwrap().success());
        let hash = sink.hash();
        (begun.elapsed().as_secs_f64(), hash)
    }

    fn wirebench(file: &Path) -> (f64, String) {
        let sink = Sink::start();
        let link = open(sink.at);
        let begun = Instant::now();
        let handle = start(&link, file);
        while handle.get().state.is_alive() {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        let status = handle.get();
        assert_eq!(status.state, FileState::Sent);
        drop(link);
        let hash = sink.hash();
        assert_eq!(status.sha256.as_deref(), Some(hash.as_str()));
        (begun.elapsed().as_secs_f64(), hash)
    }

    /// How long it takes from the wish until nothing more goes out.
    fn cancel(file: &Path) -> Duration {
        let sink = Sink::start();
        let link = open(sink.at);
        let handle = start(&link, file);
        while handle.get().sent_bytes < 100 << 20 {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        let begun = Instant::now();
        handle.cancel();
        assert!(link.status_cell().wait(Duration::from_secs(10), |s| s.jobs.is_empty() && s.pending_bytes == 0).1);
        let took = begun.elapsed();
        drop(link);
        sink.hash();
        took
    }

    fn start(link: &Link, file: &Path) -> FileHandle {
        let config = FileConfig {
            path: file.to_owned(),
            target: Target::Server,
            mode: FileMode::Raw,
            block_bytes: 256 << 10,
            interval: Duration::ZERO,
            bytes_per_second: None,
            log_content: None,
            datagrams: false,
        };
        let (job, handle) = SendFile::new(config, Arc::new(|| ()));
        link.command(Command::StartJob(JobSlot::Sending, Box::new(job))).unwrap();
        handle
    }

    fn open(at: SocketAddr) -> Link {
        let wake: Wake = Arc::new(|| ());
        let journal = Config { budget_bytes: 64 << 20, spill_dir: std::env::temp_dir() };
        let recorder = Recorder::new(journal, Arc::clone(&wake));
        let config = TcpClientConfig {
            host: at.ip().to_string(),
            port: at.port(),
            local: None,
            connect_timeout: Duration::from_secs(10),
            reconnect: false,
            nodelay: true,
            keepalive: false,
            options: SocketOptions::default(),
        };
        let link = Link::open(LinkConfig::TcpClient(config), recorder, Arc::new(Counters::default()), wake).unwrap();
        let open = |s: &wirebench::net::Status| matches!(s.phase, Phase::Open { .. });
        assert!(link.status_cell().wait(Duration::from_secs(10), open).1);
        link
    }

    fn resident_bytes() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
    }
}
