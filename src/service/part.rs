//! A file that is not complete yet: `NAME.part` beside its place. It gets its name when it is complete; dropped, it is
//! removed. Nothing that was there before is touched until then.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::journal::{Failure, Operation, disk_cause};

/// So many unfinished files of one name are enough.
const NUMBERS: u32 = 100;

/// What to do where there is a file already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// Fail, so that the person can be asked.
    #[default]
    Refuse,
    /// Replace it, once the new one is complete.
    Overwrite,
}

/// Why there is no such file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PartFailure {
    /// The disk.
    System(Failure),
    /// There is such a file already, and it may not be replaced.
    Exists(PathBuf),
    /// A folder, a device or the like, where a file should be.
    NotAFile(PathBuf),
}

impl From<Failure> for PartFailure {
    fn from(failure: Failure) -> Self {
        Self::System(failure)
    }
}

/// A failure of the disk.
pub(super) fn disk_failure(op: Operation, path: &Path, error: &io::Error) -> Failure {
    Failure { op, target: path.display().to_string(), cause: disk_cause(error) }
}

/// A file that is being written.
pub(super) struct Part {
    path: PathBuf,
    /// Where it is to lie.
    target: PathBuf,
    /// That, as a person knows it.
    shown: PathBuf,
    existing: Existing,
    kept: bool,
    /// Keeps the folder open through which the paths lead, if they do.
    _folder: Option<File>,
}

impl Part {
    /// An empty file beside `target`, which messages call `shown`. What is in the way is told before anything is made.
    pub fn create(target: PathBuf, shown: PathBuf, existing: Existing) -> Result<(Self, File), PartFailure> {
        Self::create_in(None, target, shown, existing)
    }

    /// The same, where `target` leads through an open folder.
    pub fn create_in(
        folder: Option<File>,
        target: PathBuf,
        shown: PathBuf,
        existing: Existing,
    ) -> Result<(Self, File), PartFailure> {
        check(&target, &shown, existing)?;
        let name = target.file_name().ok_or_else(|| PartFailure::NotAFile(shown.clone()))?.to_owned();
        for number in 1..=NUMBERS {
            let mut name = name.clone();
            // What an earlier transfer left behind, or another one is writing, is not ours.
            if number > 1 {
                name.push(format!(" ({number})"));
            }
            name.push(".part");
            let path = target.with_file_name(name);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((Self { path, target, shown, existing, kept: false, _folder: folder }, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(disk_failure(Operation::Write, &shown, &error).into()),
            }
        }
        Err(disk_failure(Operation::Write, &shown, &io::ErrorKind::AlreadyExists.into()).into())
    }

    /// What messages call it.
    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// Gives it its name. It is written completely, and closed.
    pub fn keep(mut self) -> Result<PathBuf, PartFailure> {
        check(&self.target, &self.shown, self.existing)?;
        let named = match self.existing {
            Existing::Overwrite => fs::rename(&self.path, &self.target),
            Existing::Refuse => rename_new(&self.path, &self.target),
        };
        named.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => PartFailure::Exists(self.shown.clone()),
            _ => disk_failure(Operation::Write, &self.shown, &error).into(),
        })?;
        self.kept = true;
        #[cfg(unix)]
        if let Some(folder) = self.target.parent() {
            // So that the name, too, outlives a power cut. Not every file system can.
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            if let Err(error) = File::open(folder).and_then(|folder| folder.sync_all()) {
                tracing::debug!(%error, folder = %folder.display(), "sync a folder");
            }
        }
        Ok(self.shown.clone())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "remove what did not become complete");
        }
    }
}

/// What is at `target` may be replaced, or is not there. A folder or a device never is.
fn check(target: &Path, shown: &Path, existing: Existing) -> Result<(), PartFailure> {
    match fs::metadata(target) {
        Ok(found) if !found.is_file() => Err(PartFailure::NotAFile(shown.to_owned())),
        Ok(_) if existing == Existing::Refuse => Err(PartFailure::Exists(shown.to_owned())),
        // A link to nowhere is there all the same.
        Err(_) if existing == Existing::Refuse && fs::symlink_metadata(target).is_ok() => {
            Err(PartFailure::Exists(shown.to_owned()))
        }
        _ => Ok(()),
    }
}

/// Renames without replacing: a second name is given only if it is free, then the first is taken away.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => {
            if let Err(error) = fs::remove_file(from) {
                tracing::warn!(%error, path = %from.display(), "remove the name of what became complete");
            }
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // No such links here: an empty file of ours takes the name first, and is what is replaced.
        Err(_) => {
            OpenOptions::new().write(true).create_new(true).open(to)?;
            fs::rename(from, to).inspect_err(|_| {
                if let Err(error) = fs::remove_file(to) {
                    tracing::warn!(%error, path = %to.display(), "remove an empty file");
                }
            })
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::io::Write;

    use super::*;

    fn part(target: &Path, existing: Existing) -> Result<(Part, File), PartFailure> {
        Part::create(target.to_owned(), target.to_owned(), existing)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn it_appears_only_when_complete() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.bin");
        let (made, mut file) = part(&target, Existing::Refuse).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(names(folder.path()), ["a.bin.part"]);
        drop(file);
        assert_eq!(made.keep().unwrap(), target);
        assert_eq!(names(folder.path()), ["a.bin"]);
        assert_eq!(fs::read(&target).unwrap(), b"new");
    }

    #[test]
    fn dropped_it_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.bin");
        fs::write(&target, "old").unwrap();
        drop(part(&target, Existing::Overwrite).unwrap());
        assert_eq!(names(folder.path()), ["a.bin"]);
        assert_eq!(fs::read(&target).unwrap(), b"old");
        let (made, _) = part(&target, Existing::Overwrite).unwrap();
        made.keep().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"");
    }

    #[test]
    fn nothing_is_replaced_without_leave() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.bin");
        let (made, _) = part(&target, Existing::Refuse).unwrap();
        fs::write(&target, "came meanwhile").unwrap();
        assert_eq!(made.keep(), Err(PartFailure::Exists(target.clone())));
        assert_eq!(part(&target, Existing::Refuse).map(drop), Err(PartFailure::Exists(target.clone())));
        assert_eq!(names(folder.path()), ["a.bin"]);
        assert_eq!(fs::read(&target).unwrap(), b"came meanwhile");
    }

    #[test]
    fn what_an_earlier_transfer_left_stays() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.bin");
        fs::write(folder.path().join("a.bin.part"), "left").unwrap();
        let (first, _) = part(&target, Existing::Refuse).unwrap();
        let (second, _) = part(&target, Existing::Refuse).unwrap();
        first.keep().unwrap();
        drop(second);
        assert_eq!(names(folder.path()), ["a.bin", "a.bin.part"]);
        assert_eq!(fs::read(folder.path().join("a.bin.part")).unwrap(), b"left");
    }

    #[test]
    fn folders_and_devices_are_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().to_owned();
        assert_eq!(part(&target, Existing::Overwrite).map(drop), Err(PartFailure::NotAFile(target)));
        if cfg!(unix) {
            let null = PathBuf::from("/dev/null");
            assert_eq!(part(&null, Existing::Overwrite).map(drop), Err(PartFailure::NotAFile(null)));
        }
    }

    #[test]
    fn a_missing_folder_is_told() {
        let folder = tempfile::tempdir().unwrap();
        match part(&folder.path().join("none/a.bin"), Existing::Refuse).map(drop) {
            Err(PartFailure::System(failure)) => assert_eq!(failure.op, Operation::Write),
            other => panic!("{other:?}"),
        }
    }
}
