//! Why a command gave up, as one text for the person at the console.

use std::fmt;
use std::io;
use std::path::Path;

/// What went wrong and, where we know it, what to do about it.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The file or folder at `path` could not be used: `doing` says for what.
    pub(crate) fn at(doing: &str, path: &Path, error: &io::Error) -> Self {
        Self(format!("cannot {doing} {}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
