//! Quick commands: changes, sends, runs and keeps them.

use std::sync::Arc;

use egui::Context;

use super::App;
use crate::automation::command::{CommandId, EditError, Group, GroupId, QuickCommand, QuickCommands};
use crate::automation::sequence::Plan;
use crate::automation::{Form, Message};
use crate::i18n::{Lang, Text, compose_error, edit_error, failure_line, fill, plan_error};
use crate::net::JobSlot;
use crate::session::send::Disk;
use crate::session::sequence::{Sequence, SequenceConfig};
use crate::settings::SendForm;
use crate::ui::dialog::{CommandDialog, Dialog, GroupNameDialog, QuickFileDialog};
use crate::ui::hotkey;
use crate::ui::panel::{QuickContext, QuickOrder, QuickPanel, QuickSaid};

/// Quick commands, and the panel that shows them.
#[derive(Default)]
pub struct Quick {
    /// All groups.
    pub commands: QuickCommands,
    /// Grows with every change of them.
    changes: u64,
    /// The panel.
    pub panel: QuickPanel,
    /// It is drawn beside the log; else it is a tool window.
    pub docked: bool,
    removed: Option<Removed>,
}

/// What was removed last.
enum Removed {
    /// A group, and where it was.
    Group(usize, Group),
    /// A command, and where it was.
    Command(GroupId, usize, Box<QuickCommand>),
}

impl Quick {
    /// With the commands of earlier runs.
    pub fn new(commands: QuickCommands) -> Self {
        Self { commands, ..Self::default() }
    }

    /// Grows with every change of them.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    fn say(&mut self, words: String, bad: bool) {
        self.panel.said = Some(QuickSaid { words, bad, undo: false });
    }

    fn changed(&mut self, result: Result<(), EditError>, lang: Lang) {
        self.changes += 1;
        if let Err(error) = result {
            self.say(edit_error(lang, error), true);
        }
    }

    /// Takes something out, until another thing is taken out.
    fn remove(&mut self, removed: Removed, name: &str, lang: Lang) {
        let words = fill(Text::QuickRemoved.text(lang), &[("name", &name)]);
        self.panel.said = Some(QuickSaid { words, bad: false, undo: true });
        self.removed = Some(removed);
        self.changes += 1;
    }

    fn remove_group(&mut self, id: GroupId, lang: Lang) {
        let Some(at) = self.commands.groups().iter().position(|group| group.id() == id) else { return };
        if let Some(group) = self.commands.remove_group(id) {
            let name = group.name.clone();
            let next = self.commands.groups().get(at.min(self.commands.groups().len().saturating_sub(1)));
            self.panel.group = next.map(Group::id);
            self.remove(Removed::Group(at, group), &name, lang);
        }
    }

    fn remove_command(&mut self, id: CommandId, lang: Lang) {
        let Some((group, at)) = self.place_of(id) else { return };
        if let Some(command) = self.commands.remove_command(id) {
            let name = command.title().to_owned();
            self.remove(Removed::Command(group, at, Box::new(command)), &name, lang);
        }
    }

    fn restore(&mut self, lang: Lang) {
        let result = match self.removed.take() {
            None => return,
            Some(Removed::Group(at, group)) => self.commands.add_group(group).map(|id| {
                self.commands.move_group(id, at);
                self.panel.group = Some(id);
            }),
            Some(Removed::Command(group, at, command)) => {
                self.commands.add_command(group, Some(at), *command).map(|_| ())
            }
        };
        self.panel.said = None;
        self.changed(result, lang);
    }

    /// The group of a command, and its place there.
    fn place_of(&self, id: CommandId) -> Option<(GroupId, usize)> {
        let group = self.commands.group_of(id)?;
        let at = group.commands().iter().position(|command| command.id() == id)?;
        Some((group.id(), at))
    }

    fn name_group(&mut self, id: Option<GroupId>, name: String, lang: Lang) {
        let result = match id {
            Some(id) => {
                if let Some(group) = self.commands.group_mut(id) {
                    group.name = name;
                }
                Ok(())
            }
            None => self.commands.add_group(Group::named(name)).map(|id| self.panel.group = Some(id)),
        };
        self.changed(result, lang);
    }

    /// Adds groups that were imported.
    fn add(&mut self, groups: Vec<Group>, words: String, lang: Lang) {
        let first = self.commands.groups().len();
        let result = self.commands.add_groups(groups);
        if result.is_ok() {
            self.panel.group = self.commands.groups().get(first).map(Group::id);
            self.say(words, false);
        }
        self.changed(result, lang);
    }

    fn duplicate_group(&mut self, id: GroupId, lang: Lang) {
        let Some(at) = self.commands.groups().iter().position(|group| group.id() == id) else { return };
        let mut group = self.commands.groups()[at].clone();
        group.name = copied(&group.name, lang);
        let result = self.commands.add_group(group).map(|id| {
            self.commands.move_group(id, at + 1);
            self.panel.group = Some(id);
        });
        self.changed(result, lang);
    }

    fn duplicate_command(&mut self, id: CommandId, lang: Lang) {
        let (Some((group, at)), Some(command)) = (self.place_of(id), self.commands.command(id)) else { return };
        let mut command = command.clone();
        command.hotkey = None;
        if !command.name.trim().is_empty() {
            command.name = copied(&command.name, lang);
        }
        let result = self.commands.add_command(group, Some(at + 1), command).map(|_| ());
        self.changed(result, lang);
    }

    /// Keeps what was edited.
    fn keep(&mut self, group: GroupId, command: QuickCommand, lang: Lang) {
        let result = if self.commands.command(command.id()).is_some() {
            self.commands.replace_command(command)
        } else {
            self.commands.add_command(group, None, command).map(|_| ())
        };
        self.changed(result, lang);
    }

    fn enable(&mut self, id: CommandId, on: bool, lang: Lang) {
        if let Some(command) = self.commands.command(id) {
            let mut command = command.clone();
            command.step.enabled = on;
            let result = self.commands.replace_command(command);
            self.changed(result, lang);
        }
    }
}

