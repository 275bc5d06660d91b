//! A transfer in the list: its handle while it runs, its last state afterwards.

use std::sync::Arc;

use super::Listed;
use crate::i18n::Lang;
use crate::journal::{Failure, Recorder, Timestamp, Wake};
use crate::service::handle::Handle;
use crate::ui::aside::Aside;

/// A transfer in the list.
pub struct Entry<S: Listed> {
    id: u64,
    /// What was asked for.
    pub order: S::Order,
    /// When.
    pub began: Timestamp,
    /// How it stands.
    pub state: Arc<S>,
    handle: Option<Handle<S>>,
    /// The tab that has the log of its bytes.
    pub trace: Option<u64>,
    /// It has a log, also if its tab was closed.
    traced: bool,
    /// The SHA-256 to compare with, as pasted.
    pub compare: String,
}

impl<S: Listed> Entry<S> {
    /// Starts a transfer; `trace` is a tab and the hand that writes its log.
    pub fn start(id: u64, order: S::Order, trace: Option<(u64, Arc<Recorder>)>, wake: Wake) -> Result<Self, Failure> {
        let (tab, recorder) = trace.unzip();
        let handle = S::start(&order, recorder, wake)?;
        Ok(Self {
            id,
            order,
            began: Timestamp::now(),
            state: handle.state(),
            handle: Some(handle),
            trace: tab,
            traced: tab.is_some(),
            compare: String::new(),
        })
    }

    /// Its number, never used twice while the program runs.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Takes its state, and lets go of it when it is over. `is_there` knows the tabs that are not closed.
    pub fn tend(&mut self, aside: &mut Aside, is_there: impl Fn(u64) -> bool) {
        if let Some(handle) = &self.handle {
            self.state = handle.state();
            if self.state.is_over() {
                aside.drop(self.handle.take());
            }
        }
        self.trace = self.trace.filter(|tab| is_there(*tab));
    }

    /// Whether its end is not known yet.
    pub fn is_running(&self) -> bool {
        !self.state.has_ended()
    }

    /// Whether it has a log of its bytes, or can get one.
    pub fn can_be_traced(&self) -> bool {
        self.trace.is_some() || (self.is_running() && !self.traced)
    }

    /// From now on its bytes go into the log of a tab.
    pub fn start_trace(&mut self, tab: u64, recorder: Arc<Recorder>) {
        if let Some(handle) = &self.handle {
            handle.trace(recorder);
            (self.trace, self.traced) = (Some(tab), true);
        }
    }

    /// Ends it; returns at once.
    pub fn cancel(&self) {
        if let Some(handle) = &self.handle {
            handle.cancel();
        }
    }

    /// What is kept of it; nothing before it has ended.
    pub fn record(&self, lang: Lang) -> Option<S::Record> {
        S::record(self, lang)
    }
}
