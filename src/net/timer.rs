//! The resolution of the system's timer.
#![cfg_attr(windows, allow(unsafe_code))] // timeBeginPeriod and timeEndPeriod; see SAFETY

/// While it lives, a wait ends within about a millisecond of its time. Windows else wakes threads only 64 times a
/// second; everywhere else this is nothing.
#[derive(Debug)]
pub(super) struct FineTimer(());

/// In milliseconds.
#[cfg(windows)]
const RESOLUTION: u32 = 1;

impl FineTimer {
    pub fn new() -> Self {
        #[cfg(windows)]
        // SAFETY: takes a number and changes the process's timer resolution; `drop` takes it back.
        unsafe {
            windows_sys::Win32::Media::timeBeginPeriod(RESOLUTION);
        }
        Self(())
    }
}

#[cfg(windows)]
impl Drop for FineTimer {
    fn drop(&mut self) {
        // SAFETY: matches the call in `new`.
        unsafe {
            windows_sys::Win32::Media::timeEndPeriod(RESOLUTION);
        }
    }
}
