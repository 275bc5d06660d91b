//! Files and folders on the node's side: what is being made ready to be offered, and which attachment of which message
//! a transfer belongs to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{Driver, version};
use crate::journal::{FollowerStop, NodeNote};
use crate::proto::ipmsg::TextEncoding;
use crate::service::feiq::command::Say;
use crate::service::feiq::files::{
    Direction, Existing, FetchRequest, Files, PrepareFailure, Prepared, Refusal as Turned, Requester, Transfer,
    TransferId,
};
use crate::service::feiq::happening::Happening;
use crate::service::feiq::state::{Fate, Message, MessageId, Refusal, With};

/// Messages whose files are being looked at.
const MAX_PREPARING: usize = 64;

type Answer = (Say, Result<Prepared, PrepareFailure>);

/// The node's files.
pub(super) struct Shelf {
    /// `None` once they are being closed.
    pub files: Option<Files>,
    /// The transfers have something new to show.
    changed: Arc<AtomicBool>,
    nudge: FollowerStop,
    sender: Sender<Answer>,
    prepared: Receiver<Answer>,
    preparing: usize,
    /// Which attachment is being fetched.
    fetches: BTreeMap<TransferId, (With, MessageId, u32)>,
    /// Transfers whose end was told.
    over: BTreeSet<TransferId>,
    /// Requests that were turned away and told.
    turned_away: u64,
}

impl Shelf {
    pub fn new(files: Files, changed: Arc<AtomicBool>, nudge: FollowerStop) -> Self {
        let (sender, prepared) = bounded(MAX_PREPARING);
        Self {
            files: Some(files),
            changed,
            nudge,
            sender,
            prepared,
            preparing: 0,
            fetches: BTreeMap::new(),
            over: BTreeSet::new(),
            turned_away: 0,
        }
    }

    /// Looks at what is to be attached, on a thread of its own; the answer comes by [`Driver::shelve`].
    fn prepare(&mut self, say: Say) -> Result<(), Refusal> {
        let Some(files) = &self.files else { return Err(Refusal::Gone) };
        if self.preparing >= MAX_PREPARING {
            return Err(Refusal::TooManyJobs(MAX_PREPARING));
        }
        let (sender, nudge) = (self.sender.clone(), self.nudge.clone());
        files.prepare(say.attach.clone(), move |prepared| {
            // There is room for all that are being prepared.
            if sender.try_send((say, prepared)).is_ok() {
                nudge.nudge();
            }
        })?;
        self.preparing += 1;
        Ok(())
    }

    /// Starts to end all transfers, on a thread that is to be joined.
    pub fn close(&mut self) -> Option<JoinHandle<()>> {
        let files = self.files.take()?;
        std::thread::Builder::new().name("wb-feiq-close".to_owned()).spawn(move || drop(files)).ok()
    }
}

impl Driver {
    /// Says something with attachments, once they were looked at.
    pub(super) fn say_with_files(&mut self, say: Say) {
        if let Err(refusal) = self.shelf.prepare(say) {
            self.refuse(refusal);
        }
    }

    /// Takes up what the file transfers have to tell.
    pub(super) fn shelve(&mut self) {
        while let Ok((say, prepared)) = self.shelf.prepared.try_recv() {
            self.shelf.preparing -= 1;
            match prepared {
                Ok(prepared) => self.say(&say, Some(&prepared)),
                Err(failure) => self.refuse(failure.into()),
            }
        }
        if !self.shelf.changed.swap(false, Ordering::AcqRel) {
            return;
        }
        let Some(files) = &self.shelf.files else { return };
        let transfers = files.transfers();
        let (refused, total) = files.refused();
        let new = usize::try_from(total - self.shelf.turned_away).unwrap_or(usize::MAX).min(refused.len());
        self.shelf.turned_away = total;
        for refused in &refused[refused.len() - new..] {
            let note = match refused.why {
                Turned::NotOffered { number, .. } | Turned::WrongKind { number, .. } => {
                    NodeNote::FileRefused { number }
                }
                Turned::Stranger => NodeNote::StrangerRefused,
                // Nothing that they may not have.
                _ => continue,
            };
            // Peers are known by the port of their datagrams, which is everyone's.
            self.notes.note(Some((refused.from, self.local.port()).into()), note);
        }
        self.shelf.over.retain(|id| transfers.binary_search_by_key(id, |transfer| transfer.id).is_ok());
        for transfer in transfers.iter().filter(|transfer| !self.shelf.over.contains(&transfer.id)).collect::<Vec<_>>()
        {
            self.show_transfer(transfer);
        }
        self.book.transfers = Arc::new(transfers);
        self.book.touch();
    }

