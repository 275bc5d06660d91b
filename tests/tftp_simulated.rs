//! A TFTP client against a TFTP server on simulated time: whatever the network does, the file is right or the failure
//! is told, nothing hangs, and the traffic stays bounded.

#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::num::{NonZeroU8, NonZeroU16};
use std::time::Duration;

use wirebench::proto::tftp::server::ServerConfig;
use wirebench::proto::tftp::{Asked, BlockSize, ClientConfig, Direction, Rollover};

mod tftp_network;

use tftp_network::{Dice, Network, Outcome, Weather};

fn client(direction: Direction, block_size: u16, window_size: u16) -> ClientConfig {
    let mut config = ClientConfig::new("203.0.113.5:69".parse().unwrap(), direction, "file");
    config.asked =
        Asked { block_size: BlockSize::new(block_size), window_size: NonZeroU16::new(window_size), ..Asked::default() };
    config
}

fn server() -> ServerConfig {
    ServerConfig::new("0.0.0.0:0".parse().unwrap())
}

fn content(len: usize, seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    (0..len).map(|_| dice.number() as u8).collect()
}

/// The file that the receiving side has.
fn received(outcome: &Outcome, direction: Direction) -> &[u8] {
    match direction {
        Direction::Download => &outcome.client.file,
        Direction::Upload => outcome.server.as_ref().map_or(&[], |server| &server.file),
    }
}

/// Runs, and checks what must hold always. True if the file arrived.
fn check(config: &ClientConfig, template: ServerConfig, file: &[u8], weather: Weather, seed: u64) -> (bool, Outcome) {
    let outcome = Network::new(config, template, file, weather, seed).run();
    let client_is_done = outcome.client.complete_at.is_some();
    assert_ne!(client_is_done, outcome.client.failure.is_some(), "seed {seed}: neither or both ends");
    let (receiver, what) = match config.direction {
        Direction::Download => (Some(&outcome.client), "client"),
        Direction::Upload => (outcome.server.as_ref(), "server"),
    };
    if let Some(receiver) = receiver.filter(|side| side.complete_at.is_some()) {
        let right = receiver.file == file || receiver.size_warning;
        assert!(right, "seed {seed}: the {what} has another file: {config:?} {weather:?}");
    }
    if client_is_done {
        let receiver_has_it = receiver.is_some_and(|side| side.complete_at.is_some());
        assert!(receiver_has_it, "seed {seed}: the client says done, the server has no file");
    }
    (client_is_done, outcome)
}

const CALM: Weather = Weather {
    loss: 0.0,
    duplication: 0.0,
    reordering: 0.0,
    truncation: 0.0,
    strangers: 0.0,
    delay: Duration::from_millis(2),
};

#[test]
fn all_sizes_around_a_block_and_a_window() {
    for direction in [Direction::Download, Direction::Upload] {
        for (block_size, window_size) in [(8, 1), (8, 4), (512, 1), (512, 16), (1428, 3), (65_464, 2)] {
            let block = usize::from(block_size);
            let window = block * usize::from(window_size);
            for len in [0, 1, block - 1, block, block + 1, window - 1, window, window + 1, 3 * window, 3 * window + 5] {
                let file = content(len, 1);
                let config = client(direction, block_size, window_size);
                let (done, outcome) = check(&config, server(), &file, CALM, 7);
                assert!(done, "{direction:?} {block_size} x {window_size}, {len} octets: {:?}", outcome.client.failure);
                let machine = &outcome.client.machine;
                assert_eq!(received(&outcome, direction), file);
                assert_eq!(machine.statistics().retransmissions, 0);
                assert_eq!(machine.statistics().bytes, len as u64);
                assert_eq!(machine.statistics().blocks, (len / block + 1) as u64);
                assert_eq!(machine.options().block_size.get(), block_size);
                assert_eq!(machine.options().window_size.get(), window_size);
            }
        }
    }
}

