//! What happens, as a line: for a person, and as JSON for a program.

use std::net::IpAddr;

use serde::Serialize;

use crate::codec::control::picture;
use crate::proto::ipmsg::{ClientKind, TextEncoding};
use crate::service::feiq::files::{Direction, Transfer, TransferState};
use crate::service::feiq::{Attached, Body, Happening, Message, User, With};

/// A line of JSON. The names in it are those of the help.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Spoken {
    Listening {
        at: String,
    },
    Online(Who),
    Changed(Who),
    Offline {
        from: IpAddr,
        port: u16,
        user: String,
        host: String,
        nick: String,
    },
    Message(Words),
    Sealed(Words),
    Group {
        from: IpAddr,
        port: u16,
        group: String,
        user: String,
        host: String,
        text: String,
    },
    Shake {
        from: IpAddr,
        port: u16,
        user: String,
        host: String,
    },
    Image {
        from: IpAddr,
        port: u16,
        id: String,
        size: usize,
    },
    File {
        from: IpAddr,
        port: u16,
        number: u64,
        attachment: u32,
        name: String,
        size: u64,
        folder: bool,
    },
    Received {
        from: IpAddr,
        port: u16,
        name: String,
        path: String,
        size: u64,
        sha256: Option<String>,
    },
    Failed {
        from: IpAddr,
        port: u16,
        name: String,
        reason: String,
    },
    Released {
        from: IpAddr,
        port: u16,
        number: u64,
    },
    Dropped {
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<IpAddr>,
        datagrams: u64,
    },
    Lost {
        events: u64,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct Who {
    from: IpAddr,
    port: u16,
    user: String,
    host: String,
    nick: String,
    group: String,
    client: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Words {
    from: IpAddr,
    port: u16,
    number: u64,
    user: String,
    host: String,
    text: String,
    encoding: &'static str,
    acked: bool,
    broadcast: bool,
    auto_reply: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    encrypted: bool,
}

impl Spoken {
    /// What there is to say of something that happened; mostly one line, none of what is not for a listener.
    pub fn of(happening: &Happening) -> Vec<Self> {
        match happening {
            Happening::Online(user) => vec![Self::Online(who(user))],
            Happening::Changed(user) => vec![Self::Changed(who(user))],
            Happening::Offline(user) => vec![Self::Offline {
                from: user.addr.ip(),
                port: user.addr.port(),
                user: user.user.clone(),
                host: user.host.clone(),
                nick: user.nick.clone(),
            }],
            Happening::Said { with, message, user, host } => {
                let files = message.attachments.iter().map(|attached| file(message, attached));
                std::iter::once(said(with, message, user, host)).chain(files).collect()
            }
            Happening::Released { by, number } => {
                vec![Self::Released { from: by.ip(), port: by.port(), number: *number }]
            }
            Happening::Transferred(transfer) if transfer.direction == Direction::Fetching => vec![fetched(transfer)],
            Happening::Limited { from, datagrams } => vec![Self::Dropped { from: *from, datagrams: *datagrams }],
            Happening::Transferred(_) | Happening::Phase(_) | Happening::Delivery { .. } | Happening::Refused(_) => {
                Vec::new()
            }
        }
    }

    /// As JSON, in one line.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("maps with text keys and no map in a map's key")
    }

    /// For a person, in one line.
    pub fn plain(&self) -> String {
        let line = match self {
            Self::Listening { at } => format!("listening at {at}"),
            Self::Online(who) => format!("{} online: {}", who.from, who.names()),
            Self::Changed(who) => format!("{} changed: {}", who.from, who.names()),
            Self::Offline { from, nick, user, host, .. } => {
                format!("{from} offline: {} ({user}@{host})", first(nick, user))
            }
            Self::Message(text) => format!("{} {}", text.who(), text.text),
            Self::Sealed(text) => format!("{} (sealed) {}", text.who(), text.text),
            Self::Group { from, group, user, host, text, .. } => format!("{from} {user}@{host} in {group}: {text}"),
            Self::Shake { from, user, host, .. } => format!("{from} {user}@{host} shakes the window"),
            Self::Image { from, id, size, .. } => format!("{from} image {id}, {size} bytes"),
            Self::File { from, name, size, folder, .. } => {
                format!("{from} offers {}{name}, {size} bytes", if *folder { "the folder " } else { "" })
            }
            Self::Received { from, path, size, sha256, .. } => {
                let sha256 = sha256.as_ref().map(|digits| format!(", SHA-256 {digits}")).unwrap_or_default();
                format!("{from} received {path}, {size} bytes{sha256}")
            }
            Self::Failed { from, name, reason, .. } => format!("{from} failed: {name}: {reason}"),
            Self::Released { from, number, .. } => format!("{from} wants no more files of message {number}"),
            Self::Dropped { from: Some(from), datagrams } => {
                format!("{from} sent too much: {datagrams} datagrams dropped")
            }
            Self::Dropped { from: None, datagrams } => format!("too much was sent: {datagrams} datagrams dropped"),
            Self::Lost { events } => format!("{events} events were not printed: the output is too slow"),
        };
        shown(&line)
    }
}

/// A text from the network on one line, without what acts on a terminal.
pub(super) fn shown(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for ch in text.chars() {
        match picture(ch) {
            Some(picture) => line.push_str(&picture.to_string()),
            None => line.push(ch),
        }
    }
    line
}

fn first<'a>(nick: &'a str, user: &'a str) -> &'a str {
    if nick.is_empty() { user } else { nick }
}

impl Who {
    fn names(&self) -> String {
        let Self { user, host, nick, group, client, .. } = self;
        let group = if group.is_empty() { String::new() } else { format!(", {group}") };
        format!("{} ({user}@{host}{group}, {client})", first(nick, user))
    }
}

impl Words {
    fn who(&self) -> String {
        let encrypted = if self.encrypted { " (encrypted)" } else { "" };
        format!("{} {}@{}{encrypted}:", self.from, self.user, self.host)
    }
}

fn who(user: &User) -> Who {
    Who {
        from: user.addr.ip(),
        port: user.addr.port(),
        user: user.user.clone(),
        host: user.host.clone(),
        nick: user.nick.clone(),
        group: user.group.clone(),
        client: match user.kind {
            ClientKind::Feiq2 => "feiq2",
            ClientKind::Feiq3 => "feiq3",
            ClientKind::Ipmsg => "ipmsg",
            ClientKind::Iptux => "iptux",
            ClientKind::Other => "other",
        },
    }
}

fn said(with: &With, message: &Message, user: &str, host: &str) -> Spoken {
    let (from, port) = (message.peer.ip(), message.peer.port());
    let (user, host) = (user.to_owned(), host.to_owned());
    let text = match (&message.body, with) {
        (Body::Shake, _) => return Spoken::Shake { from, port, user, host },
        (Body::Image { image, bytes }, _) => {
            return Spoken::Image { from, port, id: image.to_string(), size: bytes.len() };
        }
        (Body::Text(text), With::Group(group)) => {
            return Spoken::Group { from, port, group: group.clone(), user, host, text: text.clone() };
        }
        (Body::Text(text), With::Peer(_)) => text.clone(),
        (Body::Encrypted, _) => String::new(),
    };
    let said = Words {
        from,
        port,
        number: message.number,
        user,
        host,
        text,
        encoding: if message.encoding == Some(TextEncoding::Utf8) { "utf-8" } else { "gbk" },
        acked: message.acked,
        broadcast: message.broadcast,
        auto_reply: message.auto_reply,
        encrypted: message.body == Body::Encrypted,
    };
    if message.seal.is_some() { Spoken::Sealed(said) } else { Spoken::Message(said) }
}

fn file(message: &Message, attached: &Attached) -> Spoken {
    Spoken::File {
        from: message.peer.ip(),
        port: message.peer.port(),
        number: message.number,
        attachment: attached.id,
        name: attached.name.clone(),
        size: attached.size,
        folder: attached.is_folder,
    }
}

fn fetched(transfer: &Transfer) -> Spoken {
    let (from, port, name) = (transfer.peer.ip(), transfer.peer.port(), transfer.name.clone());
    let reason = match &transfer.state {
        TransferState::Done { path, size, sha256 } => {
            let path = path.display().to_string();
            return Spoken::Received { from, port, name, path, size: *size, sha256: sha256.clone() };
        }
        TransferState::Failed(failure) => failure.to_string(),
        TransferState::Refused => "it is not offered any more".to_owned(),
        TransferState::Cancelled | TransferState::Waiting | TransferState::Running => "cancelled".to_owned(),
    };
    Spoken::Failed { from, port, name, reason }
}
