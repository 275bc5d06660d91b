//! What an entry's extra says of the sender: nick and group, then each program's own.
//!
//! All: `nick␀group␀`. iptux goes on with `icon␀encoding␀`, IP Messenger 4 and 5 with lines `UN:…`, `HN:…`, `NN:…`,
//! `GN:…`, `VS:…` that are always UTF-8. A script may give the nick alone.

use super::text::{self, TextEncoding};
use super::{Command, Packet};

/// So many lines of IP Messenger are kept.
const MAX_LINES: usize = 16;

/// The extra of `BR_ENTRY`, `ANSENTRY` and `BR_ABSENCE`, in the sender's encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The name to show; may be empty.
    pub nick: Vec<u8>,
    /// The group; may be empty.
    pub group: Vec<u8>,
    /// iptux: the file name of the user's picture.
    pub icon: Option<Vec<u8>>,
    /// iptux: the encoding that it writes, such as `utf-8`.
    pub encoding: Option<Vec<u8>>,
    /// IP Messenger: what each line says, by its two letters.
    pub lines: Vec<Line>,
}

/// A line such as `UN:user`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Before the colon.
    pub key: Vec<u8>,
    /// After it, UTF-8.
    pub value: Vec<u8>,
}

impl Entry {
    /// Reads an extra; any bytes are one.
    pub fn parse(extra: &[u8]) -> Self {
        let mut sections = extra.split(|byte| *byte == 0);
        let mut section = || sections.next().unwrap_or_default().to_vec();
        let (nick, group, third) = (section(), section(), section());
        let mut entry = Self { nick, group, ..Self::default() };
        if third.starts_with(b"\n") {
            entry.lines = third[1..].split(|byte| *byte == b'\n').filter_map(Line::parse).take(MAX_LINES).collect();
        } else if !third.is_empty() {
            entry.icon = Some(third);
            entry.encoding = Some(section()).filter(|encoding| !encoding.is_empty());
        }
        entry
    }

    /// The extra, in the form that has what is set here: IP Messenger's with lines, iptux's with an icon, else
    /// `nick␀group␀`. A NUL in a field would begin the next; it is left out.
    pub fn emit(&self) -> Vec<u8> {
        let mut extra = Vec::new();
        let mut section = |bytes: &[u8]| {
            extra.extend(bytes.iter().filter(|byte| **byte != 0));
            extra.push(0);
        };
        section(&self.nick);
        section(&self.group);
        if !self.lines.is_empty() {
            let lines = self.lines.iter().flat_map(|line| [b"\n", line.key.as_slice(), b":", &line.value]);
            section(&lines.flatten().copied().collect::<Vec<_>>());
        } else if self.icon.is_some() || self.encoding.is_some() {
            section(self.icon.as_deref().unwrap_or_default());
            section(self.encoding.as_deref().unwrap_or_default());
        }
        extra
    }

    /// The nick as text: IP Messenger's `NN` line if there is one, because its encoding is certain.
    pub fn nick_text(&self, version: &[u8], command: Command) -> String {
        self.text_of(b"NN", &self.nick, version, command)
    }

    /// The group as text: likewise with the `GN` line.
    pub fn group_text(&self, version: &[u8], command: Command) -> String {
        self.text_of(b"GN", &self.group, version, command)
    }

    /// The value of an IP Messenger line.
    pub fn line(&self, key: &[u8]) -> Option<&[u8]> {
        self.lines.iter().find(|line| line.key == key).map(|line| line.value.as_slice())
    }

    fn text_of(&self, key: &[u8], field: &[u8], version: &[u8], command: Command) -> String {
        match self.line(key) {
            Some(value) if !value.is_empty() => TextEncoding::Utf8.decode(value),
            _ => text::decode(field, version, command).0,
        }
    }
}

impl Line {
    fn parse(line: &[u8]) -> Option<Self> {
        let colon = line.iter().position(|byte| *byte == b':')?;
        Some(Self { key: line[..colon].to_vec(), value: line[colon + 1..].to_vec() })
    }
}

impl From<&Packet> for Entry {
    fn from(packet: &Packet) -> Self {
        Self::parse(&packet.extra)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: Command = Command(1);

    fn emitted(entry: &Entry) -> Vec<u8> {
        assert_eq!(Entry::parse(&entry.emit()), *entry);
        entry.emit()
    }

    #[test]
    fn every_programs_form() {
        let feiq = Entry::parse(b"Lee\0\0");
        assert_eq!((feiq.nick.as_slice(), feiq.group.as_slice()), (b"Lee".as_slice(), b"".as_slice()));
        assert_eq!(emitted(&feiq), b"Lee\0\0");

        let iptux = Entry::parse(b"n\0g\0icon.png\0utf-8\0");
        assert_eq!(iptux.icon.as_deref(), Some(b"icon.png".as_slice()));
        assert_eq!(iptux.encoding.as_deref(), Some(b"utf-8".as_slice()));
        assert_eq!(emitted(&iptux), b"n\0g\0icon.png\0utf-8\0");

        let ipmsg = Entry::parse("\u{1}\0g\0\nUN:u\nHN:h\nNN:甲\nGN:\nVS:00010000:4:9\0".as_bytes());
        assert_eq!(ipmsg.line(b"VS"), Some(b"00010000:4:9".as_slice()));
        assert_eq!(ipmsg.nick_text(b"1", ENTRY), "甲");
        assert_eq!(ipmsg.group_text(b"1", ENTRY), "g");
        assert_eq!(emitted(&ipmsg), "\u{1}\0g\0\nUN:u\nHN:h\nNN:甲\nGN:\nVS:00010000:4:9\0".as_bytes());
    }

    #[test]
    fn little_is_enough() {
        assert_eq!(Entry::parse(b"").emit(), b"\0\0");
        assert_eq!(Entry::parse(b"nick").emit(), b"nick\0\0");
        assert_eq!(Entry::parse(b"nick\0group").emit(), b"nick\0group\0");
    }

    #[test]
    fn lines_are_bounded() {
        let extra = [b"n\0g\0".to_vec(), b"\nA:b".repeat(1000)].concat();
        assert_eq!(Entry::parse(&extra).lines.len(), MAX_LINES);
    }
}
