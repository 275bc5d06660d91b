//! Our own files: the TOML of [`QuickCommands`](crate::automation::command::QuickCommands) with a version.

use serde::{Deserialize, Serialize};

use super::collect::Collected;
use super::{ImportError, ImportErrorKind};
use crate::automation::command::Group;

/// The version of the layout that this program writes.
const VERSION: i64 = 1;

/// Writes groups; [`import`](super::import) reads exactly them again.
pub fn export(groups: &[&Group]) -> Result<String, toml::ser::Error> {
    #[derive(Serialize)]
    struct File<'a> {
        version: i64,
        groups: &'a [&'a Group],
    }
    toml::to_string(&File { version: VERSION, groups })
}

/// Whether a line shows that a file is ours.
pub(super) fn is_ours(line: &str) -> bool {
    let key = line.split_once('=').map_or("", |(key, _)| key.trim_end());
    line.starts_with("[[groups") || matches!(key, "version" | "groups")
}

pub(super) fn import(text: &str) -> Result<Collected, ImportError> {
    #[derive(Deserialize)]
    struct Stamp {
        #[serde(default = "this_version")]
        version: i64,
    }
    #[derive(Deserialize)]
    struct File {
        #[serde(default)]
        groups: Vec<Group>,
    }
    let wrong = |error: toml::de::Error| {
        let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        ImportError { line, kind: ImportErrorKind::Toml(error.message().to_owned()) }
    };
    // The stamp is read alone and first: all else may have changed its meaning.
    let Stamp { version } = toml::from_str(text).map_err(wrong)?;
    if version > VERSION {
        return Err(ImportErrorKind::Newer(version).into());
    }
    let File { groups } = toml::from_str(text).map_err(wrong)?;
    let mut collected = Collected::default();
    for group in groups {
        collected.whole_group(group)?;
    }
    Ok(collected)
}

fn this_version() -> i64 {
    VERSION
}
