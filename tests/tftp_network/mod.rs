//! A network on simulated time between a TFTP client and a TFTP server, both the real state machines. It loses,
//! doubles, delays, reorders and cuts datagrams, and lets strangers talk, all from one seed.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use wirebench::proto::Moment;
use wirebench::proto::tftp::server::{Request, ServerConfig};
use wirebench::proto::tftp::{ClientConfig, Direction, Event, Failure, Packet, Transfer, Warning};

/// How bad the network is: probabilities, and how long a datagram takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    pub loss: f64,
    pub duplication: f64,
    pub reordering: f64,
    pub truncation: f64,
    pub strangers: f64,
    pub delay: Duration,
}

/// splitmix64.
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    pub fn happens(&mut self, probability: f64) -> bool {
        (self.number() >> 11) as f64 / ((1_u64 << 53) as f64) < probability
    }
}

/// One side of a transfer: the machine, its file, what it told.
pub struct Side {
    pub address: SocketAddr,
    pub machine: Transfer,
    pub file: Vec<u8>,
    pub complete_at: Option<Moment>,
    pub failure: Option<Failure>,
    pub size_warning: bool,
}

impl Side {
    fn new(address: SocketAddr, machine: Transfer, file: Vec<u8>) -> Self {
        Self { address, machine, file, complete_at: None, failure: None, size_warning: false }
    }

    fn drain_events(&mut self, now: Moment) {
        while let Some(event) = self.machine.poll_event() {
            match event {
                Event::Complete => assert_eq!(self.complete_at.replace(now), None, "complete twice"),
                Event::Failed(failure) => {
                    assert_eq!(self.complete_at, None, "failed after success");
                    assert_eq!(self.failure.replace(failure), None, "failed twice");
                }
                Event::Warning(Warning::SizeDiffers { .. }) => self.size_warning = true,
                Event::Warning(_) | Event::Negotiated { .. } | Event::Retried(_) => {}
            }
        }
    }
}

/// What a run showed.
pub struct Outcome {
    pub client: Side,
    pub server: Option<Side>,
    pub took: Duration,
    pub datagrams: u64,
}

struct Flying {
    from: SocketAddr,
    to: SocketAddr,
    bytes: Vec<u8>,
}

/// What runs.
pub struct Network {
    weather: Weather,
    dice: Dice,
    now: Moment,
    flying: BinaryHeap<Reverse<(Moment, u64)>>,
    cargo: HashMap<u64, Flying>,
    launched: u64,
    sent: u64,
    listening: SocketAddr,
    template: ServerConfig,
    client: Side,
    servers: Vec<Side>,
    server_file: Vec<u8>,
    direction: Direction,
}

const STRANGER: &str = "192.0.2.66:4000";
const LIMIT: Duration = Duration::from_hours(4);

impl Network {
    /// `file` moves in the direction of the configuration.
    pub fn new(config: &ClientConfig, template: ServerConfig, file: &[u8], weather: Weather, seed: u64) -> Self {
        let now = Moment::default();
        let machine = Transfer::client(config, now).unwrap();
        let (client_file, server_file) = match config.direction {
            Direction::Download => (Vec::new(), file.to_vec()),
            Direction::Upload => (file.to_vec(), Vec::new()),
        };
        let size = (config.direction == Direction::Download).then_some(file.len() as u64);
        Self {
            weather,
            dice: Dice(seed),
            now,
            flying: BinaryHeap::new(),
            cargo: HashMap::new(),
            launched: 0,
            sent: 0,
            listening: config.server,
            template: ServerConfig { size, ..template },
            client: Side::new("198.51.100.7:50000".parse().unwrap(), machine, client_file),
            servers: Vec::new(),
            server_file,
            direction: config.direction,
        }
    }

    /// Runs until both sides are over.
    pub fn run(mut self) -> Outcome {
        self.flush();
        loop {
            let sides = std::iter::once(&self.client).chain(&self.servers);
            let timeout = sides.filter_map(|side| side.machine.poll_timeout()).min();
            let arrival = self.flying.peek().map(|Reverse((at, _))| *at);
            let Some(next) = [timeout, arrival].into_iter().flatten().min() else { break };
            self.now = self.now.max(next);
            assert!(self.now.0 < LIMIT, "it hangs");
            if arrival == Some(next) {
                let Some(Reverse((_, number))) = self.flying.pop() else { break };
                let flying = self.cargo.remove(&number).unwrap();
                self.arrive(&flying);
            } else {
                for side in std::iter::once(&mut self.client).chain(&mut self.servers) {
                    side.machine.handle_timeout(self.now);
                }
            }
            self.flush();
        }
        assert!(self.client.machine.is_over());
        assert!(self.servers.iter().all(|server| server.machine.is_over()));
        let peer = self.client.machine.peer();
        let server = self.servers.into_iter().find(|server| server.address == peer);
        Outcome { client: self.client, server, took: self.now.0, datagrams: self.sent }
    }

