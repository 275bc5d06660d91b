//! Rules in files: what is imported and exported, on a thread of its own.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, bounded};
use serde::{Deserialize, Serialize};

use super::AnswerContext;
use crate::automation::answer::Rule;
use crate::i18n::{Lang, Text, failure_line, fill};
use crate::journal::{Cause, Failure, Operation};
use crate::ui::picker::Picker;

/// A file of rules is not larger.
const MOST_BYTES: u64 = 4 << 20;
/// The layout that this program writes.
const VERSION: u32 = 1;

/// The file's content.
#[derive(Serialize, Deserialize)]
struct RuleFile {
    /// Version of the layout.
    #[serde(default)]
    version: u32,
    #[serde(default)]
    rules: Vec<Rule>,
}

/// What was read or written, and how that is said.
struct Done {
    rules: Vec<Rule>,
    said: String,
    bad: bool,
}

/// Asks for a file and reads or writes it.
#[derive(Default)]
pub struct RuleFiles {
    asked: Option<(Option<Vec<Rule>>, Picker)>,
    work: Option<(Receiver<Done>, JoinHandle<()>)>,
    /// How the last one went, and whether badly.
    pub said: Option<(String, bool)>,
}

impl RuleFiles {
    /// Whether a file is being asked for, read or written.
    pub fn is_busy(&self) -> bool {
        self.asked.is_some() || self.work.is_some()
    }

    /// Asks for a file to read.
    pub fn import(&mut self, context: &AnswerContext<'_>) {
        let title = context.text(Text::RuleImport);
        self.asked = Picker::file(title, context.wake.clone()).map(|picker| (None, picker));
    }

    /// Asks for a file to write.
    pub fn export(&mut self, rules: &[Rule], context: &AnswerContext<'_>) {
        let suggested = context.folder.join("rules.toml").display().to_string();
        let picker = Picker::save_file(context.text(Text::RuleExport), &suggested, context.wake.clone());
        self.asked = picker.map(|picker| (Some(rules.to_vec()), picker));
    }

    /// Takes what the file dialog and the thread have; the rules that were read.
    pub fn tend(&mut self, context: &AnswerContext<'_>) -> Vec<Rule> {
        if let Some((rules, picker)) = self.asked.take() {
            let mut open = Some(picker);
            let chosen = Picker::take(&mut open).into_iter().next();
            match (chosen, open) {
                (Some(path), _) => self.start(path, rules, context),
                (None, Some(picker)) => self.asked = Some((rules, picker)),
                (None, None) => {}
            }
        }
        let Some(done) = self.work.as_ref().and_then(|(answer, _)| answer.try_recv().ok()) else { return Vec::new() };
        if let Some((_, thread)) = self.work.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of a file of rules panicked");
        }
        self.said = Some((done.said, done.bad));
        done.rules
    }

    fn start(&mut self, path: PathBuf, rules: Option<Vec<Rule>>, context: &AnswerContext<'_>) {
        let (sender, answer) = bounded(1);
        let (lang, wake) = (context.lang, context.wake.clone());
        let spawned = Builder::new().name("wb-rule-file".to_owned()).spawn(move || {
            let done = match rules {
                None => read(&path, lang),
                Some(rules) => write(&path, rules, lang),
            };
            let done = done.unwrap_or_else(|said| Done { rules: Vec::new(), said, bad: true });
            let _ = sender.send(done); // nobody waits any more: the answer is not needed
            wake();
        });
        match spawned {
            Ok(thread) => self.work = Some((answer, thread)),
            Err(error) => self.said = Some((error.to_string(), true)),
        }
    }
}

