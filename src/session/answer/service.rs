//! The small services of RFC 863 and 867.

use std::sync::Arc;
use std::time::Instant;

use jiff::Zoned;

use super::{AnswerStatus, Clock, note, remote, send, target};
use crate::automation::answer::{Throttle, Verdict};
use crate::codec::Charset;
use crate::journal::{AnswerNote, Peer};
use crate::net::{Happening, Job, Line, Next, Outgoing};

/// Discard (RFC 863).
pub(super) struct Discard;

impl Job for Discard {
    fn happened(&mut self, _: Happening<'_>, _: Instant, _: &mut dyn Line) {}

    fn poll(&mut self, _: Instant, _: &mut dyn Line) -> Next {
        Next::Wait(None)
    }
}

/// Daytime (RFC 867): a client of a server gets the time when it connects and is disconnected; everyone else gets it
/// for each datagram or read.
pub(super) struct Daytime {
    throttle: Throttle,
    per_second: u32,
    clock: Clock,
    status: Arc<AnswerStatus>,
}

impl Daytime {
    pub fn new(per_second: u32, status: Arc<AnswerStatus>) -> Self {
        Self { throttle: Throttle::new(per_second), per_second, clock: Clock(Instant::now()), status }
    }

    fn tell(&mut self, peer: Peer, line: &mut dyn Line) {
        let time = Zoned::now().strftime("%A, %B %-d, %Y %H:%M:%S-%Z\r\n").to_string();
        let outgoing = Outgoing::new(target(peer), time.into_bytes()).with_charset(Some(Charset::Ascii));
        if send(line, peer, outgoing) {
            self.status.add_answered();
        }
    }
}

impl Job for Daytime {
    fn happened(&mut self, what: Happening<'_>, now: Instant, line: &mut dyn Line) {
        match what {
            Happening::Received { peer, .. } if peer.stream == 0 || peer.is_server() => {
                match self.throttle.ask(remote(peer), self.clock.since(now)) {
                    Verdict::Allowed => self.tell(peer, line),
                    Verdict::Over { is_first, .. } => {
                        self.status.add_left_out();
                        if is_first {
                            note(line, peer, AnswerNote::Limited { per_second: self.per_second });
                        }
                    }
                }
            }
            Happening::Joined(peer) if !peer.is_server() => {
                self.tell(peer, line);
                line.disconnect(peer);
            }
            Happening::Left(peer) => self.throttle.forget(remote(peer)),
            Happening::Received { .. } | Happening::Joined(_) | Happening::Finished(_) | Happening::Failed(_) => {}
        }
    }

    fn poll(&mut self, _: Instant, _: &mut dyn Line) -> Next {
        Next::Wait(None)
    }

    fn listens(&self) -> bool {
        true
    }
}
