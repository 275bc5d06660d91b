//! What is due when: a list of tasks ordered by time, from which a task that is no longer needed is taken out at once,
//! so that its size is the number of things that are really waiting.

use std::collections::BTreeMap;

use crate::proto::Moment;

/// The place of one task in an [`Agenda`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Appointment {
    at: Moment,
    order: u64,
}

/// Tasks by the time at which they are due; those due at the same time in the order in which they were set.
#[derive(Debug)]
pub(super) struct Agenda<T> {
    tasks: BTreeMap<Appointment, T>,
    order: u64,
}

impl<T> Default for Agenda<T> {
    fn default() -> Self {
        Self { tasks: BTreeMap::new(), order: 0 }
    }
}

impl<T> Agenda<T> {
    pub(super) fn set(&mut self, at: Moment, task: T) -> Appointment {
        self.order += 1;
        let appointment = Appointment { at, order: self.order };
        self.tasks.insert(appointment, task);
        appointment
    }

    pub(super) fn cancel(&mut self, appointment: Appointment) {
        self.tasks.remove(&appointment);
    }

    pub(super) fn clear(&mut self) {
        self.tasks.clear();
    }

    /// When the next task is due.
    pub(super) fn next_at(&self) -> Option<Moment> {
        self.tasks.first_key_value().map(|(appointment, _)| appointment.at)
    }

    /// Takes the next task that is due at `now`.
    pub(super) fn take_due(&mut self, now: Moment) -> Option<T> {
        let first = self.tasks.first_entry()?;
        (first.key().at <= now).then(|| first.remove())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(ms: u64) -> Moment {
        Moment(Duration::from_millis(ms))
    }

    #[test]
    fn gives_tasks_in_time_and_never_a_cancelled_one() {
        let mut agenda = Agenda::default();
        agenda.set(at(30), "c");
        let gone = agenda.set(at(20), "gone");
        agenda.set(at(20), "a");
        agenda.set(at(20), "b");
        agenda.cancel(gone);
        assert_eq!(agenda.next_at(), Some(at(20)));
        assert_eq!(agenda.take_due(at(19)), None);
        assert_eq!(agenda.take_due(at(25)), Some("a"));
        assert_eq!(agenda.take_due(at(25)), Some("b"));
        assert_eq!(agenda.take_due(at(25)), None);
        assert_eq!(agenda.take_due(at(30)), Some("c"));
        assert_eq!(agenda.next_at(), None);
    }
}
