//! Length fields, Modbus/TCP and MQTT.

use wirebench::codec::byte_order::ByteOrder;
use wirebench::codec::framing::Problem::{Malformed, TooLong, TooShort, Unfinished};
use wirebench::codec::framing::{BAD_BYTES, Counts, Framing, LengthField, MAX_FRAME_BYTES, Width};

use crate::reading::{Read, bad, ok, read, read_open};

#[test]
fn four_bytes_in_front() {
    assert_eq!(read(&Framing::LENGTH_LE4, &[b"\x02\0", b"\0\0a", b"b\0\0\0\0"]), [ok("ab"), ok("")]);
    assert_eq!(
        read(&Framing::LENGTH_BE4, &[b"\0\0\0\x02ab\0\0\0\x03ab"]),
        [ok("ab"), bad(b"\0\0\0\x03ab", Unfinished)]
    );
}

#[test]
fn every_width_in_both_orders() {
    for width in Width::ALL {
        for order in ByteOrder::ALL {
            let framing = Framing::Length(LengthField { width, order, ..LengthField::BE4 });
            let mut sent = Vec::new();
            framing.wrap(b"hello", &mut sent).unwrap();
            assert_eq!(sent.len(), 5 + usize::from(width.bytes()));
            assert_eq!(sent[if order == ByteOrder::Big { usize::from(width.bytes()) - 1 } else { 0 }], 5);
            assert_eq!(read(&framing, &[&sent, &sent]), [ok("hello"), ok("hello")]);
        }
    }
}

/// AA 55, two bytes of length, a command, data.
const DEVICE: LengthField = LengthField { offset: 2, width: Width::Two, header_after: 1, ..LengthField::BE4 };

#[test]
fn what_the_number_counts() {
    let message = b"\xAA\x55\x01abc"; // everything but the field
    for (counts, adjustment, number) in [
        (Counts::Payload, 0, 3),
        (Counts::AfterField, 0, 4),
        (Counts::Frame, 0, 8),
        (Counts::Frame, 2, 6), // without a checksum, say
        (Counts::Payload, -2, 5),
    ] {
        let framing = Framing::Length(LengthField { counts, adjustment, ..DEVICE });
        let sent = [&b"\xAA\x55\0"[..], &[number], &b"\x01abc"[..]].concat();
        let mut wrapped = Vec::new();
        framing.wrap(message, &mut wrapped).unwrap();
        assert_eq!(wrapped, sent, "{counts:?}");
        assert_eq!(read(&framing, &[&sent, &sent]), [ok(message), ok(message)]);
    }
}

#[test]
fn a_length_that_is_too_large() {
    let max = MAX_FRAME_BYTES;
    let field = |length| TooLong { length, max };
    // The zeros of the good field end the noise before it.
    assert_eq!(
        read(&Framing::LENGTH_BE4, &[b"GET ", b"/\0\0\0\x01a"]),
        [bad("GET /", field(0x4745_5420 + 4)), ok("a")]
    );
    let eight = Framing::Length(LengthField { width: Width::Eight, ..LengthField::BE4 });
    assert_eq!(read(&eight, &[&[0xFF; 9]]), [bad([0xFF; 9], field(u64::MAX))]);
}

#[test]
fn a_length_that_is_too_small() {
    let framing = Framing::Length(LengthField { width: Width::One, counts: Counts::Frame, ..LengthField::BE4 });
    let problem = TooShort { length: 0, min: 1 };
    assert_eq!(read(&framing, &[b"\0\0\x02a\x01"]), [bad(b"\0\0", problem), ok("a"), ok("")]);
    let unbounded = Framing::Length(LengthField { width: Width::Eight, max_bytes: u64::MAX, ..LengthField::BE4 });
    assert_eq!(read(&unbounded, &[&[0xFF; 20]]), [bad([0xFF; 20], Unfinished)]);
    let adjusted = Framing::Length(LengthField { width: Width::One, adjustment: -5, ..LengthField::BE4 });
    assert_eq!(read(&adjusted, &[b"\x02\x06a"]), [bad(b"\x02", TooShort { length: -2, min: 1 }), ok("a")]);
}

#[test]
fn noise_is_given_in_parts() {
    let noise = vec![0xFF; BAD_BYTES as usize + 10];
    let problem = TooLong { length: 0xFFFF_FFFF + 4, max: MAX_FRAME_BYTES };
    assert_eq!(read_open(&Framing::LENGTH_BE4, &[&noise]), [bad(&noise[..BAD_BYTES as usize], problem)]);
}

#[test]
fn modbus_messages() {
    let request: &[u8] = b"\0\x01\0\0\0\x06\x01\x03\0\x6B\0\x03";
    let answer: &[u8] = b"\0\x01\0\0\0\x05\x01\x03\x02\x02\x2B";
    assert_eq!(read(&Framing::ModbusTcp, &[request, &answer[..7], &answer[7..]]), [ok(request), ok(answer)]);
    assert_eq!(read(&Framing::ModbusTcp, &[b"\x07\x07\x07", request]), [bad(b"\x07\x07\x07", Malformed), ok(request)]);
    let long = [&b"\0\0\0\0\x04\x01"[..], &[9; 1025]].concat();
    assert!(matches!(&read(&Framing::ModbusTcp, &[&long])[..], [Err((_, TooLong { length: 1031, max: 1030 })), ..]));
    let short = read(&Framing::ModbusTcp, &[b"\0\x09\0\0\0\x01\x07\x07", request]);
    assert_eq!(short, [bad(b"\0\x09\0\0\0\x01\x07\x07", TooShort { length: 7, min: 8 }), ok(request)]);
}

#[test]
fn mqtt_packets() {
    let connect: &[u8] = b"\x10\x0E\0\x04MQTT\x04\x02\0\x3C\0\x02me";
    let publish = [&b"\x32\xAC\x02\0\x01t\0\x01"[..], &[b'x'; 295]].concat();
    let ping: &[u8] = b"\xC0\0";
    let stream = [connect, &publish, ping].concat();
    let expected = [ok(connect), ok(&publish), ok(ping)];
    assert_eq!(read(&Framing::Mqtt, &[&stream]), expected);
    assert_eq!(read(&Framing::Mqtt, &[&stream[..18], &stream[18..]]), expected);
}

#[test]
fn what_is_no_mqtt_packet() {
    let ping: &[u8] = b"\xC0\0";
    let not: &[&[u8]] = &[
        b"\x00\x00",                 // type 0
        b"\x36\x02",                 // QoS 3
        b"\x80\x05",                 // SUBSCRIBE without its flag
        b"\xC0\x01",                 // a ping with a body
        b"\x10\xFF\xFF\xFF\xFF\x00", // five digits of length
    ];
    for bytes in not {
        let given = read(&Framing::Mqtt, &[bytes, ping]);
        let is_bad = |read: &Read| matches!(read, Err((_, Malformed)));
        assert!(given.first().is_some_and(is_bad), "{bytes:02X?}: {given:?}");
    }
    assert_eq!(read(&Framing::Mqtt, &[b"\0\0\0", ping]), [bad(b"\0\0\0", Malformed), ok(ping)]);
}
