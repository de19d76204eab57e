//! Two databases, row by row.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::error::StoreError;

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Tables with the same rows.
    pub same: usize,
    /// Tables that differ, with the number of their rows on both sides.
    pub different: Vec<String>,
}

/// Compares all tables of two databases; the statement that made a table counts, too.
///
/// # Errors
///
/// One of them cannot be read.
pub fn tables_differ(one: &Connection, other: &Connection) -> Result<Compared, StoreError> {
    // One moment of each, however long it takes.
    let (one, other) = (one.unchecked_transaction()?, other.unchecked_transaction()?);
    let mut compared = Compared::default();
    let (left, right) = (tables(&one)?, tables(&other)?);
    if left != right {
        compared.different.push("the schema".to_owned());
        return Ok(compared);
    }
    for (table, _) in left {
        let (left, right) = (rows(&one, &table)?, rows(&other, &table)?);
        if left == right {
            compared.same += 1;
        } else {
            let said = format!("{table} ({} and {} rows)", left.0, right.0);
            compared.different.push(said);
        }
    }
    Ok(compared)
}

fn tables(db: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = db.prepare(
        "SELECT name, sql FROM sqlite_schema
         WHERE type = 'table' AND sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
           AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE '\\_litestream\\_%' ESCAPE '\\'
         ORDER BY name",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get("name")?, row.get("sql")?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many rows there are, and a sum over all of them in the table's own order.
fn rows(db: &Connection, table: &str) -> Result<(u64, u64), StoreError> {
    let quoted = table.replace('"', "\"\"");
    let mut statement = db.prepare(&format!("SELECT * FROM \"{quoted}\""))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let (mut count, mut sum) = (0, SUM_START);
    while let Some(row) = rows.next()? {
        count += 1;
        for column in 0..columns {
            match row.get_ref(column)? {
                ValueRef::Null => sum = added(sum, b"n"),
                ValueRef::Integer(number) => sum = added(sum, &number.to_le_bytes()),
                ValueRef::Real(number) => sum = added(sum, &number.to_bits().to_le_bytes()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                    sum = added(added(sum, &bytes.len().to_le_bytes()), bytes);
                }
            }
        }
    }
    Ok((count, sum))
}

const SUM_START: u64 = 0xcbf2_9ce4_8422_2325;

fn added(sum: u64, bytes: &[u8]) -> u64 {
    let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(sum, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_differs_is_found() {
        let db = |rows: &str| {
            let db = Connection::open_in_memory().unwrap();
            db.execute_batch("CREATE TABLE t (a, b); CREATE TABLE s (c);")
                .unwrap();
            db.execute_batch(rows).unwrap();
            db
        };
        let one = db("INSERT INTO t VALUES (1, 'x'), (2, NULL)");
        let same = tables_differ(&one, &db("INSERT INTO t VALUES (1, 'x'), (2, NULL)")).unwrap();
        assert_eq!((same.same, same.different.len()), (2, 0));
        for other in [
            "",
            "INSERT INTO t VALUES (1, 'x'), (2, 0)",
            "INSERT INTO s VALUES (1)",
        ] {
            let found = tables_differ(&one, &db(other)).unwrap();
            assert!(!found.different.is_empty(), "{other}");
        }
    }
}
