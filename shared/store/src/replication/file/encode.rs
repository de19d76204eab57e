//! Writes an LTX file, page after page.

use std::io::{self, Write};

use super::{CHECKSUM_FLAG, CRC, FRAME_BYTES, HEADER_BYTES, Header, PAGE_SIZED, Sum};
use super::{lock_page, push_varint};

/// A file that is being written.
pub struct Encoder<W: Write> {
    out: W,
    header: Header,
    sum: Sum,
    /// Where the next byte goes.
    at: u64,
    last: u32,
    index: Vec<u8>,
    compressed: Vec<u8>,
}

impl<W: Write> Encoder<W> {
    /// Begins a file with its header.
    ///
    /// # Errors
    ///
    /// `out` fails.
    pub fn new(mut out: W, header: Header) -> io::Result<Self> {
        let bytes = header.to_bytes();
        out.write_all(&bytes)?;
        let mut sum = CRC.digest();
        sum.update(&bytes);
        let page = usize::try_from(header.page_size).expect("a page fits into memory");
        Ok(Self {
            out,
            header,
            sum,
            at: HEADER_BYTES as u64,
            last: 0,
            index: Vec::new(),
            compressed: vec![0; lz4_flex::block::get_maximum_output_size(page)],
        })
    }

    /// Adds a page. The lock page is left out.
    ///
    /// # Panics
    ///
    /// Pages must come in rising order, within the commit, and be whole.
    ///
    /// # Errors
    ///
    /// `out` fails.
    pub fn page(&mut self, number: u32, content: &[u8]) -> io::Result<()> {
        assert!(
            number > self.last && number <= self.header.commit,
            "pages come in order"
        );
        assert_eq!(content.len() as u64, u64::from(self.header.page_size));
        if number == lock_page(self.header.page_size) {
            return Ok(());
        }
        let length = lz4_flex::block::compress_into(content, &mut self.compressed)
            .expect("the buffer takes the worst case");
        let mut frame = [0; FRAME_BYTES];
        frame[..4].copy_from_slice(&number.to_be_bytes());
        frame[4..6].copy_from_slice(&PAGE_SIZED.to_be_bytes());
        let sized = u32::try_from(length).expect("a page is small");
        frame[6..].copy_from_slice(&sized.to_be_bytes());
        self.out.write_all(&frame)?;
        self.out.write_all(&self.compressed[..length])?;
        self.sum.update(&frame);
        self.sum.update(content);
        let size = (FRAME_BYTES + length) as u64;
        push_varint(&mut self.index, u64::from(number));
        push_varint(&mut self.index, self.at);
        push_varint(&mut self.index, size);
        self.at += size;
        self.last = number;
        Ok(())
    }

    /// Ends the file: the index, and the checksum that vouches for everything.
    ///
    /// # Errors
    ///
    /// `out` fails.
    pub fn finish(mut self) -> io::Result<W> {
        let mut tail = vec![0; 6];
        tail.append(&mut self.index);
        tail.push(0);
        let index_bytes = tail.len() as u64 - 6;
        tail.extend_from_slice(&index_bytes.to_be_bytes());
        tail.extend_from_slice(&0_u64.to_be_bytes());
        self.sum.update(&tail);
        let sum = self.sum.finalize() | CHECKSUM_FLAG;
        tail.extend_from_slice(&sum.to_be_bytes());
        self.out.write_all(&tail)?;
        Ok(self.out)
    }
}
