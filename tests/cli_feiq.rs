//! `wirebench feiq` as a script sees it: its exit status, and one line for everything that happens.
#![cfg(target_os = "linux")] // other systems have no 127.x.y.z but 127.0.0.1, or no signals
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod feiq;

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use feiq::{Bench, addresses, announcing, config, feiq3};
use serde_json::Value;
use wirebench::service::feiq::{Body, FeiqCommand, Happening, Say};

fn wirebench() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirebench"));
    // No display: the commands need none.
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").args(["feiq"]);
    command
}

fn send(args: &[&str]) -> Output {
    wirebench().arg("send").args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

/// `wirebench feiq listen`, line by line.
struct Listener {
    child: Child,
    lines: BufReader<Box<dyn Read>>,
}

impl Listener {
    fn start(at: SocketAddr, args: &[&str]) -> Self {
        let mut command = wirebench();
        command.args(["listen", "--bind", &at.ip().to_string(), "--port", &at.port().to_string(), "--name", "听"]);
        let mut child = command.args(args).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(Box::new(child.stdout.take().unwrap()) as Box<dyn Read>);
        Self { child, lines }
    }

    /// The same, in JSON and telling nobody, once it listens.
    fn json(at: SocketAddr, args: &[&str]) -> Self {
        let mut listener = Self::start(at, &[&["--json", "--announce", "none"], args].concat());
        let first = listener.event("listening");
        assert_eq!(first["at"], at.to_string());
        listener
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "it has ended");
        line
    }

    /// The next event of this name.
    fn event(&mut self, name: &str) -> Value {
        loop {
            let line: Value = serde_json::from_str(&self.line()).unwrap();
            if line["event"] == name {
                return line;
            }
        }
    }

    /// Asks it to end, as Ctrl+C does, and waits for that.
    fn interrupt(&mut self) -> (Option<i32>, Duration) {
        let start = Instant::now();
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        (status.code(), start.elapsed())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended
        let _ = self.child.wait();
    }
}

fn at(addr: SocketAddr) -> [String; 4] {
    ["--bind".to_owned(), addr.ip().to_string(), "--port".to_owned(), addr.port().to_string()]
}

