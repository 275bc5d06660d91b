//! The program as a shell sees it: what it prints where, and its exit status.
#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::process::{Command, Output};

fn wirebench() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirebench"));
    // A backtrace would show if there were one.
    command.env("RUST_BACKTRACE", "1");
    command
}

fn run(args: &[&str]) -> Output {
    wirebench().args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

/// One clear sentence on stderr, nothing on stdout, this status.
#[track_caller]
fn assert_refused(output: &Output, status: i32) -> &str {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{said}");
    assert_eq!(text(&output.stdout), "");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("wirebench: "), "{said}");
    for noise in ["panicked", "backtrace", "Error {", "Err("] {
        assert!(!said.contains(noise), "{said}");
    }
    said
}

#[test]
fn the_version_is_that_of_the_package() {
    for name in ["--version", "-V"] {
        let output = run(&[name]);
        let said = text(&output.stdout);
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""), "{said}");
        assert!(said.starts_with(concat!("wirebench ", env!("CARGO_PKG_VERSION"))), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn the_help_goes_to_stdout() {
    for name in ["--help", "-h"] {
        let output = run(&[name]);
        let said = text(&output.stdout);
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""), "{said}");
        for option in ["--demo", "--lang", "--renderer", "--config", "--help", "--version"] {
            assert!(said.contains(option), "{option} in {said}");
        }
    }
}

#[test]
fn a_bad_argument_is_named() {
    for (args, named) in [
        (&["--bogus"][..], "--bogus"),
        (&["--lang", "fr"], "fr"),
        (&["--renderer", "vulkan"], "vulkan"),
        (&["--config"], "--config"),
        (&["capture.pcap"], "capture.pcap"),
        (&["--demo", "--lang"], "--lang"),
    ] {
        let output = run(args);
        let said = assert_refused(&output, 2);
        assert!(said.contains(named) && said.contains("--help"), "{said}");
    }
}

#[cfg(target_os = "linux")]
mod without_a_display {
    use super::{Command, assert_refused, wirebench};

    /// The program where no window can open, with settings of its own.
    fn started(config: &tempfile::TempDir, display: Option<&str>) -> Command {
        let mut command = wirebench();
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
            command.env_remove(name);
        }
        if let Some(display) = display {
            command.env("DISPLAY", display);
        }
        command.arg("--config").arg(config.path());
        command
    }

    #[test]
    fn it_says_so() {
        let config = tempfile::tempdir().unwrap();
        for args in [&[][..], &["--demo"], &["--renderer", "glow"], &["--renderer", "wgpu"], &["--lang", "zh-CN"]] {
            let output = started(&config, None).args(args).output().unwrap();
            let said = assert_refused(&output, 1);
            assert!(said.contains("no display"), "{said}");
        }
    }

    #[test]
    fn a_display_that_does_not_answer_is_none() {
        let config = tempfile::tempdir().unwrap();
        for renderer in ["auto", "glow", "wgpu"] {
            let mut command = started(&config, Some("127.0.0.1:64999"));
            let output = command.args(["--renderer", renderer]).output().unwrap();
            let said = assert_refused(&output, 1);
            assert!(said.contains("display"), "{said}");
        }
    }
}
