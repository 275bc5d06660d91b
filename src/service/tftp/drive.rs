//! The loop of a transfer's thread.

use std::io;
use std::ops::ControlFlow;
use std::time::Instant;

use super::crank::{Crank, News};
use super::inlet::Inlet;
use super::outlet::Sent;
use super::state::TransferFailure;
use crate::journal::Operation;
use crate::net::{failure, is_about_a_peer};
use crate::service::stop::Stop;

/// Takes any datagram, and a window's worth of small ones.
pub(super) const SCRATCH: usize = 1 << 16;
/// After so many failed receives in a row the socket is beyond hope.
const MAX_FAILURES: u32 = 16;

/// Who is told what a transfer does.
pub(super) trait Owner {
    /// Something happened; whether to go on.
    fn take_news(&mut self, news: News, crank: &mut Crank) -> ControlFlow<()>;
    /// Shows how far it is, if it is time; when the next time is.
    fn look(&mut self, crank: &mut Crank) -> Option<Instant>;
}

/// Runs until the transfer is over, or its owner has enough; `stop` cancels it.
pub(super) fn drive(
    crank: &mut Crank,
    mut inlet: Inlet,
    stop: &Stop,
    owner: &mut impl Owner,
) -> Result<(), TransferFailure> {
    let (mut received, mut out) = (vec![0; SCRATCH], vec![0; SCRATCH]);
    let (mut failures, mut cancelled, mut returned, mut joined) = (0, false, false, false);
    let broken = |crank: &Crank, error: &io::Error| -> TransferFailure {
        failure(Operation::Receive, crank.machine.peer(), error).into()
    };
    loop {
        crank.handle_time();
        if tell(crank, owner).is_break() {
            return Ok(());
        }
        if !joined && crank.has_windows() {
            joined = true;
            inlet.join_datagrams();
        }
        if crank.send(&mut out) == Sent::Full {
            inlet.wait_until_writable(stop).map_err(|error| broken(crank, &error))?;
            if cancelled {
                crank.forget_unsent();
            }
            continue;
        }
        if crank.machine.is_over() {
            let _ = tell(crank, owner); // it ends in any case
            return Ok(());
        }
        if stop.is_stopped() && !std::mem::replace(&mut cancelled, true) {
            crank.machine.cancel();
            continue;
        }
        let look_at = owner.look(crank);
        let until = if returned { Some(Instant::now()) } else { crank.deadline().into_iter().chain(look_at).min() };
        match inlet.receive(&mut received, stop, until) {
            Ok(Some(got)) => {
                failures = 0;
                crank.handle_all(got.from, got.datagrams(&received));
            }
            Ok(None) => crank.handle_returned(std::mem::take(&mut returned)),
            // What came before that is read first: it may be the last ACK of a peer that has ended since.
            Err(error) if is_about_a_peer(&error) => returned = true,
            Err(error) => {
                failures += 1;
                if failures >= MAX_FAILURES {
                    crank.give_up(broken(crank, &error));
                }
            }
        }
    }
}

fn tell(crank: &mut Crank, owner: &mut impl Owner) -> ControlFlow<()> {
    while let Some(news) = crank.news() {
        owner.take_news(news, crank)?;
    }
    ControlFlow::Continue(())
}
