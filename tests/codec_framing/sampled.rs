//! Framings, payloads and streams that the properties are tried on.

use std::num::NonZeroU32;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use wirebench::codec::byte_order::ByteOrder;
use wirebench::codec::framing::{Counts, Framing, LengthField, LineEnd, Mark, Width};

/// Marks of few letters, so that they overlap each other and themselves.
fn some_mark() -> impl Strategy<Value = Mark> {
    prop_oneof![vec(select(&b"ab"[..]), 1..5), vec(select(&b"\r\n~\xC0"[..]), 1..3)]
        .prop_map(|bytes| Mark::new(&bytes).unwrap())
}

fn some_field() -> impl Strategy<Value = LengthField> {
    (0..4_u8, select(&Width::ALL[..]), select(&ByteOrder::ALL[..]), select(&Counts::ALL[..]), -9..9_i32, 0..4_u8)
        .prop_map(|(offset, width, order, counts, adjustment, header_after)| LengthField {
            offset,
            width,
            order,
            counts,
            adjustment,
            header_after,
            max_bytes: 300,
        })
}

/// Every framing whose frames do not depend on the reads.
pub fn any_framing() -> impl Strategy<Value = Framing> {
    prop_oneof![
        (any::<bool>(), select(&LineEnd::ALL[..])).prop_map(|(keep, send)| Framing::Lines { keep, send }),
        (some_mark(), any::<bool>()).prop_map(|(delimiter, keep)| Framing::Delimiter { delimiter, keep }),
        (1..9_u32).prop_map(|bytes| Framing::Fixed { bytes: NonZeroU32::new(bytes).unwrap() }),
        (some_mark(), some_mark(), any::<bool>()).prop_map(|(start, end, keep)| Framing::Marks { start, end, keep }),
        some_field().prop_map(Framing::Length),
        select(&[Framing::LENGTH_LE4, Framing::LENGTH_BE4][..]),
        Just(Framing::ModbusTcp),
        Just(Framing::Mqtt),
        Just(Framing::Http),
        Just(Framing::Json),
        Just(Framing::Slip),
    ]
}

/// Bytes that mean something to one framing or another.
pub fn some_payload() -> impl Strategy<Value = Vec<u8>> {
    let messages: &[&[u8]] = &[
        b"\0\x01\0\0\0\x06\x01\x03\0\x6B\0\x03",
        b"\x10\x0E\0\x04MQTT\x04\x02\0\x3C\0\x02me",
        b"\xC0\0",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nab\r\n0\r\nT: v\r\n\r\n",
        b"HTTP/1.0 304 Not Modified\r\n\r\n",
        b"HTTP/1.0 200\r\n\r\n",
        b"\r\n",
        b"{\"a\":[1,-2.5e3,true,null],\"b\\n\":{}}",
        b"[\"\\u12ab\",[],{\"x\":\"y\"}]\n",
        b"123 ",
        b"\"text\"",
    ];
    prop_oneof![
        3 => select(messages).prop_map(<[u8]>::to_vec),
        2 => vec(select(&b"ab"[..]), 0..12),
        1 => vec(any::<u8>(), 0..12),
        1 => vec(select(&b"\0\x01\x02\x03\x10\xC0\xDB\xDC\xDD\r\n{}[]\":,1~"[..]), 0..12),
    ]
}

/// A stream of frames and of others, some of them damaged.
pub fn some_stream() -> impl Strategy<Value = (Framing, Vec<u8>)> {
    let part = (some_payload(), any::<bool>());
    let damage = (any::<Index>(), any::<u8>(), 0..4_u8);
    (any_framing(), vec(part, 0..12), vec(damage, 0..3)).prop_map(|(framing, parts, damages)| {
        let mut stream = Vec::new();
        for (payload, is_wrapped) in parts {
            if !is_wrapped || framing.wrap(&payload, &mut stream).is_err() {
                stream.extend(payload);
            }
        }
        for (index, byte, kind) in damages {
            if !stream.is_empty() {
                let at = index.index(stream.len());
                match kind {
                    0 => stream[at] = byte,
                    1 => drop(stream.remove(at)),
                    2 => stream.insert(at, byte),
                    _ => stream.truncate(at),
                }
            }
        }
        (framing, stream)
    })
}
