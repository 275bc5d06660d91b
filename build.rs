//! Stamps the version with the git revision and, for Windows, gives the program its icon and manifest.

use std::path::Path;
use std::process::Command;

const ICON: &str = "assets/icon/wirebench.ico";
const MANIFEST: &str = "assets/windows/wirebench.manifest";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let version = env!("CARGO_PKG_VERSION");
    let stamped = match git_revision() {
        Some(revision) => format!("{version} (git {revision})"),
        None => version.to_owned(),
    };
    println!("cargo::rustc-env=WIREBENCH_VERSION={stamped}");

    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "windows") {
        embed_windows_resources(&stamped);
    }
}

/// Abbreviated hash and date of the commit, such as `abc1234 2026-11-20`; `None` outside of a checkout of this package
/// (a source archive, also one unpacked inside of another project's checkout).
fn git_revision() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    // The reflog grows with every commit, checkout and reset; HEAD and the branches serve where it is turned off.
    for path in ["HEAD", "logs/HEAD", "refs/heads", "packed-refs"] {
        // A path that does not exist would make cargo run this again at every build.
        if let Some(path) = git(&["rev-parse", "--git-path", path]).filter(|path| Path::new(path).exists()) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    git(&["log", "-1", "--abbrev=7", "--format=%h %cs"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// Missing resources cost the icon and the sharpness on scaled screens, not the build.
fn embed_windows_resources(version: &str) {
    println!("cargo::rerun-if-changed={ICON}");
    println!("cargo::rerun-if-changed={MANIFEST}");
    let mut resources = winresource::WindowsResource::new();
    resources
        .set_icon(ICON)
        .set_manifest_file(MANIFEST)
        .set("ProductName", "Wirebench")
        .set("FileDescription", "Wirebench network debugging workbench")
        .set("ProductVersion", version)
        .set("LegalCopyright", "MIT OR Apache-2.0");
    if let Err(error) = resources.compile() {
        println!(
            "cargo::warning=no icon and no manifest in the program: the resource compiler failed ({error}); \
             on Debian, `apt-get install binutils-mingw-w64-x86-64` brings it"
        );
    }
}
