//! Python's sockets, driven from a test: see `sockets.py`.

use std::io::Write;
use std::net::{IpAddr, SocketAddr};

use serde_json::{Value, json};

use super::process::Process;

/// A Python process with one socket.
pub struct Python {
    process: Process,
}

/// What a command that receives answers.
#[derive(Debug)]
pub struct Answer(Value);

impl Python {
    #[track_caller]
    pub fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/sockets.py");
        Self { process: Process::start("python3", [script]) }
    }

    /// One that has bound a UDP socket to this address, and where.
    #[track_caller]
    pub fn udp(host: &str) -> (Self, SocketAddr) {
        Self::opened(&json!({ "op": "udp", "host": host }), host)
    }

    /// One that listens at this address, and where.
    #[track_caller]
    pub fn listening(host: &str) -> (Self, SocketAddr) {
        Self::opened(&json!({ "op": "listen", "host": host }), host)
    }

    #[track_caller]
    fn opened(command: &Value, host: &str) -> (Self, SocketAddr) {
        let mut python = Self::start();
        let port = python.call(command).port();
        (python, SocketAddr::new(host.parse::<IpAddr>().unwrap(), port))
    }

    /// One that is connected to this server, and its own address.
    #[track_caller]
    pub fn connected(server: SocketAddr) -> (Self, SocketAddr) {
        let mut python = Self::start();
        let command = json!({ "op": "connect", "host": server.ip().to_string(), "port": server.port() });
        let port = python.call(&command).port();
        (python, SocketAddr::new(server.ip(), port))
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Gives it a command and waits for the answer.
    #[track_caller]
    pub fn call(&mut self, command: &Value) -> Answer {
        self.begin(command);
        self.answer()
    }

    /// Gives it a command that has no arguments and waits until it is done.
    #[track_caller]
    pub fn run(&mut self, op: &str) -> Answer {
        self.call(&json!({ "op": op }))
    }

    /// Gives it a command that takes its time; [`answer`](Self::answer) waits for it.
    pub fn begin(&mut self, command: &Value) {
        let mut line = command.to_string();
        line.push('\n');
        self.process.stdin().write_all(line.as_bytes()).unwrap();
    }

    #[track_caller]
    pub fn answer(&mut self) -> Answer {
        let answer: Value = serde_json::from_str(&self.process.read_line()).unwrap();
        assert!(answer.get("error").is_none(), "{answer}");
        Answer(answer)
    }

    #[track_caller]
    pub fn send(&mut self, bytes: &[u8]) {
        self.call(&json!({ "op": "send", "hex": to_hex(bytes) }));
    }

    #[track_caller]
    pub fn receive(&mut self, len: usize) -> Vec<u8> {
        self.call(&json!({ "op": "receive", "length": len })).bytes()
    }

    #[track_caller]
    pub fn send_to(&mut self, to: SocketAddr, bytes: &[u8]) {
        let command = json!({ "op": "send_to", "host": to.ip().to_string(), "port": to.port(), "hex": to_hex(bytes) });
        self.call(&command);
    }

    /// A datagram, and who sent it.
    #[track_caller]
    pub fn receive_from(&mut self) -> (Vec<u8>, SocketAddr) {
        let answer = self.run("receive_from");
        let host = answer.0["host"].as_str().unwrap();
        (answer.bytes(), SocketAddr::new(host.parse().unwrap(), answer.port()))
    }
}

impl Answer {
    pub fn text(&self) -> &str {
        self.0["text"].as_str().unwrap()
    }

    pub fn bytes(&self) -> Vec<u8> {
        from_hex(self.0["hex"].as_str().unwrap())
    }

    pub fn port(&self) -> u16 {
        self.0["port"].as_u64().unwrap().try_into().unwrap()
    }

    /// The hashes of an exchange: of what Python sent, and of what it received.
    pub fn hashes(&self) -> (&str, &str) {
        (self.0["sent"].as_str().unwrap(), self.0["received"].as_str().unwrap())
    }
}

fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

fn from_hex(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks_exact(2);
    digits.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
