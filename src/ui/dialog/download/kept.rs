//! What the list is told of a download, and what is kept of it.

use std::path::Path;
use std::sync::Arc;

use super::Order;
use super::said::failure_words;
use crate::i18n::{Lang, Text};
use crate::journal::{Failure, Recorder, Timestamp, Wake};
use crate::service::download::{Download, DownloadFailure, Existing, Phase, State};
use crate::settings::{DownloadRecord, DownloadRequest, DownloadSettings};
use crate::ui::dialog::transfer::{Entry, Heading, Listed, Offer, Past};

impl Listed for State {
    type Order = Order;
    type Record = DownloadRecord;

    fn start(order: &Order, trace: Option<Arc<Recorder>>, wake: Wake) -> Result<Download, Failure> {
        Download::start(order.config(trace), wake)
    }

    fn again(order: &Order, existing: Existing) -> Order {
        order.again(existing)
    }

    fn is_traced(order: &Order) -> bool {
        order.trace
    }

    fn heading(order: &Order) -> Heading {
        Heading { download: true, name: order.title(), server: order.server.clone(), port: order.port }
    }

    fn offer(&self) -> Offer<'_> {
        match &self.phase {
            Phase::Done(done) => Offer::Show { path: &done.path, sha256: Some(&done.sha256) },
            Phase::Failed(DownloadFailure::Exists(_)) => Offer::Replace,
            _ => Offer::Nothing,
        }
    }

    fn record(entry: &Entry<Self>, lang: Lang) -> Option<DownloadRecord> {
        let (done, failure) = match &entry.state.phase {
            Phase::Done(done) => (Some(done), None),
            Phase::Failed(DownloadFailure::Exists(_)) => return None, // a question, and nothing was done
            Phase::Failed(failure) => (None, Some(failure_words(lang, failure))),
            Phase::Cancelled => (None, Some(Text::TftpCancelled.text(lang).to_owned())),
            _ => return None,
        };
        let order = &entry.order;
        Some(DownloadRecord {
            time_ns: entry.began.0,
            server: order.server.clone(),
            port: order.port,
            asked: order.asked.clone(),
            request: order.request,
            local: order.local.display().to_string(),
            size: done.map(|done| done.size),
            sha256: done.map(|done| done.sha256.clone()),
            failure,
        })
    }

    fn past(record: &DownloadRecord) -> Past<'_> {
        let name = Path::new(&record.local).file_name().map(|name| name.to_string_lossy().into_owned());
        Past {
            heading: Heading {
                download: true,
                name: name.unwrap_or_default(),
                server: record.server.clone(),
                port: record.port,
            },
            time: Timestamp(record.time_ns),
            local: &record.local,
            size: record.size,
            sha256: record.sha256.as_deref(),
            failure: record.failure.as_deref(),
        }
    }
}

/// The form asks for what an earlier run did.
pub fn fill_form(settings: &mut DownloadSettings, record: DownloadRecord) {
    settings.server = record.server;
    settings.port = record.port;
    settings.request = record.request;
    match record.request {
        DownloadRequest::Name => settings.name = record.asked,
        DownloadRequest::Text | DownloadRequest::Hex => settings.content = record.asked,
        DownloadRequest::Nothing => {}
    }
    settings.save_to = record.local;
}
