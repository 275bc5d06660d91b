//! The clients of tftp-hpa, atftp, curl and busybox against our TFTP server.
#![cfg(all(feature = "interop", target_os = "linux"))]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::ffi::OsStr;
use std::sync::Arc;

use peers::sha256_of_file;
use peers::tftp::clients::{Asked, Kind};
use peers::tftp::{Files, LIMIT, OurServer, is_named, name_in};
use wirebench::codec::Charset;
use wirebench::proto::tftp::server::RequestKind;
use wirebench::service::tftp::{Fate, Request, Uploads};

/// Octets around a block, without options.
const SMALL: [usize; 5] = [0, 1, 511, 512, 513];
/// Around the end of the 16-bit block numbers: the last, empty block is then number 65535, 65536 or 65537.
const ROLLOVER_BLOCKS: [usize; 3] = [65_534, 65_535, 65_536];
const BIG: usize = 64 << 20;

/// A server of ours, what it serves, and a folder of its clients.
struct Pair {
    kind: Kind,
    server: OurServer,
    served: Files,
    theirs: Files,
}

impl Pair {
    #[track_caller]
    fn of(kind: Kind) -> Self {
        let served = Files::new();
        Self { kind, server: OurServer::start(served.path(), Uploads::Overwrite), served, theirs: Files::new() }
    }

    /// A file of this size is fetched by the client, with these options.
    #[track_caller]
    fn comes(&self, len: usize, asked: Asked) {
        let original = self.served.write("served.bin", len);
        let place = self.theirs.place("fetched.bin");
        self.kind.get(self.server.address, OsStr::new("served.bin"), &place, asked);
        assert_eq!(sha256_of_file(&place), sha256_of_file(&original), "{asked:?}, {len} octets");
        std::fs::remove_file(place).unwrap();
        self.is_settled(RequestKind::Read, asked);
    }

    /// A file of this size is written by the client, with these options.
    #[track_caller]
    fn goes(&self, len: usize, asked: Asked) {
        let original = self.theirs.write("theirs.bin", len);
        self.kind.put(self.server.address, &original, OsStr::new("new.bin"), asked);
        self.is_settled(RequestKind::Write, asked);
        let place = self.served.place("new.bin");
        assert_eq!(sha256_of_file(&place), sha256_of_file(&original), "{asked:?}, {len} octets");
        std::fs::remove_file(place).unwrap();
    }

    #[track_caller]
    fn goes_and_comes(&self, len: usize, asked: Asked) {
        self.comes(len, asked);
        self.goes(len, asked);
    }

    /// The newest request went well, with what was asked for.
    #[track_caller]
    fn is_settled(&self, kind: RequestKind, asked: Asked) {
        let request = self.server.settled();
        assert_eq!(request.kind, kind);
        let Fate::Done(progress) = &request.fate else { panic!("{request:#?}") };
        assert_eq!(progress.options.block_size.get(), asked.block_size.unwrap_or(512));
        assert_eq!(progress.options.window_size.get(), asked.window_size.unwrap_or(1));
    }

    /// What it is asked for, of these.
    fn of_these(&self, all: impl IntoIterator<Item = Asked>) -> Vec<Asked> {
        all.into_iter().filter(|asked| self.kind.can(*asked)).collect()
    }
}

fn block(block_size: u16) -> Asked {
    Asked { block_size: Some(block_size), ..Asked::default() }
}

fn window(block_size: u16, window_size: u16) -> Asked {
    Asked { block_size: Some(block_size), window_size: Some(window_size) }
}

fn small_files(kind: Kind) {
    let pair = Pair::of(kind);
    for len in SMALL {
        for asked in pair.of_these([Asked::default(), block(512), block(1428), window(512, 4)]) {
            pair.goes_and_comes(len, asked);
        }
    }
}

fn all_block_sizes(kind: Kind) {
    let pair = Pair::of(kind);
    let sizes = [8, 9, 511, 512, 513, 1024, 1428, 1468, 8192, 16_384, 32_768, 65_464];
    for asked in pair.of_these(sizes.map(block)) {
        let block = usize::from(asked.block_size.unwrap());
        for len in [block - 1, block, 3 * block, 40 * block + 7] {
            pair.goes_and_comes(len, asked);
        }
    }
}

