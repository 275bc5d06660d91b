//! The files that are kept between runs: read with forgiveness, set aside when damaged, written atomically.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Deserialize;

use super::Settings;
use crate::i18n::{Lang, Text, fill};

/// A file that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kept {
    /// `settings.toml`
    Settings,
    /// `quick.toml`
    QuickCommands,
    /// `history.toml`
    History,
}

impl Kept {
    /// Its name in the folder.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Settings => "settings.toml",
            Self::QuickCommands => "quick.toml",
            Self::History => "history.toml",
        }
    }

    /// Its name without the ending.
    pub(super) fn stem(self) -> &'static str {
        self.file_name().trim_end_matches(".toml")
    }

    /// What it holds, in a sentence; `None` for the settings, which have sentences of their own.
    fn said(self, lang: Lang) -> Option<&'static str> {
        match self {
            Self::Settings => None,
            Self::QuickCommands => Some(Text::KeptQuickCommands.text(lang)),
            Self::History => Some(Text::KeptHistory.text(lang)),
        }
    }
}

/// The name of the settings' file in its folder.
pub const FILE_NAME: &str = Kept::Settings.file_name();

/// What can be kept in a file of its own.
pub trait Document: Default {
    /// Which file.
    const KEPT: Kept;
    /// The version of the layout that this program writes.
    const VERSION: u32;

    /// The file's text; it has a `version`.
    fn to_toml(&self) -> Result<String, toml::ser::Error>;

    /// From a text of this version.
    fn from_toml(text: &str) -> Result<Self, toml::de::Error>;
}

/// The folder for this person's settings; `None` where the system has none (no home).
pub fn default_dir() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "Wirebench").map(|dirs| dirs.config_dir().to_owned())
}

/// What was wrong with a file. What it should hold is the default then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is not a settings file (any more). It was renamed to `kept`.
    Damaged {
        /// Which file.
        file: Kept,
        /// Where it is now.
        kept: PathBuf,
        /// What is wrong, and in which line.
        reason: String,
    },
    /// A newer version of the program wrote it. A copy was made.
    Newer {
        /// Which file.
        file: Kept,
        /// The file's version.
        version: i64,
        /// The copy.
        kept: PathBuf,
    },
    /// It can't be read, or it can't be set aside. Nothing may be saved, that would destroy it.
    Unreadable {
        /// Which file.
        file: Kept,
        /// Where it is.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl Problem {
    /// Whether the file may be saved in this run without destroying what is there.
    pub fn allows_saving(&self) -> bool {
        !matches!(self, Self::Unreadable { .. })
    }

    /// The problem in a sentence, with what was done about it.
    pub fn text(&self, lang: Lang) -> String {
        let say = |file: Kept, settings: Text, other: Text, values: &[(&str, &dyn Display)]| match file.said(lang) {
            None => fill(settings.text(lang), values),
            Some(what) => fill(&fill(other.text(lang), &[("what", &what)]), values),
        };
        match self {
            Self::Damaged { file, kept, reason } => {
                let values: &[(&str, &dyn Display)] = &[("kept", &kept.display()), ("reason", reason)];
                say(*file, Text::SettingsDamaged, Text::KeptDamaged, values)
            }
            Self::Newer { file, version, kept } => {
                let values: &[(&str, &dyn Display)] = &[("version", version), ("kept", &kept.display())];
                say(*file, Text::SettingsNewer, Text::KeptNewer, values)
            }
            Self::Unreadable { file, path, reason } => {
                let values: &[(&str, &dyn Display)] = &[("path", &path.display()), ("reason", reason)];
                say(*file, Text::SettingsUnreadable, Text::KeptUnreadable, values)
            }
        }
    }
}

/// A file that could not be saved.
#[derive(Debug, thiserror::Error)]
#[error("save {}: {source}", path.display())]
pub struct SaveError {
    /// Which file.
    pub file: Kept,
    /// Where it is.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

impl SaveError {
    /// The failure in a sentence.
    pub fn text(&self, lang: Lang) -> String {
        let values: &[(&str, &dyn Display)] = &[("path", &self.path.display()), ("reason", &self.source)];
        match self.file.said(lang) {
            None => fill(Text::SettingsUnsaved.text(lang), values),
            Some(what) => fill(&fill(Text::KeptUnsaved.text(lang), &[("what", &what)]), values),
        }
    }
}

/// Why a text is not a document that we understand.
enum Refused {
    Damaged(String),
    Newer(i64),
}

/// All of a regular file: anything else could be read for ever.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.is_file() {
        fs::read(path)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
    }
}

