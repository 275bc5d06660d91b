//! An IPMSG datagram as fields, each with its bytes.

use std::fmt::Display;
use std::ops::Range;

use jiff::tz::TimeZone;

use super::line::{group_message, image_piece, mac, request, series};
use super::names::phrase;
use super::{CLOCK_DIGITS, Seen, reason, sniff, tame, tame_bytes};
use crate::i18n::decoded::Field;
use crate::i18n::{Lang, Text, fill};
use crate::proto::ipmsg::attach::{self, Attachment, FileKind};
use crate::proto::ipmsg::{
    Command, FeiqVersion, Fields, ImageChunk, Malformed, Message, Packet, TextEncoding, code, text,
};

/// So many characters of a value are shown: more than any datagram of the protocol has.
const VALUE_CHARS: usize = 8192;
/// Between attachments.
const BEL: u8 = 0x07;

/// The fields of an IPMSG datagram, and why it can't be read if it can't; `None` if it is no IPMSG.
pub(in crate::i18n) fn fields(lang: Lang, bytes: &[u8]) -> Option<(Vec<Field>, Option<&'static str>)> {
    let mut found = Vec::new();
    let defect = match sniff(bytes)? {
        Seen::Packet(packet) => {
            if let Ok(places) = Fields::find(bytes) {
                Reader { lang, bytes, packet: &packet, found: &mut found }.all(&places);
            }
            None
        }
        Seen::Broken(malformed) => {
            if let Ok(places) = Fields::find(bytes) {
                raw(lang, bytes, &places, &malformed, &mut found);
            }
            Some(reason(&malformed).text(lang))
        }
    };
    Some((found, defect))
}

/// The fields of a datagram whose numbers can't be read, as they are.
fn raw(lang: Lang, bytes: &[u8], places: &Fields, malformed: &Malformed, found: &mut Vec<Field>) {
    let packet = Packet { version: bytes[places.version.clone()].to_vec(), ..Packet::default() };
    let wrong = match malformed {
        Malformed::NumberNotDecimal => Some(&places.number),
        Malformed::CommandNotDecimal => Some(&places.command),
        _ => None,
    };
    for (name, range) in named(places) {
        let note = if wrong == Some(range) { reason(malformed).text(lang).to_owned() } else { String::new() };
        let value = tame_bytes(&bytes[range.clone()], &packet, VALUE_CHARS);
        found.push(Field { range: range.clone(), name: name.text(lang).to_owned(), value, note });
    }
}

fn named(places: &Fields) -> [(Text, &Range<usize>); 6] {
    [
        (Text::IpmsgVersion, &places.version),
        (Text::IpmsgNumber, &places.number),
        (Text::IpmsgUser, &places.user),
        (Text::IpmsgHost, &places.host),
        (Text::IpmsgCommand, &places.command),
        (Text::IpmsgExtra, &places.extra),
    ]
}

struct Reader<'a> {
    lang: Lang,
    bytes: &'a [u8],
    packet: &'a Packet,
    found: &'a mut Vec<Field>,
}

