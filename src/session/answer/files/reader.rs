//! The thread that reads one file: the disk may take its time, the link's thread does not.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

use crate::journal::{Cause, Wake, disk_cause};
use crate::service::folder::{Folder, Found, NoFile};

/// Bytes of one read, and how many reads wait for the link.
const BLOCK_BYTES: u64 = 128 << 10;
const BLOCKS: usize = 4;

/// What the disk gave.
#[derive(Debug)]
pub(super) enum FromDisk {
    /// The file is open.
    Found { name: String, size: u64 },
    /// There is none for this name.
    None(NoFile),
    /// What comes next in it.
    Block(Arc<[u8]>),
    /// All of it was read.
    End,
    /// It has become shorter since it was opened.
    Short,
    /// It can't be read on.
    Failed(Cause),
}

/// A file on its way from the disk. Dropped, its thread ends with the read that is under way; nothing waits for that,
/// for the disk can be a network's.
#[derive(Debug)]
pub(super) struct Reader {
    from_disk: Receiver<FromDisk>,
}

impl Reader {
    /// Looks for the file of this name in the folder, and reads it; `wake` says that something is there.
    pub fn start(folder: &Path, name: &[u8], wake: Wake) -> std::io::Result<Self> {
        let (to_link, from_disk) = bounded(BLOCKS);
        let (folder, name) = (folder.to_owned(), name.to_owned());
        let read = move || read(&folder, &name, &Outlet { to_link, wake });
        std::thread::Builder::new().name("wb-answer-file".to_owned()).spawn(read)?;
        Ok(Self { from_disk })
    }

    /// What is there.
    pub fn next(&self) -> Option<FromDisk> {
        match self.from_disk.try_recv() {
            Ok(something) => Some(something),
            Err(TryRecvError::Empty) => None,
            // It ends with a last word, unless it panicked.
            Err(TryRecvError::Disconnected) => {
                let message = "the thread that reads the file ended".to_owned();
                Some(FromDisk::Failed(Cause::Panic { message }))
            }
        }
    }
}

struct Outlet {
    to_link: Sender<FromDisk>,
    wake: Wake,
}

impl Outlet {
    /// `false`: nobody wants it any more.
    fn give(&self, what: FromDisk) -> bool {
        let taken = self.to_link.send(what).is_ok();
        if taken {
            (self.wake)();
        }
        taken
    }
}

fn read(folder: &Path, name: &[u8], outlet: &Outlet) {
    let found = Folder::open(folder).map_err(NoFile::System).and_then(|folder| folder.find(name));
    let Found { mut file, size, name } = match found {
        Ok(found) => found,
        Err(none) => {
            outlet.give(FromDisk::None(none));
            return;
        }
    };
    if !outlet.give(FromDisk::Found { name, size }) {
        return;
    }
    let mut left = size;
    while left > 0 {
        let mut block = Vec::with_capacity(left.min(BLOCK_BYTES) as usize);
        let last_word = match (&mut file).take(left.min(BLOCK_BYTES)).read_to_end(&mut block) {
            Ok(0) => FromDisk::Short,
            Ok(len) => {
                left -= len as u64;
                if outlet.give(FromDisk::Block(block.into())) {
                    continue;
                }
                return;
            }
            Err(error) => FromDisk::Failed(disk_cause(&error)),
        };
        outlet.give(last_word);
        return;
    }
    outlet.give(FromDisk::End);
}
