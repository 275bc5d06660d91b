//! A network without sockets and with its own time: what goes in comes out later, twice, in another order, or not.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use wirebench::proto::Moment;
use wirebench::proto::ipmsg::node::{Config, Event, Node, Transmit, Verdict};
use wirebench::proto::ipmsg::{FeiqVersion, Packet};

/// More deliveries and timeouts than so many are a run that does not end.
const MAX_STEPS: usize = 1_000_000;

pub fn ms(ms: u64) -> Moment {
    Moment(Duration::from_millis(ms))
}

/// The address of node `index`.
pub fn addr(index: usize) -> SocketAddr {
    (Ipv4Addr::new(127, 0, 77, u8::try_from(index + 1).unwrap()), 2425).into()
}

/// Where all nodes listen.
pub fn everyone() -> SocketAddr {
    (Ipv4Addr::BROADCAST, 2425).into()
}

pub fn config(index: usize) -> Config {
    let mac = format!("00163E4D00{index:02X}");
    let feiq = FeiqVersion::feiq3(mac.as_bytes().try_into().unwrap());
    Config {
        nick: format!("用户{index}"),
        group: "开发部".to_owned(),
        own_addrs: vec![addr(index).ip()],
        first_number: 1_795_134_918,
        seed: index as u64,
        ..Config::new(&format!("user{index}"), &format!("host{index}"), feiq)
    }
}

/// How bad the network is.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    pub lost_percent: u64,
    pub doubled_percent: u64,
    pub max_delay_ms: u64,
}

pub const CALM: Weather = Weather { lost_percent: 0, doubled_percent: 0, max_delay_ms: 0 };
pub const STORM: Weather = Weather { lost_percent: 30, doubled_percent: 20, max_delay_ms: 400 };

/// A datagram that a node sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub bytes: Vec<u8>,
}

impl Sent {
    pub fn packet(&self) -> Packet {
        Packet::parse(&self.bytes).unwrap()
    }
}

/// Nodes, and what is on its way between them.
pub struct Network {
    pub now: Moment,
    pub nodes: Vec<Node>,
    /// What happened, by node.
    pub events: Vec<(usize, Event)>,
    pub verdicts: Vec<(usize, Verdict)>,
    pub sent: Vec<Sent>,
    weather: Weather,
    flying: BTreeMap<(Moment, u64), Sent>,
    launched: u64,
    dice: u64,
}

impl Network {
    pub fn new(nodes: usize, weather: Weather, seed: u64) -> Self {
        Self::with((0..nodes).map(config), weather, seed)
    }

    pub fn with(configs: impl IntoIterator<Item = Config>, weather: Weather, seed: u64) -> Self {
        Self {
            now: ms(0),
            nodes: configs.into_iter().map(Node::new).collect(),
            events: Vec::new(),
            verdicts: Vec::new(),
            sent: Vec::new(),
            weather,
            flying: BTreeMap::new(),
            launched: 0,
            dice: seed,
        }
    }

    /// Lets all nodes announce themselves by broadcast, in calm weather.
    pub fn introduce(&mut self) {
        let weather = std::mem::replace(&mut self.weather, CALM);
        let now = self.now;
        self.nodes.iter_mut().for_each(|node| node.announce(now, &[everyone()]));
        self.run();
        self.weather = weather;
        self.events.clear();
        self.sent.clear();
        self.verdicts.clear();
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.dice ^= self.dice << 13 | 1;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice >> 11) % end
    }

    /// Puts a datagram into the network.
    fn launch(&mut self, sent: &Sent) {
        let copies = 1 + u64::from(self.below(100) < self.weather.doubled_percent);
        for _ in 0..copies {
            if self.below(100) < self.weather.lost_percent {
                continue;
            }
            let delay = Duration::from_millis(self.below(self.weather.max_delay_ms + 1));
            self.launched += 1;
            self.flying.insert((self.now + delay, self.launched), sent.clone());
        }
    }

    /// Takes everything out of the nodes.
    fn collect(&mut self) {
        for index in 0..self.nodes.len() {
            while let Some(event) = self.nodes[index].poll_event() {
                self.events.push((index, event));
            }
            while let Some(Transmit { to, bytes }) = self.nodes[index].poll_transmit() {
                let sent = Sent { from: addr(index), to, bytes };
                self.launch(&sent);
                self.sent.push(sent);
            }
        }
    }

    fn deliver(&mut self, sent: &Sent) {
        for index in 0..self.nodes.len() {
            if sent.to == everyone() || sent.to == addr(index) {
                let verdict = self.nodes[index].handle_datagram(sent.from, &sent.bytes, self.now);
                self.verdicts.push((index, verdict));
            }
        }
    }

    /// Until nothing is on its way and nobody waits.
    pub fn run(&mut self) {
        self.run_until(Moment(Duration::MAX));
    }

    /// Until `end`, or until nothing is on its way and nobody waits.
    pub fn run_until(&mut self, end: Moment) {
        for _ in 0..MAX_STEPS {
            self.collect();
            let arrival = self.flying.first_key_value().map(|((at, _), _)| *at);
            let timeout = self.nodes.iter().filter_map(Node::poll_timeout).min();
            let Some(next) = arrival.into_iter().chain(timeout).min().filter(|next| *next <= end) else {
                self.now = if end == Moment(Duration::MAX) { self.now } else { end };
                return;
            };
            self.now = self.now.max(next);
            if arrival == Some(next) {
                let (_, sent) = self.flying.pop_first().unwrap();
                self.deliver(&sent);
            } else {
                let now = self.now;
                self.nodes.iter_mut().for_each(|node| node.handle_timeout(now));
            }
        }
        panic!("the run does not end");
    }

    /// A datagram straight to node 0, and what the node did with it.
    pub fn hit(&mut self, from: SocketAddr, bytes: &[u8]) -> Verdict {
        let verdict = self.nodes[0].handle_datagram(from, bytes, self.now);
        self.collect();
        verdict
    }

    pub fn events_of(&self, index: usize) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |(node, _)| *node == index).map(|(_, event)| event)
    }

    /// The texts that a node showed, in order.
    pub fn texts_of(&self, index: usize) -> Vec<&str> {
        self.events_of(index)
            .filter_map(|event| match event {
                Event::Message(received) => Some(received.text.as_str()),
                _ => None,
            })
            .collect()
    }
}
