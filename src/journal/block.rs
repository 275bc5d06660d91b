//! One segment in the spill file: a self-describing block, so that a file whose program is gone can be read again.
//!
//! Little-endian. A header of 64 bytes, the index, the peers, the payload:
//!
//! | bytes | field |
//! |---|---|
//! | 0..8 | magic `WBsegmnt` |
//! | 8..12 | version, 1 |
//! | 12..16 | number of records (24 bytes each in the index) |
//! | 16..20 | number of peers (32 bytes each) |
//! | 20..24 | zero |
//! | 24..32 | number of the first record |
//! | 32..40 | payload bytes before it in the whole journal |
//! | 40..48 | length of the payload |
//! | 48..56 | checksum of the index, the peers and the payload |
//! | 56..64 | checksum of the 56 bytes before |
//!
//! A block begins at a multiple of 4096. The file's first page says what it is: magic `WBjournl`, version, process id,
//! time of creation.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use super::catalog::Extent;
use super::segment::{Entry, Segment};
use super::space::SpillFile;
use super::{Peer, Timestamp};

/// Blocks begin at multiples of this.
pub(super) const PAGE: u64 = 4096;

const MAGIC: [u8; 8] = *b"WBsegmnt";
const FILE_MAGIC: [u8; 8] = *b"WBjournl";
const VERSION: u32 = 1;
const HEADER_LEN: usize = 64;
const ENTRY_LEN: usize = 24;
const PEER_LEN: usize = 32;

/// The first page's beginning.
pub(super) fn file_header() -> Vec<u8> {
    let mut out = Vec::with_capacity(24);
    out.extend_from_slice(&FILE_MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&std::process::id().to_le_bytes());
    out.extend_from_slice(&Timestamp::now().0.to_le_bytes());
    out
}

/// Writes everything of the block but its payload, which follows it as it is in memory. Returns the block's length.
pub(super) fn encode_head(segment: &Segment, first_byte: u64, out: &mut Vec<u8>) -> u32 {
    out.clear();
    out.resize(HEADER_LEN, 0);
    for entry in &segment.entries {
        let mut raw = [0; ENTRY_LEN];
        raw[0..8].copy_from_slice(&entry.time.to_le_bytes());
        raw[8..12].copy_from_slice(&entry.end.to_le_bytes());
        raw[12..16].copy_from_slice(&entry.distance.to_le_bytes());
        raw[16..20].copy_from_slice(&entry.position.to_le_bytes());
        raw[20..22].copy_from_slice(&entry.peer.to_le_bytes());
        raw[22] = entry.kind;
        raw[23] = entry.charset;
        out.extend_from_slice(&raw);
    }
    for peer in &segment.peers {
        out.extend_from_slice(&encode_peer(peer));
    }
    let checksum = combine(checksum(&out[HEADER_LEN..]), checksum(&segment.payload));
    out[0..8].copy_from_slice(&MAGIC);
    out[8..12].copy_from_slice(&VERSION.to_le_bytes());
    out[12..16].copy_from_slice(&(segment.entries.len() as u32).to_le_bytes());
    out[16..20].copy_from_slice(&(segment.peers.len() as u32).to_le_bytes());
    out[24..32].copy_from_slice(&segment.first.to_le_bytes());
    out[32..40].copy_from_slice(&first_byte.to_le_bytes());
    out[40..48].copy_from_slice(&(segment.payload.len() as u64).to_le_bytes());
    out[48..56].copy_from_slice(&checksum.to_le_bytes());
    let of_header = self::checksum(&out[..56]);
    out[56..64].copy_from_slice(&of_header.to_le_bytes());
    (out.len() + segment.payload.len()) as u32
}

