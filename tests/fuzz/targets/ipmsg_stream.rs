//! A folder's stream in two pieces, and a list of attachments. The first two bytes say where the pieces divide.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirebench::proto::ipmsg::attach::{emit_list, parse_list};
use wirebench::proto::ipmsg::{DirDecoder, DirError, DirEvent, DirLimits, safe_name};

const LIMITS: DirLimits = DirLimits { depth: 8, entries: 100, bytes: 10_000 };

/// How many events and bytes of data the pieces give, and where the last one was left.
fn decode(pieces: [&[u8]; 2]) -> Result<(u64, usize, bool), DirError> {
    let mut decoder = DirDecoder::new(LIMITS);
    let (mut events, mut data_bytes) = (0, 0);
    for mut input in pieces {
        while let Some(event) = decoder.next(&mut input)? {
            match event {
                DirEvent::Data(data) => data_bytes += data.len(),
                DirEvent::Enter(header) | DirEvent::File(header) | DirEvent::Special(header) => {
                    let _ = safe_name(&String::from_utf8_lossy(&header.name));
                    events += 1;
                }
                DirEvent::EndOfFile | DirEvent::Leave | DirEvent::Done => events += 1,
            }
            let (entries, bytes) = decoder.counted();
            assert!(entries <= LIMITS.entries && bytes <= LIMITS.bytes && data_bytes as u64 <= bytes);
        }
    }
    Ok((events, data_bytes, decoder.is_done()))
}

fuzz_target!(|bytes: &[u8]| {
    let Some(([high, low], rest)) = bytes.split_first_chunk() else { return };
    let cut = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
    let (first, second) = rest.split_at(cut);
    assert_eq!(decode([first, second]), decode([rest, b""]));

    let list = parse_list(rest);
    let again = parse_list(&emit_list(&list.items));
    assert_eq!((list.items.len(), 0), (again.items.len(), again.refused));
});
