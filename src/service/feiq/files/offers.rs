//! What is offered, and to whom: looked at on the disk once, and checked again whenever it is fetched.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::outgoing::read_failure;
use super::transfer::{FolderLimit, TransferFailure};
use super::wire_name::{wire_bytes, wire_text};
use crate::journal::Failure;
use crate::proto::ipmsg::attach::MAX_ATTACHMENTS;
use crate::proto::ipmsg::{Attachment, DirLimits, FileKind, TextEncoding};
use crate::service::stop::Stop;

/// Offers that are kept at once; the oldest goes first.
const OFFERS_MAX: usize = 1000;

/// Files and folders that were looked at and can be offered. A copy costs nothing.
#[derive(Clone, Debug)]
pub struct Prepared {
    items: Arc<[Item]>,
}

/// Why something can't be offered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrepareFailure {
    /// It can't be read: which, and why.
    #[error(transparent)]
    System(#[from] Failure),
    /// It is neither a file nor a folder, or has no name.
    #[error("{} is neither a file nor a folder with a name", path.display())]
    NotAFile {
        /// Which.
        path: PathBuf,
    },
    /// The folder is too large.
    #[error("{}: {limit}", path.display())]
    Limit {
        /// Which.
        path: PathBuf,
        /// Which limit.
        limit: FolderLimit,
    },
    /// More than a message can carry.
    #[error("{count} are more than the {MAX_ATTACHMENTS} that a message can carry")]
    TooMany {
        /// How many.
        count: usize,
    },
    /// The node ended meanwhile.
    #[error("the node has ended")]
    Ended,
}

/// A file or folder that is offered.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// With all links resolved.
    pub path: PathBuf,
    /// As the receiver sees it.
    pub name: String,
    /// In bytes; of a folder, of all files in it.
    pub size: u64,
    mtime: u64,
    /// Which file it is; `None` for a folder.
    identity: Option<Identity>,
}

impl Item {
    pub fn is_folder(&self) -> bool {
        self.identity.is_none()
    }

    /// Opens the file, if it is still the one that was offered.
    pub fn open(&self) -> Result<File, TransferFailure> {
        let changed = || TransferFailure::Changed { path: self.path.clone() };
        let (file, metadata) = open_regular(&self.path).map_err(|_| changed())?;
        let is_same = self.identity == Some(Identity::of(&metadata)) && metadata.len() == self.size;
        if is_same { Ok(file) } else { Err(changed()) }
    }

    fn attachment(&self, id: u32, encoding: TextEncoding) -> Attachment {
        let kind = if self.is_folder() { FileKind::Directory } else { FileKind::Regular };
        let name = wire_bytes(&self.name, encoding);
        Attachment { id, name, size: self.size, mtime: self.mtime, attr: kind.attr(), ext: Vec::new() }
    }
}

/// What tells a file from another that took its place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Identity {
    #[cfg(unix)]
    inode: (u64, u64),
    #[cfg(not(unix))]
    created: Option<SystemTime>,
}

impl Identity {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self { inode: (metadata.dev(), metadata.ino()) }
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Self {
        Self { created: metadata.created().ok() }
    }
}

