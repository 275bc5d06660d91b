//! The node's thread: commands, datagrams and timers in, datagrams, notes and snapshots out.
//!
//! Each turn serves commands and timers, then datagrams for at most [`SLICE`], so that a flood of them keeps nothing else
//! waiting; it sleeps in the follower of the journal only when nothing is left to do, and is woken at once by a
//! datagram, a command, the link and the file transfers.

mod events;
mod farewell;
mod orders;
mod shelf;

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;

use super::book::{Book, StateCell};
use super::clock::Clock;
use super::command::FeiqCommand;
use super::config::{Broadcast, FeiqConfig, VersionChoice};
use super::files::{Files, FilesConfig};
use super::happening::{Happening, Observer};
use super::history::{History, Trouble};
use super::notes::Notes;
use super::outbox::Outbox;
use super::raw::RawSends;
use super::state::Phase;
use crate::journal::{Event, Failure, Followed, Follower, Record, Recorder, Timestamp, Wake};
use crate::net::{self, Command, Counters, Group, Interface, Link};
use crate::proto::ipmsg::node::{self, Node};
use crate::proto::ipmsg::{FeiqVersion, GROUP_ADDRESS};

use self::shelf::Shelf;

/// How long datagrams may keep commands and timers waiting.
const SLICE: Duration = Duration::from_millis(4);
/// Without a timer it sleeps so long; nothing is missed, and an odd wake-up a minute costs nothing.
const LONG: Duration = Duration::from_mins(1);

/// What a driver works with.
pub(super) struct Setting {
    pub config: FeiqConfig,
    pub recorder: Arc<Recorder>,
    pub counters: Arc<Counters>,
    pub follower: Follower,
    pub link: Arc<Link>,
    pub commands: Receiver<FeiqCommand>,
    pub closing: Arc<AtomicBool>,
    pub state: Arc<StateCell>,
    pub observer: Observer,
}

/// A node that is online.
struct Driver {
    config: FeiqConfig,
    local: SocketAddr,
    recorder: Arc<Recorder>,
    counters: Arc<Counters>,
    /// What the counter of sent datagrams was before the first.
    sent_before: u64,
    follower: Follower,
    link: Arc<Link>,
    commands: Receiver<FeiqCommand>,
    closing: Arc<AtomicBool>,
    observer: Observer,
    clock: Clock,
    node: Node,
    shelf: Shelf,
    book: Book,
    notes: Notes,
    outbox: Outbox,
    raw_sends: RawSends,
    history: Option<History>,
}

/// Runs until closed.
pub(super) fn run(setting: Setting) {
    let (recorder, link) = (Arc::clone(&setting.recorder), Arc::clone(&setting.link));
    let mut book = Book::new(Arc::clone(&setting.state));
    book.absence.clone_from(&setting.config.absence);
    match open(setting, book) {
        Ok(driver) => driver.serve(),
        Err(not_open) => {
            let NotOpen { mut book, mut observer, failure } = *not_open;
            link.start_close();
            if let Some(failure) = &failure
                && !matches!(link.status().phase, net::Phase::Closed { failure: Some(_) })
            {
                recorder.event(None, &Event::Failed(failure.clone()));
            }
            book.phase = Phase::Closed { failure };
            observer(Happening::Phase(book.phase.clone()));
            book.publish(crate::proto::Moment::default());
        }
    }
}

/// What is left of a node that did not come online.
struct NotOpen {
    book: Book,
    observer: Observer,
    /// Why; `None`: it is to close.
    failure: Option<Failure>,
}

