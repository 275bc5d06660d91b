//! What was said, by whom and to whom, as much of it as memory is for: the oldest messages of the quietest conversations
//! go first.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;

use super::super::state::{Conversation, Message, MessageId, With};
use super::memory::message_bytes;
use crate::journal::Timestamp;

/// Messages of one conversation.
const MAX_MESSAGES: usize = 1000;
/// Conversations.
const MAX_CONVERSATIONS: usize = 1024;
/// Memory of all messages; when it is used up, room is made down to [`ENOUGH_BYTES`].
const MAX_BYTES: usize = 64 << 20;
const ENOUGH_BYTES: usize = MAX_BYTES / 8 * 7;

/// All conversations.
#[derive(Default)]
pub(in super::super) struct Conversations {
    all: BTreeMap<With, Kept>,
    last_id: u64,
    bytes: usize,
    forgotten: u64,
    /// What is shown; `None`: out of date.
    shown: Option<Arc<Vec<Arc<Conversation>>>>,
}

/// One conversation.
#[derive(Default)]
struct Kept {
    title: String,
    messages: VecDeque<Arc<Message>>,
    forgotten: u64,
    unread: usize,
    latest: Timestamp,
    shown: Option<Arc<Conversation>>,
}

/// A message before it has its place.
pub(in super::super) struct Spoken {
    /// With whom.
    pub with: With,
    /// What to call the conversation.
    pub title: String,
    /// The message; its id is given.
    pub message: Message,
}

impl Conversations {
    /// Adds a message, and makes room for it.
    pub fn add(&mut self, spoken: Spoken) -> Arc<Message> {
        let Spoken { with, title, mut message } = spoken;
        self.shown = None;
        self.last_id += 1;
        message.id = MessageId(self.last_id);
        if !self.all.contains_key(&with) && self.all.len() >= MAX_CONVERSATIONS {
            self.drop_quietest();
        }
        self.bytes += message_bytes(&message);
        let message = Arc::new(message);
        let kept = self.all.entry(with).or_default();
        kept.shown = None;
        kept.title = title;
        kept.latest = message.time;
        kept.unread += usize::from(!message.sent);
        kept.messages.push_back(Arc::clone(&message));
        if kept.messages.len() > MAX_MESSAGES {
            let freed = kept.forget_oldest();
            self.forgotten += 1;
            self.bytes -= freed;
        }
        if self.bytes > MAX_BYTES {
            self.make_room();
        }
        message
    }

    fn drop_quietest(&mut self) {
        let Some(with) = self.all.iter().min_by_key(|(_, kept)| kept.latest).map(|(with, _)| with.clone()) else {
            return;
        };
        if let Some(kept) = self.all.remove(&with) {
            self.forgotten += kept.messages.len() as u64;
            self.bytes -= kept.bytes();
        }
    }

    /// Takes the older half of conversations, the quietest first, until there is enough room.
    fn make_room(&mut self) {
        let mut quiet: Vec<(Timestamp, With)> =
            self.all.iter().map(|(with, kept)| (kept.latest, with.clone())).collect();
        quiet.sort();
        for (_, with) in quiet.iter().cycle() {
            if self.bytes <= ENOUGH_BYTES {
                break;
            }
            let Some(kept) = self.all.get_mut(with) else { continue };
            for _ in 0..kept.messages.len().div_ceil(2) {
                self.bytes -= kept.forget_oldest();
                self.forgotten += 1;
            }
        }
    }

    /// A message by its id.
    pub fn get(&self, with: &With, id: MessageId) -> Option<&Arc<Message>> {
        let messages = &self.all.get(with)?.messages;
        messages.binary_search_by_key(&id, |message| message.id).ok().map(|at| &messages[at])
    }

    /// What to call a conversation.
    pub fn title(&self, with: &With) -> Option<&str> {
        self.all.get(with).map(|kept| kept.title.as_str())
    }

    /// Changes the latest message of a conversation that is wanted; returns it as it is now.
    pub fn change(
        &mut self,
        with: &With,
        wanted: impl Fn(&Message) -> bool,
        change: impl FnOnce(&mut Message),
    ) -> Option<Arc<Message>> {
        let kept = self.all.get_mut(with)?;
        let message = kept.messages.iter_mut().rfind(|message| wanted(message))?;
        change(Arc::make_mut(message));
        kept.shown = None;
        self.shown = None;
        Some(Arc::clone(message))
    }

    /// The conversations with peers at an address, whatever their port.
    pub fn at(&self, ip: IpAddr) -> Vec<With> {
        let is_there = |with: &&With| matches!(with, With::Peer(addr) if addr.ip() == ip);
        self.all.keys().filter(is_there).cloned().collect()
    }

    pub fn mark_read(&mut self, with: &With) {
        if let Some(kept) = self.all.get_mut(with).filter(|kept| kept.unread > 0) {
            kept.unread = 0;
            kept.shown = None;
            self.shown = None;
        }
    }

