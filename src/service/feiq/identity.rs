//! What the system calls its user and itself: the names of a node where the person chose none.

use std::fs;

/// The name of the user who runs the program.
pub fn system_user() -> String {
    variable(&["USER", "USERNAME", "LOGNAME"]).unwrap_or_else(|| "wirebench".to_owned())
}

/// The name of this host.
pub fn system_host() -> String {
    let told = || fs::read_to_string("/proc/sys/kernel/hostname").ok();
    if cfg!(windows) { None } else { told().and_then(|name| shown(&name)) }
        .or_else(|| variable(&["COMPUTERNAME", "HOSTNAME"]))
        .unwrap_or_else(|| "localhost".to_owned())
}

fn variable(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| std::env::var(name).ok().and_then(|name| shown(&name)))
}

fn shown(name: &str) -> Option<String> {
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_always_is_a_name() {
        for name in [system_user(), system_host()] {
            assert!(!name.is_empty() && name.trim() == name, "{name:?}");
        }
    }
}
