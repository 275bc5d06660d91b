//! What was sent, in a file of its own.

use serde::{Deserialize, Serialize};

use super::{Document, Kept};
use crate::automation::history::History;

impl Document for History {
    const KEPT: Kept = Kept::History;
    const VERSION: u32 = 1;

    fn to_toml(&self) -> Result<String, toml::ser::Error> {
        #[derive(Serialize)]
        struct File<'a> {
            version: u32,
            entries: &'a History,
        }
        toml::to_string(&File { version: Self::VERSION, entries: self })
    }

    fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        #[derive(Deserialize)]
        struct File {
            #[serde(default)]
            entries: History,
        }
        toml::from_str(text).map(|file: File| file.entries)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;
    use crate::automation::Form;
    use crate::automation::history::{Entry, MAX_TEXT_BYTES};
    use crate::codec::Charset;
    use crate::settings::{load_document, save};

    #[test]
    fn it_comes_back_in_its_order() {
        let dir = tempfile::tempdir().unwrap();
        let mut history = History::default();
        save(dir.path(), &history).unwrap();
        assert_eq!(load_document::<History>(dir.path()), (history.clone(), None));
        for (text, form) in [("AA 55", Form::Hex), ("你好\r\n\t'''", Form::Ascii), ("\u{7f}\"", Form::Ascii)] {
            history.push(Entry { text: text.to_owned(), form, charset: Charset::Gbk });
        }
        history.push(Entry { text: "长".repeat(MAX_TEXT_BYTES / 3), form: Form::Ascii, charset: Charset::Utf8 });
        save(dir.path(), &history).unwrap();
        assert_eq!(load_document::<History>(dir.path()), (history, None));
    }
}
