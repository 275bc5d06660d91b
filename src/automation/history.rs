//! What was sent (历史发送): the last thousand distinct texts, newest first.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Form;
use crate::codec::Charset;

/// The most entries.
pub const MAX_ENTRIES: usize = 1_000;
/// The longest text that is kept, in bytes.
pub const MAX_TEXT_BYTES: usize = 256 << 10;
/// The most text that is kept, in bytes.
pub const MAX_TOTAL_BYTES: usize = 8 << 20;

/// A text as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// As it was typed.
    pub text: String,
    /// Text or HEX.
    #[serde(default)]
    pub form: Form,
    /// The encoding of text.
    #[serde(default)]
    pub charset: Charset,
}

impl Entry {
    /// Whether both stand for the same: HEX digits have no encoding.
    fn is_same(&self, other: &Self) -> bool {
        let same_charset = self.charset == other.charset || self.form == Form::Hex;
        self.form == other.form && same_charset && self.text == other.text
    }
}

/// The last distinct sends, newest first; at most [`MAX_ENTRIES`] and [`MAX_TOTAL_BYTES`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
}

impl History {
    /// Puts a text in front; one that was sent before moves there. An empty text and one beyond [`MAX_TEXT_BYTES`]
    /// are not kept.
    pub fn push(&mut self, entry: Entry) {
        if entry.text.is_empty() || entry.text.len() > MAX_TEXT_BYTES {
            return;
        }
        if let Some(at) = self.entries.iter().position(|old| old.is_same(&entry)) {
            self.remove(at);
        }
        self.bytes += entry.text.len();
        self.entries.push_front(Arc::new(entry));
        while self.entries.len() > MAX_ENTRIES || self.bytes > MAX_TOTAL_BYTES {
            self.remove(self.entries.len() - 1);
        }
    }

    /// Takes an entry out.
    pub fn remove(&mut self, index: usize) -> Option<Arc<Entry>> {
        let entry = self.entries.remove(index)?;
        self.bytes -= entry.text.len();
        Some(entry)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// An entry, 0 the newest.
    pub fn get(&self, index: usize) -> Option<&Arc<Entry>> {
        self.entries.get(index)
    }

    /// All, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.iter()
    }

    /// The indexes of the entries that have this text somewhere, whatever the case of its letters; all for an empty
    /// one.
    pub fn search(&self, text: &str) -> Vec<usize> {
        let wanted = text.to_lowercase();
        let found = |entry: &Entry| wanted.is_empty() || entry.text.to_lowercase().contains(&wanted);
        self.entries.iter().enumerate().filter(|(_, entry)| found(entry)).map(|(index, _)| index).collect()
    }
}

impl FromIterator<Entry> for History {
    /// From entries in the order of [`History::iter`].
    fn from_iter<I: IntoIterator<Item = Entry>>(newest_first: I) -> Self {
        let mut entries: Vec<Entry> = newest_first.into_iter().take(MAX_ENTRIES).collect();
        entries.reverse();
        let mut history = Self::default();
        for entry in entries {
            history.push(entry);
        }
        history
    }
}

impl Serialize for History {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter().map(|entry| &**entry))
    }
}

impl<'de> Deserialize<'de> for History {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = History;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of what was sent")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<History, A::Error> {
                let next = std::iter::from_fn(|| list.next_element::<Entry>().transpose());
                next.collect()
            }
        }

        from.deserialize_seq(Entries)
    }
}

/// Walks through a history from a text box, with the keys up and down.
#[derive(Clone, Debug, Default)]
pub struct Recall {
    walk: Option<Walk>,
}

#[derive(Clone, Debug)]
struct Walk {
    /// What was being typed when it began.
    draft: Entry,
    shown: Arc<Entry>,
    /// Where `shown` was.
    index: usize,
}

impl Recall {
    /// The entry before what is in the box, for the key up; `None`: there is none, and the box stays.
    ///
    /// What a person changed in a recalled text is kept as what is being typed.
    pub fn up(&mut self, history: &History, in_box: &Entry) -> Option<Entry> {
        let (draft, index) = match self.walk.take() {
            Some(walk) if walk.shown.is_same(in_box) => {
                let next = walk.place(history).map_or(walk.index, |index| index + 1);
                if history.get(next).is_none() {
                    self.walk = Some(walk);
                    return None;
                }
                (walk.draft, next)
            }
            // What is in the box was just sent, and would come first.
            _ => (in_box.clone(), usize::from(history.get(0).is_some_and(|newest| newest.is_same(in_box)))),
        };
        let shown = Arc::clone(history.get(index)?);
        let entry = (*shown).clone();
        self.walk = Some(Walk { draft, shown, index });
        Some(entry)
    }

    /// The entry after what is in the box, or what was being typed, for the key down; `None`: the box stays.
    pub fn down(&mut self, history: &History, in_box: &Entry) -> Option<Entry> {
        let walk = self.walk.take().filter(|walk| walk.shown.is_same(in_box))?;
        let place = walk.place(history).unwrap_or(walk.index);
        let newer = place.checked_sub(1).and_then(|index| Some((index, history.get(index)?)));
        match newer.filter(|(_, entry)| !entry.is_same(&walk.draft)) {
            Some((index, entry)) => {
                let shown = Arc::clone(entry);
                self.walk = Some(Walk { draft: walk.draft, shown: Arc::clone(&shown), index });
                Some((*shown).clone())
            }
            None => Some(walk.draft),
        }
    }
}

