//! TFTP on the wire: what is written reads back, and no datagram whatsoever makes a panic or another file.

#![allow(clippy::unwrap_used)] // tests panic on purpose

use std::convert::Infallible;
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::time::Duration;

use proptest::prelude::*;
use wirebench::codec::hex;
use wirebench::proto::Moment;
use wirebench::proto::tftp::packet::{MAX_REQUEST, Packet, RawOptions, RequestFields};
use wirebench::proto::tftp::server::{NoRequest, Request, RequestKind, ServerConfig};
use wirebench::proto::tftp::{BlockSize, ClientConfig, ConfigError, Direction, ErrorCode, Mode, Transfer};

#[test]
fn known_packets() {
    for line in include_str!("vectors/tftp/packets.txt").lines().filter(|line| !line.starts_with('#')) {
        let (octets, told) = line.split_once("| ").or(line.strip_suffix('|').map(|octets| (octets, ""))).unwrap();
        let broken = octets.starts_with('!');
        let bytes = hex::parse(octets.trim_start_matches('!')).unwrap_or_default();
        match Packet::parse(&bytes) {
            Ok(packet) => assert_eq!((packet.to_string().as_str(), broken), (told, false), "{octets}"),
            Err(error) => assert_eq!((error.to_string().as_str(), broken), (told, true), "{octets}"),
        }
    }
}

#[test]
fn padding_is_left_out() {
    let padded = Packet::parse(b"\0\x06blksize\x009\0\0\0").unwrap();
    assert_eq!(padded.to_bytes(), b"\0\x06blksize\x009\0");
    assert_eq!(Packet::parse(b"\0\x04\0\x01\0\0\0").unwrap(), Packet::Ack { block: 1 });
    assert_eq!(Packet::parse(b"\0\x05\0\x01text\0rest").unwrap().to_string(), "ERROR 1 text");
}

#[test]
fn a_request_has_at_most_512_octets() {
    let config = |len| ClientConfig::new("127.0.0.1:69".parse().unwrap(), Direction::Download, vec![b'a'; len]);
    let longest = MAX_REQUEST - 2 - 1 - "octet\0".len();
    assert!(Transfer::client(&config(longest), Moment::default()).is_ok());
    let error = Transfer::client(&config(longest + 1), Moment::default()).unwrap_err();
    assert_eq!(error, ConfigError::TooLong { octets: 513 });
    let mut with_options = config(longest);
    with_options.asked.size = Some(0);
    assert!(matches!(Transfer::client(&with_options, Moment::default()), Err(ConfigError::TooLong { octets: 520 })));
}

#[test]
fn names_that_no_request_can_have() {
    let config = |name: &[u8]| ClientConfig::new("127.0.0.1:69".parse().unwrap(), Direction::Download, name);
    assert_eq!(Transfer::client(&config(b""), Moment::default()).unwrap_err(), ConfigError::NoName);
    assert_eq!(Transfer::client(&config(b"a\0b"), Moment::default()).unwrap_err(), ConfigError::Nul);
}

#[test]
fn what_comes_to_a_listening_port() {
    let request = Request::parse(b"\0\x02a b\0NetASCII\0tsize\x00077\0").unwrap();
    assert_eq!((request.kind, request.mode, request.name()), (RequestKind::Write, Mode::Netascii, &b"a b"[..]));
    assert_eq!(request.announced_size(), Some(77));
    for (bytes, why, code) in [
        (&b"\0\x01name"[..], "a broken request: a text is not ended by NUL", Some(4)),
        (b"\0\x01name\0mail\0", "the mode is neither octet nor netascii", Some(4)),
        (b"\0\x04\0\x01", "no transfer has this port", Some(5)),
        (b"\0\x05\0\x01", "no packet", None),
        (b"GET / HTTP/1.1", "no packet", None),
        (b"", "no packet", None),
    ] {
        let error: NoRequest = Request::parse(bytes).unwrap_err();
        assert_eq!(error.to_string(), why);
        let answer = error.answer();
        let told = answer.as_deref().map(|answer| Packet::parse(answer).unwrap());
        assert_eq!(told, code.map(|code| Packet::Error { code: ErrorCode(code), text: why.as_bytes() }));
    }
}

fn without_nul(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(1..=255_u8, 0..most)
}

fn options() -> impl Strategy<Value = Vec<u8>> {
    let pair = (prop::collection::vec(1..=255_u8, 1..12), without_nul(12));
    prop::collection::vec(pair, 0..6)
        .prop_map(|pairs| pairs.iter().flat_map(|(name, value)| [&name[..], b"\0", value, b"\0"].concat()).collect())
}