/// Opens a regular file and nothing else: follows no link, and waits for no pipe.
pub(super) fn open_regular(path: &Path) -> io::Result<(File, Metadata)> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    #[cfg(windows)]
    {
        const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
        std::os::windows::fs::OpenOptionsExt::custom_flags(&mut options, FILE_FLAG_OPEN_REPARSE_POINT);
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() { Ok((file, metadata)) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

/// When it was last written, in seconds since 1970; 0 where that is not known.
pub(super) fn mtime(metadata: &Metadata) -> u64 {
    let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
    modified.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// The moment that seconds since 1970 say; `None` for 0, and for what no clock can say.
pub(super) fn time_of(mtime: u64) -> Option<SystemTime> {
    if mtime == 0 { None } else { UNIX_EPOCH.checked_add(Duration::from_secs(mtime)) }
}

impl Prepared {
    /// Looks at files and folders; a folder is walked through, which may take a while.
    pub(super) fn read(paths: &[PathBuf], limits: DirLimits, stop: &Stop) -> Result<Self, PrepareFailure> {
        if paths.len() > MAX_ATTACHMENTS {
            return Err(PrepareFailure::TooMany { count: paths.len() });
        }
        let items: Result<Vec<Item>, _> = paths.iter().map(|path| look_at(path, limits, stop)).collect();
        Ok(Self { items: items?.into() })
    }

    /// What the message says of them, for a peer with this encoding. A character of a name that it lacks is spelled
    /// out.
    pub fn attachments(&self, encoding: TextEncoding) -> Vec<Attachment> {
        (1..).zip(self.items.iter()).map(|(id, item)| item.attachment(id, encoding)).collect()
    }

    fn item(&self, attachment: u32) -> Option<&Item> {
        self.items.get((attachment as usize).checked_sub(1)?)
    }
}

fn look_at(path: &Path, limits: DirLimits, stop: &Stop) -> Result<Item, PrepareFailure> {
    let failed = |error: io::Error| unreadable(path, &error);
    let real = fs::canonicalize(path).map_err(failed)?;
    // A link is offered under its own name.
    let name = path.file_name().or_else(|| real.file_name()).map(OsString::from);
    let metadata = fs::metadata(&real).map_err(failed)?;
    let Some(name) = name.filter(|_| metadata.is_file() || metadata.is_dir()) else {
        return Err(PrepareFailure::NotAFile { path: path.to_owned() });
    };
    let (name, mtime) = (wire_text(&name), mtime(&metadata));
    if metadata.is_dir() {
        let size = folder_size(&real, limits, stop)?;
        return Ok(Item { path: real, name, size, mtime, identity: None });
    }
    let (_, metadata) = open_regular(&real).map_err(failed)?; // whether it can be read is known now
    Ok(Item { path: real, name, size: metadata.len(), mtime, identity: Some(Identity::of(&metadata)) })
}

fn unreadable(path: &Path, error: &io::Error) -> PrepareFailure {
    read_failure(path, error).into()
}

/// The bytes in the files of a folder.
fn folder_size(root: &Path, limits: DirLimits, stop: &Stop) -> Result<u64, PrepareFailure> {
    let limit = |limit| PrepareFailure::Limit { path: root.to_owned(), limit };
    let (mut entries, mut bytes) = (0, 0u64);
    let mut folders = vec![(root.to_owned(), 1)];
    while let Some((folder, depth)) = folders.pop() {
        if depth > limits.depth {
            return Err(limit(FolderLimit::Depth(limits.depth)));
        }
        let listed = match fs::read_dir(&folder) {
            Ok(listed) => listed,
            Err(error) if depth == 1 => return Err(unreadable(&folder, &error)),
            Err(_) => continue, // counted as left out when it is served
        };
        for entry in listed.flatten() {
            if stop.is_stopped() {
                return Err(PrepareFailure::Ended);
            }
            entries += 1;
            if entries > limits.entries {
                return Err(limit(FolderLimit::Entries(limits.entries)));
            }
            // Of the entry itself, not of where a link points.
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_dir() {
                folders.push((entry.path(), depth + 1));
            } else if metadata.is_file() {
                bytes = bytes.saturating_add(metadata.len());
            }
        }
        if bytes > limits.bytes {
            return Err(limit(FolderLimit::Bytes(limits.bytes)));
        }
    }
    Ok(bytes)
}

/// To whom something is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The only address that it is served to.
    pub ip: IpAddr,
    /// How names in a folder are written for it.
    pub encoding: TextEncoding,
}

/// What a request asked for and may have.
pub(super) struct Offered {
    prepared: Prepared,
    attachment: u32,
    /// For the names in a folder.
    pub encoding: TextEncoding,
}

impl Offered {
    pub fn item(&self) -> &Item {
        self.prepared.item(self.attachment).expect("looked up before")
    }
}

/// All offers.
pub(super) struct Offers {
    lifetime: Duration,
    offers: Mutex<Vec<Offer>>,
}

struct Offer {
    number: u64,
    to: Vec<Recipient>,
    prepared: Prepared,
    until: Instant,
}

impl Offers {
    pub fn new(lifetime: Duration) -> Self {
        Self { lifetime, offers: Mutex::default() }
    }

    /// Those that are not expired.
    fn current(&self) -> MutexGuard<'_, Vec<Offer>> {
        let mut offers = self.offers.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        offers.retain(|offer| offer.until > now);
        offers
    }

    pub fn add(&self, number: u64, to: &[Recipient], prepared: Prepared) {
        let to = to.iter().map(|r| Recipient { ip: r.ip.to_canonical(), ..*r }).collect();
        let mut offers = self.current();
        if offers.len() == OFFERS_MAX {
            offers.remove(0);
        }
        offers.push(Offer { number, to, prepared, until: Instant::now() + self.lifetime });
    }

    /// Ends the offer to one address.
    pub fn release(&self, number: u64, from: IpAddr) {
        let from = from.to_canonical();
        let mut offers = self.current();
        for offer in offers.iter_mut().filter(|offer| offer.number == number) {
            offer.to.retain(|recipient| recipient.ip != from);
        }
        offers.retain(|offer| !offer.to.is_empty());
    }

    /// Whether anything is offered to that address.
    pub fn knows(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.current().iter().any(|offer| offer.to.iter().any(|recipient| recipient.ip == ip))
    }

    /// Whether this is offered to that address.
    pub fn is_offered(&self, number: u64, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.current().iter().any(|o| o.number == number && o.to.iter().any(|recipient| recipient.ip == ip))
    }

    /// What is offered under these numbers to that address.
    pub fn find(&self, number: u64, attachment: u32, ip: IpAddr) -> Option<Offered> {
        let ip = ip.to_canonical();
        self.current().iter().filter(|offer| offer.number == number).find_map(|offer| {
            let recipient = offer.to.iter().find(|recipient| recipient.ip == ip)?;
            offer.prepared.item(attachment)?;
            Some(Offered { prepared: offer.prepared.clone(), attachment, encoding: recipient.encoding })
        })
    }
}
