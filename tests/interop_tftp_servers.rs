//! Our TFTP client against the servers of tftp-hpa, atftpd and dnsmasq, and the crate tftpd.
#![cfg(all(feature = "interop", target_os = "linux"))]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::path::Path;
use std::time::{Duration, Instant};

use peers::sha256_of_file;
use peers::tftp::servers::{Kind, Server};
use peers::tftp::{Files, LIMIT, Ours, asking, assert_same, is_named, name_in};
use wirebench::codec::Charset;
use wirebench::proto::tftp::{ErrorCode, Failure};
use wirebench::service::tftp::{Options, Phase, TransferFailure};

/// Octets around a block, without options.
const SMALL: [usize; 5] = [0, 1, 511, 512, 513];
/// Around the end of the 16-bit block numbers: the last, empty block is then number 65535, 65536 or 65537.
const ROLLOVER_BLOCKS: [usize; 3] = [65_534, 65_535, 65_536];
const BIG: usize = 64 << 20;

/// A server, what it serves, and a folder of ours.
struct Pair {
    kind: Kind,
    server: Server,
    there: Files,
    here: Files,
}

impl Pair {
    #[track_caller]
    fn of(kind: Kind) -> Self {
        let there = Files::new();
        Self { kind, server: Server::start(kind, there.path()), there, here: Files::new() }
    }

    /// A file of this size goes from the server to us, with these options.
    #[track_caller]
    fn comes(&self, len: usize, options: Options) {
        let original = self.there.write("there.bin", len);
        let place = self.here.place("here.bin");
        let (done, state) = Ours::get(self.server.address, "there.bin", &place).with(options).done();
        assert_same(&done, &original);
        if let Options::Ask { block_size, .. } = options {
            let granted = state.progress.unwrap().options.block_size.get();
            assert_eq!(granted, self.kind.granted(block_size.get()));
        }
        std::fs::remove_file(place).unwrap();
    }

    /// A file of this size goes from us to the server, with these options.
    #[track_caller]
    fn goes(&self, len: usize, options: Options) {
        let original = self.here.write("mine.bin", len);
        let (done, _) = Ours::put(self.server.address, &original, "new.bin").with(options).done();
        assert_eq!(done.sha256.as_deref(), Some(&*sha256_of_file(&original)));
        let place = self.there.place("new.bin");
        until_same(&place, &original);
        std::fs::remove_file(place).unwrap();
    }

    /// Both, if the server can.
    #[track_caller]
    fn goes_and_comes(&self, len: usize, options: Options) {
        self.comes(len, options);
        if self.kind.takes_uploads() && self.kind.holds(options) {
            self.goes(len, options);
        }
    }

    /// The windows to try.
    fn windows(&self) -> &'static [u16] {
        if self.kind.has_windows() { &[1, 2, 3, 4, 8, 16, 32, 64, 1000, 65_535] } else { &[1, 16] }
    }
}

/// Waits until the server has written all of it: some answer before.
#[track_caller]
fn until_same(place: &Path, original: &Path) {
    let deadline = Instant::now() + LIMIT;
    let wanted = sha256_of_file(original);
    while !place.exists() || sha256_of_file(place) != wanted {
        assert!(Instant::now() < deadline, "{} is not what was sent", place.display());
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

fn small_files(kind: Kind) {
    let pair = Pair::of(kind);
    for len in SMALL {
        for options in [Options::Plain, Options::default(), asking(512, 1), asking(512, 4)] {
            pair.goes_and_comes(len, options);
        }
    }
}

fn all_block_sizes(kind: Kind) {
    let pair = Pair::of(kind);
    for block_size in [8, 9, 511, 512, 513, 1024, 1428, 1468, 8192, 16_384, 32_768, 65_464] {
        let block = usize::from(block_size);
        for len in [block - 1, block, 3 * block, 40 * block + 7] {
            pair.goes_and_comes(len, asking(block_size, 1));
        }
    }
}

fn all_window_sizes(kind: Kind) {
    let pair = Pair::of(kind);
    for &window_size in pair.windows() {
        for block_size in [8, 512, 1428, 8192, 65_464] {
            let (block, window) = (usize::from(block_size), usize::from(window_size));
            for len in [window * block, 3 * window * block + 7] {
                pair.goes_and_comes(len.min(8 << 20), asking(block_size, window_size));
            }
        }
    }
}

fn more_than_65535_blocks(kind: Kind) {
    let pair = Pair::of(kind);
    for blocks in ROLLOVER_BLOCKS {
        for &window_size in &[1, 64][..if kind.has_windows() { 2 } else { 1 }] {
            pair.goes_and_comes(blocks * 64, asking(64, window_size));
        }
    }
    pair.goes_and_comes(65_535 * 512 + 1, Options::Plain);
}

fn big_files(kind: Kind) {
    let pair = Pair::of(kind);
    for options in [Options::default(), asking(8192, 64), asking(65_464, 16), asking(65_464, 1)] {
        pair.goes_and_comes(BIG, options);
    }
}

fn missing_files_are_said(kind: Kind) {
    let pair = Pair::of(kind);
    let place = pair.here.place("none");
    for options in [Options::Plain, Options::default()] {
        let state = Ours::get(pair.server.address, "none", &place).with(options).end();
        let Phase::Failed(TransferFailure::Protocol(Failure::Peer { code, .. })) = &state.phase else {
            panic!("{:#?}", state.phase);
        };
        assert_eq!(*code, ErrorCode::NOT_FOUND);
        assert_eq!(std::fs::read_dir(pair.here.path()).unwrap().count(), 0);
    }
}

fn names_in_chinese(kind: Kind) {
    let pair = Pair::of(kind);
    for charset in [Charset::Utf8, Charset::Gbk] {
        let name = "路由器固件（新）.bin";
        let original = pair.there.write(name_in(charset, name), 100_000);
        let place = pair.here.place(charset.label());
        let (done, _) = Ours::get(pair.server.address, name, &place).named_in(charset).done();
        assert_same(&done, &original);
        if kind.takes_uploads() {
            let name = "上传的配置.cfg";
            Ours::put(pair.server.address, &place, name).named_in(charset).done();
            let there = std::fs::read_dir(pair.there.path()).unwrap().map(|entry| entry.unwrap().path());
            let written = there.into_iter().find(|path| is_named(path, charset, name)).unwrap();
            until_same(&written, &original);
        }
    }
}

/// The same tests for each server, so that a failure says whose it is.
macro_rules! servers {
    ($($server:ident: $kind:expr => [$($test:ident),+];)+) => {
        $(mod $server {
            use super::Kind;
            $(#[test] fn $test() { super::$test($kind); })+
        })+
    };
}

servers! {
    tftpd_hpa: Kind::Hpa => [small_files, all_block_sizes, all_window_sizes, more_than_65535_blocks, big_files,
        missing_files_are_said, names_in_chinese];
    atftpd: Kind::Atftpd => [small_files, all_block_sizes, all_window_sizes, more_than_65535_blocks, big_files,
        missing_files_are_said, names_in_chinese];
    dnsmasq: Kind::Dnsmasq => [small_files, all_block_sizes, all_window_sizes, more_than_65535_blocks, big_files,
        missing_files_are_said, names_in_chinese];
    crate_tftpd: Kind::Crate => [small_files, all_block_sizes, all_window_sizes, more_than_65535_blocks, big_files,
        missing_files_are_said];
    crate_tftpd_rolling_to_one: Kind::CrateRollingToOne => [more_than_65535_blocks];
}
