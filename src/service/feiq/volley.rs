//! The form's fire and forget: a message to several targets, once or again and again, on a thread of its own.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, select};

use super::command::Repeat;
use super::form::{Form, FormError};
use super::send_once::{Outcome, SendOnce, Tried};
use crate::journal::{Failure, Wake};
use crate::net::Target;
use crate::proto::ipmsg::TextEncoding;

/// How long it listens for acks after the last message.
const LISTEN: Duration = Duration::from_secs(10);

/// What to send, to whom and how often.
#[derive(Clone, Debug)]
pub struct Shots {
    /// To whom.
    pub targets: Vec<Target>,
    /// What.
    pub form: Form,
    /// In which encoding.
    pub encoding: TextEncoding,
    /// The first packet's number.
    pub number: u64,
    /// Whether each message has a number of its own; otherwise peers take the second for the first again.
    pub fresh_numbers: bool,
    /// How often; `None`: once.
    pub repeat: Option<Repeat>,
}

/// How it goes.
#[derive(Clone, Debug, Default)]
pub struct VolleyReport {
    /// How often the message is sent to each target.
    pub times: u32,
    /// How often it was so far.
    pub fired: u32,
    /// Whether more is to be sent.
    pub running: bool,
    /// Each target, in their order.
    pub targets: Vec<Tally>,
    /// Why nothing could be sent at all.
    pub failure: Option<Failure>,
}

/// How it goes at one target.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The last message's fate.
    pub last: Outcome,
    /// How many the system took, the last included.
    pub sent: u32,
    /// How many were acked, the last included.
    pub acked: u32,
}

/// A message that is sent without a node. Dropping it ends the repeats and closes the socket.
pub struct Volley {
    stop: Sender<()>,
    report: Arc<Mutex<VolleyReport>>,
    thread: Option<JoinHandle<()>>,
}

impl Volley {
    /// Starts; returns at once. `wake` is called when there is news.
    pub fn start(shots: Shots, wake: Wake) -> io::Result<Self> {
        let times = shots.repeat.map_or(1, Repeat::times);
        let report = Arc::new(Mutex::new(VolleyReport { times, running: true, ..VolleyReport::default() }));
        let (stop, stopped) = bounded(1);
        let gun = Gun { shots, times, report: Arc::clone(&report), wake };
        let thread = std::thread::Builder::new().name("wb-feiq-form".to_owned()).spawn(move || gun.run(&stopped))?;
        Ok(Self { stop, report, thread: Some(thread) })
    }

    /// How it goes.
    pub fn report(&self) -> VolleyReport {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends the repeats, without waiting.
    pub fn stop(&self) {
        let _ = self.stop.try_send(()); // one that waits is enough; a thread that is over needs none
    }

    /// Whether its thread is over, so that a drop waits for nothing.
    pub fn is_over(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for Volley {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("sending the form's message panicked");
        }
    }
}

/// The thread's side.
struct Gun {
    shots: Shots,
    times: u32,
    report: Arc<Mutex<VolleyReport>>,
    wake: Wake,
}

impl Gun {
    fn run(self, stopped: &Receiver<()>) {
        let (news, something) = bounded(1);
        let inner: Wake = Arc::new(move || _ = news.try_send(())); // one that waits is enough
        let first = match self.datagram(0) {
            Ok(first) => first,
            Err(error) => {
                tracing::error!(%error, "a form was sent that makes no datagram");
                return self.publish(|report| report.running = false);
            }
        };
        let mut once = match SendOnce::start(&self.shots.targets, &first, true, None, inner) {
            Ok(once) => once,
            Err(failure) => {
                return self.publish(|report| {
                    report.running = false;
                    report.failure = Some(failure);
                });
            }
        };
        let mut past = vec![(0, 0); self.shots.targets.len()];
        let (mut fired, mut last) = (1, Instant::now());
        let interval = self.shots.repeat.map_or(LISTEN, Repeat::interval);
        loop {
            let more = fired < self.times;
            let outcomes = once.outcomes().to_vec();
            let sent = outcomes.iter().all(|outcome| outcome.tried != Tried::Waiting);
            let settled = outcomes.iter().all(|outcome| !matches!(outcome.tried, Tried::Waiting | Tried::Sent { .. }));
            self.publish(|report| {
                report.fired = fired;
                report.running = more || !sent;
                report.targets = tallies(&outcomes, &past);
            });
            let due = last + if more { interval } else { LISTEN };
            let now = Instant::now();
            if !more && (settled || now >= due) {
                return;
            }
            if more && sent && now >= due {
                match self.datagram(fired) {
                    Ok(next) => {
                        for (past, outcome) in past.iter_mut().zip(&outcomes) {
                            *past = count(*past, outcome);
                        }
                        once.again(&next);
                        fired += 1;
                        last = now;
                    }
                    Err(_) => return self.publish(|report| report.running = false),
                }
                continue;
            }
            // What is late because a name is still looked up goes out at once when there is news.
            let wait = due.saturating_duration_since(now).max(Duration::from_millis(1));
            let wait = if more && !sent { wait.max(Repeat::MIN_INTERVAL) } else { wait };
            select! {
                recv(stopped) -> _ => return self.publish(|report| report.running = false),
                recv(something) -> _ => {}
                default(wait) => {}
            }
        }
    }

