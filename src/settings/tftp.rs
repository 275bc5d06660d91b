//! What is kept of TFTP: the form of a transfer, the server, and what went over before.

use serde::{Deserialize, Deserializer, Serialize};

use super::Recent;
use super::forgiving::{known_word, saturated};
use crate::codec::Charset;

/// TFTP's window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TftpSettings {
    /// 服务器: a name or an address.
    pub server: String,
    /// Servers that were asked before.
    pub recent_servers: Recent,
    /// 端口
    #[serde(deserialize_with = "saturated")]
    pub port: u16,
    /// 方向
    #[serde(deserialize_with = "known_word")]
    pub direction: TftpDirection,
    /// 远程文件; empty in an upload: the local file's name.
    pub remote: String,
    /// In which encoding the server gets that name: UTF-8 or GBK.
    #[serde(deserialize_with = "encoding")]
    pub encoding: Charset,
    /// 本地文件 of a download: a file, or a folder if it ends with a separator; empty: the folder of downloads.
    pub save_to: String,
    /// 本地文件 of an upload.
    pub source: String,
    /// 模式
    #[serde(deserialize_with = "known_word")]
    pub mode: TftpMode,
    /// 仅 RFC 1350: no options are asked for.
    pub plain: bool,
    /// 块大小, [`TftpSettings::BLOCK_SIZES`].
    #[serde(deserialize_with = "saturated")]
    pub block_size: u16,
    /// 窗口大小, from 1.
    #[serde(deserialize_with = "saturated")]
    pub window_size: u16,
    /// 超时 in seconds; 0: automatic.
    #[serde(deserialize_with = "saturated")]
    pub timeout_s: u8,
    /// 重试, at most [`TftpSettings::MAX_RETRIES`].
    #[serde(deserialize_with = "saturated")]
    pub retries: u32,
    /// Whether the file's size is asked for, or said.
    pub size: bool,
    /// Whether every packet goes into a log.
    pub trace: bool,
    /// 服务器: the second page.
    pub serve: TftpServeSettings,
    /// What ended in earlier runs, the latest last, at most [`TftpSettings::MAX_HISTORY`].
    pub history: Vec<TftpRecord>,
}

impl TftpSettings {
    /// What RFC 2348 allows, as far as it fits into a UDP datagram.
    pub const BLOCK_SIZES: std::ops::RangeInclusive<u16> = 8..=65_464;
    /// The most repetitions of a packet that nothing answers.
    pub const MAX_RETRIES: u32 = 100;
    /// So much of the history is kept.
    pub const MAX_HISTORY: usize = 50;

    /// The same with every value in its range.
    #[must_use]
    pub(super) fn clamped(mut self) -> Self {
        self.port = self.port.max(1);
        self.block_size = self.block_size.clamp(*Self::BLOCK_SIZES.start(), *Self::BLOCK_SIZES.end());
        self.window_size = self.window_size.max(1);
        self.retries = self.retries.min(Self::MAX_RETRIES);
        self.serve = self.serve.clamped();
        self.history.drain(..self.history.len().saturating_sub(Self::MAX_HISTORY));
        self
    }
}

impl Default for TftpSettings {
    fn default() -> Self {
        Self {
            server: String::new(),
            recent_servers: Recent::default(),
            port: 69,
            direction: TftpDirection::default(),
            remote: String::new(),
            encoding: Charset::Utf8,
            save_to: String::new(),
            source: String::new(),
            mode: TftpMode::default(),
            plain: false,
            block_size: 1428,
            window_size: 16,
            timeout_s: 0,
            retries: 5,
            size: true,
            trace: false,
            serve: TftpServeSettings::default(),
            history: Vec::new(),
        }
    }
}

/// The server of TFTP's window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TftpServeSettings {
    /// 文件夹
    pub folder: String,
    /// 绑定地址
    pub bind_address: String,
    /// 绑定端口; 0: any.
    #[serde(deserialize_with = "saturated")]
    pub port: u16,
    /// What clients may write.
    #[serde(deserialize_with = "known_word")]
    pub uploads: TftpUploads,
    /// The largest upload in MiB, from 1.
    #[serde(deserialize_with = "saturated")]
    pub max_upload_mib: u32,
    /// 仅 RFC 1350: no options are granted.
    pub plain: bool,
    /// The largest block, [`TftpSettings::BLOCK_SIZES`].
    #[serde(deserialize_with = "saturated")]
    pub max_block_size: u16,
    /// The largest window, from 1.
    #[serde(deserialize_with = "saturated")]
    pub max_window_size: u16,
    /// Transfers at the same time, 1 to [`TftpServeSettings::MAX_TRANSFERS`].
    #[serde(deserialize_with = "saturated")]
    pub max_transfers: u32,
    /// The same of one client.
    #[serde(deserialize_with = "saturated")]
    pub max_per_client: u32,
    /// Whether every packet goes into a log.
    pub trace: bool,
}

