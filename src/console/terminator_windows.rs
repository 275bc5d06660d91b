//! The system's requests to end: Ctrl+C, Ctrl+Break, the console's close. The second request is obeyed by the system
//! itself: a program that hangs can still be ended.
#![allow(unsafe_code)] // SetConsoleCtrlHandler; see SAFETY

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use windows_sys::Win32::System::Console::{CTRL_C_EVENT, CTRL_CLOSE_EVENT, SetConsoleCtrlHandler};
use windows_sys::core::BOOL;

/// After the console's close the process lives only as long as the handler, and at most 5 s.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

type End = Box<dyn Fn() + Send>;

/// What to call; taken by the first request.
static END: Mutex<Option<End>> = Mutex::new(None);

fn end() -> MutexGuard<'static, Option<End>> {
    END.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens for requests to end until it is dropped. There is one at a time.
pub struct Terminator(());

impl Terminator {
    /// Calls `end` at the first request, on a thread of the system.
    pub fn start(call: impl Fn() + Send + 'static) -> io::Result<Self> {
        *end() = Some(Box::new(call));
        // SAFETY: the handler is a function that lives as long as the program; the system calls it on a thread of its
        // own, where it may do anything.
        if unsafe { SetConsoleCtrlHandler(Some(handle), 1) } == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Self(()))
    }
}

impl Drop for Terminator {
    fn drop(&mut self) {
        *end() = None;
        // SAFETY: as above; removes it.
        unsafe { SetConsoleCtrlHandler(Some(handle), 0) };
    }
}

/// Whether the request is taken; if not, the system ends the process.
unsafe extern "system" fn handle(event: u32) -> BOOL {
    let Some(call) = end().take() else { return 0 };
    call();
    if event == CTRL_CLOSE_EVENT {
        std::thread::park_timeout(CLOSE_PATIENCE);
    }
    BOOL::from(event <= CTRL_CLOSE_EVENT && event >= CTRL_C_EVENT)
}