    /// The message number `index` of the volley.
    fn datagram(&self, index: u32) -> Result<Vec<u8>, FormError> {
        let step = if self.shots.fresh_numbers { u64::from(index) } else { 0 };
        self.shots.form.datagram(self.shots.number.saturating_add(step), self.shots.encoding)
    }

    fn publish(&self, change: impl FnOnce(&mut VolleyReport)) {
        change(&mut self.report.lock().unwrap_or_else(PoisonError::into_inner));
        (self.wake)();
    }
}

fn tallies(outcomes: &[Outcome], past: &[(u32, u32)]) -> Vec<Tally> {
    outcomes
        .iter()
        .zip(past)
        .map(|(outcome, past)| {
            let (sent, acked) = count(*past, outcome);
            Tally { last: outcome.clone(), sent, acked }
        })
        .collect()
}

/// What was sent and acked, with this outcome.
fn count((sent, acked): (u32, u32), outcome: &Outcome) -> (u32, u32) {
    let is_acked = matches!(outcome.tried, Tried::Acked { .. });
    (sent + u32::from(outcome.tried.was_sent()), acked + u32::from(is_acked))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::net::UdpSocket;

    use super::*;
    use crate::proto::ipmsg::{Command, Packet};

    const PATIENCE: Duration = Duration::from_secs(20);

    fn peer() -> (UdpSocket, Target) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let target = Target::Address(socket.local_addr().unwrap());
        (socket, target)
    }

    fn start(targets: Vec<Target>, repeat: Option<Repeat>, fresh_numbers: bool) -> (Volley, Receiver<()>) {
        let form = Form {
            version: "1".to_owned(),
            user: "u".to_owned(),
            host: "h".to_owned(),
            command: Command(288),
            extra: "x".to_owned(),
            escapes: false,
            final_nul: false,
        };
        let (news, wake) = bounded(1);
        let shots = Shots { targets, form, encoding: TextEncoding::Gbk, number: 7, fresh_numbers, repeat };
        (Volley::start(shots, Arc::new(move || _ = news.try_send(()))).unwrap(), wake)
    }

    fn until(volley: &Volley, wake: &Receiver<()>, ready: impl Fn(&VolleyReport) -> bool) -> VolleyReport {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let report = volley.report();
            if ready(&report) {
                return report;
            }
            assert!(Instant::now() < deadline, "{report:?}");
            let _ = wake.recv_timeout(Duration::from_millis(50)); // news may have come before the look
        }
    }

    fn number(socket: &UdpSocket) -> u64 {
        let mut bytes = [0; 1000];
        let len = socket.recv(&mut bytes).unwrap();
        Packet::parse(&bytes[..len]).unwrap().number
    }

    #[test]
    fn each_target_gets_it_as_often_as_wanted() {
        let peers = [peer(), peer()];
        let repeat = Some(Repeat::new(3, Repeat::MIN_INTERVAL));
        let targets = peers.iter().map(|(_, target)| target.clone()).collect();
        let (volley, wake) = start(targets, repeat, true);
        for (socket, _) in &peers {
            assert_eq!([number(socket), number(socket), number(socket)], [7, 8, 9]);
        }
        let report = until(&volley, &wake, |report| !report.running);
        assert_eq!((report.fired, report.times), (3, 3));
        assert!(report.targets.iter().all(|tally| tally.sent == 3 && tally.acked == 0), "{report:?}");
    }

    #[test]
    fn a_typed_number_stays() {
        let (socket, target) = peer();
        let (_volley, _) = start(vec![target], Some(Repeat::new(2, Repeat::MIN_INTERVAL)), false);
        assert_eq!([number(&socket), number(&socket)], [7, 7]);
    }

    #[test]
    fn acks_are_counted() {
        let (socket, target) = peer();
        let (volley, wake) = start(vec![target], Some(Repeat::new(2, Duration::from_millis(200))), true);
        for expected in [7, 8] {
            let mut bytes = [0; 1000];
            let (_, from) = socket.recv_from(&mut bytes).unwrap();
            socket.send_to(format!("1:1:b:b:33:{expected}").as_bytes(), from).unwrap();
            until(&volley, &wake, |report| report.targets.iter().any(|t| u64::from(t.acked) == expected - 6));
        }
        until(&volley, &wake, |_| volley.is_over());
    }

    #[test]
    fn a_stop_ends_it_at_once() {
        let (socket, target) = peer();
        let (volley, wake) = start(vec![target], Some(Repeat::new(1000, Duration::from_mins(1))), true);
        number(&socket);
        volley.stop();
        let report = until(&volley, &wake, |report| !report.running);
        assert_eq!(report.fired, 1);
        let began = Instant::now();
        drop(volley);
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    }
}
