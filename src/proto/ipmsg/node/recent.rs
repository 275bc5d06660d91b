//! Memory of the recent past, of bounded size.

use std::collections::HashMap;
use std::hash::Hash;
use std::mem;

/// A map that forgets what was not used for the longest time, roughly and at no cost: when `limit` keys are in use, the
/// younger half stays and what was not touched since the last turn goes.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    limit: usize,
}

impl<K: Eq + Hash, V> Recent<K, V> {
    /// Keeps at most `limit` keys, and at least the latest half of as many.
    pub(super) fn new(limit: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), limit: limit.max(2) }
    }

    /// The value of `key`, made by `new` if it is not known.
    pub(super) fn entry(&mut self, key: K, new: impl FnOnce() -> V) -> &mut V {
        if !self.young.contains_key(&key) && self.young.len() >= self.limit / 2 {
            self.old = mem::take(&mut self.young);
        }
        let old = &mut self.old;
        self.young.entry(key).or_insert_with_key(|key| old.remove(key).unwrap_or_else(new))
    }

    /// The value of `key`, if it is known. Does not count as use.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.young.get_mut(key).or_else(|| self.old.get_mut(key))
    }

    /// Forgets `key`.
    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        self.young.remove(key).or_else(|| self.old.remove(key))
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recent_keeps_what_is_used() {
        let mut recent = Recent::new(8);
        recent.entry(0, || "kept");
        for key in 1..1000 {
            recent.entry(key, || "passing");
            assert_eq!(*recent.entry(0, || "forgotten"), "kept");
            assert!(recent.len() <= 8);
        }
        assert_eq!(recent.get_mut(&3), None);
        assert_eq!(recent.remove(&0), Some("kept"));
        assert_eq!(recent.get_mut(&0), None);
    }
}
