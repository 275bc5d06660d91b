//! A bad network: a relay between TFTP clients and a server that loses, delays, repeats and reorders datagrams.
//!
//! A client sends its request to the relay's address. Each transfer identifier of the server gets a port of the
//! relay's own, so that a client sees as many of them as it would see without the relay.

use std::collections::{BinaryHeap, HashMap};
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use socket2::SockRef;

/// What happens to datagrams, alike in both directions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// So many of a hundred are lost.
    pub lost_percent: f64,
    /// So many of a hundred come twice.
    pub repeated_percent: f64,
    /// So many of a hundred are overtaken by what is sent in the next milliseconds.
    pub overtaken_percent: f64,
    /// How long each is on its way.
    pub delay: Duration,
}

/// So long is a datagram held back that is to be overtaken, at most.
const HELD_BACK: Duration = Duration::from_millis(4);
/// A window of the largest blocks fits.
const BUFFER_BYTES: usize = 4 << 20;
/// A datagram is no larger.
const LARGEST: usize = 65_536;

/// The relay, until it is dropped.
pub struct Proxy {
    /// Where clients send their requests.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    relay: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    is_over: AtomicBool,
    passed: AtomicU64,
    lost: AtomicU64,
}

impl Proxy {
    /// A relay to this server, on the server's own address. The same seed gives the same fates to the same datagrams.
    pub fn start(server: SocketAddr, faults: Faults, seed: u64) -> Self {
        let shared = Arc::new(Shared::default());
        let (arrivals, arrived) = bounded(4096);
        let listening = socket(server);
        let address = listening.local_addr().unwrap();
        let mut relay = Relay {
            server,
            faults,
            random: Random(seed),
            shared: Arc::clone(&shared),
            arrivals,
            ends: Vec::new(),
            by_client: HashMap::new(),
            by_server: HashMap::new(),
            on_the_way: BinaryHeap::new(),
            sequence: 0,
        };
        relay.add(listening, Role::Listening);
        let thread = std::thread::Builder::new().name("bad network".to_owned());
        let relay = thread.spawn(move || relay.run(&arrived)).unwrap();
        Self { address, shared, relay: Some(relay) }
    }

    /// Datagrams that were lost so far.
    pub fn lost(&self) -> u64 {
        self.shared.lost.load(Ordering::Relaxed)
    }

    /// Datagrams that came through so far, the repeated ones included.
    pub fn passed(&self) -> u64 {
        self.shared.passed.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        wake(&socket(self.address), self.address);
        if let Some(relay) = self.relay.take() {
            drop(relay.join());
        }
    }
}

/// Ends a `recv` on that address.
fn wake(from: &UdpSocket, address: SocketAddr) {
    from.send_to(&[], address).unwrap();
}

fn socket(beside: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind((beside.ip(), 0)).unwrap();
    // The system may give less.
    drop(SockRef::from(&socket).set_recv_buffer_size(BUFFER_BYTES));
    drop(SockRef::from(&socket).set_send_buffer_size(BUFFER_BYTES));
    socket
}

/// What a socket of the relay stands for.
#[derive(Clone, Copy)]
enum Role {
    /// The server, to clients that ask.
    Listening,
    /// This client, to the server.
    Client(SocketAddr),
    /// A transfer identifier of the server, to this client; `end` is the client's socket.
    Identifier { client: SocketAddr, server: SocketAddr, end: usize },
}

struct End {
    socket: Arc<UdpSocket>,
    role: Role,
    reader: JoinHandle<()>,
}

struct Arrived {
    end: usize,
    from: SocketAddr,
    bytes: Vec<u8>,
}

/// A datagram that is on its way out of an end; the earliest is the greatest.
#[derive(PartialEq, Eq)]
struct Departure {
    due: Instant,
    sequence: u64,
    end: usize,
    to: SocketAddr,
    bytes: Vec<u8>,
}

impl Ord for Departure {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.due, other.sequence).cmp(&(self.due, self.sequence))
    }
}

