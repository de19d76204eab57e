//! Several LTX files as one: of each page the newest content, and none beyond the end that the
//! database has at last.

use std::io::{self, Read, Write};

use super::file::{Decoder, Encoder, FileError, Header, lock_page};
use super::name::Span;

/// Why files do not make one.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("the files do not follow on each other")]
    Gap,
    #[error("the files have different page sizes")]
    PageSize,
    #[error("page {0} is in none of the files")]
    PageMissing(u32),
    #[error("what was merged could not be written")]
    Write(#[from] io::Error),
}

/// Files that are read side by side, the older ones first.
pub(crate) struct Merge<R: Read> {
    inputs: Vec<Input<R>>,
    header: Header,
}

struct Input<R: Read> {
    decoder: Decoder<R>,
    page: Vec<u8>,
    number: Option<u32>,
}

impl<R: Read> Merge<R> {
    /// Begins to read. Each file follows on the one before, or overlaps with it.
    ///
    /// # Errors
    ///
    /// They do not belong together, or one is damaged.
    pub(crate) fn new(files: Vec<R>) -> Result<Self, MergeError> {
        let mut inputs = Vec::with_capacity(files.len());
        let mut header: Option<Header> = None;
        for file in files {
            let decoder = Decoder::new(file)?;
            let own = *decoder.header();
            header = Some(match header {
                None => Header {
                    wal: None,
                    writer: 0,
                    ..own
                },
                Some(before) => joined(&before, &own)?,
            });
            let mut input = Input {
                decoder,
                page: Vec::new(),
                number: None,
            };
            input.advance()?;
            inputs.push(input);
        }
        let header = header.ok_or(MergeError::Gap)?;
        Ok(Self { inputs, header })
    }

    /// The header of the whole.
    #[must_use]
    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// Puts the next page into `page` and says its number; none at the end, when every file
    /// has been read to its end and believed.
    ///
    /// # Errors
    ///
    /// A file is damaged.
    pub(crate) fn next(&mut self, page: &mut Vec<u8>) -> Result<Option<u32>, FileError> {
        loop {
            let Some(number) = self.inputs.iter().filter_map(|input| input.number).min() else {
                return Ok(None);
            };
            let mut newest = true;
            for input in self.inputs.iter_mut().rev() {
                if input.number == Some(number) {
                    if newest {
                        std::mem::swap(page, &mut input.page);
                        newest = false;
                    }
                    input.advance()?;
                }
            }
            if number <= self.header.commit {
                return Ok(Some(number));
            }
        }
    }

    /// Writes the whole as an LTX file.
    ///
    /// # Errors
    ///
    /// A file is damaged, or `out` fails.
    pub(crate) fn into_file<W: Write>(mut self, out: W) -> Result<W, MergeError> {
        let mut encoder = Encoder::new(out, self.header)?;
        let mut page = Vec::new();
        while let Some(number) = self.next(&mut page)? {
            encoder.page(number, &page)?;
        }
        Ok(encoder.finish()?)
    }

