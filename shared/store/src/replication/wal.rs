//! SQLite's write-ahead log, read from outside: frames that hold together by their salts and
//! running checksum, up to the last one that ends a transaction.

use std::collections::BTreeMap;
use std::io;

/// Bytes before the first frame.
pub(crate) const WAL_HEADER_BYTES: u64 = 32;

/// Bytes before each page.
const FRAME_HEADER_BYTES: usize = 24;

/// The log's magic number; the last bit says in which order checksums are made.
const MAGIC: u32 = 0x377f_0682;

/// Where a log with so many frames ends, in bytes.
pub(crate) fn end_of(frames: u64, page_bytes: u64) -> u64 {
    WAL_HEADER_BYTES + frames * (FRAME_HEADER_BYTES as u64 + page_bytes)
}

/// Something that can be read at any place.
pub(crate) trait ReadAt {
    /// Reads as much as there is, up to the length of `bytes`.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl ReadAt for std::fs::File {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < bytes.len() {
            let at = offset + filled as u64;
            match std::os::unix::fs::FileExt::read_at(self, &mut bytes[filled..], at) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let at = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(self.len());
        let length = bytes.len().min(self.len() - at);
        bytes[..length].copy_from_slice(&self[at..at + length]);
        Ok(length)
    }
}

/// The log's header: one life of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WalHeader {
    pub page_size: u32,
    pub salts: (u32, u32),
    big_endian: bool,
    sum: (u32, u32),
}

/// How far the log was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The next byte.
    pub offset: u64,
    /// The running checksum up to here.
    sum: (u32, u32),
}

/// What whole transactions of a stretch of the log have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changes {
    /// The newest content of each page: where in the log it stands.
    pub pages: BTreeMap<u32, u64>,
    /// Pages that the database has afterwards.
    pub commit: u32,
    /// The smallest number of pages that it had in between.
    pub commit_least: u32,
    /// Where the stretch ends.
    pub end: Position,
}

impl WalHeader {
    /// The header of `log`; none when there is none, or it was not written to its end.
    ///
    /// # Errors
    ///
    /// The log cannot be read.
    pub(crate) fn read(log: &dyn ReadAt) -> io::Result<Option<Self>> {
        let mut bytes = [0; 32];
        if log.read_at(&mut bytes, 0)? < bytes.len() {
            return Ok(None);
        }
        let magic = be(&bytes, 0);
        if magic & !1 != MAGIC {
            return Ok(None);
        }
        let big_endian = magic & 1 == 1;
        let sum = summed((0, 0), &bytes[..24], big_endian);
        if sum != (be(&bytes, 24), be(&bytes, 28)) {
            return Ok(None);
        }
        Ok(Some(Self {
            page_size: be(&bytes, 8),
            salts: (be(&bytes, 16), be(&bytes, 20)),
            big_endian,
            sum,
        }))
    }

    /// Before the first frame.
    #[must_use]
    pub(crate) fn start(&self) -> Position {
        Position {
            offset: WAL_HEADER_BYTES,
            sum: self.sum,
        }
    }

    /// Bytes of a frame.
    #[must_use]
    pub(crate) fn frame_bytes(&self) -> u64 {
        FRAME_HEADER_BYTES as u64 + u64::from(self.page_size)
    }

    /// Where the frame with this number ends; 0 is before the first one.
    #[must_use]
    pub(crate) fn end_of(&self, frames: u64) -> u64 {
        end_of(frames, u64::from(self.page_size))
    }

