//! A rule as a person writes it.

use serde::{Deserialize, Serialize};

use crate::automation::forgiving::{known, on_by_default, sent_charset};
use crate::automation::{Form, Message};
use crate::codec::Charset;
use crate::codec::pattern::Test;
use crate::codec::typed::Typed;

/// When something happens and it is as the rule wants it, then something is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rule {
    /// Off: as if it were not there.
    #[serde(deserialize_with = "on_by_default")]
    pub enabled: bool,
    /// What the person calls it; marks in the journal say it.
    #[serde(deserialize_with = "known")]
    pub name: String,
    /// What must happen.
    #[serde(deserialize_with = "known")]
    pub when: When,
    /// What a packet is tested for.
    #[serde(deserialize_with = "known")]
    pub test: Test,
    /// What the test compares with.
    #[serde(deserialize_with = "known")]
    pub pattern: String,
    /// Whether the pattern is text or HEX.
    #[serde(deserialize_with = "known")]
    pub form: Form,
    /// The encoding of the pattern's text.
    #[serde(deserialize_with = "sent_charset")]
    pub charset: Charset,
    /// Whether escapes in the pattern's text are understood (a regular expression has its own).
    #[serde(deserialize_with = "on_by_default")]
    pub escapes: bool,
    /// Which lengths a packet may have besides, as in [`Test::Length`]; empty: any.
    #[serde(deserialize_with = "known")]
    pub length: String,
    /// From whom, as in [`PeerFilter`](super::PeerFilter); empty: from anyone.
    #[serde(deserialize_with = "known")]
    pub peer: String,
    /// How often at most since the answers began; then the rule is as if it were not there.
    #[serde(deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// What is done.
    #[serde(deserialize_with = "known")]
    pub then: Then,
    /// Which rules come after it.
    #[serde(deserialize_with = "known")]
    pub next: After,
    /// What is sent by [`Then::Reply`].
    #[serde(deserialize_with = "known")]
    pub reply: Reply,
}

impl Rule {
    /// How the pattern's text stands for bytes.
    pub fn typed(&self) -> Typed {
        match self.form {
            Form::Hex => Typed::Hex,
            Form::Ascii => Typed::Text { charset: self.charset, escapes: self.escapes },
        }
    }
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            enabled: true,
            name: String::new(),
            when: When::Packet,
            test: Test::Contains,
            pattern: String::new(),
            form: Form::Ascii,
            charset: Charset::Utf8,
            escapes: true,
            length: String::new(),
            peer: String::new(),
            at_most: None,
            then: Then::Reply,
            next: After::Stop,
            reply: Reply::default(),
        }
    }
}

/// What must happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// A packet came: a datagram, or a frame of the tab's framing.
    #[default]
    Packet,
    /// A connection began: of a client to a server, or ours to a server. Pattern and length are not looked at.
    Joined,
}

impl When {
    /// All, in the order in which a list shows them.
    pub const ALL: [Self; 2] = [Self::Packet, Self::Joined];
}

/// What is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Something is sent.
    #[default]
    Reply,
    /// The peer's connection is ended.
    Disconnect,
    /// A line in the log says that the rule matched.
    Mark,
    /// The same, and the program beeps.
    Beep,
}

impl Then {
    /// All, in the order in which a list shows them.
    pub const ALL: [Self; 4] = [Self::Reply, Self::Disconnect, Self::Mark, Self::Beep];
}

/// Which rules come after one that matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// None.
    #[default]
    Stop,
    /// The next one.
    GoOn,
}

impl After {
    /// Both, in the order in which a list shows them.
    pub const ALL: [Self; 2] = [Self::Stop, Self::GoOn];
}

/// What is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reply {
    /// Text, HEX or a template (`{1}` is a group of the regular expression, `{recv}` the packet), and what is added.
    #[serde(deserialize_with = "known")]
    pub message: Message,
    /// How long it waits, in milliseconds, at most [`Reply::MAX_DELAY_MS`].
    #[serde(deserialize_with = "delay_ms")]
    pub delay_ms: u32,
    /// To whom.
    #[serde(deserialize_with = "known")]
    pub to: To,
}

impl Reply {
    /// The longest delay: a day, in milliseconds.
    pub const MAX_DELAY_MS: u32 = 86_400_000;
}

/// To whom a reply goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// Who sent the packet.
    #[default]
    Sender,
    /// All others: a server's other clients, or who else sent datagrams in the last minutes.
    Others,
    /// All of them.
    All,
}

impl To {
    /// All, in the order in which a list shows them.
    pub const ALL: [Self; 3] = [Self::Sender, Self::Others, Self::All];
}

fn delay_ms<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let value: i64 = known(from)?;
    Ok(value.clamp(0, i64::from(Reply::MAX_DELAY_MS)) as u32)
}
