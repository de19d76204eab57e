//! When something is due next, and what is still owed.

use domain::campaign::Phase;
use rusqlite::Connection;
use store::meta;

use super::super::World;
use super::super::operator::{CAMPAIGN, campaign};

/// What the hub has to do, and when.
const HUB_DUE: &str = "SELECT min(at) FROM (
    SELECT min(due_at) AS at FROM campaigns WHERE due_at IS NOT NULL
    UNION ALL SELECT min(expires_at) FROM orders WHERE state IN ('open', 'not_paid')
    UNION ALL SELECT min((facts ->> 'since') + 60000) FROM orders WHERE state = 'confirming'
    UNION ALL SELECT min(facts ->> 'until') FROM orders WHERE state = 'waiting_for_deposit'
    UNION ALL SELECT min(wanted_at) FROM pledge_refunds WHERE state = 'wanted'
    UNION ALL SELECT min(asked_at) FROM refunds WHERE state IN ('due', 'due_again')
    UNION ALL SELECT 0 FROM tenders_due)";

/// What the payments module has to do, and when.
const PAYMENTS_DUE: &str = "SELECT min(at) FROM (
    SELECT min(next_check_at) AS at FROM attempts WHERE next_check_at IS NOT NULL
    UNION ALL SELECT min(next_try_at) FROM refunds WHERE next_try_at IS NOT NULL)";

/// What the hub still has to bring to an end.
const HUB_OPEN: [(&str, &str); 4] = [
    (
        "orders that have no end",
        "SELECT count(*) FROM orders WHERE state IN
            ('open', 'not_paid', 'confirming', 'waiting_for_deposit', 'refunding',
             'refund_refused')",
    ),
    (
        "refunds that are due",
        "SELECT count(*) FROM refunds WHERE state <> 'done'",
    ),
    (
        "refunds of pledges that are due",
        "SELECT count(*) FROM pledge_refunds WHERE state <> 'done'",
    ),
    (
        "pledges in payment",
        "SELECT count(*) FROM pledge_orders WHERE state = 'paying'",
    ),
];

/// What the payments module still has to bring to an end.
const PAYMENTS_OPEN: [(&str, &str); 2] = [
    (
        "attempts that have no end",
        "SELECT count(*) FROM attempts WHERE state IN ('confirming', 'unknown', 'waiting')",
    ),
    (
        "refunds that have no end",
        "SELECT count(*) FROM refunds WHERE state <> 'done'",
    ),
];

fn first(db: &Connection, query: &str) -> Option<i64> {
    let mut query = db.prepare_cached(query).expect("a query");
    query.query_row([], |row| row.get(0)).expect("it is read")
}

impl World {
    /// In how many milliseconds something is due; none when nothing is.
    pub(in super::super) fn due_in(&self) -> Option<i64> {
        let now = self.now().0;
        let (hub, read) = self.hub.machine.look(|db| {
            let read = meta::get_i64(db, "outcomes_read").expect("it is read");
            (first(db, HUB_DUE), read.unwrap_or(0))
        });
        let (payments, told) = self.payments.machine.look(|db| {
            let told = store::change_feed::head(db).expect("it is read");
            (first(db, PAYMENTS_DUE), told)
        });
        let unread = (told > read).then_some(0);
        let due = [hub, payments, unread].into_iter().flatten().min()?;
        Some(due - now)
    }

    /// What keeps the world from being at rest.
    pub(in super::super) fn unrest(&self) -> Vec<String> {
        let mut unrest = Vec::new();
        self.hub.machine.look(|db| {
            let phase = campaign(db).state.phase();
            if phase != Phase::Settled && phase != Phase::Refunded {
                unrest.push(format!("campaign {CAMPAIGN} is {phase:?}"));
            }
            open(db, &HUB_OPEN, &mut unrest);
            if first(db, "SELECT count(*) FROM tenders_due") != Some(0) {
                unrest.push("tenders are not told".to_owned());
            }
        });
        self.payments
            .machine
            .look(|db| open(db, &PAYMENTS_OPEN, &mut unrest));
        if self.due_in().is_some_and(|ms| ms <= 0) {
            unrest.push("something is due".to_owned());
        }
        unrest
    }
}

fn open(db: &Connection, what: &[(&str, &str)], unrest: &mut Vec<String>) {
    for (what, query) in what {
        let count = first(db, query).unwrap_or(0);
        if count > 0 {
            unrest.push(format!("{what}: {count}"));
        }
    }
}