    /// Writes the whole as a database, and tells `progress` how many pages are done.
    ///
    /// # Errors
    ///
    /// A file is damaged, a page is in none of them, or `out` fails.
    pub(crate) fn into_database<W: Write>(
        mut self,
        mut out: W,
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<W, MergeError> {
        let Header {
            page_size, commit, ..
        } = self.header;
        let empty = vec![0; usize::try_from(page_size).expect("a page fits into memory")];
        let mut page = Vec::new();
        let mut due = 1;
        while let Some(number) = self.next(&mut page)? {
            if due == lock_page(page_size) && number > due {
                out.write_all(&empty)?;
                due += 1;
            }
            if number != due {
                return Err(MergeError::PageMissing(due));
            }
            out.write_all(&page)?;
            due += 1;
            progress(number, commit);
        }
        if due == lock_page(page_size) && due == commit {
            out.write_all(&empty)?;
            due += 1;
        }
        if due <= commit {
            return Err(MergeError::PageMissing(due));
        }
        Ok(out)
    }
}

impl<R: Read> Input<R> {
    fn advance(&mut self) -> Result<(), FileError> {
        self.number = self.decoder.next(&mut self.page)?;
        Ok(())
    }
}

fn joined(before: &Header, next: &Header) -> Result<Header, MergeError> {
    if before.page_size != next.page_size {
        return Err(MergeError::PageSize);
    }
    if next.span.min > before.span.max + 1 || next.span.max <= before.span.max {
        return Err(MergeError::Gap);
    }
    Ok(Header {
        span: Span {
            min: before.span.min.min(next.span.min),
            max: next.span.max,
        },
        wal: None,
        writer: 0,
        ..*next
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const PAGE: usize = 512;

    /// A database as its pages' first bytes.
    type Model = BTreeMap<u32, u8>;

    fn file(span: Span, commit: u32, pages: &Model) -> Vec<u8> {
        let header = Header {
            page_size: 512,
            commit,
            span,
            written_at_ms: 5,
            wal: None,
            writer: 1,
        };
        let mut encoder = Encoder::new(Vec::new(), header).unwrap();
        for (number, first) in pages {
            encoder.page(*number, &[*first; PAGE]).unwrap();
        }
        encoder.finish().unwrap()
    }

    /// Applies a change as SQLite would: a database that grew has all of its new pages.
    fn change(model: &mut Model, commit: u32, touched: &[(u32, u8)]) -> Model {
        let before = u32::try_from(model.len()).unwrap();
        let mut pages: Model = (before + 1..=commit).map(|number| (number, 0)).collect();
        pages.extend(
            touched
                .iter()
                .filter(|(number, _)| *number <= commit)
                .copied(),
        );
        model.retain(|number, _| *number <= commit);
        model.extend(pages.iter().map(|(number, first)| (*number, *first)));
        pages
    }

    fn restored(files: &[Vec<u8>]) -> Result<Vec<u8>, MergeError> {
        let merge = Merge::new(files.iter().map(Vec::as_slice).collect())?;
        merge.into_database(Vec::new(), &mut |_, _| {})
    }

    proptest! {
        #[test]
        fn merging_first_changes_nothing_of_what_is_restored(
            changes in proptest::collection::vec(
                (1_u32..20, proptest::collection::vec((1_u32..20, any::<u8>()), 0..6)), 1..12),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut model = Model::new();
            let mut files = Vec::new();
            for (tx, (commit, touched)) in (1..).zip(&changes) {
                let pages = change(&mut model, *commit, touched);
                files.push(file(Span::of(tx), *commit, &pages));
            }
            let expected: Vec<u8> = model.values().flat_map(|first| [*first; PAGE]).collect();
            prop_assert_eq!(&restored(&files).unwrap(), &expected);

            let cut = cut.index(files.len());
            let (low, high) = files.split_at(cut + 1);
            let mut merged = Vec::new();
            for part in [low, high] {
                if !part.is_empty() {
                    let merge = Merge::new(part.iter().map(Vec::as_slice).collect()).unwrap();
                    merged.push(merge.into_file(Vec::new()).unwrap());
                }
            }
            prop_assert_eq!(&restored(&merged).unwrap(), &expected);
        }
    }

    #[test]
    fn files_that_do_not_follow_or_leave_a_page_out_are_refused() {
        let pages: Model = [(1, 1), (2, 2)].into();
        let first = file(Span::of(1), 2, &pages);
        let third = file(Span::of(3), 2, &pages);
        assert!(matches!(
            restored(&[first.clone(), third]),
            Err(MergeError::Gap)
        ));
        let grown = file(Span::of(2), 4, &[(4, 4)].into());
        let missing = restored(&[first, grown]);
        assert!(
            matches!(missing, Err(MergeError::PageMissing(3))),
            "{missing:?}"
        );
    }
}
