//! A folder that is served: a requested name becomes an open file, or a place for a new one, inside of it.
//!
//! The name itself has no way out ([`name::candidates`]). A symbolic link may be followed, but only to what lies in the
//! folder too. On Linux that is looked at again after the file or folder was opened, so that nobody can exchange a part
//! of the path in between; and what is written goes through the open folder, wherever its path leads by then.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

#[cfg(unix)]
use crate::codec::Charset;
use crate::journal::{Failure, Operation, disk_cause};
pub use crate::proto::tftp::name::NameRefused;
use crate::proto::tftp::name::{self, RelativeName};

/// The folder.
pub struct Folder {
    /// As the system knows it: without links.
    root: PathBuf,
}

/// Why a name gives no file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFile {
    /// The name could lead out of the folder, or is none.
    #[error(transparent)]
    Name(NameRefused),
    /// There is no such file.
    #[error("file not found")]
    NotFound,
    /// A folder, a device, or a link that leads out of the folder.
    #[error("not a file of this folder")]
    NotAFile,
    /// The system does not let us read or write it.
    #[error("{0}")]
    System(Failure),
}

/// A file to be sent.
pub struct Found {
    /// Open, for reading.
    pub file: File,
    /// In bytes.
    pub size: u64,
    /// Below the folder.
    pub name: String,
}

/// Where a file is to be written.
pub(super) struct Place {
    /// The folder in which it will lie, if `target` leads through it.
    pub folder: Option<File>,
    pub target: PathBuf,
    /// As a person knows it.
    pub shown: PathBuf,
    /// Below the folder.
    pub name: String,
    /// There is such a file already.
    pub exists: bool,
}

impl Folder {
    /// The folder at this path; fails if it can't be reached or is none.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let opened = fs::canonicalize(path).and_then(|root| {
            if root.metadata()?.is_dir() { Ok(Self { root }) } else { Err(io::ErrorKind::NotADirectory.into()) }
        });
        opened.map_err(|error| system(Operation::Read, path, &error))
    }

    /// The file that a name means, open.
    pub fn find(&self, name: &[u8]) -> Result<Found, NoFile> {
        for candidate in candidates(name)? {
            for relative in on_disk(&candidate) {
                match self.open_file(&relative) {
                    Ok((file, size)) => return Ok(Found { file, size, name: shown(&candidate) }),
                    Err(NoFile::NotFound) => {}
                    Err(refusal) => return Err(refusal),
                }
            }
        }
        Err(NoFile::NotFound)
    }

    fn open_file(&self, relative: &Path) -> Result<(File, u64), NoFile> {
        let path = self.inside(relative)?;
        let refused = |error| refusal(Operation::Read, &path, &error);
        // Opening a device or a named pipe could do or wait for anything.
        if !fs::symlink_metadata(&path).map_err(refused)?.is_file() {
            return Err(NoFile::NotAFile);
        }
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
        let file = options.open(&path).map_err(refused)?;
        let metadata = file.metadata().map_err(refused)?;
        if metadata.is_file() && self.holds(&file) { Ok((file, metadata.len())) } else { Err(NoFile::NotAFile) }
    }

    /// Where a file of this name is to be written.
    pub(super) fn place(&self, name: &[u8]) -> Result<Place, NoFile> {
        let mut new = None;
        for candidate in candidates(name)? {
            for relative in on_disk(&candidate) {
                match self.place_at(&relative, &candidate) {
                    Ok(place) if place.exists => return Ok(place),
                    Ok(place) => new = new.or(Some(place)),
                    Err(NoFile::NotFound) => {}
                    Err(refusal) => return Err(refusal),
                }
            }
        }
        new.ok_or(NoFile::NotFound)
    }

    fn place_at(&self, relative: &Path, candidate: &RelativeName) -> Result<Place, NoFile> {
        let last = relative.file_name().ok_or(NoFile::Name(NameRefused::Empty))?;
        let parent = self.inside(relative.parent().unwrap_or(Path::new("")))?;
        let path = parent.join(last);
        let exists = match fs::symlink_metadata(&path) {
            Ok(found) if found.is_file() => true,
            // A link would be replaced, not followed; but whoever made it did not mean it to be.
            Ok(_) => return Err(NoFile::NotAFile),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(refusal(Operation::Write, &path, &error)),
        };
        let (folder, target) = self.through(&parent, last)?;
        Ok(Place { folder, target, shown: path, name: shown(candidate), exists })
    }

    /// The real path of what is there, if that lies in the folder.
    fn inside(&self, relative: &Path) -> Result<PathBuf, NoFile> {
        let path = self.root.join(relative);
        let real = fs::canonicalize(&path).map_err(|error| refusal(Operation::Read, &path, &error))?;
        if real.starts_with(&self.root) { Ok(real) } else { Err(NoFile::NotAFile) }
    }

    /// A path to `name` that leads through the folder `parent` as it is now.
    #[cfg(target_os = "linux")]
    fn through(&self, parent: &Path, name: &std::ffi::OsStr) -> Result<(Option<File>, PathBuf), NoFile> {
        let folder = File::open(parent).map_err(|error| refusal(Operation::Write, parent, &error))?;
        let own = own_path(&folder);
        // Without /proc there is no such path.
        let Ok(real) = fs::read_link(&own) else { return Ok((None, parent.join(name))) };
        if !real.starts_with(&self.root) {
            return Err(NoFile::NotAFile);
        }
        Ok((Some(folder), own.join(name)))
    }

    #[cfg(not(target_os = "linux"))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps)] // as on Linux
    fn through(&self, parent: &Path, name: &std::ffi::OsStr) -> Result<(Option<File>, PathBuf), NoFile> {
        Ok((None, parent.join(name)))
    }

    /// Whether what was opened lies in the folder.
    #[cfg(target_os = "linux")]
    fn holds(&self, file: &File) -> bool {
        fs::read_link(own_path(file)).map_or(true, |real| real.starts_with(&self.root))
    }

    #[cfg(not(target_os = "linux"))]
    #[allow(clippy::unused_self)] // as on Linux
    fn holds(&self, _file: &File) -> bool {
        true
    }
}