/// Anything, and what looks like a packet.
fn datagram() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..600),
        (0..8_u8, 0..6_u8, prop::collection::vec(any::<u8>(), 0..60)).prop_map(|(opcode, block, rest)| [
            &[0, opcode, 0, block],
            &rest[..]
        ]
        .concat()),
        (0..3_u16, any::<u8>()).prop_map(|(block, fill)| { Packet::Data { block, data: &[fill; 16] }.to_bytes() }),
        options().prop_map(|pairs| [&[0, 6], &pairs[..]].concat()),
        (8..20_u16, 0..4_u16)
            .prop_map(|(octets, blocks)| format!("\0\x06blksize\0{octets}\0windowsize\0{blocks}\0").into_bytes()),
    ]
}

/// Feeds a machine with anything at any time, from its peer and from others.
fn torment(mut machine: Transfer, datagrams: &[(u16, Vec<u8>, u32)]) {
    let (mut now, mut buf) = (Moment::default(), vec![0; 65_468]);
    let read = |offset: u64, out: &mut [u8]| -> Result<usize, Infallible> {
        Ok(1000_usize.saturating_sub(offset as usize).min(out.len()))
    };
    for (port, bytes, pause) in datagrams {
        now = now + Duration::from_millis(u64::from(*pause));
        machine.handle_timeout(now);
        let taken = machine.handle_datagram(SocketAddr::from(([127, 0, 0, 1], *port)), bytes, now);
        assert!(taken.is_none_or(|data| data.len() <= usize::from(machine.options().block_size.get())));
        let mut sent = 0;
        while let Ok(Some(transmit)) = machine.poll_transmit(now, &mut buf, read) {
            assert!(Packet::parse(&buf[..transmit.len]).is_ok());
            sent += 1;
            assert!(sent < 40, "a storm");
        }
        while machine.poll_event().is_some() {}
    }
    for _ in 0..60 {
        while let Ok(Some(_)) = machine.poll_transmit(now, &mut buf, read) {}
        let Some(next) = machine.poll_timeout() else { break };
        now = now.max(next);
        machine.handle_timeout(now);
    }
    assert!(machine.is_over(), "a silent peer is waited for without an end");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_written_reads_back(
        name in without_nul(40), mode in without_nul(12), options in options(), code in any::<u16>(),
        data in prop::collection::vec(any::<u8>(), 0..80), text in without_nul(40),
    ) {
        let raw = RawOptions::parse(&options).unwrap();
        let fields = RequestFields { name: &name, mode: &mode, options: raw };
        for packet in [
            Packet::Read(fields),
            Packet::Write(fields),
            Packet::Data { block: code, data: &data },
            Packet::Ack { block: code },
            Packet::Error { code: ErrorCode(code), text: &text },
            Packet::OptionAck(raw),
        ] {
            let bytes = packet.to_bytes();
            prop_assert_eq!(Packet::parse(&bytes), Ok(packet));
            prop_assert!(!packet.to_string().contains(char::is_control));
        }
    }

    #[test]
    fn what_reads_is_written_the_same_again(bytes in datagram()) {
        if let Ok(packet) = Packet::parse(&bytes) {
            let again = packet.to_bytes();
            prop_assert_eq!(Packet::parse(&again), Ok(packet));
        }
        let _ = Request::parse(&bytes).map_err(NoRequest::answer);
    }

    #[test]
    fn no_datagram_upsets_a_transfer(
        datagrams in prop::collection::vec((prop_oneof![Just(69_u16), Just(4000), any::<u16>()], datagram(), 0..3000_u32), 0..40),
        upload in any::<bool>(), window in 0..4_u16,
    ) {
        let direction = if upload { Direction::Upload } else { Direction::Download };
        let mut config = ClientConfig::new("127.0.0.1:69".parse().unwrap(), direction, "file");
        config.asked.block_size = BlockSize::new(16);
        config.asked.window_size = NonZeroU16::new(window);
        torment(Transfer::client(&config, Moment::default()).unwrap(), &datagrams);

        let kind = if upload { 2 } else { 1 };
        let request = [&[0, kind], format!("f\0octet\0blksize\00016\0windowsize\0{window}\0").as_bytes()].concat();
        let config = ServerConfig::new("127.0.0.1:4000".parse().unwrap());
        torment(Transfer::server(&Request::parse(&request).unwrap(), &config, Moment::default()), &datagrams);
    }
}
