//! Where what is fetched goes: first under a name that says that it is not complete, then, whole, under its own.
//! Nothing that is there already is ever overwritten, and what does not become complete is removed.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::transfer::TransferFailure;
use crate::journal::{Failure, Operation, disk_cause};

/// What to do where something of the name is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// Take the next free name: `name (2).txt`.
    #[default]
    Number,
    /// Fail with [`TransferFailure::Exists`], so that the person can be asked.
    Refuse,
}

/// A component that no usual file system refuses for its length.
const NAME_BYTES_MAX: usize = 255;
/// The ending of what is not complete.
const PART: &str = "part";
/// So many files of one name are enough.
const NUMBERS: u32 = 1000;
/// Removing more than this takes a while, and is left to a thread that nobody waits for.
const REMOVE_AT_ONCE_BYTES: u64 = 64 << 20;
const REMOVE_AT_ONCE_ENTRIES: u64 = 500;

/// A failure of the disk.
pub(super) fn disk_failure(path: &Path, error: &io::Error) -> TransferFailure {
    Failure { op: Operation::Write, target: path.display().to_string(), cause: disk_cause(error) }.into()
}

/// The name itself for 1; from 2 on `name (2).txt`, the stem cut where the whole would be too long.
pub(super) fn numbered(name: &str, number: u32) -> String {
    // A leading dot begins a hidden name, not an extension.
    let dot = name.rfind('.').filter(|&at| at > 0 && name.len() - at <= 32);
    let (stem, extension) = name.split_at(dot.unwrap_or(name.len()));
    let number = if number > 1 { format!(" ({number})") } else { String::new() };
    let room = NAME_BYTES_MAX - extension.len() - number.len();
    format!("{}{number}{extension}", &stem[..stem.floor_char_boundary(room)])
}

/// Makes something under the first free one of that many names; `make` fails with `AlreadyExists` where one is taken.
pub(super) fn under_free_name<T>(
    folder: &Path,
    name: &str,
    numbers: u32,
    mut make: impl FnMut(&Path) -> io::Result<T>,
) -> Result<(PathBuf, T), TransferFailure> {
    for number in 1..=numbers {
        let path = folder.join(numbered(name, number));
        match make(&path) {
            Ok(made) => return Ok((path, made)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(disk_failure(&path, &error)),
        }
    }
    Err(TransferFailure::NoFreeName { folder: folder.to_owned() })
}

/// A new, empty file to write to. A link of that name is not followed.
pub(super) fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// A file or folder that is not complete yet. Dropped, it is removed.
pub(super) struct Staged {
    folder: PathBuf,
    name: String,
    existing: Existing,
    part: PathBuf,
    is_folder: bool,
    /// What there is to remove.
    pub bytes: u64,
    /// What there is to remove.
    pub entries: u64,
    kept: bool,
}

impl Staged {
    /// A file in `folder` that is to be called `name`.
    pub fn file(folder: &Path, name: &str, existing: Existing) -> Result<(Self, File), TransferFailure> {
        Self::new(folder, name, existing, false, new_file)
    }

    /// A folder in `folder` that is to be called `name`.
    pub fn folder(folder: &Path, name: &str, existing: Existing) -> Result<Self, TransferFailure> {
        Ok(Self::new(folder, name, existing, true, |path| fs::create_dir(path))?.0)
    }

    fn new<T>(
        folder: &Path,
        name: &str,
        existing: Existing,
        is_folder: bool,
        make: impl FnMut(&Path) -> io::Result<T>,
    ) -> Result<(Self, T), TransferFailure> {
        let path = folder.join(name);
        if existing == Existing::Refuse && fs::symlink_metadata(&path).is_ok() {
            return Err(TransferFailure::Exists { path });
        }
        // The person chose it, perhaps by typing a folder that is to be.
        fs::create_dir_all(folder).map_err(|error| disk_failure(folder, &error))?;
        let unfinished = numbered(&format!("{name}.{PART}"), 1);
        let (part, made) = under_free_name(folder, &unfinished, NUMBERS, make)?;
        let (folder, name) = (folder.to_owned(), name.to_owned());
        Ok((Self { folder, name, existing, part, is_folder, bytes: 0, entries: 0, kept: false }, made))
    }

    /// Where it is until it is complete.
    pub fn part(&self) -> &Path {
        &self.part
    }

    /// Gives it its name; where it lies then.
    pub fn keep(mut self) -> Result<PathBuf, TransferFailure> {
        let part = self.part.clone();
        let take_name =
            |path: &Path| if self.is_folder { rename_folder(&part, path) } else { rename_file(&part, path) };
        let path = match self.existing {
            Existing::Number => under_free_name(&self.folder, &self.name, NUMBERS, take_name)?.0,
            Existing::Refuse => {
                let path = self.folder.join(&self.name);
                take_name(&path).map_err(|error| match error.kind() {
                    io::ErrorKind::AlreadyExists => TransferFailure::Exists { path: path.clone() },
                    _ => disk_failure(&path, &error),
                })?;
                path
            }
        };
        self.kept = true;
        Ok(path)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        let (part, is_folder) = (self.part.clone(), self.is_folder);
        let remove = move || {
            let removed = if is_folder { fs::remove_dir_all(&part) } else { fs::remove_file(&part) };
            if let Err(error) = removed {
                tracing::warn!(%error, path = %part.display(), "remove what was not fetched completely");
            }
        };
        let is_large = self.bytes > REMOVE_AT_ONCE_BYTES || self.entries > REMOVE_AT_ONCE_ENTRIES;
        if is_large {
            if let Err(error) = std::thread::Builder::new().name("wb-feiq-tidy".to_owned()).spawn(remove) {
                tracing::warn!(%error, path = %self.part.display(), "what was not fetched completely stays");
            }
        } else {
            remove();
        }
    }
}

/// Renames a file without replacing another: an empty file of our own takes the name first, and is what is replaced.
fn rename_file(from: &Path, to: &Path) -> io::Result<()> {
    new_file(to)?;
    fs::rename(from, to).inspect_err(|_| {
        if let Err(error) = fs::remove_file(to) {
            tracing::warn!(%error, path = %to.display(), "remove an empty file");
        }
    })
}

/// Renames a folder without replacing another: an empty folder of our own takes the name first, and is what is
/// replaced.
#[cfg(unix)]
fn rename_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    fs::rename(from, to).inspect_err(|_| {
        if let Err(error) = fs::remove_dir(to) {
            tracing::warn!(%error, path = %to.display(), "remove an empty folder");
        }
    })
}

