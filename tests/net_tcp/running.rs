//! A job that was started, and ways to wait for what it shows.

use std::fmt::Debug;

use crossbeam_channel::{Receiver, bounded};
use wirebench::journal::{FileStop, Wake};
use wirebench::net::{Command, Job, JobSlot};
use wirebench::session::send::{CycleProgress, CycleStatus, FileHandle, FileState, FileStatus};

use super::{Arc, Bench, PATIENCE};

/// What shows how a job goes.
pub trait Progress {
    type Status: Debug;

    fn status(&self) -> Self::Status;

    fn is_over(status: &Self::Status) -> bool;
}

impl Progress for CycleProgress {
    type Status = CycleStatus;

    fn status(&self) -> CycleStatus {
        self.get()
    }

    fn is_over(status: &CycleStatus) -> bool {
        !status.state.is_alive()
    }
}

impl Progress for FileHandle {
    type Status = FileStatus;

    fn status(&self) -> FileStatus {
        self.get()
    }

    fn is_over(status: &FileStatus) -> bool {
        !status.state.is_alive()
    }
}

/// A job that was started, and what rings when it has something new to show.
pub struct Running<P> {
    pub progress: P,
    bell: Receiver<()>,
}

impl<P: Progress> Running<P> {
    /// Makes a job with what wakes us, and starts it.
    pub fn start<J: Job + 'static>(bench: &Bench, make: impl FnOnce(Wake) -> (J, P)) -> Self {
        let (ring, bell) = bounded(1);
        let (job, progress) = make(Arc::new(move || _ = ring.try_send(())));
        bench.command(Command::StartJob(JobSlot::Sending, Box::new(job)));
        Self { progress, bell }
    }

    #[track_caller]
    pub fn until(&self, wanted: impl Fn(&P::Status) -> bool) -> P::Status {
        loop {
            let status = self.progress.status();
            if wanted(&status) {
                return status;
            }
            self.bell.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{error}: {status:?}"));
        }
    }

    #[track_caller]
    pub fn over(&self) -> P::Status {
        self.until(P::is_over)
    }
}

impl Running<FileHandle> {
    /// Why a file was not sent whole.
    #[track_caller]
    pub fn stop(&self) -> FileStop {
        match self.over().state {
            FileState::Stopped(stop) => stop,
            other => panic!("{other:?}"),
        }
    }
}
