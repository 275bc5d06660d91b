//! What is sent in a framing is read as that message.

use std::num::NonZeroU32;

use proptest::prelude::*;
use wirebench::codec::framing::{
    Counts, Framing, LengthField, LineEnd, MAX_FRAME_BYTES, Width, WrapError, WrapError::NotOneFrame,
};

use crate::reading::{delimiter, mark, marks, ok, read};
use crate::sampled::{any_framing, some_payload};

fn sent(framing: &Framing, payload: &[u8]) -> Result<Vec<u8>, WrapError> {
    let mut out = b"before".to_vec();
    let wrapped = framing.wrap(payload, &mut out);
    let out = out.strip_prefix(b"before").unwrap().to_vec();
    assert!(wrapped.is_ok() || out.is_empty());
    wrapped.map(|()| out)
}

#[test]
fn each_framing_adds_its_own() {
    assert_eq!(sent(&Framing::AsRead, b"ab").unwrap(), b"ab");
    assert_eq!(sent(&Framing::Idle { ms: 5 }, b"ab").unwrap(), b"ab");
    assert_eq!(sent(&Framing::LINES, b"ab").unwrap(), b"ab\r\n");
    assert_eq!(sent(&Framing::Lines { keep: false, send: LineEnd::Cr }, b"ab").unwrap(), b"ab\r");
    assert_eq!(sent(&Framing::Lines { keep: true, send: LineEnd::Lf }, b"ab").unwrap(), b"ab\n");
    assert_eq!(sent(&Framing::Lines { keep: true, send: LineEnd::Lf }, b"ab\r\n").unwrap(), b"ab\r\n");
    assert_eq!(sent(&delimiter("\0", false), b"ab").unwrap(), b"ab\0");
    assert_eq!(sent(&delimiter("\0", true), b"ab\0").unwrap(), b"ab\0");
    assert_eq!(sent(&marks("<", ">"), b"").unwrap(), b"<>");
    assert_eq!(sent(&Framing::Slip, b"a\xC0\xDB").unwrap(), b"\xC0a\xDB\xDC\xDB\xDD\xC0");
    assert_eq!(sent(&Framing::LENGTH_LE4, b"ab").unwrap(), b"\x02\0\0\0ab");
    assert_eq!(sent(&Framing::LENGTH_BE4, b"").unwrap(), b"\0\0\0\0");
    assert_eq!(sent(&Framing::Json, b" {} ").unwrap(), b" {} \n");
    assert_eq!(sent(&Framing::Mqtt, b"\xC0\0").unwrap(), b"\xC0\0");
}

#[test]
fn marks_that_belong_to_the_payload_are_added_once() {
    let framing = Framing::Marks { start: mark("<"), end: mark(">"), keep: true };
    assert_eq!(sent(&framing, b"a").unwrap(), b"<a>");
    assert_eq!(sent(&framing, b"<a>").unwrap(), b"<a>");
    assert_eq!(sent(&framing, b"<a>b"), Err(NotOneFrame));
}

#[test]
fn refusals() {
    let fixed = Framing::Fixed { bytes: NonZeroU32::new(3).unwrap() };
    assert_eq!(sent(&fixed, b"ab"), Err(WrapError::WrongLength { len: 2, expected: 3 }));
    assert_eq!(sent(&Framing::LINES, b"a\nb"), Err(NotOneFrame));
    assert_eq!(sent(&delimiter("--", false), b"a-"), Err(NotOneFrame));
    assert_eq!(sent(&marks("<", ">"), b"a>b"), Err(NotOneFrame));
    assert_eq!(sent(&marks("<", ">"), b"a<b"), Err(NotOneFrame));
    assert_eq!(sent(&marks("~", "~"), b""), Err(NotOneFrame));
    assert_eq!(sent(&marks("~", "~"), b"~a"), Err(NotOneFrame));
    assert_eq!(sent(&Framing::Slip, b""), Err(NotOneFrame));
    assert_eq!(sent(&Framing::Json, b"{} {}"), Err(NotOneFrame));
    assert_eq!(sent(&Framing::Json, b"{"), Err(NotOneFrame));
    assert_eq!(sent(&Framing::ModbusTcp, b"\0\0\0\0\0\x02\x01"), Err(NotOneFrame));
    assert_eq!(sent(&Framing::Http, b"GET / HTTP/1.1\r\n"), Err(NotOneFrame));

    let long = vec![b'x'; MAX_FRAME_BYTES as usize];
    let too_long = |added| Err(WrapError::TooLong { len: MAX_FRAME_BYTES + added, max: MAX_FRAME_BYTES });
    assert_eq!(sent(&Framing::LINES, &long), too_long(2));
    assert_eq!(sent(&Framing::LENGTH_BE4, &long), too_long(4));

    let field = LengthField { width: Width::One, ..LengthField::BE4 };
    assert_eq!(sent(&Framing::Length(field), &[0; 256]), Err(WrapError::NoSuchNumber { width: 1 }));
    assert_eq!(sent(&Framing::Length(field), &[0; 255]).unwrap()[0], 255);
    let less = LengthField { counts: Counts::Payload, adjustment: 1, ..field };
    assert_eq!(sent(&Framing::Length(less), b""), Err(WrapError::NoSuchNumber { width: 1 }));
    let inside = LengthField { offset: 2, header_after: 1, ..field };
    assert_eq!(sent(&Framing::Length(inside), b"ab"), Err(WrapError::NoHeader { len: 2, needed: 3 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn what_is_wrapped_is_read_again(framing in any_framing(), payloads in prop::collection::vec(some_payload(), 1..4)) {
        let mut stream = Vec::new();
        let mut expected = Vec::new();
        for payload in &payloads {
            let start = stream.len();
            if matches!(framing, Framing::Lines { .. }) && stream.ends_with(b"\r") && payload.starts_with(b"\n") {
                continue; // to any receiver, together they are one line end
            }
            if framing.wrap(payload, &mut stream).is_ok() {
                let keeps = matches!(
                    &framing,
                    Framing::Lines { keep: true, .. } | Framing::Delimiter { keep: true, .. } | Framing::Marks { keep: true, .. }
                );
                let json = payload.trim_ascii();
                expected.push(ok(match &framing {
                    _ if keeps => &stream[start..],
                    Framing::Json => json,
                    _ => payload,
                }));
            }
        }
        if !matches!(framing, Framing::AsRead | Framing::Idle { .. } | Framing::Http) {
            prop_assert_eq!(read(&framing, &[&stream]), expected);
        }
    }

    #[test]
    fn settings_come_back(framing in any_framing()) {
        let written = serde_json::to_string(&framing).unwrap();
        prop_assert_eq!(serde_json::from_str::<Framing>(&written).unwrap(), framing);
    }
}
