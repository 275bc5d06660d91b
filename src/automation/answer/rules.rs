//! Rules, read and checked once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use thiserror::Error;

use super::peer::{PeerError, PeerFilter};
use super::rule::{After, Reply, Rule, Then, To, When};
use super::settings::AnswerSettings;
use crate::automation::{ComposeError, Prepared};
use crate::codec::Charset;
use crate::codec::framing::Framing;
use crate::codec::pattern::{Captures, Pattern, PatternError, Test};
use crate::codec::template::{Context, ExpandErrorKind, Lookup, Random, Template};
use crate::codec::typed::Typed;

/// A rule that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("rule {}: {kind}", rule + 1)]
pub struct RuleError {
    /// Which one, from 0.
    pub rule: usize,
    /// What is wrong.
    pub kind: RuleErrorKind,
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RuleErrorKind {
    /// The pattern.
    #[error("pattern: {0}")]
    Pattern(PatternError),
    /// The length.
    #[error("length: {0}")]
    Length(PatternError),
    /// The peer.
    #[error("peer: {0}")]
    Peer(PeerError),
    /// The reply.
    #[error("reply: {0}")]
    Reply(ComposeError),
    /// The reply asks for a group that the pattern does not have.
    #[error("reply: the pattern has no group {group}, but {groups}")]
    NoGroup {
        /// Which one.
        group: usize,
        /// How many there are.
        groups: usize,
    },
    /// It is one too many.
    #[error("more than {} rules", AnswerSettings::MAX_RULES)]
    TooMany,
}

/// A field of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// [`Rule::pattern`].
    Pattern,
    /// [`Rule::length`].
    Length,
    /// [`Rule::peer`].
    Peer,
    /// [`Rule::reply`].
    Reply,
}

impl RuleErrorKind {
    /// In which field; `None`: in none.
    pub fn part(&self) -> Option<Part> {
        match self {
            Self::Pattern(_) => Some(Part::Pattern),
            Self::Length(_) => Some(Part::Length),
            Self::Peer(_) => Some(Part::Peer),
            Self::Reply(_) | Self::NoGroup { .. } => Some(Part::Reply),
            Self::TooMany => None,
        }
    }
}

/// Rules that are ready to be used; those that are off are left out. A clone shares them.
#[derive(Clone, Debug)]
pub struct Rules(Arc<[Compiled]>);

#[derive(Debug)]
pub(super) struct Compiled {
    /// Its place in the list, from 0.
    pub rule: usize,
    pub name: String,
    when: When,
    pattern: Pattern,
    length: Option<Pattern>,
    peer: PeerFilter,
    at_most: Option<u32>,
    action: CompiledAction,
    next: After,
}

#[derive(Debug)]
enum CompiledAction {
    Reply { bytes: Bytes, charset: Option<Charset>, delay: Duration, to: To },
    Disconnect,
    Mark,
    Beep,
}

#[derive(Debug)]
enum Bytes {
    Constant(Arc<[u8]>),
    Each(Prepared),
}

/// What a reply is filled in with besides the packet.
pub struct World<'a> {
    /// The time, in the zone in which it is to be shown.
    pub now: &'a Zoned,
    /// Where random numbers come from.
    pub random: &'a mut Random,
    /// Variables and files.
    pub lookup: &'a mut dyn Lookup,
}

/// A rule that a packet sets off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fired {
    /// Which one, from 0 in the list.
    pub rule: usize,
    /// What comes of it.
    pub effect: Effect,
}

/// What comes of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// These bytes go out.
    Reply {
        /// What.
        bytes: Arc<[u8]>,
        /// The encoding of a text.
        charset: Option<Charset>,
        /// After this time.
        delay: Duration,
        /// To whom.
        to: To,
    },
    /// The reply can't be made for this packet.
    Unmade(ComposeError),
    /// The peer is disconnected.
    Disconnect,
    /// A mark in the log.
    Mark,
    /// A mark in the log, and a beep.
    Beep,
}

