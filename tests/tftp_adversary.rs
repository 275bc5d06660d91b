//! Scripted peers that break the rules of TFTP, each in turn, against a client and a server: what each must answer.
//! The scripts are in `vectors/tftp`, and say themselves how they are read.

#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::convert::Infallible;
use std::net::SocketAddr;
use std::num::{NonZeroU8, NonZeroU16};
use std::time::Duration;

use wirebench::proto::Moment;
use wirebench::proto::tftp::packet::{Packet, RawOptions, RequestFields};
use wirebench::proto::tftp::server::{Request, ServerConfig};
use wirebench::proto::tftp::{BlockSize, ClientConfig, Direction, ErrorCode, Event, Mode, Transfer};

const HOST: &str = "203.0.113.5";
const OTHER_HOST: &str = "192.0.2.66";

fn address(text: &str) -> SocketAddr {
    let (host, port) = text.strip_prefix("other:").map_or((HOST, text), |port| (OTHER_HOST, port));
    format!("{host}:{port}").parse().unwrap()
}

fn shown(address: SocketAddr) -> String {
    let prefix = if address.ip().to_string() == HOST { "" } else { "other:" };
    format!("{prefix}{}", address.port())
}

/// `name=value` pairs as on the wire.
fn pairs<'a>(words: impl Iterator<Item = &'a str>) -> Vec<u8> {
    words.flat_map(|word| word.replacen('=', "\0", 1).into_bytes().into_iter().chain([0])).collect()
}

fn packet(text: &str) -> Vec<u8> {
    let mut words = text.split_whitespace();
    let kind = words.next().unwrap();
    let mut number = || words.next().unwrap().parse::<usize>().unwrap();
    match kind {
        "DATA" => {
            let (block, len) = (number() as u16, number());
            Packet::Data { block, data: &vec![block as u8; len] }.to_bytes()
        }
        "ACK" => Packet::Ack { block: number() as u16 }.to_bytes(),
        "ERROR" => {
            let code = ErrorCode(number() as u16);
            let text = text.splitn(3, ' ').nth(2).unwrap();
            Packet::Error { code, text: text.as_bytes() }.to_bytes()
        }
        "OACK" => Packet::OptionAck(RawOptions::parse(&pairs(words)).unwrap()).to_bytes(),
        "RRQ" | "WRQ" => {
            let (name, mode) = (words.next().unwrap().as_bytes(), words.next().unwrap().as_bytes());
            let options = pairs(words);
            let fields = RequestFields { name, mode, options: RawOptions::parse(&options).unwrap() };
            if kind == "RRQ" { Packet::Read(fields).to_bytes() } else { Packet::Write(fields).to_bytes() }
        }
        "raw" => wirebench::codec::hex::parse(&words.collect::<String>()).unwrap(),
        _ => panic!("no packet: {text}"),
    }
}

/// A transfer and what drives it.
struct Stage {
    machine: Transfer,
    now: Moment,
    /// The file that is sent.
    len: usize,
    shrinks: bool,
    fails_to_flush: bool,
    doings: Vec<String>,
}

impl Stage {
    fn client(words: &str) -> Self {
        let mut words = words.split_whitespace().peekable();
        let direction = match words.next() {
            Some("upload") => Direction::Upload,
            _ => Direction::Download,
        };
        let mut config = ClientConfig::new(address("69"), direction, "file");
        let (mut len, mut shrinks) = (0, false);
        for word in words {
            match word.split_once('=').unwrap_or((word, "")) {
                ("netascii", _) => config.mode = Mode::Netascii,
                ("shrinks", _) => shrinks = true,
                ("limit", value) => config.limit = Some(value.parse().unwrap()),
                ("blksize", value) => config.asked.block_size = BlockSize::new(value.parse().unwrap()),
                ("windowsize", value) => config.asked.window_size = NonZeroU16::new(value.parse().unwrap()),
                ("timeout", value) => config.asked.timeout = NonZeroU8::new(value.parse().unwrap()),
                ("tsize", value) => config.asked.size = Some(value.parse().unwrap()),
                (number, _) => len = number.parse().unwrap(),
            }
        }
        let now = Moment::default();
        let machine = Transfer::client(&config, now).unwrap();
        Self { machine, now, len, shrinks, fails_to_flush: false, doings: Vec::new() }
    }