fn read(path: &Path, lang: Lang) -> Result<Done, String> {
    check_file(path, lang)?;
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_string(&mut text));
    read.map_err(|error| failed(Operation::Read, path, &error, lang))?;
    if text.len() as u64 > MOST_BYTES {
        let values: [(&str, &dyn std::fmt::Display); 2] = [("path", &path.display()), ("n", &(MOST_BYTES >> 20))];
        return Err(fill(Text::RuleFileTooLarge.text(lang), &values));
    }
    let rules = parse(&text).map_err(|(line, reason)| {
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("path", &path.display()), ("line", &line), ("reason", &reason)];
        fill(Text::RuleFileNotToml.text(lang), &values)
    })?;
    if rules.is_empty() {
        return Err(fill(Text::RuleFileEmpty.text(lang), &[("path", &path.display())]));
    }
    let said = fill(Text::RuleFileRead.text(lang), &[("n", &rules.len())]);
    Ok(Done { rules, said, bad: false })
}

fn write(path: &Path, rules: Vec<Rule>, lang: Lang) -> Result<Done, String> {
    let count = rules.len();
    let text = toml::to_string(&RuleFile { version: VERSION, rules }).map_err(|error| error.to_string())?;
    check_file(path, lang)?;
    std::fs::write(path, text).map_err(|error| failed(Operation::Write, path, &error, lang))?;
    let values: [(&str, &dyn std::fmt::Display); 2] = [("n", &count), ("path", &path.display())];
    Ok(Done { rules: Vec::new(), said: fill(Text::RuleFileWritten.text(lang), &values), bad: false })
}

/// What is there is a file: a pipe could be opened for ever.
fn check_file(path: &Path, lang: Lang) -> Result<(), String> {
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return Err(fill(Text::QuickNotAFile.text(lang), &[("path", &path.display())]));
    }
    Ok(())
}

/// The rules of a file; or in which line it can't be understood, from 1, and why.
fn parse(text: &str) -> Result<Vec<Rule>, (usize, String)> {
    let file: RuleFile = toml::from_str(text).map_err(|error| {
        let before = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = text.as_bytes()[..before].split(|byte| *byte == b'\n').count();
        (line, error.message().lines().next().unwrap_or_default().to_owned())
    })?;
    Ok(file.rules)
}

fn failed(op: Operation, path: &Path, error: &std::io::Error, lang: Lang) -> String {
    let cause = match error.kind() {
        std::io::ErrorKind::PermissionDenied => Cause::PermissionDenied,
        _ => Cause::Other { code: error.raw_os_error(), message: error.to_string() },
    };
    failure_line(lang, &Failure { op, target: path.display().to_string(), cause })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;
    use crate::automation::answer::{Then, To};

    #[test]
    fn what_was_exported_is_imported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rules.toml");
        let mut rule = Rule { name: "登录".to_owned(), pattern: "GET (.*)\n".to_owned(), ..Rule::default() };
        rule.reply.message.text = "{1}".to_owned();
        rule.reply.to = To::Others;
        let rules = vec![rule, Rule { then: Then::Beep, at_most: Some(3), ..Rule::default() }];
        let written = write(&path, rules.clone(), Lang::En).unwrap_or_else(|said| panic!("{said}"));
        assert!(written.said.starts_with("2 rules exported"), "{}", written.said);
        let read = read(&path, Lang::En).unwrap_or_else(|said| panic!("{said}"));
        assert_eq!((read.rules, read.said.as_str()), (rules, "2 rules imported"));
    }

    #[test]
    fn a_file_that_is_not_understood_names_its_line() {
        assert_eq!(parse("version = 1\n[[rules]]\nname = = 1\n").unwrap_err().0, 3);
        assert_eq!(parse("").unwrap(), Vec::new());
        let folder = tempfile::tempdir().unwrap();
        let said = |name: &str| read(&folder.path().join(name), Lang::En).err().unwrap();
        assert!(said("no file").starts_with("Read from"), "{}", said("no file"));
        std::fs::write(folder.path().join("empty"), "").unwrap();
        assert!(said("empty").ends_with("has no rules"));
        std::fs::write(folder.path().join("large"), vec![b'#'; MOST_BYTES as usize + 1]).unwrap();
        assert!(said("large").contains("too large"));
        assert!(said("").ends_with("is not a file"));
        assert!(write(folder.path(), Vec::new(), Lang::En).err().unwrap().ends_with("is not a file"));
    }
}
