//! Carries out commands.

use std::sync::Arc;

use egui::{Context, ViewportCommand};

use super::{App, theme_preference};
use crate::codec::hex;
use crate::i18n::{Text, fill};
use crate::journal::Record;
use crate::journal::rows::{Mode, PlainText, View};
use crate::net::Command as LinkCommand;
use crate::settings::{Language, TabSettings};
use crate::ui::command::{Command, Zoom};
use crate::ui::copying::{Copying, LIMIT_BYTES};
use crate::ui::dialog::{
    AdvancedDialog, AppendDialog, Dialog, FramingDialog, InspectDialog, MulticastDialog, PeerNameDialog, RenameDialog,
    SaveLogDialog, SaveReceivedDialog, VariablesDialog,
};
use crate::ui::tab::log_words;

impl App {
    pub(super) fn run(&mut self, ctx: &Context, command: Command) {
        // What was said about the last action has been seen when the next one comes.
        self.shown_tab().error = None;
        match command {
            Command::NewSession => self.new_session(),
            Command::CloseSession(id) => {
                if self.index_of(id).is_some_and(|i| self.tabs[i].is_open()) {
                    self.dialog = Some(Dialog::ConfirmClose { id });
                } else {
                    self.close_session(id);
                }
            }
            Command::CloseSessionNow(id) => self.close_session(id),
            Command::RenameSession(id) => {
                if let Some(i) = self.index_of(id) {
                    self.dialog = Some(Dialog::Rename(RenameDialog::new(&self.tabs[i])));
                }
            }
            Command::DuplicateSession(id) => self.duplicate_session(id),
            Command::SelectSession(id) => self.shown = self.index_of(id).unwrap_or(self.shown),
            Command::CycleSession { backwards } => {
                let step = if backwards { self.tabs.len() - 1 } else { 1 };
                self.shown = (self.shown + step) % self.tabs.len();
            }
            Command::MoveSession { id, to } => self.move_session(id, to),
            Command::ToggleLink => self.toggle_link(self.shown),
            Command::Send => self.send(),
            Command::StopCycle => self.stop_cycle(),
            Command::ShowSendFile => self.send_file.toggle(),
            Command::SendFile(command) => self.run_send_file(command),
            Command::OfferFile(path) => self.offer_file(&path),
            Command::ShowHistory => self.toggle_history(),
            Command::History(command) => self.run_history(command),
            Command::Recall { up } => self.recall(up),
            Command::ShowQuick => self.toggle_quick(),
            Command::Quick(order) => self.run_quick(*order),
            Command::HalfClose => self.tell(LinkCommand::HalfClose(None)),
            Command::HalfCloseOf(client) => self.tell(LinkCommand::HalfClose(client)),
            Command::Reset(client) => self.tell(LinkCommand::Reset(client)),
            Command::Disconnect(client) => self.tell(LinkCommand::Disconnect(client)),
            Command::ClearLog => self.shown_tab().session.clear(),
            Command::ClearInput => {
                let tab = self.shown_tab();
                tab.settings.send.text.clear();
                tab.composed = None;
            }
            Command::ClearRemotes => {
                self.settings.recent_remotes.clear();
                self.shown_tab().settings.udp.remote.clear();
            }
            Command::SaveLog => {
                let dialog = SaveLogDialog::new(&self.tabs[self.shown], &self.save_folder, self.lang);
                self.dialog = Some(Dialog::SaveLog(dialog));
            }
            Command::Multicast => self.dialog = Some(Dialog::Multicast(MulticastDialog::default())),
            Command::EditFraming => {
                let dialog = FramingDialog::new(&self.tabs[self.shown].settings.receive.framing);
                self.dialog = dialog.map(|dialog| Dialog::Framing(Box::new(dialog)));
            }
            Command::EditVariables => {
                self.dialog = Some(Dialog::Variables(VariablesDialog::new(&self.tabs[self.shown])));
            }
            Command::EditAppend => self.dialog = Some(Dialog::Append(AppendDialog::new(&self.tabs[self.shown]))),
            Command::ShowAdvanced => {
                let dialog = AdvancedDialog::new(&self.tabs[self.shown]);
                self.dialog = Some(Dialog::Advanced(Box::new(dialog)));
            }
            Command::SaveReceived => self.toggle_save_received(),
            Command::ResetCounters => self.shown_tab().reset_counters(),
            Command::ToggleColumn => self.settings.left_folded = !self.settings.left_folded,
            Command::CopyText(record) => ctx.copy_text(self.record_text(&record)),
            Command::CopyHex(record) => {
                let mut text = String::with_capacity(record.bytes().len() * 3);
                hex::format(record.bytes(), &mut text);
                ctx.copy_text(text);
            }
            Command::CopySelection => self.copy_selection(),
            Command::Inspect(record) => {
                self.dialog = Some(Dialog::Inspect(Box::new(InspectDialog::new(*record, self.lang))));
            }
            Command::ShowAnswers => self.answers.show(),
            Command::NamePeer(peer) => {
                let dialog = PeerNameDialog::new(peer, &self.tabs[self.shown]);
                self.dialog = Some(Dialog::PeerName(dialog));
            }
            Command::Reply(record) => self.reply(&record),
            Command::Resend(record) => self.resend(&record),
            Command::SetLang(language) => self.set_language(language),
            Command::SetTheme(theme) => {
                self.settings.theme = theme;
                ctx.set_theme(theme_preference(theme));
            }
            Command::SetSendKey(key) => self.settings.send_key = key,
            Command::Zoom(zoom) => match zoom {
                Zoom::In => egui::gui_zoom::zoom_in(ctx),
                Zoom::Out => egui::gui_zoom::zoom_out(ctx),
                Zoom::Reset => ctx.set_zoom_factor(1.0),
            },
            Command::ShowFeiq => self.feiq.toggle(),
            Command::FeiqOnline => self.toggle_feiq(),
            Command::Feiq(command) => self.tell_feiq(*command),
            Command::ShowTftp => self.tftp.pane.toggle(),
            Command::Tftp(command) => self.run_tftp(*command),
            Command::ShowDownload => self.download.pane.toggle(),
            Command::Download(command) => self.run_download(*command),
            Command::ShowShortcuts => self.dialog = Some(Dialog::Shortcuts),
            Command::ShowAbout => self.dialog = Some(Dialog::About),
            Command::DismissNotice => {
                if !self.notices.is_empty() {
                    self.notices.remove(0);
                }
            }
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
        }
    }