impl Rules {
    /// Reads the rules. `framing` is put around each reply; `variables` are those that the replies may name.
    pub fn compile(rules: &[Rule], variables: &BTreeMap<String, String>, framing: &Framing) -> Result<Self, RuleError> {
        let enabled = rules.iter().enumerate().filter(|(_, rule)| rule.enabled);
        let compiled = enabled.map(|(index, rule)| {
            let too_many = || RuleErrorKind::TooMany;
            let fits = if index < AnswerSettings::MAX_RULES { Ok(()) } else { Err(too_many()) };
            fits.and_then(|()| Compiled::new(index, rule, variables, framing))
                .map_err(|kind| RuleError { rule: index, kind })
        });
        compiled.collect::<Result<_, _>>().map(Self)
    }

    /// What is wrong with one rule, whether it is on or off.
    pub fn check(rule: &Rule, variables: &BTreeMap<String, String>, framing: &Framing) -> Result<(), RuleErrorKind> {
        Compiled::new(0, rule, variables, framing).map(drop)
    }

    /// Which rules this packet sets off, and what goes out: as a new [`Responder`](super::Responder) would do, without
    /// doing it. Nothing is counted.
    pub fn try_packet(&self, packet: &[u8], from: SocketAddr, world: &mut World<'_>) -> Vec<Fired> {
        let mut matching = self.matching(When::Packet, packet, from);
        let mut all = Vec::new();
        while let Some((_, compiled, captures)) = matching.next(|_| 0) {
            all.push(Fired { rule: compiled.rule, effect: compiled.effect(&captures, 0, world) });
        }
        all
    }

    /// The name of a rule of the list; empty if it has none.
    pub fn name(&self, rule: usize) -> &str {
        self.0.iter().find(|compiled| compiled.rule == rule).map_or("", |compiled| &compiled.name)
    }

    /// How many are on.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is on.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The places in the list of those that are on.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|compiled| compiled.rule)
    }

    /// The rules that match.
    pub(super) fn matching<'r, 'p>(&'r self, when: When, packet: &'p [u8], from: SocketAddr) -> Matching<'r, 'p> {
        Matching { left: self.0.iter().enumerate(), when, packet, from, stopped: false, too_long: 0 }
    }
}

/// The rules that match a packet, one after the other.
pub(super) struct Matching<'r, 'p> {
    left: std::iter::Enumerate<std::slice::Iter<'r, Compiled>>,
    when: When,
    packet: &'p [u8],
    from: SocketAddr,
    stopped: bool,
    /// How many rules could not be tested: the packet is too long for their expression.
    pub(super) too_long: u64,
}

impl<'r, 'p> Matching<'r, 'p> {
    /// The next one, with its place among those that are on. `fired` says how often each of these was set off.
    pub(super) fn next(&mut self, fired: impl Fn(usize) -> u64) -> Option<(usize, &'r Compiled, Captures<'p>)> {
        if self.stopped {
            return None;
        }
        let (when, packet, from, too_long) = (self.when, self.packet, self.from, &mut self.too_long);
        let found = self.left.find_map(|(index, compiled)| {
            let is_spent = || compiled.at_most.is_some_and(|most| fired(index) >= u64::from(most));
            if compiled.when != when || is_spent() || !compiled.is_for(packet, from) {
                return None;
            }
            *too_long += u64::from(compiled.pattern.is_too_long(packet));
            compiled.pattern.matches(packet).map(|captures| (index, compiled, captures))
        })?;
        self.stopped = found.1.next == After::Stop;
        Some(found)
    }
}

impl Compiled {
    fn new(
        index: usize,
        rule: &Rule,
        variables: &BTreeMap<String, String>,
        framing: &Framing,
    ) -> Result<Self, RuleErrorKind> {
        let test = if rule.when == When::Joined { Test::Any } else { rule.test };
        let pattern = Pattern::parse(test, &rule.pattern, rule.typed()).map_err(RuleErrorKind::Pattern)?;
        let length = match rule.length.trim() {
            "" => None,
            _ if rule.when == When::Joined => None,
            _ => Some(Pattern::parse(Test::Length, &rule.length, Typed::Hex).map_err(RuleErrorKind::Length)?),
        };
        let peer = PeerFilter::parse(&rule.peer).map_err(RuleErrorKind::Peer)?;
        let action = match rule.then {
            Then::Reply => CompiledAction::of_reply(&rule.reply, pattern.groups(), variables, framing)?,
            Then::Disconnect => CompiledAction::Disconnect,
            Then::Mark => CompiledAction::Mark,
            Then::Beep => CompiledAction::Beep,
        };
        Ok(Self {
            rule: index,
            name: rule.name.clone(),
            when: rule.when,
            pattern,
            length,
            peer,
            at_most: rule.at_most,
            action,
            next: rule.next,
        })
    }