/// Reads the block that holds the records `first..first + records` with `payload_len` bytes.
pub(super) fn read(
    file: &dyn SpillFile,
    extent: Extent,
    first: u64,
    records: usize,
    payload_len: usize,
) -> io::Result<Segment> {
    let head_len = (extent.len as usize).checked_sub(payload_len).ok_or_else(|| damaged("its length"))?;
    let mut head = vec![0; head_len];
    file.read_at(&mut head, extent.offset)?;
    let header = head.get(..HEADER_LEN).ok_or_else(|| damaged("its header"))?;
    if header[0..8] != MAGIC || u32_at(header, 8) != VERSION || u64_at(header, 56) != checksum(&header[..56]) {
        return Err(damaged("its header"));
    }
    let peers = u32_at(header, 16) as usize;
    let expected_len = records * ENTRY_LEN + peers * PEER_LEN + HEADER_LEN;
    if u32_at(header, 12) as usize != records
        || u64_at(header, 24) != first
        || u64_at(header, 40) != payload_len as u64
        || expected_len != head_len
    {
        return Err(damaged("it is another block"));
    }
    let mut payload = vec![0; payload_len];
    file.read_at(&mut payload, extent.offset + head_len as u64)?;
    if u64_at(header, 48) != combine(checksum(&head[HEADER_LEN..]), checksum(&payload)) {
        return Err(damaged("its checksum"));
    }
    let (index, table) = head[HEADER_LEN..].split_at(records * ENTRY_LEN);
    let entries: Vec<Entry> = index.chunks_exact(ENTRY_LEN).map(decode_entry).collect();
    let ends_in_order =
        entries.is_sorted_by_key(|e| e.end) && entries.last().is_none_or(|e| e.end as usize == payload_len);
    if !ends_in_order {
        return Err(damaged("its index"));
    }
    Ok(Segment { first, entries, peers: table.chunks_exact(PEER_LEN).map(decode_peer).collect(), payload })
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a block of the spill file is damaged ({what})"))
}

fn decode_entry(raw: &[u8]) -> Entry {
    Entry {
        time: u64_at(raw, 0).cast_signed(),
        end: u32_at(raw, 8),
        distance: u32_at(raw, 12),
        position: u32_at(raw, 16),
        peer: u16::from_le_bytes([raw[20], raw[21]]),
        kind: raw[22],
        charset: raw[23],
    }
}

/// Family (4 or 6), zero, port, scope, flow label, stream, address.
fn encode_peer(peer: &Peer) -> [u8; PEER_LEN] {
    let mut raw = [0; PEER_LEN];
    raw[2..4].copy_from_slice(&peer.addr.port().to_le_bytes());
    raw[12..16].copy_from_slice(&peer.stream.to_le_bytes());
    match peer.addr {
        SocketAddr::V4(v4) => {
            raw[0] = 4;
            raw[16..20].copy_from_slice(&v4.ip().octets());
        }
        SocketAddr::V6(v6) => {
            raw[0] = 6;
            raw[4..8].copy_from_slice(&v6.scope_id().to_le_bytes());
            raw[8..12].copy_from_slice(&v6.flowinfo().to_le_bytes());
            raw[16..32].copy_from_slice(&v6.ip().octets());
        }
    }
    raw
}

fn decode_peer(raw: &[u8]) -> Peer {
    let port = u16::from_le_bytes([raw[2], raw[3]]);
    let mut octets = [0; 16];
    octets.copy_from_slice(&raw[16..32]);
    let addr = if raw[0] == 4 {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::new(octets[0], octets[1], octets[2], octets[3])), port)
    } else {
        SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::from(octets), port, u32_at(raw, 8), u32_at(raw, 4)))
    };
    Peer { addr, stream: u32_at(raw, 12) }
}

fn u32_at(raw: &[u8], at: usize) -> u32 {
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&raw[at..at + 4]);
    u32::from_le_bytes(bytes)
}

fn u64_at(raw: &[u8], at: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&raw[at..at + 8]);
    u64::from_le_bytes(bytes)
}

/// 64 bits that find damage (not an adversary): four lanes of xor, multiply, rotate, each of which loses nothing, so
/// that a change of one word always shows; many times faster than the disk.
fn checksum(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut lanes = [1u64, 2, 3, 4];
    let mut chunks = bytes.chunks_exact(32);
    for chunk in &mut chunks {
        for (at, lane) in lanes.iter_mut().enumerate() {
            *lane = (*lane ^ u64_at(chunk, at * 8)).wrapping_mul(FACTOR).rotate_left(29);
        }
    }
    let mut last = [0; 32];
    last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    for (at, lane) in lanes.iter_mut().enumerate() {
        *lane = (*lane ^ u64_at(&last, at * 8)).wrapping_mul(FACTOR).rotate_left(29);
    }
    lanes.into_iter().fold(bytes.len() as u64, combine)
}

fn combine(a: u64, b: u64) -> u64 {
    let mixed = (a ^ b.rotate_left(32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed ^ (mixed >> 32)
}