impl Reader<'_> {
    fn all(&mut self, places: &Fields) {
        let command = self.packet.command;
        for (name, range) in named(places) {
            match name {
                Text::IpmsgVersion => self.text(name, range.clone(), self.version()),
                Text::IpmsgNumber => self.text(name, range.clone(), clock(&self.bytes[range.clone()])),
                Text::IpmsgCommand => {
                    let value = format!("{} = 0x{:X}", command.0, command.0);
                    self.push(name, range.clone(), value, phrase(self.lang, command));
                }
                Text::IpmsgExtra => self.extra(range.clone()),
                _ => self.text(name, range.clone(), String::new()),
            }
        }
    }

    fn push(&mut self, name: Text, range: Range<usize>, value: String, note: String) {
        self.found.push(Field { range, name: name.text(self.lang).to_owned(), value, note });
    }

    /// A field of text in the packet's encoding.
    fn text(&mut self, name: Text, range: Range<usize>, note: String) {
        let value = tame_bytes(&self.bytes[range.clone()], self.packet, VALUE_CHARS);
        self.push(name, range, value, note);
    }

    fn say(&self, text: Text, values: &[(&str, &dyn Display)]) -> String {
        fill(text.text(self.lang), values)
    }

    fn version(&self) -> String {
        let Some(feiq) = FeiqVersion::parse(&self.packet.version) else { return String::new() };
        self.say(
            Text::IpmsgFeiqParts,
            &[
                ("series", &series(&feiq)),
                ("mac", &mac(&feiq)),
                ("avatar", &feiq.avatar),
                ("status", &feiq.status),
                ("cipher", &feiq.cipher_len),
                ("build", &feiq.build.map_or_else(|| "-".to_owned(), |build| build.number.to_string())),
            ],
        )
    }

    /// The name of the encoding of some bytes, if it matters.
    fn encoding(&self, range: &Range<usize>) -> String {
        let encoding = text::encoding_of(&self.bytes[range.clone()], &self.packet.version, self.packet.command);
        encoding.as_ref().map(TextEncoding::to_string).unwrap_or_default()
    }

    // --- what follows the command -----------------------------------------------------------------------------------

    fn extra(&mut self, range: Range<usize>) {
        let mut sections = self.sections(&range).into_iter();
        let first = sections.next().unwrap_or(range.end..range.end);
        let mut end = first.end;
        match self.packet.command.code() {
            code::BR_ENTRY | code::BR_EXIT | code::ANSENTRY | code::BR_ABSENCE => {
                self.text(Text::IpmsgNickField, first.clone(), self.encoding(&first));
                if let Some(group) = sections.next() {
                    end = group.end;
                    self.text(Text::IpmsgGroupField, group.clone(), self.encoding(&group));
                }
                if let Some(third) = sections.next().filter(|third| !third.is_empty()) {
                    end = third.end;
                    self.entry_of_program(third, &mut sections, &mut end);
                }
            }
            code::SENDMSG => {
                self.message_text(first);
                let message = Message::from(self.packet);
                if message.list.is_some()
                    && let Some(list) = sections.next()
                {
                    end = list.end;
                    self.attachments(&list);
                }
            }
            code::RECVMSG | code::READMSG | code::DELMSG | code::ANSREADMSG | code::RELEASEFILES => {
                self.text(Text::IpmsgNumberOfMessage, first, String::new());
            }
            code::GETFILEDATA | code::GETDIRFILES => {
                let note = request(self.lang, self.packet).unwrap_or_default();
                self.text(Text::IpmsgExtra, first, note);
            }
            code::GROUPMSG => {
                end = range.end;
                let value = format!("{} × {}", Text::InspectBytes.text(self.lang), range.len());
                self.push(Text::IpmsgCipher, range.clone(), value, group_message(self.lang, self.packet));
            }
            code::IMAGE if ImageChunk::parse(&self.packet.extra).is_some() => {
                end = range.end;
                let note = image_piece(self.lang, self.packet).unwrap_or_default();
                self.text(Text::IpmsgExtra, first.clone(), note);
                let data = (first.end + 1).min(range.end)..range.end;
                let value = format!("{} × {}", Text::InspectBytes.text(self.lang), data.len());
                self.push(Text::IpmsgImageData, data, value, String::new());
            }
            _ if first.is_empty() => {}
            _ => self.text(Text::IpmsgExtra, first.clone(), self.encoding(&first)),
        }
        self.rest(end..range.end);
    }

    /// The parts between NULs, without them.
    fn sections(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let mut start = range.start;
        let parts = self.bytes[range.clone()].split(|byte| *byte == 0);
        parts
            .map(|part| {
                let section = start..start + part.len();
                start = section.end + 1;
                section
            })
            .collect()
    }

    /// What iptux and IP Messenger say of themselves behind nick and group.
    fn entry_of_program(
        &mut self,
        third: Range<usize>,
        sections: &mut impl Iterator<Item = Range<usize>>,
        end: &mut usize,
    ) {
        if self.bytes[third.clone()].starts_with(b"\n") {
            let command = self.packet.command.with(crate::proto::ipmsg::option::UTF8);
            self.program_lines(third, command);
        } else {
            self.text(Text::IpmsgIcon, third, String::new());
            if let Some(encoding) = sections.next().filter(|encoding| !encoding.is_empty()) {
                *end = encoding.end;
                self.text(Text::IpmsgEncodingField, encoding, String::new());
            }
        }
    }

    fn program_lines(&mut self, range: Range<usize>, command: Command) {
        let mut start = range.start;
        for line in self.bytes[range].split(|byte| *byte == b'\n') {
            let place = start..start + line.len();
            start = place.end + 1;
            if line.is_empty() {
                continue;
            }
            let (key, value) = match line.iter().position(|byte| *byte == b':') {
                Some(colon) => (&line[..colon], &line[colon + 1..]),
                None => (&line[..0], line),
            };
            let (value, _) = text::decode(value, b"", command);
            let key = tame(&String::from_utf8_lossy(key), VALUE_CHARS);
            let note = program_line(&key).map_or("", |meaning| meaning.text(self.lang)).to_owned();
            self.found.push(Field { range: place, name: key, value: tame(&value, VALUE_CHARS), note });
        }
    }

    fn message_text(&mut self, range: Range<usize>) {
        let encoding = self.encoding(&range);
        let font = font_start(&self.bytes[range.clone()], self.packet).map(|at| range.start + at);
        self.text(Text::IpmsgText, range.start..font.unwrap_or(range.end), encoding);
        if let Some(font) = font {
            self.text(Text::IpmsgFont, font..range.end, String::new());
        }
    }

    fn attachments(&mut self, range: &Range<usize>) {
        let mut start = range.start;
        for item in self.bytes[range.clone()].split(|byte| *byte == BEL) {
            let place = start..start + item.len();
            start = place.end + 1;
            if matches!(item, b"" | b":") {
                continue;
            }
            if let Some(attachment) = attach::parse_list(item).items.first() {
                let name = tame_bytes(&attachment.name, self.packet, VALUE_CHARS);
                let note = self.attachment_note(attachment);
                self.push(Text::IpmsgAttachment, place, name, note);
            } else {
                let note = Text::IpmsgUnreadable.text(self.lang).to_owned();
                self.text(Text::IpmsgAttachment, place, note);
            }
        }
    }

    fn attachment_note(&self, attachment: &Attachment) -> String {
        let kind = match attachment.kind() {
            FileKind::Regular => Text::KindFile,
            FileKind::Directory => Text::KindFolder,
            FileKind::Symlink => Text::KindLink,
            FileKind::ReturnParent | FileKind::Other(_) => Text::KindOther,
        };
        self.say(
            Text::IpmsgAttachmentNote,
            &[
                ("id", &attachment.id),
                ("kind", &kind.text(self.lang)),
                ("n", &attachment.size),
                ("time", &i64::try_from(attachment.mtime).ok().and_then(local_time).unwrap_or_else(|| "-".to_owned())),
            ],
        )
    }

    /// What no field stands for: NULs, and what nobody defined.
    fn rest(&mut self, range: Range<usize>) {
        let bytes = &self.bytes[range.clone()];
        if bytes.is_empty() {
            return;
        }
        if bytes.iter().all(|byte| *byte == 0) {
            self.push(Text::IpmsgEnd, range, format!("NUL × {}", bytes.len()), String::new());
        } else {
            self.text(Text::IpmsgMore, range, String::new());
        }
    }
}