    /// Whether its length and its peer are those of the packet.
    fn is_for(&self, packet: &[u8], from: SocketAddr) -> bool {
        let has_length = self.length.as_ref().is_none_or(|length| length.matches(packet).is_some());
        has_length && self.peer.contains(from)
    }

    /// Whether it ends the connection, which no limit forbids.
    pub(super) fn disconnects(&self) -> bool {
        matches!(self.action, CompiledAction::Disconnect)
    }

    /// What comes of it; `counter`: how often it was set off before.
    pub(super) fn effect(&self, captures: &Captures<'_>, counter: u64, world: &mut World<'_>) -> Effect {
        let (bytes, charset, delay, to) = match &self.action {
            CompiledAction::Disconnect => return Effect::Disconnect,
            CompiledAction::Mark => return Effect::Mark,
            CompiledAction::Beep => return Effect::Beep,
            CompiledAction::Reply { bytes, charset, delay, to } => (bytes, *charset, *delay, *to),
        };
        let bytes = match bytes {
            Bytes::Constant(bytes) => Ok(Arc::clone(bytes)),
            Bytes::Each(prepared) => {
                let World { now, random, lookup } = world;
                let mut context = Context { counter, now, random, lookup: &mut **lookup, received: Some(captures) };
                prepared.bytes(&mut context).map(Arc::from)
            }
        };
        match bytes {
            Ok(bytes) => Effect::Reply { bytes, charset, delay, to },
            Err(error) => Effect::Unmade(error),
        }
    }
}

impl CompiledAction {
    fn of_reply(
        reply: &Reply,
        groups: usize,
        variables: &BTreeMap<String, String>,
        framing: &Framing,
    ) -> Result<Self, RuleErrorKind> {
        let prepared = reply.message.prepare(framing).map_err(RuleErrorKind::Reply)?;
        let group = prepared.template().and_then(Template::highest_group).unwrap_or(0);
        if group > groups {
            return Err(RuleErrorKind::NoGroup { group, groups });
        }
        let sample = sample(&prepared, groups, variables);
        let bytes = if prepared.is_constant() {
            Bytes::Constant(sample.map_err(RuleErrorKind::Reply)?.into())
        } else {
            match sample {
                Err(error) if is_wrong_for_every_packet(&error) => return Err(RuleErrorKind::Reply(error)),
                _ => Bytes::Each(prepared),
            }
        };
        let delay = Duration::from_millis(u64::from(reply.delay_ms.min(Reply::MAX_DELAY_MS)));
        Ok(Self::Reply { bytes, charset: reply.message.sent_charset(), delay, to: reply.to })
    }
}

/// The reply to an empty packet.
fn sample(prepared: &Prepared, groups: usize, variables: &BTreeMap<String, String>) -> Result<Vec<u8>, ComposeError> {
    let expression = "()".repeat(groups.max(1));
    let empty_groups = Pattern::parse(Test::Regex, &expression, Typed::Hex).ok();
    let captures = empty_groups.as_ref().and_then(|pattern| pattern.matches(&[]));
    let now = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
    let mut context = Context {
        counter: 0,
        now: &now,
        random: &mut Random::seeded(0),
        lookup: &mut SampleLookup(variables),
        received: captures.as_ref(),
    };
    prepared.bytes(&mut context)
}

/// Whether an error of a sample is not one of the sample.
fn is_wrong_for_every_packet(error: &ComposeError) -> bool {
    match error {
        ComposeError::Expand(error) => {
            matches!(error.kind, ExpandErrorKind::UnknownVariable(_) | ExpandErrorKind::Text(_))
        }
        _ => false,
    }
}

/// The variables, and files that are empty.
struct SampleLookup<'a>(&'a BTreeMap<String, String>);

impl Lookup for SampleLookup<'_> {
    fn variable(&mut self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn file(&mut self, _: &str) -> Result<Vec<u8>, String> {
        Ok(Vec::new())
    }
}
