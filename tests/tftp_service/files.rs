//! Files of all sizes, both ways, exactly.

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

use wirebench::codec::Charset;
use wirebench::proto::tftp::Mode;
use wirebench::service::tftp::{Fate, Options, TransferConfig};

use super::bench::{Bench, asking, done, final_fate, octets};

/// Up and down again, and the same at every place.
#[track_caller]
fn there_and_back(bench: &Bench, server: std::net::SocketAddr, len: usize, options: Options) {
    // A new name each time: Wine lets nobody rename over a file that another transfer has not closed yet.
    static ROUND: AtomicU32 = AtomicU32::new(0);
    let name = format!("{}.bin", ROUND.fetch_add(1, Ordering::Relaxed));
    let bytes = octets(len);
    fs::write(bench.own.join("up"), &bytes).unwrap();
    let up = done(TransferConfig { options, ..bench.upload(server, "up", &name) });
    let down = done(TransferConfig { options, ..bench.download(server, &name) });
    assert!(fs::read(bench.served.join(&name)).unwrap() == bytes, "up: {len} {options:?}");
    assert!(fs::read(&down.path).unwrap() == bytes, "down: {len} {options:?}");
    assert_eq!((up.size, down.size), (len as u64, len as u64));
    assert_eq!(up.sha256.unwrap(), down.sha256.unwrap());
}

#[test]
fn sizes_at_the_edges_of_blocks() {
    let bench = Bench::new();
    let (_server, addr) = bench.serve();
    for options in [Options::Plain, asking(512, 1), asking(8, 3), asking(1428, 16), asking(65_464, 4)] {
        for len in [0, 1, 7, 8, 9, 511, 512, 513, 1428, 8192, 65_463, 65_464, 65_465, 130_928] {
            there_and_back(&bench, addr, len, options);
        }
    }
}

#[test]
fn block_numbers_roll_over() {
    let bench = Bench::new();
    let (_server, addr) = bench.serve();
    for (len, window) in
        [(65_535 * 8, 1), (65_535 * 8 - 1, 64), (65_535 * 8 + 1, 64), (65_536 * 8, 64), (65_537 * 8, 64)]
    {
        there_and_back(&bench, addr, len, asking(8, window));
    }
    there_and_back(&bench, addr, 2 * 65_536 * 8 + 3, asking(8, 1000));
}

#[test]
fn large_windows_of_large_blocks_never_stall() {
    let bench = Bench::new();
    let (_server, addr) = bench.serve();
    for (block, window) in [(8192, 64), (65_464, 16), (1428, 65_535), (512, 65_535), (65_464, 65_535)] {
        there_and_back(&bench, addr, 16 << 20, asking(block, window));
    }
}

#[test]
fn several_at_the_same_time() {
    let bench = Bench::new();
    let (server, addr) = bench.serve();
    let bytes = octets(3_000_000);
    fs::write(bench.served.join("a.bin"), &bytes).unwrap();
    let all: Vec<_> = (0..12)
        .map(|number| {
            let local = bench.own.join(format!("{number}"));
            super::bench::start(TransferConfig { local, ..bench.download(addr, "a.bin") })
        })
        .collect();
    for (number, transfer) in all.iter().enumerate() {
        assert!(transfer.wait(super::bench::PATIENCE, |state| state.phase.has_ended()));
        assert!(fs::read(bench.own.join(format!("{number}"))).unwrap() == bytes, "{:?}", transfer.state());
    }
    assert!(server.wait(super::bench::PATIENCE, |state| state.totals.done == 12), "{:?}", server.state());
}

#[test]
fn text_keeps_its_lines_both_ways() {
    let bench = Bench::new();
    let (_server, addr) = bench.serve();
    // CR and LF fall into different blocks at every block size here.
    let text: Vec<u8> = b"line\nanother\r\nbare\rcr\n\n\r".iter().copied().cycle().take(5000).collect();
    fs::write(bench.own.join("text"), &text).unwrap();
    for options in [Options::Plain, asking(8, 1), asking(9, 4), asking(1428, 16)] {
        let up = TransferConfig { mode: Mode::Netascii, options, ..bench.upload(addr, "text", "text") };
        let down = TransferConfig { mode: Mode::Netascii, options, ..bench.download(addr, "text") };
        let down = TransferConfig { local: bench.own.join("back"), ..down };
        let (up, down) = (done(up), done(down));
        assert_eq!(fs::read(bench.served.join("text")).unwrap(), text);
        assert_eq!(fs::read(bench.own.join("back")).unwrap(), text);
        assert_eq!((up.size, up.sha256), (down.size, down.sha256));
    }
}

#[test]
fn chinese_names_in_both_encodings() {
    let bench = Bench::new();
    let (server, addr) = bench.serve();
    fs::write(bench.served.join("固件 1.bin"), "firmware").unwrap();
    for charset in [Charset::Utf8, Charset::Gbk] {
        let got = done(TransferConfig { charset, ..bench.download(addr, "固件 1.bin") });
        assert_eq!(got.path, bench.own.join("固件 1.bin"));
        assert_eq!(fs::read(got.path).unwrap(), b"firmware");
        let up = TransferConfig { charset, ..bench.upload(addr, "固件 1.bin", "上传.bin") };
        done(up);
        assert_eq!(fs::read(bench.served.join("上传.bin")).unwrap(), b"firmware");
    }
    assert!(matches!(final_fate(&server, "固件 1.bin"), Fate::Done(_)));
}
