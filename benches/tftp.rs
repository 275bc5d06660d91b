//! How fast `wirebench tftp` is, against other people's programs, with all kinds of blocks and windows.
//!
//! `cargo bench --bench tftp [-- ROUNDS]`, 7 rounds; as root on Linux, with the packages of the interop tests. Servers
//! and clients are processes pinned to different cores, the files are in memory (`/dev/shm`), a time is that of the whole
//! client process, and every file is compared. The clients take turns, so that a change of the machine's speed hits them
//! all. The loopback loses nothing, so a block that is sent again was lost in a buffer: that stall fails the bench.
#![allow(clippy::unwrap_used)] // a bench may panic

#[cfg(target_os = "linux")]
#[path = "../tests/peers/mod.rs"]
mod peers;

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
    #[cfg(not(target_os = "linux"))]
    println!("tftp: needs Linux (taskset, and servers of Debian)");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::{OsStr, OsString};
    use std::net::SocketAddr;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::time::{Duration, Instant};

    use super::peers::process::Process;
    use super::peers::tftp::clients::{self, Asked};
    use super::peers::tftp::content;
    use super::peers::tftp::proxy::{Faults, Proxy};
    use super::peers::tftp::servers::{self, Server};

    const PROGRAM: &str = env!("CARGO_BIN_EXE_wirebench");
    const SERVER_CORE: &str = "0";
    const CLIENT_CORE: &str = "1";
    const BIG: usize = 64 << 20;
    const SMALL: usize = 256 << 10;

    /// Whose client.
    #[derive(Clone, Copy, PartialEq)]
    enum Client {
        Ours,
        Theirs(clients::Kind),
    }

    impl Client {
        fn name(self) -> String {
            match self {
                Self::Ours => "wirebench".to_owned(),
                Self::Theirs(kind) => format!("{kind:?}").to_lowercase(),
            }
        }

        fn line(self, server: SocketAddr, local: &Path, asked: Asked) -> Vec<OsString> {
            match self {
                Self::Ours => {
                    let (block, window) = (asked.block_size.unwrap_or(512), asked.window_size.unwrap_or(1));
                    let line = [PROGRAM, "tftp", "get", &server.to_string(), "file.bin", "--force"];
                    let options = ["--blksize", &block.to_string(), "--windowsize", &window.to_string(), "-o"];
                    line.iter().chain(&options).map(Into::into).chain([local.into()]).collect()
                }
                Self::Theirs(kind) => kind.getting(server, OsStr::new("file.bin"), local, asked),
            }
        }
    }

    /// What is fetched from where, and whether it came as it is.
    struct Course {
        folder: tempfile::TempDir,
        original: Vec<u8>,
        place: PathBuf,
        /// A transfer in windows that waits for a time-out stalled.
        lossless: bool,
    }

    impl Course {
        fn new(len: usize) -> Self {
            let folder = tempfile::tempdir_in("/dev/shm").unwrap();
            let original = content(len);
            std::fs::write(folder.path().join("file.bin"), &original).unwrap();
            let place = folder.path().join("fetched.bin");
            Self { folder, original, place, lossless: true }
        }

        /// How long a client takes.
        fn run(&self, client: Client, server: SocketAddr, asked: Asked) -> Duration {
            let line = client.line(server, &self.place, asked);
            let start = Instant::now();
            let output = Command::new("taskset").args(["-c", CLIENT_CORE]).args(&line).output().unwrap();
            let took = start.elapsed();
            assert!(output.status.success(), "{line:?}: {}", String::from_utf8_lossy(&output.stderr));
            assert!(std::fs::read(&self.place).unwrap() == self.original, "{line:?} gave another file");
            if client == Client::Ours && asked.window_size.is_some() && self.lossless {
                check_flow(line);
            }
            std::fs::remove_file(&self.place).unwrap();
            took
        }

        /// The times of some runs, in turns.
        fn turns<const N: usize>(&self, rounds: usize, runs: [(Client, SocketAddr, Asked); N]) -> [Vec<Duration>; N] {
            let mut times = [const { Vec::new() }; N];
            for _ in 0..rounds {
                for (times, &(client, server, asked)) in times.iter_mut().zip(&runs) {
                    times.push(self.run(client, server, asked));
                }
            }
            for times in &mut times {
                times.sort_unstable();
            }
            times
        }

        fn ours(&self) -> Ours {
            Ours::start(self.folder.path())
        }
    }

    /// Our client once more, not timed because it also hashes: nothing is sent twice.
    fn check_flow(line: Vec<OsString>) {
        let output = Command::new("taskset").args(["-c", CLIENT_CORE]).args(line).arg("--json").output().unwrap();
        let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&said["retransmissions"], &said["duplicates"]), (&0.into(), &0.into()), "it stalled: {said}");
    }

    /// `wirebench tftp serve`.
    struct Ours {
        address: SocketAddr,
        _process: Process,
    }

    impl Ours {
        fn start(folder: &Path) -> Self {
            let folder = folder.to_str().unwrap();
            let line =
                ["-c", SERVER_CORE, PROGRAM, "tftp", "serve", folder, "--bind", "127.0.0.1", "--port", "0", "--json"];
            let mut process = Process::start("taskset", line);
            let listening: serde_json::Value = serde_json::from_str(&process.read_line()).unwrap();
            Self { address: listening["at"].as_str().unwrap().parse().unwrap(), _process: process }
        }
    }

    fn median(sorted: &[Duration]) -> f64 {
        sorted[sorted.len() / 2].as_secs_f64()
    }

    fn block(block_size: u16) -> Asked {
        Asked { block_size: (block_size != 512).then_some(block_size), window_size: None }
    }

    fn window(block_size: u16, window_size: u16) -> Asked {
        Asked { block_size: Some(block_size), window_size: Some(window_size) }
    }

    fn print(name: &str, times: &[Duration], len: usize) {
        let (middle, rate) = (median(times), len as f64 / 1e6 / median(times));
        let (least, most) = (times[0].as_secs_f64(), times[times.len() - 1].as_secs_f64());
        println!("    {name:28} {middle:8.3} s  {rate:8.1} MB/s  ({least:.3} to {most:.3} s)");
    }

    pub fn main() {
        let rounds = std::env::args().skip(1).find(|argument| argument != "--bench");
        let rounds = rounds.map_or(7, |rounds| rounds.parse().expect("the argument is a number of rounds"));
        let course = Course::new(BIG);
        let hpa = Server::on_core(servers::Kind::Hpa, course.folder.path(), SERVER_CORE);
        let atftpd = Server::on_core(servers::Kind::Atftpd, course.folder.path(), SERVER_CORE);
        let ours = course.ours();
        let all = [("tftpd-hpa", hpa.address), ("atftpd", atftpd.address), ("wirebench", ours.address)];

        println!("64 MB in lock-step, medians of {rounds}");
        for (name, address) in all {
            for block_size in [512, 1428, 8192, 65_464] {
                lock_step(&course, rounds, name, address, block(block_size));
            }
        }
        println!("64 MB in windows, medians of {rounds}");
        for (name, address) in [all[1], all[2]] {
            windows(&course, rounds, name, address);
        }
        println!("with 20 ms of delay each way, 256 KiB in blocks of 1428");
        delayed();
    }

    fn lock_step(course: &Course, rounds: usize, server: &str, address: SocketAddr, asked: Asked) {
        println!("  from {server}, blocks of {}", asked.block_size.unwrap_or(512));
        let [atftp, curl, hpa] = [clients::Kind::Atftp, clients::Kind::Curl, clients::Kind::Hpa].map(Client::Theirs);
        let run = |client| (client, address, asked);
        let (ours, theirs) = if asked.block_size.is_none() {
            let [ours, theirs @ ..] = course.turns(rounds, [Client::Ours, atftp, curl, hpa].map(run));
            (ours, theirs.to_vec())
        } else {
            let [ours, theirs @ ..] = course.turns(rounds, [Client::Ours, atftp, curl].map(run));
            (ours, theirs.to_vec())
        };
        print("wirebench", &ours, BIG);
        for (client, times) in [atftp, curl, hpa].iter().zip(&theirs) {
            print(&client.name(), times, BIG);
        }
        let fastest = theirs.iter().map(|times| median(times)).fold(f64::INFINITY, f64::min);
        println!("    ratio of our time to the fastest: {:.2}", median(&ours) / fastest);
    }

    fn windows(course: &Course, rounds: usize, server: &str, address: SocketAddr) {
        println!("  from {server}");
        let asked = [window(1428, 1), window(1428, 16), window(8192, 64), window(65_464, 16)];
        let [one, sixteen, others @ ..] = asked.map(|asked| (Client::Ours, address, asked));
        let atftp = (Client::Theirs(clients::Kind::Atftp), address, block(1428));
        let times = course.turns(rounds, [atftp, one, sixteen, others[0], others[1]]);
        print("atftp, 1 block of 1428", &times[0], BIG);
        for (asked, times) in asked.iter().zip(&times[1..]) {
            let (block, window) = (asked.block_size.unwrap(), asked.window_size.unwrap());
            print(&format!("{window} x {block}"), times, BIG);
        }
        let faster = |than: usize| median(&times[than]) / median(&times[2]);
        println!("    16 x 1428: {:.1} times our throughput in lock-step, {:.1} times atftp's", faster(1), faster(0));
    }

    fn delayed() {
        let course = Course { lossless: false, ..Course::new(SMALL) };
        let atftpd = Server::on_core(servers::Kind::Atftpd, course.folder.path(), SERVER_CORE);
        let ours = course.ours();
        let faults = Faults { delay: Duration::from_millis(20), ..Faults::default() };
        for (name, address) in [("atftpd", atftpd.address), ("wirebench", ours.address)] {
            println!("  from {name}");
            let proxy = Proxy::start(address, faults, 1);
            let asked = [window(1428, 1), window(1428, 16)];
            let [one, sixteen] = course.turns(3, asked.map(|asked| (Client::Ours, proxy.address, asked)));
            print("1 block", &one, SMALL);
            print("16 blocks", &sixteen, SMALL);
            println!("    16 blocks to 1: {:.1} times the throughput", median(&one) / median(&sixteen));
        }
    }
}
