//! Raw sends: packets that were made by hand, once or again and again, with a report per target.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::book::Book;
use super::command::{RawSend, Repeat};
use super::state::{Delivery, RawReport, RawTarget, Refusal};
use crate::proto::Moment;
use crate::proto::ipmsg::node::{Node, Refused};

/// Raw sends at once.
const MAX_JOBS: usize = 16;

/// The raw sends that run.
#[derive(Default)]
pub(super) struct RawSends {
    jobs: Vec<Job>,
}

struct Job {
    send: RawSend,
    report: RawReport,
    /// When the next packet goes; `None`: all went.
    next: Option<Moment>,
    /// What waits for its ack.
    outstanding: BTreeSet<(SocketAddr, u64)>,
}

impl RawSends {
    /// Begins one; the first packet goes at once.
    pub fn start(&mut self, send: RawSend, node: &mut Node, book: &mut Book, now: Moment) {
        if self.jobs.len() >= MAX_JOBS {
            book.refuse(Refusal::TooManyJobs(MAX_JOBS));
            return;
        }
        let targets = send.to.iter().map(|&to| RawTarget { to, acked: 0, unanswered: 0, last: None }).collect();
        let report = RawReport {
            job: send.job,
            times: send.repeat.map_or(1, Repeat::times),
            sent: 0,
            running: true,
            targets,
            refusal: None,
        };
        self.jobs.push(Job { send, report, next: Some(now), outstanding: BTreeSet::new() });
        self.tick(node, book, now);
    }

    /// Sends no more of one; what was sent still waits for its acks.
    pub fn stop(&mut self, number: u64, book: &mut Book) {
        for job in self.jobs.iter_mut().filter(|job| job.send.job == number) {
            job.next = None;
            job.show(book);
        }
        self.jobs.retain(|job| job.report.running);
    }

    /// Sends what is due.
    pub fn tick(&mut self, node: &mut Node, book: &mut Book, now: Moment) {
        for job in self.jobs.iter_mut().filter(|job| job.next.is_some_and(|next| next <= now)) {
            job.send(node, now);
            job.show(book);
        }
        self.jobs.retain(|job| job.report.running);
    }

    /// When the next packet is due.
    pub fn due(&self) -> Option<Moment> {
        self.jobs.iter().filter_map(|job| job.next).min()
    }

    /// The fate of a packet has changed.
    pub fn delivery(&mut self, to: SocketAddr, number: u64, delivery: Delivery, book: &mut Book) {
        let Some(job) = self.jobs.iter_mut().find(|job| job.outstanding.contains(&(to, number))) else { return };
        if delivery.is_settled() {
            job.outstanding.remove(&(to, number));
        }
        for target in job.report.targets.iter_mut().filter(|target| target.to == to) {
            target.last = Some(delivery);
            match delivery {
                Delivery::Acked { .. } => target.acked += 1,
                Delivery::NoAnswer { .. } => target.unanswered += 1,
                Delivery::Sent | Delivery::Waiting { .. } => {}
            }
        }
        job.show(book);
        self.jobs.retain(|job| job.report.running);
    }
}

impl Job {
    fn send(&mut self, node: &mut Node, now: Moment) {
        if self.send.fresh_number {
            self.send.packet.number = node.next_number(now);
        }
        let RawSend { to, packet, wait_for_ack, repeat, .. } = &self.send;
        let awaited = match node.send_raw(now, to, packet, *wait_for_ack) {
            Ok(()) => Ok(*wait_for_ack),
            // A typed number, again: one ack answers all that bear it.
            Err(Refused::NumberInUse { .. }) if self.report.sent > 0 => {
                node.send_raw(now, to, packet, false).map(|()| false)
            }
            Err(refused) => Err(refused),
        };
        let awaited = match awaited {
            Ok(awaited) => awaited,
            Err(refused) => {
                self.report.refusal = Some(refused.into());
                self.next = None;
                return;
            }
        };
        self.report.sent += 1;
        for target in &mut self.report.targets {
            if awaited {
                self.outstanding.insert((target.to, packet.number));
                target.last = Some(Delivery::Waiting { retries: 0 });
            } else if !self.outstanding.contains(&(target.to, packet.number)) {
                target.last = Some(Delivery::Sent);
            }
        }
        self.next = repeat.filter(|_| self.report.sent < self.report.times).map(|repeat| now + repeat.interval());
    }

    fn show(&mut self, book: &mut Book) {
        self.report.running = self.next.is_some() || !self.outstanding.is_empty();
        book.report(&self.report);
    }
}
