//! Who we are to others, and what bounds the node.

use std::net::IpAddr;
use std::time::Duration;

use crate::proto::ipmsg::{FeiqVersion, PORT};

/// Which encoding our texts have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prefer {
    /// What the peer reads: UTF-8 for those that say so, GBK for FeiQ, iptux and all others.
    #[default]
    Auto,
    /// GBK to all.
    Gbk,
    /// UTF-8 to all. FeiQ may show it garbled.
    Utf8,
}

/// A node's identity and bounds.
#[derive(Clone, Debug)]
pub struct Config {
    /// The login name in the header of our packets.
    pub user: String,
    /// The host name in the header of our packets.
    pub host: String,
    /// The name that others show.
    pub nick: String,
    /// The group in which others list us.
    pub group: String,
    /// The first field of our packets: `1`, or a FeiQ version string.
    pub version: Vec<u8>,
    /// The FeiQ version string of what only FeiQ has (images, shakes, typing, groups), where `version` isn't one.
    pub feiq: FeiqVersion,
    /// What GETINFO is answered with: the name and version of this program.
    pub info: String,
    /// The encoding of our texts.
    pub prefer: Prefer,
    /// Our UDP port; 2425 by default.
    pub port: u16,
    /// Our addresses: what comes from one of them and our port is our own broadcast.
    pub own_addrs: Vec<IpAddr>,
    /// The first packet number: the seconds since 1970 at [`Moment::default`](crate::proto::Moment).
    pub first_number: u64,
    /// Seed of the random delays.
    pub seed: u64,
    /// When is sent again.
    pub timing: Timing,
    /// What bounds memory and rates.
    pub limits: Limits,
}

impl Config {
    /// A node named `user` on `host`, with the defaults of everything else.
    pub fn new(user: &str, host: &str, feiq: FeiqVersion) -> Self {
        Self {
            user: user.to_owned(),
            host: host.to_owned(),
            nick: user.to_owned(),
            group: String::new(),
            version: b"1".to_vec(),
            feiq,
            info: "Wirebench".to_owned(),
            prefer: Prefer::Auto,
            port: PORT,
            own_addrs: Vec::new(),
            first_number: 1,
            seed: 0,
            timing: Timing::default(),
            limits: Limits::default(),
        }
    }
}

/// How often and when something unanswered is sent again, with the same number and bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Sends of a message, the first one included.
    pub tries: u32,
    /// From one to the next.
    pub interval: Duration,
    /// Sends of READMSG, which says that a sealed message was opened.
    pub read_tries: u32,
    /// From one to the next.
    pub read_interval: Duration,
    /// An image of which nothing came for so long is given up.
    pub image_silence: Duration,
}

impl Default for Timing {
    /// As IPMSG does: a message 1 + 4 times, a second apart; READMSG 12 times, 750 ms apart.
    fn default() -> Self {
        Self {
            tries: 5,
            interval: Duration::from_secs(1),
            read_tries: 12,
            read_interval: Duration::from_millis(750),
            image_silence: Duration::from_secs(30),
        }
    }
}

/// So many at once, and so many a second in the long run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In the long run.
    pub per_second: u32,
    /// At once, after silence.
    pub burst: u32,
}

/// What bounds a node's memory and work, whatever others send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Addresses that are remembered, users and senders of messages together.
    pub peers: usize,
    /// Addresses to which we announce ourselves.
    pub announced: usize,
    /// Targets of one message.
    pub targets: usize,
    /// Messages that wait for an answer, or to be sent, all targets together.
    pub pending: usize,
    /// Datagrams that wait to be sent, and events that wait to be taken: when so many do, what comes in is dropped
    /// and counted.
    pub queue: usize,
    /// Received messages that are remembered, so that a repeated one is not shown again: at least half of so many.
    /// With the default rates, those of several seconds even under a flood from everywhere.
    pub seen: usize,
    /// Datagrams per address (all its ports together) that are looked at.
    pub per_address: Rate,
    /// Datagrams of all addresses together that are looked at.
    pub overall: Rate,
    /// Addresses that were not known before, and that are remembered.
    pub newcomers: Rate,
    /// Group messages of all addresses together that are deciphered, which takes longer than anything else.
    pub groups: Rate,
    /// Bytes of one image.
    pub image_bytes: usize,
    /// Images that are being received at once, and that are being sent at once.
    pub images: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            peers: 4096,
            announced: 65_536 + 256,
            targets: 1024,
            pending: 4096,
            queue: 8192,
            seen: 131_072,
            per_address: Rate { per_second: 1000, burst: 2000 },
            overall: Rate { per_second: 5000, burst: 10_000 },
            newcomers: Rate { per_second: 500, burst: 4096 },
            groups: Rate { per_second: 200, burst: 400 },
            image_bytes: 4 << 20,
            images: 16,
        }
    }
}
