//! What older versions wrote, in the words of this one.

use crate::codec::append::{Block, Checksum, ChecksumBlock, Place};
use crate::codec::hex;

/// The blocks that the classic's one choice of what is appended (`append_kind`, `append_fixed`) stands for; `None` if
/// the table of a send's settings has no such choice, or has blocks already.
pub(super) fn append_blocks(send: &toml::Table) -> Option<Vec<Block>> {
    if send.contains_key("append_blocks") {
        return None;
    }
    let word = |key: &str| send.get(key).and_then(toml::Value::as_str);
    let checksum = |algorithm| Block::Checksum(ChecksumBlock::new(algorithm));
    Some(vec![match word("append_kind")? {
        "negative" => checksum(Checksum::Negative),
        "sum" => checksum(Checksum::Sum),
        "xor" => checksum(Checksum::Xor),
        "fixed" => Block::Fixed { bytes: hex::parse(word("append_fixed")?).ok()?, at: Place::End },
        _ => return None,
    }])
}
