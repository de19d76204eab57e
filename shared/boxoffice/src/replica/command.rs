//! What `restore` and `replica verify` of hub and kiosk have in common.

use std::path::Path;

use store::replication::target::ReplicaTarget;
use store::replication::{RestoreError, Restored, Wanted};

use super::Verified;

/// Reads a transaction's number.
///
/// # Errors
///
/// It is not hexadecimal.
pub fn transaction(text: &str) -> Result<u64, String> {
    u64::from_str_radix(text, 16).map_err(|_| "a hexadecimal number of a transaction".to_owned())
}

/// Reads a time, in milliseconds since 1970.
///
/// # Errors
///
/// It is none.
pub fn time(text: &str) -> Result<i64, String> {
    let parsed: Result<jiff::Timestamp, _> = text.parse();
    let parsed = parsed.map(jiff::Timestamp::as_millisecond);
    parsed.map_err(|_| "a time such as 2026-11-22T18:30:00+09:00".to_owned())
}

/// What is wanted: at most one of the two is there.
#[must_use]
pub fn wanted(transaction: Option<u64>, before: Option<i64>) -> Wanted {
    match (transaction, before) {
        (Some(tx), _) => Wanted::Transaction(tx),
        (None, Some(time)) => Wanted::Before(time),
        (None, None) => Wanted::Newest,
    }
}

/// Restores into `place` and tells `say` of every tenth that is done.
///
/// # Errors
///
/// As [`store::replication::restore`].
pub fn restore(
    target: &dyn ReplicaTarget,
    place: &Path,
    wanted: Wanted,
    say: &mut dyn FnMut(&str),
) -> Result<Restored, RestoreError> {
    let mut told = 0;
    let mut progress = |pages: u32, of: u32| {
        let tenth = u64::from(pages) * 10 / u64::from(of.max(1));
        if tenth > told {
            told = tenth;
            say(&format!("{} % of {of} pages", tenth * 10));
        }
    };
    store::replication::restore(target, place, wanted, &mut progress)
}

/// One line about what was restored.
#[must_use]
pub fn told(restored: &Restored) -> String {
    format!(
        "restored transaction {:016x} of {:016x}, written at {}, from {} files: {} pages of {} \
         bytes",
        restored.tx,
        restored.newest,
        rendered(restored.written_at_ms),
        restored.files,
        restored.pages,
        restored.page_size
    )
}

/// One line about what was verified.
#[must_use]
pub fn told_verified(verified: &Verified) -> String {
    let told = told(&verified.restored);
    match verified.tables_same {
        Some(tables) => format!("{told}; {tables} tables have the same rows"),
        None => format!("{told}; it was written all the time, so only its progress was compared"),
    }
}

fn rendered(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |at| at.to_string())
}