/// Waits for the link, and opens the rest.
fn open(mut setting: Setting, book: Book) -> Result<Driver, Box<NotOpen>> {
    let not_open = |book, observer, failure| Box::new(NotOpen { book, observer, failure });
    let mut early = VecDeque::new();
    let local = loop {
        match setting.link.status().phase {
            _ if setting.closing.load(Ordering::Acquire) => return Err(not_open(book, setting.observer, None)),
            net::Phase::Open { local, .. } => break local,
            net::Phase::Closed { failure } => return Err(not_open(book, setting.observer, failure)),
            net::Phase::Opening | net::Phase::Reconnecting => {}
        }
        if let Followed::Received(record) = setting.follower.next(LONG) {
            early.push_back(record);
        }
    };
    let shelf = {
        let nudge = setting.follower.stop_handle();
        let changed = Arc::new(AtomicBool::new(false));
        let wake: Wake = {
            let changed = Arc::clone(&changed);
            let nudge = nudge.clone();
            Arc::new(move || {
                changed.store(true, Ordering::Release);
                nudge.nudge();
            })
        };
        match Files::start(FilesConfig::new(local), wake) {
            Ok(files) => Shelf::new(files, changed, nudge),
            Err(failure) => return Err(not_open(book, setting.observer, Some(failure))),
        }
    };
    if setting.closing.load(Ordering::Acquire) {
        return Err(not_open(book, setting.observer, None));
    }
    let Setting { config, recorder, counters, follower, link, commands, closing, observer, .. } = setting;
    let interfaces = net::interfaces();
    let clock = Clock::start();
    let mut driver = Driver {
        node: Node::new(node_config(&config, local, &interfaces, &clock)),
        history: None,
        sent_before: counters.snapshot().sent_packets,
        config,
        local,
        recorder,
        counters,
        follower,
        link,
        commands,
        closing,
        observer,
        clock,
        shelf,
        book,
        notes: Notes::default(),
        outbox: Outbox::default(),
        raw_sends: RawSends::default(),
    };
    driver.begin(&interfaces);
    for record in early {
        driver.datagram(&record);
    }
    Ok(driver)
}

impl Driver {
    /// The first words.
    fn begin(&mut self, interfaces: &[Interface]) {
        if let Some(folder) = self.config.history.clone() {
            match History::start(folder) {
                Ok(history) => self.history = Some(history),
                Err(failure) => self.book.history_trouble = Some(Trouble::Failed(failure)),
            }
        }
        if self.config.hear_groups {
            self.join_groups(interfaces);
        }
        let now = self.clock.now();
        if self.config.absence.is_some() {
            self.node.set_absence(now, self.config.absence.clone());
        }
        self.node.announce(now, &self.config.announce.addresses(self.local, interfaces));
        self.set_phase(Phase::Online { local: self.local });
    }

    fn set_phase(&mut self, phase: Phase) {
        self.book.phase = phase.clone();
        self.book.touch();
        (self.observer)(Happening::Phase(phase));
    }

    fn join_groups(&mut self, interfaces: &[Interface]) {
        for group in group_memberships(self.local, interfaces, &self.config.announce.broadcast) {
            if let Err(failure) = self.link.command(Command::Join(group)) {
                self.recorder.event(None, &Event::Failed(failure));
            }
        }
    }

    fn serve(mut self) {
        while !self.closing.load(Ordering::Acquire) {
            let commands_left = self.commands();
            self.tick();
            let more = self.datagrams();
            self.drain_events(Timestamp::now());
            self.shelve();
            self.outbox.flush(&mut self.node, &self.link, self.clock.now());
            if self.link_is_over() {
                return self.end_with_link();
            }
            self.notes.append(&self.recorder);
            let now = self.clock.now();
            if self.publish_due().is_some_and(|due| due <= now) {
                self.publish();
            }
            if !more && !commands_left {
                self.sleep();
            }
        }
        self.farewell();
    }

    /// Serves the commands that wait, for at most [`SLICE`]; whether some are left.
    fn commands(&mut self) -> bool {
        let start = Instant::now();
        while let Ok(command) = self.commands.try_recv() {
            self.carry_out(command);
            if start.elapsed() >= SLICE {
                return !self.commands.is_empty();
            }
        }
        false
    }

    fn tick(&mut self) {
        let now = self.clock.now();
        if self.node.poll_timeout().is_some_and(|due| due <= now) {
            self.node.handle_timeout(now);
        }
        self.raw_sends.tick(&mut self.node, &mut self.book, now);
    }

    /// Serves the datagrams that are there, for at most [`SLICE`]; whether there may be more.
    fn datagrams(&mut self) -> bool {
        let start = Instant::now();
        while let Some(followed) = self.follower.next_at_once() {
            self.take(followed);
            if start.elapsed() >= SLICE {
                return true;
            }
        }
        false
    }

    fn take(&mut self, followed: Followed) {
        match followed {
            Followed::Received(record) => self.datagram(&record),
            Followed::Missed { records, error, .. } => {
                tracing::warn!(%error, records, "follow the journal");
                self.book.dropped.missed += records;
                self.book.touch();
            }
            Followed::Idle | Followed::Stopped => {}
        }
    }

