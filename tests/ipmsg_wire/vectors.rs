//! `tests/vectors/ipmsg/*.toml`: a datagram each, with what is to be read from it.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use wirebench::codec::hex;
use wirebench::proto::ipmsg::{
    ClientKind, Entry, FeiqVersion, FileKind, FileRequest, ImageAck, ImageChunk, Message, Packet, emit_number, group,
    message, parse_number, text,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    #[serde(rename = "about")]
    _about: String,
    hex: String,
    version: String,
    number: u64,
    user: String,
    host: String,
    /// As [`Command`](wirebench::proto::ipmsg::Command) is displayed.
    command: String,
    /// Of the names and texts; none where it does not show.
    encoding: Option<String>,
    feiq: Option<Feiq>,
    entry: Option<ExpectedEntry>,
    message: Option<ExpectedMessage>,
    is_about: Option<u64>,
    file_request: Option<Request>,
    group: Option<Group>,
    image: Option<Image>,
    image_ack: Option<Ack>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Feiq {
    series: String,
    avatar: u32,
    status: u32,
    mac: String,
    build: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedEntry {
    client: String,
    nick: String,
    group: String,
    icon: Option<String>,
    encoding: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedMessage {
    text: String,
    font: Option<String>,
    #[serde(default)]
    attachments: Vec<Offered>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offered {
    id: u32,
    name: String,
    size: u64,
    mtime: u64,
    attr: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    number: u64,
    file_id: u32,
    offset: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    group: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Image {
    id: String,
    total: u32,
    offset: u32,
    count: u32,
    index: u32,
    data_hex: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ack {
    id: String,
    index: u32,
}

fn check(vector: &Vector) {
    let bytes = hex::parse(&vector.hex).unwrap();
    let packet = Packet::parse(&bytes).unwrap();
    assert_eq!(packet.emit(), bytes);
    let Packet { version, command, extra, .. } = &packet;
    let decoded = |field: &[u8]| text::decode(field, version, *command).0;

    assert_eq!(version, vector.version.as_bytes());
    assert_eq!(packet.number, vector.number);
    assert_eq!(decoded(&packet.user), vector.user);
    assert_eq!(decoded(&packet.host), vector.host);
    assert_eq!(command.to_string(), vector.command);
    let names = [packet.user.as_slice(), &packet.host, extra].concat();
    let shows = vector.image.is_none().then(|| text::encoding_of(&names, version, *command)).flatten();
    if let Some(encoding) = &vector.encoding {
        assert!(vector.image.is_some() || shows.unwrap().to_string() == *encoding);
    }

    let feiq = FeiqVersion::parse(version);
    assert_eq!(feiq.is_some(), vector.feiq.is_some());
    if let (Some(read), Some(expected)) = (feiq, &vector.feiq) {
        assert_eq!(read.emit(), *version);
        assert_eq!(format!("{:?}", read.series), expected.series);
        assert_eq!((read.avatar, read.status), (expected.avatar, expected.status));
        assert_eq!(read.mac, expected.mac.as_bytes());
        assert_eq!(read.build.unwrap().number, expected.build);
    }
    if let Some(expected) = &vector.entry {
        let entry = Entry::parse(extra);
        assert_eq!(entry.emit(), *extra);
        assert_eq!(format!("{:?}", ClientKind::seen(version, Some(&entry))), expected.client);
        assert_eq!(entry.nick_text(version, *command), expected.nick);
        assert_eq!(entry.group_text(version, *command), expected.group);
        assert_eq!(entry.icon.as_deref(), expected.icon.as_ref().map(String::as_bytes));
        assert_eq!(entry.encoding.as_deref(), expected.encoding.as_ref().map(String::as_bytes));
    }
    if let Some(expected) = &vector.message {
        check_message(&packet, expected);
    }
    if let Some(number) = vector.is_about {
        assert_eq!(parse_number(extra), Some(number));
        assert_eq!(emit_number(number), *extra);
    }
    if let Some(Request { number, file_id, offset }) = vector.file_request {
        let request = FileRequest { number, file_id, offset };
        assert_eq!(FileRequest::parse(extra), Some(request));
        assert_eq!(request.emit(), *extra);
    }
    if let Some(expected) = &vector.group {
        let body = group::read(&packet).unwrap();
        assert_eq!(
            (body.group.as_slice(), body.text.as_slice()),
            (expected.group.as_bytes(), expected.text.as_bytes())
        );
        assert_eq!(group::seal(&body.emit(), &FeiqVersion::parse(version).unwrap().mac), *extra);
    }
    if let Some(expected) = &vector.image {
        let chunk = ImageChunk::parse(extra).unwrap();
        assert_eq!(chunk.id.to_string(), expected.id);
        assert_eq!((chunk.total, chunk.offset), (expected.total, expected.offset));
        assert_eq!((chunk.count, chunk.index), (expected.count, expected.index));
        assert_eq!(chunk.data, hex::parse(&expected.data_hex).unwrap());
        assert_eq!(chunk.emit(), *extra);
    }
    if let Some(expected) = &vector.image_ack {
        let ack = ImageAck::parse(extra).unwrap();
        assert_eq!((ack.id.to_string(), ack.index), (expected.id.clone(), expected.index));
        assert_eq!(ack.emit(), *extra);
    }
}

fn check_message(packet: &Packet, expected: &ExpectedMessage) {
    let decoded = |field: &[u8]| text::decode(field, &packet.version, packet.command).0;
    let message = Message::from(packet);
    let whole = decoded(message.text);
    assert_eq!(text::strip_font(&whole), (expected.text.as_str(), expected.font.as_deref()));
    let list = message.attachments();
    assert_eq!((list.items.len(), list.refused), (expected.attachments.len(), 0));
    for (read, offered) in list.items.iter().zip(&expected.attachments) {
        assert_eq!((read.id, decoded(&read.name)), (offered.id, offered.name.clone()));
        assert_eq!((read.size, read.mtime), (offered.size, offered.mtime));
        assert_eq!((read.attr, read.kind()), (offered.attr, FileKind::from_attr(offered.attr)));
    }
    let emitted = message::emit(message.text, &list.items);
    let shared = emitted.len().min(packet.extra.len());
    assert_eq!(emitted[..shared], packet.extra[..shared], "but for the NULs at the end");
    assert!(packet.extra[shared..].iter().chain(&emitted[shared..]).all(|byte| *byte == 0));
}

#[test]
fn every_vector_is_read_and_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/ipmsg");
    let mut checked = 0;
    for file in fs::read_dir(&folder).unwrap() {
        let file = file.unwrap().path();
        println!("{}", file.display());
        check(&toml::from_str(&fs::read_to_string(&file).unwrap()).unwrap());
        checked += 1;
    }
    assert!(checked >= 14, "{checked} vectors in {}", folder.display());
}