impl App {
    /// Opens the quick commands, or closes them.
    pub(super) fn toggle_quick(&mut self) {
        self.settings.quick.open = !self.settings.quick.open;
    }

    /// Sends the commands whose keys were pressed; another key of the same event means nothing else then.
    pub(super) fn take_hotkeys(&mut self, ctx: &Context) {
        if self.dialog.is_some() {
            return;
        }
        let commands = &self.quick.commands;
        let pressed =
            ctx.input_mut(|input| hotkey::take_pressed(input, |key| commands.with_hotkey(key).map(QuickCommand::id)));
        for id in pressed {
            self.send_quick(id);
        }
    }

    /// Carries out what the panel asked for.
    pub(super) fn run_quick(&mut self, order: QuickOrder) {
        let lang = self.lang;
        let quick = &mut self.quick;
        match order {
            QuickOrder::NewGroup => self.dialog = Some(Dialog::QuickGroup(GroupNameDialog::new(None))),
            QuickOrder::RenameGroup(id) => {
                if let Some(group) = quick.commands.group(id) {
                    self.dialog = Some(Dialog::QuickGroup(GroupNameDialog::new(Some(group))));
                }
            }
            QuickOrder::NameGroup(id, name) => quick.name_group(id, name, lang),
            QuickOrder::DuplicateGroup(id) => quick.duplicate_group(id, lang),
            QuickOrder::RemoveGroup(id) => quick.remove_group(id, lang),
            QuickOrder::SetRun { group, repeat, stop_on_failure, delay_ms } => {
                if let Some(group) = quick.commands.group_mut(group) {
                    (group.repeat, group.stop_on_failure, group.delay_ms) = (repeat, stop_on_failure, delay_ms);
                    quick.changes += 1;
                }
            }
            QuickOrder::New(group) => {
                let command = QuickCommand::new(String::new(), self.tabs[self.shown].message());
                self.dialog = Some(Dialog::QuickCommand(Box::new(CommandDialog::new(group, command))));
            }
            QuickOrder::Edit(id) => {
                if let (Some(group), Some(command)) = (quick.commands.group_of(id), quick.commands.command(id)) {
                    let dialog = CommandDialog::edit(group.id(), command.clone());
                    self.dialog = Some(Dialog::QuickCommand(Box::new(dialog)));
                }
            }
            QuickOrder::Keep(group, command) => quick.keep(group, *command, lang),
            QuickOrder::Duplicate(id) => quick.duplicate_command(id, lang),
            QuickOrder::Remove(id) => quick.remove_command(id, lang),
            QuickOrder::Restore => quick.restore(lang),
            QuickOrder::Move(id, group, to) => {
                quick.commands.move_command(id, group, to);
                quick.changes += 1;
            }
            QuickOrder::Enable(id, on) => quick.enable(id, on, lang),
            QuickOrder::Send(id) => self.send_quick(id),
            QuickOrder::Run(group) => self.run_sequence(group),
            QuickOrder::Stop => self.stop_sequence(),
            QuickOrder::Import => self.dialog = Some(Dialog::QuickFile(Box::new(QuickFileDialog::import()))),
            QuickOrder::Export(group) => {
                let all = quick.commands.groups().iter();
                let groups = all.filter(|one| group.is_none_or(|id| one.id() == id)).cloned().collect();
                let dialog = QuickFileDialog::export(groups, &self.save_folder);
                self.dialog = Some(Dialog::QuickFile(Box::new(dialog)));
            }
            QuickOrder::Add(groups, words) => quick.add(groups, words, lang),
            QuickOrder::Say(words) => quick.say(words, false),
        }
    }

