//! What is kept of FeiQ: who we are, where we are, whom we tell, and to whom the form wrote.

use serde::{Deserialize, Deserializer, Serialize};

use super::Recent;
use super::forgiving::{known_word, saturated};
use crate::codec::Charset;

/// FeiQ's window and node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeiqSettings {
    /// The name that others see; empty: the user.
    pub nick: String,
    /// 组名
    pub group: String,
    /// The form's targets.
    pub targets: Vec<String>,
    /// Targets that were sent to before.
    pub recent_targets: Recent,
    /// The port of targets without one.
    #[serde(deserialize_with = "saturated")]
    pub target_port: u16,
    /// Whether the form ends its datagram with a NUL.
    pub final_nul: bool,
    /// Whether the form sends as a node and waits for the ack.
    pub as_node: bool,
    /// How often a repeated message is sent, 1 to [`FeiqSettings::MAX_REPEATS`].
    #[serde(deserialize_with = "saturated")]
    pub repeats: u32,
    /// Time between two of them, in milliseconds, from [`FeiqSettings::MIN_INTERVAL_MS`].
    #[serde(deserialize_with = "saturated")]
    pub interval_ms: u32,
    /// The node's address.
    pub bind_address: String,
    /// The node's port, UDP and TCP.
    #[serde(deserialize_with = "saturated")]
    pub port: u16,
    /// Whether the node announces itself by broadcast.
    pub announce_broadcast: bool,
    /// Else the names of those on which it is broadcast.
    pub announce_interfaces: Vec<String>,
    /// Addresses and ranges that it announces itself to as well, one a line.
    pub announce: String,
    /// Where accepted files go; empty: where everything goes.
    pub accept_folder: String,
    /// Whether conversations are kept on disk.
    pub history: bool,
    /// Whether the node says that we are away.
    pub absent: bool,
    /// What it says then.
    pub absence: String,
    /// Who the node is.
    pub node: FeiqSender,
    /// Who the form's datagrams say that they are from. Not the node: the form tries out names and versions, and is
    /// filled from what others sent.
    pub form: FeiqSender,
}

/// What a datagram says of its sender, and in which encoding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeiqSender {
    /// 发送者姓名; empty: the system's user.
    pub user: String,
    /// 主机名; empty: the system's.
    pub host: String,
    /// 版本
    #[serde(deserialize_with = "known_word")]
    pub version: FeiqVersionKind,
    /// The text of [`FeiqVersionKind::Own`].
    pub own_version: String,
    /// The 12 hex digits of the MAC address in FeiQ's own versions; made up once.
    pub mac: String,
    /// 编码: automatic, GBK or UTF-8.
    #[serde(deserialize_with = "encoding")]
    pub encoding: Charset,
}

impl Default for FeiqSender {
    fn default() -> Self {
        Self {
            user: String::new(),
            host: String::new(),
            version: FeiqVersionKind::default(),
            own_version: "1".to_owned(),
            mac: String::new(),
            encoding: Charset::Auto,
        }
    }
}

/// 版本: what the first field of a datagram says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeiqVersionKind {
    /// `1`, understood by all.
    #[default]
    Plain,
    /// As FeiQ 2.x, `1_lbt4_…`.
    Feiq2,
    /// As FeiQ 3.x and 2013, `1_lbt6_…`.
    Feiq3,
    /// Own text.
    Own,
}

impl FeiqVersionKind {
    /// All, in the order of the list.
    pub const ALL: [Self; 4] = [Self::Plain, Self::Feiq2, Self::Feiq3, Self::Own];
}

impl FeiqSettings {
    /// FeiQ's port.
    pub const PORT: u16 = 2425;
    /// The most messages of one repetition.
    pub const MAX_REPEATS: u32 = 1000;
    /// The least time between two repeated messages, in milliseconds.
    pub const MIN_INTERVAL_MS: u32 = 50;
    /// The longest time between two repeated messages: an hour, in milliseconds.
    pub const MAX_INTERVAL_MS: u32 = 3_600_000;
    /// The form has at most this many targets.
    pub const MAX_TARGETS: usize = 64;

    /// The same with every value in its range.
    #[must_use]
    pub(super) fn clamped(mut self) -> Self {
        self.target_port = self.target_port.max(1);
        self.repeats = self.repeats.clamp(1, Self::MAX_REPEATS);
        self.interval_ms = self.interval_ms.clamp(Self::MIN_INTERVAL_MS, Self::MAX_INTERVAL_MS);
        self.targets.truncate(Self::MAX_TARGETS);
        self
    }

    /// Whether this is a MAC address as FeiQ's versions have it.
    pub fn is_mac(text: &str) -> bool {
        text.len() == 12 && text.chars().all(|c| c.is_ascii_hexdigit())
    }
}

impl Default for FeiqSettings {
    fn default() -> Self {
        Self {
            nick: String::new(),
            group: String::new(),
            targets: Vec::new(),
            recent_targets: Recent::default(),
            target_port: Self::PORT,
            final_nul: false,
            as_node: false,
            repeats: 10,
            interval_ms: 1000,
            bind_address: "0.0.0.0".to_owned(),
            port: Self::PORT,
            announce_broadcast: true,
            announce_interfaces: Vec::new(),
            announce: String::new(),
            accept_folder: String::new(),
            history: false,
            absent: false,
            absence: String::new(),
            node: FeiqSender::default(),
            form: FeiqSender::default(),
        }
    }
}

/// One of the three encodings that FeiQ's datagrams have; any other is automatic.
fn encoding<'de, D: Deserializer<'de>>(from: D) -> Result<Charset, D::Error> {
    let charset: Charset = known_word(from)?;
    Ok(if matches!(charset, Charset::Gbk | Charset::Utf8) { charset } else { Charset::Auto })
}