impl Walk {
    /// Where the entry is now: others may have come in front of it.
    fn place(&self, history: &History) -> Option<usize> {
        history.iter().position(|entry| Arc::ptr_eq(entry, &self.shown))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    fn entry(text: &str) -> Entry {
        Entry { text: text.to_owned(), form: Form::Ascii, charset: Charset::Utf8 }
    }

    fn history(newest_first: &[&str]) -> History {
        newest_first.iter().map(|text| entry(text)).collect()
    }

    fn texts(history: &History) -> Vec<&str> {
        history.iter().map(|entry| entry.text.as_str()).collect()
    }

    #[test]
    fn what_is_sent_again_moves_to_the_front() {
        let mut history = history(&["c", "b", "a"]);
        history.push(entry("a"));
        assert_eq!(texts(&history), ["a", "c", "b"]);
        history.push(Entry { charset: Charset::Gbk, ..entry("a") });
        assert_eq!(history.len(), 4, "in another encoding it is another text");
        history.push(Entry { form: Form::Hex, ..entry("a") });
        history.push(Entry { form: Form::Hex, charset: Charset::Gbk, ..entry("a") });
        assert_eq!(history.len(), 5, "HEX has no encoding");
    }

    #[test]
    fn it_is_bounded_in_entries_and_in_bytes() {
        let mut history = History::default();
        for number in 0..=MAX_ENTRIES {
            history.push(entry(&number.to_string()));
        }
        assert_eq!(history.len(), MAX_ENTRIES);
        assert_eq!(history.get(MAX_ENTRIES - 1).unwrap().text, "1");
        for number in 0..40 {
            history.push(entry(&format!("{}{number:02}", "x".repeat(MAX_TEXT_BYTES - 2))));
        }
        assert_eq!(history.len(), MAX_TOTAL_BYTES / MAX_TEXT_BYTES);
        assert_eq!(history.bytes, MAX_TOTAL_BYTES);
        history.push(entry(&"x".repeat(MAX_TEXT_BYTES + 1)));
        history.push(entry(""));
        assert!(history.get(0).unwrap().text.ends_with("39"));
        while history.remove(0).is_some() {}
        assert_eq!(history, History::default());
    }

    #[test]
    fn searching_does_not_mind_the_case() {
        let history = history(&["AT+RST", "温度?", "at+gmr"]);
        assert_eq!(history.search("At+"), [0, 2]);
        assert_eq!(history.search("度"), [1]);
        assert_eq!(history.search(""), [0, 1, 2]);
        assert_eq!(history.search("x"), [0; 0]);
    }

    #[test]
    fn it_comes_back_from_a_file() {
        #[derive(Serialize, Deserialize)]
        struct File {
            entries: History,
        }
        let entries = history(&["a\r\n\\", "'''\"\"\"\u{7f}", "温度"]);
        let text = toml::to_string(&File { entries: entries.clone() }).unwrap();
        assert_eq!(toml::from_str::<File>(&text).unwrap().entries, entries);
    }

    #[test]
    fn up_and_down_walk_and_bring_back_what_was_typed() {
        let history = history(&["3", "2", "1"]);
        let mut recall = Recall::default();
        let mut text_box = entry("dra");
        let mut walked = Vec::new();
        for up in [true, true, true, true, false, false, false, false] {
            let next = if up { recall.up(&history, &text_box) } else { recall.down(&history, &text_box) };
            walked.push(next.as_ref().map(|entry| entry.text.clone()));
            text_box = next.unwrap_or(text_box);
        }
        let expected = [Some("3"), Some("2"), Some("1"), None, Some("2"), Some("3"), Some("dra"), None];
        assert_eq!(walked, expected.map(|text| text.map(str::to_owned)));
    }

    #[test]
    fn up_right_after_a_send_is_the_one_before() {
        let history = history(&["2", "1"]);
        let mut recall = Recall::default();
        assert_eq!(recall.up(&history, &entry("2")), Some(entry("1")));
        assert_eq!(recall.down(&history, &entry("1")), Some(entry("2")));
        assert_eq!(recall.down(&history, &entry("2")), None);
    }

    #[test]
    fn others_may_send_while_somebody_walks() {
        let mut history = history(&["2", "1"]);
        let mut recall = Recall::default();
        assert_eq!(recall.up(&history, &entry("x")), Some(entry("2")));
        history.push(entry("3"));
        assert_eq!(recall.up(&history, &entry("2")), Some(entry("1")));
        history.clear();
        assert_eq!(recall.up(&history, &entry("1")), None);
        assert_eq!(recall.down(&history, &entry("1")), Some(entry("x")));
    }

    #[test]
    fn what_was_changed_after_a_recall_is_typed_anew() {
        let history = history(&["2", "1"]);
        let mut recall = Recall::default();
        recall.up(&history, &entry("x")).unwrap();
        assert_eq!(recall.up(&history, &entry("2!")), Some(entry("2")));
        assert_eq!(recall.down(&history, &entry("2")), Some(entry("2!")));
        assert_eq!(Recall::default().up(&History::default(), &entry("x")), None);
    }
}
