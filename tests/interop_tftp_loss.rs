//! TFTP over networks that lose, delay, repeat and reorder: a relay that does all of it, and the kernel's own random drop
//! in a network namespace.
#![cfg(all(feature = "interop", target_os = "linux"))]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::process::Command;
use std::time::{Duration, Instant};

use peers::sha256_of_file;
use peers::tftp::proxy::{Faults, Proxy};
use peers::tftp::servers::{Kind, Server};
use peers::tftp::{Files, OurServer, Ours, asking, assert_same};
use wirebench::service::tftp::{Options, Uploads};

/// Set in the process that runs in a namespace of its own.
const IN_NAMESPACE: &str = "WIREBENCH_TEST_IN_NAMESPACE";

const HALF_MEGABYTE: usize = 512 << 10;
const EIGHT_MEGABYTES: usize = 8 << 20;

fn losing(lost_percent: f64) -> Faults {
    Faults { lost_percent, ..Faults::default() }
}

/// 512 KiB at 2 % loss each way; the middle one of five takes no longer than this, though it waits for some of the
/// server's time-outs.
fn half_a_megabyte_is_there_in_seconds(kind: Kind) {
    const LIMIT: Duration = Duration::from_millis(3500);
    let (there, here) = (Files::new(), Files::new());
    let server = Server::start(kind, there.path());
    let original = there.write("there.bin", HALF_MEGABYTE);
    let mut took: Vec<_> = (1..=5)
        .map(|seed| {
            let proxy = Proxy::start(server.address, losing(2.0), seed);
            let place = here.place(format!("{seed}.bin"));
            let start = Instant::now();
            let (done, state) = Ours::get(proxy.address, "there.bin", &place).done();
            let took = start.elapsed();
            assert_same(&done, &original);
            assert!(proxy.lost() > 0);
            println!("{kind:?}, seed {seed}: {took:?}, {} lost, {:?}", proxy.lost(), state.statistics());
            took
        })
        .collect();
    took.sort_unstable();
    assert!(took[2] <= LIMIT, "{took:?}");
}

#[test]
fn half_a_megabyte_from_tftpd_hpa_at_two_percent_loss() {
    half_a_megabyte_is_there_in_seconds(Kind::Hpa);
}

#[test]
fn half_a_megabyte_from_atftpd_at_two_percent_loss() {
    half_a_megabyte_is_there_in_seconds(Kind::Atftpd);
}

#[test]
fn eight_megabytes_in_windows_at_five_percent_loss() {
    let (served, here) = (Files::new(), Files::new());
    let ours = OurServer::start(served.path(), Uploads::Overwrite);
    let atftpd = Server::start(Kind::Atftpd, served.path());
    let original = served.write("served.bin", EIGHT_MEGABYTES);
    for (seed, address) in [(1, ours.address), (2, ours.address), (3, atftpd.address)] {
        let proxy = Proxy::start(address, losing(5.0), seed);
        let place = here.place(format!("{seed}.bin"));
        let (done, state) = Ours::get(proxy.address, "served.bin", &place).with(asking(1428, 16)).done();
        println!("{address}: {:?}, {} lost, {:?}", state.elapsed, proxy.lost(), state.statistics());
        assert_same(&done, &original);
        assert!(proxy.lost() > 100, "{}", proxy.lost());
    }
}

#[test]
fn eight_megabytes_up_in_windows_at_five_percent_loss() {
    let (served, here) = (Files::new(), Files::new());
    let ours = OurServer::start(served.path(), Uploads::Overwrite);
    let proxy = Proxy::start(ours.address, losing(5.0), 4);
    let original = here.write("mine.bin", EIGHT_MEGABYTES);
    let (_, state) = Ours::put(proxy.address, &original, "new.bin").with(asking(1428, 16)).done();
    println!("{:?}, {} lost, {:?}", state.elapsed, proxy.lost(), state.statistics());
    ours.settled();
    assert_eq!(sha256_of_file(&served.place("new.bin")), sha256_of_file(&original));
}

