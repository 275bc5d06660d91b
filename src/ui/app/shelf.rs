//! What is kept in a file of its own, beside the settings: read when the window opens, written when it changed.

use std::path::Path;
use std::sync::Arc;

use crate::i18n::Lang;
use crate::journal::Wake;
use crate::settings::{Document, Saver, load_document};

/// Where a document is kept, if it is.
pub struct Shelf<D> {
    saver: Option<Saver<D>>,
    /// How many changes the document had when it was handed over last.
    kept: u64,
}

impl<D: Document + PartialEq + Send + 'static> Shelf<D> {
    /// Reads the document of a folder; without a folder nothing is kept. What is wrong with it is put into `notices`.
    pub fn open(folder: Option<&Path>, wake: &Wake, lang: Lang, notices: &mut Vec<String>) -> (Self, D) {
        let Some(folder) = folder else { return (Self { saver: None, kept: 0 }, D::default()) };
        let (document, problem) = load_document(folder);
        let may_save = problem.as_ref().is_none_or(crate::settings::Problem::allows_saving);
        if let Some(problem) = problem {
            tracing::warn!("{}", problem.text(Lang::En));
            notices.push(problem.text(lang));
        }
        let started = may_save.then(|| Saver::start(folder.to_owned()));
        let saver = match started.transpose() {
            Ok(saver) => saver,
            Err(error) => {
                tracing::warn!(%error, "start a thread that keeps a file");
                None
            }
        };
        if let Some(saver) = &saver {
            saver.wake_with(Arc::clone(wake));
        }
        (Self { saver, kept: 0 }, document)
    }

    /// Hands the document over if it changed; a write that failed, in a sentence.
    pub fn keep(&mut self, changes: u64, document: impl FnOnce() -> D, lang: Lang) -> Option<String> {
        let saver = self.saver.as_ref()?;
        if changes != self.kept {
            saver.save(document());
            self.kept = changes;
        }
        saver.take_failure().map(|error| error.text(lang))
    }
}