    /// Sends a command over the shown tab's link.
    fn send_quick(&mut self, id: CommandId) {
        let lang = self.lang;
        let Some(command) = self.quick.commands.command(id) else { return };
        let message = command.message.clone();
        let prepared = message.prepare(self.tabs[self.shown].sent_framing());
        let charset = message.sent_charset();
        let sent = prepared
            .map_err(|error| compose_error(lang, &error))
            .and_then(|prepared| self.send_prepared(prepared, charset));
        self.tabs[self.shown].error = sent.err();
    }

    fn run_sequence(&mut self, group: GroupId) {
        let result = self.start_sequence(group);
        self.tabs[self.shown].error = result.err();
    }

    fn start_sequence(&mut self, group: GroupId) -> Result<(), String> {
        let lang = self.lang;
        let Some(group) = self.quick.commands.group(group) else { return Ok(()) };
        let tab = &mut self.tabs[self.shown];
        tab.check_open(lang)?;
        let variables = tab.settings.send.variables.clone();
        let plan = Plan::prepare(group, tab.sent_framing(), &variables).map_err(|error| plan_error(lang, &error))?;
        let config = SequenceConfig {
            plan,
            target: tab.target(lang)?,
            framing: tab.settings.receive.framing.clone(),
            lookup: Box::new(Disk::new(variables)),
        };
        let (job, progress) = Sequence::new(config, Arc::clone(&self.wake));
        let started = tab.session.start(JobSlot::Sequence, Box::new(job));
        started.map_err(|failure| failure_line(lang, &failure))?;
        tab.sending.sequence = Some(progress);
        Ok(())
    }

    fn stop_sequence(&mut self) {
        let tab = &mut self.tabs[self.shown];
        if let Err(failure) = tab.session.stop(JobSlot::Sequence) {
            tab.error = Some(failure_line(self.lang, &failure));
        }
    }

    /// Draws the quick commands as a tool window, where they are not beside the log.
    pub(super) fn quick_ui(&mut self, ctx: &Context) {
        if !self.settings.quick.open || self.quick.docked {
            return;
        }
        let Quick { commands: quick, panel, .. } = &mut self.quick;
        let sequence = self.tabs[self.shown].sending.sequence.as_ref();
        let mut context = QuickContext { lang: self.lang, commands: &mut self.commands, quick, sequence };
        panel.window_ui(ctx, &mut context);
    }
}

impl crate::ui::tab::Tab {
    /// What is in the send box, as a message of a command.
    fn message(&self) -> Message {
        let send = &self.settings.send;
        Message {
            text: send.text.clone(),
            form: if send.form == SendForm::Hex { Form::Hex } else { Form::Ascii },
            charset: send.charset,
            escapes: send.escapes,
            template: send.template,
            append: if send.append { send.append_blocks.clone() } else { Vec::new() },
        }
    }
}

/// `name (2)`: another one of the same name.
fn copied(name: &str, lang: Lang) -> String {
    fill(Text::QuickCopied.text(lang), &[("name", &name)])
}
