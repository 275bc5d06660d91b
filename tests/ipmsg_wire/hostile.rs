//! Any bytes are input: no parser panics, and none allocates what a number on the wire says.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use wirebench::proto::ipmsg::attach::parse_list;
use wirebench::proto::ipmsg::{
    COMMANDS, ClientKind, Command, DirDecoder, DirError, DirEvent, DirHeader, DirLimits, DirRequest, Entry,
    FeiqVersion, Fields, FileRequest, GroupBody, ImageAck, ImageAssembly, ImageChunk, MAX_DATAGRAM_BYTES,
    MAX_NAME_BYTES, Malformed, Message, Packet, Span, emit_number, group, parse_number, safe_name, spans, text,
};

/// Reads a datagram in every way in which it could be meant.
fn read_everything(bytes: &[u8]) {
    let Ok(packet) = Packet::parse(bytes) else { return };
    let again = Packet::parse(&packet.emit()).unwrap();
    assert_eq!(again, packet);
    read_extra(&packet.version, packet.command, &packet.extra);
    let _ = group::read(&packet);
}

fn read_extra(version: &[u8], command: Command, extra: &[u8]) {
    let _ = command.to_string();
    let _ = FeiqVersion::parse(version).map(|version| assert!(FeiqVersion::parse(&version.emit()) == Some(version)));
    let entry = Entry::parse(extra);
    let _ = (ClientKind::seen(version, Some(&entry)), entry.nick_text(version, command), entry.emit());
    let message = Message::parse(extra, command);
    let (decoded, _) = text::decode(message.text, version, command);
    let (text, font) = text::strip_font(&decoded);
    assert_eq!(text.len() + font.map_or(0, str::len), decoded.len());
    let shown: usize = spans(text).map(|span| if let Span::Plain(plain) = span { plain.len() } else { 1 }).sum();
    assert!(shown <= text.len());
    let list = parse_list(extra);
    assert!(list.items.len() + list.refused <= extra.len());
    let _ = (parse_number(extra), FileRequest::parse(extra), DirRequest::parse(extra));
    let _ = (ImageAck::parse(extra), GroupBody::parse(extra), group::open(extra, b"00163E4D0002"));
    if let Some(piece) = ImageChunk::parse(extra) {
        assert!(piece.data.len() <= extra.len());
        let _ = ImageAssembly::new(piece.total).map(|mut assembly| assembly.add(&piece));
    }
}

/// Bytes that look like the protocol's in places.
fn almost() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b":".to_vec()),
        Just(b"\0".to_vec()),
        Just(b"\x07".to_vec()),
        Just(b"#".to_vec()),
        Just(b"|".to_vec()),
        Just(b"1_lbt6_0#128#00163E4D0002#0#0#4294967295#4001#9".to_vec()),
        Just(b"ffffffffffffffff".to_vec()),
        Just(b"00ab12cd|4294967295|4294967295|4294967295|1|4294967295|0|2|0|00000000#\0".to_vec()),
        Just(b"{/font;".to_vec()),
        Just(b"/~#>".to_vec()),
        Just("飞".as_bytes().to_vec()),
        Just(b"\xC7\xEF".to_vec()),
        any::<u32>().prop_map(|number| number.to_string().into_bytes()),
        any::<u32>().prop_map(|number| format!("{number:x}").into_bytes()),
        vec(any::<u8>(), 0..5),
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn almost_a_folder() -> impl Strategy<Value = Vec<u8>> {
    let header = (vec(any::<u8>(), 0..9), any::<u64>(), 0..6u32)
        .prop_map(|(name, size, attr)| DirHeader { name, size: size % 9, attr, ext: Vec::new() }.emit().unwrap());
    let piece = prop_oneof![
        6 => header,
        1 => any::<u16>().prop_map(|len| format!("{len:04x}:").into_bytes()),
        1 => vec(any::<u8>(), 0..9),
    ];
    vec(piece, 0..20).prop_map(|pieces| [b"000b:r:0:2:".to_vec(), pieces.concat()].concat())
}

/// Whether the stream is refused, in pieces of `piece` bytes.
fn decode(stream: &[u8], piece: usize) -> Result<bool, DirError> {
    let limits = DirLimits { depth: 5, entries: 50, bytes: 1000 };
    let mut decoder = DirDecoder::new(limits);
    let (mut depth, mut data_bytes) = (0_i32, 0);
    for mut input in stream.chunks(piece) {
        while let Some(event) = decoder.next(&mut input)? {
            match event {
                DirEvent::Enter(_) => depth += 1,
                DirEvent::Leave => depth -= 1,
                DirEvent::Data(data) => data_bytes += data.len(),
                _ => {}
            }
            assert!((0..=5).contains(&depth) && data_bytes <= 1000);
        }
    }
    Ok(decoder.is_done())
}

proptest! {
    #[test]
    fn any_bytes_as_a_datagram(bytes in vec(any::<u8>(), 0..300), command: u32) {
        read_everything(&bytes);
        read_extra(b"1", Command(command), &bytes);
    }

    #[test]
    fn almost_a_datagram(version in almost(), command: u32, known: Index, extra in almost()) {
        read_extra(&version, Command(command), &extra);
        let known = known.get(COMMANDS);
        let command = Command::new(known.code, known.options | command);
        let packet = Packet { version, command, extra, ..Packet::default() };
        read_everything(&packet.emit());
    }

    #[test]
    fn any_bytes_as_a_folder(bytes in vec(any::<u8>(), 0..3000), piece in 1..99usize) {
        let _ = decode(&bytes, piece);
    }

    #[test]
    fn a_folder_does_not_depend_on_its_pieces(stream in almost_a_folder(), piece in 1..99usize) {
        prop_assert_eq!(decode(&stream, piece), decode(&stream, stream.len()));
    }

    #[test]
    fn a_name_stays_one_component(name in any::<String>()) {
        if let Ok(safe) = safe_name(&name) {
            prop_assert!(!safe.is_empty() && safe.len() <= MAX_NAME_BYTES);
            prop_assert!(!safe.contains(['/', '\\', ':', '\0']) && safe != "." && safe != "..");
            prop_assert_eq!(safe_name(&safe), Ok(safe));
        }
    }
}

#[test]
fn what_is_too_long_is_refused_before_it_is_read() {
    let bytes = vec![b':'; MAX_DATAGRAM_BYTES + 1];
    assert_eq!(Fields::find(&bytes), Err(Malformed::TooLong { len_bytes: MAX_DATAGRAM_BYTES + 1 }));
    assert!(Fields::find(&bytes[1..]).is_ok());
}

#[test]
fn numbers_from_the_wire_allocate_nothing() {
    let list = parse_list(b"4294967295:a:ffffffffffffffff:ffffffffffffffff:ffffffff:\x07");
    assert_eq!((list.items[0].size, list.items[0].attr), (u64::MAX, u32::MAX));
    assert_eq!(FileRequest::parse(b"ffffffffffffffff:ffffffff:ffffffffffffffff").unwrap().offset, u64::MAX);
    assert_eq!(parse_number(&emit_number(u64::MAX)), Some(u64::MAX));

    let mut input = b"000b:r:0:2:001a:f:fffffffffffffffe:1:x".as_slice();
    let mut decoder = DirDecoder::new(DirLimits::default());
    assert!(matches!(decoder.next(&mut input), Ok(Some(DirEvent::Enter(_)))));
    assert!(matches!(decoder.next(&mut input), Ok(Some(DirEvent::File(header))) if header.size == u64::MAX - 1));
    assert!(matches!(decoder.next(&mut input), Ok(Some(DirEvent::Data(b"x")))));
}
