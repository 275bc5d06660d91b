//! An IPMSG datagram in one line.

use std::fmt::{Display, Write as _};

use super::names::phrase;
use super::{Seen, reason, sniff, tame, tame_bytes};
use crate::i18n::{Lang, Text, fill};
use crate::proto::ipmsg::{
    Attachment, AttachmentList, Entry, FeiqVersion, FileKind, FileRequest, ImageAck, ImageChunk, Message, Packet,
    Series, code, group, parse_number, text,
};

/// So many characters of a name are shown.
const NAME_CHARS: usize = 64;
/// So many characters of a text are shown: the payload itself stands above the line.
const TEXT_CHARS: usize = 200;
/// So many attachments are named.
const NAMED_ATTACHMENTS: usize = 3;

/// What an IPMSG datagram says, or why it can't be read; `None` if it is no IPMSG. One line without control characters:
/// `IPMSG 1 #32131 user@host SENDMSG|SENDCHECK (message, ack wanted): haha`.
pub fn ipmsg_line(lang: Lang, bytes: &[u8]) -> Option<String> {
    Some(match sniff(bytes)? {
        Seen::Packet(packet) => packet_line(lang, &packet),
        Seen::Broken(malformed) => fill(Text::IpmsgBroken.text(lang), &[("reason", &reason(&malformed).text(lang))]),
    })
}

fn packet_line(lang: Lang, packet: &Packet) -> String {
    let name = |bytes: &[u8]| tame_bytes(bytes, packet, NAME_CHARS);
    let mut line = format!(
        "IPMSG {} #{} {}@{} {}",
        version(lang, packet),
        packet.number,
        name(&packet.user),
        name(&packet.host),
        phrase(lang, packet.command)
    );
    let content = content(lang, packet);
    if !content.is_empty() {
        let _ = write!(line, ": {content}"); // writing to a String cannot fail
    }
    line
}

/// `1`, or `FeiQ 3（MAC 00:16:3E:4D:00:02）`.
fn version(lang: Lang, packet: &Packet) -> String {
    let Some(feiq) = FeiqVersion::parse(&packet.version) else {
        return tame_bytes(&packet.version, packet, NAME_CHARS);
    };
    fill(Text::IpmsgFeiq.text(lang), &[("series", &series(&feiq)), ("mac", &mac(&feiq))])
}

/// `FeiQ 3`
pub(super) fn series(feiq: &FeiqVersion) -> &'static str {
    match feiq.series {
        Series::Feiq2 => "FeiQ 2",
        Series::Feiq3 => "FeiQ 3",
    }
}

/// `00:16:3E:4D:00:02`
pub(super) fn mac(feiq: &FeiqVersion) -> String {
    let pairs: Vec<String> = feiq.mac.chunks(2).map(|pair| pair.escape_ascii().to_string()).collect();
    pairs.join(":")
}

fn content(lang: Lang, packet: &Packet) -> String {
    match packet.command.code() {
        code::BR_ENTRY | code::BR_EXIT | code::ANSENTRY | code::BR_ABSENCE => entry(lang, packet),
        code::SENDMSG => message(lang, packet),
        code::RECVMSG | code::READMSG | code::DELMSG | code::ANSREADMSG | code::RELEASEFILES => {
            parse_number(&packet.extra).map_or_else(|| first_text(packet), |number| of_message(lang, &number))
        }
        code::GETFILEDATA | code::GETDIRFILES => request(lang, packet).unwrap_or_else(|| first_text(packet)),
        code::GROUPMSG => group_message(lang, packet),
        code::IMAGE => image_piece(lang, packet).unwrap_or_else(|| first_text(packet)),
        code::IMAGEACK => match ImageAck::parse(&packet.extra) {
            Some(ack) => fill(Text::IpmsgImageAck.text(lang), &[("id", &ack.id), ("index", &ack.index)]),
            None => first_text(packet),
        },
        _ => first_text(packet),
    }
}

/// Which attachment is asked for.
pub(super) fn request(lang: Lang, packet: &Packet) -> Option<String> {
    let FileRequest { number, file_id, offset } = FileRequest::parse(&packet.extra)?;
    let values: [(&str, &dyn Display); 3] = [("number", &number), ("id", &file_id), ("n", &offset)];
    let text = if offset > 0 { Text::IpmsgRequestFrom } else { Text::IpmsgRequest };
    Some(fill(text.text(lang), &values))
}

/// A group message, opened with the key that its own version string shows to everyone.
pub(super) fn group_message(lang: Lang, packet: &Packet) -> String {
    let Ok(body) = group::read(packet) else { return Text::IpmsgSealedGroup.text(lang).to_owned() };
    let (decoded, _) = text::decode(&body.text, &packet.version, packet.command);
    let said = tame(text::strip_font(&decoded).0, TEXT_CHARS);
    let name = tame(&String::from_utf8_lossy(&body.group), NAME_CHARS);
    fill(Text::IpmsgGroupMessage.text(lang), &[("name", &name), ("text", &said)])
}

