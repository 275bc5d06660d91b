//! 聊天: what the chat view of a tab keeps.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::forgiving::known_items;

/// At most this many names are kept; the oldest make room.
const MOST_NAMES: usize = 200;
/// A name has at most this many characters.
const MOST_CHARS: usize = 64;

/// What the chat view of a tab keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChatSettings {
    /// The chat is shown in place of the log.
    pub shown: bool,
    /// Names that the person gave, the latest last.
    #[serde(deserialize_with = "known_items")]
    names: Vec<PeerName>,
}

/// A peer's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PeerName {
    address: SocketAddr,
    name: String,
}

impl ChatSettings {
    /// The name that a peer was given.
    pub fn name(&self, address: &SocketAddr) -> Option<&str> {
        self.names.iter().find(|known| known.address == *address).map(|known| known.name.as_str())
    }

    /// Gives a peer a name; an empty one is none.
    pub fn give_name(&mut self, address: SocketAddr, name: &str) {
        self.names.retain(|known| known.address != address);
        let name: String = name.trim().chars().filter(|ch| !ch.is_control()).take(MOST_CHARS).collect();
        if !name.is_empty() {
            self.names.push(PeerName { address, name });
        }
        let surplus = self.names.len().saturating_sub(MOST_NAMES);
        self.names.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn a_peer_has_one_name_and_the_oldest_make_room() {
        let mut chat = ChatSettings::default();
        let address = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        chat.give_name(address(1), " 小明\n");
        chat.give_name(address(1), "小红");
        assert_eq!(chat.name(&address(1)), Some("小红"));
        for port in 2..=201 {
            chat.give_name(address(port), "x");
        }
        assert_eq!((chat.name(&address(1)), chat.name(&address(2))), (None, Some("x")));
        chat.give_name(address(2), " ");
        assert_eq!(chat.name(&address(2)), None);
        let kept: ChatSettings = toml::from_str(&toml::to_string(&chat).unwrap()).unwrap();
        assert_eq!(kept, chat);
    }
}
