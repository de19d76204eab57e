//! When something is due next, and what is still owed.

use std::sync::atomic::Ordering;

use domain::campaign::Phase;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};
use store::meta;

use super::super::operator::{CAMPAIGN, campaign};
use super::super::{World, lock};

/// When the hub has to do what, by its tasks: its orders, its campaigns.
const HUB_DUE: &str = "SELECT
    (SELECT min(at) FROM (
        SELECT min(expires_at) AS at FROM orders WHERE state IN ('open', 'not_paid')
        UNION ALL
        SELECT min((facts ->> 'since') + 60000) FROM orders WHERE state = 'confirming'
        UNION ALL
        SELECT min(facts ->> 'until') FROM orders WHERE state = 'waiting_for_deposit'
        UNION ALL SELECT min(asked_at) FROM refunds WHERE state IN ('due', 'due_again')
        UNION ALL SELECT 0 FROM tenders_due)),
    (SELECT min(at) FROM (
        SELECT min(due_at) AS at FROM campaigns WHERE due_at IS NOT NULL
        UNION ALL SELECT min(wanted_at) FROM pledge_refunds WHERE state = 'wanted'
        UNION ALL
        SELECT 0 FROM pledge_refunds AS back JOIN tenders ON paid_order_id = back.order_id
         WHERE back.state = 'counter'))";

/// When the payments module has to do what: attempts, refunds.
const PAYMENTS_DUE: &str = "SELECT
    (SELECT min(next_check_at) FROM attempts WHERE next_check_at IS NOT NULL),
    (SELECT min(next_try_at) FROM refunds WHERE next_try_at IS NOT NULL)";

/// When each of the tasks has something to do; none when it has nothing.
pub(in super::super) struct Due([Option<i64>; 6]);

impl Due {
    /// When this task has something to do.
    pub(in super::super) fn of_task(&self, task: usize) -> Option<i64> {
        self.0.get(task).copied().flatten()
    }

    /// In how many milliseconds the first has.
    pub(in super::super) fn first_in(&self, now: Timestamp) -> Option<i64> {
        let first = self.0.iter().flatten().min()?;
        Some(first - now.0)
    }
}

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

fn pair(db: &Connection, query: &str) -> (Option<i64>, Option<i64>) {
    let mut query = db.prepare_cached(query).expect("a query");
    let row = query.query_row([], |row| Ok((row.get(0)?, row.get(1)?)));
    row.expect("it is read")
}

fn first(db: &Connection, query: &str) -> Option<i64> {
    let mut query = db.prepare_cached(query).expect("a query");
    let first = query.query_row([], |row| row.get(0)).optional();
    first.expect("it is read").flatten()
}

impl World {
    /// What the programs have to do, and when.
    pub(in super::super) fn due(&self) -> Due {
        let ((orders, campaigns), read, hub_head, tallying, noted) = self.hub.machine.look(|db| {
            let read = meta::get_i64(db, "outcomes_read").expect("it is read");
            let head = store::change_feed::head(db).expect("it is read");
            let noted = meta::get_i64(db, "tenders_read").expect("it is read");
            let tallying = first(db, "SELECT phase = 'tallying' FROM campaigns");
            (
                pair(db, HUB_DUE),
                read.unwrap_or(0),
                head,
                tallying == Some(1),
                noted.unwrap_or(0) >= head,
            )
        });
        let ((attempts, refunds), told) = self.payments.machine.look(|db| {
            let told = store::change_feed::head(db).expect("it is read");
            (pair(db, PAYMENTS_DUE), told)
        });
        let kiosk = lock(&self.kiosk);
        let own_head = store::change_feed::head(&kiosk.db).expect("it is read");
        let is_news = kiosk.exchanged != (own_head, hub_head) || tallying;
        let exchange = (is_news && !self.is_offline(&kiosk)).then_some(0);
        let orders = if noted { orders } else { Some(0) };
        let outcomes = (told > read).then_some(0);
        Due([attempts, refunds, outcomes, orders, campaigns, exchange])
    }

    /// What keeps the world from being at rest.
    pub(in super::super) fn unrest(&self) -> Vec<String> {
        let mut unrest = Vec::new();
        if !self.all_gone.load(Ordering::SeqCst) {
            unrest.push("somebody has yet to come or to go".to_owned());
        }
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
        let due = self.due();
        if due.first_in(self.now()).is_some_and(|ms| ms <= 0) {
            unrest.push(format!("something is due: {:?}", due.0));
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
