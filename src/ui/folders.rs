//! Shows a file in the system's file manager, off the window's thread.

use std::path::Path;
use std::process::{Command, Stdio};

/// Opens the folder of a file, never the file itself: it may be a stranger's. The thread is not joined: it waits for
/// the file manager's starter.
pub fn show_in_folder(path: &Path) {
    let mut command = command(path);
    let spawned = std::thread::Builder::new().name("wb-show-folder".to_owned()).spawn(move || {
        if let Err(error) = command.stdin(Stdio::null()).stdout(Stdio::null()).status() {
            tracing::warn!(%error, ?command, "show a folder");
        }
    });
    if let Err(error) = spawned {
        tracing::warn!(%error, "show a folder off the window's thread");
    }
}

#[cfg(windows)]
fn command(path: &Path) -> Command {
    use std::os::windows::process::CommandExt as _;
    // A quotation mark can't be in a path. Explorer wants the quotes after the comma.
    let mut command = Command::new("explorer");
    command.raw_arg(format!("/select,\"{}\"", path.display()));
    command
}

#[cfg(target_os = "macos")]
fn command(path: &Path) -> Command {
    let mut command = Command::new("open");
    command.arg("-R").arg(path);
    command
}

#[cfg(not(any(windows, target_os = "macos")))]
fn command(path: &Path) -> Command {
    let mut command = Command::new("xdg-open");
    command.arg(path.parent().unwrap_or(path));
    command
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(target_os = "linux")]
    fn the_folder_is_opened_and_never_the_file() {
        let command = super::command(std::path::Path::new("/tmp/a folder/x.desktop"));
        assert_eq!(command.get_program(), "xdg-open");
        assert_eq!(command.get_args().collect::<Vec<_>>(), ["/tmp/a folder"]);
    }
}
