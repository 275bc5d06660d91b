//! What is written reads back as it was.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;
use wirebench::proto::ipmsg::attach::{emit_list, parse_list};
use wirebench::proto::ipmsg::{
    Added, Attachment, AttachmentList, Build, Command, DirDecoder, DirEvent, DirHeader, DirLimits, DirRequest, Entry,
    ExtAttr, FeiqVersion, Fields, FileRequest, GroupBody, ImageAck, ImageAssembly, ImageChunk, ImageId, LEAVE_HEADER,
    Line, Message, Packet, Series, Span, TextEncoding, emit_number, group, message, option as bits, parse_number,
    spans, text,
};

/// Bytes of a field, without those that divide fields.
fn field(dividers: &'static [u8], max_len: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..=max_len)
        .prop_map(move |bytes| bytes.into_iter().filter(|byte| !dividers.contains(byte)).collect())
}

fn file_name() -> impl Strategy<Value = Vec<u8>> {
    let with_colons = vec(prop_oneof![Just(b':'), Just(b'a'), any::<u8>()], 1..30);
    with_colons
        .prop_map(|name| name.into_iter().filter(|byte| !matches!(byte, 0 | 7)).collect::<Vec<u8>>())
        .prop_filter("not empty", |name| !name.is_empty())
}

fn ext() -> impl Strategy<Value = Vec<ExtAttr>> {
    let numeric = (any::<u32>(), any::<u64>()).prop_map(|(key, value)| ExtAttr::new(key, value));
    let other = (any::<u32>(), field(b":\0\x07", 9)).prop_map(|(key, value)| ExtAttr { key, value });
    vec(prop_oneof![numeric, other], 0..4)
}

fn attachment() -> impl Strategy<Value = Attachment> {
    (any::<u32>(), file_name(), any::<u64>(), any::<u64>(), any::<u32>(), ext())
        .prop_map(|(id, name, size, mtime, attr, ext)| Attachment { id, name, size, mtime, attr, ext })
}

fn entry() -> impl Strategy<Value = Entry> {
    let line = (field(b":\n\0", 3), field(b"\n\0", 20)).prop_map(|(key, value)| Line { key, value });
    let icon = field(b"\0", 20).prop_filter("an icon", |icon| icon.first().is_some_and(|first| *first != b'\n'));
    let encoding = option::of(field(b"\0", 9).prop_filter("not empty", |name| !name.is_empty()));
    let names = (field(b"\0", 40), field(b"\0", 40));
    let rest = prop_oneof![
        Just((None, None, Vec::new())),
        (icon, encoding).prop_map(|(icon, encoding)| (Some(icon), encoding, Vec::new())),
        vec(line, 1..8).prop_map(|lines| (None, None, lines)),
    ];
    (names, rest).prop_map(|((nick, group), (icon, encoding, lines))| Entry { nick, group, icon, encoding, lines })
}

/// Part of a folder: what an entry's header says, its data, and what lies in it.
#[derive(Clone, Debug)]
struct Node {
    header: DirHeader,
    data: Vec<u8>,
    inside: Vec<Self>,
}

fn node() -> impl Strategy<Value = Node> {
    let header = |attr: u32| {
        (file_name(), ext(), any::<u8>()).prop_map(move |(name, ext, hidden)| {
            let attr = attr | u32::from(hidden) << 8;
            DirHeader { name, size: 0, attr, ext }
        })
    };
    let file = (header(1), vec(any::<u8>(), 0..200)).prop_map(|(header, data)| {
        let header = DirHeader { size: data.len() as u64, ..header };
        Node { header, data, inside: Vec::new() }
    });
    file.prop_recursive(4, 24, 5, move |inner| {
        (header(2), vec(inner, 0..5)).prop_map(|(header, inside)| Node { header, data: Vec::new(), inside })
    })
}

fn root() -> impl Strategy<Value = Node> {
    (file_name(), vec(node(), 0..5)).prop_map(|(name, inside)| {
        let header = DirHeader { name, attr: 2, ..DirHeader::default() };
        Node { header, data: Vec::new(), inside }
    })
}

fn write(node: &Node, stream: &mut Vec<u8>, told: &mut Vec<String>) {
    stream.extend(node.header.emit().unwrap());
    if node.header.attr & 0xFF == 1 {
        stream.extend_from_slice(&node.data);
        told.push(format!("file {:?} {:?}", node.header, node.data));
    } else {
        told.push(format!("enter {:?}", node.header));
        node.inside.iter().for_each(|node| write(node, stream, told));
        stream.extend_from_slice(LEAVE_HEADER);
        told.push("leave".to_owned());
    }
}

/// What a decoder tells of a stream that comes in two pieces.
fn read(stream: &[u8], cut: usize) -> Vec<String> {
    let mut decoder = DirDecoder::new(DirLimits::default());
    let mut told = Vec::new();
    let mut file = None;
    let (first, second) = stream.split_at(cut);
    for mut input in [first, second] {
        while let Some(event) = decoder.next(&mut input).unwrap() {
            match event {
                DirEvent::Enter(header) => told.push(format!("enter {header:?}")),
                DirEvent::File(header) => file = Some((header, Vec::new())),
                DirEvent::Data(data) => file.as_mut().unwrap().1.extend_from_slice(data),
                DirEvent::EndOfFile => {
                    let (header, data) = file.take().unwrap();
                    told.push(format!("file {header:?} {data:?}"));
                }
                DirEvent::Leave => told.push("leave".to_owned()),
                DirEvent::Done => assert!(decoder.is_done()),
                DirEvent::Special(header) => panic!("{header:?}"),
            }
        }
        assert!(input.is_empty());
    }
    assert!(decoder.is_done());
    told
}

