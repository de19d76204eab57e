//! The table `refund_rules`: what the kiosks were told of a setting.

use domain::refund::RefundRules;
use domain::time::Timestamp;
use domain::version::Version;
use protocol::row::{REFUND_RULES_KEY, RefundRulesFacts, Row, RowKind};
use rusqlite::{Connection, Transaction, params};
use store::StoreError;

use super::feed;
use domain::id::TheaterId;

/// Tells every kiosk the rules, if they are others than before; says whether they are. A later
/// life of this hub has a higher revision, whatever its file has forgotten.
///
/// # Errors
///
/// Fails when the store does.
pub fn tell(tx: &Transaction<'_>, rules: &RefundRules, now: Timestamp) -> Result<bool, StoreError> {
    let facts = RefundRulesFacts {
        rules: rules.all().to_vec(),
    };
    let body = serde_json::to_string(&facts).map_err(|error| inconsistent(&error))?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO refund_rules (only_row, body, revision) VALUES (1, ?1, ?2)
         ON CONFLICT (only_row) DO UPDATE SET body = ?1, revision = max(revision + 1, ?2)
          WHERE body <> ?1",
    )?;
    if statement.execute(params![body, now.0])? == 0 {
        return Ok(false);
    }
    let key = (RowKind::RefundRules, REFUND_RULES_KEY.to_owned());
    feed::changed(tx, key, TheaterId(seats::EVERY_NODE))?;
    Ok(true)
}

/// The row as it is told.
///
/// # Errors
///
/// Fails when the store does.
pub fn row(db: &Connection) -> Result<Option<Row>, StoreError> {
    let mut statement = db.prepare_cached("SELECT body, revision FROM refund_rules")?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let body = row.get_ref("body")?.as_str().unwrap_or_default();
    let facts = serde_json::from_str(body).map_err(|error| inconsistent(&error))?;
    let version = Version {
        epoch: Version::FIRST.epoch,
        revision: row.get("revision")?,
    };
    Ok(Some(Row::RefundRules(facts, version)))
}

fn inconsistent(error: &serde_json::Error) -> StoreError {
    StoreError::Inconsistent {
        table: "refund_rules",
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use domain::refund::{RefundRule, Step};

    use super::*;

    #[test]
    fn kiosks_are_told_rules_once_and_other_rules_again() {
        let mut db = store::open_memory(crate::sqlite::MIGRATIONS).unwrap();
        let other = RefundRules::new(vec![RefundRule {
            valid_from: Timestamp(0),
            steps: vec![Step {
                before_ms: 1,
                percent: 70,
            }],
        }])
        .unwrap();
        let usual = RefundRules::default();
        let mut told = Vec::new();
        // A clock that went back does not make the later rules older.
        for (rules, now) in [(&usual, 9), (&usual, 10), (&other, 3), (&usual, 4)] {
            let tx = db.transaction().unwrap();
            let news = tell(&tx, rules, Timestamp(now)).unwrap();
            tx.commit().unwrap();
            let Some(Row::RefundRules(facts, version)) = row(&db).unwrap() else {
                panic!("the rules")
            };
            assert_eq!(facts.rules, rules.all());
            told.push((news, version.revision));
        }
        assert_eq!(told, [(true, 9), (false, 9), (true, 10), (true, 11)]);
    }
}
