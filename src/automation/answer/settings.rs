//! What a tab keeps of its automatic answers.

use serde::{Deserialize, Serialize};

use super::rule::Rule;
use crate::automation::forgiving::{known, known_entries, on_by_default};

/// 自动应答 / Auto Reply. The parameters of every mode are kept beside each other, so that a person who tries another
/// one and comes back finds what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerSettings {
    /// What answers.
    #[serde(deserialize_with = "known")]
    pub mode: AnswerMode,
    /// Answers per second and peer, at most; beyond 1 to [`AnswerSettings::MAX_PER_SECOND`] the nearest counts.
    #[serde(deserialize_with = "per_second")]
    pub per_second: u32,
    /// How fast the generator sends to each client, in KB/s (1 KB is 1000 bytes); beyond 1 to
    /// [`AnswerSettings::MAX_RATE_KB`] the nearest counts.
    #[serde(deserialize_with = "rate_kb")]
    pub rate_kb: u32,
    /// The folder of the file server.
    #[serde(deserialize_with = "known")]
    pub folder: String,
    /// What comes before a file's content.
    #[serde(deserialize_with = "known")]
    pub prefix: LengthPrefix,
    /// What comes after a file's content.
    #[serde(deserialize_with = "known")]
    pub after_file: AfterFile,
    /// Whether the file server says in a line why there is no file, where no length comes before it.
    #[serde(deserialize_with = "on_by_default")]
    pub say_errors: bool,
    /// The rules, in order.
    #[serde(deserialize_with = "known_entries")]
    pub rules: Vec<Rule>,
}

impl AnswerSettings {
    /// The highest limit of answers per second and peer.
    pub const MAX_PER_SECOND: u32 = 1_000_000;
    /// The highest rate of the generator, in KB/s.
    pub const MAX_RATE_KB: u32 = 1_000_000;
    /// The most rules that are compiled.
    pub const MAX_RULES: usize = 1000;

    /// The same with every number in its range.
    #[must_use]
    pub fn clamped(mut self) -> Self {
        self.per_second = self.per_second.clamp(1, Self::MAX_PER_SECOND);
        self.rate_kb = self.rate_kb.clamp(1, Self::MAX_RATE_KB);
        for rule in &mut self.rules {
            rule.reply.delay_ms = rule.reply.delay_ms.min(super::Reply::MAX_DELAY_MS);
        }
        self
    }
}

impl Default for AnswerSettings {
    fn default() -> Self {
        Self {
            mode: AnswerMode::None,
            per_second: 1000,
            rate_kb: 100,
            folder: String::new(),
            prefix: LengthPrefix::None,
            after_file: AfterFile::Close,
            say_errors: true,
            rules: Vec::new(),
        }
    }
}

/// What answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerMode {
    /// 无 / None.
    #[default]
    None,
    /// 原样返回 / Echo (RFC 862): what one read gave goes back.
    Echo,
    /// 大写返回 / Uppercase Echo: the same with `a` to `z` as capitals.
    Uppercase,
    /// 丢弃 / Discard (RFC 863).
    Discard,
    /// 日期时间 / Daytime (RFC 867).
    Daytime,
    /// 字符发生器 / Generator (RFC 864), at a rate.
    Generator,
    /// 聊天室 / Chat Room: what one peer says goes to all others, with its name.
    ChatRoom,
    /// 文件服务 / File Server: a peer sends a name and gets that file.
    FileServer,
    /// 规则 / Rules.
    Rules,
}

impl AnswerMode {
    /// All, in the order in which a list shows them.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::Echo,
        Self::Uppercase,
        Self::Discard,
        Self::Daytime,
        Self::Generator,
        Self::ChatRoom,
        Self::FileServer,
        Self::Rules,
    ];
}

/// What the file server sends before a file's content: how many bytes follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthPrefix {
    /// Nothing: the end of the connection ends the file.
    #[default]
    None,
    /// The length in 4 bytes, the lowest first. That of a missing file is 0.
    Le4,
    /// The length in 4 bytes, the highest first.
    Be4,
}

impl LengthPrefix {
    /// All, in the order in which a list shows them.
    pub const ALL: [Self; 3] = [Self::None, Self::Le4, Self::Be4];

    /// What comes before so many bytes; `None` if the number can't be written.
    pub fn bytes(self, len: u64) -> Option<Vec<u8>> {
        let len = u32::try_from(len);
        match self {
            Self::None => Some(Vec::new()),
            Self::Le4 => Some(len.ok()?.to_le_bytes().to_vec()),
            Self::Be4 => Some(len.ok()?.to_be_bytes().to_vec()),
        }
    }
}

/// What the file server does after a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterFile {
    /// It ends the connection, so that the client knows the end.
    #[default]
    Close,
    /// It waits for the next name.
    Keep,
}

impl AfterFile {
    /// All, in the order in which a list shows them.
    pub const ALL: [Self; 2] = [Self::Close, Self::Keep];
}

fn number<'de, D: serde::Deserializer<'de>>(from: D, most: u32, default: u32) -> Result<u32, D::Error> {
    let value: Option<i64> = known(from)?;
    Ok(value.map_or(default, |value| value.clamp(1, i64::from(most)) as u32))
}

fn per_second<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    number(from, AnswerSettings::MAX_PER_SECOND, AnswerSettings::default().per_second)
}

fn rate_kb<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    number(from, AnswerSettings::MAX_RATE_KB, AnswerSettings::default().rate_kb)
}