    fn datagram(&mut self, record: &Record) {
        let Some(peer) = record.head.peer else { return };
        let verdict = self.node.handle_datagram(peer.addr, record.bytes(), self.clock.now());
        match verdict {
            node::Verdict::OwnEcho => {}
            node::Verdict::RateLimited => self.book.dropped.limited += 1,
            node::Verdict::Malformed(_) => self.book.dropped.malformed += 1,
            node::Verdict::ForgedAck => self.book.dropped.forged_acks += 1,
            _ => self.book.users.touch(),
        }
        let noted = self.notes.len();
        self.drain_events(record.head.time);
        let said_already = self.notes.len() > noted;
        self.notes.verdict(peer.addr, record.bytes(), &verdict, said_already);
        if verdict != node::Verdict::OwnEcho {
            self.book.touch();
        }
        // What is to be sent does not pile up while datagrams pour in.
        self.outbox.flush(&mut self.node, &self.link, self.clock.now());
    }

    fn drain_events(&mut self, time: Timestamp) {
        while let Some(event) = self.node.poll_event() {
            self.happened(event, time);
        }
    }

    fn publish_due(&self) -> Option<crate::proto::Moment> {
        self.book.due()
    }

    fn publish(&mut self) {
        if self.book.users.is_stale() {
            self.book.users.take_all(self.node.users(), &self.clock);
        }
        if let Some(history) = &self.history {
            self.book.history_trouble = history.trouble();
        }
        self.book.publish(self.clock.now());
    }

    /// Waits for the next timer, a datagram or a nudge.
    fn sleep(&mut self) {
        let timers = [self.node.poll_timeout(), self.raw_sends.due(), self.outbox.due(), self.publish_due()];
        let timeout = timers.into_iter().flatten().min().map_or(LONG, |due| self.clock.until(due));
        if timeout > Duration::ZERO {
            let followed = self.follower.next(timeout);
            self.take(followed);
        }
    }

    fn link_is_over(&self) -> bool {
        matches!(self.link.status().phase, net::Phase::Closed { .. })
    }
}

fn node_config(config: &FeiqConfig, local: SocketAddr, interfaces: &[Interface], clock: &Clock) -> node::Config {
    let mac = config.mac.digits();
    let own_addrs =
        if local.ip().is_unspecified() { interfaces.iter().map(|i| i.addr).collect() } else { vec![local.ip()] };
    node::Config {
        nick: config.nick.clone(),
        group: config.group.clone(),
        version: version(config),
        info: concat!("Wirebench ", env!("CARGO_PKG_VERSION")).to_owned(),
        prefer: config.prefer,
        port: local.port(),
        own_addrs,
        first_number: clock.start_seconds(),
        seed: seed(),
        timing: node::Timing {
            tries: config.patience.retries.saturating_add(1),
            interval: config.patience.interval,
            ..node::Timing::default()
        },
        ..node::Config::new(&config.user, &config.host, FeiqVersion::feiq3(mac))
    }
}

/// The first field of our packets.
fn version(config: &FeiqConfig) -> Vec<u8> {
    let mac = config.mac.digits();
    match &config.version {
        VersionChoice::Plain => b"1".to_vec(),
        VersionChoice::Feiq2 => FeiqVersion::feiq2(mac).emit(),
        VersionChoice::Feiq3 => FeiqVersion::feiq3(mac).emit(),
        VersionChoice::Own(text) => text.clone().into_bytes(),
    }
}

fn seed() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}

/// Where FeiQ's groups are heard: on the node's own address, or on each interface that is told of it.
fn group_memberships(local: SocketAddr, interfaces: &[Interface], chosen: &Broadcast) -> Vec<Group> {
    let IpAddr::V4(own) = local.ip() else { return Vec::new() };
    let membership = |name: &str, index, address| Group {
        address: GROUP_ADDRESS.into(),
        interface_index: index,
        interface_address: address,
        interface_name: name.to_owned(),
    };
    if !own.is_unspecified() {
        return vec![membership("", 0, own)];
    }
    let is_chosen = |interface: &&Interface| match chosen {
        Broadcast::None => false,
        Broadcast::All => !interface.is_loopback,
        Broadcast::Only(names) => names.contains(&interface.name),
    };
    let mut all: Vec<Group> = Vec::new();
    for interface in interfaces.iter().filter(is_chosen) {
        if let IpAddr::V4(address) = interface.addr
            && all.iter().all(|known| known.interface_name != interface.name)
        {
            all.push(membership(&interface.name, interface.index, address));
        }
    }
    all
}
