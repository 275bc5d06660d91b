//! What has been read of a file so far.

use super::{Format, ImportError, ImportErrorKind, Imported, LeftOut, MAX_LEFT_OUT, Unusable};
use crate::automation::Form;
use crate::automation::command::{EditError, Group, MAX_COMMANDS, MAX_GROUPS, MAX_TEXT_BYTES, QuickCommand};
use crate::codec::{Charset, hex};

/// Groups, and what was left out.
#[derive(Default)]
pub(super) struct Collected {
    pub groups: Vec<Collecting>,
    left_out: Vec<LeftOut>,
    left_out_count: usize,
    commands: usize,
}

/// A group and the commands that go into it.
pub(super) struct Collecting {
    pub group: Group,
    pub commands: Vec<QuickCommand>,
}

impl Collected {
    /// Begins a group.
    pub fn group(&mut self, group: Group) -> Result<usize, ImportError> {
        if self.groups.len() == MAX_GROUPS {
            return Err(ImportErrorKind::TooMuch(EditError::TooManyGroups).into());
        }
        self.groups.push(Collecting { group, commands: Vec::new() });
        Ok(self.groups.len() - 1)
    }

    /// Takes a group with its commands, as they are.
    pub fn whole_group(&mut self, group: Group) -> Result<(), ImportError> {
        let commands = group.commands().to_vec();
        self.commands += commands.len();
        if self.commands > MAX_COMMANDS {
            return Err(ImportErrorKind::TooMuch(EditError::TooManyCommands).into());
        }
        let at = self.group(group)?;
        self.groups[at].commands = commands;
        Ok(())
    }

    /// Puts a command that was found in this line into a group, unless it can't be used.
    pub fn add(&mut self, group: usize, line: usize, command: QuickCommand) -> Result<(), ImportError> {
        match check(&command) {
            Err(why) => self.leave_out(line, why),
            Ok(()) if self.commands == MAX_COMMANDS => {
                return Err(ImportError::at(line, ImportErrorKind::TooMuch(EditError::TooManyCommands)));
            }
            Ok(()) => {
                self.commands += 1;
                self.groups[group].commands.push(command);
            }
        }
        Ok(())
    }

    /// Notes that something in this line can't be used.
    pub fn leave_out(&mut self, line: usize, why: Unusable) {
        self.left_out_count += 1;
        if self.left_out.len() < MAX_LEFT_OUT {
            self.left_out.push(LeftOut { line, why });
        }
    }

    /// What the file gave; groups without commands are nothing, but in our own files.
    pub fn finish(self, format: Format, charset: Charset) -> Result<Imported, ImportError> {
        let Self { mut groups, mut left_out, left_out_count, commands } = self;
        if format != Format::Toml {
            groups.retain(|group| !group.commands.is_empty());
        }
        if groups.is_empty() || (commands == 0 && left_out_count > 0) {
            return Err(match left_out.into_iter().next() {
                Some(LeftOut { line, why }) => ImportError::at(line, ImportErrorKind::AllLeftOut(why)),
                None => ImportErrorKind::Nothing.into(),
            });
        }
        left_out.sort_by_key(|left_out| left_out.line);
        let groups = groups.into_iter().map(|Collecting { group, commands }| group.with_commands(commands)).collect();
        Ok(Imported { format, charset, groups, left_out, left_out_count })
    }
}

/// The beginning of a text, for a message.
pub(super) fn short(text: &str) -> String {
    text.chars().take(32).collect()
}

fn check(command: &QuickCommand) -> Result<(), Unusable> {
    let texts = [&command.name, &command.message.text, &command.comment];
    if let Some(text) = texts.iter().find(|text| text.len() > MAX_TEXT_BYTES) {
        return Err(Unusable::TooLong { len: text.len() });
    }
    if texts.iter().any(|text| text.contains(char::REPLACEMENT_CHARACTER)) {
        return Err(Unusable::Encoding);
    }
    if command.message.form == Form::Hex && !command.message.template {
        hex::parse(&command.message.text).map_err(Unusable::Hex)?;
    }
    Ok(())
}
