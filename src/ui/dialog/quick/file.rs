//! Quick commands in files: which file is imported, with what was left out of it; where groups are exported to.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, bounded};
use egui::{Button, Label, RichText, ScrollArea, Ui};

use crate::automation::command::Group;
use crate::automation::import::{Imported, MAX_FILE_BYTES, export, import};
use crate::i18n::{Lang, Text, failure_line, fill, import_error, import_format, left_out};
use crate::journal::{Cause, Failure, Operation, Wake};
use crate::ui::command::Command;
use crate::ui::dialog::{Outcome, buttons, entered, focus_at_first, title};
use crate::ui::exists::Exists;
use crate::ui::panel::{QuickOrder, Shared};
use crate::ui::picker::Picker;
use crate::ui::theme::Palette;
use crate::ui::widget::{labelled_field, refusal};

/// The dialog.
pub struct QuickFileDialog {
    /// What is exported; `None`: it imports.
    groups: Option<Vec<Group>>,
    path: String,
    picker: Option<Picker>,
    exists: Exists,
    work: Option<Work>,
    /// Why it did not work.
    refused: Option<String>,
    /// What was imported, and what was not.
    told: Option<(String, Vec<String>)>,
    opened: bool,
}

/// A file that is being read or written.
struct Work {
    answer: Receiver<Result<Done, String>>,
    thread: Option<JoinHandle<()>>,
}

enum Done {
    Imported(Box<Imported>),
    Exported,
}

impl QuickFileDialog {
    /// Asks which file is to be imported.
    pub fn import() -> Self {
        Self {
            groups: None,
            path: String::new(),
            picker: None,
            exists: Exists::default(),
            work: None,
            refused: None,
            told: None,
            opened: false,
        }
    }

    /// Asks where these groups are to be exported to; proposes a file in this folder.
    pub fn export(groups: Vec<Group>, folder: &Path) -> Self {
        let name = match groups.as_slice() {
            [group] => file_name(&group.name),
            _ => String::new(),
        };
        let name = if name.is_empty() { "wirebench-quick".to_owned() } else { name };
        let path = folder.join(format!("{name}.toml")).display().to_string();
        Self { groups: Some(groups), path, ..Self::import() }
    }

    /// Whether a file is being read or written: that goes on to its end.
    pub fn is_busy(&self) -> bool {
        self.work.is_some()
    }

    pub(in crate::ui::dialog) fn ui(&mut self, ui: &mut Ui, shared: &mut Shared<'_>, wake: &Wake) -> Outcome {
        ui.set_width((ui.ctx().content_rect().width() - 60.0).min(440.0));
        let text = if self.groups.is_some() { Text::QuickExportTitle } else { Text::QuickImportTitle };
        title(ui, shared.text(text));
        if let Some(outcome) = self.take_answer(shared) {
            return outcome;
        }
        if let Some((words, lines)) = &self.told {
            told_ui(ui, words, lines);
            let closed = buttons(ui, None, shared.text(Text::CloseDialog)).is_some();
            return if closed { Outcome::Done } else { Outcome::Stays };
        }
        self.form_ui(ui, shared, wake)
    }

    fn form_ui(&mut self, ui: &mut Ui, shared: &Shared<'_>, wake: &Wake) -> Outcome {
        Picker::tend(&mut self.picker, &mut self.path);
        let exports = self.groups.is_some();
        let free = !self.is_busy();
        let field = labelled_field(ui, shared.text(Text::FilePath), &mut self.path, free);
        focus_at_first(&field, &mut self.opened);
        let entered = entered(ui, &field);
        if ui.add_enabled(self.picker.is_none(), Button::new(shared.text(Text::Browse))).clicked() {
            self.picker = if exports {
                Picker::save_file(shared.text(Text::QuickExportTitle), &self.path, Arc::clone(wake))
            } else {
                Picker::file(shared.text(Text::QuickImportTitle), Arc::clone(wake))
            };
        }
        let palette = Palette::of(ui);
        if let Some(refused) = &self.refused {
            refusal(ui, refused);
        } else if exports {
            if self.exists.look(self.path.trim(), wake) && self.picker.is_none() {
                refusal(ui, shared.text(Text::FileExists));
            }
        } else {
            let hint = RichText::new(shared.text(Text::QuickImportHint)).small().color(palette.secondary);
            ui.add(Label::new(hint).wrap());
        }
        let ready = !self.is_busy() && !self.path.trim().is_empty();
        let confirm = shared.text(if exports { Text::QuickExportDo } else { Text::QuickImportDo });
        match buttons(ui, Some((confirm, ready)), shared.text(Text::Cancel)).or((entered && ready).then_some(true)) {
            Some(true) => {
                self.start(shared.lang, wake);
                Outcome::Stays
            }
            Some(false) => Outcome::Done,
            None => Outcome::Stays,
        }
    }