impl PartialOrd for Departure {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

struct Relay {
    server: SocketAddr,
    faults: Faults,
    random: Random,
    shared: Arc<Shared>,
    arrivals: Sender<Arrived>,
    ends: Vec<End>,
    by_client: HashMap<SocketAddr, usize>,
    by_server: HashMap<(SocketAddr, SocketAddr), usize>,
    on_the_way: BinaryHeap<Departure>,
    sequence: u64,
}

impl Relay {
    fn run(mut self, arrived: &Receiver<Arrived>) {
        while !self.shared.is_over.load(Ordering::Relaxed) {
            let next = match self.on_the_way.peek() {
                Some(first) => arrived.recv_deadline(first.due),
                None => arrived.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match next {
                Ok(arrived) => self.take(arrived),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.send_due();
        }
        for end in &self.ends {
            let address = end.socket.local_addr().unwrap();
            wake(&end.socket, address);
        }
        while let Ok(_ignored) = arrived.try_recv() {}
        for end in self.ends {
            drop(end.reader.join());
        }
    }

    fn add(&mut self, socket: UdpSocket, role: Role) -> usize {
        let end = self.ends.len();
        let socket = Arc::new(socket);
        let (arrivals, shared) = (self.arrivals.clone(), Arc::clone(&self.shared));
        let thread = std::thread::Builder::new().name(format!("bad network {end}"));
        let reader = {
            let socket = Arc::clone(&socket);
            let read = move || {
                let mut buffer = vec![0; LARGEST];
                while !shared.is_over.load(Ordering::Relaxed) {
                    // An error is the ICMP answer to what was sent last.
                    let Ok((len, from)) = socket.recv_from(&mut buffer) else { continue };
                    // While nobody takes it, the network is full.
                    let _ = arrivals.try_send(Arrived { end, from, bytes: buffer[..len].to_vec() });
                }
            };
            thread.spawn(read).unwrap()
        };
        self.ends.push(End { socket, role, reader });
        end
    }

    fn take(&mut self, Arrived { end, from, bytes }: Arrived) {
        let (end, to) = match self.ends[end].role {
            Role::Listening => (self.end_of(from), self.server),
            Role::Client(client) if from == self.server => (0, client),
            Role::Client(client) => (self.identifier_of(end, client, from), client),
            Role::Identifier { client, server, end } if from == client => (end, server),
            Role::Identifier { .. } => return,
        };
        if self.random.happens(self.faults.lost_percent) {
            self.shared.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if self.random.happens(self.faults.repeated_percent) {
            self.send_later(end, to, bytes.clone());
        }
        self.send_later(end, to, bytes);
    }

    /// The socket that stands for a client.
    fn end_of(&mut self, client: SocketAddr) -> usize {
        if let Some(&end) = self.by_client.get(&client) {
            return end;
        }
        let end = self.add(socket(self.server), Role::Client(client));
        self.by_client.insert(client, end);
        end
    }

    /// The socket that stands for a transfer identifier of the server, for this client.
    fn identifier_of(&mut self, end: usize, client: SocketAddr, server: SocketAddr) -> usize {
        if let Some(&identifier) = self.by_server.get(&(client, server)) {
            return identifier;
        }
        let identifier = self.add(socket(self.server), Role::Identifier { client, server, end });
        self.by_server.insert((client, server), identifier);
        identifier
    }

    fn send_later(&mut self, end: usize, to: SocketAddr, bytes: Vec<u8>) {
        let mut due = Instant::now() + self.faults.delay;
        if self.random.happens(self.faults.overtaken_percent) {
            due += HELD_BACK.mul_f64(self.random.unit());
        }
        self.sequence += 1;
        self.on_the_way.push(Departure { due, sequence: self.sequence, end, to, bytes });
    }

    fn send_due(&mut self) {
        let now = Instant::now();
        while let Some(departure) = self.on_the_way.peek_mut().filter(|first| first.due <= now) {
            let Departure { end, to, bytes, .. } = std::collections::binary_heap::PeekMut::pop(departure);
            // Whoever is gone gets nothing.
            drop(self.ends[end].socket.send_to(&bytes, to));
            self.shared.passed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn happens(&mut self, percent: f64) -> bool {
        percent > 0.0 && self.unit() * 100.0 < percent
    }
}
