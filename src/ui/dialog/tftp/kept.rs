//! What the list is told of a TFTP transfer, and what is kept of it.

use std::sync::Arc;

use super::Order;
use super::said::failure_words;
use crate::i18n::{Lang, Text};
use crate::journal::{Failure, Recorder, Timestamp, Wake};
use crate::proto::tftp::Direction;
use crate::service::tftp::{Existing, Phase, State, Transfer, TransferFailure};
use crate::settings::{TftpDirection, TftpRecord, TftpSettings};
use crate::ui::dialog::transfer::{Entry, Heading, Listed, Offer, Past};

impl Listed for State {
    type Order = Order;
    type Record = TftpRecord;

    fn start(order: &Order, trace: Option<Arc<Recorder>>, wake: Wake) -> Result<Transfer, Failure> {
        Transfer::start(order.config(trace), wake)
    }

    fn again(order: &Order, existing: Existing) -> Order {
        order.again(existing)
    }

    fn is_traced(order: &Order) -> bool {
        order.trace
    }

    fn heading(order: &Order) -> Heading {
        Heading {
            download: order.direction == Direction::Download,
            name: order.remote.clone(),
            server: order.server.clone(),
            port: order.port,
        }
    }

    fn offer(&self) -> Offer<'_> {
        match &self.phase {
            Phase::Done(done) => Offer::Show { path: &done.path, sha256: done.sha256.as_deref() },
            Phase::Failed(TransferFailure::Exists(_)) => Offer::Replace,
            _ => Offer::Nothing,
        }
    }

    fn record(entry: &Entry<Self>, lang: Lang) -> Option<TftpRecord> {
        let (done, failure) = match &entry.state.phase {
            Phase::Done(done) => (Some(done), None),
            Phase::Failed(TransferFailure::Exists(_)) => return None, // a question, and nothing was done
            Phase::Failed(failure) => (None, Some(failure_words(lang, failure))),
            Phase::Cancelled => (None, Some(Text::TftpUploadCancelled.text(lang).to_owned())),
            _ => return None,
        };
        Some(TftpRecord {
            time_ns: entry.began.0,
            direction: match entry.order.direction {
                Direction::Download => TftpDirection::Download,
                Direction::Upload => TftpDirection::Upload,
            },
            server: entry.order.server.clone(),
            port: entry.order.port,
            remote: entry.order.remote.clone(),
            local: entry.state.local.display().to_string(),
            size: done.map(|done| done.size),
            sha256: done.and_then(|done| done.sha256.clone()),
            failure,
        })
    }

    fn past(record: &TftpRecord) -> Past<'_> {
        Past {
            heading: Heading {
                download: record.direction == TftpDirection::Download,
                name: record.remote.clone(),
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
pub fn fill_form(settings: &mut TftpSettings, record: TftpRecord) {
    settings.direction = record.direction;
    settings.server = record.server;
    settings.port = record.port;
    settings.remote = record.remote;
    match record.direction {
        TftpDirection::Download => settings.save_to = record.local,
        TftpDirection::Upload => settings.source = record.local,
    }
}
