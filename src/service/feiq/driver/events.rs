//! What happened at the node, into conversations, reports and notes.

use std::net::SocketAddr;
use std::sync::Arc;

use super::Driver;
use super::orders::attached;
use crate::journal::Timestamp;
use crate::proto::ipmsg::node::{Event, GroupMessage, Received};
use crate::proto::ipmsg::{ImageId, TextEncoding};
use crate::service::feiq::happening::Happening;
use crate::service::feiq::state::{Body, Delivery, Message, Seal, User, With};

impl Driver {
    /// Takes up an event; `time` is that of the datagram that caused it.
    pub(super) fn happened(&mut self, event: Event, time: Timestamp) {
        self.notes.event(&event);
        self.book.touch();
        match event {
            Event::Online(user) => {
                let user = self.book.users.take(&user, &self.clock);
                (self.observer)(Happening::Online(user));
            }
            Event::Changed(user) => {
                let user = self.book.users.take(&user, &self.clock);
                (self.observer)(Happening::Changed(user));
            }
            Event::Offline(addr) => self.offline(addr),
            Event::Forgotten(addr) => {
                self.book.dropped.users += 1;
                self.offline(addr);
            }
            Event::Message(received) => self.received(*received, time),
            Event::Group(message) => self.received_in_group(*message, time),
            Event::Delivered { to, number, after, tries } => {
                self.delivery(to, number, Delivery::Acked { after, retries: tries.saturating_sub(1) });
            }
            Event::Retried { to, number, tries } => {
                self.delivery(to, number, Delivery::Waiting { retries: tries.saturating_sub(1) });
            }
            Event::NoAnswer { to, number, tries } => self.delivery(to, number, Delivery::NoAnswer { tries }),
            Event::ReadBy { by, number } => self.seal(by, true, number, Seal::Read),
            Event::DiscardedBy { by, number } => self.seal(by, true, number, Seal::Discarded),
            Event::OpeningConfirmed { by, number } => self.seal(by, false, number, Seal::Read),
            Event::OpeningUnanswered { to, number, .. } => self.seal(to, false, number, Seal::Unconfirmed),
            Event::Shake { from, user, host } => {
                let announced = self.book.users.get(from).map(|known| (known.user.clone(), known.host.clone()));
                let (user, host) = announced.unwrap_or((user, host));
                let message = self.spoken_by(from, &user, 0, Body::Shake, time);
                self.tell(With::Peer(from), message, user, host);
            }
            Event::ShakeAnswered { by } => self.shake_answered(by, time),
            Event::Typing { from, on } => self.book.users.set_typing(from, on),
            Event::Image { from, id, bytes } => {
                self.said(from, 0, Body::Image { image: id, bytes: bytes.into() }, time);
            }
            Event::ImageLost { .. } => self.book.dropped.images += 1,
            Event::ImageDelivered { to, id, after } => {
                self.image_delivery(to, id, Delivery::Acked { after, retries: 0 });
            }
            Event::ImageNoAnswer { to, id } => self.image_delivery(to, id, Delivery::NoAnswer { tries: 1 }),
            Event::FilesReleased { by, number } => {
                if let Some(files) = &self.shelf.files {
                    files.release(number, by.ip());
                }
                self.release(&With::Peer(by), |message| message.sent && message.number == number);
                (self.observer)(Happening::Released { by, number });
            }
            Event::Info { from, text } | Event::AbsenceText { from, text } => self.answered(from, text, time),
            Event::Limited { from, dropped } => (self.observer)(Happening::Limited { from, datagrams: dropped }),
            Event::Left => {}
        }
    }

    fn offline(&mut self, addr: SocketAddr) {
        self.book.users.set_typing(addr, false);
        self.book.users.touch();
        if let Some(user) = self.book.users.get(addr) {
            let user = Arc::new(User { online: false, typing: false, ..User::clone(user) });
            self.notes.offline(addr, user.name());
            (self.observer)(Happening::Offline(user));
        }
    }

    /// A message that came, with nothing in it yet but who said it.
    fn spoken_by(&self, from: SocketAddr, user: &str, number: u64, body: Body, time: Timestamp) -> Message {
        let listed = self.book.users.get(from).map(|user| user.name());
        let claimed = || if user.trim().is_empty() { from.to_string() } else { user.to_owned() };
        Message::new(from, listed.unwrap_or_else(claimed), number, body, time)
    }

