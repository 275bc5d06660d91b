//! The handle of a node: starts it, commands it, looks at it, ends it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, TrySendError, bounded};

use super::book::StateCell;
use super::command::FeiqCommand;
use super::config::FeiqConfig;
use super::driver::{self, Setting};
use super::happening::{Happening, Observer};
use super::state::{Phase, State};
use crate::journal::{Cause, Failure, FollowerStop, Operation, Recorder, Wake};
use crate::net::{Counters, Link, LinkConfig, SocketOptions, UdpConfig};
use crate::service::panicked::panicked;

/// How many commands may wait for the node.
const COMMAND_BACKLOG: usize = 1024;

/// A node that is online, or on the way there. Dropping it says good-bye and ends all its threads, within 200 ms.
pub struct Feiq {
    commands: Sender<FeiqCommand>,
    follower: FollowerStop,
    closing: Arc<AtomicBool>,
    state: Arc<StateCell>,
    /// The driver holds it as well, and is joined first: the link closes when this is dropped.
    link: Arc<Link>,
    driver: Option<JoinHandle<()>>,
}

impl Feiq {
    /// Starts to go online; returns at once. How it goes is in the state, in the journal of `recorder`, and, where the
    /// port is taken, by whom. `wake` is called when there is something new to look at.
    pub fn start(
        config: FeiqConfig,
        recorder: Arc<Recorder>,
        counters: Arc<Counters>,
        wake: Wake,
    ) -> Result<Self, Failure> {
        Self::start_observed(config, recorder, counters, wake, Box::new(|_: Happening| {}))
    }

    /// The same, and `observer` gets everything that happens, in order, on the node's thread.
    pub fn start_observed(
        config: FeiqConfig,
        recorder: Arc<Recorder>,
        counters: Arc<Counters>,
        wake: Wake,
        observer: Observer,
    ) -> Result<Self, Failure> {
        let follower = recorder.follow();
        let stop = follower.stop_handle();
        let link_wake: Wake = {
            let (stop, wake) = (stop.clone(), Arc::clone(&wake));
            Arc::new(move || {
                stop.nudge();
                wake();
            })
        };
        let udp = LinkConfig::Udp(UdpConfig {
            local: config.bind,
            broadcast: true,
            share_port: false,
            groups: Vec::new(),
            multicast_ttl: 1,
            multicast_loopback: true,
            options: SocketOptions::default(),
        });
        let link = Arc::new(Link::open(udp, Arc::clone(&recorder), Arc::clone(&counters), link_wake)?);
        let (commands, receiver) = bounded(COMMAND_BACKLOG);
        let (closing, state) = (Arc::new(AtomicBool::new(false)), StateCell::new(wake));
        let setting = Setting {
            config,
            recorder,
            counters,
            follower,
            link: Arc::clone(&link),
            commands: receiver,
            closing: Arc::clone(&closing),
            state: Arc::clone(&state),
            observer,
        };
        let driver = std::thread::Builder::new().name("wb-feiq".to_owned()).spawn(move || work(setting));
        let driver = driver.map_err(|error| crate::net::failure(Operation::Worker, "wb-feiq", &error))?;
        Ok(Self { commands, follower: stop, closing, state, link, driver: Some(driver) })
    }

    /// Hands a command to the node and wakes it. Fails only when the node is over or too many commands wait.
    pub fn command(&self, command: FeiqCommand) -> Result<(), Failure> {
        let refused = |cause| Failure { op: Operation::Send, target: String::new(), cause };
        if matches!(self.state.get().phase, Phase::Closed { .. }) {
            return Err(refused(Cause::NotConnected)); // its thread may still be about to end
        }
        match self.commands.try_send(command) {
            Ok(()) => {
                self.follower.nudge();
                Ok(())
            }
            Err(TrySendError::Full(_)) => Err(refused(Cause::QueueFull { pending: COMMAND_BACKLOG as u64 })),
            Err(TrySendError::Disconnected(_)) => Err(refused(Cause::NotConnected)),
        }
    }

    /// What is: a snapshot, cheap to take at any rate.
    pub fn state(&self) -> Arc<State> {
        self.state.get()
    }

    /// Its link, for the addresses, the counters and the groups. What is sent through it goes past the node.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// Tells the node to leave, without waiting; the drop joins it.
    pub fn start_close(&self) {
        self.closing.store(true, Ordering::Release);
        self.follower.nudge();
    }
}

impl Drop for Feiq {
    fn drop(&mut self) {
        self.start_close();
        if let Some(driver) = self.driver.take()
            && driver.join().is_err()
        {
            tracing::error!("a node ended with a panic outside its guard");
        }
    }
}

/// The thread's whole life: a panic becomes an error in its tab.
fn work(setting: Setting) {
    let (state, recorder, link) =
        (Arc::clone(&setting.state), Arc::clone(&setting.recorder), Arc::clone(&setting.link));
    let Err(panic) = catch_unwind(AssertUnwindSafe(move || driver::run(setting))) else { return };
    let failure = panicked("wb-feiq", &*panic);
    recorder.event(None, &crate::journal::Event::Failed(failure.clone()));
    link.start_close();
    let last = state.get();
    let revision = last.revision + 1;
    state.set(State { revision, phase: Phase::Closed { failure: Some(failure) }, ..State::clone(&last) });
}
