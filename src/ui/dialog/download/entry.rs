//! A download in the list: its handle while it runs, its last state afterwards.

use std::sync::Arc;

use super::Order;
use super::said::failure_words;
use crate::i18n::{Lang, Text};
use crate::journal::{Failure, Recorder, Timestamp, Wake};
use crate::service::download::{Download, DownloadFailure, Phase, State};
use crate::settings::DownloadRecord;
use crate::ui::aside::Aside;

/// A download in the list.
pub struct Entry {
    id: u64,
    /// What was asked for.
    pub order: Order,
    /// When.
    pub began: Timestamp,
    /// How it stands.
    pub state: Arc<State>,
    download: Option<Download>,
    /// The tab that has the log of its bytes.
    pub trace: Option<u64>,
    /// It has a log, also if its tab was closed.
    traced: bool,
    /// The SHA-256 to compare with, as pasted.
    pub compare: String,
}

impl Entry {
    /// Starts a download; `trace` is a tab and the hand that writes its log.
    pub fn start(id: u64, order: Order, trace: Option<(u64, Arc<Recorder>)>, wake: Wake) -> Result<Self, Failure> {
        let (tab, recorder) = trace.unzip();
        let download = Download::start(order.config(recorder), wake)?;
        Ok(Self {
            id,
            order,
            began: Timestamp::now(),
            state: download.state(),
            download: Some(download),
            trace: tab,
            traced: tab.is_some(),
            compare: String::new(),
        })
    }

    /// Its number, never used twice while the program runs.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Takes its state, and lets go of it when it is over.
    pub fn tend(&mut self, aside: &mut Aside) {
        if let Some(download) = &self.download {
            self.state = download.state();
            if self.state.phase.has_ended() {
                aside.drop(self.download.take());
            }
        }
    }

    /// Whether its end is not known yet.
    pub fn is_running(&self) -> bool {
        !self.state.phase.has_ended()
    }

    /// Whether it has a log of its bytes, or can get one.
    pub fn can_be_traced(&self) -> bool {
        self.trace.is_some() || (self.is_running() && !self.traced)
    }

    /// From now on its bytes go into the log of a tab.
    pub fn start_trace(&mut self, tab: u64, recorder: Arc<Recorder>) {
        if let Some(download) = &self.download {
            download.trace(recorder);
            (self.trace, self.traced) = (Some(tab), true);
        }
    }

    /// Ends it; returns at once.
    pub fn cancel(&self) {
        if let Some(download) = &self.download {
            download.cancel();
        }
    }

    /// What is kept of it; nothing before it has ended.
    pub fn record(&self, lang: Lang) -> Option<DownloadRecord> {
        let (done, failure) = match &self.state.phase {
            Phase::Done(done) => (Some(done), None),
            Phase::Failed(DownloadFailure::Exists(_)) => return None, // a question, and nothing was done
            Phase::Failed(failure) => (None, Some(failure_words(lang, failure))),
            Phase::Cancelled => (None, Some(Text::TftpCancelled.text(lang).to_owned())),
            _ => return None,
        };
        Some(DownloadRecord {
            time_ns: self.began.0,
            server: self.order.server.clone(),
            port: self.order.port,
            asked: self.order.asked.clone(),
            request: self.order.request,
            local: self.order.local.display().to_string(),
            size: done.map(|done| done.size),
            sha256: done.map(|done| done.sha256.clone()),
            failure,
        })
    }
}
