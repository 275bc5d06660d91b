//! What the windows of transfers ask for: starts and ends transfers, and gives each its log where that is wanted.

use std::sync::Arc;

use super::App;
use crate::i18n::{Lang, Text, failure_line, fill};
use crate::journal::Recorder;
use crate::service::download::Existing;
use crate::settings::{ReceiveSettings, Settings, TabSettings};
use crate::ui::dialog::{Listed, TransferCommand, TransferEntry, TransferList};

/// A kind of transfers that has a window.
pub(super) trait Carried: Listed {
    /// Whether each record of a log stands for itself, and is said in words too.
    const DECODED: bool;

    /// Its window's list.
    fn list(app: &mut App) -> &mut TransferList<Self>;

    /// Keeps what was typed for the next time.
    fn remember(settings: &mut Settings, order: &Self::Order);

    /// Forgets earlier runs.
    fn forget(settings: &mut Settings);

    /// What the tab of a log is called.
    fn trace_title(order: &Self::Order, lang: Lang) -> String;
}

impl App {
    /// Carries out what a list or its form asked for, or says why not.
    pub(super) fn run_transfer<S: Carried>(&mut self, command: TransferCommand<S::Order>) -> Result<(), String> {
        match command {
            TransferCommand::Start(order) => {
                S::remember(&mut self.settings, &order);
                self.start_transfer::<S>(*order)
            }
            TransferCommand::Cancel(id) => {
                if let Some(entry) = S::list(self).entry(id) {
                    entry.cancel();
                }
                Ok(())
            }
            TransferCommand::Again(id) => self.repeat_transfer::<S>(id, Existing::Refuse),
            TransferCommand::Replace(id) => {
                let trace = S::list(self).entry(id).and_then(|entry| entry.trace);
                self.close_empty_trace(trace);
                let repeated = self.repeat_transfer::<S>(id, Existing::Overwrite);
                self.remove_transfer::<S>(id);
                repeated
            }
            TransferCommand::Trace(id) => {
                self.trace_transfer::<S>(id);
                Ok(())
            }
            TransferCommand::Remove(id) => {
                self.remove_transfer::<S>(id);
                Ok(())
            }
            TransferCommand::Clear => {
                let over = S::list(self).clear();
                self.aside.drop(over);
                S::forget(&mut self.settings);
                Ok(())
            }
        }
    }

    fn start_transfer<S: Carried>(&mut self, order: S::Order) -> Result<(), String> {
        if S::list(self).running() >= TransferList::<S>::MOST_RUNNING {
            return Err(fill(Text::TftpTooMany.text(self.lang), &[("n", &TransferList::<S>::MOST_RUNNING)]));
        }
        let trace = S::is_traced(&order).then(|| self.add_trace(S::trace_title(&order, self.lang), S::DECODED));
        self.last_transfer += 1;
        let entry = TransferEntry::start(self.last_transfer, order, trace, Arc::clone(&self.wake))
            .map_err(|failure| failure_line(self.lang, &failure))?;
        if let Some(oldest) = S::list(self).add(entry) {
            self.aside.drop(oldest);
        }
        Ok(())
    }

    fn repeat_transfer<S: Carried>(&mut self, id: u64, existing: Existing) -> Result<(), String> {
        let order = S::list(self).entry(id).map(|entry| S::again(&entry.order, existing));
        order.map_or(Ok(()), |order| self.start_transfer::<S>(order))
    }

    fn remove_transfer<S: Carried>(&mut self, id: u64) {
        if let Some(entry) = S::list(self).remove(id) {
            self.aside.drop(entry); // its thread may still wait for a last repetition
        }
    }

    /// Shows the log of a transfer; one that runs without gets one.
    fn trace_transfer<S: Carried>(&mut self, id: u64) {
        let lang = self.lang;
        let Some(entry) = S::list(self).entry(id) else { return };
        let mut trace = entry.trace;
        if trace.is_none() {
            let title = S::trace_title(&entry.order, lang);
            let (tab, recorder) = self.add_trace(title, S::DECODED);
            if let Some(entry) = S::list(self).entry(id) {
                entry.start_trace(tab, recorder);
            }
            trace = Some(tab);
        }
        self.show_trace(trace);
    }

    /// A transfer that ended before its first packet leaves no log behind.
    fn close_empty_trace(&mut self, tab: Option<u64>) {
        if let Some(tab) = tab
            && self.index_of(tab).is_some_and(|index| self.tabs[index].session.journal().is_empty())
        {
            self.close_session(tab);
        }
    }

    /// A new tab for what a transfer or the server sends and receives, and the hand that writes its log. `decode`: each
    /// packet stands for itself, and is said in words too.
    pub(super) fn add_trace(&mut self, name: String, decode: bool) -> (u64, Arc<Recorder>) {
        let receive = ReceiveSettings { decode, ..ReceiveSettings::default() };
        let index = self.add_tab(TabSettings { name, receive, ..TabSettings::default() });
        let tab = &mut self.tabs[index];
        tab.kept = false; // without its packets it would be an empty tab in the next run
        let trace = (tab.id, Arc::clone(tab.session.recorder()));
        self.shown = index;
        trace
    }

    /// Shows the log of a tab.
    pub(super) fn show_trace(&mut self, id: Option<u64>) {
        if let Some(index) = id.and_then(|id| self.index_of(id)) {
            self.shown = index;
            self.tftp.pane.make_room();
            self.download.pane.make_room();
        }
    }

    /// Takes the states of the transfers of both windows.
    pub(super) fn tend_transfers(&mut self) {
        let is_there = |id| self.tabs.iter().any(|tab| tab.id == id);
        self.tftp.transfers.tend(&mut self.aside, is_there);
        self.download.transfers.tend(&mut self.aside, is_there);
    }
}
