//! Every checksum against other people's: crccheck, crcmod, pymodbus and zlib, or Python's own arithmetic.
#![cfg(feature = "interop")]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::collections::HashMap;
use std::io::Write;

use peers::process::Process;
use serde_json::json;
use wirebench::codec::append::{Checksum, Crc};
use wirebench::codec::hex;

/// Messages of many lengths, odd and even, and such as make sums overflow.
fn messages() -> Vec<Vec<u8>> {
    let scattered = |len: u32| (0..len).map(|index| (index.wrapping_mul(2_654_435_761) >> 21) as u8).collect();
    let mut messages: Vec<Vec<u8>> = [1, 2, 3, 7, 8, 255, 256, 1000, 6001].map(scattered).into();
    messages.extend([b"123456789".to_vec(), vec![0; 17], vec![0xFF; 6000], vec![0xFF; 6001]]);
    messages
}

#[test]
fn others_come_to_the_same_numbers() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/checksums.py");
    let mut python = Process::start("python3", [script]);
    let mut compared: HashMap<String, usize> = HashMap::new();
    for checksum in Checksum::all() {
        let name = checksum.name();
        for message in messages() {
            let mut hex = String::new();
            hex::format(&message, &mut hex);
            writeln!(python.stdin(), "{}", json!({ "name": name, "hex": hex })).unwrap();
            let answers: HashMap<String, String> = serde_json::from_str(&python.read_line()).unwrap();
            assert!(!answers.is_empty(), "nobody else knows {name}");
            for (program, answer) in answers {
                let len = message.len();
                assert_eq!(checksum.of(&message), answer.parse().unwrap(), "{name} of {len} bytes by {program}");
                *compared.entry(program).or_default() += 1;
            }
        }
    }
    let algorithms = |program| compared.get(program).map_or(0, |count| count / messages().len());
    assert_eq!(algorithms("crccheck"), Crc::all().len() + 2);
    assert_eq!(algorithms("crcmod"), 39);
    assert_eq!((algorithms("pymodbus"), algorithms("zlib"), algorithms("python")), (2, 2, 7));
}
