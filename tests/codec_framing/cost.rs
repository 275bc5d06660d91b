//! The cost grows with the bytes, not with their square, even if each comes alone.

use std::time::{Duration, Instant};

use wirebench::codec::framing::{Assembler, Framing};

use crate::reading::{delimiter, marks};

const SMALL: usize = 1 << 17;
/// How many times as long the larger stream is.
const TIMES: usize = 8;

/// A stream of about so many bytes.
type Stream = Box<dyn Fn(usize) -> Vec<u8>>;

/// The least of so many times to read a stream byte by byte.
fn time(framing: &Framing, stream: &[u8], times: usize) -> Duration {
    let once = || {
        let mut assembler = Assembler::new(framing);
        let mut given = 0;
        let began = Instant::now();
        for byte in stream.chunks(1) {
            assembler.push(byte, 0, |_, bytes| given += bytes.len());
        }
        let time = began.elapsed();
        assert!(given <= stream.len());
        time
    };
    (0..times).map(|_| once()).min().unwrap()
}

fn repeated(pattern: &[u8], len: usize) -> Vec<u8> {
    pattern.iter().copied().cycle().take(len).collect()
}

#[test]
fn single_bytes_cost_the_same_in_long_frames() {
    let one_length = |len: usize| [&(len as u32).to_be_bytes()[..], &vec![b'x'; len]].concat();
    let http =
        |len: usize| [format!("PUT / HTTP/1.1\r\nContent-Length: {len}\r\n\r\n").as_bytes(), &vec![b'x'; len]].concat();
    let streams: Vec<(Framing, Stream)> = vec![
        (Framing::LINES, Box::new(|len| repeated(b"x", len))),
        (delimiter("aaaaab", false), Box::new(|len| repeated(b"a", len))),
        (marks("ab", "aaaaab"), Box::new(|len| [b"ab", &repeated(b"a", len)[..]].concat())),
        (marks("aaaaab", "x"), Box::new(|len| repeated(b"a", len))),
        (Framing::LENGTH_BE4, Box::new(one_length)),
        (Framing::LENGTH_BE4, Box::new(|len| repeated(b"\xFF", len))),
        (Framing::ModbusTcp, Box::new(|len| repeated(b"\0", len))),
        (Framing::Mqtt, Box::new(|len| repeated(b"\x10\xFF\xFF\xFF\xFF", len))),
        (Framing::Http, Box::new(http)),
        (Framing::Http, Box::new(|len| repeated(b"x: y\r\n", len))),
        (Framing::Json, Box::new(|len| [b"[\"", &repeated(b"x", len)[..]].concat())),
        (Framing::Json, Box::new(|len| repeated(b"[\n", len))),
        (Framing::Slip, Box::new(|len| repeated(b"x", len))),
    ];
    for (framing, stream) in streams {
        let (small, large) = (stream(SMALL), stream(SMALL * TIMES));
        let ratio = || time(&framing, &large, 2).as_secs_f64() / time(&framing, &small, 4).as_secs_f64();
        // 8 times the bytes: 8 if the cost is linear, 64 if it is quadratic, again and again.
        assert!((0..5).any(|_| ratio() < 24.0), "{framing:?}");
    }
}
