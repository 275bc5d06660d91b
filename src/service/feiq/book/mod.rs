//! What the node's thread keeps for those who look: users, conversations, raw sends, counters; and the snapshot of it,
//! taken when something changed, but no more often than anyone can see.

mod conversations;
mod memory;
mod users;

pub(super) use conversations::{Conversations, Spoken};
pub(super) use users::Users;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::files::Transfer;
use super::history::Trouble;
use super::state::{Dropped, Phase, RawReport, Refusal, State};
use crate::journal::Wake;
use crate::proto::Moment;

/// No more than one snapshot in this time.
const PUBLISH_EVERY: Duration = Duration::from_millis(25);
/// Raw sends that are shown.
const RAW_SENDS: usize = 32;

/// The snapshot that everyone sees.
pub(super) struct StateCell {
    state: Mutex<Arc<State>>,
    wake: Wake,
}

impl StateCell {
    pub fn new(wake: Wake) -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), wake })
    }

    pub fn get(&self) -> Arc<State> {
        Arc::clone(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn set(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(state);
        (self.wake)();
    }
}

/// Everything that is shown.
pub(super) struct Book {
    cell: Arc<StateCell>,
    revision: u64,
    published: Option<Moment>,
    dirty: bool,
    pub phase: Phase,
    pub absence: Option<String>,
    pub users: Users,
    pub conversations: Conversations,
    pub transfers: Arc<Vec<Transfer>>,
    raw_sends: Arc<Vec<Arc<RawReport>>>,
    last_refusal: Option<(u64, Refusal)>,
    pub dropped: Dropped,
    pub history_trouble: Option<Trouble>,
}

impl Book {
    pub fn new(cell: Arc<StateCell>) -> Self {
        Self {
            cell,
            revision: 0,
            published: None,
            dirty: true,
            phase: Phase::default(),
            absence: None,
            users: Users::default(),
            conversations: Conversations::default(),
            transfers: Arc::default(),
            raw_sends: Arc::default(),
            last_refusal: None,
            dropped: Dropped::default(),
            history_trouble: None,
        }
    }

    /// Something has changed.
    pub fn touch(&mut self) {
        self.dirty = true;
    }

    pub fn refuse(&mut self, refusal: Refusal) {
        let number = self.last_refusal.as_ref().map_or(0, |(number, _)| *number) + 1;
        self.last_refusal = Some((number, refusal));
        self.dirty = true;
    }

    /// Shows how a raw send goes.
    pub fn report(&mut self, report: &RawReport) {
        let all = Arc::make_mut(&mut self.raw_sends);
        if let Some(known) = all.iter_mut().rfind(|known| known.job == report.job && known.running) {
            *known = Arc::new(report.clone());
        } else {
            if all.len() == RAW_SENDS {
                let oldest = all.iter().position(|known| !known.running).unwrap_or(0);
                all.remove(oldest);
            }
            all.push(Arc::new(report.clone()));
        }
        self.dirty = true;
    }

    /// When there is something to publish; `None`: there is not.
    pub fn due(&self) -> Option<Moment> {
        self.dirty.then(|| self.published.map_or(Moment::default(), |last| last + PUBLISH_EVERY))
    }

    /// Shows everyone what is.
    pub fn publish(&mut self, now: Moment) {
        self.dirty = false;
        self.published = Some(now);
        self.revision += 1;
        let dropped = Dropped { forgotten: self.conversations.forgotten(), ..self.dropped };
        self.cell.set(State {
            revision: self.revision,
            phase: self.phase.clone(),
            absence: self.absence.clone(),
            users: self.users.list(),
            conversations: self.conversations.list(),
            transfers: Arc::clone(&self.transfers),
            raw_sends: Arc::clone(&self.raw_sends),
            last_refusal: self.last_refusal.clone(),
            dropped,
            history_trouble: self.history_trouble.clone(),
        });
    }
}
