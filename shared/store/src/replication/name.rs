//! What the files of a replica are called: a level and the transactions they cover. A listing
//! is all the state that there is.

use std::fmt;

/// The level of files as they were copied from the log, one for each group of commits.
pub const LEVEL_RAW: Level = Level(0);

/// The level of snapshots, which hold the whole database.
pub const LEVEL_SNAPSHOT: Level = Level(9);

/// Digits of a transaction's number in a name.
const DIGITS: usize = 16;

/// How much files have been merged: 0 is raw, 9 are snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(pub u8);

impl Level {
    /// Every level there is, the raw one first.
    pub const ALL: [Self; 10] = {
        let mut all = [Self(0); 10];
        let mut level = 0;
        while level < 10 {
            all[level as usize] = Self(level);
            level += 1;
        }
        all
    };
}

/// The first and the last transaction of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub min: u64,
    pub max: u64,
}

impl Span {
    /// One transaction alone.
    #[must_use]
    pub fn of(tx: u64) -> Self {
        Self { min: tx, max: tx }
    }
}

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileName {
    pub level: Level,
    pub span: Span,
}

/// A file as a listing tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileInfo {
    pub name: FileName,
    pub bytes: u64,
    /// When it was written, in milliseconds since 1970, as far as the listing knows.
    pub written_at_ms: i64,
}

impl FileName {
    /// The name without its folder.
    #[must_use]
    pub fn file(&self) -> String {
        self.to_string()
    }

    /// Reads the name of a file of `level`; none when it is the name of something else.
    #[must_use]
    pub fn parse(level: Level, name: &str) -> Option<Self> {
        let (min, max) = name.strip_suffix(".ltx")?.split_once('-')?;
        let span = Span {
            min: transaction(min)?,
            max: transaction(max)?,
        };
        (span.min > 0 && span.min <= span.max).then_some(Self { level, span })
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}-{:016x}.ltx", self.span.min, self.span.max)
    }
}

fn transaction(digits: &str) -> Option<u64> {
    let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if digits.len() != DIGITS || !digits.bytes().all(lower) {
        return None;
    }
    u64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<(u64, u64)>) {
        let found = FileName::parse(LEVEL_RAW, name);
        let span = found.map(|name| (name.span.min, name.span.max));
        assert_eq!(span, expected, "{name}");
        if let Some(found) = found {
            assert_eq!(found.file(), name);
        }
    }

    #[test]
    fn only_names_of_the_right_form_count() {
        check("0000000000000001-00000000000000ff.ltx", Some((1, 255)));
        check("0000000000000001-00000000000000FF.ltx", None);
        check("0000000000000000-0000000000000001.ltx", None);
        check("0000000000000002-0000000000000001.ltx", None);
        check("0000000000000001-0000000000000001.ltx.tmp", None);
        check("1-2.ltx", None);
        check("lock.json", None);
    }
}
