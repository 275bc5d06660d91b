//! JSON values.

use wirebench::codec::framing::Problem::{Malformed, NoEnd, Outside, TooDeep, Unfinished};
use wirebench::codec::framing::{BAD_BYTES, Framing, MAX_JSON_DEPTH};

use crate::reading::{Read, bad, ok, read, read_max, read_open};

fn json(stream: &str) -> Vec<Read> {
    read(&Framing::Json, &[stream.as_bytes()])
}

#[test]
fn values_with_and_without_white_space() {
    assert_eq!(
        json("{\"a\":[1,{}]}[]\n \"x\\\"y\"true null\tfalse-1.5e+3 0 \"\\u00e9你\""),
        ["{\"a\":[1,{}]}", "[]", "\"x\\\"y\"", "true", "null", "false", "-1.5e+3", "0", "\"\\u00e9你\""].map(ok)
    );
    let nested = "{ \"a\" : [ 1 , -0.5E-2 , true ] ,\r\n \"{[\" : { } , \"\" : [ ] }";
    assert_eq!(read_open(&Framing::Json, &[nested.as_bytes()]), [ok(nested)]);
}

#[test]
fn a_number_ends_with_the_next_byte_or_the_stream() {
    assert_eq!(read_open(&Framing::Json, &[b"12"]), []);
    assert_eq!(read_open(&Framing::Json, &[b"12", b"3\n"]), [ok("123")]);
    assert_eq!(json("12"), [ok("12")]);
    assert_eq!(json("12."), [bad("12.", Unfinished)]);
}

#[test]
fn white_space_is_not_part_of_a_value() {
    assert_eq!(json(" \r\n[]\r\n"), [ok("[]")]);
    let space = vec![b' '; BAD_BYTES as usize];
    assert_eq!(read(&Framing::Json, &[&space, b"{}"]), [bad(&space, Outside), ok("{}")]);
}

#[test]
fn framing_goes_on_where_the_brackets_close() {
    for broken in
        ["{a:1, b:{c:[2]}}", "[1,,2]", "{\"a\" 1}", "[1}", "{\"a\":1,}", "['x']", "[\"\\x\"]", "[01]", "[tru]"]
    {
        assert_eq!(json(&format!("{broken}{{}}")), [bad(broken, Malformed), ok("{}")], "{broken}");
    }
}

#[test]
fn framing_goes_on_at_a_line_that_begins_with_a_bracket() {
    assert_eq!(json("{\"a\":1\n{\"b\":2}\n"), [bad("{\"a\":1\n", Malformed), ok("{\"b\":2}")]);
    assert_eq!(json("{\"a\":\"cut\n{\"b\":2}\n"), [bad("{\"a\":\"cut\n", Malformed), ok("{\"b\":2}")]);
}

#[test]
fn noise_between_values() {
    assert_eq!(json("hello world {}"), [bad("hello world", Malformed), ok("{}")]);
    assert_eq!(json("]],:[1]"), [bad("]],:", Malformed), ok("[1]")]);
    assert_eq!(json("truth \"a\""), [bad("truth", Malformed), ok("\"a\"")]);
    assert_eq!(json("\"a\nb\""), [bad("\"a\nb\"", Malformed)]);
}

#[test]
fn depth_is_bounded() {
    let deep = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(json(&deep(MAX_JSON_DEPTH)), [ok(deep(MAX_JSON_DEPTH))]);
    let too_deep = deep(MAX_JSON_DEPTH + 1);
    assert_eq!(json(&format!("{too_deep}[]")), [bad(too_deep, TooDeep { max: MAX_JSON_DEPTH }), ok("[]")]);
}

#[test]
fn a_value_that_is_too_long_is_bad_up_to_its_end() {
    let given = read_max(&Framing::Json, 8, &[b"[1,2,3,4,5,6]{}"]);
    assert_eq!(given, [bad("[1,2,3,4,5,6]", NoEnd { max: 8 }), ok("{}")]);
}

#[test]
fn a_stream_that_ends_too_soon() {
    assert_eq!(json("[1,2"), [bad("[1,2", Unfinished)]);
    assert_eq!(json("[1,2 x"), [bad("[1,2 x", Malformed)]);
    assert_eq!(json("tru"), [bad("tru", Unfinished)]);
}
