//! The system's file dialog, on a thread of its own: it may stay open for minutes.

use std::path::{Path, PathBuf};

use crossbeam_channel::{Receiver, TryRecvError, bounded};
use rfd::FileDialog;

use crate::journal::Wake;

/// A file dialog that is open.
///
/// Its thread is not joined: it ends when the person closes the dialog, and holds nothing but a channel's end.
pub struct Picker {
    answer: Receiver<Vec<PathBuf>>,
}

impl Picker {
    /// Opens a dialog that asks where to save.
    pub fn save_file(title: &str, suggested: &str, wake: Wake) -> Option<Self> {
        let suggested = PathBuf::from(suggested);
        let folder = suggested.parent().map(Path::to_owned);
        let name = suggested.file_name().map(|name| name.to_string_lossy().into_owned());
        Self::open(title, folder, wake, move |dialog| {
            let dialog = match name {
                Some(name) => dialog.set_file_name(name),
                None => dialog,
            };
            dialog.save_file().into_iter().collect()
        })
    }

    /// Opens a dialog that asks for one file.
    pub fn file(title: &str, wake: Wake) -> Option<Self> {
        Self::open(title, None, wake, |dialog| dialog.pick_file().into_iter().collect())
    }

    /// Opens a dialog that asks for files, at least one.
    pub fn files(title: &str, wake: Wake) -> Option<Self> {
        Self::open(title, None, wake, |dialog| dialog.pick_files().unwrap_or_default())
    }

    /// Opens a dialog that asks for a folder, and begins in this one.
    pub fn folder(title: &str, begin: &Path, wake: Wake) -> Option<Self> {
        Self::open(title, Some(begin.to_owned()), wake, |dialog| dialog.pick_folder().into_iter().collect())
    }

    fn open(
        title: &str,
        begin: Option<PathBuf>,
        wake: Wake,
        ask: impl FnOnce(FileDialog) -> Vec<PathBuf> + Send + 'static,
    ) -> Option<Self> {
        let (sender, answer) = bounded(1);
        let title = title.to_owned();
        let spawned = std::thread::Builder::new().name("wb-file-dialog".to_owned()).spawn(move || {
            let mut dialog = FileDialog::new().set_title(title);
            if let Some(folder) = begin.filter(|folder| folder.is_dir()) {
                dialog = dialog.set_directory(folder);
            }
            let _ = sender.send(ask(dialog)); // nobody waits any more: the answer is not needed
            wake();
        });
        match spawned {
            Ok(_) => Some(Self { answer }),
            Err(error) => {
                tracing::warn!(%error, "start the file dialog's thread");
                None
            }
        }
    }

    /// Takes the answer, once there is one, and the dialog is over; nothing of one that was cancelled.
    pub fn take(open: &mut Option<Self>) -> Vec<PathBuf> {
        let Some(picker) = open else { return Vec::new() };
        let answer = match picker.answer.try_recv() {
            Ok(paths) => paths,
            Err(TryRecvError::Disconnected) => Vec::new(),
            Err(TryRecvError::Empty) => return Vec::new(),
        };
        *open = None;
        answer
    }

    /// The same, into a field. Who cancelled it keeps what was in the field.
    pub fn tend(open: &mut Option<Self>, field: &mut String) {
        if let Some(path) = Self::take(open).first() {
            *field = path.display().to_string();
        }
    }
}
