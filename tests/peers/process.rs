//! A program that runs beside a test, and never longer.

use std::ffi::OsStr;
use std::io::{ErrorKind, Read};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Instant;

use crossbeam_channel::{Receiver, bounded};

use super::bench::PATIENCE;

/// A peer process with its three streams; killed when dropped.
pub struct Process {
    program: String,
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Output,
    stderr: Output,
}

impl Process {
    /// Starts a program.
    #[track_caller]
    pub fn start<A: AsRef<OsStr>>(program: &str, args: impl IntoIterator<Item = A>) -> Self {
        let streams = || Stdio::piped();
        let mut command = Command::new(program);
        command.args(args).stdin(streams()).stdout(streams()).stderr(streams());
        let mut child = command.spawn().unwrap_or_else(|error| match error.kind() {
            ErrorKind::NotFound => panic!("{program} is missing: see .ci/run for the packages that these tests need"),
            _ => panic!("start {program}: {error}"),
        });
        let stdin = child.stdin.take();
        let stdout = Output::of(child.stdout.take().unwrap());
        let stderr = Output::of(child.stderr.take().unwrap());
        Self { program: program.to_owned(), child, stdin, stdout, stderr }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its stdin, until [`close_stdin`](Self::close_stdin).
    pub fn stdin(&mut self) -> &mut ChildStdin {
        self.stdin.as_mut().unwrap()
    }

    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// So many bytes of its stdout.
    #[track_caller]
    pub fn read(&mut self, len: usize) -> Vec<u8> {
        while self.stdout.seen.len() < len {
            assert!(self.stdout.more(), "{} said only {:?}", self.program, self.stdout.text());
        }
        self.stdout.seen.drain(..len).collect()
    }

    /// A line of its stdout, without the line end.
    #[track_caller]
    pub fn read_line(&mut self) -> String {
        let end = loop {
            if let Some(end) = self.stdout.seen.iter().position(|&byte| byte == b'\n') {
                break end;
            }
            if !self.stdout.more() {
                let complaint = self.complaint();
                panic!("{} ended: {complaint}", self.program);
            }
        };
        let mut line: Vec<u8> = self.stdout.seen.drain(..=end).collect();
        line.pop();
        String::from_utf8(line).unwrap()
    }

    /// All that is left of its stdout, once it is at its end.
    #[track_caller]
    pub fn read_to_end(&mut self) -> Vec<u8> {
        while self.stdout.more() {}
        std::mem::take(&mut self.stdout.seen)
    }

    /// Waits until it has said this on its stderr.
    #[track_caller]
    pub fn until_said(&mut self, text: &str) {
        while !self.stderr.text().contains(text) {
            assert!(self.stderr.more(), "{} never said {text:?}, but {:?}", self.program, self.stderr.text());
        }
    }

    /// The port of its only socket, which it has by now.
    #[track_caller]
    pub fn port(&self) -> u16 {
        let all = listeners::get_all().unwrap();
        let own = all.iter().find(|listener| listener.process.pid == self.pid());
        own.unwrap_or_else(|| panic!("{} has no socket", self.program)).socket.port()
    }

    /// Ends it in the middle of whatever it does (SIGKILL).
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// What it has complained of, when it has ended.
    fn complaint(&mut self) -> String {
        while self.stderr.more() {}
        self.stderr.text()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stdin = None;
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One stream of a process, read by a thread of its own, so that waiting for it has a limit. The thread ends with the
/// stream or with the receiver; it is not waited for, because a grandchild may have inherited the stream.
struct Output {
    pieces: Receiver<Vec<u8>>,
    /// What has come and was not taken.
    seen: Vec<u8>,
}

impl Output {
    fn of(mut stream: impl Read + Send + 'static) -> Self {
        let (sender, pieces) = bounded(16);
        let reader = std::thread::Builder::new().name("output of a peer".to_owned());
        let started = reader.spawn(move || {
            let mut buffer = vec![0; 64 << 10];
            while let Ok(len @ 1..) = stream.read(&mut buffer) {
                if sender.send(buffer[..len].to_vec()).is_err() {
                    return;
                }
            }
        });
        started.unwrap();
        Self { pieces, seen: Vec::new() }
    }

    /// Waits for more; `false` at its end.
    #[track_caller]
    fn more(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        match self.pieces.recv_deadline(deadline) {
            Ok(piece) => {
                self.seen.extend_from_slice(&piece);
                true
            }
            Err(error) => {
                assert!(error.is_disconnected(), "a peer says nothing more than {:?}", self.text());
                false
            }
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.seen).into_owned()
    }
}
