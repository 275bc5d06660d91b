//! What is kept of a session.
//!
//! The fields of every mode are kept beside each other, so that a person who tries another protocol and comes back
//! finds what was typed.

use serde::{Deserialize, Deserializer, Serialize};

use super::forgiving::{known_word, saturated};
use crate::codec::Charset;

/// A session, as it stands in its tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TabSettings {
    /// The name that a person gave it; empty: named after its mode.
    pub name: String,
    /// The protocol.
    #[serde(deserialize_with = "known_word")]
    pub mode: Mode,
    /// Local address of UDP and of a TCP server.
    pub local_address: String,
    /// Local port of UDP and of a TCP server; 0 for any.
    #[serde(deserialize_with = "saturated")]
    pub local_port: u16,
    /// Name or address of the server, for a TCP client.
    pub remote_host: String,
    /// Port of the server, for a TCP client.
    #[serde(deserialize_with = "saturated")]
    pub remote_port: u16,
    /// `TCP_NODELAY`.
    pub nodelay: bool,
    /// `SO_KEEPALIVE`.
    pub keepalive: bool,
    /// A UDP tab whose datagrams are FeiQ's node's.
    pub feiq: bool,
    /// Only UDP.
    pub udp: UdpSettings,
    /// Only a TCP client.
    pub client: ClientSettings,
    /// How the received is shown.
    pub receive: ReceiveSettings,
    /// How is sent.
    pub send: SendSettings,
}

impl Default for TabSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            mode: Mode::default(),
            local_address: "0.0.0.0".to_owned(),
            local_port: 8080,
            remote_host: "127.0.0.1".to_owned(),
            remote_port: 8080,
            nodelay: true,
            keepalive: true,
            feiq: false,
            udp: UdpSettings::default(),
            client: ClientSettings::default(),
            receive: ReceiveSettings::default(),
            send: SendSettings::default(),
        }
    }
}

impl TabSettings {
    /// The same with every value in its range.
    #[must_use]
    pub fn clamped(mut self) -> Self {
        self.remote_port = self.remote_port.max(1);
        self.client.connect_timeout_s = self.client.connect_timeout_s.clamp(1, ClientSettings::MAX_TIMEOUT_S);
        self.receive.dump_width = match self.receive.dump_width {
            0..12 => 8,
            12..24 => 16,
            24.. => 32,
        };
        self.send = self.send.clamped();
        self
    }
}

/// 协议类型
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A UDP socket.
    #[default]
    Udp,
    /// A TCP connection that we open.
    TcpClient,
    /// A TCP socket that listens.
    TcpServer,
}

impl Mode {
    /// All, in the order of the classic's list.
    pub const ALL: [Self; 3] = [Self::Udp, Self::TcpClient, Self::TcpServer];
}

/// What only UDP has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UdpSettings {
    /// 远程主机 as typed, `172.22.80.1 :8080`.
    pub remote: String,
    /// May send to broadcast addresses.
    pub broadcast: bool,
    /// Several sockets of this machine may share the port.
    pub share_port: bool,
    /// Hop limit of multicast datagrams that are sent.
    #[serde(deserialize_with = "saturated")]
    pub multicast_ttl: u8,
    /// Whether this machine hears its own multicast datagrams.
    pub multicast_loopback: bool,
    /// Groups to join when it opens.
    pub groups: Vec<GroupSettings>,
}

impl Default for UdpSettings {
    fn default() -> Self {
        Self {
            remote: "127.0.0.1 :8080".to_owned(),
            broadcast: true,
            share_port: false,
            multicast_ttl: 1,
            multicast_loopback: true,
            groups: Vec::new(),
        }
    }
}

/// A multicast group; interfaces are kept by name, their numbers change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GroupSettings {
    /// The group's address, as text.
    pub address: String,
    /// The interface's name; empty: the system chooses.
    pub interface: String,
}

/// What only a TCP client has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientSettings {
    /// Local address to bind first; empty: the system chooses.
    pub local_address: String,
    /// Local port to bind first; 0: the system chooses.
    #[serde(deserialize_with = "saturated")]
    pub local_port: u16,
    /// How long a connect may take, in seconds, 1 to [`ClientSettings::MAX_TIMEOUT_S`].
    #[serde(deserialize_with = "saturated")]
    pub connect_timeout_s: u32,
    /// Connect again when the connection is lost or refused.
    pub reconnect: bool,
}