impl TftpServeSettings {
    /// Each transfer has a thread and a socket.
    pub const MAX_TRANSFERS: u32 = 1000;
    /// The largest limit on uploads in MiB: 16 TiB, more than a disk has.
    pub const MAX_UPLOAD_MIB: u32 = 1 << 24;

    fn clamped(mut self) -> Self {
        let sizes = TftpSettings::BLOCK_SIZES;
        self.max_upload_mib = self.max_upload_mib.clamp(1, Self::MAX_UPLOAD_MIB);
        self.max_block_size = self.max_block_size.clamp(*sizes.start(), *sizes.end());
        self.max_window_size = self.max_window_size.max(1);
        self.max_transfers = self.max_transfers.clamp(1, Self::MAX_TRANSFERS);
        self.max_per_client = self.max_per_client.clamp(1, Self::MAX_TRANSFERS);
        self
    }
}

impl Default for TftpServeSettings {
    fn default() -> Self {
        Self {
            folder: String::new(),
            bind_address: "0.0.0.0".to_owned(),
            port: 69,
            uploads: TftpUploads::default(),
            max_upload_mib: 4096,
            plain: false,
            max_block_size: *TftpSettings::BLOCK_SIZES.end(),
            max_window_size: u16::MAX,
            max_transfers: 64,
            max_per_client: 16,
            trace: false,
        }
    }
}

/// Which way the file goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TftpDirection {
    /// From the server.
    #[default]
    Download,
    /// To the server.
    Upload,
}

/// How a file's octets are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TftpMode {
    /// As they are.
    #[default]
    Octet,
    /// As lines of text.
    Netascii,
}

/// What clients may write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TftpUploads {
    /// Nothing.
    #[default]
    Refused,
    /// New files.
    New,
    /// New files, and others in place of those that are there.
    Overwrite,
}

impl TftpUploads {
    /// All, in the order of the list.
    pub const ALL: [Self; 3] = [Self::Refused, Self::New, Self::Overwrite];
}

/// A transfer of an earlier run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TftpRecord {
    /// When it began, in nanoseconds since 1970.
    pub time_ns: i64,
    /// Which way the file went.
    #[serde(deserialize_with = "known_word")]
    pub direction: TftpDirection,
    /// The server, as typed.
    pub server: String,
    /// Its port.
    #[serde(deserialize_with = "saturated")]
    pub port: u16,
    /// The file's name on the server.
    pub remote: String,
    /// The file here.
    pub local: String,
    /// Its size in octets, if all of it went over.
    pub size: Option<u64>,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: Option<String>,
    /// Why not all of it went over, as it was said.
    pub failure: Option<String>,
}

/// One of the two encodings that names have; any other is UTF-8.
pub(super) fn encoding<'de, D: Deserializer<'de>>(from: D) -> Result<Charset, D::Error> {
    let charset: Charset = known_word(from)?;
    Ok(if charset == Charset::Gbk { charset } else { Charset::Utf8 })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    fn read(text: &str) -> TftpSettings {
        toml::from_str::<TftpSettings>(text).unwrap().clamped()
    }

    #[test]
    fn the_defaults_are_in_their_ranges() {
        assert_eq!(read(""), TftpSettings::default());
        assert_eq!(TftpSettings::default().clamped(), TftpSettings::default());
    }

    #[test]
    fn wrong_values_are_put_right() {
        let settings = read(
            "port = 0\ndirection = \"sideways\"\nencoding = \"big5\"\nblock_size = 3\nwindow_size = -1\n\
             timeout_s = 1000\nretries = 1000000\n[serve]\nport = 70000\nuploads = \"all\"\nmax_upload_mib = 0\n\
             max_block_size = 100000\nmax_transfers = 0\nmax_per_client = 99999\n",
        );
        assert_eq!((settings.port, settings.direction, settings.encoding), (1, TftpDirection::Download, Charset::Utf8));
        assert_eq!((settings.block_size, settings.window_size, settings.timeout_s), (8, 1, 255));
        assert_eq!(settings.retries, TftpSettings::MAX_RETRIES);
        let serve = &settings.serve;
        assert_eq!((serve.port, serve.uploads, serve.max_upload_mib), (65_535, TftpUploads::Refused, 1));
        assert_eq!((serve.max_block_size, serve.max_transfers, serve.max_per_client), (65_464, 1, 1000));
    }

    #[test]
    fn of_the_history_the_latest_is_kept() {
        let record = |n| TftpRecord { time_ns: n, ..TftpRecord::default() };
        let settings = TftpSettings { history: (0..80).map(record).collect(), ..TftpSettings::default() }.clamped();
        assert_eq!(settings.history.len(), TftpSettings::MAX_HISTORY);
        assert_eq!(settings.history.last().map(|record| record.time_ns), Some(79));
    }
}