    /// Takes a conversation off the list.
    pub fn forget(&mut self, with: &With) {
        if let Some(kept) = self.all.remove(with) {
            self.bytes -= kept.bytes();
            self.shown = None;
        }
    }

    /// Messages that had to make room.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// As shown: the latest first.
    pub fn list(&mut self) -> Arc<Vec<Arc<Conversation>>> {
        if let Some(shown) = &self.shown {
            return Arc::clone(shown);
        }
        let mut all: Vec<Arc<Conversation>> = self.all.iter_mut().map(|(with, kept)| kept.show(with)).collect();
        all.sort_by_key(|conversation| std::cmp::Reverse(conversation.latest));
        Arc::clone(self.shown.insert(Arc::new(all)))
    }
}

impl Kept {
    /// Lets go of the oldest message; returns the bytes that it took.
    fn forget_oldest(&mut self) -> usize {
        let Some(message) = self.messages.pop_front() else { return 0 };
        self.forgotten += 1;
        self.unread = self.unread.min(self.messages.len());
        self.shown = None;
        message_bytes(&message)
    }

    fn bytes(&self) -> usize {
        self.messages.iter().map(|message| message_bytes(message)).sum()
    }

    fn show(&mut self, with: &With) -> Arc<Conversation> {
        let Self { title, messages, forgotten, unread, latest, shown } = self;
        Arc::clone(shown.get_or_insert_with(|| {
            Arc::new(Conversation {
                with: with.clone(),
                title: title.clone(),
                messages: Arc::new(messages.iter().cloned().collect()),
                forgotten: *forgotten,
                unread: *unread,
                latest: *latest,
            })
        }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::super::super::state::Body;
    use super::*;

    fn with(host: u32) -> With {
        With::Peer((std::net::Ipv4Addr::from_bits(0x7f00_0000 + host), 2425).into())
    }

    fn text(time: i64, text: String) -> Message {
        Message::new("127.0.0.2:2425".parse().unwrap(), String::new(), 1, Body::Text(text), Timestamp(time))
    }

    fn say(all: &mut Conversations, host: u32, time: i64, len: usize) -> MessageId {
        let message = text(time, "x".repeat(len));
        all.add(Spoken { with: with(host), title: format!("host {host}"), message }).id
    }

    #[test]
    fn a_conversation_keeps_its_last_messages() {
        let mut all = Conversations::default();
        for time in 0..i64::try_from(MAX_MESSAGES).unwrap() + 5 {
            say(&mut all, 1, time, 1);
        }
        let shown = all.list();
        assert_eq!((shown[0].messages.len(), shown[0].forgotten, shown[0].unread), (MAX_MESSAGES, 5, MAX_MESSAGES));
        assert_eq!(shown[0].messages[0].time, Timestamp(5));
        assert_eq!(all.forgotten(), 5);
        let id = shown[0].messages[7].id;
        assert_eq!(all.get(&with(1), id).unwrap().time, Timestamp(12));
        assert_eq!(shown[0].message(id).unwrap().time, Timestamp(12));
        all.mark_read(&with(1));
        assert_eq!(all.list()[0].unread, 0);
    }

    #[test]
    fn the_quietest_conversation_makes_room() {
        let mut all = Conversations::default();
        for host in 0..=MAX_CONVERSATIONS as u32 {
            say(&mut all, host, i64::from(host), 1);
        }
        assert_eq!(all.list().len(), MAX_CONVERSATIONS);
        assert!(all.list().iter().all(|conversation| conversation.with != with(0)));
    }

    #[test]
    fn memory_is_bounded_whatever_is_said() {
        let mut all = Conversations::default();
        for n in 0..20_000 {
            say(&mut all, n % 50, i64::from(n), 8000);
            assert!(all.bytes <= MAX_BYTES);
        }
        let kept: usize = all.all.values().map(Kept::bytes).sum();
        assert_eq!(all.bytes, kept);
        let shown: u64 = all.list().iter().map(|c| c.messages.len() as u64).sum();
        assert_eq!(shown + all.forgotten(), 20_000);
        for host in 0..50 {
            all.forget(&with(host));
        }
        assert_eq!(all.bytes, 0);
    }

    #[test]
    fn what_did_not_change_is_shared_between_snapshots() {
        let mut all = Conversations::default();
        say(&mut all, 1, 1, 1);
        let changed = say(&mut all, 2, 2, 1);
        let before = all.list();
        assert!(Arc::ptr_eq(&before, &all.list()));
        all.change(&with(2), |message| message.id == changed, |message| message.acked = true).unwrap();
        let after = all.list();
        assert!(Arc::ptr_eq(&before[1], &after[1]) && !Arc::ptr_eq(&before[0], &after[0]));
        assert!(after[0].messages[0].acked && !before[0].messages[0].acked);
    }
}