impl ClientSettings {
    /// The longest connect, in seconds.
    pub const MAX_TIMEOUT_S: u32 = 3600;
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self { local_address: String::new(), local_port: 0, connect_timeout_s: 10, reconnect: false }
    }
}

/// 接收设置
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReceiveSettings {
    /// Text, HEX or dump.
    #[serde(deserialize_with = "known_word")]
    pub view: View,
    /// Bytes in a line of the dump: 8, 16 or 32.
    #[serde(deserialize_with = "saturated")]
    pub dump_width: u8,
    /// 按日志模式显示
    pub log_mode: bool,
    /// 接收区自动换行
    pub auto_linefeed: bool,
    /// 接收数据不显示
    pub hide_received: bool,
    /// 协议解析: after each datagram of a protocol that is known a line that says what it means.
    pub decode: bool,
    /// The file that 接收保存到文件 wrote to last, with its `{date}` `{time}` `{peer}`; empty: none yet.
    pub save_path: String,
    /// 接收编码
    #[serde(deserialize_with = "known_word")]
    pub charset: Charset,
}

impl Default for ReceiveSettings {
    fn default() -> Self {
        Self {
            view: View::default(),
            dump_width: 16,
            log_mode: true,
            auto_linefeed: true,
            hide_received: false,
            decode: false,
            save_path: String::new(),
            charset: Charset::Auto,
        }
    }
}

/// How bytes are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// As text.
    #[default]
    Ascii,
    /// As HEX digits.
    Hex,
    /// As offset, HEX and text.
    Dump,
}

/// 发送设置
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SendSettings {
    /// How the send box is read.
    #[serde(deserialize_with = "known_word")]
    pub form: SendForm,
    /// 发送编码; never [`Charset::Auto`].
    #[serde(deserialize_with = "send_charset")]
    pub charset: Charset,
    /// 自动解析转义符
    pub escapes: bool,
    /// 自动发送附加位
    pub append: bool,
    /// Which bytes are appended.
    #[serde(deserialize_with = "known_word")]
    pub append_kind: AppendKind,
    /// The bytes of [`AppendKind::Fixed`], in HEX as typed.
    pub append_fixed: String,
    /// 循环周期, in milliseconds, 1 to [`SendSettings::MAX_CYCLE_MS`].
    #[serde(deserialize_with = "saturated")]
    pub cycle_ms: u32,
    /// What is in the send box, at most [`SendSettings::MAX_TEXT_BYTES`].
    pub text: String,
}

impl SendSettings {
    /// The longest cycle: a day, in milliseconds.
    pub const MAX_CYCLE_MS: u32 = 86_400_000;
    /// The longest text of the send box, in bytes of UTF-8.
    pub const MAX_TEXT_BYTES: usize = 256 * 1024;

    fn clamped(mut self) -> Self {
        self.cycle_ms = self.cycle_ms.clamp(1, Self::MAX_CYCLE_MS);
        if self.charset == Charset::Auto {
            self.charset = Charset::Utf8;
        }
        self.text.truncate(self.text.floor_char_boundary(Self::MAX_TEXT_BYTES));
        self
    }
}

impl Default for SendSettings {
    fn default() -> Self {
        Self {
            form: SendForm::default(),
            charset: Charset::Utf8,
            escapes: true,
            append: false,
            append_kind: AppendKind::default(),
            append_fixed: "0D".to_owned(),
            cycle_ms: 1000,
            text: String::new(),
        }
    }
}

/// An encoding's name; an unknown one is the default of sending, which is not the default of receiving.
fn send_charset<'de, D: Deserializer<'de>>(from: D) -> Result<Charset, D::Error> {
    known_word(from).map(|charset: Option<Charset>| charset.unwrap_or(Charset::Utf8))
}

/// How the send box is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendForm {
    /// As text in an encoding.
    #[default]
    Ascii,
    /// As HEX digits.
    Hex,
}

/// 附加位
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppendKind {
    /// 负校验: two's complement of the byte sum.
    Negative,
    /// 正校验: the byte sum.
    Sum,
    /// 异或: the exclusive or of all bytes.
    Xor,
    /// 固定位: always the same bytes.
    #[default]
    Fixed,
}

impl AppendKind {
    /// All, in the order of the classic's list.
    pub const ALL: [Self; 4] = [Self::Negative, Self::Sum, Self::Xor, Self::Fixed];
}