/// Which piece of which image.
pub(super) fn image_piece(lang: Lang, packet: &Packet) -> Option<String> {
    let ImageChunk { id, total, offset, count, index, data } = ImageChunk::parse(&packet.extra)?;
    let values: [(&str, &dyn Display); 6] =
        [("id", &id), ("total", &total), ("offset", &offset), ("count", &count), ("index", &index), ("n", &data.len())];
    Some(fill(Text::IpmsgImagePiece.text(lang), &values))
}

/// `消息 32131`
fn of_message(lang: Lang, number: &dyn Display) -> String {
    fill(Text::IpmsgOfMessage.text(lang), &[("number", number)])
}

/// The text up to the first NUL.
fn first_text(packet: &Packet) -> String {
    tame_bytes(packet.sections().next().unwrap_or_default(), packet, TEXT_CHARS)
}

fn entry(lang: Lang, packet: &Packet) -> String {
    let entry = Entry::from(packet);
    let nick = tame(&entry.nick_text(&packet.version, packet.command), NAME_CHARS);
    let group = tame(&entry.group_text(&packet.version, packet.command), NAME_CHARS);
    let mut parts = Vec::new();
    for (text, value) in [(Text::IpmsgNick, nick), (Text::IpmsgGroup, group)] {
        if !value.is_empty() {
            parts.push(fill(text.text(lang), &[("name", &value)]));
        }
    }
    listed(lang, &parts)
}

fn message(lang: Lang, packet: &Packet) -> String {
    let message = Message::from(packet);
    let (decoded, _) = text::decode(message.text, &packet.version, packet.command);
    let (said, _) = text::strip_font(&decoded);
    let mut content = tame(said, TEXT_CHARS);
    if message.list.is_some() {
        if !content.is_empty() {
            content.push(' ');
        }
        content.push_str(&attachments(lang, &message.attachments(), packet));
    }
    content
}

fn attachments(lang: Lang, list: &AttachmentList, packet: &Packet) -> String {
    let mut named: Vec<String> =
        list.items.iter().take(NAMED_ATTACHMENTS).map(|item| attachment(lang, item, packet)).collect();
    if list.items.len() > NAMED_ATTACHMENTS {
        named.push("…".to_owned());
    }
    if list.refused > 0 {
        named.push(fill(Text::IpmsgRefusedAttachments.text(lang), &[("n", &list.refused)]));
    }
    let count = list.items.len();
    fill(Text::IpmsgAttachments.text(lang), &[("n", &count), ("names", &listed(lang, &named))])
}

fn attachment(lang: Lang, item: &Attachment, packet: &Packet) -> String {
    let name = tame_bytes(&item.name, packet, NAME_CHARS);
    let text = match item.kind() {
        FileKind::Directory => Text::IpmsgFolder,
        _ => Text::IpmsgFile,
    };
    fill(text.text(lang), &[("name", &name), ("n", &item.size)])
}