    fn new_session(&mut self) {
        // A new tab begins as the shown one is set up to be read, but without its addresses and text.
        let like = &self.tabs[self.shown].settings;
        let settings = TabSettings { receive: like.receive.clone(), mode: like.mode, ..TabSettings::default() };
        self.shown = self.add_tab(settings);
    }

    fn duplicate_session(&mut self, id: u64) {
        if let Some(i) = self.index_of(id) {
            let settings = self.tabs[i].settings.clone();
            self.add_tab(settings);
            if let Some(tab) = self.tabs.pop() {
                self.tabs.insert(i + 1, tab);
            }
            self.shown = i + 1;
        }
    }

    pub(super) fn close_session(&mut self, id: u64) {
        let Some(i) = self.index_of(id) else { return };
        let mut tab = self.tabs.remove(i);
        tab.session.close();
        self.aside.drop(tab); // the drop joins the worker, the journal's and the saver's threads
        if self.tabs.is_empty() {
            self.add_tab(TabSettings::default());
        }
        if i < self.shown || self.shown >= self.tabs.len() {
            self.shown = self.shown.saturating_sub(1);
        }
    }

    fn move_session(&mut self, id: u64, to: usize) {
        if let Some(from) = self.index_of(id) {
            let shown = self.shown_id();
            let tab = self.tabs.remove(from);
            self.tabs.insert(to.min(self.tabs.len()), tab);
            self.shown = self.index_of(shown).unwrap_or(0);
        }
    }

    fn toggle_save_received(&mut self) {
        let tab = &mut self.tabs[self.shown];
        match tab.session.stop_saving_received() {
            Some(saver) => self.aside.drop(saver), // it writes what was received until now
            None => self.dialog = Some(Dialog::SaveReceived(SaveReceivedDialog::new(tab, &self.save_folder))),
        }
    }

    fn record_text(&self, record: &Record) -> String {
        let tab = &self.tabs[self.shown];
        let view =
            View { log_mode: false, auto_linefeed: false, hide_received: false, mode: Mode::Text, ..tab.log.view() };
        PlainText::new(Arc::clone(tab.log.source()), view, log_words(self.lang)).payload(record)
    }

    fn copy_selection(&mut self) {
        let tab = &self.tabs[self.shown];
        let Some(selection) = tab.log.selection() else { return };
        let lines = tab.log.lines_of(selection, log_words(self.lang));
        self.copying = None; // ends the copy before it
        match Copying::start(lines, self.wake.clone()) {
            Ok(copying) => self.copying = Some(copying),
            Err(error) => self.shown_tab().error = Some(error.to_string()),
        }
    }

    /// Puts a finished copy on the clipboard.
    pub(super) fn take_copy(&mut self, ctx: &Context) {
        let Some(copied) = self.copying.as_ref().and_then(Copying::take) else { return };
        self.copying = None;
        if copied.cut {
            let text = fill(Text::CopyCut.text(self.lang), &[("n", &(LIMIT_BYTES >> 20))]);
            self.shown_tab().error = Some(text);
        }
        ctx.copy_text(copied.text);
    }

    fn set_language(&mut self, language: Language) {
        self.settings.language = language;
        self.lang = language.lang();
        for tab in &mut self.tabs {
            tab.log.set_words(log_words(self.lang));
            tab.chat.set_words(log_words(self.lang));
            tab.error = None;
        }
    }
}
