//! What is kept of the TCP file download: the form, and what was downloaded before.

use serde::{Deserialize, Serialize};

use super::Recent;
use super::forgiving::{known_word, saturated};
use super::tftp::encoding;
use crate::codec::Charset;

/// The window of TCP file download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DownloadSettings {
    /// 服务器: a name or an address.
    pub server: String,
    /// Servers that were asked before.
    pub recent_servers: Recent,
    /// 端口
    #[serde(deserialize_with = "saturated")]
    pub port: u16,
    /// 请求
    #[serde(deserialize_with = "known_word")]
    pub request: DownloadRequest,
    /// 文件名
    pub name: String,
    /// Names that were asked for before.
    pub recent_names: Recent,
    /// 内容: a text, or HEX digits.
    pub content: String,
    /// In which encoding a name or a text is sent: UTF-8 or GBK.
    #[serde(deserialize_with = "encoding")]
    pub encoding: Charset,
    /// 行尾, after a name or a text.
    #[serde(deserialize_with = "known_word")]
    pub line_end: DownloadLineEnd,
    /// 结束方式
    #[serde(deserialize_with = "known_word")]
    pub ending: DownloadEnding,
    /// 长度格式
    #[serde(deserialize_with = "known_word")]
    pub length: DownloadLength,
    /// 空闲 in seconds, 1 to [`DownloadSettings::MAX_SECONDS`].
    #[serde(deserialize_with = "saturated")]
    pub idle_s: u32,
    /// 超时 in seconds, the same.
    #[serde(deserialize_with = "saturated")]
    pub timeout_s: u32,
    /// 本地文件: a file, or a folder if it ends with a separator; empty: the folder of downloads.
    pub save_to: String,
    /// Whether all bytes go into a log.
    pub trace: bool,
    /// What ended in earlier runs, the latest last, at most [`DownloadSettings::MAX_HISTORY`].
    pub history: Vec<DownloadRecord>,
}

impl DownloadSettings {
    /// No wait is longer: an hour.
    pub const MAX_SECONDS: u32 = 3600;
    /// So much of the history is kept.
    pub const MAX_HISTORY: usize = 50;

    /// The same with every value in its range.
    #[must_use]
    pub(super) fn clamped(mut self) -> Self {
        self.port = self.port.max(1);
        self.idle_s = self.idle_s.clamp(1, Self::MAX_SECONDS);
        self.timeout_s = self.timeout_s.clamp(1, Self::MAX_SECONDS);
        self.history.drain(..self.history.len().saturating_sub(Self::MAX_HISTORY));
        self
    }
}

impl Default for DownloadSettings {
    fn default() -> Self {
        Self {
            server: String::new(),
            recent_servers: Recent::default(),
            port: 8080,
            request: DownloadRequest::default(),
            name: String::new(),
            recent_names: Recent::default(),
            content: String::new(),
            encoding: Charset::Utf8,
            line_end: DownloadLineEnd::default(),
            ending: DownloadEnding::default(),
            length: DownloadLength::default(),
            idle_s: 3,
            timeout_s: 30,
            save_to: String::new(),
            trace: false,
            history: Vec::new(),
        }
    }
}

/// What is sent first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DownloadRequest {
    /// The file's name.
    #[default]
    Name,
    /// Any text.
    Text,
    /// HEX digits.
    Hex,
    /// Nothing.
    Nothing,
}

impl DownloadRequest {
    /// All, in the order of the list.
    pub const ALL: [Self; 4] = [Self::Name, Self::Text, Self::Hex, Self::Nothing];
}

/// What follows a name or a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DownloadLineEnd {
    /// Nothing.
    #[default]
    None,
    /// LF
    Lf,
    /// CR LF
    CrLf,
    /// NUL
    Nul,
}

impl DownloadLineEnd {
    /// All, in the order of the list.
    pub const ALL: [Self; 4] = [Self::None, Self::Lf, Self::CrLf, Self::Nul];

    /// Its bytes.
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::None => b"",
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
            Self::Nul => b"\0",
        }
    }
}

/// How it is known that all has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DownloadEnding {
    /// The server closes the connection.
    #[default]
    Close,
    /// The length comes first.
    Length,
    /// Nothing more comes.
    Idle,
}

impl DownloadEnding {
    /// All, in the order of the list.
    pub const ALL: [Self; 3] = [Self::Close, Self::Length, Self::Idle];
}

/// How a length is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DownloadLength {
    /// 1 byte.
    #[serde(rename = "1")]
    One,
    /// 2 bytes, little endian.
    #[serde(rename = "2le")]
    TwoLittle,
    /// 2 bytes, big endian.
    #[serde(rename = "2be")]
    TwoBig,
    /// 4 bytes, little endian: Python's `struct.pack('i', n)`.
    #[default]
    #[serde(rename = "4le")]
    FourLittle,
    /// 4 bytes, big endian: Java's `writeInt`.
    #[serde(rename = "4be")]
    FourBig,
    /// 8 bytes, little endian.
    #[serde(rename = "8le")]
    EightLittle,
    /// 8 bytes, big endian.
    #[serde(rename = "8be")]
    EightBig,
    /// Decimal digits up to a line feed.
    #[serde(rename = "line")]
    Line,
}

impl DownloadLength {
    /// All, in the order of the list.
    pub const ALL: [Self; 8] = [
        Self::FourLittle,
        Self::FourBig,
        Self::EightLittle,
        Self::EightBig,
        Self::TwoLittle,
        Self::TwoBig,
        Self::One,
        Self::Line,
    ];
}

/// A download of an earlier run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DownloadRecord {
    /// When it began, in nanoseconds since 1970.
    pub time_ns: i64,
    /// The server, as typed.
    pub server: String,
    /// Its port.
    #[serde(deserialize_with = "saturated")]
    pub port: u16,
    /// What was asked for, as typed: a name, a text or HEX digits.
    pub asked: String,
    /// Which of them.
    #[serde(deserialize_with = "known_word")]
    pub request: DownloadRequest,
    /// The file here.
    pub local: String,
    /// Its size in bytes, if all of it came.
    pub size: Option<u64>,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: Option<String>,
    /// Why there is no file, as it was said.
    pub failure: Option<String>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn what_was_edited_by_hand_is_forgiven() {
        let text =
            "port = 0\nidle_s = 0\ntimeout_s = 99999\nending = \"sometime\"\nlength = \"8be\"\nrequest = \"hex\"\n";
        let settings: DownloadSettings = toml::from_str(text).unwrap();
        let settings = settings.clamped();
        assert_eq!((settings.port, settings.idle_s, settings.timeout_s), (1, 1, DownloadSettings::MAX_SECONDS));
        assert_eq!((settings.ending, settings.length), (DownloadEnding::Close, DownloadLength::EightBig));
        assert_eq!(settings.request, DownloadRequest::Hex);
    }

    #[test]
    fn of_the_history_the_latest_is_kept() {
        let record = |n| DownloadRecord { time_ns: n, ..DownloadRecord::default() };
        let settings = DownloadSettings { history: (0..80).map(record).collect(), ..DownloadSettings::default() };
        let kept = settings.clamped().history;
        assert_eq!((kept.len(), kept.last().map(|record| record.time_ns)), (DownloadSettings::MAX_HISTORY, Some(79)));
    }
}
