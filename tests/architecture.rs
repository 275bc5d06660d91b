//! Reads the sources and fails on what the map in the crate's documentation forbids: an import against the order of
//! the rooms, the window's crates outside of `ui`, and threads, sockets, clocks or files in the pure rooms.

#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::fs;
use std::path::{Path, PathBuf};

mod rust_paths;

use rust_paths::{Reference, references};

/// Which rooms a room may import, from the bottom up. `codec` imports nothing of ours and serves everyone.
const ROOMS: &[(&str, &[&str])] = &[
    ("codec", &[]),
    ("proto", &["codec"]),
    ("automation", &["codec"]),
    ("journal", &["codec"]),
    ("net", &["codec", "journal"]),
    ("i18n", &["codec", "automation", "proto", "journal", "net"]),
    ("service", &["codec", "proto", "journal", "net"]),
    ("export", &["codec", "journal", "i18n"]),
    ("settings", &["codec", "automation", "net", "i18n"]),
    ("session", &["codec", "automation", "journal", "net", "service", "export"]),
    ("demo", &["codec", "journal", "net", "session", "settings"]),
    ("cli", &["codec", "proto", "i18n", "service", "settings"]),
    ("console", &["codec", "proto", "journal", "net", "i18n", "service", "cli"]),
    (
        "ui",
        &[
            "codec",
            "automation",
            "proto",
            "journal",
            "net",
            "i18n",
            "service",
            "export",
            "settings",
            "session",
            "demo",
            "cli",
            "console",
        ],
    ),
];

/// Files at the root that may name every room.
const ROOTS: &[&str] = &["lib", "main"];

/// The only room that may name one of [`WINDOW_CRATES`].
const WINDOW_ROOM: &str = "ui";
const WINDOW_CRATES: &[&str] =
    &["accesskit", "arboard", "ecolor", "eframe", "egui", "egui_extras", "egui_kittest", "emath", "epaint", "rfd"];

/// Rooms without threads, sockets, clocks and files: time and bytes come in as arguments.
const PURE_ROOMS: &[&str] = &["codec", "proto", "automation"];
const IMPURE_PATHS: &[&[&str]] = &[
    &["std", "thread"],
    &["std", "fs"],
    &["std", "env"],
    &["std", "process"],
    &["std", "os"],
    &["std", "sync", "mpsc"],
    &["std", "io", "stdin"],
    &["std", "io", "stdout"],
    &["std", "io", "stderr"],
    &["crossbeam_channel"],
    &["directories"],
    &["if_addrs"],
    &["libc"],
    &["listeners"],
    &["polling"],
    &["socket2"],
    &["tempfile"],
];
/// Forbidden under any path, so that a renamed or shortened import does not hide them.
const IMPURE_NAMES: &[&str] = &[
    "Instant",
    "SystemTime",
    "TcpListener",
    "TcpStream",
    "ToSocketAddrs",
    "UdpSocket",
    "UnixDatagram",
    "UnixListener",
    "UnixStream",
];
const CLOCKS: &[&str] = &["Timestamp", "Zoned"];

/// One source file, as the rules see it.
struct Source {
    /// For the message, such as `src/net/udp.rs`.
    name: String,
    /// The path of its module, such as `["net", "udp"]`; for a room's `mod.rs`, the room alone.
    module: Vec<String>,
    text: String,
}

impl Source {
    fn new(file: &Path, text: String) -> Self {
        let mut module: Vec<String> =
            file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if module.len() > 1 && module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        Self { name: format!("src/{}", file.display()), module, text }
    }

    fn room(&self) -> &str {
        &self.module[0]
    }
}

