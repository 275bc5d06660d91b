//! A datagram of IPMSG, FeiQ or iptux, read in every way in which it could be meant.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirebench::proto::ipmsg::{
    ClientKind, DirRequest, Entry, FeiqVersion, FileRequest, ImageAck, ImageAssembly, ImageChunk, Message, Packet,
    group, parse_number, spans, text,
};

fuzz_target!(|bytes: &[u8]| {
    let Ok(packet) = Packet::parse(bytes) else { return };
    assert_eq!(Packet::parse(&packet.emit()).as_ref(), Ok(&packet));
    let Packet { version, command, extra, .. } = &packet;
    let _ = command.to_string();

    if let Some(version) = FeiqVersion::parse(version) {
        assert_eq!(FeiqVersion::parse(&version.emit()), Some(version));
    }
    let entry = Entry::parse(extra);
    let _ = ClientKind::seen(version, Some(&entry));
    let _ = (entry.nick_text(version, *command), entry.group_text(version, *command), entry.emit());

    let message = Message::from(&packet);
    let (decoded, _) = text::decode(message.text, version, *command);
    let (plain, font) = text::strip_font(&decoded);
    assert_eq!(plain.len() + font.map_or(0, str::len), decoded.len());
    assert!(spans(plain).count() <= plain.len());
    let _ = message.attachments();

    let _ = (parse_number(extra), FileRequest::parse(extra), DirRequest::parse(extra));
    let _ = (ImageAck::parse(extra), group::read(&packet));
    if let Some(chunk) = ImageChunk::parse(extra) {
        assert_eq!(ImageChunk::parse(&chunk.emit()).as_ref(), Some(&chunk));
        let _ = ImageAssembly::new(chunk.total).map(|mut assembly| assembly.add(&chunk));
    }
});