    /// What the transactions behind `from` have changed that end at `limit` or before. It stops
    /// early, at the end of a transaction, when it has read `bytes_max`. None when there is no
    /// whole one.
    ///
    /// # Errors
    ///
    /// The log cannot be read.
    pub(crate) fn changes(
        &self,
        log: &dyn ReadAt,
        from: Position,
        limit: u64,
        bytes_max: u64,
    ) -> io::Result<Option<Changes>> {
        let mut frame = vec![0; usize::try_from(self.frame_bytes()).expect("a page is small")];
        let mut at = from;
        let mut found: Option<Changes> = None;
        let mut open: BTreeMap<u32, u64> = BTreeMap::new();
        while at.offset + self.frame_bytes() <= limit {
            if log.read_at(&mut frame, at.offset)? < frame.len() {
                break;
            }
            let Some(next) = self.follows(&frame, at) else {
                break;
            };
            open.insert(be(&frame, 0), at.offset + FRAME_HEADER_BYTES as u64);
            at = next;
            let commit = be(&frame, 4);
            if commit > 0 {
                let changes = found.get_or_insert_with(|| Changes {
                    pages: BTreeMap::new(),
                    commit,
                    commit_least: commit,
                    end: at,
                });
                changes.pages.append(&mut open);
                // What was cut off and grew again later has been written again.
                changes.pages.split_off(&(commit + 1));
                changes.commit = commit;
                changes.commit_least = changes.commit_least.min(commit);
                changes.end = at;
                if at.offset - from.offset >= bytes_max {
                    break;
                }
            }
        }
        Ok(found)
    }

    fn follows(&self, frame: &[u8], at: Position) -> Option<Position> {
        if (be(frame, 8), be(frame, 12)) != self.salts || be(frame, 0) == 0 {
            return None;
        }
        let sum = summed(at.sum, &frame[..8], self.big_endian);
        let sum = summed(sum, &frame[FRAME_HEADER_BYTES..], self.big_endian);
        (sum == (be(frame, 16), be(frame, 20))).then_some(Position {
            offset: at.offset + self.frame_bytes(),
            sum,
        })
    }
}

fn summed((mut s0, mut s1): (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    let word = |bytes: &[u8]| {
        let bytes = bytes.try_into().expect("four bytes");
        if big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    };
    for pair in bytes.chunks_exact(8) {
        s0 = s0.wrapping_add(word(&pair[..4])).wrapping_add(s1);
        s1 = s1.wrapping_add(word(&pair[4..])).wrapping_add(s0);
    }
    (s0, s1)
}

fn be(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    /// A log with three transactions, and the folder that keeps it.
    fn log() -> (tempfile::TempDir, Connection, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let db = Connection::open(&path).unwrap();
        db.execute_batch(
            "PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0;
             CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(9000)); DELETE FROM t;",
        )
        .unwrap();
        let bytes = std::fs::read(folder.path().join("a.db-wal")).unwrap();
        (folder, db, bytes)
    }

    fn read(bytes: &Vec<u8>, limit: u64, bytes_max: u64) -> Option<Changes> {
        let header = WalHeader::read(bytes).unwrap().unwrap();
        header
            .changes(bytes, header.start(), limit, bytes_max)
            .unwrap()
    }

    #[test]
    fn whole_transactions_are_read_up_to_a_limit() {
        let (_folder, db, bytes) = log();
        let all = read(&bytes, u64::MAX, u64::MAX).unwrap();
        assert_eq!(all.end.offset, bytes.len() as u64);
        let pages: u32 = db
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .unwrap();
        assert_eq!(all.commit, pages);
        let cut = read(&bytes, bytes.len() as u64 - 1, u64::MAX).unwrap();
        assert!(cut.end.offset < all.end.offset);
        let first = read(&bytes, u64::MAX, 1).unwrap();
        assert_eq!(first.commit, 2);
        // The rest, from where the first stretch ended, is the same as in one go.
        let header = WalHeader::read(&bytes).unwrap().unwrap();
        let rest = header
            .changes(&bytes, first.end, u64::MAX, u64::MAX)
            .unwrap()
            .unwrap();
        assert_eq!(rest.end, all.end);
        assert_eq!(read(&bytes, 32, u64::MAX), None);
    }

    #[test]
    fn a_torn_frame_ends_what_is_believed() {
        let (_folder, _db, bytes) = log();
        let all = read(&bytes, u64::MAX, u64::MAX).unwrap();
        for at in [40, 100, 5000, bytes.len() - 1] {
            let mut torn = bytes.clone();
            torn[at] ^= 1;
            let end = read(&torn, u64::MAX, u64::MAX).map_or(0, |found| found.end.offset);
            assert!(end <= at as u64 && end < all.end.offset, "{at}: {end}");
        }
        let mut headless = bytes;
        headless[17] ^= 1;
        assert_eq!(WalHeader::read(&headless).unwrap(), None);
    }
}
