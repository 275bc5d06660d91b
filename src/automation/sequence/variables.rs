//! What answers gave, for the messages after them.

use std::collections::BTreeMap;

use crate::codec::hex;
use crate::codec::pattern::{Captures, Pattern};
use crate::codec::template::Lookup;
use crate::codec::typed::Typed;

/// The longest text that a variable takes, in bytes of what was captured.
const MAX_CAPTURED_BYTES: usize = 64 << 10;

/// Variables: those from the beginning, and what was captured.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    values: BTreeMap<String, String>,
}

impl Variables {
    pub fn new(values: BTreeMap<String, String>) -> Self {
        Self { values }
    }

    /// Takes what an answer captured: each group under its number and, if it has one, its name.
    ///
    /// Bytes that are no text in the answer's encoding leave the variable without a value: as text they would not come
    /// out as they came in.
    pub fn take(&mut self, pattern: &Pattern, captures: &Captures<'_>, typed: Typed) {
        let numbered = (0..=pattern.groups()).map(|group| (group, group.to_string()));
        let named = pattern.named_groups().map(|(group, name)| (group, name.to_owned()));
        for (group, name) in numbered.chain(named) {
            match captures.group(group).and_then(|bytes| text(bytes, typed)) {
                Some(value) => self.values.insert(name, value),
                None => self.values.remove(&name),
            };
        }
    }

    /// These, before those of the world outside.
    pub fn over<'a>(&'a self, outside: &'a mut dyn Lookup) -> Both<'a> {
        Both { variables: self, outside }
    }
}

fn text(bytes: &[u8], typed: Typed) -> Option<String> {
    if bytes.len() > MAX_CAPTURED_BYTES {
        return None;
    }
    match typed {
        Typed::Hex => {
            let mut digits = String::with_capacity(3 * bytes.len());
            hex::format(bytes, &mut digits);
            Some(digits)
        }
        Typed::Text { charset, .. } => {
            Some(charset.decode_lossy(bytes)).filter(|text| !text.contains(char::REPLACEMENT_CHARACTER))
        }
    }
}

/// Variables of a sequence, and the world around it.
pub(super) struct Both<'a> {
    variables: &'a Variables,
    outside: &'a mut dyn Lookup,
}

impl Lookup for Both<'_> {
    fn variable(&mut self, name: &str) -> Option<String> {
        self.variables.values.get(name).cloned().or_else(|| self.outside.variable(name))
    }

    fn file(&mut self, path: &str) -> Result<Vec<u8>, String> {
        self.outside.file(path)
    }
}
