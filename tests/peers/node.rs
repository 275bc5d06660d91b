//! Our FeiQ node with its journal, and ways to wait for what happens to it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use tempfile::TempDir;
use wirebench::journal::{Config, Kind, Record, Recorder};
use wirebench::net::Counters;
use wirebench::proto::ipmsg::PORT;
use wirebench::service::feiq::{
    AddressRange, AnnounceTo, Attached, Broadcast, Delivery, Fate, Feiq, FeiqCommand, FeiqConfig, Message, Phase, Say,
    State, User, With,
};

use super::bench::PATIENCE;

/// Where a peer on this address is.
pub fn at(address: Ipv4Addr) -> SocketAddr {
    SocketAddr::new(address.into(), PORT)
}

#[derive(Default)]
struct Bell {
    rung: Mutex<u64>,
    changed: Condvar,
}

/// A node that is online.
pub struct Node {
    /// Where it is, on port 2425.
    pub address: Ipv4Addr,
    /// Itself, until it leaves.
    pub feiq: Option<Feiq>,
    recorder: Arc<Recorder>,
    bell: Arc<Bell>,
    _spill: TempDir,
}

impl Node {
    /// The name that it shows.
    pub const NAME: &str = "吴彦祖";
    /// The group that it shows.
    pub const GROUP: &str = "测试组";

    /// One at this address, which announces itself to these.
    #[track_caller]
    pub fn online(address: Ipv4Addr, announce_to: &[Ipv4Addr]) -> Self {
        Self::named(address, Self::NAME, Self::GROUP, announce_to)
    }

    /// One that shows these names.
    #[track_caller]
    pub fn named(address: Ipv4Addr, name: &str, group: &str, announce_to: &[Ipv4Addr]) -> Self {
        let bell = Arc::new(Bell::default());
        let wake: wirebench::journal::Wake = {
            let bell = Arc::clone(&bell);
            Arc::new(move || {
                *bell.rung.lock().unwrap() += 1;
                bell.changed.notify_all();
            })
        };
        let spill = tempfile::tempdir().unwrap();
        let of_journal = Config { budget_bytes: 64 << 20, spill_dir: spill.path().to_owned() };
        let recorder = Recorder::new(of_journal, Arc::new(|| ()));
        let config = FeiqConfig {
            bind: at(address),
            nick: name.to_owned(),
            user: "wu".to_owned(),
            host: "wu-pc".to_owned(),
            group: group.to_owned(),
            announce: AnnounceTo { broadcast: Broadcast::None, ranges: ranges(announce_to) },
            ..FeiqConfig::default()
        };
        let feiq = Feiq::start(config, Arc::clone(&recorder), Arc::new(Counters::default()), wake).unwrap();
        let node = Self { address, feiq: Some(feiq), recorder, bell, _spill: spill };
        let local = node.until("online", |state| match &state.phase {
            Phase::Online { local } => Some(*local),
            Phase::Closed { failure } => panic!("{failure:?}"),
            Phase::Opening | Phase::Leaving => None,
        });
        assert_eq!(local, at(address));
        node
    }

    pub fn command(&self, command: FeiqCommand) {
        self.feiq().command(command).unwrap();
    }

    /// Says a text to these.
    pub fn say(&self, to: &[Ipv4Addr], text: &str) {
        self.command(FeiqCommand::Send(Say { to: addresses(to), text: text.to_owned(), ..Say::default() }));
    }

    /// Offers files and folders.
    pub fn offer(&self, to: &[Ipv4Addr], text: &str, attach: &[&Path]) {
        let attach = attach.iter().map(|&path| path.to_owned()).collect();
        self.command(FeiqCommand::Send(Say { to: addresses(to), text: text.to_owned(), attach, ..Say::default() }));
    }

    /// What it is right now.
    pub fn state(&self) -> Arc<State> {
        self.feiq().state()
    }

    /// Waits until its state has this.
    #[track_caller]
    pub fn until<T>(&self, what: &str, mut wanted: impl FnMut(&State) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let rung = *self.bell.rung.lock().unwrap();
            let state = self.state();
            if let Some(found) = wanted(&state) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no {what}: {state:#?}\n{}", self.log());
            let now_rung = self.bell.rung.lock().unwrap();
            drop(self.bell.changed.wait_timeout_while(now_rung, left, |now_rung| *now_rung == rung));
        }
    }