/// Every breach in one file, as `src/net/udp.rs:3: why`.
fn breaches(source: &Source) -> Vec<String> {
    let room = source.room();
    if ROOTS.contains(&room) {
        let window = references(&source.text).into_iter().filter(names_window_crate);
        return window.map(|r| source.at(&r, "only `ui` may name the window's crates")).collect();
    }
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{}: the room `{room}` has no line in the map of tests/architecture.rs", source.name)];
    };
    let mut found = Vec::new();
    for reference in references(&source.text) {
        match named_room(source, &reference) {
            Some(Named::Room(other)) if other != room && !allowed.contains(&other) => {
                found.push(source.at(&reference, &format!("`{room}` may not import `{other}`")));
            }
            Some(Named::Everything) => {
                found.push(source.at(&reference, "names all rooms at once"));
            }
            _ => {}
        }
        if room != WINDOW_ROOM && names_window_crate(&reference) {
            found.push(source.at(&reference, "only `ui` may name the window's crates"));
        }
        if PURE_ROOMS.contains(&room) && is_impure(&reference) {
            found.push(source.at(&reference, &format!("`{room}` is pure: no thread, socket, clock or file")));
        }
    }
    found
}

impl Source {
    fn at(&self, reference: &Reference, why: &str) -> String {
        format!("{}:{}: {}: {why}", self.name, reference.line, reference.path.join("::"))
    }
}

enum Named {
    Room(&'static str),
    /// `use crate::*` or `use crate as other`: what follows can't be seen.
    Everything,
}

/// The room that a path starting at the crate's root names.
fn named_room(source: &Source, reference: &Reference) -> Option<Named> {
    let path = &reference.path;
    let supers = path.iter().take_while(|part| *part == "super").count();
    let below_root = match path[0].as_str() {
        "crate" | "wirebench" => &path[1..],
        "super" if supers == source.module.len() + reference.inline_modules => &path[supers..],
        _ => return None,
    };
    match below_root.first().map(String::as_str) {
        None => reference.renamed.then_some(Named::Everything),
        Some("*" | "self") => Some(Named::Everything),
        Some(first) => ROOMS.iter().find(|(name, _)| *name == first).map(|(name, _)| Named::Room(name)),
    }
}

fn names_window_crate(reference: &Reference) -> bool {
    WINDOW_CRATES.contains(&reference.path[0].as_str())
}

fn is_impure(reference: &Reference) -> bool {
    let path: Vec<&str> = reference.path.iter().map(String::as_str).collect();
    IMPURE_PATHS.iter().any(|forbidden| path.starts_with(forbidden))
        || path.iter().any(|part| IMPURE_NAMES.contains(part))
        || path.windows(2).any(|pair| CLOCKS.contains(&pair[0]) && pair[1] == "now")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn the_sources_keep_to_the_map() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files.sort();
    assert!(!files.is_empty(), "no sources in {}", src.display());
    let found: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let text = fs::read_to_string(file).unwrap();
            breaches(&Source::new(file.strip_prefix(&src).unwrap(), text))
        })
        .collect();
    assert!(found.is_empty(), "forbidden by the map of the rooms:\n{}", found.join("\n"));
}

#[test]
fn the_map_has_no_cycle() {
    for (at, (room, allowed)) in ROOMS.iter().enumerate() {
        for other in *allowed {
            let below = ROOMS[..at].iter().any(|(name, _)| name == other);
            assert!(below, "`{room}` imports `{other}`, which is not below it");
        }
    }
}

/// The breaches that a text would have as the file `file` below `src/`.
fn breaches_of(file: &str, text: &str) -> Vec<String> {
    breaches(&Source::new(Path::new(file), text.to_owned()))
}