/// Reads the settings of `dir`. No file is a first run: the defaults, and no problem.
pub fn load(dir: &Path) -> (Settings, Option<Problem>) {
    load_document(dir)
}

/// Reads a document of `dir`. No file is a first run: the default, and no problem.
pub fn load_document<D: Document>(dir: &Path) -> (D, Option<Problem>) {
    let file = D::KEPT;
    let path = dir.join(file.file_name());
    let bytes = match read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return (D::default(), None),
        Err(e) => return (D::default(), Some(Problem::Unreadable { file, path, reason: e.to_string() })),
    };
    let refused = match parse(&bytes) {
        Ok(document) => return (document, None),
        Err(refused) => refused,
    };
    let set_aside = match refused {
        Refused::Damaged(reason) => {
            let kept = free_name(dir, file, "damaged");
            fs::rename(&path, &kept).map(|()| Problem::Damaged { file, kept, reason })
        }
        Refused::Newer(version) => {
            let kept = free_name(dir, file, &format!("version-{version}"));
            fs::copy(&path, &kept).map(|_| Problem::Newer { file, version, kept })
        }
    };
    let problem = set_aside.unwrap_or_else(|e| Problem::Unreadable { file, path, reason: e.to_string() });
    (D::default(), Some(problem))
}

fn parse<D: Document>(bytes: &[u8]) -> Result<D, Refused> {
    #[derive(Deserialize)]
    struct Stamp {
        version: i64,
    }
    let text = std::str::from_utf8(bytes).map_err(|e| Refused::Damaged(e.to_string()))?;
    let damaged = |e: &toml::de::Error| {
        let at = e.span().map_or(0, |span| span.start.min(bytes.len()));
        let line = bytes[..at].split(|byte| *byte == b'\n').count();
        Refused::Damaged(format!("line {line}: {}", e.message()))
    };
    // The stamp is read alone and first: all else may have changed its meaning. Every file of ours has one, so a file
    // that a crash of the system left empty is damaged, not a first run.
    let stamp: Stamp = toml::from_str(text).map_err(|e| damaged(&e))?;
    match u32::try_from(stamp.version) {
        Ok(version) if version == D::VERSION => D::from_toml(text).map_err(|e| damaged(&e)),
        _ if stamp.version > i64::from(D::VERSION) => Err(Refused::Newer(stamp.version)),
        _ => Err(Refused::Damaged(format!("version {} never was", stamp.version))),
    }
}

/// `settings.damaged-2026-11-20-071500.toml`, or with a number where that exists.
fn free_name(dir: &Path, file: Kept, why: &str) -> PathBuf {
    let date = jiff::Zoned::now().strftime("%Y-%m-%d-%H%M%S").to_string();
    let stem = file.stem();
    let first = dir.join(format!("{stem}.{why}-{date}.toml"));
    let numbered = (2u32..).map(|n| dir.join(format!("{stem}.{why}-{date}-{n}.toml")));
    std::iter::once(first.clone()).chain(numbered).find(|path| fs::symlink_metadata(path).is_err()).unwrap_or(first)
}

/// Writes a document into `dir`, which is made where it does not exist. Whoever reads at any moment, also after a
/// crash, finds the old file or the new one, whole.
pub fn save<D: Document>(dir: &Path, document: &D) -> Result<(), SaveError> {
    let path = dir.join(D::KEPT.file_name());
    write(dir, &path, document).map_err(|source| SaveError { file: D::KEPT, path, source })
}

fn write<D: Document>(dir: &Path, path: &Path, document: &D) -> io::Result<()> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let text = document.to_toml().map_err(io::Error::other)?;
    fs::create_dir_all(dir)?;
    // Through a link to where a person keeps the file.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let temporary = target.with_file_name(format!("{}.{}-{number}.tmp", D::KEPT.file_name(), std::process::id()));
    let written = write_through(&temporary, text.as_bytes()).and_then(|()| fs::rename(&temporary, &target));
    if written.is_err() {
        let _ = fs::remove_file(&temporary); // the first failure is the one to report
        return written;
    }
    #[cfg(unix)]
    if let Some(folder) = target.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
