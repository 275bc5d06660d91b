//! What is kept of a session.
//!
//! The fields of every mode are kept beside each other, so that a person who tries another protocol and comes back
//! finds what was typed.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::forgiving::{known_items, known_word, saturated};
use super::older;
use super::variables::known_variables;
use super::{ChatSettings, SendFileSettings};
use crate::automation::answer::AnswerSettings;
use crate::codec::Charset;
use crate::codec::append::{Block, Place};
use crate::codec::framing::{Framing, LengthField, MAX_FRAME_BYTES};

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
    /// 高级: options of the socket.
    pub options: OptionSettings,
    /// How the received is shown.
    pub receive: ReceiveSettings,
    /// 聊天: the same as a conversation.
    pub chat: ChatSettings,
    /// How is sent.
    pub send: SendSettings,
    /// 自动应答
    pub answer: AnswerSettings,
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
            options: OptionSettings::default(),
            receive: ReceiveSettings::default(),
            chat: ChatSettings::default(),
            send: SendSettings::default(),
            answer: AnswerSettings::default(),
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
        if let Framing::Length(LengthField { max_bytes, .. }) = &mut self.receive.framing {
            *max_bytes = (*max_bytes).clamp(1, MAX_FRAME_BYTES);
        }
        self.options = self.options.clamped();
        self.send = self.send.clamped();
        self.answer = self.answer.clamped();
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

/// Options of a socket of any mode; `None`: as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OptionSettings {
    /// `IP_TTL` or `IPV6_UNICAST_HOPS`, 1 to 255.
    #[serde(deserialize_with = "known_word")]
    pub ttl: Option<u8>,
    /// Differentiated services code point, the upper six bits of `IP_TOS` or `IPV6_TCLASS`, 0 to 63.
    #[serde(deserialize_with = "known_word")]
    pub dscp: Option<u8>,
    /// Never fragment (`IP_MTU_DISCOVER`, `IP_DONTFRAGMENT`), or let the system do so.
    #[serde(deserialize_with = "known_word")]
    pub dont_fragment: Option<bool>,
    /// `SO_SNDBUF`, in bytes.
    #[serde(deserialize_with = "known_word")]
    pub send_buffer: Option<u32>,
    /// `SO_RCVBUF`, in bytes.
    #[serde(deserialize_with = "known_word")]
    pub receive_buffer: Option<u32>,
}

impl OptionSettings {
    /// The highest code point.
    pub const MAX_DSCP: u8 = 63;
    /// The smallest buffer, in bytes.
    pub const MIN_BUFFER: u32 = 1024;
    /// The largest buffer, in bytes: more than any system gives.
    pub const MAX_BUFFER: u32 = 1 << 30;

    fn clamped(self) -> Self {
        let buffer = |bytes: u32| bytes.clamp(Self::MIN_BUFFER, Self::MAX_BUFFER);
        Self {
            ttl: self.ttl.map(|ttl| ttl.max(1)),
            dscp: self.dscp.map(|dscp| dscp.min(Self::MAX_DSCP)),
            dont_fragment: self.dont_fragment,
            send_buffer: self.send_buffer.map(buffer),
            receive_buffer: self.receive_buffer.map(buffer),
        }
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
    /// 分包: what is one message in a stream.
    #[serde(deserialize_with = "known_word")]
    pub framing: Framing,
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
            framing: Framing::AsRead,
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
#[serde(default, remote = "Self")]
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
    /// What is appended.
    #[serde(deserialize_with = "known_items")]
    pub append_blocks: Vec<Block>,
    /// 发送也分包: the framing of what is received is put around what is sent.
    pub frame: bool,
    /// 模板: fields such as `{counter}` are filled in at each send.
    pub template: bool,
    /// 变量: what `{var:name}` stands for in the box, in quick commands and in rules; at most
    /// [`MAX_VARIABLES`](super::MAX_VARIABLES).
    #[serde(deserialize_with = "known_variables")]
    pub variables: BTreeMap<String, String>,
    /// 循环周期, in milliseconds, 1 to [`SendSettings::MAX_CYCLE_MS`].
    #[serde(deserialize_with = "saturated")]
    pub cycle_ms: u32,
    /// How often a cycle sends; 0: until it is stopped.
    #[serde(deserialize_with = "saturated")]
    pub cycle_times: u32,
    /// 逐行发送: each line of the send box is a packet.
    pub line_by_line: bool,
    /// What is in the send box, at most [`SendSettings::MAX_TEXT_BYTES`].
    pub text: String,
    /// 传输文件
    pub file: SendFileSettings,
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
        self.file = self.file.clamped();
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
            append_blocks: vec![Block::Fixed { bytes: vec![0x0D], at: Place::End }],
            frame: false,
            template: false,
            variables: BTreeMap::new(),
            cycle_ms: 1000,
            cycle_times: 0,
            line_by_line: false,
            text: String::new(),
            file: SendFileSettings::default(),
        }
    }
}

// `remote = "Self"` makes the derived functions inherent ones; these are the traits'.
impl Serialize for SendSettings {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, to)
    }
}

impl<'de> Deserialize<'de> for SendSettings {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let table = toml::Table::deserialize(from)?;
        let older = older::append_blocks(&table);
        let mut settings = Self::deserialize(table).map_err(D::Error::custom)?;
        if let Some(blocks) = older {
            settings.append_blocks = blocks;
        }
        Ok(settings)
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