#[test]
fn breaches_are_caught() {
    for (file, text) in [
        ("codec/hex.rs", "use crate::journal::Journal;"),
        ("codec/mod.rs", "use super::journal;"),
        ("codec/hex.rs", "use super::super::net::Link;"),
        ("codec/hex.rs", "mod tests { use super::super::super::net::Link; }"),
        ("journal/rows/laid.rs", "fn f() -> crate::net::Phase { todo!() }"),
        ("journal/store.rs", "use crate::{\n    codec::hex,\n    session::{self, Session},\n};"),
        ("net/udp.rs", "use crate::{journal::{Record, rows}, ui};"),
        ("net/udp.rs", "use wirebench::ui::App;"),
        ("net/mod.rs", "use super::*;"),
        ("net/mod.rs", "mod tests { mod deeper { use super::super::super::{journal, ui}; } }"),
        ("net/udp.rs", "use crate::*;"),
        ("net/udp.rs", "use crate as everything;"),
        ("net/mod.rs", "use super as everything;"),
        ("net/udp.rs", "use crate::{self as everything};"),
        ("net/udp.rs", "pub(in crate::session) fn f() {}"),
        ("session/mod.rs", "use egui::Context;"),
        ("session/mod.rs", "fn f(ctx: &::egui::Context) {}"),
        ("session.rs", "use eframe as frame;"),
        ("main.rs", "fn main() { eframe::run_native(); }"),
        ("codec/dump.rs", "use std::time::{Duration, Instant};"),
        ("codec/dump.rs", "use std::{fs, fmt};"),
        ("codec/dump.rs", "use std::{time as t}; fn f() { t::SystemTime::now(); }"),
        ("proto/tftp/mod.rs", "fn f() { std::thread::yield_now() }"),
        ("proto/tftp/mod.rs", "use std::net::{IpAddr, UdpSocket};"),
        ("proto/tftp/mod.rs", "let now = jiff::Timestamp::now();"),
        ("proto/tftp/mod.rs", "use crossbeam_channel::Sender;"),
        ("unheard_of/mod.rs", ""),
        ("unheard_of.rs", ""),
    ] {
        assert!(!breaches_of(file, text).is_empty(), "not caught: {file}: {text}");
    }
}

#[test]
fn what_is_allowed_passes() {
    for (file, text) in [
        ("codec/mod.rs", "use crate::codec::hex; use self::escape; use super::codec::dump;"),
        ("codec/dump.rs", "use std::time::Duration; use std::net::{IpAddr, SocketAddr}; use super::hex::Case;"),
        ("codec/dump.rs", "//! Unlike crate::ui.\n/* use egui; /* nested */ std::fs */ fn f() {}"),
        ("codec/dump.rs", "const A: &str = \"use egui::Ui; \\\" std::fs::read\"; const B: &str = r#\"\" crate::ui\"#;"),
        ("codec/dump.rs", "fn f<'a>(c: &'a str) -> char { b'\\''; '\"' } const A: &str = \"crate::ui\";"),
        ("codec/dump.rs", "fn f(net: u8) { let ui = net; session.net::<u8>(); }"),
        ("codec/mod.rs", "pub(crate) fn f() {} pub(super) const A: u8 = b'a' as u8;"),
        ("journal/store.rs", "use std::fs::File; use std::thread; use crate::codec::Charset;"),
        ("net/tcp/mod.rs", "mod tests { use super::*; use super::super::journal; use super::ui::f; }"),
        ("net/tcp/mod.rs", "struct S { a: u8 } impl S { fn f() {} } mod tests { use super::super::ui; }"),
        ("session/mod.rs", "use crate::{export::SaveStatus, journal, net::{Link, LinkConfig}};"),
        ("ui/app.rs", "use crate::session::Session; use eframe::egui; use egui::Ui;"),
        ("lib.rs", "pub mod codec; pub mod ui; pub use crate::ui::run;"),
        ("main.rs", "use wirebench::{cli, ui}; fn main() { wirebench::ui::run(); }"),
    ] {
        assert_eq!(breaches_of(file, text), Vec::<String>::new(), "{file}: {text}");
    }
}

#[test]
fn a_breach_names_its_place() {
    let found = breaches_of("codec/hex.rs", "//! Hex.\n\nuse crate::{\n    codec::escape,\n    net::Link,\n};\n");
    assert_eq!(found, ["src/codec/hex.rs:5: crate::net::Link: `codec` may not import `net`"]);
}
