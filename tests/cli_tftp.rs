//! `wirebench tftp` as a script sees it: exit status, result, what is left on the disk.
#![cfg(target_os = "linux")] // other systems have no 127.x.y.z but 127.0.0.1, or no signals
#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

fn wirebench(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirebench"));
    // No display: the commands need none.
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").current_dir(folder).arg("tftp").args(args);
    command
}

fn run(folder: &Path, args: &[&str]) -> Output {
    wirebench(folder, args).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Two folders: what is served, and where the client is.
struct Bench {
    _root: tempfile::TempDir,
    served: std::path::PathBuf,
    own: std::path::PathBuf,
}

impl Bench {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (served, own) = (root.path().join("served"), root.path().join("own"));
        fs::create_dir(&served).unwrap();
        fs::create_dir(&own).unwrap();
        Self { _root: root, served, own }
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// `wirebench tftp serve`, line by line.
struct Server {
    child: Child,
    lines: BufReader<Box<dyn Read>>,
    /// `127.0.0.1:PORT`
    at: String,
}

impl Server {
    fn start(folder: &Path, args: &[&str]) -> Self {
        let all = [&["serve", ".", "--bind", "127.0.0.1", "--port", "0", "--json"], args].concat();
        Self::follow(wirebench(folder, &all))
    }

    fn follow(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(Box::new(child.stdout.take().unwrap()) as Box<dyn Read>);
        let mut server = Self { child, lines, at: String::new() };
        let listening = server.event("listening");
        server.at.push_str(listening["at"].as_str().unwrap());
        server
    }

    /// The next event of this name.
    fn event(&mut self, name: &str) -> Value {
        loop {
            let mut line = String::new();
            assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "it has ended");
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["event"] == name {
                return line;
            }
        }
    }

    fn interrupt(&mut self) -> Option<i32> {
        interrupt(&mut self.child).0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended
        let _ = self.child.wait();
    }
}

/// Asks it to end, as Ctrl+C does, and waits for that.
fn interrupt(child: &mut Child) -> (Option<i32>, Duration) {
    let start = Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    (child.wait().unwrap().code(), start.elapsed())
}

#[test]
fn files_go_both_ways() {
    let bench = Bench::new();
    let mut server = Server::start(&bench.served, &["--uploads", "new"]);
    let bytes: Vec<u8> = (0..300_000_u32).map(|at| (at / 3) as u8).collect();
    fs::write(bench.own.join("fw.bin"), &bytes).unwrap();
    let output = run(&bench.own, &["put", &server.at, "fw.bin", "--sha256"]);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    assert!(text(&output.stdout).starts_with("fw.bin: 300000 bytes in "), "{}", text(&output.stdout));
    let digest = text(&output.stdout).lines().last().unwrap().strip_prefix("SHA-256 ").unwrap().to_owned();
    assert_eq!(fs::read(bench.served.join("fw.bin")).unwrap(), bytes);
    let done = server.event("done");
    assert_eq!((&done["kind"], &done["file"], &done["bytes"]), (&"write".into(), &"fw.bin".into(), &300_000.into()));

    let output = run(&bench.own, &["get", &server.at, "fw.bin", "-o", "copy", "--json", "--blksize", "1024"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(fs::read(bench.own.join("copy")).unwrap(), bytes);
    let report = json(&output);
    for (key, value) in [
        ("event", Value::from("done")),
        ("direction", "get".into()),
        ("server", server.at.clone().into()),
        ("remote", "fw.bin".into()),
        ("local", "copy".into()),
        ("bytes", 300_000.into()),
        ("blksize", 1024.into()),
        ("windowsize", 16.into()),
        ("tsize", 300_000.into()),
        ("blocks", 293.into()),
    ] {
        assert_eq!(report[key], value, "{key}");
    }
    assert_eq!(report["sha256"], digest);
    assert_eq!(server.event("done")["kind"], "read");
    assert_eq!(server.interrupt(), Some(130));
}

#[test]
fn quiet_is_quiet() {
    let bench = Bench::new();
    let server = Server::start(&bench.served, &[]);
    fs::write(bench.served.join("a"), "a").unwrap();
    let output = run(&bench.own, &["get", &server.at, "a", "--quiet", "--no-options"]);
    assert_eq!((output.status.code(), text(&output.stdout), text(&output.stderr)), (Some(0), "", ""));
    assert_eq!(names(&bench.own), ["a"]);
}

#[test]
fn what_is_there_is_only_replaced_by_force() {
    let bench = Bench::new();
    let server = Server::start(&bench.served, &[]);
    fs::write(bench.served.join("a"), "new").unwrap();
    fs::write(bench.own.join("a"), "old").unwrap();
    let output = run(&bench.own, &["get", &server.at, "a"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "wirebench: a exists already\n");
    assert_eq!(fs::read(bench.own.join("a")).unwrap(), b"old");
    assert_eq!(run(&bench.own, &["get", &server.at, "a", "--force"]).status.code(), Some(0));
    assert_eq!(fs::read(bench.own.join("a")).unwrap(), b"new");
}

#[test]
fn a_folder_takes_the_last_part_of_the_name() {
    let bench = Bench::new();
    let server = Server::start(&bench.served, &[]);
    fs::create_dir(bench.served.join("sub")).unwrap();
    fs::write(bench.served.join("sub/固件.bin"), "x").unwrap();
    let output =
        run(bench.served.parent().unwrap(), &["get", &server.at, "sub/固件.bin", "-o", "own", "--encoding", "gbk"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(names(&bench.own), ["固件.bin"]);
}

#[test]
fn failures_say_why() {
    let bench = Bench::new();
    let server = Server::start(&bench.served, &[]);
    let output = run(&bench.own, &["get", &server.at, "none", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let report = json(&output);
    assert_eq!((&report["event"], &report["code"]), (&"failed".into(), &1.into()));
    assert!(text(&output.stderr).contains("ERROR 1"), "{}", text(&output.stderr));
    assert!(report["reason"].as_str().unwrap().contains("ERROR 1"));

    fs::write(bench.own.join("up"), "up").unwrap();
    let output = run(&bench.own, &["put", &server.at, "up", "-o", "elsewhere"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("read-only"), "{}", text(&output.stderr));

    let output = run(&bench.own, &["put", &server.at, "missing"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("missing"), "{}", text(&output.stderr));
    assert_eq!(names(&bench.own), ["up"]);
}

#[test]
fn silence_ends_with_how_often_and_how_long() {
    let bench = Bench::new();
    let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
    let at = peer.local_addr().unwrap().to_string();
    let output = run(&bench.own, &["get", &at, "a", "--retries", "0", "--no-options"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("1 time"), "{}", text(&output.stderr));
    assert_eq!(names(&bench.own), [""; 0]);
}

#[test]
fn an_interrupt_leaves_nothing_and_tells_the_server() {
    let bench = Bench::new();
    let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
    peer.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let at = peer.local_addr().unwrap().to_string();
    let mut command = wirebench(&bench.own, &["get", &at, "a", "--no-options"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut buffer = [0; 600];
    let (_, client) = peer.recv_from(&mut buffer).unwrap();
    peer.send_to(&[&[0, 3, 0, 1][..], &[7; 512]].concat(), client).unwrap();
    peer.recv_from(&mut buffer).unwrap();
    assert_eq!(names(&bench.own), ["a.part"]);
    let (status, took) = interrupt(&mut child);
    assert_eq!(status, Some(130));
    assert!(took < Duration::from_secs(2), "{took:?}");
    peer.recv_from(&mut buffer).unwrap();
    assert_eq!(buffer[..2], [0, 5]);
    assert_eq!(names(&bench.own), [""; 0]);
}

#[test]
fn a_crash_leaves_the_old_file() {
    let bench = Bench::new();
    fs::write(bench.own.join("a"), "old").unwrap();
    let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
    peer.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let at = peer.local_addr().unwrap().to_string();
    let mut child = wirebench(&bench.own, &["get", &at, "a", "--no-options", "--force"]).spawn().unwrap();
    let mut buffer = [0; 600];
    let (_, client) = peer.recv_from(&mut buffer).unwrap();
    peer.send_to(&[&[0, 3, 0, 1][..], &[7; 512]].concat(), client).unwrap();
    peer.recv_from(&mut buffer).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(names(&bench.own), ["a", "a.part"]);
    assert_eq!(fs::read(bench.own.join("a")).unwrap(), b"old");
    let server = Server::start(&bench.served, &[]);
    fs::write(bench.served.join("a"), "new").unwrap();
    assert_eq!(run(&bench.own, &["get", &server.at, "a", "--force"]).status.code(), Some(0));
    assert_eq!(fs::read(bench.own.join("a")).unwrap(), b"new");
}

#[test]
fn a_server_that_runs_out_of_files_still_serves() {
    let bench = Bench::new();
    fs::write(bench.served.join("a"), vec![7; 100_000]).unwrap();
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 60; exec \"$0\" tftp serve . --bind 127.0.0.1 --port 0 --json"]);
    limited.arg(env!("CARGO_BIN_EXE_wirebench")).current_dir(&bench.served);
    let mut server = Server::follow(limited);
    // Clients that never react.
    let forged: Vec<UdpSocket> = (1..=100).map(|at| UdpSocket::bind(format!("127.0.9.{at}:0")).unwrap()).collect();
    for socket in &forged {
        socket.send_to(b"\0\x01a\0octet\0", &server.at).unwrap();
    }
    server.event("evicted");
    let output = run(&bench.own, &["get", &server.at, "a"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(fs::read(bench.own.join("a")).unwrap().len(), 100_000);
}

#[test]
fn mistakes_are_usage() {
    let bench = Bench::new();
    for args in [&["get"][..], &["get", "host"], &["serve"], &["put", "host", "a", "--blksize", "7"], &["fetch"]] {
        let output = run(&bench.own, args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output.stderr).contains("wirebench tftp --help"), "{args:?}");
    }
    let output = run(&bench.own, &["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("wirebench tftp serve"));
}

#[test]
fn a_server_that_can_not_listen_says_why() {
    let bench = Bench::new();
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(&bench.own, &["serve", ".", "--bind", "127.0.0.1", "--port", &port]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("address in use"), "{}", text(&output.stderr));
    let output = run(&bench.own, &["serve", "none", "--port", "0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("none"), "{}", text(&output.stderr));
}

#[test]
fn a_server_ends_by_time() {
    let bench = Bench::new();
    let output = run(&bench.own, &["serve", ".", "--bind", "127.0.0.1", "--port", "0", "--seconds", "0.05"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("listening at 127.0.0.1:"), "{}", text(&output.stdout));
}
