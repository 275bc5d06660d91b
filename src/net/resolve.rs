//! Host names to addresses, without making anyone wait.
//!
//! `getaddrinfo` can't be interrupted, so it runs on threads of its own, "wb-resolver", the only ones of the program
//! that nobody joins: such a thread holds nothing but the name, the sending end of a channel and a handle to wake the
//! one who asked, and ends when there is no more to look up. At most [`MAX_THREADS`] run at once; further names queue.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6, ToSocketAddrs};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

use super::error;
use super::interfaces;
use super::poll::Poll;
use crate::journal::{Cause, Failure, Operation};

/// How many names are looked up at the same time.
const MAX_THREADS: usize = 16;
/// How many more may wait for a thread.
const MAX_QUEUED: usize = 256;

type Answer = Result<Vec<SocketAddr>, Failure>;

/// A host name on its way to becoming addresses. Dropping it cancels: the answer goes nowhere.
pub struct Resolution {
    host: String,
    port: u16,
    state: State,
}

enum State {
    Known(Answer),
    Asked(Receiver<Answer>),
    Taken,
}

impl Resolution {
    /// Starts to resolve. The answer to a literal is there at once; that to a name comes later and wakes `poll`.
    pub fn start(host: &str, port: u16, poll: Poll) -> Self {
        let host = host.trim();
        let state = match literal(host, port) {
            Some(addr) => State::Known(Ok(vec![addr])),
            // Brackets and the scope of an interface make no name.
            None if host.is_empty() || host.contains(['[', ']', '%', '\0']) => {
                State::Known(Err(failed(host, port, Cause::NameNotFound)))
            }
            None => {
                let (answer, asked) = bounded(1);
                match ask(Job { host: host.to_owned(), port, answer, poll }) {
                    Ok(()) => State::Asked(asked),
                    Err(cause) => State::Known(Err(failed(host, port, cause))),
                }
            }
        };
        Self { host: host.to_owned(), port, state }
    }

    /// The addresses in the system's order, at least one, or why there are none; `None` while the system still looks.
    /// The answer is given once.
    pub fn poll(&mut self) -> Option<Answer> {
        let answer = match std::mem::replace(&mut self.state, State::Taken) {
            State::Known(answer) => answer,
            State::Asked(asked) => match asked.try_recv() {
                Ok(answer) => answer,
                Err(TryRecvError::Empty) => {
                    self.state = State::Asked(asked);
                    return None;
                }
                Err(TryRecvError::Disconnected) => Err(failed(&self.host, self.port, Cause::NameNotFound)),
            },
            State::Taken => return None,
        };
        Some(answer)
    }
}

/// An address written as one: `192.0.2.1`, `::1`, `[::1]`, `fe80::1%eth0`, `fe80::1%2`.
pub fn literal(host: &str, port: u16) -> Option<SocketAddr> {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    if bare.is_none()
        && let Ok(IpAddr::V4(ip)) = host.parse()
    {
        return Some(SocketAddr::new(ip.into(), port));
    }
    let (ip, scope) = match bare.unwrap_or(host).split_once('%') {
        Some((ip, scope)) => (ip, Some(scope)),
        None => (bare.unwrap_or(host), None),
    };
    let ip: Ipv6Addr = ip.parse().ok()?;
    let scope = match scope {
        Some(scope) => interfaces::index_of(scope)?,
        None => 0,
    };
    Some(SocketAddrV6::new(ip, port, 0, scope).into())
}

fn failed(host: &str, port: u16, cause: Cause) -> Failure {
    Failure { op: Operation::Resolve, target: format!("{host}:{port}"), cause }
}

/// One name to look up.
struct Job {
    host: String,
    port: u16,
    answer: Sender<Answer>,
    poll: Poll,
}

/// The names that wait, and how many threads there are.
struct Pool {
    threads: usize,
    queue: VecDeque<Job>,
}

static POOL: Mutex<Pool> = Mutex::new(Pool { threads: 0, queue: VecDeque::new() });

fn pool() -> MutexGuard<'static, Pool> {
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands a name to a new thread, or to the queue when there are enough of them.
fn ask(job: Job) -> Result<(), Cause> {
    let mut pool = pool();
    if pool.threads < MAX_THREADS {
        std::thread::Builder::new()
            .name("wb-resolver".to_owned())
            .spawn(move || work(job))
            .map_err(|error| error::cause(&error))?;
        pool.threads += 1;
        return Ok(());
    }
    if pool.queue.len() >= MAX_QUEUED {
        return Err(Cause::Other { code: None, message: "too many names are being looked up".to_owned() });
    }
    pool.queue.push_back(job);
    Ok(())
}