    fn show_transfer(&mut self, transfer: &Transfer) {
        let fate = if transfer.state.is_over() {
            Fate::Over(transfer.state.clone())
        } else {
            Fate::Running { transfer: transfer.id }
        };
        match transfer.direction {
            Direction::Fetching => {
                if let Some((with, id, attachment)) = self.shelf.fetches.get(&transfer.id).cloned() {
                    self.set_fate(&with, |message| message.id == id, attachment, &fate);
                }
            }
            Direction::Serving => {
                for with in self.book.conversations.at(transfer.peer.ip()) {
                    let is_offer = |message: &Message| message.sent && message.number == transfer.number;
                    self.set_fate(&with, is_offer, transfer.attachment, &fate);
                }
            }
        }
        if transfer.state.is_over() {
            self.shelf.over.insert(transfer.id);
            self.shelf.fetches.remove(&transfer.id);
            self.notes.transfer(transfer);
            (self.observer)(Happening::Transferred(Arc::new(transfer.clone())));
        }
    }

    fn set_fate(&mut self, with: &With, wanted: impl Fn(&Message) -> bool, attachment: u32, fate: &Fate) {
        let differs = |message: &Message| {
            wanted(message) && message.attachments.iter().any(|a| a.id == attachment && a.fate != *fate)
        };
        self.book.conversations.change(with, differs, |message| {
            for attached in message.attachments.iter_mut().filter(|attached| attached.id == attachment) {
                attached.fate = fate.clone();
            }
        });
    }

    /// What is attached is no longer to be had: of those that are not on their way.
    pub(super) fn release(&mut self, with: &With, wanted: impl Fn(&Message) -> bool) {
        self.book.conversations.change(with, wanted, |message| {
            for attached in message.attachments.iter_mut().filter(|attached| attached.fate == Fate::Offered) {
                attached.fate = Fate::Released;
            }
        });
        self.book.touch();
    }

    /// Fetches an attachment.
    pub(super) fn fetch(
        &mut self,
        from: std::net::SocketAddr,
        id: MessageId,
        attachment: u32,
        into: std::path::PathBuf,
    ) {
        let with = With::Peer(from);
        let found = self.book.conversations.get(&with, id).filter(|message| !message.sent).and_then(|message| {
            let attached = message.attachments.iter().find(|attached| attached.id == attachment)?;
            Some((message.number, message.encoding.unwrap_or(TextEncoding::Gbk), attached.clone()))
        });
        let (Some((number, encoding, attached)), Some(files)) = (found, &self.shelf.files) else {
            return self.refuse(Refusal::Gone);
        };
        if matches!(attached.fate, Fate::Running { .. }) {
            return;
        }
        let own = self.node.next_number(self.clock.now());
        let transfer = files.fetch(FetchRequest {
            peer: from,
            number,
            attachment: attached.offer,
            encoding,
            into,
            existing: Existing::Number,
            limits: crate::proto::ipmsg::DirLimits::default(),
            requester: Requester {
                version: version(&self.config),
                number: own,
                user: name_bytes(&self.config.user, encoding),
                host: name_bytes(&self.config.host, encoding),
            },
        });
        self.shelf.fetches.insert(transfer, (with.clone(), id, attachment));
        self.set_fate(&with, |message| message.id == id, attachment, &Fate::Running { transfer });
        self.book.touch();
    }
}

/// A name in a header; what the encoding lacks is written in UTF-8.
fn name_bytes(name: &str, encoding: TextEncoding) -> Vec<u8> {
    crate::proto::ipmsg::text::encode(name, encoding).unwrap_or_else(|_| name.as_bytes().to_vec())
}