    fn server(words: &str) -> Self {
        let fails_to_flush = words.contains("fails-to-flush");
        let words = words.replace("fails-to-flush", "");
        let (len, mut request) = words.split_once(' ').unwrap();
        let mut config = ServerConfig::new(address("4000"));
        if let Some(rest) = request.strip_prefix("limit=") {
            let (limit, rest) = rest.split_once(' ').unwrap();
            config.limit = Some(limit.parse().unwrap());
            request = rest;
        }
        let len = len.parse().unwrap();
        config.size = Some(len as u64);
        let (bytes, now) = (packet(request), Moment::default());
        let machine = Transfer::server(&Request::parse(&bytes).unwrap(), &config, now);
        Self { machine, now, len, shrinks: false, fails_to_flush, doings: Vec::new() }
    }

    /// What happens.
    fn input(&mut self, line: &str) {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb {
            "<" => {
                let (from, text) = rest.split_once(' ').unwrap();
                let bytes = packet(text);
                if let Some(data) = self.machine.handle_datagram(address(from), &bytes, self.now) {
                    assert_eq!(data, &bytes[4..]);
                    self.doings.push(format!("+ {}", data.len()));
                }
            }
            "wait" => {
                self.now = self.machine.poll_timeout().expect("something to wait for");
                self.machine.handle_timeout(self.now);
            }
            "pause" => {
                self.now = self.now + Duration::from_millis(rest.parse().unwrap());
                self.machine.handle_timeout(self.now);
            }
            "unreachable" => self.machine.handle_unreachable(address(rest)),
            "cancel" => self.machine.cancel(),
            "fail" => {
                let (code, text) = rest.split_once(' ').unwrap();
                self.machine.fail(ErrorCode(code.parse().unwrap()), text);
            }
            "over" if self.machine.is_over() => {}
            "alive" if !self.machine.is_over() => {}
            "over" | "alive" => self.doings.push(format!("not {verb}")),
            _ => panic!("no such input: {line}"),
        }
        self.drain();
    }

    /// What it does: data, then datagrams, then events.
    fn drain(&mut self) {
        let mut events = Vec::new();
        while let Some(event) = self.machine.poll_event() {
            if event == Event::Complete && self.fails_to_flush {
                self.machine.fail(ErrorCode::DISK_FULL, "disk full");
            }
            events.push(format!("= {event:?}"));
        }
        let len = self.len;
        let mut buf = vec![0; 70_000];
        loop {
            let read = |offset: u64, out: &mut [u8]| -> Result<usize, Infallible> {
                Ok((len - offset as usize).min(out.len()))
            };
            let Ok(transmit) = self.machine.poll_transmit(self.now, &mut buf, read);
            let Some(transmit) = transmit else { break };
            let packet = Packet::parse(&buf[..transmit.len]).unwrap();
            self.doings.push(format!("> {} {packet}", shown(transmit.to)));
            if self.shrinks && matches!(packet, Packet::Data { .. }) {
                self.len = 100;
            }
        }
        while let Some(event) = self.machine.poll_event() {
            events.push(format!("= {event:?}"));
        }
        self.doings.append(&mut events);
    }
}

/// Takes what was done, and says where it is not what was expected.
fn compare(stage: &mut Stage, expected: &mut Vec<&str>, after: &str) -> Result<(), String> {
    let done = std::mem::take(&mut stage.doings);
    let expected = std::mem::take(expected);
    let matches = |(done, expected): (&String, &&str)| {
        if expected.starts_with("= ") { done.starts_with(expected) } else { done == expected }
    };
    if done.len() == expected.len() && done.iter().zip(&expected).all(matches) {
        return Ok(());
    }
    Err(format!("after `{after}`:\nexpected {expected:#?}\ndone     {done:#?}"))
}