/// The path of what is open.
#[cfg(target_os = "linux")]
fn own_path(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

fn candidates(name: &[u8]) -> Result<Vec<RelativeName>, NoFile> {
    name::candidates(name).map_err(NoFile::Name)
}

/// The paths under which the file can be found: on Unix a name is bytes, and some write theirs in GBK.
fn on_disk(name: &RelativeName) -> Vec<PathBuf> {
    let utf8: PathBuf = name.components().collect();
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        let gbk: Option<PathBuf> =
            name.components().map(|part| Some(std::ffi::OsString::from_vec(Charset::Gbk.encode(part).ok()?))).collect();
        if let Some(gbk) = gbk.filter(|gbk| *gbk != utf8) {
            return vec![utf8, gbk];
        }
    }
    vec![utf8]
}

fn shown(name: &RelativeName) -> String {
    name.components().collect::<Vec<_>>().join("/")
}

fn system(op: Operation, path: &Path, error: &io::Error) -> Failure {
    Failure { op, target: path.display().to_string(), cause: disk_cause(error) }
}

fn refusal(op: Operation, path: &Path, error: &io::Error) -> NoFile {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound | Kind::NotADirectory | Kind::InvalidFilename => NoFile::NotFound,
        _ if is_loop(error) => NoFile::NotAFile,
        _ => NoFile::System(system(op, path, error)),
    }
}