/// Where FeiQ's font begins in a message, as in [`text::strip_font`].
fn font_start(bytes: &[u8], packet: &Packet) -> Option<usize> {
    let begins = |at: &usize| {
        let inner = &bytes[at + 1..];
        inner.strip_prefix(b"/").or(inner.strip_prefix(b"\\")).unwrap_or(inner).starts_with(b"font;")
    };
    let mut braces = bytes.iter().enumerate().rev().filter(|(_, byte)| **byte == b'{').map(|(at, _)| at);
    let start = braces.find(begins)?;
    let (tail, _) = text::decode(&bytes[start..], &packet.version, packet.command);
    matches!(text::strip_font(&tail), ("", Some(_))).then_some(start)
}

/// What a line of IP Messenger says.
fn program_line(key: &str) -> Option<Text> {
    Some(match key {
        "UN" => Text::IpmsgUser,
        "HN" => Text::IpmsgHost,
        "NN" => Text::IpmsgNickField,
        "GN" => Text::IpmsgGroupField,
        "VS" => Text::IpmsgProgram,
        _ => return None,
    })
}

/// The time that a packet number says, if it is a clock.
fn clock(digits: &[u8]) -> String {
    let seconds = std::str::from_utf8(digits).ok().filter(|digits| digits.len() > 2 * CLOCK_DIGITS - 1);
    seconds.and_then(|seconds| seconds.parse().ok()).and_then(local_time).unwrap_or_default()
}

