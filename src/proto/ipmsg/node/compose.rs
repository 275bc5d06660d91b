//! What the person sends: messages, and packets made by hand.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::Node;
use super::config::Prefer;
use super::identity::{Form, encode_lossy};
use super::images::image_ids;
use super::outbox::Purpose;
use super::outgoing::{Outgoing, Refused};
use super::users::Peer;
use crate::proto::Moment;
use crate::proto::ipmsg::{Attachment, Command, MAX_DATAGRAM_BYTES, Packet, TextEncoding, code, message, option, text};

/// What stands for a colon in the name of an offered file: doubled, as IPMSG writes it, iptux misreads it.
const COLON_IN_FILE_NAME: &str = ";";

impl Node {
    /// A number for a message that is still being made; [`Outgoing::number`] takes it.
    pub fn next_number(&mut self, now: Moment) -> u64 {
        self.numbers.take(now)
    }

    /// Sends a message to all its targets, or to none if it is refused. Returns its packet number.
    ///
    /// [`Event::Delivered`](super::Event::Delivered) or [`Event::NoAnswer`](super::Event::NoAnswer) follows for each
    /// target, unless it is a broadcast or an automatic answer.
    pub fn send(&mut self, now: Moment, outgoing: &Outgoing) -> Result<u64, Refused> {
        self.ready()?;
        let targets = self.checked_targets(&outgoing.to)?;
        let number = outgoing.number.unwrap_or_else(|| self.numbers.take(now));
        let command = command_of(outgoing, targets.len());
        let awaited = command.has(option::SENDCHECK);
        if awaited {
            self.outbox.admits(&targets, number)?;
        }
        let mut made: [Option<Vec<u8>>; 2] = [None, None];
        let mut datagrams = Vec::with_capacity(targets.len());
        for to in targets {
            let encoding = outgoing.encoding.unwrap_or_else(|| self.encoding_for(to));
            let made = &mut made[usize::from(encoding == TextEncoding::Utf8)];
            let bytes = match made {
                Some(bytes) => bytes.clone(),
                None => made.insert(self.make(to, number, command, encoding, outgoing)?).clone(),
            };
            datagrams.push((to, bytes));
        }
        for (to, bytes) in datagrams {
            if command.has(option::SECRET) {
                self.note_sealed_sent(to, number);
            }
            if awaited {
                self.introduce(to, now);
                self.submit(to, number, bytes, Purpose::Message, now);
            } else {
                self.transmit(to, bytes);
            }
        }
        Ok(number)
    }

    fn make(
        &self,
        to: SocketAddr,
        number: u64,
        command: Command,
        encoding: TextEncoding,
        outgoing: &Outgoing,
    ) -> Result<Vec<u8>, Refused> {
        let text = text::encode(&outgoing.text, encoding).map_err(|refused| Refused::NotInGbk {
            to,
            character: refused.character,
            char_index: refused.char_index,
        })?;
        let attachments: Vec<Attachment> =
            outgoing.attachments.iter().map(|attachment| in_encoding(attachment, encoding)).collect();
        let command =
            if encoding == TextEncoding::Utf8 { command.with(option::UTF8 | option::CAPUTF8) } else { command };
        let extra = message::emit(&text, &attachments);
        // A plain version's image would not be shown.
        let form = if image_ids(&outgoing.text).is_empty() { Form::Own } else { Form::Feiq };
        within_limit(self.identity.packet(form, number, command, encoding, extra).emit())
    }

    /// Sends a packet as it is, such as one made by hand: nothing in it is corrected. If an acknowledgement is awaited
    /// it is sent again without one, like a message.
    pub fn send_raw(
        &mut self,
        now: Moment,
        to: &[SocketAddr],
        packet: &Packet,
        wait_for_ack: bool,
    ) -> Result<(), Refused> {
        self.ready()?;
        let targets = self.checked_targets(to)?;
        let bytes = within_limit(packet.emit())?;
        if wait_for_ack {
            self.outbox.admits(&targets, packet.number)?;
        }
        for to in targets {
            if packet.command.code() == code::SENDMSG && packet.command.has(option::SECRET) {
                self.note_sealed_sent(to, packet.number);
            }
            if wait_for_ack {
                self.submit(to, packet.number, bytes.clone(), Purpose::Message, now);
            } else {
                self.transmit(to, bytes.clone());
            }
        }
        Ok(())
    }

    /// The person's choice of encoding for a peer, both ways; `None` for what the peer says and shows.
    pub fn set_encoding(&mut self, now: Moment, peer: SocketAddr, encoding: Option<TextEncoding>) {
        let prefer = self.config.prefer;
        self.remember(peer, now, |peer| {
            peer.chosen = encoding;
            peer.user.encoding = peer.sends_in(prefer);
        });
    }

    /// The encoding in which texts are sent to `to`.
    pub fn encoding_for(&self, to: SocketAddr) -> TextEncoding {
        match self.peers.get(to) {
            Some(peer) => peer.sends_in(self.config.prefer),
            None => self.identity.entry_encoding(),
        }
    }

    /// Each target once, in order of address.
    pub(super) fn checked_targets(&self, to: &[SocketAddr]) -> Result<BTreeSet<SocketAddr>, Refused> {
        let targets: BTreeSet<SocketAddr> = to.iter().copied().collect();
        let limit = self.config.limits.targets;
        match targets.len() {
            0 => Err(Refused::NoTarget),
            count if count > limit => Err(Refused::TooManyTargets { count, limit }),
            _ => Ok(targets),
        }
    }
}

impl Peer {
    /// The encoding in which texts are sent to it: what the person chose, then what it reads.
    pub(super) fn sends_in(&self, prefer: Prefer) -> TextEncoding {
        let preferred = match prefer {
            Prefer::Auto => self.learnt.unwrap_or(TextEncoding::Gbk),
            Prefer::Gbk => TextEncoding::Gbk,
            Prefer::Utf8 => TextEncoding::Utf8,
        };
        self.chosen.unwrap_or(preferred)
    }
}

fn command_of(outgoing: &Outgoing, targets: usize) -> Command {
    let mut command = Command::new(code::SENDMSG, outgoing.options).without(option::ENCRYPT | option::UTF8);
    if targets > 1 {
        command = command.with(option::MULTICAST);
    }
    if outgoing.sealed {
        command = command.with(option::SECRET | option::READCHECK);
    }
    if !outgoing.attachments.is_empty() {
        command = command.with(option::FILEATTACH);
    }
    if outgoing.broadcast {
        command = command.with(option::BROADCAST);
    }
    if command.has(option::BROADCAST) || command.has(option::AUTORET) {
        command.without(option::SENDCHECK)
    } else {
        command.with(option::SENDCHECK)
    }
}

fn in_encoding(attachment: &Attachment, encoding: TextEncoding) -> Attachment {
    let name = String::from_utf8_lossy(&attachment.name).replace(':', COLON_IN_FILE_NAME);
    Attachment { name: encode_lossy(&name, encoding), ..attachment.clone() }
}

pub(super) fn within_limit(bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
    if bytes.len() > MAX_DATAGRAM_BYTES {
        return Err(Refused::TooLong { bytes: bytes.len(), limit: MAX_DATAGRAM_BYTES });
    }
    Ok(bytes)
}
