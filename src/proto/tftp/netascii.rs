//! Text transfers (RFC 764's NVT ASCII, as RFC 1350 §1 means it): on the wire a line ends with CR LF, and a CR that is
//! none of a line's end is CR NUL. Both pairs can be split between two packets.

use std::collections::VecDeque;

const CR: u8 = b'\r';
const LF: u8 = b'\n';
const NUL: u8 = 0;

/// How a line ends in a file here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineEnd {
    /// LF, as on Unix.
    Lf,
    /// CR LF, as on Windows. A bare LF is left alone both ways.
    CrLf,
}

impl LineEnd {
    /// That of the system this was built for.
    pub const NATIVE: Self = if cfg!(windows) { Self::CrLf } else { Self::Lf };
}

/// From the wire to a file, in pieces of any size.
#[derive(Clone, Debug)]
pub struct Decoder {
    line_end: LineEnd,
    /// The last octet was a CR; what it means the next one says.
    after_cr: bool,
}

impl Decoder {
    /// At the start of a file.
    pub const fn new(line_end: LineEnd) -> Self {
        Self { line_end, after_cr: false }
    }

    /// Appends what `wire` means. A CR before anything else than LF and NUL, which should not be, stays a CR.
    pub fn decode(&mut self, wire: &[u8], out: &mut Vec<u8>) {
        let mut rest = wire;
        while let Some(&octet) = rest.first() {
            if std::mem::take(&mut self.after_cr) {
                match (octet, self.line_end) {
                    (LF, LineEnd::Lf) => out.push(LF),
                    (LF, LineEnd::CrLf) => out.extend_from_slice(&[CR, LF]),
                    _ => out.push(CR),
                }
                if matches!(octet, LF | NUL) {
                    rest = &rest[1..];
                    continue;
                }
            }
            let plain = rest.iter().position(|octet| *octet == CR).unwrap_or(rest.len());
            out.extend_from_slice(&rest[..plain]);
            self.after_cr = plain < rest.len();
            rest = &rest[(plain + 1).min(rest.len())..];
        }
    }

    /// The file ended: a CR that was its last octet is one.
    pub fn finish(self, out: &mut Vec<u8>) {
        if self.after_cr {
            out.push(CR);
        }
    }
}

/// What stands between an octet of the file and the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Pending {
    #[default]
    Nothing,
    /// This octet comes next, whatever follows in the file.
    Octet(u8),
    /// A CR is written; LF or NUL follows it, as the file says.
    AfterCr,
}

/// A point from which the wire's octets can be made again.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    wire: u64,
    file: u64,
    pending: Pending,
}

/// A file as it is on the wire, read at offsets on the wire, as [`super::Transfer::poll_transmit`] asks: onwards, and
/// now and then back by a window.
#[derive(Debug)]
pub struct Encoder {
    line_end: LineEnd,
    at: Mark,
    /// Sorted; the newest ones are enough for any window in use. The start is always known.
    marks: VecDeque<Mark>,
    chunk: Vec<u8>,
    chunk_start: u64,
}

const CHUNK: usize = 64 * 1024;
const BETWEEN_MARKS: u64 = 32 * 1024;
const MOST_MARKS: usize = 8192;

impl Encoder {
    /// At the start of a file.
    pub const fn new(line_end: LineEnd) -> Self {
        let at = Mark { wire: 0, file: 0, pending: Pending::Nothing };
        Self { line_end, at, marks: VecDeque::new(), chunk: Vec::new(), chunk_start: 0 }
    }

