//! Any datagram: parsing makes no panic, and what was parsed is written and read the same again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirebench::proto::tftp::Packet;
use wirebench::proto::tftp::name;
use wirebench::proto::tftp::server::Request;

fuzz_target!(|datagram: &[u8]| {
    if let Ok(packet) = Packet::parse(datagram) {
        let again = packet.to_bytes();
        assert_eq!(Packet::parse(&again), Ok(packet));
        assert!(!packet.to_string().contains(char::is_control));
    }
    match Request::parse(datagram) {
        Ok(request) => {
            for name in name::candidates(request.name()).into_iter().flatten() {
                assert!(name.components().all(|part| !matches!(part, "" | "." | "..") && !part.contains(['/', '\\'])));
            }
        }
        Err(error) => drop(error.answer()),
    }
});
