//! What the person wants.

use std::net::SocketAddr;
use std::sync::Arc;

use super::Driver;
use crate::journal::Timestamp;
use crate::net;
use crate::proto::ipmsg::{Attachment, FileKind, GROUP_ADDRESS, TextEncoding, node};
use crate::service::feiq::book::Spoken;
use crate::service::feiq::command::{FeiqCommand, Say};
use crate::service::feiq::files::{Prepared, Recipient};
use crate::service::feiq::happening::Happening;
use crate::service::feiq::history::Entry;
use crate::service::feiq::state::{Attached, Body, Delivery, Fate, Message, MessageId, Refusal, Seal, With};

impl Driver {
    pub(super) fn carry_out(&mut self, command: FeiqCommand) {
        let now = self.clock.now();
        match command {
            FeiqCommand::Refresh => self.announce(),
            FeiqCommand::Announce(to) => {
                self.config.announce = to;
                self.announce();
            }
            FeiqCommand::SetAbsence(text) => {
                self.book.absence.clone_from(&text);
                self.node.set_absence(now, text);
            }
            FeiqCommand::Send(say) if say.attach.is_empty() => self.say(&say, None),
            FeiqCommand::Send(say) => self.say_with_files(say),
            FeiqCommand::SendGroup { group, text, to } => self.say_to_group(group, text, to),
            FeiqCommand::SendImage { to, bytes } => {
                for to in to {
                    self.send_image(to, &bytes);
                }
            }
            FeiqCommand::Shake { to } => {
                for to in to {
                    self.shake(to);
                }
            }
            FeiqCommand::Typing { to, on } => self.check(|node| node.typing(now, to, on)),
            FeiqCommand::SetEncoding { peer, encoding } => {
                self.node.set_encoding(now, peer, encoding);
                self.book.users.touch();
            }
            FeiqCommand::AskInfo { to } => self.check(|node| node.ask_info(now, to)),
            FeiqCommand::AskAbsence { to } => self.check(|node| node.ask_absence(now, to)),
            FeiqCommand::OpenSealed { from, message } => self.open_sealed(from, message),
            FeiqCommand::MarkRead(with) => self.book.conversations.mark_read(&with),
            FeiqCommand::Forget(with) => self.book.conversations.forget(&with),
            FeiqCommand::Fetch { from, message, attachment, into } => self.fetch(from, message, attachment, into),
            FeiqCommand::Decline { from, message } => self.decline(from, message),
            FeiqCommand::Withdraw { to, message } => self.withdraw(to, message),
            FeiqCommand::Cancel(transfer) => {
                if let Some(files) = &self.shelf.files {
                    files.cancel(transfer);
                }
            }
            FeiqCommand::SendRaw(raw) => self.raw_sends.start(raw, &mut self.node, &mut self.book, now),
            FeiqCommand::StopRaw { job } => self.raw_sends.stop(job, &mut self.book),
        }
        self.book.touch();
    }

    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.book.refuse(refusal.clone());
        (self.observer)(Happening::Refused(refusal));
    }

    fn check(&mut self, order: impl FnOnce(&mut node::Node) -> Result<(), node::Refused>) {
        if let Err(refused) = order(&mut self.node) {
            self.refuse(refused.into());
        }
    }

    fn announce(&mut self) {
        let interfaces = net::interfaces();
        if self.local.ip().is_unspecified() {
            self.node.set_own_addrs(interfaces.iter().map(|interface| interface.addr).collect());
        }
        self.node.announce(self.clock.now(), &self.config.announce.addresses(self.local, &interfaces));
    }

    /// Says something, with what was made ready to be offered.
    pub(super) fn say(&mut self, say: &Say, prepared: Option<&Prepared>) {
        let now = self.clock.now();
        let number = prepared.map(|_| self.node.next_number(now));
        let encoding = |node: &node::Node, to| say.encoding.unwrap_or_else(|| node.encoding_for(to));
        if let (Some(prepared), Some(number), Some(files)) = (prepared, number, &self.shelf.files) {
            let recipient = |to: &SocketAddr| Recipient { ip: to.ip(), encoding: encoding(&self.node, *to) };
            files.offer(number, &say.to.iter().map(recipient).collect::<Vec<_>>(), prepared);
        }
        let attachments = prepared.map(|prepared| prepared.attachments(TextEncoding::Utf8)).unwrap_or_default();
        let outgoing = node::Outgoing {
            to: say.to.clone(),
            text: say.text.clone(),
            encoding: say.encoding,
            number,
            sealed: say.sealed,
            attachments,
            ..node::Outgoing::default()
        };
        match self.node.send(now, &outgoing) {
            Ok(number) => {
                for &to in &say.to {
                    let offered = outgoing.attachments.iter();
                    let attachments =
                        offered.map(|offer| attached(offer, String::from_utf8_lossy(&offer.name).into_owned()));
                    let message = Message {
                        seal: say.sealed.then_some(Seal::Closed),
                        encoding: Some(encoding(&self.node, to)),
                        attachments: attachments.collect(),
                        ..self.own(to, number, Body::Text(say.text.clone()), Delivery::Waiting { retries: 0 })
                    };
                    self.keep(&With::Peer(to), message);
                }
            }
            Err(refused) => {
                if let (Some(number), Some(files)) = (number, &self.shelf.files) {
                    say.to.iter().for_each(|to| files.release(number, to.ip()));
                }
                self.refuse(refused.into());
            }
        }
    }

    fn say_to_group(&mut self, group: String, text: String, to: Vec<SocketAddr>) {
        let everyone = SocketAddr::new(GROUP_ADDRESS.into(), self.local.port());
        let to = if to.is_empty() { vec![everyone] } else { to };
        match self.node.send_group(self.clock.now(), &to, &group, &text) {
            Ok(number) => {
                let message = self.own(to[0], number, Body::Text(text), Delivery::Sent);
                self.keep(&With::Group(group), message);
            }
            Err(refused) => self.refuse(refused.into()),
        }
    }

    fn send_image(&mut self, to: SocketAddr, bytes: &Arc<[u8]>) {
        match self.node.send_image(self.clock.now(), to, bytes.to_vec()) {
            Ok(sent) => {
                let body = Body::Image { image: sent.id, bytes: Arc::clone(bytes) };
                let message = self.own(to, sent.number, body, Delivery::Waiting { retries: 0 });
                self.keep(&With::Peer(to), message);
            }
            Err(refused) => self.refuse(refused.into()),
        }
    }

    fn shake(&mut self, to: SocketAddr) {
        match self.node.shake(self.clock.now(), to) {
            Ok(()) => {
                let message = self.own(to, 0, Body::Shake, Delivery::Sent);
                self.keep(&With::Peer(to), message);
            }
            Err(refused) => self.refuse(refused.into()),
        }
    }

    fn open_sealed(&mut self, from: SocketAddr, id: MessageId) {
        let with = With::Peer(from);
        let is_closed = |message: &&Arc<Message>| !message.sent && message.seal == Some(Seal::Closed);
        let Some(number) = self.book.conversations.get(&with, id).filter(is_closed).map(|message| message.number)
        else {
            return self.refuse(Refusal::Gone);
        };
        if let Err(refused) = self.node.open_sealed(self.clock.now(), from, number) {
            return self.refuse(refused.into());
        }
        let opened = self.book.conversations.change(
            &with,
            |message| message.id == id,
            |message| message.seal = Some(Seal::Opened),
        );
        if let Some(message) = opened {
            self.keep_on_disk(&with, &message);
        }
    }

    fn decline(&mut self, from: SocketAddr, id: MessageId) {
        let with = With::Peer(from);
        let Some(number) = self.book.conversations.get(&with, id).map(|message| message.number) else {
            return self.refuse(Refusal::Gone);
        };
        let now = self.clock.now();
        self.check(|node| node.release_files(now, from, number));
        self.release(&with, |message| message.id == id);
    }

    fn withdraw(&mut self, to: SocketAddr, id: MessageId) {
        let with = With::Peer(to);
        let sent = self.book.conversations.get(&with, id).filter(|message| message.sent).map(|message| message.number);
        let (Some(number), Some(files)) = (sent, &self.shelf.files) else { return self.refuse(Refusal::Gone) };
        files.release(number, to.ip());
        self.release(&with, |message| message.id == id);
    }

    /// A message of ours.
    fn own(&self, to: SocketAddr, number: u64, body: Body, delivery: Delivery) -> Message {
        let message = Message::new(to, self.config.nick.clone(), number, body, Timestamp::now());
        Message { sent: true, delivery: Some(delivery), ..message }
    }

    /// Adds a message to its conversation and to the history.
    pub(super) fn keep(&mut self, with: &With, message: Message) -> Arc<Message> {
        let title = match with {
            With::Peer(addr) => match self.book.users.get(*addr) {
                Some(user) => user.name(),
                None if message.sent => self.book.conversations.title(with).unwrap_or(&addr.to_string()).to_owned(),
                None => message.author.clone(),
            },
            With::Group(group) => group.clone(),
        };
        let message = self.book.conversations.add(Spoken { with: with.clone(), title, message });
        self.keep_on_disk(with, &message);
        self.book.touch();
        message
    }

    fn keep_on_disk(&mut self, with: &With, message: &Message) {
        let Some(history) = &self.history else { return };
        let title = self.book.conversations.title(with).unwrap_or_default();
        if !history.keep(Entry::of(message, with, title)) {
            self.book.dropped.unkept += 1;
        }
    }
}

/// An attachment as it is shown.
pub(super) fn attached(offer: &Attachment, name: String) -> Attached {
    Attached {
        id: offer.id,
        name,
        size: offer.size,
        is_folder: offer.kind() == FileKind::Directory,
        offer: offer.clone(),
        fate: Fate::Offered,
    }
}
