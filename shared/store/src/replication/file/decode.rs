//! Reads an LTX file, page after page, and believes it only when everything fits together.

use std::io::{self, Read};

use super::{CHECKSUM_FLAG, CRC, FRAME_BYTES, FileError, HEADER_BYTES, Header, PAGE_SIZED, Sum};
use super::{TRAILER_BYTES, lock_page, page_after, push_varint};

/// A file that is being read.
pub struct Decoder<R: Read> {
    from: R,
    header: Header,
    sum: Sum,
    at: u64,
    last: u32,
    /// The index as it has to be.
    index: Vec<u8>,
    compressed: Vec<u8>,
    ended: bool,
}

impl<R: Read> Decoder<R> {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// There is none that we know.
    pub fn new(mut from: R) -> Result<Self, FileError> {
        let mut bytes = [0; HEADER_BYTES];
        fill(&mut from, &mut bytes)?;
        let header = Header::parse(&bytes)?;
        let mut sum = CRC.digest();
        sum.update(&bytes);
        let page = usize::try_from(header.page_size).expect("a page fits into memory");
        Ok(Self {
            from,
            header,
            sum,
            at: HEADER_BYTES as u64,
            last: 0,
            index: Vec::new(),
            compressed: vec![0; lz4_flex::block::get_maximum_output_size(page)],
            ended: false,
        })
    }

    /// What the file says of itself.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Reads the next page into `page` and says its number; none at the end. Only then the
    /// file has proved to be whole.
    ///
    /// # Errors
    ///
    /// The file is damaged or cut off.
    pub fn next(&mut self, page: &mut Vec<u8>) -> Result<Option<u32>, FileError> {
        if self.ended {
            return Ok(None);
        }
        let mut frame = [0; FRAME_BYTES];
        // The end has six bytes, all zero, where a page has ten.
        fill(&mut self.from, &mut frame[..6])?;
        let number = u32::from_be_bytes(frame[..4].try_into().expect("four bytes"));
        if number == 0 {
            self.end(&frame)?;
            self.ended = true;
            return Ok(None);
        }
        if frame[4..6] != PAGE_SIZED.to_be_bytes() {
            return Err(FileError::Unknown("the flags of a page"));
        }
        fill(&mut self.from, &mut frame[6..])?;
        self.check_order(number)?;
        let length = u32::from_be_bytes(frame[6..].try_into().expect("four bytes"));
        let compressed = usize::try_from(length)
            .ok()
            .and_then(|length| self.compressed.get_mut(..length))
            .ok_or(FileError::Damaged("a page is too long"))?;
        fill(&mut self.from, compressed)?;
        page.resize(
            usize::try_from(self.header.page_size).expect("a page fits into memory"),
            0,
        );
        match lz4_flex::block::decompress_into(compressed, page) {
            Ok(bytes) if bytes == page.len() => {}
            Ok(_) | Err(_) => return Err(FileError::Damaged("a page cannot be unpacked")),
        }
        self.sum.update(&frame);
        self.sum.update(page);
        let size = FRAME_BYTES as u64 + u64::from(length);
        push_varint(&mut self.index, u64::from(number));
        push_varint(&mut self.index, self.at);
        push_varint(&mut self.index, size);
        self.at += size;
        self.last = number;
        Ok(Some(number))
    }

    /// Reads to the end, for a file that is only to be checked.
    ///
    /// # Errors
    ///
    /// The file is damaged or cut off.
    pub fn verify(mut self) -> Result<Header, FileError> {
        let mut page = Vec::new();
        while self.next(&mut page)?.is_some() {}
        Ok(self.header)
    }

    fn check_order(&self, number: u32) -> Result<(), FileError> {
        let page_size = self.header.page_size;
        if number > self.header.commit || number == lock_page(page_size) {
            return Err(FileError::Damaged("a page that the database does not have"));
        }
        if number <= self.last {
            return Err(FileError::Damaged("its pages are not in order"));
        }
        if self.header.is_snapshot() && number != page_after(self.last, page_size) {
            return Err(FileError::Damaged("a snapshot without all of its pages"));
        }
        Ok(())
    }

    fn end(&mut self, frame: &[u8; FRAME_BYTES]) -> Result<(), FileError> {
        if frame[4..6] != [0, 0] {
            return Err(FileError::Damaged("a page without a number"));
        }
        let (page_size, commit) = (self.header.page_size, self.header.commit);
        if self.header.is_snapshot() && page_after(self.last, page_size) <= commit {
            return Err(FileError::Damaged("a snapshot without all of its pages"));
        }
        self.index.push(0);
        let length = self.index.len() as u64;
        self.index.extend_from_slice(&length.to_be_bytes());
        let mut index = vec![0; self.index.len()];
        fill(&mut self.from, &mut index)?;
        if index != self.index {
            return Err(FileError::Damaged("its index"));
        }
        let mut trailer = [0; TRAILER_BYTES];
        fill(&mut self.from, &mut trailer)?;
        let (database, own) = trailer.split_at(8);
        if database != [0; 8] {
            return Err(FileError::Unknown("it carries a sum of the database"));
        }
        self.sum.update(&frame[..6]);
        self.sum.update(&index);
        self.sum.update(database);
        let sum = self.sum.clone().finalize() | CHECKSUM_FLAG;
        if own != sum.to_be_bytes() {
            return Err(FileError::Damaged("its checksum"));
        }
        match fill(&mut self.from, &mut [0]) {
            Err(FileError::Truncated) => Ok(()),
            Ok(()) => Err(FileError::Damaged("it goes on behind its end")),
            Err(error) => Err(error),
        }
    }
}

fn fill(from: &mut impl Read, bytes: &mut [u8]) -> Result<(), FileError> {
    from.read_exact(bytes).map_err(|error| {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            FileError::Truncated
        } else {
            FileError::Io(error)
        }
    })
}