/// Plays one script; its first line says who is on the stage.
fn play(lines: &[&str]) -> Result<(), String> {
    let (who, words) = lines[0].split_once(' ').unwrap();
    let mut stage = if who == "client" { Stage::client(words) } else { Stage::server(words) };
    stage.drain();
    let (mut expected, mut newest) = (Vec::new(), lines[0]);
    for line in &lines[1..] {
        if line.starts_with(['+', '>', '=']) {
            expected.push(*line);
        } else {
            compare(&mut stage, &mut expected, newest)?;
            newest = line;
            stage.input(line);
        }
    }
    compare(&mut stage, &mut expected, newest)
}

/// Plays all scripts of a file, and says how many there are.
fn play_all(text: &str) -> usize {
    let scripts: Vec<&str> = text.split("\n== ").skip(1).collect();
    let failed = scripts.iter().filter_map(|script| {
        let lines: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        play(&lines[1..]).err().map(|error| format!("{}: {error}", lines[0]))
    });
    let failed: Vec<String> = failed.collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    scripts.len()
}

#[test]
fn a_client_keeps_to_the_rules_whatever_the_server_does() {
    assert!(play_all(include_str!("vectors/tftp/client.txt")) > 60);
}

#[test]
fn a_server_keeps_to_the_rules_whatever_the_client_does() {
    assert!(play_all(include_str!("vectors/tftp/server.txt")) > 25);
}

/// Uploads 65,600 blocks of 8 octets to a server that numbers block 65536 as 1 and takes 0 for an old block.
fn upload_to_a_server_that_knows_no_block_zero(window_size: u16) {
    let mut config = ClientConfig::new(address("69"), Direction::Upload, "file");
    config.asked.block_size = Some(BlockSize::MIN);
    config.asked.window_size = NonZeroU16::new(window_size);
    let (mut now, server) = (Moment::default(), address("4000"));
    let mut client = Transfer::client(&config, now).unwrap();
    let (mut buf, blocks) = ([0; 600], 65_600_u64);
    let read = |offset: u64, out: &mut [u8]| -> Result<usize, Infallible> {
        out.copy_from_slice(&(offset / 8 + 1).to_be_bytes());
        Ok(if offset / 8 + 1 == blocks { 5 } else { 8 })
    };
    let wire = |block: u64| ((block - 1) % 65_535 + 1) as u16;
    let (mut newest, mut unacknowledged) = (0, 0);
    let answers = format!("OACK blksize=8 windowsize={window_size}");
    let mut answer = Some(packet(&answers));
    let mut complete = false;
    for _ in 0..1_000_000 {
        if let Some(answer) = answer.take() {
            client.handle_datagram(server, &answer, now);
        }
        while let Some(event) = client.poll_event() {
            assert!(!matches!(event, Event::Failed(_)), "{event:?} at block {newest}");
            complete |= event == Event::Complete;
        }
        if complete {
            assert_eq!(newest, blocks);
            return;
        }
        let mut sent_any = false;
        let mut out_of_order = false;
        while let Ok(Some(transmit)) = client.poll_transmit(now, &mut buf, read) {
            let Ok(Packet::Data { block, data }) = Packet::parse(&buf[..transmit.len]) else { continue };
            sent_any = true;
            if block == wire(newest + 1) {
                newest += 1;
                unacknowledged += 1;
                assert_eq!(data, &newest.to_be_bytes()[..data.len()], "another block under the number {block}");
            } else {
                out_of_order = true;
            }
        }
        if out_of_order || unacknowledged == window_size || newest == blocks {
            unacknowledged = 0;
            let block = if newest == 0 { 0 } else { wire(newest) };
            answer = Some(Packet::Ack { block }.to_bytes());
        }
        now = now + Duration::from_millis(1);
        if !sent_any && answer.is_none() {
            now = client.poll_timeout().unwrap().max(now);
            client.handle_timeout(now);
        }
    }
    panic!("it does not end");
}

#[test]
fn an_upload_goes_on_where_the_server_knows_no_block_zero() {
    upload_to_a_server_that_knows_no_block_zero(1);
    upload_to_a_server_that_knows_no_block_zero(16);
}
