//! The command: its low byte says what is meant, the bits above are options.
//!
//! The same bit means one thing on an entry and another on a message; bits on the commands that FeiQ and iptux added
//! belong to their numbers (FeiQ's image chunk is 0x2000C0) and have no names.

use std::fmt;

/// The fifth field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Command(pub u32);

impl Command {
    /// A command with options.
    pub const fn new(code: u8, options: u32) -> Self {
        Self(code as u32 | options & !0xFF)
    }

    /// What is meant, one of [`code`].
    pub const fn code(self) -> u8 {
        (self.0 & 0xFF) as u8
    }

    /// The option bits, where they are in the number.
    pub const fn options(self) -> u32 {
        self.0 & !0xFF
    }

    /// Whether all these option bits are set.
    pub const fn has(self, option: u32) -> bool {
        self.0 & option == option
    }

    /// The same with these option bits set.
    #[must_use]
    pub const fn with(self, option: u32) -> Self {
        Self(self.0 | option & !0xFF)
    }

    /// The same without these option bits.
    #[must_use]
    pub const fn without(self, option: u32) -> Self {
        Self(self.0 & !(option & !0xFF))
    }

    /// What is known of the code.
    pub fn info(self) -> Option<&'static CommandInfo> {
        COMMANDS.iter().find(|info| info.code == self.code())
    }

    /// The code's name, such as `SENDMSG`.
    pub fn name(self) -> Option<&'static str> {
        self.info().map(|info| info.name)
    }

    /// Which bits have names on this command: [`ENTRY_OPTIONS`], [`MESSAGE_OPTIONS`] or none.
    pub fn known_options(self) -> &'static [(u32, &'static str)] {
        match self.code() {
            code::NOOPERATION..=code::BR_ABSENCE | code::BR_ISGETLIST..=code::BR_ISGETLIST2 => ENTRY_OPTIONS,
            _ if self.info().is_none_or(|info| info.who == Who::Ipmsg) => MESSAGE_OPTIONS,
            _ => &[],
        }
    }

    /// The names of the bits that are set, from the lowest; one without a name as its number, such as `0x40000`.
    pub fn option_names(self) -> impl Iterator<Item = &'static str> {
        let known = self.known_options();
        NUMBERED_OPTIONS.iter().filter(move |(bit, _)| self.has(*bit)).map(move |(bit, number)| {
            known.iter().find_map(|(option, name)| (option == bit).then_some(*name)).unwrap_or(number)
        })
    }
}

/// `SENDMSG|SENDCHECK`; an unknown code as `0x99`.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name)?,
            None => write!(f, "0x{:02X}", self.code())?,
        }
        self.option_names().try_for_each(|name| write!(f, "|{name}"))
    }
}

/// Whose command it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everyone's.
    Ipmsg,
    /// FeiQ's own, told from captures.
    Feiq,
    /// iptux's own.
    Iptux,
}

/// A code with its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandInfo {
    /// The low byte.
    pub code: u8,
    /// As in the protocol's description, without `IPMSG_`.
    pub name: &'static str,
    /// Who knows it.
    pub who: Who,
    /// The bits that its owner always sets with it.
    pub options: u32,
}

macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal $who:ident $($options:literal)?;)*) => {
        /// Codes by name.
        pub mod code {
            $($(#[doc = $doc])+ pub const $name: u8 = $code;)*
        }

        /// Every command known, by owner and code.
        pub const COMMANDS: &[CommandInfo] = &[$(CommandInfo {
            code: code::$name,
            name: stringify!($name),
            who: Who::$who,
            options: 0 $(| $options)?,
        }),*];
    };
}

commands! {
    /// Nothing; sent before an entry.
    NOOPERATION = 0x00 Ipmsg;
    /// I am here.
    BR_ENTRY = 0x01 Ipmsg;
    /// I leave.
    BR_EXIT = 0x02 Ipmsg;
    /// I am here too.
    ANSENTRY = 0x03 Ipmsg;
    /// My name or absence changed.
    BR_ABSENCE = 0x04 Ipmsg;
    /// Who can give a list of users?
    BR_ISGETLIST = 0x10 Ipmsg;
    /// I can give a list.
    OKGETLIST = 0x11 Ipmsg;
    /// Give me your list.
    GETLIST = 0x12 Ipmsg;
    /// A list of users.
    ANSLIST = 0x13 Ipmsg;
    /// Who can give a list? (second form)
    BR_ISGETLIST2 = 0x18 Ipmsg;
    /// A message.
    SENDMSG = 0x20 Ipmsg;
    /// The acknowledgement of a message.
    RECVMSG = 0x21 Ipmsg;
    /// A sealed message was opened.
    READMSG = 0x30 Ipmsg;
    /// A sealed message was thrown away unread.
    DELMSG = 0x31 Ipmsg;
    /// The acknowledgement of READMSG.
    ANSREADMSG = 0x32 Ipmsg;
    /// Which program are you?
    GETINFO = 0x40 Ipmsg;
    /// My program.
    SENDINFO = 0x41 Ipmsg;
    /// What is your absence text?
    GETABSENCEINFO = 0x50 Ipmsg;
    /// My absence text.
    SENDABSENCEINFO = 0x51 Ipmsg;
    /// Give me a file (TCP).
    GETFILEDATA = 0x60 Ipmsg;
    /// I don't want your files, or the offer is withdrawn.
    RELEASEFILES = 0x61 Ipmsg;
    /// Give me a folder (TCP).
    GETDIRFILES = 0x62 Ipmsg;
    /// Give me your public key.
    GETPUBKEY = 0x72 Ipmsg;
    /// My public key.
    ANSPUBKEY = 0x73 Ipmsg;
    /// A message to a group (0x400023).
    GROUPMSG = 0x23 Feiq 0x40_0000;
    /// "Open you".
    OPENYOU = 0x77 Feiq;
    /// Typing.
    TYPING = 0x79 Feiq;
    /// No longer typing.
    TYPINGEND = 0x7A Feiq;
    /// Remote assistance.
    REMOTEASSIST = 0xB0 Feiq;
    /// A piece of an image in a message (0x2000C0).
    IMAGE = 0xC0 Feiq 0x20_0000;
    /// The acknowledgement of such a piece.
    IMAGEACK = 0xC1 Feiq;
    /// Entry to a group (0x2000C9).
    GROUPENTRY = 0xC9 Feiq 0x20_0000;
    /// The window shakes.
    SHAKE = 0xD1 Feiq;
    /// The acknowledgement of a shake.
    SHAKEACK = 0xD2 Feiq;
    /// A message to a group of iptux.
    IPTUX_GROUPMSG = 0xFB Iptux;
    /// A signature.
    IPTUX_SENDSIGN = 0xFC Iptux;
    /// Data of another layer, by TCP.
    IPTUX_SENDSUBLAYER = 0xFD Iptux;
    /// An icon.
    IPTUX_SENDICON = 0xFE Iptux;
    /// What do you share?
    IPTUX_ASKSHARED = 0xFF Iptux;
}

/// Option bits by name.
pub mod option {
    /// Entries: the sender is absent.
    pub const ABSENCE: u32 = 0x100;
    /// Entries: the sender gives lists of users.
    pub const SERVER: u32 = 0x200;
    /// Entries: the sender can't be reached by broadcast.
    pub const DIALUP: u32 = 0x1_0000;

    /// Messages: acknowledge it.
    pub const SENDCHECK: u32 = 0x100;
    /// Messages: sealed, shown only when opened.
    pub const SECRET: u32 = 0x200;
    /// Messages: sent by broadcast.
    pub const BROADCAST: u32 = 0x400;
    /// Messages: sent to several.
    pub const MULTICAST: u32 = 0x800;
    /// Messages: open no window (no longer used).
    pub const NOPOPUP: u32 = 0x1000;
    /// Messages: an automatic reply, to which none follows.
    pub const AUTORET: u32 = 0x2000;
    /// Messages: sent again, because no acknowledgement came.
    pub const RETRY: u32 = 0x4000;
    /// Messages: opened with a password.
    pub const PASSWORD: u32 = 0x8000;
    /// Messages: not to be kept in a history.
    pub const NOLOG: u32 = 0x2_0000;
    /// Messages: the sender is not to be put in the list of users.
    pub const NOADDLIST: u32 = 0x8_0000;
    /// Messages: sealed, and READMSG is to be acknowledged.
    pub const READCHECK: u32 = 0x10_0000;

    /// A list of attachments follows the text; on entries, the sender takes attachments.
    pub const FILEATTACH: u32 = 0x20_0000;
    /// The text is encrypted; on entries, the sender can decrypt.
    pub const ENCRYPT: u32 = 0x40_0000;
    /// The text is UTF-8.
    pub const UTF8: u32 = 0x80_0000;
    /// The sender reads UTF-8.
    pub const CAPUTF8: u32 = 0x100_0000;
}

/// The bits of entries, from the lowest.
pub const ENTRY_OPTIONS: &[(u32, &str)] = &[
    (option::ABSENCE, "ABSENCE"),
    (option::SERVER, "SERVER"),
    (option::DIALUP, "DIALUP"),
    (option::FILEATTACH, "FILEATTACH"),
    (option::ENCRYPT, "ENCRYPT"),
    (option::UTF8, "UTF8"),
    (option::CAPUTF8, "CAPUTF8"),
];

/// The bits of messages and all that is about them, from the lowest.
pub const MESSAGE_OPTIONS: &[(u32, &str)] = &[
    (option::SENDCHECK, "SENDCHECK"),
    (option::SECRET, "SECRET"),
    (option::BROADCAST, "BROADCAST"),
    (option::MULTICAST, "MULTICAST"),
    (option::NOPOPUP, "NOPOPUP"),
    (option::AUTORET, "AUTORET"),
    (option::RETRY, "RETRY"),
    (option::PASSWORD, "PASSWORD"),
    (option::NOLOG, "NOLOG"),
    (option::NOADDLIST, "NOADDLIST"),
    (option::READCHECK, "READCHECK"),
    (option::FILEATTACH, "FILEATTACH"),
    (option::ENCRYPT, "ENCRYPT"),
    (option::UTF8, "UTF8"),
    (option::CAPUTF8, "CAPUTF8"),
];

/// Every option bit with its number as text.
const NUMBERED_OPTIONS: [(u32, &str); 24] = [
    (0x100, "0x100"),
    (0x200, "0x200"),
    (0x400, "0x400"),
    (0x800, "0x800"),
    (0x1000, "0x1000"),
    (0x2000, "0x2000"),
    (0x4000, "0x4000"),
    (0x8000, "0x8000"),
    (0x1_0000, "0x10000"),
    (0x2_0000, "0x20000"),
    (0x4_0000, "0x40000"),
    (0x8_0000, "0x80000"),
    (0x10_0000, "0x100000"),
    (0x20_0000, "0x200000"),
    (0x40_0000, "0x400000"),
    (0x80_0000, "0x800000"),
    (0x100_0000, "0x1000000"),
    (0x200_0000, "0x2000000"),
    (0x400_0000, "0x4000000"),
    (0x800_0000, "0x8000000"),
    (0x1000_0000, "0x10000000"),
    (0x2000_0000, "0x20000000"),
    (0x4000_0000, "0x40000000"),
    (0x8000_0000, "0x80000000"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_is_named_by_its_command() {
        assert_eq!(Command(288).to_string(), "SENDMSG|SENDCHECK");
        assert_eq!(Command(0x121).to_string(), "RECVMSG|SENDCHECK");
        assert_eq!(Command(257).to_string(), "BR_ENTRY|ABSENCE");
        assert_eq!(Command(6_291_457).to_string(), "BR_ENTRY|FILEATTACH|ENCRYPT");
        assert_eq!(Command(0x20_00C0).to_string(), "IMAGE|0x200000");
        assert_eq!(Command(0x8004_0020).to_string(), "SENDMSG|0x40000|0x80000000");
        assert_eq!(Command(0x199).to_string(), "0x99|SENDCHECK");
    }

    #[test]
    fn options_do_not_reach_into_the_code() {
        let command = Command::new(code::SENDMSG, 0x1FF);
        assert_eq!((command.code(), command.options()), (code::SENDMSG, option::SENDCHECK));
        assert_eq!(command.without(0xFFFF_FFFF), Command(0x20));
        assert_eq!(command.with(option::UTF8 | 0x0F), Command(0x80_0120));
    }

    #[test]
    fn codes_and_bits_are_unique() {
        for (at, info) in COMMANDS.iter().enumerate() {
            assert!(COMMANDS[..at].iter().all(|other| other.code != info.code && other.name != info.name), "{info:?}");
        }
        for options in [ENTRY_OPTIONS, MESSAGE_OPTIONS] {
            assert!(options.is_sorted_by(|a, b| a.0 < b.0 && a.1 != b.1));
        }
        assert_eq!(NUMBERED_OPTIONS.iter().fold(0, |all, (bit, _)| all | bit), !0xFF);
        assert!(NUMBERED_OPTIONS.iter().all(|(bit, text)| *text == format!("0x{bit:X}")));
    }
}
