//! Which parts of the spill file are free: when the disk is full, the space of what was given up is used again.

use std::collections::BTreeMap;

use super::block::PAGE;
use super::catalog::Extent;

/// Free space inside the file, and the file's end. Lengths are whole pages.
pub(super) struct Extents {
    free: BTreeMap<u64, u64>,
    end: u64,
}

impl Extents {
    /// Of a new file: its first page is its header.
    pub fn new() -> Self {
        Self { free: BTreeMap::new(), end: PAGE }
    }

    /// Takes free space for `len` bytes inside the file: the first that is large enough.
    pub fn reuse(&mut self, len: u32) -> Option<u64> {
        let need = pages(len);
        let (&offset, &have) = self.free.iter().find(|(_, have)| **have >= need)?;
        self.free.remove(&offset);
        if have > need {
            self.free.insert(offset + need, have - need);
        }
        Some(offset)
    }

    /// Where the file ends.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// A block of `len` bytes was written at the end.
    pub fn extended(&mut self, len: u32) {
        self.end += pages(len);
    }

    /// The block is not needed any more.
    pub fn release(&mut self, extent: Extent) {
        let (mut offset, mut len) = (extent.offset, pages(extent.len));
        if let Some((&before, &before_len)) = self.free.range(..offset).next_back()
            && before + before_len == offset
        {
            self.free.remove(&before);
            (offset, len) = (before, before_len + len);
        }
        if let Some(after_len) = self.free.remove(&(offset + len)) {
            len += after_len;
        }
        self.free.insert(offset, len);
    }
}

fn pages(len: u32) -> u64 {
    u64::from(len).next_multiple_of(PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freed_neighbours_become_one() {
        let mut extents = Extents::new();
        for _ in 0..3 {
            extents.extended(5000);
        }
        assert_eq!(extents.end(), PAGE * 7);
        let at = |n: u64| Extent { offset: PAGE * (1 + 2 * n), len: 5000 };
        extents.release(at(0));
        extents.release(at(2));
        assert_eq!(extents.reuse(20_000), None);
        extents.release(at(1));
        assert_eq!(extents.reuse(20_000), Some(PAGE));
        assert_eq!(extents.reuse(4096), Some(PAGE * 6));
        assert_eq!(extents.reuse(1), None);
    }
}