    fn received(&mut self, received: Received, time: Timestamp) {
        let Received { from, user, host, number, text, encoding, attachments, .. } = received;
        let body = if received.encrypted { Body::Encrypted } else { Body::Text(text) };
        let attachments = attachments.iter().map(|offer| attached(offer, file_name(&offer.name, encoding)));
        let message = Message {
            font: received.font,
            encoding: Some(encoding),
            broadcast: received.broadcast,
            auto_reply: received.auto_reply,
            acked: received.acked,
            seal: received.sealed.then_some(Seal::Closed),
            attachments: attachments.collect(),
            ..self.spoken_by(from, &user, number, body, time)
        };
        // Who has said something does not type any more.
        self.book.users.set_typing(from, false);
        self.tell(With::Peer(from), message, user, host);
    }

    fn received_in_group(&mut self, received: GroupMessage, time: Timestamp) {
        let GroupMessage { from, user, host, number, content } = received;
        let (with, body, font) = match content {
            Ok(content) => (With::Group(content.group), Body::Text(content.text), content.font),
            Err(_) => (With::Peer(from), Body::Encrypted, None),
        };
        let message = Message {
            font,
            encoding: Some(TextEncoding::Gbk),
            broadcast: true,
            ..self.spoken_by(from, &user, number, body, time)
        };
        self.tell(with, message, user, host);
    }

    /// A peer said something without a text.
    fn said(&mut self, from: SocketAddr, number: u64, body: Body, time: Timestamp) {
        let (user, host) = self.names(from);
        let message = self.spoken_by(from, &user, number, body, time);
        self.tell(With::Peer(from), message, user, host);
    }

    /// The answer to what was asked.
    fn answered(&mut self, from: SocketAddr, text: String, time: Timestamp) {
        let (user, host) = self.names(from);
        let message = Message { auto_reply: true, ..self.spoken_by(from, &user, 0, Body::Text(text), time) };
        self.tell(With::Peer(from), message, user, host);
    }

    fn names(&self, addr: SocketAddr) -> (String, String) {
        self.book.users.get(addr).map(|user| (user.user.clone(), user.host.clone())).unwrap_or_default()
    }

    fn tell(&mut self, with: With, message: Message, user: String, host: String) {
        let message = self.keep(&with, message);
        (self.observer)(Happening::Said { with, message, user, host });
    }

    /// The fate of what we sent has changed.
    fn delivery(&mut self, to: SocketAddr, number: u64, delivery: Delivery) {
        let is_meant = |message: &Message| {
            let is_image = matches!(message.body, Body::Image { .. });
            // A picture is there when its pieces are, not when its marker is.
            message.sent && message.number == number && (!is_image || matches!(delivery, Delivery::NoAnswer { .. }))
        };
        self.book.conversations.change(&With::Peer(to), is_meant, |message| message.delivery = Some(delivery));
        self.raw_sends.delivery(to, number, delivery, &mut self.book);
        (self.observer)(Happening::Delivery { to, number, delivery });
    }

    fn image_delivery(&mut self, to: SocketAddr, id: ImageId, delivery: Delivery) {
        let is_meant =
            |message: &Message| message.sent && matches!(message.body, Body::Image { image, .. } if image == id);
        let changed =
            self.book.conversations.change(&With::Peer(to), is_meant, |message| message.delivery = Some(delivery));
        if let Some(message) = changed {
            (self.observer)(Happening::Delivery { to, number: message.number, delivery });
        }
    }

    fn seal(&mut self, peer: SocketAddr, sent: bool, number: u64, seal: Seal) {
        let is_meant = |message: &Message| message.sent == sent && message.number == number && message.seal.is_some();
        self.book.conversations.change(&With::Peer(peer), is_meant, |message| message.seal = Some(seal));
    }

    fn shake_answered(&mut self, by: SocketAddr, time: Timestamp) {
        let is_meant =
            |message: &Message| message.sent && message.body == Body::Shake && message.delivery == Some(Delivery::Sent);
        self.book.conversations.change(&With::Peer(by), is_meant, |message| {
            let nanos = u64::try_from(time.0 - message.time.0).unwrap_or(0);
            let after = std::time::Duration::from_nanos(nanos);
            message.delivery = Some(Delivery::Acked { after, retries: 0 });
        });
    }
}

/// A file's name as it is shown: a peer that says that it writes UTF-8, and does not, writes GBK.
fn file_name(name: &[u8], encoding: TextEncoding) -> String {
    let encoding = if std::str::from_utf8(name).is_ok() { encoding } else { TextEncoding::Gbk };
    encoding.decode(name)
}
