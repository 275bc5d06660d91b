//! The settings file: read with forgiveness, set aside when damaged, written atomically.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Deserialize;

use super::{Settings, VERSION};
use crate::i18n::{Lang, Text, fill};

/// The file's name in its folder.
pub const FILE_NAME: &str = "settings.toml";

/// The folder for this person's settings; `None` where the system has none (no home).
pub fn default_dir() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "Wirebench").map(|dirs| dirs.config_dir().to_owned())
}

/// What was wrong with the file. The settings are the defaults then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is not a settings file (any more). It was renamed to `kept`.
    Damaged {
        /// Where it is now.
        kept: PathBuf,
        /// What is wrong, and in which line.
        reason: String,
    },
    /// A newer version of the program wrote it. A copy was made.
    Newer {
        /// The file's version.
        version: i64,
        /// The copy.
        kept: PathBuf,
    },
    /// It can't be read, or it can't be set aside. Nothing may be saved, that would destroy it.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl Problem {
    /// Whether settings may be saved in this run without destroying what is there.
    pub fn allows_saving(&self) -> bool {
        !matches!(self, Self::Unreadable { .. })
    }

    /// The problem in a sentence, with what was done about it.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::Damaged { kept, reason } => {
                fill(Text::SettingsDamaged.text(lang), &[("kept", &kept.display()), ("reason", reason)])
            }
            Self::Newer { version, kept } => {
                fill(Text::SettingsNewer.text(lang), &[("version", version), ("kept", &kept.display())])
            }
            Self::Unreadable { path, reason } => {
                fill(Text::SettingsUnreadable.text(lang), &[("path", &path.display()), ("reason", reason)])
            }
        }
    }
}

/// Settings that could not be saved.
#[derive(Debug, thiserror::Error)]
#[error("save settings to {}: {source}", path.display())]
pub struct SaveError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

impl SaveError {
    /// The failure in a sentence.
    pub fn text(&self, lang: Lang) -> String {
        fill(Text::SettingsUnsaved.text(lang), &[("path", &self.path.display()), ("reason", &self.source)])
    }
}

/// Why a text is not settings that we understand.
enum Refused {
    Damaged(String),
    Newer(i64),
}

/// Reads the settings of `dir`. No file is a first run: the defaults, and no problem.
pub fn load(dir: &Path) -> (Settings, Option<Problem>) {
    let path = dir.join(FILE_NAME);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return (Settings::default(), None),
        Err(e) => return (Settings::default(), Some(Problem::Unreadable { path, reason: e.to_string() })),
    };
    let refused = match parse(&bytes) {
        Ok(settings) => return (settings, None),
        Err(refused) => refused,
    };
    let set_aside = match refused {
        Refused::Damaged(reason) => {
            let kept = free_name(dir, "damaged");
            fs::rename(&path, &kept).map(|()| Problem::Damaged { kept, reason })
        }
        Refused::Newer(version) => {
            let kept = free_name(dir, &format!("version-{version}"));
            fs::copy(&path, &kept).map(|_| Problem::Newer { version, kept })
        }
    };
    let problem = set_aside.unwrap_or_else(|e| Problem::Unreadable { path, reason: e.to_string() });
    (Settings::default(), Some(problem))
}

fn parse(bytes: &[u8]) -> Result<Settings, Refused> {
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
        Ok(VERSION) => toml::from_str::<Settings>(text).map(Settings::clamped).map_err(|e| damaged(&e)),
        _ if stamp.version > i64::from(VERSION) => Err(Refused::Newer(stamp.version)),
        _ => Err(Refused::Damaged(format!("version {} never was", stamp.version))),
    }
}

/// `settings.damaged-2026-11-20-071500.toml`, or with a number where that exists.
fn free_name(dir: &Path, why: &str) -> PathBuf {
    let date = jiff::Zoned::now().strftime("%Y-%m-%d-%H%M%S").to_string();
    let first = dir.join(format!("settings.{why}-{date}.toml"));
    let numbered = (2u32..).map(|n| dir.join(format!("settings.{why}-{date}-{n}.toml")));
    std::iter::once(first.clone()).chain(numbered).find(|path| fs::symlink_metadata(path).is_err()).unwrap_or(first)
}

/// Writes the settings of `dir`, which is made where it does not exist. Whoever reads at any moment, also after a
/// crash, finds the old file or the new one, whole.
pub fn save(dir: &Path, settings: &Settings) -> Result<(), SaveError> {
    let path = dir.join(FILE_NAME);
    write(dir, &path, settings).map_err(|source| SaveError { path, source })
}

fn write(dir: &Path, path: &Path, settings: &Settings) -> io::Result<()> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let text = toml::to_string(settings).map_err(io::Error::other)?;
    fs::create_dir_all(dir)?;
    // Through a link to where a person keeps the file.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let temporary = target.with_file_name(format!("{FILE_NAME}.{}-{number}.tmp", std::process::id()));
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
