//! `wirebench feiq send`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, select};

use super::super::{Ended, Streams};
use super::{bell, config, end_requests, spoken, start, time};
use crate::cli::feiq::Send;
use crate::journal::Timestamp;
use crate::net::Target;
use crate::proto::ipmsg::node::Prefer;
use crate::proto::ipmsg::{Command, Packet, TextEncoding, code, option, text};
use crate::service::feiq::files::TransferState;
use crate::service::feiq::{
    Delivery, Fate, Feiq, FeiqCommand, FeiqConfig, Happening, Message, Outcome, Phase, Say, SendOnce, State, Tried,
    VersionChoice, With,
};

/// How long to stay for attachments where the person does not say.
const STAY: Duration = Duration::from_mins(10);
/// A name is looked up, and a datagram handed to the system, in less than this.
const FIRE_PATIENCE: Duration = Duration::from_secs(30);
/// What the network answers at once, it answers in this time.
const LISTEN: Duration = Duration::from_millis(100);

/// Sends as a node, and waits for the acks, and until what is attached was fetched.
pub(super) fn as_node(send: &Send, streams: &mut Streams<'_>) -> Ended {
    let targets = match resolve(send) {
        Ok(targets) => targets,
        Err(said) => return streams.complain(said),
    };
    let (_terminator, end) = end_requests();
    let (wake, changed) = bell();
    let (tell, told) = crossbeam_channel::bounded(1);
    let observer = Box::new(move |happening| {
        if let Happening::Refused(refusal) = happening {
            let _ = tell.try_send(refusal); // one is enough
        }
    });
    let config = FeiqConfig { prefer: send.encoding, ..config(&send.identity) };
    let (feiq, _recorder) = match start(config, wake, observer) {
        Ok(started) => started,
        Err(failure) => return streams.complain(failure),
    };
    if let Err(ended) = go_online(&feiq, &changed, &end, streams) {
        return ended;
    }
    let say = Say { to: targets.clone(), text: send.text.clone(), attach: send.attach.clone(), ..Say::default() };
    if let Err(failure) = feiq.command(FeiqCommand::Send(say)) {
        return streams.complain(failure);
    }
    let deadline = Instant::now() + send.timeout.unwrap_or(STAY);
    let mut course = Course { left: targets.iter().copied().collect(), waiting: targets, failed: false };
    loop {
        let state = feiq.state();
        if course.observe(&state, streams).is_err() {
            return Ended::Badly; // nobody reads any more
        }
        if course.left.is_empty() {
            return if course.failed { Ended::Badly } else { Ended::Well };
        }
        select! {
            recv(told) -> refusal => if let Ok(refusal) = refusal { return streams.complain(refusal) },
            recv(changed) -> _ => {}
            recv(end) -> _ => return streams.complain("ended before all was done"),
            default(deadline.saturating_duration_since(Instant::now())) => {
                let left: Vec<String> = course.left.iter().map(ToString::to_string).collect();
                return streams.complain(format_args!("not fetched in time by {}", left.join(", ")));
            }
        }
    }
}

/// Waits until the node is online.
fn go_online(feiq: &Feiq, changed: &Receiver<()>, end: &Receiver<()>, streams: &mut Streams<'_>) -> Result<(), Ended> {
    loop {
        match &feiq.state().phase {
            Phase::Online { .. } => return Ok(()),
            Phase::Closed { failure: Some(failure) } => return Err(streams.complain(failure)),
            Phase::Closed { failure: None } | Phase::Leaving => return Err(Ended::Badly),
            Phase::Opening => {}
        }
        select! {
            recv(changed) -> _ => {}
            recv(end) -> _ => return Err(Ended::Badly),
        }
    }
}

/// How far a message is.
struct Course {
    /// Where the message was neither acked nor given up.
    waiting: Vec<SocketAddr>,
    /// Where something is still to come.
    left: BTreeSet<SocketAddr>,
    failed: bool,
}

impl Course {
    /// Looks at what has changed, and says it.
    fn observe(&mut self, state: &State, streams: &mut Streams<'_>) -> std::io::Result<()> {
        let mut settled = Vec::new();
        for &to in &self.left {
            let conversation = state.conversation(&With::Peer(to));
            let Some(message) = conversation.and_then(|c| c.messages.iter().rfind(|message| message.sent)) else {
                continue;
            };
            let Some(delivery) = message.delivery.filter(|delivery| delivery.is_settled()) else { continue };
            if let Some(at) = self.waiting.iter().position(|waiting| *waiting == to) {
                self.waiting.remove(at);
                self.failed |= !matches!(delivery, Delivery::Acked { .. });
                streams.line(&format!("{to}: {}", said(delivery)))?;
            }
            if !matches!(delivery, Delivery::Acked { .. }) || has_all(message) {
                for attached in &message.attachments {
                    streams.line(&format!("{to}: {}: {}", spoken::shown(&attached.name), fate(&attached.fate)))?;
                }
                settled.push(to);
            }
        }
        for to in settled {
            self.left.remove(&to);
        }
        Ok(())
    }
}