/// The thread: one name after another, until none waits.
fn work(first: Job) {
    let mut next = Some(first);
    while let Some(job) = next {
        let answer = look_up(&job.host, job.port);
        // Nobody listens any more when the question was cancelled.
        if job.answer.try_send(answer).is_ok() {
            job.poll.wake();
        }
        drop(job);
        let mut pool = pool();
        next = pool.queue.pop_front();
        if next.is_none() {
            pool.threads -= 1;
        }
    }
}

fn look_up(host: &str, port: u16) -> Answer {
    let found = (host, port).to_socket_addrs().map_err(|error| failed(host, port, cause(&error)))?;
    let mut addrs: Vec<SocketAddr> = Vec::new();
    for addr in found {
        if !addrs.contains(&addr) {
            addrs.push(addr);
        }
    }
    if addrs.is_empty() { Err(failed(host, port, Cause::NameNotFound)) } else { Ok(addrs) }
}

/// `getaddrinfo` has error codes of its own, which the standard library keeps only as text: whatever is not an error
/// of the operating system says that there is no such name, or nobody to ask.
fn cause(error: &io::Error) -> Cause {
    match error.raw_os_error() {
        // WSAHOST_NOT_FOUND, WSATRY_AGAIN, WSANO_RECOVERY, WSANO_DATA
        None | Some(11001..=11004) => Cause::NameNotFound,
        Some(_) => error::cause(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose
    use std::time::Duration;

    use polling::Events;

    use super::*;

    fn wait(poll: &Poll, resolution: &mut Resolution) -> Answer {
        let mut events = Events::new();
        loop {
            if let Some(answer) = resolution.poll() {
                return answer;
            }
            poll.wait(&mut events, Some(Duration::from_secs(20))).unwrap();
        }
    }

    #[test]
    fn literals_are_known_at_once() {
        let poll = Poll::new().unwrap();
        for (host, expected) in [
            ("127.0.0.1", "127.0.0.1:80"),
            ("::1", "[::1]:80"),
            ("[::1]", "[::1]:80"),
            (" fe80::1%3 ", "[fe80::1%3]:80"),
        ] {
            let mut resolution = Resolution::start(host, 80, poll.clone());
            assert_eq!(resolution.poll().unwrap().unwrap(), [expected.parse::<SocketAddr>().unwrap()], "{host}");
            assert!(resolution.poll().is_none(), "an answer is given once");
        }
    }

    #[test]
    fn a_scope_may_be_a_name() {
        let loopback = interfaces::list().into_iter().find(|i| i.is_loopback).unwrap();
        let addr = literal(&format!("fe80::1%{}", loopback.name), 1).unwrap();
        assert!(matches!(addr, SocketAddr::V6(a) if a.scope_id() == loopback.index));
    }

    #[test]
    fn what_is_no_name_is_refused_at_once() {
        let poll = Poll::new().unwrap();
        for host in ["", "  ", "[127.0.0.1]", "[::1", "fe80::1%nosuch0", "a\0b"] {
            let failure = Resolution::start(host, 80, poll.clone()).poll().unwrap().unwrap_err();
            assert_eq!((failure.op, failure.cause), (Operation::Resolve, Cause::NameNotFound), "{host:?}");
        }
    }

    #[test]
    fn localhost_resolves_and_wakes() {
        let poll = Poll::new().unwrap();
        let addrs = wait(&poll, &mut Resolution::start("localhost", 8080, poll.clone())).unwrap();
        assert!(addrs.iter().all(|a| a.ip().is_loopback() && a.port() == 8080), "{addrs:?}");
    }

    #[test]
    fn more_names_than_threads_are_all_answered() {
        let poll = Poll::new().unwrap();
        let mut all: Vec<_> = (0..4 * MAX_THREADS).map(|_| Resolution::start("localhost", 1, poll.clone())).collect();
        for resolution in &mut all {
            assert!(wait(&poll, resolution).is_ok());
        }
        assert!(pool().threads <= MAX_THREADS);
    }
}
