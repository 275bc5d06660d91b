//! The console of the program that started this one. A release is built for the windows subsystem, so that no console
//! opens beside the window; such a program has none to write to, unless it attaches to its parent's.
//!
//! A shell does not wait for such a program: in `cmd` say `start /wait wirebench …`, in PowerShell pipe it
//! (`wirebench … | Out-Host`). Output that goes to a file or a pipe needs nothing of this.
#![allow(unsafe_code)] // the console functions of the system; see SAFETY

use std::fs::OpenOptions;
use std::os::windows::io::IntoRawHandle;

use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
use windows_sys::Win32::System::Console::{
    ATTACH_PARENT_PROCESS, AttachConsole, GetStdHandle, STD_ERROR_HANDLE, STD_HANDLE, STD_OUTPUT_HANDLE, SetStdHandle,
};

/// Lets standard output and standard error appear in the console of the parent, where they go nowhere otherwise.
/// Without such a console nothing changes.
pub fn attach() {
    let goes_nowhere = |which: &STD_HANDLE| {
        // SAFETY: asks for a handle; null or invalid where there is none.
        let handle = unsafe { GetStdHandle(*which) };
        handle.is_null() || handle == INVALID_HANDLE_VALUE
    };
    let lacking: Vec<STD_HANDLE> = [STD_OUTPUT_HANDLE, STD_ERROR_HANDLE].into_iter().filter(goes_nowhere).collect();
    // SAFETY: takes no pointers; fails where there is a console already, or the parent has none.
    if unsafe { AttachConsole(ATTACH_PARENT_PROCESS) } == 0 {
        return;
    }
    for which in lacking {
        if let Ok(console) = OpenOptions::new().read(true).write(true).open("CONOUT$") {
            // SAFETY: the handle is open, and from now on nobody's but the standard stream's, which never closes it.
            unsafe { SetStdHandle(which, console.into_raw_handle()) };
        }
    }
}
