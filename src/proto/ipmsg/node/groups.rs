//! FeiQ's group messages. Everyone in reach of the multicast gets them; nobody acknowledges them.

use std::net::SocketAddr;

use super::Node;
use super::compose::within_limit;
use super::event::{Event, GroupMessage, GroupText, Verdict};
use super::images::image_ids;
use super::outgoing::Refused;
use super::presence::clipped;
use crate::proto::Moment;
use crate::proto::ipmsg::{Command, FeiqVersion, GroupBody, Packet, TextEncoding, code, group, text};

/// FeiQ always sets this bit with a group message.
const GROUP_OPTION: u32 = 0x40_0000;

const MAX_NUMBER_DIGITS: usize = 16;

impl Node {
    /// Sends a text to a group, by its number in hexadecimal digits: to
    /// [`GROUP_ADDRESS`](crate::proto::ipmsg::GROUP_ADDRESS), or to single hosts. The key is the MAC address in our
    /// FeiQ version string. Returns the packet number.
    pub fn send_group(&mut self, now: Moment, to: &[SocketAddr], group: &str, text: &str) -> Result<u64, Refused> {
        self.ready()?;
        let targets = self.checked_targets(to)?;
        let digits = 1..=MAX_NUMBER_DIGITS;
        if !digits.contains(&group.len()) || !group.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Refused::GroupNumber { group: group.to_owned() });
        }
        let text = text::encode(text, TextEncoding::Gbk).map_err(|refused| Refused::NotInGbk {
            to: to[0],
            character: refused.character,
            char_index: refused.char_index,
        })?;
        let body = GroupBody { group: group.as_bytes().to_vec(), stamp: None, text };
        let feiq = self.identity.feiq();
        let cipher = group::seal(&body.emit(), &feiq.mac);
        let cipher_len = u32::try_from(cipher.len()).unwrap_or(u32::MAX);
        let version = FeiqVersion { cipher_len, ..feiq.clone() }.emit();
        let number = self.numbers.take(now);
        let command = Command::new(code::GROUPMSG, GROUP_OPTION);
        let bytes = within_limit(self.identity.packet_as(version, number, command, TextEncoding::Gbk, cipher).emit())?;
        for to in targets {
            self.transmit(to, bytes.clone());
        }
        Ok(number)
    }

    /// A group message came.
    pub(super) fn on_group_message(
        &mut self,
        from: SocketAddr,
        packet: &Packet,
        encoding: TextEncoding,
        now: Moment,
    ) -> Verdict {
        if !self.group_reading.take(self.config.limits.groups, now) {
            return self.drop_datagram(from, now);
        }
        if !self.is_new(from, packet, now) {
            return Verdict::Duplicate;
        }
        let content = group::read(packet).map(|body| {
            let decoded = TextEncoding::Gbk.decode(&body.text);
            let (text, font) = text::strip_font(decoded.trim_end_matches('\0'));
            GroupText {
                group: clipped(&String::from_utf8_lossy(&body.group)),
                text: text.to_owned(),
                font: font.map(str::to_owned),
                images: image_ids(text),
            }
        });
        self.tell(Event::Group(Box::new(GroupMessage {
            from,
            user: clipped(&encoding.decode(&packet.user)),
            host: clipped(&encoding.decode(&packet.host)),
            number: packet.number,
            content,
        })));
        Verdict::Shown
    }
}
