//! How many files and sockets the program may have open.
#![allow(unsafe_code)] // two calls: getrlimit and setrlimit, see SAFETY

use std::sync::Once;

/// Raises the soft limit of open descriptors to the hard one, once: the usual 1024 would end a server at its
/// thousandth client.
pub(super) fn raise_limit() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: getrlimit writes one rlimit to the pointer, which is valid for this.
        if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } != 0 || limit.rlim_cur >= limit.rlim_max {
            return;
        }
        let raised = libc::rlimit { rlim_cur: limit.rlim_max, ..limit };
        // SAFETY: setrlimit reads one rlimit from the pointer, which is valid for this.
        if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const raised) } != 0 {
            let error = std::io::Error::last_os_error();
            tracing::warn!(%error, "raise the limit of open descriptors");
        }
    });
}