/// Renames a folder without replacing another: here a rename of a folder replaces nothing.
#[cfg(not(unix))]
fn rename_folder(from: &Path, to: &Path) -> io::Result<()> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::io::Write;

    use super::*;

    #[test]
    fn numbers_go_before_the_extension() {
        assert_eq!(numbered("报告.txt", 1), "报告.txt");
        assert_eq!(numbered("报告.txt", 2), "报告 (2).txt");
        assert_eq!(numbered("a.tar.gz", 3), "a.tar (3).gz");
        assert_eq!(numbered(".profile", 2), ".profile (2)");
        assert_eq!(numbered("folder", 12), "folder (12)");
    }

    #[test]
    fn long_names_are_cut_in_the_stem() {
        let long = format!("{}.txt", "好".repeat(83));
        assert_eq!(numbered(&long, 1), long);
        let cut = numbered(&long, 2);
        assert!(cut.len() <= NAME_BYTES_MAX && cut.ends_with("好 (2).txt"), "{cut}");
        let part = numbered(&format!("{long}.part"), 1);
        assert_eq!((part.len(), Path::new(&part).extension()), (NAME_BYTES_MAX, Some("part".as_ref())));
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.txt"), "mine").unwrap();
        fs::write(at("a.txt.part"), "mine too").unwrap();
        let (staged, mut file) = Staged::file(folder.path(), "a.txt", Existing::Number).unwrap();
        assert_eq!(staged.part(), at("a.txt (2).part"));
        file.write_all(b"new").unwrap();
        drop(file);
        assert_eq!(staged.keep().unwrap(), at("a (2).txt"));
        assert_eq!(fs::read(at("a.txt")).unwrap(), b"mine");
        assert_eq!(fs::read(at("a.txt.part")).unwrap(), b"mine too");
        assert_eq!(fs::read(at("a (2).txt")).unwrap(), b"new");

        let refused = Staged::file(folder.path(), "a.txt", Existing::Refuse).map(drop);
        assert_eq!(refused, Err(TransferFailure::Exists { path: at("a.txt") }));
        let staged = Staged::folder(folder.path(), "b", Existing::Refuse).unwrap();
        fs::create_dir(at("b")).unwrap(); // came meanwhile
        assert_eq!(staged.keep(), Err(TransferFailure::Exists { path: at("b") }));
        assert!(!at("b.part").exists(), "what was not kept is removed");
        assert_eq!(Staged::folder(folder.path(), "b", Existing::Number).unwrap().keep().unwrap(), at("b (2)"));
    }

    #[test]
    fn a_full_disk_is_said() {
        match disk_failure(Path::new("f"), &io::ErrorKind::StorageFull.into()) {
            TransferFailure::System(failure) => assert_eq!(failure.to_string(), "write f: the disk is full"),
            other => panic!("{other:?}"),
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::os::unix::fs::symlink(at("outside"), at("a.part")).unwrap();
        std::os::unix::fs::symlink(at("outside"), at("a")).unwrap();
        let (staged, file) = Staged::file(folder.path(), "a", Existing::Number).unwrap();
        drop(file);
        assert_eq!(staged.keep().unwrap(), at("a (2)"));
        assert!(!at("outside").exists());
    }
}
