//! Staff take this kiosk offline by hand, and what becomes of it when they forget to end it.

use domain::link::{ByHand, Link, WorkOffline};
use rusqlite::{Connection, Transaction};
use seats::Here;
use store::{StoreError, meta};

const BY_HAND: &str = "work_offline";

/// Whether staff have taken this kiosk offline, as it was written last.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection) -> Result<ByHand, StoreError> {
    let Some(text) = meta::get_text(db, BY_HAND)? else {
        return Ok(ByHand::Off);
    };
    serde_json::from_str(&text).map_err(|error| StoreError::Inconsistent {
        table: "meta",
        reason: format!("{BY_HAND}: {error}"),
    })
}

/// Asks nobody from here on.
///
/// # Errors
///
/// Fails when the store does.
pub fn begin(tx: &Transaction<'_>, offline: WorkOffline) -> Result<ByHand, StoreError> {
    tracing::warn!(until = ?offline.until, reason = offline.reason, "staff have taken this kiosk offline");
    record(tx, ByHand::On(offline))
}

/// Asks again; or staff have seen that it ended by itself.
///
/// # Errors
///
/// Fails when the store does.
pub fn end(tx: &Transaction<'_>) -> Result<ByHand, StoreError> {
    let before = find(tx)?;
    if before.since().is_some() {
        tracing::info!("staff have ended working offline");
    }
    record(tx, ByHand::Off)
}

/// Ends it when its time has come, with the link to the hub as it is.
///
/// # Errors
///
/// Fails when the store does.
pub fn look(tx: &Transaction<'_>, here: Here<'_>, link: Link) -> Result<ByHand, StoreError> {
    let before = find(tx)?;
    let after = before.clone().at(link, here.now);
    if after == before {
        return Ok(after);
    }
    if let ByHand::Ended { why, .. } = &after {
        tracing::warn!(
            ?why,
            "working offline has ended by itself; the hub is asked again"
        );
    }
    record(tx, after)
}

/// The clock was put right by `by_ms`: the time that staff gave stays as long as it was.
///
/// # Errors
///
/// Fails when the store does.
pub fn shift(tx: &Transaction<'_>, by_ms: i64) -> Result<(), StoreError> {
    let before = find(tx)?;
    let after = before.clone().shifted(by_ms);
    if after != before {
        record(tx, after)?;
    }
    Ok(())
}

fn record(tx: &Transaction<'_>, by_hand: ByHand) -> Result<ByHand, StoreError> {
    let text = serde_json::to_string(&by_hand).map_err(|error| StoreError::Inconsistent {
        table: "meta",
        reason: format!("{BY_HAND}: {error}"),
    })?;
    meta::set_text(tx, BY_HAND, &text)?;
    Ok(by_hand)
}

#[cfg(test)]
mod tests {
    use domain::id::NodeId;
    use domain::link::{GOOD_AGAIN_MS, OfflineEnd, Pace};
    use domain::time::Timestamp;
    use store::open_memory;

    use super::*;
    use crate::sqlite::MIGRATIONS;

    const T0: Timestamp = Timestamp(1_000_000);

    #[test]
    fn it_is_remembered_and_ends_by_itself() {
        let mut db = open_memory(MIGRATIONS).unwrap();
        let tx = db.transaction().unwrap();
        let node: NodeId = "kiosk-1".parse().unwrap();
        let link = Link::never_heard(T0).heard(T0, Pace::Good);
        let look_at = |ms| {
            let now = T0.plus_ms(ms);
            look(&tx, Here { node: &node, now }, link).unwrap()
        };
        assert_eq!(find(&tx).unwrap(), ByHand::Off);
        let offline = WorkOffline::begin(T0, None, "공사").unwrap();
        let on = begin(&tx, offline).unwrap();
        assert_eq!(find(&tx).unwrap(), on);
        assert_eq!(look_at(GOOD_AGAIN_MS - 1), on);
        let ended = ByHand::Ended {
            at: T0.plus_ms(GOOD_AGAIN_MS),
            why: OfflineEnd::LinkGood,
        };
        assert_eq!(look_at(GOOD_AGAIN_MS), ended);
        assert_eq!(find(&tx).unwrap(), ended);
        assert_eq!(end(&tx).unwrap(), ByHand::Off);
        assert_eq!(find(&tx).unwrap(), ByHand::Off);
    }
}