#[test]
fn a_bad_network_in_every_way() {
    let faults =
        Faults { lost_percent: 3.0, repeated_percent: 5.0, overtaken_percent: 10.0, delay: Duration::from_millis(1) };
    let (served, here) = (Files::new(), Files::new());
    let ours = OurServer::start(served.path(), Uploads::Overwrite);
    let servers = [Kind::Hpa, Kind::Atftpd].map(|kind| Server::start(kind, served.path()));
    let addresses: Vec<_> = servers.iter().map(|server| server.address).chain([ours.address]).collect();
    for (seed, address) in (10..).zip(addresses) {
        for (len, options) in [
            (64 << 10, Options::Plain), // without options tftpd-hpa waits a second for each block that is lost
            (HALF_MEGABYTE, asking(1428, 1)),
            (HALF_MEGABYTE, asking(1428, 16)),
        ] {
            let original = served.write("served.bin", len);
            let proxy = Proxy::start(address, faults, seed);
            let place = here.place("here.bin");
            let (done, state) = Ours::get(proxy.address, "served.bin", &place).with(options).done();
            println!("{address} {options:?}: {:?}, {:?}", state.elapsed, state.statistics());
            assert_same(&done, &original);
            std::fs::remove_file(place).unwrap();
            if address == ours.address {
                let (_, state) = Ours::put(proxy.address, &original, "new.bin").with(options).done();
                println!("up {options:?}: {:?}, {:?}", state.elapsed, state.statistics());
                ours.settled();
                assert_eq!(sha256_of_file(&served.place("new.bin")), sha256_of_file(&original));
            }
        }
    }
}

/// Runs a test of this file once more, alone, in a network of its own. `true` there.
fn in_a_namespace(test: &str) -> bool {
    if std::env::var_os(IN_NAMESPACE).is_some() {
        return true;
    }
    let own = std::env::current_exe().unwrap();
    let mut command = Command::new("unshare");
    command.arg("--net").arg(own).args(["--exact", test, "--nocapture"]).env(IN_NAMESPACE, "1");
    assert!(command.status().unwrap().success());
    false
}

#[track_caller]
fn run(line: &str) {
    let mut words = line.split_whitespace();
    let status = Command::new(words.next().unwrap()).args(words).status().unwrap();
    assert!(status.success(), "{line}");
}

/// The namespace gets its loopback, and an address beyond it, which in.tftpd asks for.
fn bring_up() {
    run("ip link set lo up");
    run("ip address add 192.0.2.1/32 dev lo");
}

/// From now on each datagram that the kernel receives is lost with this probability.
fn drop_at_random(percent: u32) {
    run("nft add table inet bad");
    run("nft add chain inet bad input { type filter hook input priority 0 ; }");
    run(&format!("nft add rule inet bad input meta l4proto udp numgen random mod 100 < {percent} drop"));
}

#[test]
fn eight_megabytes_in_windows_at_five_percent_loss_in_the_kernel() {
    if !in_a_namespace("eight_megabytes_in_windows_at_five_percent_loss_in_the_kernel") {
        return;
    }
    bring_up();
    let (served, here) = (Files::new(), Files::new());
    let ours = OurServer::start(served.path(), Uploads::Overwrite);
    let atftpd = Server::start(Kind::Atftpd, served.path());
    let original = served.write("served.bin", EIGHT_MEGABYTES);
    drop_at_random(5);
    for address in [ours.address, atftpd.address] {
        let place = here.place("here.bin");
        let (done, state) = Ours::get(address, "served.bin", &place).with(asking(1428, 16)).done();
        println!("{address}: {:?}, {:?}", state.elapsed, state.statistics());
        assert_same(&done, &original);
        std::fs::remove_file(place).unwrap();
    }
    let (_, state) = Ours::put(ours.address, &original, "new.bin").with(asking(1428, 16)).done();
    println!("up: {:?}, {:?}", state.elapsed, state.statistics());
    ours.settled();
    assert_eq!(sha256_of_file(&served.place("new.bin")), sha256_of_file(&original));
}

#[test]
fn half_a_megabyte_at_two_percent_loss_in_the_kernel() {
    if !in_a_namespace("half_a_megabyte_at_two_percent_loss_in_the_kernel") {
        return;
    }
    bring_up();
    let (served, here) = (Files::new(), Files::new());
    let servers = [Kind::Hpa, Kind::Atftpd, Kind::Dnsmasq].map(|kind| Server::start(kind, served.path()));
    let original = served.write("served.bin", HALF_MEGABYTE);
    drop_at_random(2);
    for server in &servers {
        let place = here.place("here.bin");
        let (done, state) = Ours::get(server.address, "served.bin", &place).done();
        println!("{}: {:?}, {:?}", server.address, state.elapsed, state.statistics());
        assert_same(&done, &original);
        std::fs::remove_file(place).unwrap();
    }
}
