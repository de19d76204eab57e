//! The change feed: which rows have changed, in the order of their latest change.
//!
//! It is a feed of dirty keys, not of events. A row that changes again moves to the end, so the
//! feed is never longer than the data, and reading it from any cursor names every row that has
//! changed since.

use std::ops::Range;

use rusqlite::{CachedStatement, Connection, Row, Rows, Transaction, named_params};

use crate::StoreError;
pub use entries::{forget, origin, repeat};

mod entries;
#[cfg(test)]
mod tests;

/// The migration that every database with a feed needs.
pub const SCHEMA: &str = "
CREATE TABLE changes (
    seq    INTEGER PRIMARY KEY CHECK (seq > 0),
    op     INTEGER NOT NULL CHECK (op > 0 AND op <= seq),  -- the first seq of the operation
    kind   INTEGER NOT NULL,
    key    TEXT    NOT NULL,
    scope  INTEGER NOT NULL,
    origin TEXT    NOT NULL,                               -- the node that wrote the row
    UNIQUE (kind, key)
) STRICT;

CREATE INDEX changes_by_scope ON changes (scope, seq);

-- The next seq is one above the head, so a head that goes away would be given out twice.
-- (A row that replaces the head goes above it first; replacing does not come through here.)
CREATE TRIGGER changes_head_stays BEFORE DELETE ON changes
WHEN old.seq = (SELECT max(seq) FROM changes)
BEGIN
    SELECT raise(ABORT, 'the head of the change feed must stay');
END;
";

/// Scopes that one query may ask for.
const SCOPES_MAX: usize = 256;

/// Entries of the given origin that one page skips, at most: a page has a bounded cost even where
/// a peer's own rows fill the feed.
const SKIPS_MAX: usize = 4096;

const ALL: &str = "SELECT seq, op, kind, key, scope, origin FROM changes
     WHERE seq > :after AND seq <= :head ORDER BY seq";

const ONE_SCOPE: &str = "SELECT seq, op, kind, key, scope, origin FROM changes
     WHERE scope = :scope AND seq > :after AND seq <= :head ORDER BY seq";

/// A row that an operation has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<'a> {
    /// What kind of row.
    pub kind: i64,
    /// Its key, unique within the kind.
    pub key: &'a str,
    /// Whom it concerns.
    pub scope: i64,
}

/// A row that has changed, and where its latest change stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the feed.
    pub seq: i64,
    /// The first place of the operation that changed it.
    pub op: i64,
    /// What kind of row.
    pub kind: i64,
    /// Its key.
    pub key: String,
    /// Whom it concerns.
    pub scope: i64,
    /// The node that wrote it.
    pub origin: String,
}

/// Which part of the feed is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedQuery<'a> {
    /// The cursor: everything up to here is known.
    pub after: i64,
    /// How many entries, at most; at least one is looked for.
    pub limit: usize,
    /// Only rows that concern one of these; all without.
    pub scopes: Option<&'a [i64]>,
    /// No rows that this node wrote: it has them.
    pub not_origin: Option<&'a str>,
}

/// A part of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPage {
    /// In the order of `seq`.
    pub entries: Vec<Entry>,
    /// The cursor after this page; the head when everything up to there was looked at. It moves
    /// over what was skipped, so a page without entries still gets the reader further.
    pub last: i64,
    /// Nothing is left behind this page.
    pub reached_head: bool,
}

/// Puts the rows that one operation has changed at the end of the feed and returns their places.
/// Called once in an operation: a page is cut between calls where it can be.
///
/// # Errors
///
/// Fails when the feed cannot be written.
pub fn record(
    tx: &Transaction<'_>,
    origin: &str,
    changes: &[Change<'_>],
) -> Result<Range<i64>, StoreError> {
    // Read before anything is replaced: a row that replaces the head comes above it.
    let op = head(tx)? + 1;
    // (kind, key) is unique: the row's older entry goes.
    let mut statement = tx.prepare_cached(
        "INSERT OR REPLACE INTO changes (seq, op, kind, key, scope, origin)
         VALUES (:seq, :op, :kind, :key, :scope, :origin)",
    )?;
    let mut seq = op;
    for change in changes {
        statement.execute(named_params! {
            ":seq": seq,
            ":op": op,
            ":kind": change.kind,
            ":key": change.key,
            ":scope": change.scope,
            ":origin": origin,
        })?;
        seq += 1;
    }
    Ok(op..seq)
}

/// The place of the latest change, 0 before the first one.
///
/// # Errors
///
/// Fails when the feed cannot be read.
pub fn head(connection: &Connection) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("SELECT coalesce(max(seq), 0) FROM changes")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Changes of one writer that concern the same readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Whom they concern.
    pub scope: i64,
    /// The node that wrote them.
    pub origin: String,
    /// The place of the latest.
    pub last: i64,
}

/// Asked after every commit. By itself SQLite walks the whole index for the sake of the groups,
/// instead of the few rows behind the cursor.
const GROUPS: &str = "SELECT scope, origin, max(seq) FROM changes NOT INDEXED
     WHERE seq > :after GROUP BY scope, origin";