    fn start(&mut self, lang: Lang, wake: &Wake) {
        let (sender, answer) = bounded(1);
        let (path, groups, wake) = (PathBuf::from(self.path.trim()), self.groups.clone(), Arc::clone(wake));
        let spawned = Builder::new().name("wb-quick-file".to_owned()).spawn(move || {
            let done = match groups {
                None => read(&path, lang).map(|imported| Done::Imported(Box::new(imported))),
                Some(groups) => write(&path, &groups, lang).map(|()| Done::Exported),
            };
            let _ = sender.send(done); // nobody waits any more: the answer is not needed
            wake();
        });
        self.refused = None;
        match spawned {
            Ok(thread) => self.work = Some(Work { answer, thread: Some(thread) }),
            Err(error) => self.refused = Some(error.to_string()),
        }
    }

    /// Takes what the thread found.
    fn take_answer(&mut self, shared: &mut Shared<'_>) -> Option<Outcome> {
        let answer = self.work.as_ref()?.answer.try_recv().ok()?;
        self.work = None;
        let lang = shared.lang;
        match answer {
            Err(why) => {
                self.refused = Some(why);
                None
            }
            Ok(Done::Exported) => {
                let count: usize = self.groups.iter().flatten().map(|group| group.commands().len()).sum();
                let words = fill(Text::QuickExported.text(lang), &[("n", &count), ("path", &self.path.trim())]);
                Some(Outcome::Then(Command::Quick(Box::new(QuickOrder::Say(words)))))
            }
            Ok(Done::Imported(imported)) => {
                let words = fill(
                    Text::QuickImported.text(lang),
                    &[("n", &imported.commands()), ("format", &import_format(lang, imported.format))],
                );
                let missing = imported.left_out_count;
                let mut lines: Vec<String> = imported.left_out.iter().map(|one| left_out(lang, one)).collect();
                if missing > lines.len() {
                    lines.push(fill(Text::QuickLeftOutMore.text(lang), &[("n", &(missing - lines.len()))]));
                }
                let add = Command::Quick(Box::new(QuickOrder::Add(imported.groups, words.clone())));
                if missing == 0 {
                    return Some(Outcome::Then(add));
                }
                shared.queue(add);
                let gap = if lang == Lang::En { " " } else { "" };
                let words = format!("{words}{gap}{}", fill(Text::QuickLeftOut.text(lang), &[("n", &missing)]));
                self.told = Some((words, lines));
                None
            }
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of a file of quick commands panicked");
        }
    }
}

fn told_ui(ui: &mut Ui, words: &str, lines: &[String]) {
    let palette = Palette::of(ui);
    ui.add(Label::new(RichText::new(words).color(palette.text)).wrap());
    let height = (ui.ctx().content_rect().height() - 200.0).clamp(60.0, 260.0);
    ScrollArea::vertical().id_salt("left out").max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        for line in lines {
            ui.add(Label::new(RichText::new(line).small().color(palette.error)).wrap().selectable(true));
        }
    });
}

fn read(path: &Path, lang: Lang) -> Result<Imported, String> {
    let failed = |error: &io::Error| failure_line(lang, &failure(Operation::Read, path, error));
    // What is no file could be read for ever.
    if !path.metadata().map_err(|error| failed(&error))?.is_file() {
        return Err(fill(Text::QuickNotAFile.text(lang), &[("path", &path.display())]));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| failed(&error))?;
    file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    import(&bytes, &name).map_err(|error| import_error(lang, &error))
}

fn write(path: &Path, groups: &[Group], lang: Lang) -> Result<(), String> {
    let groups: Vec<&Group> = groups.iter().collect();
    let text = export(&groups).map_err(|error| error.to_string())?;
    // A pipe that nobody reads could be opened for ever.
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return Err(fill(Text::QuickNotAFile.text(lang), &[("path", &path.display())]));
    }
    std::fs::write(path, text).map_err(|error| failure_line(lang, &failure(Operation::Write, path, &error)))
}

/// A name as a file's, without what a file system does not take.
fn file_name(name: &str) -> String {
    let usable = |ch: char| if ch.is_control() || r#"/\:*?"<>|"#.contains(ch) { '_' } else { ch };
    let name: String = name.chars().take(60).map(usable).collect();
    name.trim_matches([' ', '.']).to_owned()
}

fn failure(op: Operation, path: &Path, error: &io::Error) -> Failure {
    let cause = match error.kind() {
        io::ErrorKind::PermissionDenied => Cause::PermissionDenied,
        _ => Cause::Other { code: error.raw_os_error(), message: error.to_string() },
    };
    Failure { op, target: path.display().to_string(), cause }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    #[test]
    fn what_is_no_file_is_neither_read_nor_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut paths = vec![folder.path().to_owned()];
        #[cfg(unix)]
        {
            paths.push(folder.path().join("pipe"));
            let made = std::process::Command::new("mkfifo").arg(&paths[1]).status().unwrap();
            assert!(made.success());
        }
        for path in paths {
            let said = format!("{} is not a file", path.display());
            assert_eq!(read(&path, Lang::En).err(), Some(said.clone()));
            assert_eq!(write(&path, &[], Lang::En), Err(said));
        }
    }
}
