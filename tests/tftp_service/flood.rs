//! Requests of clients that do not exist.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use wirebench::service::tftp::TransferConfig;

use super::bench::{Bench, PATIENCE, Raw, done, octets, rrq, timed, wrq};

#[test]
fn forged_requests_cost_little_and_crowd_nobody_out() {
    let bench = Bench::new();
    let (server, addr) = bench.serve();
    fs::write(bench.served.join("a"), octets(100_000)).unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let flood = {
        let over = Arc::clone(&over);
        std::thread::Builder::new().spawn(move || {
            // Sockets that never read: to the server, clients that never react.
            let forged: Vec<Raw> =
                (0..300).map(|at| Raw::at(&format!("127.1.{}.{}", at / 250, at % 250 + 1))).collect();
            let mut sent = 0_u64;
            while !over.load(Ordering::Relaxed) {
                for raw in &forged {
                    let request = if sent.is_multiple_of(2) { rrq(b"a", "") } else { wrq(b"forged", "") };
                    let _ = raw.0.send_to(&request, addr);
                    sent += 1;
                }
            }
            sent
        })
    }
    .unwrap();
    assert!(server.wait(PATIENCE, |state| state.totals.evicted > 1000), "{:?}", server.state().totals);
    for at in 0..5 {
        let got = done(TransferConfig { local: bench.own.join(at.to_string()), ..bench.download(addr, "a") });
        assert_eq!(got.size, 100_000);
    }
    over.store(true, Ordering::Relaxed);
    assert!(flood.join().unwrap() > 1000);
    let state = server.state();
    assert!(state.requests.len() <= 500);
    assert!(!bench.served.join("forged").exists() && !bench.served.join("forged.part").exists());
    #[cfg(target_os = "linux")]
    {
        let open = fs::read_dir("/proc/self/fd").unwrap().count();
        assert!(open < 900, "{open} open files");
    }
    let ((), time) = timed(|| drop(server));
    assert!(time < Duration::from_millis(500), "{time:?}");
}
