//! Tells whether files have changed since something was made of them, by a stamp beside it.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Folders that hold what is made, not what it is made of.
const MADE: [&str; 4] = ["node_modules", "dist", "target", ".git"];

/// A short text that changes whenever a file below `sources` changes, comes or goes.
pub(crate) fn digest(sources: &[PathBuf]) -> Result<String, Failure> {
    let mut files = Vec::new();
    for source in sources {
        collect(source, &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        let bytes = fs::read(&file).map_err(|error| Failure::at("read", &file, &error))?;
        file.hash(&mut hasher);
        bytes.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Whether the stamp at `path` says that what is there was made of `digest`.
pub(crate) fn is_fresh(path: &Path, digest: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|stamp| stamp == digest)
}

/// Leaves the stamp: what is there was made of `digest`.
pub(crate) fn leave(path: &Path, digest: &str) -> Result<(), Failure> {
    fs::write(path, digest).map_err(|error| Failure::at("write", path, &error))
}

fn collect(source: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if source.is_file() {
        files.push(source.to_owned());
        return Ok(());
    }
    if !source.is_dir() {
        return Ok(());
    }
    let unreadable = |error| Failure::at("read", source, &error);
    for entry in fs::read_dir(source).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if MADE.iter().all(|made| entry.file_name() != *made) {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}