    /// Fills `out` with the wire's octets from `offset` on; fewer are the end. `read` fills its slice from an offset of
    /// the file; fewer octets are the file's end.
    pub fn read<E>(
        &mut self,
        offset: u64,
        out: &mut [u8],
        mut read: impl FnMut(u64, &mut [u8]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        if offset < self.at.wire {
            let newer = self.marks.partition_point(|mark| mark.wire <= offset);
            self.at = newer.checked_sub(1).map_or_else(Mark::default, |place| self.marks[place]);
        }
        let mut skipped = [0; 512];
        while self.at.wire < offset {
            let len = usize::try_from(offset - self.at.wire).unwrap_or(usize::MAX).min(skipped.len());
            if self.fill(&mut skipped[..len], &mut read)? < len {
                return Ok(0);
            }
        }
        if self.marks.back().map_or(0, |mark| mark.wire) + BETWEEN_MARKS <= offset {
            if self.marks.len() == MOST_MARKS {
                self.marks.pop_front();
            }
            self.marks.push_back(self.at);
        }
        self.fill(out, &mut read)
    }

    fn fill<E>(
        &mut self,
        out: &mut [u8],
        read: &mut impl FnMut(u64, &mut [u8]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        let mut filled = 0;
        while filled < out.len() {
            if let Pending::Octet(octet) = self.at.pending {
                self.at.pending = Pending::Nothing;
                out[filled] = octet;
                filled += 1;
                continue;
            }
            let start = self.load(read)?;
            let ahead = &self.chunk[start..];
            let Some(&octet) = ahead.first() else {
                if self.at.pending == Pending::AfterCr {
                    self.at.pending = Pending::Octet(NUL);
                    continue;
                }
                break;
            };
            if self.at.pending == Pending::AfterCr {
                self.at.pending = Pending::Octet(if octet == LF { LF } else { NUL });
                self.at.file += u64::from(octet == LF);
                continue;
            }
            let room = ahead.len().min(out.len() - filled);
            let line_end = self.line_end;
            let special = |octet: &u8| *octet == CR || *octet == LF && line_end == LineEnd::Lf;
            let plain = ahead[..room].iter().position(special).unwrap_or(room);
            out[filled..filled + plain].copy_from_slice(&ahead[..plain]);
            filled += plain;
            self.at.file += plain as u64;
            if plain == 0 {
                out[filled] = CR;
                filled += 1;
                self.at.file += 1;
                self.at.pending = match (octet, line_end) {
                    (LF, _) => Pending::Octet(LF),
                    (_, LineEnd::Lf) => Pending::Octet(NUL),
                    (_, LineEnd::CrLf) => Pending::AfterCr,
                };
            }
        }
        self.at.wire += filled as u64;
        Ok(filled)
    }

    /// Where in the chunk the present place is; its end if the file ends here.
    fn load<E>(&mut self, read: &mut impl FnMut(u64, &mut [u8]) -> Result<usize, E>) -> Result<usize, E> {
        let inside = self.at.file.checked_sub(self.chunk_start).and_then(|inside| usize::try_from(inside).ok());
        if let Some(inside) = inside.filter(|inside| *inside < self.chunk.len()) {
            return Ok(inside);
        }
        self.chunk_start = self.at.file;
        self.chunk.resize(CHUNK, 0);
        let len = read(self.at.file, &mut self.chunk);
        self.chunk.truncate(*len.as_ref().unwrap_or(&0));
        len.map(|_| 0)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    fn decoded(line_end: LineEnd, pieces: &[&[u8]]) -> Vec<u8> {
        let (mut decoder, mut out) = (Decoder::new(line_end), Vec::new());
        for piece in pieces {
            decoder.decode(piece, &mut out);
        }
        decoder.finish(&mut out);
        out
    }

    fn read_from(file: &[u8]) -> impl FnMut(u64, &mut [u8]) -> Result<usize, Infallible> {
        move |offset, out| {
            let rest = file.get(offset as usize..).unwrap_or_default();
            let len = rest.len().min(out.len());
            out[..len].copy_from_slice(&rest[..len]);
            Ok(len)
        }
    }

    fn encoded(line_end: LineEnd, file: &[u8], block: usize) -> Vec<u8> {
        let (mut encoder, mut wire, mut buf) = (Encoder::new(line_end), Vec::new(), vec![0; block]);
        loop {
            let len = encoder.read(wire.len() as u64, &mut buf, read_from(file)).unwrap();
            wire.extend_from_slice(&buf[..len]);
            if len < block {
                return wire;
            }
        }
    }

    #[test]
    fn line_ends_of_unix() {
        assert_eq!(encoded(LineEnd::Lf, b"a\nb\rc\r\n", 8), b"a\r\nb\r\0c\r\0\r\n");
        assert_eq!(decoded(LineEnd::Lf, &[b"a\r\nb\r\0c\r\0\r\n"]), b"a\nb\rc\r\n");
    }

    #[test]
    fn line_ends_of_windows() {
        assert_eq!(encoded(LineEnd::CrLf, b"a\r\nb\rc\nd\r", 8), b"a\r\nb\r\0c\nd\r\0");
        assert_eq!(decoded(LineEnd::CrLf, &[b"a\r\nb\r\0c\nd\r\0"]), b"a\r\nb\rc\nd\r");
    }

    #[test]
    fn a_pair_is_split_between_packets() {
        assert_eq!(decoded(LineEnd::Lf, &[b"a\r", b"", b"\nb\r", b"\0c"]), b"a\nb\rc");
        assert_eq!(decoded(LineEnd::CrLf, &[b"a\r", b"\n"]), b"a\r\n");
    }

    #[test]
    fn a_bare_cr_stays() {
        assert_eq!(decoded(LineEnd::Lf, &[b"\r", b"\r", b"x\r"]), b"\r\rx\r");
    }

    #[test]
    fn a_long_file_is_read_back_by_a_window() {
        let file: Vec<u8> = (0..400_000_u32).map(|at| if at % 7 == 0 { LF } else { b'x' }).collect();
        let wire = encoded(LineEnd::Lf, &file, 512);
        let mut encoder = Encoder::new(LineEnd::Lf);
        let mut buf = [0; 512];
        for block in (0..wire.len() as u64 / 512).flat_map(|block| [block, block.saturating_sub(200), block]) {
            let len = encoder.read(block * 512, &mut buf, read_from(&file)).unwrap();
            let from = block as usize * 512;
            assert_eq!(&buf[..len], &wire[from..from + len], "block {block}");
        }
    }

    fn text() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop_oneof![Just(CR), Just(LF), Just(NUL), any::<u8>()], 0..200)
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_in_any_pieces(file in text(), cut in 1_usize..20, block in 1_usize..40) {
            for line_end in [LineEnd::Lf, LineEnd::CrLf] {
                let wire = encoded(line_end, &file, block);
                let pieces: Vec<&[u8]> = wire.chunks(cut).collect();
                prop_assert_eq!(&decoded(line_end, &pieces), &file);
            }
        }

        #[test]
        fn any_offset_is_the_same_octets(file in text(), offsets in prop::collection::vec(0_usize..400, 1..20)) {
            for line_end in [LineEnd::Lf, LineEnd::CrLf] {
                let wire = encoded(line_end, &file, 64);
                let mut encoder = Encoder::new(line_end);
                let mut buf = [0; 13];
                for &offset in &offsets {
                    let len = encoder.read(offset as u64, &mut buf, read_from(&file)).unwrap();
                    let rest = wire.get(offset..).unwrap_or_default();
                    prop_assert_eq!(&buf[..len], &rest[..rest.len().min(13)]);
                }
            }
        }
    }
}
