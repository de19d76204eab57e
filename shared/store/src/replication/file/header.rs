//! The first hundred bytes of an LTX file.

use super::{FileError, is_page_size};
use crate::replication::name::Span;

/// Bytes of a header.
pub const HEADER_BYTES: usize = 100;

const MAGIC: [u8; 4] = *b"LTX1";

/// The file carries no checksum of the whole database. Litestream refuses files that do.
const NO_DATABASE_SUM: u32 = 2;

/// What a file says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Bytes of a page.
    pub page_size: u32,
    /// Pages that the database has after this file.
    pub commit: u32,
    /// The transactions that the file covers. From 1 on it is a snapshot, with every page.
    pub span: Span,
    /// When it was made, in milliseconds since 1970.
    pub written_at_ms: i64,
    /// Where in the log it was copied from; none when it was not.
    pub wal: Option<WalSpan>,
    /// Who wrote it; any number.
    pub writer: u64,
}

/// A stretch of a write-ahead log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalSpan {
    /// Where it begins, in bytes from the log's start; 32 is the first frame.
    pub offset: u64,
    pub bytes: u64,
    /// Which life of the log it is.
    pub salts: (u32, u32),
}

impl WalSpan {
    /// Where it ends.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.offset + self.bytes
    }
}

impl Header {
    /// Whether the file holds every page.
    #[must_use]
    pub fn is_snapshot(&self) -> bool {
        self.span.min == 1
    }

    /// The header as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; HEADER_BYTES] {
        let wal = self.wal.unwrap_or(WalSpan {
            offset: 0,
            bytes: 0,
            salts: (0, 0),
        });
        let mut bytes = [0; HEADER_BYTES];
        let mut at = 0;
        let mut put = |field: &[u8]| {
            bytes[at..at + field.len()].copy_from_slice(field);
            at += field.len();
        };
        put(&MAGIC);
        put(&NO_DATABASE_SUM.to_be_bytes());
        put(&self.page_size.to_be_bytes());
        put(&self.commit.to_be_bytes());
        put(&self.span.min.to_be_bytes());
        put(&self.span.max.to_be_bytes());
        put(&self.written_at_ms.to_be_bytes());
        put(&0_u64.to_be_bytes()); // the sum before: not used
        put(&wal.offset.to_be_bytes());
        put(&wal.bytes.to_be_bytes());
        put(&wal.salts.0.to_be_bytes());
        put(&wal.salts.1.to_be_bytes());
        put(&self.writer.to_be_bytes());
        bytes
    }

    /// Reads a header.
    ///
    /// # Errors
    ///
    /// It is none, or of another format.
    pub fn parse(bytes: &[u8; HEADER_BYTES]) -> Result<Self, FileError> {
        if bytes[..4] != MAGIC {
            return Err(FileError::Damaged("it does not begin like an LTX file"));
        }
        if u32_at(bytes, 4) != NO_DATABASE_SUM {
            return Err(FileError::Unknown("its flags"));
        }
        if u64_at(bytes, 40) != 0 {
            return Err(FileError::Unknown("it carries a sum of the database"));
        }
        let span = WalSpan {
            offset: u64_at(bytes, 48),
            bytes: u64_at(bytes, 56),
            salts: (u32_at(bytes, 64), u32_at(bytes, 68)),
        };
        let header = Self {
            page_size: u32_at(bytes, 8),
            commit: u32_at(bytes, 12),
            span: Span {
                min: u64_at(bytes, 16),
                max: u64_at(bytes, 24),
            },
            written_at_ms: i64::from_be_bytes(u64_at(bytes, 32).to_be_bytes()),
            wal: (span.offset != 0).then_some(span),
            writer: u64_at(bytes, 72),
        };
        if !is_page_size(header.page_size) {
            return Err(FileError::Damaged("its page size"));
        }
        if header.commit == 0 || header.span.min == 0 || header.span.min > header.span.max {
            return Err(FileError::Damaged("its header"));
        }
        Ok(header)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_be_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}
