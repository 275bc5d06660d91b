//! A message's extra: the text, then with `FILEATTACH` the list of attachments.

use super::attach::{self, Attachment, AttachmentList};
use super::command::option;
use super::{Command, Packet};

/// The parts of an extra, as they lie in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Message<'a> {
    /// Up to the first NUL, in the sender's encoding; FeiQ ends it with a font.
    pub text: &'a [u8],
    /// With `FILEATTACH`, what lies between the first NUL and the second.
    pub list: Option<&'a [u8]>,
}

impl<'a> Message<'a> {
    /// Divides an extra; any bytes are one.
    pub fn parse(extra: &'a [u8], command: Command) -> Self {
        let mut sections = extra.split(|byte| *byte == 0);
        let text = sections.next().unwrap_or_default();
        let list = sections.next().filter(|list| command.has(option::FILEATTACH) && !list.is_empty());
        Self { text, list }
    }

    /// The attachments that the list offers.
    pub fn attachments(&self) -> AttachmentList {
        self.list.map(attach::parse_list).unwrap_or_default()
    }
}

impl<'a> From<&'a Packet> for Message<'a> {
    fn from(packet: &'a Packet) -> Self {
        Self::parse(&packet.extra, packet.command)
    }
}

/// The extra of a message, ended by NUL. A NUL in the text would end it; it is written as a space. With attachments
/// the command must have `FILEATTACH`.
pub fn emit(text: &[u8], attachments: &[Attachment]) -> Vec<u8> {
    let mut extra: Vec<u8> = text.iter().map(|byte| if *byte == 0 { b' ' } else { *byte }).collect();
    extra.push(0);
    if !attachments.is_empty() {
        extra.extend(attach::emit_list(attachments));
        extra.push(0);
    }
    extra
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITH_FILES: Command = Command(0x20_0120);

    #[test]
    fn a_list_needs_its_option() {
        let extra = b"hi\x000:a:1:1:1:\x07\0";
        assert_eq!(Message::parse(extra, Command(0x120)), Message { text: b"hi", list: None });
        let message = Message::parse(extra, WITH_FILES);
        assert_eq!(message.list, Some(b"0:a:1:1:1:\x07".as_slice()));
        assert_eq!(message.attachments().items.len(), 1);
    }

    #[test]
    fn text_without_an_end() {
        assert_eq!(Message::parse(b"haha", Command(32)).text, b"haha");
        assert_eq!(Message::parse(b"", WITH_FILES), Message::default());
        assert_eq!(Message::parse(b"a\0\0\0", WITH_FILES), Message { text: b"a", list: None });
    }

    #[test]
    fn what_is_emitted_is_read() {
        let file = Attachment { name: b"a".to_vec(), attr: 1, ..Attachment::default() };
        let extra = emit(b"x\0y", std::slice::from_ref(&file));
        let message = Message::parse(&extra, WITH_FILES);
        assert_eq!((message.text, message.attachments().items), (b"x y".as_slice(), vec![file]));
        assert_eq!(emit(b"", &[]), b"\0");
    }
}
