//! 传输文件: which file a tab sends, and how.

use serde::{Deserialize, Serialize};

use super::forgiving::{known_word, saturated};

/// How a tab sends a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SendFileSettings {
    /// The file, as typed.
    pub path: String,
    /// What its content is.
    #[serde(deserialize_with = "known_word")]
    pub form: FileForm,
    /// Bytes in a datagram of UDP, 1 to [`SendFileSettings::MAX_DATAGRAM_BYTES`].
    #[serde(deserialize_with = "saturated")]
    pub datagram_bytes: u32,
    /// Bytes in a block of TCP, 1 to [`SendFileSettings::MAX_BLOCK_BYTES`].
    #[serde(deserialize_with = "saturated")]
    pub block_bytes: u32,
    /// Pause between two blocks or lines, in milliseconds, at most [`SendFileSettings::MAX_INTERVAL_MS`].
    #[serde(deserialize_with = "saturated")]
    pub interval_ms: u32,
    /// Not more KB (of 1024 bytes) a second than this; 0: no limit.
    #[serde(deserialize_with = "saturated")]
    pub rate_kb: u32,
    /// Whether the bytes are in the log too.
    #[serde(deserialize_with = "known_word")]
    pub log: FileLog,
}

/// Whether the bytes of a file that is sent are in the log too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileLog {
    /// Those of a file that is not large.
    #[default]
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}

impl FileLog {
    /// All, in the order of the list.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Always, Self::Never];
}

/// What the content of a file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileForm {
    /// The bytes that are sent.
    #[default]
    Raw,
    /// Lines of text, each a packet.
    Lines,
    /// HEX digits.
    Hex,
}

impl FileForm {
    /// All, in the order of the list.
    pub const ALL: [Self; 3] = [Self::Raw, Self::Lines, Self::Hex];
}

impl SendFileSettings {
    /// The largest block.
    pub const MAX_BLOCK_BYTES: u32 = 1 << 20;
    /// The largest block of UDP: a datagram has no room for more (RFC 768).
    pub const MAX_DATAGRAM_BYTES: u32 = 65_507;
    /// The longest pause: an hour.
    pub const MAX_INTERVAL_MS: u32 = 3_600_000;
    /// The highest limit of the rate, in KB a second.
    pub const MAX_RATE_KB: u32 = 10 << 20;

    pub(super) fn clamped(mut self) -> Self {
        self.datagram_bytes = self.datagram_bytes.clamp(1, Self::MAX_DATAGRAM_BYTES);
        self.block_bytes = self.block_bytes.clamp(1, Self::MAX_BLOCK_BYTES);
        self.interval_ms = self.interval_ms.min(Self::MAX_INTERVAL_MS);
        self.rate_kb = self.rate_kb.min(Self::MAX_RATE_KB);
        self
    }
}

impl Default for SendFileSettings {
    fn default() -> Self {
        Self {
            path: String::new(),
            form: FileForm::default(),
            datagram_bytes: 1024,
            block_bytes: 65_536,
            interval_ms: 0,
            rate_kb: 0,
            log: FileLog::default(),
        }
    }
}
