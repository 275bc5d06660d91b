//! `wirebench feiq send` and `wirebench feiq listen` with iptux at the other end.
#![cfg(feature = "interop")]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::fs;
use std::net::Ipv4Addr;
use std::process::{Command, ExitStatus};

use peers::iptux::Iptux;
use peers::process::Process;
use peers::{sha256, sha256_of_file};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_wirebench");

/// The address of a test's node, or of one of its peers, with the test's own number.
const fn address(test: u8, number: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 5, test, number)
}

/// Runs `wirebench feiq send` to its end.
#[track_caller]
fn send(args: &[&str]) -> ExitStatus {
    let output = Command::new(PROGRAM).args(["feiq", "send"]).args(args).env_remove("DISPLAY").output().unwrap();
    println!("{args:?}: {} {}", output.status, String::from_utf8_lossy(&output.stderr));
    output.status
}

/// `wirebench feiq listen --json`, with its lines.
struct Listener(Process);

impl Listener {
    #[track_caller]
    fn start(args: &[&str]) -> Self {
        Self(Process::start(PROGRAM, ["feiq", "listen", "--json"].iter().chain(args)))
    }

    /// Waits for a line of this event.
    #[track_caller]
    fn until(&mut self, event: &str) -> Value {
        loop {
            let line: Value = serde_json::from_str(&self.0.read_line()).unwrap();
            if line["event"] == event {
                return line;
            }
        }
    }
}

#[test]
fn send_ends_well_once_every_iptux_has_acked() {
    let ours = address(1, 1).to_string();
    let mut all = [2, 3].map(|n| Iptux::start(address(1, n), "环回甲", &[]));
    let [first, second] = [&all[0], &all[1]].map(|iptux| iptux.address.to_string());
    let status = send(&["--bind", &ours, "--to", &first, "--to", &second, "--name", "吴彦祖", "你好，世界"]);
    assert_eq!(status.code(), Some(0));
    for iptux in &mut all {
        let heard = iptux.until("message", |_| true);
        assert_eq!((&heard["text"], &heard["ip"]), (&"你好，世界".into(), &ours.as_str().into()));
    }

    // The name came along, and iptux knows that the sender has left.
    let seen = all[0].until("online", |_| true);
    assert_eq!(seen["name"], "吴彦祖");
    all[0].until("offline", |event| event["ip"] == ours);

    // A second one right after the first is shown, too.
    all[1].kill();
    assert_eq!(send(&["--bind", &ours, "--to", &first, "--to", &second, "还在吗"]).code(), Some(1));
    assert_eq!(all[0].until("message", |_| true)["text"], "还在吗");
}

#[test]
fn send_without_a_node_is_shown_by_iptux() {
    let mut iptux = Iptux::start(address(2, 2), "环回甲", &[]);
    let to = iptux.address.to_string();
    let status = send(&["--no-node", "--bind", &address(2, 1).to_string(), "--to", &to, "--encoding", "gbk", "你好"]);
    assert_eq!(status.code(), Some(0));
    assert_eq!(iptux.until("message", |_| true)["text"], "你好");
}

#[test]
fn an_attached_file_is_fetched_by_iptux_before_send_ends() {
    let mut iptux = Iptux::start(address(3, 2), "环回甲", &[]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("附件.bin");
    let content: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    fs::write(&path, &content).unwrap();
    let (bind, to) = (address(3, 1).to_string(), iptux.address.to_string());
    let path = path.to_str().unwrap();
    let program = ["feiq", "send", "--bind", &bind, "--to", &to, "--attach", path, "请收"];
    let mut sending = Command::new(PROGRAM).args(program).spawn().unwrap();

    let offered = iptux.until("offered", |_| true);
    assert_eq!(offered["path"], "附件.bin");
    let received = iptux.home().join("附件.bin");
    iptux.accept(&offered, &received);
    assert_eq!(iptux.until("received", |_| true)["whole"], true);
    assert_eq!(sha256_of_file(&received), sha256([&content]));
    assert_eq!(sending.wait().unwrap().code(), Some(0));
}

#[test]
fn listen_tells_what_iptux_does_and_fetches_what_it_offers() {
    let (ours, theirs) = (address(4, 1), address(4, 2));
    let into = tempfile::tempdir().unwrap();
    let mut iptux = Iptux::start(theirs, "环回甲", &[]);
    let (bind, announce) = (ours.to_string(), theirs.to_string());
    let accept = into.path().to_str().unwrap();
    let args = ["--bind", &bind, "--name", "听者", "--group", "组", "--announce", &announce, "--accept", accept];
    let mut listener = Listener::start(&args);

    let online = listener.until("online");
    assert_eq!(online["from"], theirs.to_string());
    let seen = iptux.until("online", |_| true);
    assert_eq!((&seen["name"], &seen["group"]), (&"听者".into(), &"组".into()));

    iptux.say(ours, "你好，听者");
    let message = listener.until("message");
    assert_eq!((&message["from"], &message["text"]), (&theirs.to_string().into(), &"你好，听者".into()));
    assert_eq!((&message["user"], &message["host"]), (&seen_user(), &seen_host()));
    assert_eq!(message["acked"], true);

    let path = iptux.home().join("给你的.bin");
    fs::write(&path, "文件".repeat(100_000)).unwrap();
    iptux.offer(ours, &path);
    let offered = listener.until("file");
    assert_eq!(offered["name"], "给你的.bin");
    let received = listener.until("received");
    assert_eq!((&received["size"], &received["sha256"]), (&600_000.into(), &sha256_of_file(&path).into()));
    assert_eq!(sha256_of_file(&into.path().join("给你的.bin")), sha256_of_file(&path));

    iptux.leave();
    assert_eq!(listener.until("offline")["from"], theirs.to_string());
}

/// iptux says who runs it and where.
fn seen_user() -> Value {
    said_by("id", &["-un"])
}

fn seen_host() -> Value {
    said_by("uname", &["-n"])
}

fn said_by(program: &str, args: &[&str]) -> Value {
    let output = Command::new(program).args(args).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().into()
}

#[test]
fn a_listener_that_is_interrupted_says_good_bye() {
    let (ours, theirs) = (address(5, 1), address(5, 2));
    let mut iptux = Iptux::start(theirs, "环回甲", &[]);
    let mut listener = Listener::start(&["--bind", &ours.to_string(), "--announce", &theirs.to_string()]);
    listener.until("online");
    let interrupt = format!("kill -INT {}", listener.0.pid());
    assert!(Command::new("sh").args(["-c", &interrupt]).status().unwrap().success());
    iptux.until("offline", |event| event["ip"] == ours.to_string());
    listener.0.read_to_end();
}
