//! How it is said what a protocol's node did.

use std::fmt::Display;

use super::event::address;
use super::failure::cause_text;
use super::ipmsg::phrase;
use super::{Lang, Text, fill};
use crate::journal::{Defect, NodeNote, Peer};
use crate::proto::ipmsg::Command;

/// The sentence of a note about a datagram of, or a message to, `peer`.
pub(super) fn node_line(lang: Lang, note: &NodeNote, peer: Option<&Peer>) -> String {
    let peer = peer.map_or_else(|| Text::SomePeer.text(lang).to_owned(), |peer| address(peer.addr));
    let say = |text: Text, values: &[(&str, &dyn Display)]| {
        let mut all: Vec<(&str, &dyn Display)> = vec![("peer", &peer)];
        all.extend_from_slice(values);
        fill(text.text(lang), &all)
    };
    match note {
        NodeNote::Acked { number } => say(Text::NodeAcked, &[("number", number)]),
        NodeNote::Shown { number } => say(Text::NodeShown, &[("number", number)]),
        NodeNote::Duplicate { number } => say(Text::NodeDuplicate, &[("number", number)]),
        NodeNote::Answered => say(Text::NodeAnswered, &[]),
        NodeNote::Noted => say(Text::NodeNoted, &[]),
        NodeNote::OwnEcho => say(Text::NodeOwnEcho, &[]),
        NodeNote::Malformed { defect } => say(Text::NodeMalformed, &[("reason", &defect_text(*defect).text(lang))]),
        NodeNote::ForgedAck { number } => say(Text::NodeForgedAck, &[("number", number)]),
        NodeNote::RateLimited { datagrams } => say(Text::NodeRateLimited, &[("n", datagrams)]),
        NodeNote::Unknown { command } => say(Text::NodeUnknown, &[("command", &phrase(lang, Command(*command)))]),
        NodeNote::NotAnswered { command } => {
            say(Text::NodeNotAnswered, &[("command", &phrase(lang, Command(*command)))])
        }
        NodeNote::Delivered { number, after_ms } => say(Text::NodeDelivered, &[("number", number), ("n", after_ms)]),
        NodeNote::Retried { number, attempt } => say(Text::NodeRetried, &[("number", number), ("n", attempt)]),
        NodeNote::NoAnswer { number, tries } => say(Text::NodeNoAnswer, &[("number", number), ("n", tries)]),
        NodeNote::Read { number } => say(Text::NodeRead, &[("number", number)]),
        NodeNote::Online { name } => say(Text::NodeOnline, &[("name", name)]),
        NodeNote::Offline { name } => say(Text::NodeOffline, &[("name", name)]),
        NodeNote::FileSent { name, bytes } => say(Text::NodeFileSent, &[("name", name), ("n", bytes)]),
        NodeNote::FileReceived { name, bytes } => say(Text::NodeFileReceived, &[("name", name), ("n", bytes)]),
        NodeNote::FileFailed { name, cause } => {
            say(Text::NodeFileFailed, &[("name", name), ("cause", &cause_text(lang, cause))])
        }
        NodeNote::FileRefused { number } => say(Text::NodeFileRefused, &[("number", number)]),
        NodeNote::StrangerRefused => say(Text::NodeStrangerRefused, &[]),
    }
}

/// Why a datagram can't be read.
pub(super) fn defect_text(defect: Defect) -> Text {
    match defect {
        Defect::Empty => Text::DefectEmpty,
        Defect::TooLong => Text::DefectTooLong,
        Defect::TooFewFields => Text::DefectTooFewFields,
        Defect::PacketNumber => Text::DefectPacketNumber,
        Defect::Command => Text::DefectCommand,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;
    use crate::i18n::event_line;
    use crate::journal::{Cause, Event};

    fn said(lang: Lang, note: NodeNote) -> String {
        let peer = Peer::datagram("127.0.0.2:2425".parse().unwrap());
        event_line(lang, &Event::Node { note }, Some(&peer))
    }

    #[test]
    fn notes_say_who_and_what() {
        for (note, zh, en) in [
            (
                NodeNote::Acked { number: 32131 },
                "已显示 127.0.0.2 :2425 的消息 32131，并已确认。",
                "Message 32131 of 127.0.0.2 :2425 shown and acknowledged.",
            ),
            (
                NodeNote::Malformed { defect: Defect::PacketNumber },
                "127.0.0.2 :2425 的数据报无法解析，已丢弃：包编号不是有效的十进制数。",
                "A datagram of 127.0.0.2 :2425 can't be read and was dropped: the packet number is not a valid decimal number.",
            ),
            (
                NodeNote::NotAnswered { command: 0x72 },
                "按设计不回应 127.0.0.2 :2425 的命令 GETPUBKEY（请求公钥）。",
                "Command GETPUBKEY (request for a public key) of 127.0.0.2 :2425 is left without an answer by design.",
            ),
            (
                NodeNote::Retried { number: 7, attempt: 3 },
                "127.0.0.2 :2425 没有确认消息 7，第 3 次发送。",
                "127.0.0.2 :2425 did not acknowledge message 7: sent again (try 3).",
            ),
            (
                NodeNote::Delivered { number: 7, after_ms: 12 },
                "127.0.0.2 :2425 已确认消息 7，用时 12 毫秒。",
                "127.0.0.2 :2425 acknowledged message 7 after 12 ms.",
            ),
            (
                NodeNote::FileFailed { name: "a.bin".into(), cause: Cause::Reset },
                "与 127.0.0.2 :2425 传输文件 a.bin 失败：对方复位了连接（RST）。",
                "The transfer of a.bin with 127.0.0.2 :2425 failed: the peer reset the connection (RST).",
            ),
        ] {
            assert_eq!(said(Lang::ZhCn, note.clone()), zh);
            assert_eq!(said(Lang::En, note), en);
        }
    }

    #[test]
    fn a_name_from_outside_stays_on_its_line() {
        assert_eq!(
            said(Lang::ZhCn, NodeNote::Online { name: "甲\n[2024]# 乙".into() }),
            "甲 [2024]# 乙（127.0.0.2 :2425）上线了。"
        );
    }

    #[test]
    fn notes_are_kept_as_they_were() {
        for note in [
            NodeNote::OwnEcho,
            NodeNote::RateLimited { datagrams: 9 },
            NodeNote::Malformed { defect: Defect::TooFewFields },
            NodeNote::FileReceived { name: "a".into(), bytes: u64::MAX },
        ] {
            let event = Event::Node { note };
            let json = serde_json::to_vec(&event).unwrap();
            assert_eq!(serde_json::from_slice::<Event>(&json).unwrap(), event);
        }
    }
}
