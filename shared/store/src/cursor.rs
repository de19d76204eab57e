//! How far each peer's feed was applied here, and how far ours was acknowledged by it.

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use crate::StoreError;

/// The migration that every database with a peer needs.
pub const SCHEMA: &str = "
CREATE TABLE peers (
    peer        TEXT    PRIMARY KEY,
    incarnation INTEGER NOT NULL DEFAULT 0,  -- of the peer's database, that applied_seq counts in
    applied_seq INTEGER NOT NULL DEFAULT 0 CHECK (applied_seq >= 0),  -- of its feed, applied here
    acked_seq   INTEGER NOT NULL DEFAULT 0 CHECK (acked_seq >= 0)     -- of our feed, applied there
) STRICT, WITHOUT ROWID;
";

/// Where we stand with one peer. All zero for one that we never heard of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The life of the peer's database that `applied_seq` counts in.
    pub incarnation: i64,
    /// Up to here the peer's feed was applied here.
    pub applied_seq: i64,
    /// Up to here the peer has acknowledged our feed.
    pub acked_seq: i64,
}

/// Where we stand with `peer`.
///
/// # Errors
///
/// Fails when the row cannot be read.
pub fn get(connection: &Connection, peer: &str) -> Result<Cursor, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT incarnation, applied_seq, acked_seq FROM peers WHERE peer = :peer",
    )?;
    let found = statement
        .query_row(named_params! {":peer": peer}, |row| {
            Ok(Cursor {
                incarnation: row.get("incarnation")?,
                applied_seq: row.get("applied_seq")?,
                acked_seq: row.get("acked_seq")?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Every peer that we ever heard of, by name.
///
/// # Errors
///
/// Fails when the rows cannot be read.
pub fn all(connection: &Connection) -> Result<Vec<(String, Cursor)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT peer, incarnation, applied_seq, acked_seq FROM peers ORDER BY peer",
    )?;
    let rows = statement.query_map([], |row| {
        let cursor = Cursor {
            incarnation: row.get("incarnation")?,
            applied_seq: row.get("applied_seq")?,
            acked_seq: row.get("acked_seq")?,
        };
        Ok((row.get("peer")?, cursor))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The peer's feed was applied up to `seq`; belongs into the transaction that applied it.
///
/// Within one incarnation the cursor never goes back, so a batch that comes late does no harm. A
/// higher incarnation counts from its own `seq`; a lower one is the past and changes nothing.
///
/// # Errors
///
/// Fails when the row cannot be written.
pub fn set_applied(
    tx: &Transaction<'_>,
    peer: &str,
    incarnation: i64,
    seq: i64,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO peers (peer, incarnation, applied_seq) VALUES (:peer, :incarnation, :seq)
         ON CONFLICT (peer) DO UPDATE SET
             incarnation = excluded.incarnation, applied_seq = excluded.applied_seq
         WHERE (excluded.incarnation, excluded.applied_seq) > (incarnation, applied_seq)",
    )?
    .execute(named_params! {":peer": peer, ":incarnation": incarnation, ":seq": seq})?;
    Ok(())
}

/// The peer has our feed up to `seq`. It may go back: a restored peer asks for the rest again.
///
/// # Errors
///
/// Fails when the row cannot be written.
pub fn set_acked(tx: &Transaction<'_>, peer: &str, seq: i64) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO peers (peer, acked_seq) VALUES (:peer, :seq)
         ON CONFLICT (peer) DO UPDATE SET acked_seq = excluded.acked_seq",
    )?
    .execute(named_params! {":peer": peer, ":seq": seq})?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Migration, open_memory};

    fn check(applied: &[(i64, i64)], expected: (i64, i64)) {
        let mut connection = open_memory(&[Migration::new("0001_peers", SCHEMA)]).unwrap();
        let tx = connection.transaction().unwrap();
        for (incarnation, seq) in applied {
            set_applied(&tx, "hub", *incarnation, *seq).unwrap();
        }
        let cursor = get(&tx, "hub").unwrap();
        assert_eq!(
            (cursor.incarnation, cursor.applied_seq),
            expected,
            "{applied:?}"
        );
    }

    #[test]
    fn a_cursor_goes_back_only_with_a_new_incarnation() {
        check(&[], (0, 0));
        check(&[(1, 5)], (1, 5));
        check(&[(1, 5), (1, 9)], (1, 9));
        check(&[(1, 9), (1, 5)], (1, 9));
        check(&[(1, 9), (2, 3)], (2, 3));
        check(&[(2, 3), (1, 9)], (2, 3));
    }

    #[test]
    fn what_a_peer_acknowledged_stands_beside_what_it_sent_and_may_go_back() {
        let mut connection = open_memory(&[Migration::new("0001_peers", SCHEMA)]).unwrap();
        let tx = connection.transaction().unwrap();
        set_acked(&tx, "k1", 40).unwrap();
        set_applied(&tx, "k1", 1, 7).unwrap();
        set_acked(&tx, "k1", 30).unwrap();
        let expected = Cursor {
            incarnation: 1,
            applied_seq: 7,
            acked_seq: 30,
        };
        assert_eq!(all(&tx).unwrap(), [("k1".to_owned(), expected)]);
    }
}