#[test]
fn a_message_is_sent_acked_and_heard() {
    let [a, b, c] = addresses();
    let mut listener = Listener::json(b, &[]);
    let third = Bench::online(config(c, "丙"));
    let [bind, ip, port, n] = at(a);
    let (to, other) = (b.to_string(), c.to_string());
    let output =
        send(&[&bind, &ip, &port, &n, "--to", &to, "--to", &other, "--name", "甲", "--host-name", "pc", "你好"]);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let said = text(&output.stdout);
    assert_eq!(said.matches(": acked after ").count(), 2, "{said}");
    assert!(said.contains(&to) && said.contains(&other), "{said}");
    let message = listener.event("message");
    for (key, value) in [("from", a.ip().to_string()), ("user", "甲".into()), ("host", "pc".into())] {
        assert_eq!(message[key], value);
    }
    assert_eq!((&message["text"], &message["acked"]), (&"你好".into(), &true.into()));
    assert_eq!((&message["port"], &message["encoding"]), (&a.port().into(), &"gbk".into()));
    assert_eq!(third.wait_said().1.text(), "你好");
    let (status, took) = listener.interrupt();
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn utf_8_goes_where_gbk_cannot() {
    let [a, b] = addresses();
    let mut listener = Listener::json(b, &[]);
    let [bind, ip, port, n] = at(a);
    let to = b.to_string();
    let output = send(&[&bind, &ip, &port, &n, "--to", &to, "--encoding", "gbk", "😀"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("not in GBK"), "{}", text(&output.stderr));
    let output = send(&[&bind, &ip, &port, &n, "--to", &to, "--encoding", "utf-8", "😀"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let message = listener.event("message");
    assert_eq!((&message["text"], &message["encoding"]), (&"😀".into(), &"utf-8".into()));
}

#[test]
fn nobody_there_is_a_failure() {
    let [a, b] = addresses();
    let _deaf = UdpSocket::bind(b).unwrap();
    let [bind, ip, port, n] = at(a);
    let output = send(&[&bind, &ip, &port, &n, "--to", &b.to_string(), "there?"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("no answer, sent 5 times"), "{}", text(&output.stdout));
}

#[test]
fn mistakes_are_usage_errors() {
    for args in [&["send", "text"][..], &["send", "--to", "a"], &["listen", "--announce", "10.0.0.0/4"], &["whisper"]] {
        let output = wirebench().args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("feiq --help"), "{}", text(&output.stderr));
    }
    let output = wirebench().arg("--help").output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    assert!(text(&output.stdout).contains("listen"));
    let [a] = addresses();
    let [bind, ip, port, n] = at(a);
    let output = send(&[&bind, &ip, &port, &n, "--to", "no-such-host.invalid", "text"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no-such-host.invalid"));
}

#[test]
fn the_port_s_owner_is_named() {
    let [a] = addresses();
    let _taken = UdpSocket::bind(a).unwrap();
    let [bind, ip, port, n] = at(a);
    for command in ["send", "listen"] {
        let mut taken = wirebench();
        taken.args([command, &bind, &ip, &port, &n]);
        if command == "send" {
            taken.args(["--to", "127.0.0.1", "text"]);
        }
        let output = taken.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        assert!(said.contains("address in use") && said.contains(&std::process::id().to_string()), "{said}");
    }
}

#[test]
fn without_a_node_it_is_the_tutorials_datagram() {
    let [a, b] = addresses();
    let plain = UdpSocket::bind(a).unwrap();
    plain.set_read_timeout(Some(feiq::PATIENCE)).unwrap();
    let to = a.to_string();
    let args = ["--no-node", "--to", &to, "--name", "吴彦祖", "--host-name", "吴彦祖-pc", "haha"];
    let output = send(&args);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    assert!(text(&output.stdout).contains(": sent"), "{}", text(&output.stdout));
    let mut buffer = [0; 1000];
    let len = plain.recv(&mut buffer).unwrap();
    let (datagram, encoding, lossy) = wirebench_gbk(&buffer[..len]);
    assert!(!lossy, "{encoding}");
    let fields: Vec<&str> = datagram.splitn(6, ':').collect();
    assert_eq!([fields[0], fields[2], fields[3], fields[4], fields[5]], ["1", "吴彦祖", "吴彦祖-pc", "32", "haha"]);

    let unreachable = send(&["--no-node", "--to", &b.to_string(), "haha"]);
    assert_eq!(unreachable.status.code(), Some(0), "it was sent");
    assert!(text(&unreachable.stdout).contains("sent, but refused"), "{}", text(&unreachable.stdout));
}

fn wirebench_gbk(bytes: &[u8]) -> (String, &'static str, bool) {
    let text = wirebench::proto::ipmsg::TextEncoding::Gbk.decode(bytes);
    let lossy = text.contains('\u{FFFD}');
    (text, "gbk", lossy)
}

#[test]
fn files_are_offered_fetched_and_checked() {
    let [a, b] = addresses();
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("in");
    let mut listener = Listener::json(b, &["--accept", into.to_str().unwrap()]);
    let file = folder.path().join("报告.bin");
    std::fs::write(&file, vec![7; 300_000]).unwrap();
    let tree = folder.path().join("树");
    std::fs::create_dir_all(tree.join("枝")).unwrap();
    std::fs::write(tree.join("枝/叶"), "leaf").unwrap();
    let [bind, ip, port, n] = at(a);
    let (to, file, tree) = (b.to_string(), file.display().to_string(), tree.display().to_string());
    let output = send(&[&bind, &ip, &port, &n, "--to", &to, "--attach", &file, "--attach", &tree]);
    let said = text(&output.stdout);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""), "{said}");
    assert_eq!(said.matches(": fetched").count(), 2, "{said}");
    let offered = [listener.event("file"), listener.event("file")];
    assert_eq!((&offered[0]["name"], &offered[0]["size"]), (&"报告.bin".into(), &300_000.into()));
    assert_eq!((&offered[1]["name"], &offered[1]["folder"]), (&"树".into(), &true.into()));
    let mut received = [listener.event("received"), listener.event("received")];
    received.sort_by_key(|event| event["sha256"].is_null());
    assert_eq!(received[0]["size"], 300_000);
    let path = Path::new(received[0]["path"].as_str().unwrap());
    assert_eq!(std::fs::read(path).unwrap(), vec![7; 300_000]);
    let output = Command::new("sha256sum").arg(path).output().unwrap();
    assert!(text(&output.stdout).starts_with(received[0]["sha256"].as_str().unwrap()));
    assert_eq!(std::fs::read_to_string(into.join("树/枝/叶")).unwrap(), "leaf");
}

#[test]
fn nobody_fetches_what_is_attached() {
    let [a, b] = addresses();
    let _listener = Bench::online(config(b, "乙"));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "x").unwrap();
    let [bind, ip, port, n] = at(a);
    let path = file.path().display().to_string();
    let output = send(&[&bind, &ip, &port, &n, "--to", &b.to_string(), "--attach", &path, "--timeout", "0.5", "look"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains(": acked after "));
    assert!(text(&output.stderr).contains("not fetched in time"), "{}", text(&output.stderr));
}

#[test]
fn a_listener_tells_everything_that_happens() {
    let [a, b] = addresses();
    let mut listener = Listener::json(b, &["--group", "开发部"]);
    let peer = Bench::online(feiq3(announcing(a, "甲", &[b])));
    let online = listener.event("online");
    assert_eq!((&online["nick"], &online["client"]), (&"甲".into(), &"feiq3".into()));
    assert_eq!(online["from"], a.ip().to_string());
    assert_eq!(peer.wait_user(b).group, "开发部");
    let sealed = Say { to: vec![b], text: "秘密\n两行".to_owned(), sealed: true, ..Say::default() };
    peer.command(FeiqCommand::Send(sealed));
    assert_eq!(listener.event("sealed")["text"], "秘密\n两行");
    peer.wait_last(b, "opening", |message| message.seal == Some(wirebench::service::feiq::Seal::Read));
    peer.command(FeiqCommand::Shake { to: vec![b] });
    assert_eq!(listener.event("shake")["host"], "甲-pc");
    peer.command(FeiqCommand::SendImage { to: vec![b], bytes: vec![1; 1000].into() });
    assert_eq!(listener.event("image")["size"], 1000);
    peer.command(FeiqCommand::SendGroup { group: "3b199b07".to_owned(), text: "群".to_owned(), to: vec![b] });
    let group = listener.event("group");
    assert_eq!((&group["group"], &group["text"]), (&"3b199b07".into(), &"群".into()));
    peer.command(FeiqCommand::SetAbsence(Some("away".to_owned())));
    listener.event("changed");
    drop(peer);
    assert_eq!(listener.event("offline")["nick"], "甲");
    assert_eq!(listener.interrupt().0, Some(0));
}

#[test]
fn a_listener_ends_in_order_and_says_good_bye() {
    let [a, b] = addresses();
    let peer = Bench::online(config(b, "乙"));
    let mut listener = Listener::json(a, &[]);
    peer.say(&[a], "seen?");
    peer.wait_user(a);
    assert_eq!(listener.interrupt().0, Some(0));
    peer.wait_for("exit", |happening| match happening {
        Happening::Offline(user) if user.addr == a => Some(()),
        _ => None,
    });
}

#[test]
fn without_json_a_line_is_for_a_person_and_harmless() {
    let [a, b] = addresses();
    let mut listener = Listener::start(b, &["--announce", &a.ip().to_string(), "--seconds", "30"]);
    assert_eq!(listener.line(), format!("listening at {b}\n"));
    let peer = Bench::online(config(a, "甲"));
    peer.say(&[b], "\x1b[2Jcleared\nsecond");
    let line = std::iter::repeat_with(|| listener.line()).find(|line| line.contains("cleared")).unwrap();
    assert_eq!(line, format!("{} 甲-user@甲-pc: ␛[2Jcleared␊second\n", a.ip()));
    assert_eq!(peer.wait_user(b).nick, "听");
    peer.say(&[b], "more");
    peer.wait_last(b, "message", |message| message.body == Body::Text("more".to_owned()));
}

#[test]
fn a_listener_ends_when_its_time_is_over_or_nobody_reads() {
    let [a, b] = addresses();
    let start = Instant::now();
    let mut listener = Listener::json(a, &["--seconds", "0.3"]);
    assert_eq!(listener.child.wait().unwrap().code(), Some(0));
    assert!(start.elapsed() >= Duration::from_millis(300));

    let mut listener = Listener::json(a, &[]);
    drop(std::mem::replace(&mut listener.lines, BufReader::new(Box::new(std::io::empty()))));
    let peer = Bench::online(config(b, "乙"));
    peer.say(&[a], "nobody reads this");
    assert_eq!(listener.child.wait().unwrap().code(), Some(0));
}