proptest! {
    #[test]
    fn packets(
        (version, user, host) in (field(b":", 60), field(b":", 60), field(b":", 60)),
        number: u64,
        command: u32,
        extra in vec(any::<u8>(), 0..2000),
    ) {
        let packet = Packet { version, number, user, host, command: Command(command), extra };
        let bytes = packet.emit();
        prop_assert_eq!(Packet::parse(&bytes), Ok(packet.clone()));
        let fields = Fields::find(&bytes).unwrap();
        prop_assert_eq!(&bytes[fields.user], &packet.user[..]);
        prop_assert_eq!(&bytes[fields.extra], &packet.extra[..]);
    }

    #[test]
    fn versions(
        feiq2: bool,
        (avatar, status, unknown, cipher_len) in any::<(u32, u32, [u32; 2], u32)>(),
        mac: [u8; 6],
        build in option::of(any::<(u32, u32)>()),
    ) {
        let version = FeiqVersion {
            series: if feiq2 { Series::Feiq2 } else { Series::Feiq3 },
            avatar,
            status,
            mac: FeiqVersion::mac_digits(mac),
            unknown,
            cipher_len,
            build: build.map(|(number, unknown)| Build { number, unknown }),
        };
        prop_assert_eq!(FeiqVersion::parse(&version.emit()), Some(version));
    }

    #[test]
    fn entries(entry in entry()) {
        prop_assert_eq!(Entry::parse(&entry.emit()), entry);
    }

    #[test]
    fn messages(text in field(b"\0", 200), items in vec(attachment(), 0..6)) {
        let extra = message::emit(&text, &items);
        let message = Message::parse(&extra, Command(0x20 | bits::FILEATTACH));
        prop_assert_eq!(message.text, &text[..]);
        prop_assert_eq!(message.attachments(), AttachmentList { items, refused: 0 });
    }

    #[test]
    fn lists_with_every_separator(items in vec(attachment(), 1..6), separator in 0..4usize) {
        let mut list = Vec::new();
        for item in &items {
            let one = emit_list(std::slice::from_ref(item));
            let bare = one.strip_suffix(b":\x07").unwrap();
            list.extend_from_slice(bare);
            list.extend_from_slice([&b":\x07"[..], b":\x07:", b"\x07", b"\x07:"][separator]);
        }
        prop_assert_eq!(parse_list(&list), AttachmentList { items, refused: 0 });
    }

    #[test]
    fn requests(number: u64, file_id: u32, offset: u64) {
        let file = FileRequest { number, file_id, offset };
        prop_assert_eq!(FileRequest::parse(&file.emit()), Some(file));
        let folder = DirRequest { number, file_id };
        prop_assert_eq!(DirRequest::parse(&folder.emit()), Some(folder));
        prop_assert_eq!(parse_number(&emit_number(number)), Some(number));
    }

    #[test]
    fn folders(root in root(), cut: Index) {
        let (mut stream, mut told) = (Vec::new(), Vec::new());
        write(&root, &mut stream, &mut told);
        prop_assert_eq!(read(&stream, cut.index(stream.len())), told);
    }

    #[test]
    fn images(number: u32, image in vec(any::<u8>(), 1..5000), start: Index) {
        let id = ImageId::new(number);
        let pieces: Vec<_> = ImageChunk::divide(id, &image).unwrap().map(|piece| piece.emit()).collect();
        let mut assembly = ImageAssembly::new(image.len() as u32).unwrap();
        let first = start.index(pieces.len());
        let mut whole = None;
        for extra in pieces[first..].iter().chain(&pieces[..first]) {
            let piece = ImageChunk::parse(extra).unwrap();
            let ack = ImageAck { id: piece.id, index: piece.index };
            prop_assert_eq!(ImageAck::parse(&ack.emit()), Some(ack));
            if let Added::Complete(bytes) = assembly.add(&piece).unwrap() {
                whole = Some(bytes);
            }
        }
        prop_assert_eq!(whole, Some(image));
        let marker = id.marker();
        prop_assert_eq!(spans(&marker).collect::<Vec<_>>(), [Span::Image(id)]);
    }

    #[test]
    fn group_messages(
        mac: [u8; 6],
        number: u32,
        stamp in option::of("[0-9a-z]{0,9}"),
        text in vec(any::<u8>(), 0..300),
        nul: bool,
    ) {
        let mac = FeiqVersion::mac_digits(mac);
        let stamp = stamp.map(String::into_bytes);
        let body = GroupBody { group: format!("{number:x}").into_bytes(), stamp, text };
        prop_assert_eq!(GroupBody::parse(&body.emit()), Some(body.clone()));
        let mut sealed = group::seal(&body.emit(), &mac);
        let version = FeiqVersion { cipher_len: sealed.len() as u32, ..FeiqVersion::feiq3(mac) };
        if nul {
            sealed.push(0);
        }
        let packet = Packet { version: version.emit(), extra: sealed, ..Packet::default() };
        prop_assert_eq!(group::read(&packet), Ok(body));
    }

    #[test]
    fn texts(text in any::<String>()) {
        for encoding in [TextEncoding::Gbk, TextEncoding::Utf8] {
            match text::encode(&text, encoding) {
                Ok(bytes) => prop_assert_eq!(encoding.decode(&bytes), text.clone()),
                Err(refused) => prop_assert_eq!(text.chars().nth(refused.char_index), Some(refused.character)),
            }
        }
    }
}
