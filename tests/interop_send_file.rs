//! A file of a gibibyte to `socat`, which hands it to `sha256sum`.
#![cfg(all(feature = "interop", target_os = "linux"))]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::time::Duration;

use peers::bench::listening;
use peers::bench::running::Running;
use peers::process::Process;
use peers::sha256_of_file;
use wirebench::journal::{Event, Kind};
use wirebench::net::{Command, Target};
use wirebench::session::send::{FileConfig, FileMode, FileState, SendFile};

const SIZE: u64 = 1 << 30;

#[test]
fn a_gibibyte_arrives_whole_at_two_clients() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(SIZE).unwrap();
    let expected = sha256_of_file(file.path());
    let (mut bench, server) = listening();
    let script = format!("socat -u TCP:{server} - | sha256sum");
    let mut hashers = [(); 2].map(|()| Process::start("sh", ["-c", &script]));
    bench.until(|s| s.clients.len() == 2);
    let config = FileConfig {
        path: file.path().to_owned(),
        target: Target::AllClients,
        mode: FileMode::Raw,
        block_bytes: 64 << 10,
        interval: Duration::ZERO,
        bytes_per_second: None,
        log_content: None,
        datagrams: false,
    };
    let status = Running::start(&bench, |wake| SendFile::new(config, wake)).over();
    assert_eq!((status.state, status.sent_bytes), (FileState::Sent, SIZE));
    assert_eq!(status.sha256.as_ref(), Some(&expected));
    bench.command(Command::Disconnect(None));
    for hasher in &mut hashers {
        assert!(hasher.read_line().starts_with(&expected));
    }
    bench.until_event(|e| matches!(e, Event::FileSent { bytes: SIZE, sha256, .. } if *sha256 == expected));
    bench.close();
    assert!(!bench.records().iter().any(|r| r.head.kind == Kind::Sent), "a large file is not written to the journal");
}
