//! Which files a restore reads, which ones are merged, and which ones are no longer needed.
//! Pure: a listing goes in, names come out.

use domain::mutant::{Mutant, is};

use super::name::{FileInfo, FileName, LEVEL_RAW, LEVEL_SNAPSHOT, Level, Span};

/// Files that one merge reads, at most: each is held open.
const MERGED_MAX: usize = 400;

/// Snapshots that stay whatever their age: a restore may be reading the one before the last.
const SNAPSHOTS_MIN: usize = 2;

/// How far a restore goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// All that the replica has.
    Newest,
    /// After this transaction.
    Transaction(u64),
}

/// Why a replica cannot be restored as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("the replica has nothing to begin with: no snapshot, and no first transaction")]
    NoBeginning,
    #[error(
        "the replica ends at transaction {reached:016x}, and the next file begins at {next:016x}"
    )]
    Gap {
        /// The last transaction that can be reached.
        reached: u64,
        /// Where the rest begins.
        next: u64,
    },
    #[error(
        "transaction {wanted:016x} is not there by itself; the nearest one before it is \
         {reached:016x}"
    )]
    NotThere {
        /// What was asked for.
        wanted: u64,
        /// The last transaction before it at which a file ends.
        reached: u64,
    },
}

/// The files that make up the database, in the order in which they overwrite each other.
///
/// # Errors
///
/// Files are missing, or none ends where the restore is to end.
pub fn restore(files: &[FileInfo], until: Until) -> Result<Vec<FileName>, PlanError> {
    let limit = match until {
        Until::Newest => u64::MAX,
        Until::Transaction(tx) => tx,
    };
    let usable = || {
        files
            .iter()
            .map(|file| file.name)
            .filter(move |name| name.span.max <= limit)
    };
    let snapshots = usable().filter(|name| name.level == LEVEL_SNAPSHOT && name.span.min == 1);
    let mut plan: Vec<FileName> = snapshots
        .max_by_key(|name| name.span.max)
        .into_iter()
        .collect();
    let reached = plan.last().map_or(0, |name| name.span.max);
    plan.extend(onward(usable(), reached));
    let reached = plan.last().map_or(0, |name| name.span.max);
    if plan.is_empty() {
        return Err(PlanError::NoBeginning);
    }
    match until {
        Until::Newest => {
            let beyond = files.iter().map(|file| file.name.span.min);
            match beyond.filter(|min| *min > reached + 1).min() {
                Some(next) => Err(PlanError::Gap { reached, next }),
                None => Ok(plan),
            }
        }
        Until::Transaction(wanted) if wanted == reached => Ok(plan),
        Until::Transaction(wanted) => Err(PlanError::NotThere { wanted, reached }),
    }
}

/// The files that lead on from transaction `reached`, as far as they do without a gap.
#[must_use]
pub fn follow(files: &[FileInfo], reached: u64) -> Vec<FileName> {
    onward(files.iter().map(|file| file.name), reached)
}

fn onward(files: impl Iterator<Item = FileName>, mut reached: u64) -> Vec<FileName> {
    let files: Vec<FileName> = files.filter(|name| name.level != LEVEL_SNAPSHOT).collect();
    let mut plan = Vec::new();
    while let Some(next) = files
        .iter()
        .filter(|name| name.span.min <= reached + 1 && name.span.max > reached)
        .max_by_key(|name| (name.span.max, std::cmp::Reverse(name.span.min), name.level))
    {
        plan.push(*next);
        reached = next.span.max;
    }
    plan
}

/// The files of the level below that become one file of `level`; none when there is nothing
/// to do. They follow on what `level` has, without a gap.
#[must_use]
pub fn merge(files: &[FileInfo], level: Level) -> Option<Vec<FileName>> {
    let of = |wanted: Level| {
        let named = files.iter().map(|file| file.name);
        named.filter(move |name| name.level == wanted)
    };
    let below = Level(level.0.checked_sub(1)?);
    let have = of(level).map(|name| name.span.max).max().unwrap_or(0);
    let mut next: Vec<FileName> = of(below).filter(|name| name.span.min > have).collect();
    next.sort_by_key(|name| name.span);
    let mut run: Vec<FileName> = Vec::new();
    for name in next {
        match run.last() {
            Some(last) if name.span.min != last.span.max + 1 => break,
            Some(_) if run.len() == MERGED_MAX => break,
            Some(_) | None => run.push(name),
        }
    }
    (!run.is_empty()).then_some(run)
}

/// How long files are kept, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Raw files that have been merged.
    pub raw_ms: i64,
    /// Snapshots, and everything since the oldest of them.
    pub snapshot_ms: i64,
}

/// The files that may go: every restore to a point within the time that is kept works without
/// them. The newest raw file stays; the next one follows on it.
#[must_use]
pub fn expired(files: &[FileInfo], now_ms: i64, retention: Retention) -> Vec<FileName> {
    let old = |file: &FileInfo, kept_ms| file.written_at_ms < now_ms.saturating_sub(kept_ms);
    let mut snapshots: Vec<&FileInfo> = files
        .iter()
        .filter(|file| file.name.level == LEVEL_SNAPSHOT)
        .collect();
    snapshots.sort_by_key(|file| std::cmp::Reverse(file.name.span.max));
    let mut kept = 0;
    let mut floor = 0;
    let mut gone = Vec::new();
    for file in snapshots {
        if kept >= SNAPSHOTS_MIN && old(file, retention.snapshot_ms) {
            gone.push(file.name);
        } else {
            kept += 1;
            floor = file.name.span.max;
        }
    }
    if kept < SNAPSHOTS_MIN {
        floor = 0;
    }
    let raw_last = files
        .iter()
        .filter(|file| file.name.level == LEVEL_RAW)
        .map(|file| file.name.span.max)
        .max();
    let merged = |span: Span| {
        is(Mutant::RemoveUnmerged)
            || files.iter().map(|file| file.name).any(|name| {
                (1..LEVEL_SNAPSHOT.0).contains(&name.level.0)
                    && name.span.min <= span.min
                    && span.max <= name.span.max
            })
    };
    for file in files {
        let name = file.name;
        let goes = if name.level == LEVEL_SNAPSHOT
            || Some(name.span.max) == raw_last && name.level == LEVEL_RAW
        {
            false
        } else if name.span.max <= floor {
            true
        } else {
            name.level == LEVEL_RAW && old(file, retention.raw_ms) && merged(name.span)
        };
        if goes {
            gone.push(name);
        }
    }
    gone
}

#[cfg(test)]
mod tests;