/// What has changed after a cursor, in groups: whom a commit concerns.
///
/// # Errors
///
/// Fails when the feed cannot be read.
pub fn groups(connection: &Connection, after: i64) -> Result<Vec<Group>, StoreError> {
    let mut statement = connection.prepare_cached(GROUPS)?;
    let rows = statement.query_map(named_params! {":after": after}, |row| {
        Ok(Group {
            scope: row.get(0)?,
            origin: row.get(1)?,
            last: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Like [`GROUPS`]: by itself SQLite walks all keys of the kind.
const KEYS_OF_KIND: &str = "SELECT key FROM changes NOT INDEXED
     WHERE seq > :after AND kind = :kind ORDER BY seq LIMIT :limit";

/// The keys of one kind that have changed after a cursor, in the order of their changes.
///
/// # Errors
///
/// Fails when the feed cannot be read.
pub fn keys_of_kind(
    connection: &Connection,
    kind: i64,
    (after, limit): (i64, usize),
) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(KEYS_OF_KIND)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let bounds = named_params! {":after": after, ":kind": kind, ":limit": limit};
    let rows = statement.query_map(bounds, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Reads the feed after a cursor. The page ends where an operation ends, unless one operation
/// alone is larger than the page.
///
/// # Errors
///
/// Fails when the feed cannot be read, or when too many scopes are asked for.
pub fn read(connection: &Connection, query: &FeedQuery<'_>) -> Result<FeedPage, StoreError> {
    // First of all: what is committed while we read comes above it and waits for the next page.
    let head = head(connection)?;
    let scopes = query.scopes.unwrap_or_default();
    if scopes.len() > SCOPES_MAX {
        return Err(StoreError::Inconsistent {
            table: "changes",
            reason: format!("{} scopes in one query, at most {SCOPES_MAX}", scopes.len()),
        });
    }
    if query.after >= head {
        // A quiet link asks for nothing else.
        return Ok(FeedPage {
            entries: Vec::new(),
            last: head,
            reached_head: true,
        });
    }
    let mut statements = prepare(connection, query.scopes)?;
    let mut lanes = Vec::with_capacity(statements.len());
    for (index, statement) in statements.iter_mut().enumerate() {
        let rows = match scopes.get(index) {
            Some(scope) => statement
                .query(named_params! {":after": query.after, ":head": head, ":scope": scope})?,
            None => statement.query(named_params! {":after": query.after, ":head": head})?,
        };
        lanes.push(Lane::new(rows)?);
    }
    let (entries, next) = gather(&mut lanes, query)?;
    Ok(match next {
        None => FeedPage {
            entries,
            last: head,
            reached_head: true,
        },
        Some(next) => cut(entries, &next),
    })
}

/// The rows of one kind with keys from `first` up to (not including) `end` that have changed
/// after `after`, with their places, in the order of their keys. For a reader that wants few rows
/// and does not care how far it is behind.
///
/// # Errors
///
/// Fails when the feed cannot be read.
pub fn changed_keys(
    connection: &Connection,
    (kind, first, end): (i64, &str, &str),
    after: i64,
) -> Result<Vec<(i64, String)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, key FROM changes
          WHERE kind = ?1 AND key >= ?2 AND key < ?3 AND seq > ?4 ORDER BY key",
    )?;
    let rows = statement.query_map((kind, first, end, after), |row| {
        Ok((row.get("seq")?, row.get("key")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One statement for each scope, so that each walks the index and none meets foreign rows. Of
/// one text only one statement is kept, so each has its own.
fn prepare<'c>(
    connection: &'c Connection,
    scopes: Option<&[i64]>,
) -> Result<Vec<CachedStatement<'c>>, StoreError> {
    let statements: Result<_, _> = match scopes {
        None => connection
            .prepare_cached(ALL)
            .map(|statement| vec![statement]),
        Some(scopes) => (0..scopes.len())
            .map(|lane| connection.prepare_cached(&format!("{ONE_SCOPE} -- lane {lane}")))
            .collect(),
    };
    Ok(statements?)
}

/// The entries of one scope, of which the next one is known.
struct Lane<'s> {
    rows: Rows<'s>,
    next: Option<Entry>,
}

impl<'s> Lane<'s> {
    fn new(mut rows: Rows<'s>) -> Result<Self, StoreError> {
        let next = rows.next()?.map(entry).transpose()?;
        Ok(Self { rows, next })
    }

    fn take(&mut self) -> Result<Option<Entry>, StoreError> {
        let next = self.rows.next()?.map(entry).transpose()?;
        Ok(std::mem::replace(&mut self.next, next))
    }
}

fn entry(row: &Row<'_>) -> Result<Entry, rusqlite::Error> {
    Ok(Entry {
        seq: row.get(0)?,
        op: row.get(1)?,
        kind: row.get(2)?,
        key: row.get(3)?,
        scope: row.get(4)?,
        origin: row.get(5)?,
    })
}

/// Merges the lanes by `seq` until the page is full, and returns the first entry that has no place
/// in it.
fn gather(
    lanes: &mut [Lane<'_>],
    query: &FeedQuery<'_>,
) -> Result<(Vec<Entry>, Option<Entry>), StoreError> {
    let limit = query.limit.max(1);
    let mut entries: Vec<Entry> = Vec::new();
    let mut skips = 0;
    loop {
        let first = lanes
            .iter_mut()
            .filter(|lane| lane.next.is_some())
            .min_by_key(|lane| lane.next.as_ref().map(|entry| entry.seq));
        let Some(lane) = first else {
            return Ok((entries, None));
        };
        let Some(entry) = lane.take()? else {
            return Ok((entries, None));
        };
        if query.not_origin == Some(entry.origin.as_str()) {
            skips += 1;
            if skips > SKIPS_MAX {
                return Ok((entries, Some(entry)));
            }
        } else if entries.len() == limit {
            return Ok((entries, Some(entry)));
        } else {
            entries.push(entry);
        }
    }
}

/// Ends the page before `next`, or before the operation that `next` belongs to if that is not all
/// of the page.
fn cut(mut entries: Vec<Entry>, next: &Entry) -> FeedPage {
    let whole = entries.partition_point(|entry| entry.op < next.op);
    let mut last = next.seq - 1;
    if whole > 0 && whole < entries.len() {
        last = entries[whole].seq - 1;
        entries.truncate(whole);
    }
    FeedPage {
        entries,
        last,
        reached_head: false,
    }
}
