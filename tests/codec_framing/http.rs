//! HTTP/1 messages.

use wirebench::codec::framing::Problem::{Malformed, NoEnd, Outside, TooLong, Unfinished};
use wirebench::codec::framing::{BAD_BYTES, Framing, MAX_HEAD_BYTES};

use crate::reading::{Read, bad, ok, read, read_max, read_open};

const GET: &str = "GET /a?b=%20 HTTP/1.1\r\nHost: x\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

fn http(stream: &str) -> Vec<Read> {
    read(&Framing::Http, &[stream.as_bytes()])
}

#[test]
fn messages_one_after_the_other() {
    let post = "POST / HTTP/1.0\ncontent-length : 5, 5\n\nhello";
    assert_eq!(http(&[GET, post, GET, OK, OK].concat()), [GET, post, GET, OK, OK].map(ok));
    assert_eq!(read_open(&Framing::Http, &[OK.as_bytes()]), [ok(OK)]);
}

#[test]
fn empty_lines_before_a_message_are_not_part_of_it() {
    assert_eq!(http(&format!("\r\n\n{GET}\r\n{GET}\r\n\r")), [ok(GET), ok(GET)]);
    let empty = vec![b'\n'; BAD_BYTES as usize];
    assert_eq!(read(&Framing::Http, &[&empty, GET.as_bytes()]), [bad(&empty, Outside), ok(GET)]);
}

#[test]
fn chunks_with_extensions_and_trailers() {
    let message = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\nContent-Length: 9\r\n\r\n\
                   5;a=b\r\nhello\r\n0A\r\n0123456789\r\n0\r\nDigest: x\r\n\r\n";
    assert_eq!(http(&[message, OK].concat()), [ok(message), ok(OK)]);
}

#[test]
fn responses_without_a_body() {
    for head in ["100 Continue", "204 No Content", "304"] {
        let message = format!("HTTP/1.1 {head}\r\nContent-Length: 2\r\n\r\n");
        assert_eq!(http(&[&message, OK].concat()), [ok(&message), ok(OK)], "{head}");
    }
}

#[test]
fn a_response_without_a_length_lasts_until_the_close() {
    let message = format!("HTTP/1.0 200 OK\r\n\r\nall of\r\n\r\n{OK}");
    assert_eq!(http(&message), [ok(&message)]);
    assert_eq!(read_open(&Framing::Http, &[message.as_bytes()]), []);
}

#[test]
fn framing_goes_on_at_the_next_start_line() {
    let noise = "\x16\x03\x01\nhello: you\r\nGET / HTTP/2.0\r\nGET /HTTP/1.1\r\n";
    assert_eq!(http(&[noise, GET].concat()), [bad(noise, Malformed), ok(GET)]);
    for broken in [
        "GET / HTTP/1.1\r\nno colon\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n",
        "GET / HTTP/1.1\r\nContent-Length: +1\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11112222333344445\r\n",
        "GET / HTTP/1.1\r\nHost: cut off\r\n", // the next message's start line is no field
        "HTTP/1.1 2000 OK\r\n",
        "HTTP/1.1\r\n",
    ] {
        assert_eq!(http(&[broken, GET].concat()), [bad(broken, Malformed), ok(GET)], "{broken}");
    }
}

#[test]
fn heads_are_bounded() {
    let long = format!("GET / HTTP/1.1\r\nCookie: {}\r\n{GET}", "x".repeat(MAX_HEAD_BYTES));
    let cut = long.len() - GET.len();
    let problem = NoEnd { max: MAX_HEAD_BYTES as u64 };
    let given = http(&long);
    assert_eq!(given[0], bad(&long[..MAX_HEAD_BYTES], problem));
    assert_eq!(given[1..], [bad(&long[MAX_HEAD_BYTES..cut], Malformed), ok(GET)]);
    let many = format!("GET / HTTP/1.1\r\n{}", "a: b\r\n".repeat(MAX_HEAD_BYTES / 6 + 1));
    assert!(matches!(&http(&many)[..], [Err((bytes, _)), ..] if bytes.len() >= MAX_HEAD_BYTES));
    // A line that is cut as too long has no start line in its rest.
    let hidden = format!("{}{GET}", "x".repeat(MAX_HEAD_BYTES));
    assert!(matches!(&http(&hidden)[..], [Err(_), Err(_)]));
}

#[test]
fn a_message_that_is_too_long_is_bad_up_to_its_end() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
    let long = format!("{head}{}", "x".repeat(100));
    let problem = TooLong { length: long.len() as u64, max: 60 };
    assert_eq!(read_max(&Framing::Http, 60, &[long.as_bytes(), OK.as_bytes()]), [bad(&long, problem), ok(OK)]);

    let chunks = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", "3\r\nabc\r\n".repeat(20));
    let given = read_max(&Framing::Http, 60, &[chunks.as_bytes(), OK.as_bytes()]);
    assert_eq!(given, [bad(&chunks, NoEnd { max: 60 }), ok(OK)]);
}

#[test]
fn a_stream_that_ends_too_soon() {
    assert_eq!(http("GET / HTTP/1.1\r\nHo"), [bad("GET / HTTP/1.1\r\nHo", Unfinished)]);
    let half = &OK[..OK.len() - 1];
    assert_eq!(http(half), [bad(half, Unfinished)]);
}