    /// Waits until it sees someone there who is online, or not.
    #[track_caller]
    pub fn until_user(&self, at_address: Ipv4Addr, wanted: impl Fn(&User) -> bool) -> Arc<User> {
        self.until("such user", |state| state.user(at(at_address)).filter(|user| wanted(user)).cloned())
    }

    /// Waits for a message of the conversation with a peer.
    #[track_caller]
    pub fn until_message(&self, with: Ipv4Addr, wanted: impl Fn(&Message) -> bool) -> Arc<Message> {
        self.until("such message", |state| {
            let conversation = state.conversation(&With::Peer(at(with)))?;
            conversation.messages.iter().find(|message| wanted(message)).cloned()
        })
    }

    /// Waits until what was said is settled.
    #[track_caller]
    pub fn until_settled(&self, to: Ipv4Addr, text: &str) -> Delivery {
        let is_settled = |message: &Message| message.delivery.is_some_and(Delivery::is_settled);
        let message = self.until_message(to, |message| message.sent && message.text() == text && is_settled(message));
        message.delivery.unwrap()
    }

    /// Waits until this text was received.
    #[track_caller]
    pub fn until_received(&self, from: Ipv4Addr, text: &str) -> Arc<Message> {
        self.until_message(from, |message| !message.sent && message.text() == text)
    }

    /// Waits until a file of this name is offered.
    #[track_caller]
    pub fn until_offered(&self, from: Ipv4Addr, name: &str) -> (Arc<Message>, Attached) {
        let message = self.until_message(from, |message| !message.sent && attached(message, name).is_some());
        let attached = attached(&message, name).unwrap();
        (message, attached)
    }

    /// Fetches an attachment; what became of it.
    #[track_caller]
    pub fn fetch(&self, from: Ipv4Addr, (message, attached): &(Arc<Message>, Attached), into: &Path) -> Fate {
        self.command(FeiqCommand::Fetch {
            from: at(from),
            message: message.id,
            attachment: attached.id,
            into: into.to_owned(),
        });
        self.until_fate(from, message, attached)
    }

    /// Waits until an attachment is neither waiting nor on its way.
    #[track_caller]
    pub fn until_fate(&self, with: Ipv4Addr, message: &Message, attached: &Attached) -> Fate {
        self.until("end of the transfer", |state| {
            let conversation = state.conversation(&With::Peer(at(with)))?;
            let attachments = &conversation.message(message.id)?.attachments;
            let fate = &attachments.iter().find(|other| other.id == attached.id)?.fate;
            (!matches!(fate, Fate::Offered | Fate::Running { .. })).then(|| fate.clone())
        })
    }

    /// The datagrams that it received from, or sent to, someone, in their order.
    pub fn datagrams(&self, kind: Kind, peer: Ipv4Addr) -> Vec<Vec<u8>> {
        let is_it = |record: &Record| {
            record.head.kind == kind && record.head.peer.is_some_and(|other| other.addr.ip() == IpAddr::V4(peer))
        };
        self.records().iter().filter(|record| is_it(record)).map(|record| record.bytes().to_vec()).collect()
    }

    /// Goes offline as a person would.
    pub fn leave(&mut self) {
        self.feiq = None;
    }

    fn feiq(&self) -> &Feiq {
        self.feiq.as_ref().unwrap()
    }

    fn records(&self) -> Vec<Record> {
        let journal = self.recorder.journal();
        (0..journal.len()).map(|index| journal.read(index).unwrap()).collect()
    }

    fn log(&self) -> String {
        let line = |record: &Record| match record.event() {
            Some(event) => format!("{event:?}\n"),
            None => format!("{:?} {:?} {}\n", record.head.kind, record.head.peer, record.bytes().escape_ascii()),
        };
        self.records().iter().map(line).collect()
    }
}

/// Where peers on these addresses are.
pub fn addresses(of: &[Ipv4Addr]) -> Vec<SocketAddr> {
    of.iter().copied().map(at).collect()
}

fn ranges(of: &[Ipv4Addr]) -> Vec<AddressRange> {
    of.iter().map(|&address| AddressRange::One(address.into())).collect()
}

fn attached(message: &Message, name: &str) -> Option<Attached> {
    message.attachments.iter().find(|attached| attached.name == name).cloned()
}
