//! What the window of automatic answers draws with.

use std::path::Path;

use crate::i18n::{Lang, Text};
use crate::journal::Wake;

/// What the window of automatic answers draws with.
pub struct AnswerContext<'a> {
    /// The window's language.
    pub lang: Lang,
    /// Where files go unless the person says otherwise.
    pub folder: &'a Path,
    /// Asks for a frame.
    pub wake: &'a Wake,
}

impl AnswerContext<'_> {
    /// A text in the window's language.
    pub fn text(&self, text: Text) -> &'static str {
        text.text(self.lang)
    }
}