/// Whether nothing attached is left to be fetched.
fn has_all(message: &Message) -> bool {
    message
        .attachments
        .iter()
        .all(|attached| matches!(attached.fate, Fate::Released | Fate::Over(TransferState::Done { .. })))
}

fn said(delivery: Delivery) -> String {
    match delivery {
        Delivery::Acked { after, retries: 0 } => format!("acked after {}", time(after)),
        Delivery::Acked { after, retries } => format!("acked after {}, sent {} times", time(after), retries + 1),
        Delivery::NoAnswer { tries } => format!("no answer, sent {tries} times"),
        Delivery::Sent | Delivery::Waiting { .. } => "sent".to_owned(),
    }
}

fn fate(fate: &Fate) -> &'static str {
    match fate {
        Fate::Over(TransferState::Done { .. }) => "fetched",
        Fate::Released => "declined",
        Fate::Offered | Fate::Running { .. } | Fate::Over(_) => "not fetched",
    }
}

/// Only sends, from any free port.
pub(super) fn without_node(send: &Send, streams: &mut Streams<'_>) -> Ended {
    let datagram = match datagram(send) {
        Ok(datagram) => datagram,
        Err(said) => return streams.complain(said),
    };
    let (_terminator, end) = end_requests();
    let (wake, changed) = bell();
    let targets: Vec<Target> =
        send.to.iter().map(|(host, port)| Target::Host { host: host.clone(), port: *port }).collect();
    let local = Some(send.identity.bind).filter(|bind| !bind.is_unspecified());
    let mut once = match SendOnce::start(&targets, &datagram, true, local, wake) {
        Ok(once) => once,
        Err(failure) => return streams.complain(failure),
    };
    let mut deadline = Instant::now() + FIRE_PATIENCE;
    let mut sent = false;
    loop {
        if once.is_sent() && !sent {
            sent = true;
            deadline = Instant::now() + LISTEN;
        }
        select! {
            recv(changed) -> _ => {}
            recv(end) -> _ => break,
            default(deadline.saturating_duration_since(Instant::now())) => break,
        }
    }
    let mut ended = Ended::Well;
    for outcome in once.outcomes() {
        let line = outcome_line(outcome);
        if !outcome.tried.was_sent() {
            ended = streams.complain(line);
        } else if streams.line(&line).is_err() {
            return Ended::Badly;
        }
    }
    ended
}

fn outcome_line(outcome: &Outcome) -> String {
    let mut line = match &outcome.target {
        Target::Host { host, port } => format!("{host}:{port}: "),
        _ => String::new(),
    };
    // Writing to a String cannot fail.
    let _ = match &outcome.tried {
        Tried::Waiting => write!(line, "not sent in time"),
        Tried::Sent { .. } => write!(line, "sent"),
        Tried::Acked { after } => write!(line, "sent, acked after {}", time(*after)),
        Tried::Unreachable(cause) => write!(line, "sent, but {cause}"),
        Tried::Failed(failure) => write!(line, "{failure}"),
    };
    line
}

/// The least message that everyone shows: the tutorials' one.
fn datagram(send: &Send) -> Result<Vec<u8>, String> {
    let encoding = if send.encoding == Prefer::Utf8 { TextEncoding::Utf8 } else { TextEncoding::Gbk };
    let encoded = |text: &str| text::encode(text, encoding).map_err(|error| error.to_string());
    let config = config(&send.identity);
    let utf8 = if encoding == TextEncoding::Utf8 { option::UTF8 } else { 0 };
    let seconds = u64::try_from(Timestamp::now().0 / 1_000_000_000).unwrap_or(1);
    let packet = Packet {
        version: match &config.version {
            VersionChoice::Plain => b"1".to_vec(),
            VersionChoice::Feiq2 => crate::proto::ipmsg::FeiqVersion::feiq2(config.mac.digits()).emit(),
            VersionChoice::Feiq3 => crate::proto::ipmsg::FeiqVersion::feiq3(config.mac.digits()).emit(),
            VersionChoice::Own(text) => text.clone().into_bytes(),
        },
        number: seconds,
        user: encoded(&config.user)?,
        host: encoded(&config.host)?,
        command: Command::new(code::SENDMSG, utf8),
        extra: encoded(&send.text)?,
    };
    Ok(packet.emit())
}

/// The addresses of all targets, each once, of the node's family.
fn resolve(send: &Send) -> Result<Vec<SocketAddr>, String> {
    let is_ipv4 = send.identity.bind.is_ipv4();
    let mut targets = Vec::new();
    for (host, port) in &send.to {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let mut found = (bare, *port).to_socket_addrs().map_err(|error| format!("{host}: {error}"))?;
        let to = found.find(|addr| addr.is_ipv4() == is_ipv4);
        let to = to.ok_or_else(|| format!("{host} has no address that {} can reach", send.identity.bind))?;
        if !targets.contains(&to) {
            targets.push(to);
        }
    }
    Ok(targets)
}