/// Whether links lead in a circle.
fn is_loop(error: &io::Error) -> bool {
    #[cfg(unix)]
    let code = Some(libc::ELOOP);
    #[cfg(not(unix))]
    let code = Some(1921); // ERROR_CANT_RESOLVE_FILENAME
    error.raw_os_error() == code
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::io::Read;

    use super::*;

    fn served() -> (tempfile::TempDir, Folder) {
        let all = tempfile::tempdir().unwrap();
        let root = all.path().join("served");
        fs::create_dir_all(root.join("sub")).unwrap();
        fs::write(root.join("a.bin"), "a").unwrap();
        fs::write(root.join("sub/b.bin"), "b").unwrap();
        fs::write(all.path().join("secret"), "secret").unwrap();
        let folder = Folder::open(&root).unwrap();
        (all, folder)
    }

    fn content(folder: &Folder, name: &[u8]) -> Result<String, NoFile> {
        let mut found = folder.find(name)?;
        let mut text = String::new();
        found.file.read_to_string(&mut text).unwrap();
        assert_eq!(text.len() as u64, found.size);
        Ok(text)
    }

    #[test]
    fn files_of_the_folder_are_found() {
        let (_all, folder) = served();
        assert_eq!(content(&folder, b"a.bin").unwrap(), "a");
        assert_eq!(content(&folder, b"sub\\b.bin").unwrap(), "b");
        assert_eq!(content(&folder, b"./sub//b.bin").unwrap(), "b");
        assert_eq!(content(&folder, b"none"), Err(NoFile::NotFound));
        assert_eq!(content(&folder, b"a.bin/x"), Err(NoFile::NotFound));
        assert_eq!(content(&folder, b"sub"), Err(NoFile::NotAFile));
        assert_eq!(content(&folder, &[b'x'; 400]), Err(NoFile::NotFound));
        for name in [&b"../secret"[..], b"/etc/passwd", b"sub/../../secret", b"C:\\x", b"nul", b"a.bin."] {
            assert!(matches!(content(&folder, name), Err(NoFile::Name(_))), "{}", name.escape_ascii());
            assert!(matches!(folder.place(name), Err(NoFile::Name(_))), "{}", name.escape_ascii());
        }
    }

    #[test]
    fn chinese_names_are_found_in_both_encodings() {
        let (_all, folder) = served();
        fs::write(folder.root.join("固件.bin"), "utf-8").unwrap();
        let gbk = crate::codec::Charset::Gbk.encode("固件.bin").unwrap();
        assert_eq!(content(&folder, "固件.bin".as_bytes()).unwrap(), "utf-8");
        assert_eq!(content(&folder, &gbk).unwrap(), "utf-8");
        assert_eq!(folder.find(&gbk).unwrap().name, "固件.bin");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_of_the_disk_may_be_gbk() {
        use std::os::unix::ffi::OsStringExt;
        let (_all, folder) = served();
        let gbk = Charset::Gbk.encode("固件.bin").unwrap();
        fs::write(folder.root.join(std::ffi::OsString::from_vec(gbk.clone())), "gbk").unwrap();
        for name in [gbk.as_slice(), "固件.bin".as_bytes()] {
            assert_eq!(content(&folder, name).unwrap(), "gbk");
            assert!(folder.place(name).unwrap().exists);
        }
    }

    #[test]
    fn places_for_new_files() {
        let (_all, folder) = served();
        let place = folder.place(b"sub/new.bin").unwrap();
        assert!(!place.exists);
        fs::write(&place.target, "new").unwrap();
        assert_eq!(content(&folder, b"sub/new.bin").unwrap(), "new");
        assert!(folder.place(b"a.bin").unwrap().exists);
        assert!(matches!(folder.place(b"none/new.bin"), Err(NoFile::NotFound)));
        assert!(matches!(folder.place(b"sub"), Err(NoFile::NotAFile)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn links_lead_nowhere_else() {
        use std::os::unix::fs::symlink;
        let (all, folder) = served();
        let at = |name: &str| folder.root.join(name);
        symlink(all.path().join("secret"), at("out")).unwrap();
        symlink(all.path(), at("up")).unwrap();
        symlink("a.bin", at("in")).unwrap();
        symlink("loop", at("loop")).unwrap();
        symlink("nowhere", at("dangling")).unwrap();
        assert_eq!(content(&folder, b"in").unwrap(), "a");
        for name in [&b"out"[..], b"up/secret", b"loop"] {
            assert_eq!(content(&folder, name), Err(NoFile::NotAFile), "{}", name.escape_ascii());
        }
        for name in [&b"out"[..], b"up/new", b"in", b"dangling"] {
            assert!(matches!(folder.place(name), Err(NoFile::NotAFile)), "{}", name.escape_ascii());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_exchanged_folder_leads_nowhere_else() {
        use std::os::unix::fs::symlink;
        let (all, folder) = served();
        let place = folder.place(b"sub/new.bin").unwrap();
        fs::rename(folder.root.join("sub"), folder.root.join("moved")).unwrap();
        symlink(all.path(), folder.root.join("sub")).unwrap();
        fs::write(&place.target, "new").unwrap();
        assert!(!all.path().join("new.bin").exists());
        assert_eq!(fs::read(folder.root.join("moved/new.bin")).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_pipes_are_no_files() {
        let (_all, folder) = served();
        let pipe = folder.root.join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(content(&folder, b"pipe"), Err(NoFile::NotAFile));
        let devices = Folder::open(Path::new("/dev")).unwrap();
        assert!(matches!(devices.find(b"null"), Err(NoFile::NotAFile)));
    }
}