/// A weather, a configuration and a file from one seed.
fn drawn(seed: u64) -> (ClientConfig, Vec<u8>, Weather) {
    let mut dice = Dice(seed ^ 0xD1CE);
    let mut part = |most: f64| if dice.happens(0.5) { most * dice.below(1001) as f64 / 1000.0 } else { 0.0 };
    let (loss, duplication, reordering) = (part(0.2), part(0.2), part(0.2));
    let (truncation, strangers) = (part(0.2), part(0.2));
    let delay = Duration::from_micros(100 + dice.below(30_000));
    let weather = Weather { loss, duplication, reordering, truncation, strangers, delay };
    let direction = if dice.happens(0.5) { Direction::Download } else { Direction::Upload };
    let block_size = [8, 16, 64, 512, 1428][dice.below(5) as usize];
    let window_size = [1, 1, 2, 3, 4, 8, 16, 64][dice.below(8) as usize];
    let mut config = client(direction, block_size, window_size);
    if dice.happens(0.1) {
        config.asked = Asked::default();
    }
    let block = config.asked.block_size.map_or(512, |size| u64::from(size.get()));
    let len = match dice.below(4) {
        0 => dice.below(block * 3),
        1 => dice.below(20) * block,
        _ => dice.below(block * 60),
    };
    if dice.happens(0.5) {
        config.asked.size = Some(if direction == Direction::Download { 0 } else { len });
    }
    if dice.happens(0.1) {
        config.asked.timeout = NonZeroU8::new(1);
    }
    config.seed = seed;
    (config, content(len as usize, seed), weather)
}

#[test]
fn thousands_of_networks() {
    let (mut done, mut hopeless) = (0, 0);
    for seed in 0..6000 {
        let (config, file, weather) = drawn(seed);
        let (arrived, outcome) = check(&config, server(), &file, weather, seed);
        done += u64::from(arrived);
        hopeless += u64::from(!arrived && weather.truncation == 0.0);
        let block = config.asked.block_size.map_or(512, |size| usize::from(size.get()));
        let blocks = (file.len() / block + 1) as u64;
        let window = config.asked.window_size.map_or(1, |blocks| u64::from(blocks.get())).min(blocks);
        let most = 200 + blocks * (6 + 3 * window.isqrt());
        assert!(outcome.datagrams < most, "seed {seed}: {} datagrams for {blocks} blocks", outcome.datagrams);
        let most = Duration::from_mins(2) + weather.delay * 40 * (blocks as u32);
        assert!(outcome.took < most, "seed {seed}: {:?} for {blocks} blocks", outcome.took);
    }
    // A cut request is answered by an ERROR; without cuts only a lost last ACK, or a server never heard, ends badly.
    assert!(done > 5850, "{done}");
    assert!(hopeless < 20, "{hopeless}");
}

/// Datagrams for each block of a file of 2 MB, and the time until it was there.
fn cost(direction: Direction, window_size: u16, loss: f64) -> (f64, Duration) {
    let file = content(2 << 20, 3);
    let weather = Weather { loss, delay: Duration::from_micros(100), ..CALM };
    let (done, outcome) = check(&client(direction, 1428, window_size), server(), &file, weather, 5);
    assert!(done, "{direction:?}: {:?}", outcome.client.failure);
    let blocks = (file.len() / 1428 + 1) as f64;
    (outcome.datagrams as f64 / blocks, outcome.client.complete_at.unwrap().0)
}

#[test]
fn loss_costs_little() {
    for direction in [Direction::Download, Direction::Upload] {
        for (window_size, loss, most_datagrams, most_seconds) in [
            (1, 0.0, 2.01, 0.5),
            (1, 0.05, 2.3, 15.0),
            (4, 0.05, 1.6, 4.5),
            (16, 0.0, 1.07, 0.1),
            (16, 0.01, 1.2, 0.4),
            (16, 0.05, 1.8, 2.0),
            (64, 0.05, 4.2, 1.5),
            (16, 0.2, 5.5, 15.0),
        ] {
            let (datagrams, took) = cost(direction, window_size, loss);
            let good = datagrams <= most_datagrams && took.as_secs_f64() <= most_seconds;
            assert!(good, "{direction:?}, window {window_size}, loss {loss}: {datagrams} datagrams a block, {took:?}");
        }
    }
}

/// Files that end before, at and after the rollover, in lock-step and windows, with and without loss.
#[test]
fn both_rollovers() {
    for direction in [Direction::Download, Direction::Upload] {
        for rollover in [Rollover::Zero, Rollover::One] {
            for (window_size, len, loss) in [
                (1, 8 * 65_535, 0.0),
                (16, 8 * 65_535 - 1, 0.0),
                (16, 8 * 65_536, 0.0),
                (16, 8 * 65_540, 0.02),
                (1000, 8 * 66_000 + 3, 0.0),
            ] {
                let file = content(len, 9);
                let mut config = client(direction, 8, window_size);
                config.rollover = rollover;
                let template = ServerConfig { rollover, ..server() };
                let weather = Weather { loss, delay: Duration::from_micros(100), ..CALM };
                let (done, outcome) = check(&config, template, &file, weather, 4);
                let failure = &outcome.client.failure;
                assert!(done, "{direction:?} {rollover:?} {window_size} {len}: {failure:?}");
            }
        }
    }
}
