//! The window of iptux on a screen without a monitor, with a person's keys: Debian's program as it is.

use std::net::Ipv4Addr;
use std::process::Command;

use tempfile::TempDir;

use super::iptux::{at_home, config};
use super::process::Process;

/// iptux with its window.
pub struct IptuxWindow {
    // Ended in this order: a window without its screen complains.
    _iptux: Process,
    _screen: Process,
    display: String,
    _home: TempDir,
}

impl IptuxWindow {
    /// One at this address, which announces itself to these.
    #[track_caller]
    pub fn open(address: Ipv4Addr, name: &str, announce_to: &[Ipv4Addr]) -> Self {
        let mut screen = Process::start("Xvfb", ["-displayfd", "1", "-screen", "0", "1000x800x24", "-nolisten", "tcp"]);
        let display = format!(":{}", screen.read_line());
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("iptux.json");
        std::fs::write(&file, config(address, name, announce_to, home.path())).unwrap();
        let mut args = at_home(home.path());
        args.push(format!("DISPLAY={display}"));
        // Nothing of the person's desktop is asked, nor left behind.
        args.extend(
            ["DBUS_SESSION_BUS_ADDRESS=disabled:", "NO_AT_BRIDGE=1", "GSETTINGS_BACKEND=memory"].map(Into::into),
        );
        args.extend(["GDK_BACKEND=x11", "LC_ALL=C.UTF-8", "iptux", "-l", "INFO"].map(Into::into));
        args.extend(["-b".to_owned(), address.to_string(), "-c".to_owned(), file.to_str().unwrap().to_owned()]);
        let iptux = Process::start("env", args);
        Self { _iptux: iptux, _screen: screen, display, _home: home }
    }

    /// Types a text into the window of this title, as soon as it is open, and presses Enter.
    #[track_caller]
    pub fn type_line(&self, title: &str, text: &str) {
        self.focus(title);
        self.xdotool(&["type", "--delay", "30", text]);
        self.xdotool(&["key", "Return"]);
    }

    /// Presses keys in the window of this title, such as `ctrl+q`.
    #[track_caller]
    pub fn press(&self, title: &str, keys: &str) {
        self.focus(title);
        self.xdotool(&["key", keys]);
    }

    /// The title of its window, which must be open.
    #[track_caller]
    pub fn title(&self, title: &str) -> String {
        let window = self.window(title);
        self.xdotool(&["getwindowname", &window])
    }

    fn focus(&self, title: &str) {
        let window = self.window(title);
        self.xdotool(&["windowfocus", "--sync", &window]);
    }

    /// The window with this in its title, as soon as it is mapped.
    #[track_caller]
    fn window(&self, title: &str) -> String {
        self.xdotool(&["search", "--sync", "--onlyvisible", "--name", title]).lines().next().unwrap().to_owned()
    }

    #[track_caller]
    fn xdotool(&self, args: &[&str]) -> String {
        let mut xdotool = Command::new("timeout");
        let output = xdotool.args(["60", "xdotool"]).args(args).env("DISPLAY", &self.display).output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "xdotool {args:?}: {} {complaint}", output.status);
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}
