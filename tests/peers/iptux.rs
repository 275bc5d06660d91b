//! iptux, the IPMSG program of Debian's packages, without its window: see `iptux.cpp`, which is compiled here.
//!
//! iptux knows only port 2425 and tells peers apart by their IP, so each one in a test has a loopback address of its own.

use std::io::Write;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::process::Process;

/// A running iptux.
pub struct Iptux {
    /// Where it is, on port 2425.
    pub address: Ipv4Addr,
    /// The name that it shows.
    pub name: String,
    process: Process,
    home: TempDir,
    /// What it has said and nobody has asked for.
    said: Vec<Value>,
}

impl Iptux {
    /// The group that it shows.
    pub const GROUP: &str = "开发部";

    /// One at this address, which announces itself to these.
    #[track_caller]
    pub fn start(address: Ipv4Addr, name: &str, announce_to: &[Ipv4Addr]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let process = start(address, name, announce_to, home.path());
        let mut iptux = Self { address, name: name.to_owned(), process, home, said: Vec::new() };
        iptux.until("ready", |_| true);
        iptux
    }

    /// Ends it as a crash would, and starts it anew.
    #[track_caller]
    pub fn crash_and_start(&mut self, announce_to: &[Ipv4Addr]) {
        self.process.kill();
        self.said.clear();
        self.process = start(self.address, &self.name, announce_to, self.home.path());
        self.until("ready", |_| true);
    }

    /// A folder of its own.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Says a text to one who it knows.
    pub fn say(&mut self, to: Ipv4Addr, text: &str) {
        self.command(&json!({ "do": "say", "ip": to, "text": text }));
    }

    /// Says a text as to everyone: without asking for an ack.
    pub fn say_to_all(&mut self, to: Ipv4Addr, text: &str) {
        self.command(&json!({ "do": "say_to_all", "ip": to, "text": text }));
    }

    /// Changes the name that it shows.
    pub fn rename(&mut self, name: &str) {
        self.command(&json!({ "do": "rename", "name": name }));
    }

    /// Offers a file or a folder to one who it knows.
    pub fn offer(&mut self, to: Ipv4Addr, path: &Path) {
        self.command(&json!({ "do": "offer", "ip": to, "path": path }));
    }

    /// Fetches what was offered to it, to this path.
    pub fn accept(&mut self, offered: &Value, to: &Path) {
        self.command(&json!({ "do": "accept", "file": offered["file"], "to": to }));
    }

    /// Leaves as a person would.
    #[track_caller]
    pub fn leave(&mut self) {
        self.command(&json!({ "do": "leave" }));
        self.until("left", |_| true);
    }

    /// Halts it in the middle of whatever it does, so that it neither receives nor answers.
    pub fn halt(&self) {
        self.signal("STOP");
    }

    /// Lets it go on after [`halt`](Self::halt).
    pub fn go_on(&self) {
        self.signal("CONT");
    }

    /// Ends it as a crash would.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Waits until it says that this has happened.
    #[track_caller]
    pub fn until(&mut self, event: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let is_it = |said: &Value| said["event"] == event && wanted(said);
        if let Some(at) = self.said.iter().position(is_it) {
            return self.said.remove(at);
        }
        loop {
            let line: Value = serde_json::from_str(&self.process.read_line()).unwrap();
            if is_it(&line) {
                return line;
            }
            self.said.push(line);
        }
    }

    /// How often it has said so by now and nobody has asked for it.
    pub fn count(&self, event: &str) -> usize {
        self.said.iter().filter(|said| said["event"] == event).count()
    }

    fn command(&mut self, command: &Value) {
        writeln!(self.process.stdin(), "{command}").unwrap();
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.process.pid());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }
}

/// iptux's configuration, as JSON.
pub fn config(address: Ipv4Addr, name: &str, announce_to: &[Ipv4Addr], home: &Path) -> String {
    let segments: Vec<_> =
        announce_to.iter().map(|ip| json!({ "startip": ip, "endip": ip, "description": "loopback" })).collect();
    let config = json!({
        "version": 1,
        "bind_ip": address,
        "nick_name": name,
        "belong_group": Iptux::GROUP,
        "my_icon": "icon-tux.png",
        "archive_path": home,
        "preference_encode": "utf-8",
        "candidacy_encode": "gb18030",
        "debug_dont_broadcast": true,
        "open_chat": true,
        "use_enter_key": true,
        "scan_net_segment": segments,
    });
    config.to_string()
}

/// Arguments of `env` that give a program this home and nothing of the person's.
pub fn at_home(home: &Path) -> Vec<String> {
    let home = home.to_str().unwrap();
    [("HOME", ""), ("XDG_CONFIG_HOME", "/config"), ("XDG_CACHE_HOME", "/cache"), ("XDG_DATA_HOME", "/data")]
        .map(|(variable, folder)| format!("{variable}={home}{folder}"))
        .to_vec()
}

fn start(address: Ipv4Addr, name: &str, announce_to: &[Ipv4Addr], home: &Path) -> Process {
    let mut args = at_home(home);
    args.push(program().to_str().unwrap().to_owned());
    args.push(config(address, name, announce_to, home));
    Process::start("env", args)
}

/// Compiles the program, once for all tests of a file.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/iptux.cpp");
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("iptux-peer");
        // Another file of tests may run the last one.
        let fresh = program.with_extension(std::process::id().to_string());
        let mut compiler = Command::new("g++");
        compiler.args(["-std=c++17", "-Wall", "-Wextra", "-Werror", "-rdynamic", "-pthread", "-o"]);
        compiler.arg(&fresh).arg(source).args(flags_of_libraries()).args(["-liptux-core", "-ldl"]);
        let output = compiler.output().expect("g++ is missing: see .ci/run for the packages that these tests need");
        assert!(output.status.success(), "{compiler:?}: {}", String::from_utf8_lossy(&output.stderr));
        std::fs::rename(fresh, &program).unwrap();
        program
    })
}

fn flags_of_libraries() -> Vec<String> {
    let mut asked = Command::new("pkg-config");
    asked.args(["--cflags", "--libs", "jsoncpp", "sigc++-2.0"]);
    let output = asked.output().expect("pkg-config is missing: see .ci/run for the packages that these tests need");
    assert!(output.status.success(), "{asked:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect()
}