    fn arrive(&mut self, flying: &Flying) {
        let now = self.now;
        if flying.to == self.listening {
            return self.ask(flying);
        }
        for side in std::iter::once(&mut self.client).chain(&mut self.servers) {
            if side.address == flying.to {
                if let Some(data) = side.machine.handle_datagram(flying.from, &flying.bytes, now) {
                    side.file.extend_from_slice(data);
                }
                side.drain_events(now);
            }
        }
    }

    /// A server as a driver has it: one transfer, a port each, a repeated request ignored while it is unanswered.
    fn ask(&mut self, flying: &Flying) {
        let request = match Request::parse(&flying.bytes) {
            Ok(request) => request,
            Err(error) => {
                if let Some(answer) = error.answer() {
                    self.send(self.listening, flying.from, answer);
                }
                return;
            }
        };
        let unanswered = |server: &Side| !server.machine.is_answered() && !server.machine.is_over();
        if self.servers.iter().any(unanswered) {
            return;
        }
        if flying.from != self.client.address || request.name() != b"file" {
            return;
        }
        let port = 30_000 + self.servers.len() as u16;
        let seed = self.dice.number();
        let config = ServerConfig { client: flying.from, seed, ..self.template };
        let machine = Transfer::server(&request, &config, self.now);
        let file = if self.template.size.is_some() { self.server_file.clone() } else { Vec::new() };
        self.servers.push(Side::new(SocketAddr::new(self.listening.ip(), port), machine, file));
    }

    fn flush(&mut self) {
        let mut buf = vec![0; 66_000];
        for which in 0..=self.servers.len() {
            loop {
                let side = if which == 0 { &mut self.client } else { &mut self.servers[which - 1] };
                let file = &side.file;
                let read = |offset: u64, out: &mut [u8]| -> Result<usize, Infallible> {
                    let rest = file.get(offset as usize..).unwrap_or_default();
                    let len = rest.len().min(out.len());
                    out[..len].copy_from_slice(&rest[..len]);
                    Ok(len)
                };
                let len = side.machine.buffer_len();
                let Ok(transmit) = side.machine.poll_transmit(self.now, &mut buf[..len], read);
                side.drain_events(self.now);
                let Some(transmit) = transmit else { break };
                let from = side.address;
                self.send(from, transmit.to, buf[..transmit.len].to_vec());
            }
        }
    }

    fn send(&mut self, from: SocketAddr, to: SocketAddr, mut bytes: Vec<u8>) {
        self.sent += 1;
        if self.dice.happens(self.weather.strangers) {
            self.interfere(to);
        }
        if self.dice.happens(self.weather.loss) {
            return;
        }
        if self.dice.happens(self.weather.truncation) {
            self.cut(&mut bytes);
        }
        if self.dice.happens(self.weather.duplication) {
            self.fly(from, to, bytes.clone());
        }
        self.fly(from, to, bytes);
    }

    fn fly(&mut self, from: SocketAddr, to: SocketAddr, bytes: Vec<u8>) {
        let mut delay = self.weather.delay;
        if self.dice.happens(self.weather.reordering) {
            delay += delay.mul_f64(self.dice.below(1000) as f64 / 250.0);
        }
        let number = self.launched;
        self.launched += 1;
        self.flying.push(Reverse((self.now + delay, number)));
        self.cargo.insert(number, Flying { from, to, bytes });
    }

    /// Somebody else's packet, to one of the two.
    fn interfere(&mut self, to: SocketAddr) {
        let block = self.dice.below(4) as u16;
        let packet = match self.dice.below(5) {
            0 => Packet::Data { block, data: b"garbage" }.to_bytes(),
            1 => Packet::Ack { block }.to_bytes(),
            2 => b"\0\x05\0\x01not for you\0".to_vec(),
            3 => b"\0\x06blksize\x0016\0".to_vec(),
            _ => (0..self.dice.below(40)).map(|_| self.dice.number() as u8).collect(),
        };
        let mut from: SocketAddr = STRANGER.parse().unwrap();
        if self.client.machine.is_answered() && self.dice.happens(0.5) {
            from.set_ip(self.client.machine.peer().ip());
        }
        self.fly(from, to, packet);
    }

    /// A cut DATA looks like the last one, and an OACK cut between two options like a whole one: without a known size
    /// no receiver can tell, and UDP's length and checksum must. What can be told is cut here.
    fn cut(&mut self, bytes: &mut Vec<u8>) {
        let len = self.dice.below(bytes.len() as u64) as usize;
        let receiver = match self.direction {
            Direction::Download => Some(&self.client),
            Direction::Upload => self.servers.last(),
        };
        let size_is_known = receiver.is_some_and(|side| side.machine.options().size.is_some());
        let tellable = match bytes[..2] {
            [0, 3] => len < 4 || size_is_known,
            [0, 6] => len < 2 || bytes[len - 1] != 0 && len > 2,
            _ => true,
        };
        if tellable {
            bytes.truncate(len);
        }
    }
}
