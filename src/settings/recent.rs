//! What was typed lately, to be picked again.

use serde::{Deserialize, Serialize};

/// Addresses as typed, the most recent first, none twice, at most [`Recent::LIMIT`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Recent(Vec<String>);

impl Recent {
    /// How many are kept.
    pub const LIMIT: usize = 32;

    /// No host name with its port is longer.
    const MAX_BYTES: usize = 300;

    /// Puts `address` first. Nothing but spaces, or something too long to be an address, is not kept.
    pub fn remember(&mut self, address: &str) {
        let address = address.trim();
        if address.is_empty() || address.len() > Self::MAX_BYTES {
            return;
        }
        self.0.retain(|kept| kept != address);
        self.0.insert(0, address.to_owned());
        self.0.truncate(Self::LIMIT);
    }

    /// Forgets one.
    pub fn forget(&mut self, address: &str) {
        self.0.retain(|kept| kept != address);
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// All, the most recent first.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl From<Vec<String>> for Recent {
    /// Reads a list whose first is the most recent.
    fn from(list: Vec<String>) -> Self {
        let mut recent = Self::default();
        for address in list.iter().rev() {
            recent.remember(address);
        }
        recent
    }
}

impl From<Recent> for Vec<String> {
    fn from(recent: Recent) -> Self {
        recent.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_recent_is_first_and_none_is_there_twice() {
        let mut recent = Recent::default();
        for address in ["a", "b", " a ", "", "  "] {
            recent.remember(address);
        }
        assert_eq!(recent.as_slice(), ["a", "b"]);
        recent.forget("a");
        assert_eq!(recent.as_slice(), ["b"]);
        recent.clear();
        assert!(recent.as_slice().is_empty());
    }

    #[test]
    fn only_the_last_32_are_kept() {
        let mut recent = Recent::default();
        for n in 0..100 {
            recent.remember(&format!("host{n}"));
        }
        recent.remember(&"x".repeat(5000));
        assert_eq!(recent.as_slice().len(), Recent::LIMIT);
        assert_eq!(recent.as_slice()[0], "host99");
    }

    #[test]
    fn a_list_is_read_in_its_order() {
        let list: Vec<String> = ["a", "b", "a", "c"].map(String::from).to_vec();
        assert_eq!(Recent::from(list).as_slice(), ["a", "b", "c"]);
    }
}
