//! The system's file dialog, on a thread of its own: it may stay open for minutes.

use std::path::PathBuf;

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use crate::journal::Wake;

/// A file dialog that is open.
///
/// Its thread is not joined: it ends when the person closes the dialog, and holds nothing but a channel's end.
pub struct Picker {
    answer: Receiver<Option<PathBuf>>,
}

impl Picker {
    /// Opens a dialog that asks where to save.
    pub fn save_file(title: &str, suggested: &str, wake: Wake) -> Option<Self> {
        let (sender, answer) = bounded(1);
        let (title, suggested) = (title.to_owned(), PathBuf::from(suggested));
        let spawned = std::thread::Builder::new().name("wb-file-dialog".to_owned()).spawn(move || {
            let mut dialog = rfd::FileDialog::new().set_title(title);
            if let Some(folder) = suggested.parent().filter(|f| f.is_dir()) {
                dialog = dialog.set_directory(folder);
            }
            if let Some(name) = suggested.file_name() {
                dialog = dialog.set_file_name(name.to_string_lossy());
            }
            let _ = sender.send(dialog.save_file()); // nobody waits any more: the answer is not needed
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

    /// Takes the answer, once there is one: the path goes into the field, and the dialog is over. Who cancelled it
    /// keeps what was in the field.
    pub fn tend(open: &mut Option<Self>, field: &mut String) {
        let Some(picker) = open else { return };
        match picker.answer.try_recv() {
            Ok(Some(path)) => *field = path.display().to_string(),
            Ok(None) | Err(TryRecvError::Disconnected) => {}
            Err(TryRecvError::Empty) => return,
        }
        *open = None;
    }
}
