//! Messages that come: acknowledged as often as they are sent, shown once.
//!
//! What was shown is remembered for a while by number and content. A number alone, or the highest one, would not do:
//! iptux begins at 1 again when it is started, and scripts always send the same one. As iptux may then say the same with
//! the same number, what it said before its entry is not compared.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::time::Duration;

use super::Node;
use super::event::{Event, Received, Verdict};
use super::identity::Form;
use super::images::image_ids;
use super::presence::clipped;
use crate::proto::Moment;
use crate::proto::ipmsg::{ClientKind, Command, Message, Packet, TextEncoding, code, emit_number, option, text};

/// A message that wants an acknowledgement is sent again until it has one, a few seconds long.
const CHECKED_MEMORY: Duration = Duration::from_mins(1);
/// One that wants none comes twice only if the network doubles it. Soon after, the same bytes mean that a person sent
/// the same again.
const UNCHECKED_MEMORY: Duration = Duration::from_secs(1);

impl Node {
    /// SENDMSG came.
    pub(super) fn on_message(
        &mut self,
        from: SocketAddr,
        packet: &Packet,
        encoding: TextEncoding,
        now: Moment,
    ) -> Verdict {
        let command = packet.command;
        let acked = command.has(option::SENDCHECK) && !command.has(option::BROADCAST) && !command.has(option::AUTORET);
        if acked {
            self.acknowledge(from, packet.number, now);
        }
        if !self.is_new(from, packet, now) {
            return Verdict::Duplicate;
        }
        if command.has(option::SECRET) {
            self.note_sealed(from, packet.number, command.has(option::READCHECK));
        }
        let received = read(from, packet, encoding, acked);
        self.learn_encoding(from, packet, encoding);
        self.tell(Event::Message(Box::new(received)));
        if !command.has(option::NOADDLIST) {
            self.greet(from, now);
        }
        self.reply_absence(from, command, now);
        if acked { Verdict::Acked } else { Verdict::Shown }
    }

    /// RECVMSG with the number of what came.
    fn acknowledge(&mut self, to: SocketAddr, number: u64, now: Moment) {
        self.send_plain(to, Command::new(code::RECVMSG, 0), Form::Own, emit_number(number), now);
    }

    /// Whether this was not shown before, lately. It is remembered from now on.
    pub(super) fn is_new(&mut self, from: SocketAddr, packet: &Packet, now: Moment) -> bool {
        let memory = if packet.command.has(option::SENDCHECK) { CHECKED_MEMORY } else { UNCHECKED_MEMORY };
        let starts = self.peers.get(from).map_or(0, |peer| peer.starts);
        let mut fresh = false;
        let until = self.seen.entry((from, fingerprint(packet, starts)), || {
            fresh = true;
            now
        });
        let new = fresh || *until <= now;
        *until = now + memory;
        new
    }

    /// A peer that writes or invites UTF-8 reads it, too.
    fn learn_encoding(&mut self, from: SocketAddr, packet: &Packet, encoding: TextEncoding) {
        let prefer = self.config.prefer;
        self.peers.update(from, |peer| {
            if peer.learnt.is_some() || peer.listed {
                return;
            }
            // FeiQ and iptux get GBK, whatever they write.
            if ClientKind::seen(&packet.version, None) != ClientKind::Other {
                return;
            }
            let invites = packet.command.has(option::CAPUTF8);
            let writes = encoding == TextEncoding::Utf8 && !packet.extra.is_ascii();
            if invites || writes {
                peer.learnt = Some(TextEncoding::Utf8);
                peer.user.encoding = peer.sends_in(prefer);
            }
        });
    }
}

/// What tells a message from others of the same sender. The option bits are left out, because RETRYOPT may be added
/// when it is sent again, and so are NULs at the end.
fn fingerprint(packet: &Packet, starts: u32) -> u64 {
    let end = packet.extra.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let mut hasher = DefaultHasher::new();
    starts.hash(&mut hasher);
    packet.command.code().hash(&mut hasher);
    packet.number.hash(&mut hasher);
    packet.user.hash(&mut hasher);
    packet.host.hash(&mut hasher);
    packet.extra[..end].hash(&mut hasher);
    hasher.finish()
}

fn read(from: SocketAddr, packet: &Packet, encoding: TextEncoding, acked: bool) -> Received {
    let Packet { command, .. } = *packet;
    let message = Message::from(packet);
    let encrypted = command.has(option::ENCRYPT);
    let decoded = if encrypted { String::new() } else { encoding.decode(message.text) };
    let (text, font) = text::strip_font(&decoded);
    Received {
        from,
        user: clipped(&encoding.decode(&packet.user)),
        host: clipped(&encoding.decode(&packet.host)),
        number: packet.number,
        command,
        text: text.to_owned(),
        raw: message.text.to_vec(),
        encoding,
        font: font.map(str::to_owned),
        acked,
        sealed: command.has(option::SECRET),
        locked: command.has(option::PASSWORD),
        broadcast: command.has(option::BROADCAST),
        multicast: command.has(option::MULTICAST),
        auto_reply: command.has(option::AUTORET),
        encrypted,
        attachments: if encrypted { Vec::new() } else { message.attachments().items },
        images: image_ids(text),
    }
}
