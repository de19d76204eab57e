//! One LTX file: a header, pages that are compressed one by one, an index and a checksum. In
//! the layout that Litestream 0.5 writes and reads, as a stream in both directions.

mod decode;
mod encode;
mod header;

pub use decode::Decoder;
pub use encode::Encoder;
pub use header::{HEADER_BYTES, Header, WalSpan};

use std::io;

use crc::{CRC_64_GO_ISO, Crc, Digest, Table};

/// Bytes at the end: a checksum that is not used, and the one of the file.
pub const TRAILER_BYTES: usize = 16;

/// Bytes before each page: its number, flags and length.
const FRAME_BYTES: usize = 10;

/// The only flag of a page: a length and one LZ4 block follow.
const PAGE_SIZED: u16 = 1;

/// SQLite locks bytes from here on; the page that holds them has no content.
const LOCK_BYTE: u32 = 0x4000_0000;

static CRC: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_GO_ISO);

/// The checksum's top bit says that there is one.
const CHECKSUM_FLAG: u64 = 1 << 63;

type Sum = Digest<'static, u64, Table<16>>;

/// Why bytes are no LTX file that can be believed.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("the file could not be read or written")]
    Io(#[from] io::Error),
    #[error("the file is cut off")]
    Truncated,
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    #[error("the file is of a kind that this program does not know: {0}")]
    Unknown(&'static str),
}

/// The page that SQLite never writes, for this page size.
#[must_use]
pub fn lock_page(page_size: u32) -> u32 {
    LOCK_BYTE / page_size + 1
}

/// The page after `page` that has content.
fn page_after(page: u32, page_size: u32) -> u32 {
    let next = page + 1;
    if next == lock_page(page_size) {
        next + 1
    } else {
        next
    }
}

fn is_page_size(bytes: u32) -> bool {
    (512..=65_536).contains(&bytes) && bytes.is_power_of_two()
}

/// The little-endian groups of seven bits that the index is made of.
fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7f).expect("seven bits") | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).expect("seven bits"));
}

#[cfg(test)]
mod tests;
