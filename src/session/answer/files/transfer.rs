//! One file on its way to one peer.

use std::time::Instant;

use super::reader::{FromDisk, Reader};
use crate::automation::answer::LengthPrefix;
use crate::journal::{AnswerNote, Cause, Peer};
use crate::net::{Line, Outgoing};
use crate::service::folder::NoFile;
use crate::session::answer::{note, target};

/// With so much waiting in the line, the disk waits.
const FULL_BYTES: u64 = 512 << 10;
/// The content of a longer file is not written to the journal; what was sent is said in any case.
const LOGGED_BYTES: u64 = 16 << 20;
/// The longest content of a datagram, with room for what comes before it.
const MAX_DATAGRAM: u64 = 65_000;

/// How files are sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub prefix: LengthPrefix,
    pub say_errors: bool,
}

/// How a transfer came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The peer has all that it is to get: the file, or why there is none.
    Answered { with_file: bool },
    /// It got a part.
    Cut,
}

/// A file on its way; dropped, it is given up.
#[derive(Debug)]
pub(super) struct Transfer {
    pub peer: Peer,
    manner: Manner,
    /// As a person reads it: first as it was asked for, then as it is called.
    name: String,
    reader: Reader,
    stage: Stage,
    size: u64,
    /// Handed to the line, the prefix aside.
    sent: u64,
    /// Of that, what waits in the line.
    pending: u64,
    /// For who gets it in one piece.
    datagram: Vec<u8>,
    began: Instant,
    /// When the peer last took something.
    pub last_progress: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Reading,
    /// All is handed to the line.
    Draining {
        with_file: bool,
    },
}

impl Transfer {
    pub fn new(peer: Peer, name: String, reader: Reader, manner: Manner, now: Instant) -> Self {
        Self {
            peer,
            manner,
            name,
            reader,
            stage: Stage::Reading,
            size: 0,
            sent: 0,
            pending: 0,
            datagram: Vec::new(),
            began: now,
            last_progress: now,
        }
    }

    /// Goes on as far as disk and peer allow; how it ended, if it did.
    pub fn advance(&mut self, now: Instant, line: &mut dyn Line) -> Option<Ended> {
        loop {
            let pending = line.pending_bytes(&target(self.peer));
            if pending < self.pending {
                self.last_progress = now;
            }
            self.pending = pending;
            if let Stage::Draining { with_file } = self.stage {
                return (pending == 0 || self.is_datagram()).then(|| self.answered(with_file, now, line));
            }
            if pending >= FULL_BYTES && !self.is_datagram() {
                return None;
            }
            let what = self.reader.next()?;
            self.last_progress = now;
            if self.take(what, line) == Taken::Cut {
                return Some(Ended::Cut);
            }
        }
    }

    /// It is over before its end.
    pub fn cut(&self, line: &mut dyn Line) {
        if self.size > 0 || self.stage == Stage::Reading {
            let sent_bytes = self.sent.saturating_sub(self.pending);
            note(line, self.peer, AnswerNote::FileCut { name: self.name.clone(), sent_bytes, bytes: self.size });
        }
    }

    fn is_datagram(&self) -> bool {
        self.peer.stream == 0
    }

    fn answered(&self, with_file: bool, now: Instant, line: &mut dyn Line) -> Ended {
        if with_file {
            let after_ms = now.saturating_duration_since(self.began).as_millis() as u64;
            note(line, self.peer, AnswerNote::FileSent { name: self.name.clone(), bytes: self.size, after_ms });
        }
        Ended::Answered { with_file }
    }

    fn take(&mut self, what: FromDisk, line: &mut dyn Line) -> Taken {
        match what {
            FromDisk::Found { name, size } => self.begin(name, size, line),
            FromDisk::None(none) => {
                let name = self.name.clone();
                let (note, why) = match none {
                    NoFile::NotFound => (AnswerNote::FileMissing { name }, "file not found"),
                    NoFile::Name(_) | NoFile::NotAFile => {
                        (AnswerNote::FileRefused { name }, "not a file of the folder")
                    }
                    NoFile::System(failure) => {
                        (AnswerNote::FileFailed { name, cause: failure.cause }, "the file can't be read")
                    }
                };
                self.refuse(note, why, line)
            }
            FromDisk::Block(bytes) if self.is_datagram() => {
                self.datagram.extend_from_slice(&bytes);
                Taken::GoesOn
            }
            FromDisk::Block(bytes) => {
                let len = bytes.len() as u64;
                let mut outgoing = Outgoing::new(target(self.peer), bytes);
                outgoing.log = self.size <= LOGGED_BYTES;
                let taken = self.hand_over(outgoing, line);
                self.sent += if taken == Taken::GoesOn { len } else { 0 };
                taken
            }
            FromDisk::End if self.is_datagram() => {
                self.stage = Stage::Draining { with_file: true };
                let bytes = std::mem::take(&mut self.datagram);
                self.hand_over(Outgoing::new(target(self.peer), bytes), line)
            }
            FromDisk::End => {
                self.stage = Stage::Draining { with_file: true };
                Taken::GoesOn
            }
            FromDisk::Short => {
                self.cut(line);
                Taken::Cut
            }
            FromDisk::Failed(cause) => self.failed(cause, line),
        }
    }

    fn begin(&mut self, name: String, size: u64, line: &mut dyn Line) -> Taken {
        let most = if self.is_datagram() { MAX_DATAGRAM } else { u64::MAX };
        let prefix = self.manner.prefix.bytes(size).filter(|_| size <= most);
        let Some(prefix) = prefix else {
            let note = AnswerNote::FileTooLong { name, bytes: size };
            return self.refuse(note, "the file is too long", line);
        };
        (self.name, self.size) = (name, size);
        if self.is_datagram() {
            self.datagram = prefix;
            Taken::GoesOn
        } else if prefix.is_empty() {
            Taken::GoesOn
        } else {
            self.hand_over(Outgoing::new(target(self.peer), prefix), line)
        }
    }

    fn failed(&mut self, cause: Cause, line: &mut dyn Line) -> Taken {
        note(line, self.peer, AnswerNote::FileFailed { name: self.name.clone(), cause });
        Taken::Cut
    }

    /// There is no file: the peer is told, if it is to be.
    fn refuse(&mut self, why: AnswerNote, words: &str, line: &mut dyn Line) -> Taken {
        note(line, self.peer, why);
        self.stage = Stage::Draining { with_file: false };
        let answer = match self.manner.prefix {
            LengthPrefix::None if self.manner.say_errors => format!("ERROR: {words}\r\n").into_bytes(),
            LengthPrefix::None => return Taken::GoesOn,
            LengthPrefix::Le4 | LengthPrefix::Be4 => vec![0; 4],
        };
        self.hand_over(Outgoing::new(target(self.peer), answer), line)
    }

    fn hand_over(&mut self, outgoing: Outgoing, line: &mut dyn Line) -> Taken {
        match line.send(outgoing) {
            Ok(()) => Taken::GoesOn,
            Err(failure) => {
                line.report(Some(self.peer), failure);
                self.cut(line);
                Taken::Cut
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    GoesOn,
    Cut,
}
