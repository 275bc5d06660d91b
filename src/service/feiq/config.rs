//! What a node is started with.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::announce::AddressRange;
use crate::proto::ipmsg::PORT;
use crate::proto::ipmsg::node::Prefer;

/// What a node is started with.
#[derive(Clone, Debug)]
pub struct FeiqConfig {
    /// Where to bind, UDP and TCP alike; the default is every address and port 2425. Bound to one address, Linux gives
    /// it no broadcasts and no groups.
    pub bind: SocketAddr,
    /// The name that others see.
    pub nick: String,
    /// The user's name (of the system).
    pub user: String,
    /// The host's name.
    pub host: String,
    /// The group (department) that others see; may be empty.
    pub group: String,
    /// As which program it introduces itself.
    pub version: VersionChoice,
    /// The hardware address that its FeiQ versions show, also of what only FeiQ has (pictures, shakes, groups), which
    /// always goes with one. Keep a random one for later: FeiQ tells hosts apart by it.
    pub mac: Mac,
    /// How texts are encoded where the person does not choose.
    pub prefer: Prefer,
    /// Whom to tell that it is here.
    pub announce: AnnounceTo,
    /// Away, with this text.
    pub absence: Option<String>,
    /// Join FeiQ's multicast address, so that its groups can be read.
    pub hear_groups: bool,
    /// The folder where conversations are kept; `None`: not on disk.
    pub history: Option<PathBuf>,
    /// How long a message waits for its ack.
    pub patience: Patience,
}

impl Default for FeiqConfig {
    fn default() -> Self {
        Self {
            bind: SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), PORT),
            nick: String::new(),
            user: String::new(),
            host: String::new(),
            group: String::new(),
            version: VersionChoice::default(),
            mac: Mac::random(),
            prefer: Prefer::Auto,
            announce: AnnounceTo::default(),
            absence: None,
            hear_groups: true,
            history: None,
            patience: Patience::default(),
        }
    }
}

/// How long a message waits for its ack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Between two sends of the same message.
    pub interval: Duration,
    /// How often it is sent again before it counts as not answered.
    pub retries: u32,
}

impl Default for Patience {
    /// As IPMSG: four more times, a second apart.
    fn default() -> Self {
        Self { interval: Duration::from_secs(1), retries: 4 }
    }
}

/// As which program a node introduces itself: the first field of its datagrams.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum VersionChoice {
    /// `1`: understood everywhere.
    #[default]
    Plain,
    /// FeiQ 2.x.
    Feiq2,
    /// FeiQ 3.x (2013).
    Feiq3,
    /// As typed.
    Own(String),
}

/// A hardware address, by which FeiQ tells hosts apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// A random one of the range that no vendor has (locally administered, unicast).
    pub fn random() -> Self {
        let random = RandomState::new().build_hasher().finish().to_be_bytes();
        let mut mac = [0; 6];
        mac.copy_from_slice(&random[..6]);
        mac[0] = mac[0] & 0xfc | 0x02;
        Self(mac)
    }

    /// Its 12 hexadecimal digits, as FeiQ's version has them.
    pub fn digits(self) -> [u8; 12] {
        let mut digits = [0; 12];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair[0] = b"0123456789ABCDEF"[usize::from(byte >> 4)];
            pair[1] = b"0123456789ABCDEF"[usize::from(byte & 15)];
        }
        digits
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

/// Not 12 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a MAC has 12 hexadecimal digits")]
pub struct NotAMac;

impl FromStr for Mac {
    type Err = NotAMac;

    /// Takes `00163E4D0002` as well as `00:16:3e:4d:00:02` and `00-16-3E-4D-00-02`.
    fn from_str(text: &str) -> Result<Self, NotAMac> {
        let digits: Vec<u8> = text
            .chars()
            .filter(|c| !matches!(c, ':' | '-' | '.'))
            .map(|c| c.to_digit(16).map(|digit| digit as u8).ok_or(NotAMac))
            .collect::<Result<_, _>>()?;
        let pairs: Vec<u8> = digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect();
        if digits.len() == 12 { pairs.try_into().map(Self).map_err(|_| NotAMac) } else { Err(NotAMac) }
    }
}

/// Whom to tell that a node is here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnnounceTo {
    /// By broadcast.
    pub broadcast: Broadcast,
    /// One by one, across subnets.
    pub ranges: Vec<AddressRange>,
}

/// On which interfaces to broadcast.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Broadcast {
    /// On none.
    None,
    /// On all that can, and to 255.255.255.255.
    #[default]
    All,
    /// On those with these names.
    Only(Vec<String>),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn a_mac_is_read_in_each_usual_form() {
        let mac = Mac([0x00, 0x16, 0x3e, 0x4d, 0x00, 0x02]);
        for text in ["00163E4D0002", "00:16:3e:4d:00:02", "00-16-3E-4D-00-02", "0016.3e4d.0002"] {
            assert_eq!(text.parse(), Ok(mac), "{text}");
        }
        for text in ["", "00163E4D000", "00163E4D00021", "00163E4D000G", "00163E4D0002 "] {
            assert_eq!(text.parse::<Mac>(), Err(NotAMac), "{text}");
        }
        assert_eq!(mac.to_string().as_bytes(), mac.digits());
        assert_eq!(mac.to_string(), "00163E4D0002");
    }

    #[test]
    fn a_random_mac_belongs_to_no_vendor() {
        for _ in 0..64 {
            assert_eq!(Mac::random().0[0] & 0x03, 0x02);
        }
    }
}
