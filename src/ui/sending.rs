//! What a tab sends by itself (its cycle, its lines, its file, its sequence), as far as the window follows it.

use std::fmt::Display;
use std::path::PathBuf;

use crate::automation::history::Entry;
use crate::i18n::{Lang, Text, fill};
use crate::net::JobSlot;
use crate::session::send::{CycleProgress, FileHandle, FileState};
use crate::session::sequence::SequenceProgress;
use crate::session::{ComposeError, Composer, Form};
use crate::settings::{SendForm, SendSettings};
use crate::ui::tab::Tab;

/// The work of a tab's link that was started last, and how it goes.
#[derive(Default)]
pub struct Sending {
    /// The cycle, or the lines.
    pub cycle: Option<CycleProgress>,
    /// The file.
    pub file: Option<SentFile>,
    /// The sequence of quick commands.
    pub sequence: Option<SequenceProgress>,
}

/// A file on its way.
pub struct SentFile {
    /// Which.
    pub path: PathBuf,
    /// How it goes.
    pub handle: FileHandle,
}

impl SentFile {
    /// Whether it is not over yet.
    pub fn is_running(&self) -> bool {
        !matches!(self.handle.get().state, FileState::Sent | FileState::Stopped(_))
    }
}

impl Sending {
    /// Whether a file is on its way.
    pub fn sends_file(&self) -> bool {
        self.file.as_ref().is_some_and(SentFile::is_running)
    }
}

impl Tab {
    /// Whether its link sends a file.
    pub fn sends_file(&self) -> bool {
        self.sending.sends_file()
    }

    /// Whether its link sends a cycle or lines.
    pub fn is_cycling(&self) -> bool {
        self.status.jobs.contains(JobSlot::Sending) && !self.sends_file()
    }

    /// Refuses what is no interval or no number of times: its field shows that, and nothing goes out at another pace.
    pub fn check_pace(&self, lang: Lang) -> Result<(), String> {
        let refused = |field: Text, from: u32, to: u32| {
            let values: [(&str, &dyn Display); 3] = [("field", &field.text(lang)), ("from", &from), ("to", &to)];
            Err(fill(Text::TftpOutOfRange.text(lang), &values))
        };
        let (cycle, times) = (self.typed.cycle.trim(), self.typed.times.trim());
        if !cycle.parse().is_ok_and(|ms| (1..=SendSettings::MAX_CYCLE_MS).contains(&ms)) {
            return refused(Text::CycleInterval, 1, SendSettings::MAX_CYCLE_MS);
        }
        if self.cycle && !times.is_empty() && times.parse::<u32>().is_err() {
            return refused(Text::CycleTimes, 0, u32::MAX);
        }
        Ok(())
    }

    /// How a line becomes bytes, of the send box or of a file.
    pub fn line_composer(&self) -> Result<Composer<'_>, ComposeError> {
        Ok(self.composer(self.append()?))
    }

    /// What is in the send box, as the history keeps it.
    pub fn entry(&self) -> Entry {
        let send = &self.settings.send;
        let form = match send.form {
            SendForm::Ascii => Form::Ascii,
            SendForm::Hex => Form::Hex,
        };
        Entry { text: send.text.clone(), form, charset: send.charset }
    }

    /// Puts a text of the history into the send box, as it was sent.
    pub fn set_entry(&mut self, entry: Entry) {
        let send = &mut self.settings.send;
        send.text = entry.text;
        match entry.form {
            Form::Hex => send.form = SendForm::Hex,
            Form::Ascii => {
                send.form = SendForm::Ascii;
                send.charset = entry.charset;
            }
        }
        self.composed = None;
        self.error = None;
    }
}
