//! Whether a file exists, asked off the window's thread and only when the path changes.

use std::path::Path;

use crossbeam_channel::{Receiver, bounded};

use crate::journal::Wake;

/// The answer for a path, as far as it is known.
///
/// Its thread is not joined: a file system that does not answer can't be interrupted, and it holds nothing but a
/// channel's end.
#[derive(Default)]
pub struct Exists {
    path: String,
    known: bool,
    coming: Option<Receiver<bool>>,
}

impl Exists {
    /// Whether there is something at the path; `false` until that is known.
    pub fn look(&mut self, path: &str, wake: &Wake) -> bool {
        if self.path != path {
            path.clone_into(&mut self.path);
            self.known = false;
            self.coming = ask(path.to_owned(), wake.clone());
        }
        if let Some(answer) = self.coming.as_ref().and_then(|coming| coming.try_recv().ok()) {
            self.known = answer;
            self.coming = None;
        }
        self.known
    }
}

fn ask(path: String, wake: Wake) -> Option<Receiver<bool>> {
    let (sender, answer) = bounded(1);
    let spawned = std::thread::Builder::new().name("wb-exists".to_owned()).spawn(move || {
        let _ = sender.send(Path::new(&path).symlink_metadata().is_ok()); // the path may have changed since
        wake();
    });
    match spawned {
        Ok(_) => Some(answer),
        Err(error) => {
            tracing::warn!(%error, "look for a file off the window's thread");
            None
        }
    }
}