/// `2022-06-21 18:06:36`, in local time.
fn local_time(seconds: i64) -> Option<String> {
    let time = jiff::Timestamp::from_second(seconds).ok()?.to_zoned(TimeZone::system());
    Some(time.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use proptest::prelude::*;

    use super::*;
    use crate::codec::{Charset, control};
    use crate::i18n::decoded::decoded;

    /// Name, bytes and value of each field, in Chinese.
    fn read(bytes: &[u8]) -> Vec<(String, Vec<u8>, String)> {
        let found = decoded(Lang::ZhCn, bytes).unwrap().fields;
        found.into_iter().map(|field| (field.name, bytes[field.range].to_vec(), field.value)).collect()
    }

    fn expected(fields: &[(&str, &[u8], &str)]) -> Vec<(String, Vec<u8>, String)> {
        fields.iter().map(|(name, bytes, value)| ((*name).to_owned(), bytes.to_vec(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_message_with_font_and_attachments() {
        let font = Charset::Gbk.encode("{/font;-16 0 宋体 0;}").unwrap();
        let (text, list) = (b"\xC4\xE3{a}".as_slice(), b"0:a.txt:400:5f5e1000:1:\x07x:\x07".as_slice());
        let bytes =
            [b"1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9:7:u:h:2097440:", text, &font, b"\0", list, b"\0\0"].concat();
        assert_eq!(
            read(&bytes),
            expected(&[
                ("版本", b"1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9", "1_lbt6_0#128#C85B76BD9F3F#0#0#0#4001#9"),
                ("包编号", b"7", "7"),
                ("发送者姓名", b"u", "u"),
                ("主机名", b"h", "h"),
                ("命令字", b"2097440", "2097440 = 0x200120"),
                ("文本", text, "你{a}"),
                ("字体", &font, "{/font;-16 0 宋体 0;}"),
                ("附件", b"0:a.txt:400:5f5e1000:1:", "a.txt"),
                ("附件", b"x:", "x:"),
                ("结尾", b"\0\0", "NUL × 2"),
            ])
        );
        let notes: Vec<String> =
            decoded(Lang::En, &bytes).unwrap().fields.into_iter().map(|field| field.note).collect();
        assert_eq!(notes[0], "FeiQ 3, MAC C8:5B:76:BD:9F:3F, avatar 0, status 128, cipher length 0, build 4001");
        assert_eq!(notes[4], "SENDMSG|SENDCHECK|FILEATTACH (message, ack wanted, attachments)");
        assert_eq!(notes[5], "GBK");
        assert!(notes[7].starts_with("id 0, file, 1024 bytes, written 2020-09-"), "{}", notes[7]);
        assert_eq!(notes[8], "unreadable");
    }

    #[test]
    fn entries_of_the_programs() {
        let names =
            |bytes: &[u8]| read(bytes)[5..].iter().map(|field| format!("{}={}", field.0, field.2)).collect::<Vec<_>>();
        assert_eq!(
            names(b"1_iptux 0.8.3:1:u:h:257:n\0g\0i.png\0utf-8\0"),
            ["昵称=n", "组=g", "头像文件=i.png", "编码=utf-8", "结尾=NUL × 1"]
        );
        let ipmsg = "1:1:u:h:1:n\0g\0\nUN:甲\nVS:4\0".as_bytes();
        assert_eq!(names(ipmsg), ["昵称=n", "组=g", "UN=甲", "VS=4", "结尾=NUL × 1"]);
        assert_eq!(names(b"1:1:u:h:1:n"), ["昵称=n"]);
        assert_eq!(names(b"1:1:u:h:1:n\0g\0x\0y\0z"), ["昵称=n", "组=g", "头像文件=x", "编码=y", "其余=␀z"]);
        assert_eq!(names(b"1:1:u:h:33:12\0"), ["消息的包编号=12", "结尾=NUL × 1"]);
        assert_eq!(names(b"1:1:u:h:209:"), [""; 0]);
    }

    #[test]
    fn a_clock_is_told_as_a_time() {
        let note = |bytes: &[u8]| decoded(Lang::En, bytes).unwrap().fields[1].note.clone();
        assert!(note(b"1:1655805996:u:h:32:x").starts_with("2022-06-2"));
        assert_eq!(note(b"1:123123:u:h:32:x"), "");
    }

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        let found = decoded(Lang::En, b"1:abc:u:h:32:x").unwrap();
        assert_eq!(found.defect, Some("the packet number is not a valid decimal number"));
        assert_eq!(found.fields.iter().position(|field| !field.note.is_empty()), Some(1));
        let short = decoded(Lang::En, b"1:1655805996:u:h:32").unwrap();
        assert_eq!((short.fields.len(), short.defect.is_some()), (0, true));
        assert_eq!(decoded(Lang::En, b"hello"), None);
    }

    proptest! {
        #[test]
        fn fields_are_apart_and_in_order(head in "1(_lbt6_0#)?:[0-9]{1,11}:u:h:", code in select(), extra in proptest::collection::vec(prop_oneof![Just(0_u8), Just(7), Just(b':'), Just(b'\n'), any::<u8>()], 0..60)) {
            let bytes = [head.as_bytes(), code.to_string().as_bytes(), b":", &extra].concat();
            if let Some(found) = decoded(Lang::ZhCn, &bytes) {
                let mut end = 0;
                for field in found.fields {
                    prop_assert!(field.range.start >= end && field.range.end >= field.range.start);
                    end = field.range.end;
                    for text in [&field.name, &field.value, &field.note] {
                        prop_assert!(text.chars().all(|ch| control::picture(ch).is_none()));
                    }
                }
                prop_assert!(end <= bytes.len());
            }
        }
    }

    fn select() -> impl Strategy<Value = u32> {
        prop_oneof![Just(1_u32), Just(32), Just(0x20_0020), Just(33), Just(0x40), Just(209)]
    }
}
