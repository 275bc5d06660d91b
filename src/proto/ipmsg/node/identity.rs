//! Our packets: the names and the version that they carry, in the encoding of the one who reads them.

use super::config::{Config, Prefer};
use crate::proto::ipmsg::{Command, Entry, FeiqVersion, Packet, TextEncoding, option, text};

/// What stands for a character that GBK lacks, in names: a text with one is refused instead.
const SUBSTITUTE: u8 = b'?';

/// Which version string a packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The one that the person chose.
    Own,
    /// FeiQ's: what only FeiQ has does not work without.
    Feiq,
}

#[derive(Debug)]
struct Names {
    user: Vec<u8>,
    host: Vec<u8>,
    entry: Vec<u8>,
}

impl Names {
    fn new(config: &Config, encoding: TextEncoding) -> Self {
        let encoded = |name: &str| encode_lossy(name, encoding);
        let entry = Entry { nick: encoded(&config.nick), group: encoded(&config.group), ..Entry::default() };
        Self { user: encoded(&in_header(&config.user)), host: encoded(&in_header(&config.host)), entry: entry.emit() }
    }
}

/// Who we are, ready to be sent.
#[derive(Debug)]
pub(super) struct Identity {
    version: Vec<u8>,
    feiq: FeiqVersion,
    gbk: Names,
    utf8: Names,
    prefer: Prefer,
}

impl Identity {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            version: config.version.clone(),
            feiq: FeiqVersion::parse(&config.version).unwrap_or_else(|| config.feiq.clone()),
            gbk: Names::new(config, TextEncoding::Gbk),
            utf8: Names::new(config, TextEncoding::Utf8),
            prefer: config.prefer,
        }
    }

    /// Our FeiQ version string: the one chosen, if that is one.
    pub(super) fn feiq(&self) -> &FeiqVersion {
        &self.feiq
    }

    /// A packet of ours; `extra` is in `encoding`, and so are the names.
    pub(super) fn packet(
        &self,
        form: Form,
        number: u64,
        command: Command,
        encoding: TextEncoding,
        extra: Vec<u8>,
    ) -> Packet {
        let version = match form {
            Form::Own => self.version.clone(),
            Form::Feiq => self.feiq.emit(),
        };
        self.packet_as(version, number, command, encoding, extra)
    }

    /// Like [`packet`](Self::packet), with another version string.
    pub(super) fn packet_as(
        &self,
        version: Vec<u8>,
        number: u64,
        command: Command,
        encoding: TextEncoding,
        extra: Vec<u8>,
    ) -> Packet {
        let names = self.names(encoding);
        Packet { version, number, user: names.user.clone(), host: names.host.clone(), command, extra }
    }

    /// An entry command with our nick and group.
    ///
    /// Its names are in GBK, as FeiQ, iptux and a Chinese IPMSG read them, unless the person wants UTF-8: the flag for
    /// UTF-8 does not exist on entries.
    pub(super) fn entry(&self, code: u8, number: u64, absent: bool) -> Packet {
        let encoding = self.entry_encoding();
        let mut command = Command::new(code, option::FILEATTACH);
        if self.reads_utf8() {
            command = command.with(option::CAPUTF8);
        }
        if absent {
            command = command.with(option::ABSENCE);
        }
        self.packet(Form::Own, number, command, encoding, self.names(encoding).entry.clone())
    }

    /// The encoding of what is not addressed to one peer.
    pub(super) fn entry_encoding(&self) -> TextEncoding {
        match self.prefer {
            Prefer::Utf8 => TextEncoding::Utf8,
            Prefer::Auto | Prefer::Gbk => TextEncoding::Gbk,
        }
    }

    /// Whether we invite UTF-8: not under the name of FeiQ, which does not, nor if the person wants GBK.
    fn reads_utf8(&self) -> bool {
        self.prefer != Prefer::Gbk && FeiqVersion::parse(&self.version).is_none()
    }

    fn names(&self, encoding: TextEncoding) -> &Names {
        match encoding {
            TextEncoding::Gbk => &self.gbk,
            TextEncoding::Utf8 => &self.utf8,
        }
    }
}

/// A name as the header can hold it: it has no way to write a colon, and a NUL or a line's end is none of a name.
fn in_header(name: &str) -> String {
    name.chars().map(|ch| if ch == ':' || ch.is_control() { '_' } else { ch }).collect()
}

/// The bytes of a name, with [`SUBSTITUTE`] for what the encoding lacks.
pub(super) fn encode_lossy(name: &str, encoding: TextEncoding) -> Vec<u8> {
    text::encode(name, encoding).unwrap_or_else(|_| {
        let mut buffer = [0; 4];
        let chars = name.chars();
        chars
            .flat_map(|ch| text::encode(ch.encode_utf8(&mut buffer), encoding).unwrap_or_else(|_| vec![SUBSTITUTE]))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(config: Config) -> Identity {
        Identity::new(&Config { nick: "吴彦祖".to_owned(), group: "开发".to_owned(), ..config })
    }

    fn config() -> Config {
        Config::new("a:b\0c", "机器", FeiqVersion::feiq3(*b"00163E4D0002"))
    }

    #[test]
    fn an_entry_is_gbk_and_invites_utf_8() {
        let packet = identity(config()).entry(1, 7, true);
        assert_eq!(packet.user, b"a_b_c");
        assert_eq!(packet.command.0, 0x120_0101);
        assert_eq!(packet.extra, b"\xCE\xE2\xD1\xE5\xD7\xE6\0\xBF\xAA\xB7\xA2\0");
    }

    #[test]
    fn an_entry_under_feiqs_name_does_not_invite_utf_8() {
        let feiq = FeiqVersion::feiq3(*b"001122334455");
        let identity = identity(Config { version: feiq.emit(), ..config() });
        assert_eq!(identity.entry(1, 7, false).command.0, 0x20_0001);
        assert_eq!(identity.feiq(), &feiq, "one MAC for all");
    }

    #[test]
    fn the_person_may_want_utf_8() {
        let identity = identity(Config { prefer: Prefer::Utf8, ..config() });
        assert_eq!(identity.entry(1, 7, false).host, "机器".as_bytes());
    }

    #[test]
    fn a_name_loses_only_what_gbk_lacks() {
        assert_eq!(encode_lossy("a😀哈", TextEncoding::Gbk), b"a?\xB9\xFE");
        assert_eq!(encode_lossy("a😀", TextEncoding::Utf8), "a😀".as_bytes());
    }
}