fn all_window_sizes(kind: Kind) {
    let pair = Pair::of(kind);
    for window_size in [1, 2, 3, 4, 8, 16, 32, 64, 1000, 65_535] {
        for block_size in [64, 512, 1428, 8192] {
            let window_len = usize::from(window_size) * usize::from(block_size);
            // Larger windows than its socket's buffer holds cost it a time-out each.
            let most = if window_len > 100_000 || window_size > 100 { 512 << 10 } else { 8 << 20 };
            for len in [window_len, 3 * window_len + 7] {
                pair.goes_and_comes(len.min(most), window(block_size, window_size));
            }
        }
    }
}

fn more_than_65535_blocks(kind: Kind) {
    let pair = Pair::of(kind);
    for blocks in ROLLOVER_BLOCKS {
        for asked in pair.of_these([block(64), window(64, 64)]) {
            pair.comes(blocks * 64, asked);
            if kind.ends_an_upload_with(blocks + 1) {
                pair.goes(blocks * 64, asked);
            }
        }
        pair.comes(blocks * 512 + 1, Asked::default());
        if kind.ends_an_upload_with(blocks + 1) {
            pair.goes(blocks * 512 + 1, Asked::default());
        }
    }
}

fn big_files(kind: Kind) {
    let pair = Pair::of(kind);
    for asked in pair.of_these([Asked::default(), block(1428), block(65_464), window(1428, 16), window(8192, 16)]) {
        pair.goes_and_comes(BIG, asked);
    }
}

fn names_in_chinese(kind: Kind) {
    let pair = Pair::of(kind);
    // The disk has UTF-8 names; clients ask in either encoding.
    let original = pair.served.write("路由器固件（新）.bin", 100_000);
    for charset in [Charset::Utf8, Charset::Gbk] {
        let place = pair.theirs.place(charset.label());
        pair.kind.get(pair.server.address, &name_in(charset, "路由器固件（新）.bin"), &place, Asked::default());
        assert_eq!(sha256_of_file(&place), sha256_of_file(&original));

        pair.kind.put(pair.server.address, &place, &name_in(charset, "上传的配置.cfg"), Asked::default());
        pair.server.settled();
        let written = pair.served.place("上传的配置.cfg");
        assert!(is_named(&written, Charset::Utf8, "上传的配置.cfg"));
        assert_eq!(sha256_of_file(&written), sha256_of_file(&original));
        std::fs::remove_file(written).unwrap();
    }
}

#[test]
fn all_at_once() {
    let (served, theirs) = (Files::new(), Files::new());
    let server = OurServer::start(served.path(), Uploads::New);
    let original = served.write("served.bin", 4 << 20);
    std::thread::scope(|scope| {
        for (number, kind) in Kind::ALL.iter().cycle().take(12).enumerate() {
            let (server, theirs, original) = (&server, &theirs, &original);
            let run = move || {
                let place = theirs.place(number.to_string());
                kind.get(server.address, OsStr::new("served.bin"), &place, Asked::default());
                kind.put(server.address, &place, OsStr::new(&format!("new {number}")), Asked::default());
                assert_eq!(sha256_of_file(&place), sha256_of_file(original));
            };
            std::thread::Builder::new().spawn_scoped(scope, run).unwrap();
        }
    });
    assert!(server.wait(LIMIT, |state| state.totals.done == 24), "{:#?}", server.state());
    for number in 0..12 {
        assert_eq!(sha256_of_file(&served.place(format!("new {number}"))), sha256_of_file(&original));
    }
    let clients: std::collections::HashSet<_> =
        server.state().requests.iter().map(|request: &Arc<Request>| request.client).collect();
    assert_eq!(clients.len(), 24);
}

/// The same tests for each client, so that a failure says whose it is.
macro_rules! clients {
    ($($client:ident: $kind:expr => [$($test:ident),+];)+) => {
        $(mod $client {
            use super::Kind;
            $(#[test] fn $test() { super::$test($kind); })+
        })+
    };
}

clients! {
    tftp_hpa: Kind::Hpa => [small_files, more_than_65535_blocks, big_files, names_in_chinese];
    atftp: Kind::Atftp => [small_files, all_block_sizes, all_window_sizes, more_than_65535_blocks, big_files,
        names_in_chinese];
    curl: Kind::Curl => [small_files, all_block_sizes, more_than_65535_blocks, big_files, names_in_chinese];
    busybox: Kind::Busybox => [small_files, all_block_sizes, more_than_65535_blocks, big_files, names_in_chinese];
}
