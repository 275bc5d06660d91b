//! Other people's programs as peers: Python's sockets, ncat, socat and iptux, and the log as a person would read it.
//!
//! A peer that is not installed fails the test that needs it; `.ci/run` installs them all.
#![allow(clippy::unwrap_used, dead_code)] // tests panic on purpose; each file uses its part

#[path = "../net_tcp/mod.rs"]
pub mod bench;
pub mod iptux;
pub mod iptux_window;
pub mod log;
pub mod node;
pub mod process;
pub mod python;
#[cfg(target_os = "linux")]
pub mod tftp;

use std::io::Write;
use std::path::Path;

use wirebench::codec::Charset;
use wirebench::net::{Outgoing, Target};

use process::Process;

/// A text that a person typed, for `target`, in this encoding.
pub fn text(target: Target, text: &str, charset: Charset) -> Outgoing {
    let payload = charset.encode(text).unwrap();
    Outgoing::new(target, payload).with_charset(Some(charset))
}

/// Texts that say the same in each encoding, with Python's name of it.
pub const TEXTS: [(Charset, &str, &str); 3] = [
    (Charset::Utf8, "utf-8", "你好，世界 — ¡olé! 🦀"),
    (Charset::Gbk, "gbk", "你好，世界：网络调试助手"),
    (Charset::Big5, "big5", "你好，世界：網路除錯助手"),
];

/// SHA-256 of a file, as `sha256sum` sees it.
pub fn sha256_of_file(path: &Path) -> String {
    hash_said(Process::start("sha256sum", [path]))
}

/// SHA-256 of some bytes, as `sha256sum` sees them.
pub fn sha256<B: AsRef<[u8]>>(pieces: impl IntoIterator<Item = B>) -> String {
    let mut hasher = Process::start("sha256sum", [] as [&str; 0]);
    for piece in pieces {
        hasher.stdin().write_all(piece.as_ref()).unwrap();
    }
    hasher.close_stdin();
    hash_said(hasher)
}

fn hash_said(mut hasher: Process) -> String {
    let said = hasher.read_to_end(); // with the file's name, in any encoding
    String::from_utf8_lossy(&said).split_whitespace().next().unwrap().to_owned()
}
