//! The folder in which the index lies: one that is in use, and perhaps one that is being built.
//! A new one takes the place of the old one when it is whole; until then the old one stays.

use std::path::{Path, PathBuf};

use crate::index::{Builder, Index, SearchError, Stamp};

/// What the folder of an index is called while it is being built.
const UNFINISHED: &str = ".unfinished";
/// What the folder of a whole index is called, with its number.
const WHOLE: &str = "index-";

/// The folder of the indexes.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
}

/// An index that is being built beside the one in use.
pub struct Building {
    builder: Builder,
    unfinished: PathBuf,
    whole: PathBuf,
}

impl Shelf {
    /// The indexes in `folder`, which need not be there yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Opens the latest whole index; none when there is none.
    ///
    /// # Errors
    ///
    /// Fails when there is one that cannot be used: build another.
    pub fn open(&self) -> Result<Option<Index>, SearchError> {
        let Some((_, latest)) = self.whole()?.pop() else {
            return Ok(None);
        };
        Index::open(&latest).map(Some)
    }

    /// Begins another index. What an earlier attempt left is removed.
    ///
    /// # Errors
    ///
    /// Fails when the folder cannot be written.
    pub fn begin(&self) -> Result<Building, SearchError> {
        std::fs::create_dir_all(&self.folder)?;
        let number = self.whole()?.last().map_or(1, |(number, _)| number + 1);
        let unfinished = self.folder.join(UNFINISHED);
        remove(&unfinished)?;
        std::fs::create_dir(&unfinished)?;
        Ok(Building {
            builder: Builder::begin(&unfinished)?,
            unfinished,
            whole: self.folder.join(format!("{WHOLE}{number:06}")),
        })
    }

    /// Puts a built index in the place of the one before and opens it. Who still asks the one
    /// before can go on doing so.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be written; then the one before stays.
    pub fn finish(&self, building: Building, stamp: Stamp) -> Result<Index, SearchError> {
        building.builder.finish(stamp)?;
        std::fs::rename(&building.unfinished, &building.whole)?;
        std::fs::File::open(&self.folder)?.sync_all()?;
        let index = Index::open(&building.whole)?;
        for (_, before) in self.whole()? {
            if before != building.whole {
                remove(&before)?;
            }
        }
        Ok(index)
    }

    /// Whole indexes with their numbers, the latest last.
    fn whole(&self) -> Result<Vec<(u64, PathBuf)>, SearchError> {
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let number = name.and_then(|name| name.strip_prefix(WHOLE)?.parse().ok());
            found.extend(number.map(|number: u64| (number, path.clone())));
        }
        found.sort();
        Ok(found)
    }
}

impl Building {
    /// Adds a film.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be written.
    pub fn add(&self, film: &crate::Film) -> Result<(), SearchError> {
        self.builder.add(film)
    }
}

fn remove(folder: &Path) -> Result<(), SearchError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}
