//! What a kind of transfers tells the list, so that one list serves them all.

use std::path::Path;
use std::sync::Arc;

use super::Entry;
use crate::i18n::Lang;
use crate::journal::{Failure, Recorder, Timestamp, Wake};
use crate::service::download::Existing;
use crate::service::handle::{Handle, Snapshot};

/// A kind of transfers, known by how one of them stands.
pub trait Listed: Snapshot {
    /// What was asked for.
    type Order: Clone + Send + 'static;
    /// What is kept of it.
    type Record: Clone;

    /// Starts it.
    fn start(order: &Self::Order, trace: Option<Arc<Recorder>>, wake: Wake) -> Result<Handle<Self>, Failure>;

    /// The same once more.
    fn again(order: &Self::Order, existing: Existing) -> Self::Order;

    /// Whether it has a log from the beginning.
    fn is_traced(order: &Self::Order) -> bool;

    /// What the list calls it.
    fn heading(order: &Self::Order) -> Heading;

    /// What can be done with it now that it has ended.
    fn offer(&self) -> Offer<'_>;

    /// What is kept of it; nothing before it has ended.
    fn record(entry: &Entry<Self>, lang: Lang) -> Option<Self::Record>;

    /// What the list shows of an earlier run.
    fn past(record: &Self::Record) -> Past<'_>;
}

/// Which file goes from or to whom.
pub struct Heading {
    /// It comes to us.
    pub download: bool,
    /// The file.
    pub name: String,
    /// The server, as typed.
    pub server: String,
    /// Its port.
    pub port: u16,
}

/// What can be done with a transfer that has ended.
pub enum Offer<'a> {
    /// Nothing besides starting it again.
    Nothing,
    /// The file that is in the way can be replaced.
    Replace,
    /// The file can be shown.
    Show {
        /// Where it lies.
        path: &'a Path,
        /// Its SHA-256 in hexadecimal digits, if it was taken.
        sha256: Option<&'a str>,
    },
}

/// A transfer of an earlier run.
pub struct Past<'a> {
    /// Which file, from or to whom.
    pub heading: Heading,
    /// When it began.
    pub time: Timestamp,
    /// The file here.
    pub local: &'a str,
    /// Its size in bytes, if it went over.
    pub size: Option<u64>,
    /// Its SHA-256 in hexadecimal digits, if it was taken.
    pub sha256: Option<&'a str>,
    /// Why it did not.
    pub failure: Option<&'a str>,
}