fn listed(lang: Lang, parts: &[String]) -> String {
    parts.join(match lang {
        Lang::ZhCn => "，",
        Lang::En => ", ",
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use proptest::prelude::*;

    use super::*;
    use crate::codec::{Charset, control, hex};

    #[track_caller]
    fn check(bytes: &[u8], zh: &str, en: &str) {
        assert_eq!(ipmsg_line(Lang::ZhCn, bytes).unwrap(), zh);
        assert_eq!(ipmsg_line(Lang::En, bytes).unwrap(), en);
    }

    fn gbk(text: &str) -> Vec<u8> {
        Charset::Gbk.encode(text).unwrap()
    }

    #[test]
    fn the_tutorials_message() {
        check(
            &gbk("1:32131:吴彦祖:吴彦祖-pc:288:haha"),
            "IPMSG 1 #32131 吴彦祖@吴彦祖-pc SENDMSG|SENDCHECK（消息，要求确认）: haha",
            "IPMSG 1 #32131 吴彦祖@吴彦祖-pc SENDMSG|SENDCHECK (message, ack wanted): haha",
        );
    }

    #[test]
    fn entries_of_feiq_and_iptux() {
        check(
            b"1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9:1655805996:Lee:LEE-PC:6291457:Lee\0\0",
            "IPMSG FeiQ 3（MAC C8:5B:76:BD:9F:3F） #1655805996 Lee@LEE-PC BR_ENTRY|FILEATTACH|ENCRYPT（上线，支持附件，支持加密）: 昵称 Lee",
            "IPMSG FeiQ 3 (MAC C8:5B:76:BD:9F:3F) #1655805996 Lee@LEE-PC BR_ENTRY|FILEATTACH|ENCRYPT (entry, takes attachments, takes encrypted text): nick Lee",
        );
        let iptux = hex::parse(
            "315f697074757820302e382e333a313a726f6f743a766d3a3235373ae9a39ee7a78be794b200e5bc80e58f91e983a80069636f6e2d74\
             75782e706e67007574662d3800",
        )
        .unwrap();
        check(
            &iptux,
            "IPMSG 1_iptux 0.8.3 #1 root@vm BR_ENTRY|ABSENCE（上线，离开）: 昵称 飞秋甲，组 开发部",
            "IPMSG 1_iptux 0.8.3 #1 root@vm BR_ENTRY|ABSENCE (entry, absent): nick 飞秋甲, group 开发部",
        );
    }

    #[test]
    fn acknowledgements_name_their_message() {
        check(
            b"1_iptux 0.8.3:33:root:vm:33:12\0",
            "IPMSG 1_iptux 0.8.3 #33 root@vm RECVMSG（消息已收到）: 消息 12",
            "IPMSG 1_iptux 0.8.3 #33 root@vm RECVMSG (message received): message 12",
        );
    }

    #[test]
    fn attachments_have_their_sizes_and_the_font_is_gone() {
        let mut bytes = gbk("1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9:7:a:b:2097440:看{/font;-16 0 0 宋体 0;}");
        bytes.extend(b"\x000:a.txt:400:5f5e1000:1:\x07:1:dir:0:5f5e1000:2:\x07:x:\x07\0");
        check(
            &bytes,
            "IPMSG FeiQ 3（MAC C8:5B:76:BD:9F:3F） #7 a@b SENDMSG|SENDCHECK|FILEATTACH（消息，要求确认，带附件）: 看 [附件 2 个：a.txt（1024 字节），dir（文件夹），1 个无法读取]",
            "IPMSG FeiQ 3 (MAC C8:5B:76:BD:9F:3F) #7 a@b SENDMSG|SENDCHECK|FILEATTACH (message, ack wanted, attachments): 看 [attachments: 2 - a.txt (1024 bytes), dir (folder), unreadable: 1]",
        );
    }

    #[test]
    fn requests_groups_and_images() {
        let sealed = hex::parse("57b4834831a759d4bd58ff02f826a5b1ebd43fc8fad9175a60ffff3fe4a12e86").unwrap();
        let group = |mac: &str| {
            let header = format!("1_lbt6_0#128#{mac}#0#0#{}#4001#9:7:a:b:4194339:", sealed.len());
            ipmsg_line(Lang::ZhCn, &[header.as_bytes(), &sealed].concat()).unwrap()
        };
        assert!(group("00163E4D0002").ends_with("GROUPMSG|0x400000（群消息）: 群 3b199b07：hello"));
        assert!(group("00163E4D0003").ends_with(": 无法解密"));
        let said = |bytes: &[u8]| ipmsg_line(Lang::ZhCn, bytes).unwrap().split_once(": ").unwrap().1.to_owned();
        assert_eq!(said(b"1_iptux 0.8.3:14:root:vm:96:6affce0a:1:0\0"), "消息 1795149322 的附件 1");
        assert_eq!(said(b"1_iptux 0.8.3:14:root:vm:96:6affce0a:1:a0"), "消息 1795149322 的附件 1，从第 160 字节起");
        assert_eq!(
            said(b"1_lbt6_0:14:a:b:2097344:00ab12cd|513|512|2|2|1|0|2|0|00000000#\0x"),
            "图片 00ab12cd（513 字节），第 2/2 片：偏移 512，1 字节"
        );
        assert_eq!(said(b"1_lbt6_0:14:a:b:193:00ab12cd|2#\0"), "图片 00ab12cd，第 2 片");
        assert_eq!(said(b"1_lbt6_0:14:a:b:2097344:?|\0x"), "?|");
    }

    #[test]
    fn a_broken_datagram_says_why() {
        check(
            b"1_lbt6_0#128#:x:a:b:32:",
            "IPMSG 数据报无法解析：包编号不是有效的十进制数",
            "IPMSG datagram that can't be read: the packet number is not a valid decimal number",
        );
        assert_eq!(ipmsg_line(Lang::En, b"hello"), None);
    }

    #[test]
    fn a_line_is_one_short_line() {
        let line = ipmsg_line(Lang::ZhCn, "1:99999:a\r\nb:\u{202E}h:32:x\n\u{1b}[31m".as_bytes()).unwrap();
        assert_eq!(line, "IPMSG 1 #99999 a␍␊b@<U+202E>h SENDMSG（消息）: x␊␛[31m");
        let long = [b"1:99999:a:b:32:".as_slice(), &[b'x'; 8000]].concat();
        assert!(ipmsg_line(Lang::En, &long).unwrap().ends_with("x…"));
    }

    proptest! {
        #[test]
        fn no_input_panics_or_acts(head in "1(_lbt6_0#[0-9#A-F]{0,30})?:[0-9]{1,11}:[ab\n]{0,3}:h:", code in 0_u32..0x400, bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            for code in [code, code | 0x20_0000] {
                let datagram = [head.as_bytes(), code.to_string().as_bytes(), b":", &bytes].concat();
                for lang in Lang::ALL {
                    let line = ipmsg_line(lang, &datagram);
                    prop_assert!(line.is_none_or(|line| line.chars().all(|ch| control::picture(ch).is_none())));
                }
            }
        }
    }
}
