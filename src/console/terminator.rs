//! The system's requests to end: Ctrl+C in the terminal, `kill`, the end of the desktop's session. They close the
//! window as the person would, so that spill files go, and settings and what is being saved are written.
//!
//! The second request is obeyed by the system itself: a program that hangs can still be ended.
#![allow(unsafe_code)] // sigaction, and write in the handler; see SAFETY

use std::io::{self, Read};
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread::JoinHandle;

/// The signals that ask a program to end.
const REQUESTS: [libc::c_int; 3] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP];

/// Where the handler writes to; -1 while nobody reads.
static PIPE: AtomicI32 = AtomicI32::new(-1);

/// Listens for requests to end until it is dropped. There is one at a time.
pub struct Terminator {
    writer: UnixStream,
    thread: Option<JoinHandle<()>>,
}

impl Terminator {
    /// Calls `end` at the first request, on a thread of its own.
    pub fn start(end: impl Fn() + Send + 'static) -> io::Result<Self> {
        let (mut reader, writer) = UnixStream::pair()?;
        writer.set_nonblocking(true)?;
        let thread = std::thread::Builder::new().name("wb-terminator".to_owned()).spawn(move || {
            // 0 bytes: the other end was shut down.
            while matches!(reader.read(&mut [0]), Ok(1)) {
                end();
            }
        })?;
        PIPE.store(writer.as_raw_fd(), Ordering::Release);
        for signal in REQUESTS {
            if let Err(error) = catch(signal) {
                tracing::warn!(%error, signal, "catch a signal");
            }
        }
        Ok(Self { writer, thread: Some(thread) })
    }
}

impl Drop for Terminator {
    fn drop(&mut self) {
        for signal in REQUESTS {
            release(signal);
        }
        PIPE.store(-1, Ordering::Release);
        if let Err(error) = self.writer.shutdown(Shutdown::Both) {
            tracing::warn!(%error, "shut down the pipe of the signals");
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that waits for signals panicked");
        }
    }
}

/// One byte for the thread; everything else is done there.
extern "C" fn handle(_signal: libc::c_int) {
    // SAFETY: write is async-signal-safe, reads one byte from a static, and at worst fails on a closed descriptor.
    unsafe { libc::write(PIPE.load(Ordering::Acquire), [1u8].as_ptr().cast(), 1) };
}

fn catch(signal: libc::c_int) -> io::Result<()> {
    let handler: extern "C" fn(libc::c_int) = handle;
    // `nohup` and a shell's background jobs have some of them ignored, and mean it.
    if handler_of(signal)? == libc::SIG_IGN {
        return Ok(());
    }
    // SAFETY: all zero is a valid sigaction: no flags, an empty mask.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler as libc::sighandler_t;
    action.sa_flags = libc::SA_RESTART | libc::SA_RESETHAND;
    // SAFETY: reads one sigaction, whose handler is an async-signal-safe function that lives as long as the program.
    if unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

fn handler_of(signal: libc::c_int) -> io::Result<libc::sighandler_t> {
    // SAFETY: all zero is a valid sigaction.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: writes one sigaction to the pointer, which is valid for this.
    if unsafe { libc::sigaction(signal, std::ptr::null(), &raw mut action) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(action.sa_sigaction)
}

/// Gives a signal that is ours back to the system.
fn release(signal: libc::c_int) {
    let handler: extern "C" fn(libc::c_int) = handle;
    if handler_of(signal).is_ok_and(|current| current == handler as libc::sighandler_t) {
        // SAFETY: restores the default handler.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use std::time::Duration;

    use crossbeam_channel::bounded;

    use super::*;

    #[test]
    fn a_request_is_heard_and_the_next_one_is_the_systems() {
        let (sender, asked) = bounded(1);
        let terminator = Terminator::start(move || sender.try_send(()).unwrap()).unwrap();
        assert_ne!(handler_of(libc::SIGTERM).unwrap(), libc::SIG_DFL);
        // SAFETY: sends the signal to this thread, which has a handler for it.
        assert_eq!(unsafe { libc::raise(libc::SIGTERM) }, 0);
        asked.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(handler_of(libc::SIGTERM).unwrap(), libc::SIG_DFL);
        drop(terminator);
        assert_eq!(handler_of(libc::SIGINT).unwrap(), libc::SIG_DFL);
    }
}
