//! Nodes on loopback addresses of their own, with everything that happens to them.
#![allow(clippy::unwrap_used, dead_code)] // tests panic on purpose; each file uses its part

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use wirebench::journal::{Config, Event, NodeNote, Record, Recorder, Wake};
use wirebench::net::Counters;
use wirebench::service::feiq::{
    AnnounceTo, Broadcast, Conversation, Delivery, Feiq, FeiqCommand, FeiqConfig, Happening, Message, Patience, Phase,
    Say, State, VersionChoice, With, parse_ranges,
};

/// Longer than anything takes on a busy machine; a test that needs it fails.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Loopback addresses that no other test has, and a port that is free on all of them.
pub fn addresses<const N: usize>() -> [SocketAddr; N] {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Tests of other programs run at the same time, and each has a process of its own.
    let net = std::process::id() % 60_000 + 256;
    let first = NEXT.fetch_add(u32::try_from(N).unwrap(), Ordering::Relaxed) % 200 + 1;
    let ip = |n: usize| IpAddr::V4(Ipv4Addr::from_bits(0x7f00_0000 | net << 8 | (first + u32::try_from(n).unwrap())));
    loop {
        let port = UdpSocket::bind((ip(0), 0)).unwrap().local_addr().unwrap().port();
        let is_free =
            |at: IpAddr| UdpSocket::bind((at, port)).is_ok() && std::net::TcpListener::bind((at, port)).is_ok();
        if (0..N).all(|n| is_free(ip(n))) {
            return std::array::from_fn(|n| SocketAddr::new(ip(n), port));
        }
    }
}

/// A node with its journal and everything that happened to it.
pub struct Bench {
    pub feiq: Feiq,
    pub recorder: Arc<Recorder>,
    pub at: SocketAddr,
    happened: Receiver<Happening>,
    changed: Receiver<()>,
}

/// A node that tells nobody of itself; its retries are quick.
pub fn config(at: SocketAddr, name: &str) -> FeiqConfig {
    FeiqConfig {
        bind: at,
        nick: name.to_owned(),
        user: format!("{name}-user"),
        host: format!("{name}-pc"),
        announce: AnnounceTo { broadcast: Broadcast::None, ranges: Vec::new() },
        hear_groups: false,
        patience: Patience { interval: Duration::from_millis(200), retries: 2 },
        ..FeiqConfig::default()
    }
}

/// The same, which tells these of itself.
pub fn announcing(at: SocketAddr, name: &str, to: &[SocketAddr]) -> FeiqConfig {
    let list: Vec<String> = to.iter().map(|to| to.ip().to_string()).collect();
    let ranges = parse_ranges(&list.join(",")).unwrap();
    FeiqConfig { announce: AnnounceTo { broadcast: Broadcast::None, ranges }, ..config(at, name) }
}

/// The same with a FeiQ version.
pub fn feiq3(config: FeiqConfig) -> FeiqConfig {
    FeiqConfig { version: VersionChoice::Feiq3, ..config }
}

impl Bench {
    /// Starts it, without waiting.
    pub fn start(config: FeiqConfig) -> Self {
        let (tell, happened) = bounded(1 << 20);
        let (ring, changed) = bounded(1);
        let wake: Wake = Arc::new(move || ring.try_send(()).unwrap_or_default());
        let journal = Config { budget_bytes: 64 << 20, spill_dir: std::env::temp_dir() };
        let recorder = Recorder::new(journal, Arc::clone(&wake));
        let at = config.bind;
        let observer = Box::new(move |happening| drop(tell.try_send(happening)));
        let counters = Arc::new(Counters::default());
        let feiq = Feiq::start_observed(config, Arc::clone(&recorder), counters, wake, observer).unwrap();
        Self { feiq, recorder, at, happened, changed }
    }

    /// Starts it, and waits until it is online.
    pub fn online(config: FeiqConfig) -> Self {
        let bench = Self::start(config);
        let state = bench.wait("online", |state| (state.phase != Phase::Opening).then(|| state.phase.clone()));
        assert!(matches!(state, Phase::Online { .. }), "{state:?}");
        bench
    }

    pub fn command(&self, command: FeiqCommand) {
        self.feiq.command(command).unwrap();
    }

    pub fn say(&self, to: &[SocketAddr], text: &str) {
        self.command(FeiqCommand::Send(Say { to: to.to_vec(), text: text.to_owned(), ..Say::default() }));
    }

    /// Waits until something is found in the state.
    #[track_caller]
    pub fn wait<T>(&self, what: &str, find: impl Fn(&State) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let state = self.feiq.state();
            if let Some(found) = find(&state) {
                return found;
            }
            assert!(Instant::now() < deadline, "no {what}: {state:#?}");
            let _ = self.changed.recv_timeout(Duration::from_millis(500));
        }
    }

    /// Waits for something to happen; what happens before is passed over.
    #[track_caller]
    pub fn wait_for<T>(&self, what: &str, pick: impl Fn(Happening) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        while let Ok(happening) = self.happened.recv_deadline(deadline) {
            if let Some(found) = pick(happening) {
                return found;
            }
        }
        panic!("no {what}: {:#?}", self.feiq.state());
    }

    /// Waits for the next message.
    #[track_caller]
    pub fn wait_said(&self) -> (With, Arc<Message>) {
        self.wait_for("message", |happening| match happening {
            Happening::Said { with, message, .. } => Some((with, message)),
            _ => None,
        })
    }

    /// Waits until the fate of a message that was sent is settled.
    #[track_caller]
    pub fn wait_settled(&self, to: SocketAddr) -> Delivery {
        self.wait_for("delivery", |happening| match happening {
            Happening::Delivery { to: at, delivery, .. } if at == to && delivery.is_settled() => Some(delivery),
            _ => None,
        })
    }

    /// The last message of the conversation with a peer, once it is as wanted.
    #[track_caller]
    pub fn wait_last(&self, with: SocketAddr, what: &str, wanted: impl Fn(&Message) -> bool) -> Arc<Message> {
        self.wait(what, |state| {
            let conversation: &Arc<Conversation> = state.conversation(&With::Peer(with))?;
            conversation.messages.last().filter(|message| wanted(message)).cloned()
        })
    }

    /// Waits until a peer is online.
    #[track_caller]
    pub fn wait_user(&self, addr: SocketAddr) -> Arc<wirebench::service::feiq::User> {
        self.wait("user", |state| state.user(addr).filter(|user| user.online).cloned())
    }

    /// All records so far.
    pub fn records(&self) -> Vec<Record> {
        let journal = self.recorder.journal();
        (0..journal.len()).map(|at| journal.read(at).unwrap()).collect()
    }

    /// Waits until the journal says that the node did something.
    #[track_caller]
    pub fn wait_note(&self, what: &str, wanted: impl Fn(&NodeNote) -> bool) {
        self.wait(what, |_| self.notes().iter().any(&wanted).then_some(()));
    }

    /// What the journal says that the node did.
    pub fn notes(&self) -> Vec<NodeNote> {
        let note = |record: &Record| match record.event() {
            Some(Event::Node { note }) => Some(note),
            _ => None,
        };
        self.records().iter().filter_map(note).collect()
    }
}
