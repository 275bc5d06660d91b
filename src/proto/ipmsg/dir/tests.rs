#![allow(clippy::unwrap_used)] // tests panic on purpose

use super::*;

/// What a stream gives, in pieces of `piece` bytes: events as text, data joined.
fn read(stream: &[u8], piece: usize, limits: DirLimits) -> Result<Vec<String>, DirError> {
    let mut decoder = DirDecoder::new(limits);
    let mut told = Vec::new();
    let mut file = Vec::new();
    for mut input in stream.chunks(piece) {
        while let Some(event) = decoder.next(&mut input)? {
            let name = |header: &DirHeader| String::from_utf8_lossy(&header.name).into_owned();
            told.push(match event {
                DirEvent::Enter(header) => format!("{}/", name(&header)),
                DirEvent::File(header) => format!("{} {}", name(&header), header.size),
                DirEvent::Special(header) => format!("{} special", name(&header)),
                DirEvent::Data(data) => {
                    file.extend_from_slice(data);
                    continue;
                }
                DirEvent::EndOfFile => format!("={}", String::from_utf8(std::mem::take(&mut file)).unwrap()),
                DirEvent::Leave => "..".to_owned(),
                DirEvent::Done => "done".to_owned(),
            });
        }
        assert!(input.is_empty() || decoder.is_done());
    }
    Ok(told)
}

fn header(name: &[u8], size: u64, attr: u32) -> Vec<u8> {
    DirHeader { name: name.to_vec(), size, attr, ext: Vec::new() }.emit().unwrap()
}

fn stream(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn folder() -> Vec<u8> {
    stream(&[
        &header(b"root", 0, 2),
        &header(b"a:b", 5, 1),
        b"hello",
        &header(b"link", 3, 4),
        b"../",
        &header(b"sub", 0, 2),
        &header(b"empty", 0, 1),
        LEAVE_HEADER,
        &header(b"z", 1, 1),
        b":",
        LEAVE_HEADER,
    ])
}

const TOLD: [&str; 12] =
    ["root/", "a:b 5", "=hello", "link special", "sub/", "empty 0", "=", "..", "z 1", "=:", "..", "done"];

#[test]
fn a_folder_in_pieces_of_any_length() {
    for piece in 1..=folder().len() {
        assert_eq!(read(&folder(), piece, DirLimits::default()).unwrap(), TOLD, "pieces of {piece}");
    }
}

#[test]
fn what_feiq_puts_before_it() {
    let preamble = b"\x00\xFFab12\x07";
    assert_eq!(read(&stream(&[preamble, &folder()]), 3, DirLimits::default()).unwrap(), TOLD);
}

#[test]
fn what_follows_the_root_is_left_alone() {
    let whole = stream(&[&folder(), b"and more"]);
    let mut input = whole.as_slice();
    let mut decoder = DirDecoder::new(DirLimits::default());
    while decoder.next(&mut input).unwrap().is_some() {}
    assert!(decoder.is_done());
    assert_eq!(input, b"and more");
    assert_eq!(decoder.next(&mut input), Ok(None));
    assert_eq!(decoder.counted(), (6, 9));
}

#[test]
fn headers() {
    assert_eq!(header(b".", 0, 3), LEAVE_HEADER);
    assert_eq!(header(b"a:b", 0x1F, 1), b"000f:a::b:1f:1:");
    let with_time = DirHeader { ext: vec![ExtAttr::new(ExtAttr::MTIME, 0x5F)], ..DirHeader::default() };
    assert_eq!(with_time.emit().unwrap(), b"0011:_:0:0:14=5f:");
    assert_eq!(with_time.mtime(), Some(0x5F));
    let long = DirHeader { name: vec![b'x'; 0xFFF6], ..DirHeader::default() };
    assert_eq!(long.emit().unwrap_err(), HeaderTooLong { len_bytes: 0x1_0000 });
    assert_eq!(DirHeader { name: vec![b'x'; 0xFFF5], ..long }.emit().unwrap().len(), 0xFFFF);
}

#[test]
fn what_is_wrong_is_said() {
    let refused = |bytes: &[u8]| read(bytes, 7, DirLimits::default()).unwrap_err();
    let root = header(b"r", 0, 2);
    assert_eq!(refused(b"zzzz:r:0:2:"), DirError::NoHeader);
    assert_eq!(refused(&[0xFF; 2000]), DirError::NoHeader);
    assert_eq!(refused(b"0005:"), DirError::HeaderLength { len_bytes: 5 });
    assert_eq!(refused(b"000b:r:0:x:"), DirError::HeaderMalformed);
    assert_eq!(refused(b"0007:rr"), DirError::HeaderMalformed);
    assert_eq!(refused(&header(b"f", 0, 1)), DirError::NoRoot);
    assert_eq!(refused(LEAVE_HEADER), DirError::NoRoot);
    assert_eq!(refused(&stream(&[&root, b"x000b:.:0:3:"])), DirError::NoHeader);
    assert_eq!(refused(&stream(&[&root, &header(b"f", 1, 1), b"x", b"12345:"])), DirError::NoHeader);
}

#[test]
fn limits_hold() {
    let root = header(b"r", 0, 2);
    let deep = root.repeat(4);
    let limits = DirLimits { depth: 3, entries: 5, bytes: 10 };
    assert_eq!(read(&deep, 100, limits), Err(DirError::TooDeep { max: 3 }));
    let many = stream(&[&root, &header(b"f", 0, 1).repeat(5)]);
    assert_eq!(read(&many, 100, limits), Err(DirError::TooManyEntries { max: 5 }));
    let large = stream(&[&root, &header(b"f", 11, 1)]);
    assert_eq!(read(&large, 100, limits), Err(DirError::TooManyBytes { max: 10 }));
    let overflow = stream(&[&root, &header(b"f", 1, 4), b"x", &header(b"g", u64::MAX, 1)]);
    assert_eq!(read(&overflow, 100, DirLimits::default()), Err(DirError::TooManyBytes { max: u64::MAX }));
}

#[test]
fn an_error_stays() {
    let mut decoder = DirDecoder::new(DirLimits::default());
    let refused = decoder.next(&mut b"0001:".as_slice()).unwrap_err();
    assert_eq!(decoder.next(&mut folder().as_slice()), Err(refused));
}
