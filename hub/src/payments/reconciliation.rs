//! The gateway's list of transactions against ours: what does not agree is named, with what
//! would put it right. Nothing is decided from what is missing: the gateway tells late.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{OrderId, RefundId};
use domain::money::Won;
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp, UtcOffset};

use super::api::books::{Difference, Mismatch, Repair, Window};
use super::gateway::{Listed, Status};

/// A fresh transaction can be missing from the list for about an hour.
pub const LIST_DELAY_MS: i64 = 90 * MINUTE_MS;

/// The longest stretch that is compared at once.
pub const WINDOW_MS_MAX: i64 = 32 * DAY_MS;

/// When in the night, by Korea's time, the day before is compared.
const NIGHTLY_AFTER_MS: i64 = 3 * HOUR_MS;

/// A payment of ours that the gateway should list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub order: OrderId,
    pub gateway_order: String,
    pub payment_key: String,
    pub amount: Won,
}

/// A refund of ours that the gateway should list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    pub refund: RefundId,
    pub order: OrderId,
    pub gateway_order: String,
    pub payment_key: String,
    pub transaction_key: String,
    pub amount: Won,
}

/// An attempt that the gateway's list names, whenever it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAttempt {
    pub order: OrderId,
    pub amount: Won,
    /// None: it is paid.
    pub not_paid: Option<String>,
}

/// What we have for a window, and what we know of what the list names.
#[derive(Clone, Debug, Default)]
pub struct Ours {
    pub charges: Vec<Charge>,
    pub refunds: Vec<Back>,
    /// By payment key.
    pub attempts: BTreeMap<String, KnownAttempt>,
    /// Keys of cancels that refunds of ours explain, whenever they were.
    pub cancels: BTreeSet<String>,
}

/// The day before `now`, if it is late enough in the night to compare it.
#[must_use]
pub fn nightly(now: Timestamp) -> Option<Window> {
    let until = UtcOffset::SEOUL.at_minutes(UtcOffset::SEOUL.date(now), 0);
    (now.since_ms(until) >= NIGHTLY_AFTER_MS).then_some(Window {
        from: until.plus_ms(-DAY_MS),
        until,
    })
}

/// Everything that does not agree.
#[must_use]
pub fn compare(ours: &Ours, listed: &[Listed]) -> Vec<Difference> {
    let mut charges: BTreeMap<&str, Vec<&Listed>> = BTreeMap::new();
    let mut cancels: BTreeMap<&str, &Listed> = BTreeMap::new();
    for row in listed {
        match row.status {
            Status::Done => charges.entry(&row.payment_key).or_default().push(row),
            Status::Cancelled | Status::PartlyCancelled => {
                cancels.insert(&row.transaction_key, row);
            }
            // No money has moved.
            Status::Ready
            | Status::InProgress
            | Status::WaitingForDeposit
            | Status::Aborted
            | Status::Expired
            | Status::Other(_) => {}
        }
    }
    let mut differences = Vec::new();
    for charge in &ours.charges {
        let rows = charges.remove(&*charge.payment_key).unwrap_or_default();
        differences.extend(differing_charge(charge, &rows));
    }
    for row in charges.into_values().flatten() {
        differences.extend(unexplained_charge(ours, row));
    }
    for refund in &ours.refunds {
        let row = cancels.remove(&*refund.transaction_key);
        differences.extend(differing_refund(refund, row));
    }
    let unexplained = cancels
        .into_values()
        .filter(|row| !ours.cancels.contains(&row.transaction_key));
    differences.extend(unexplained.map(|row| {
        let amount = row.amount;
        let mismatch = Mismatch::RefundMissingHere { amount };
        of_row(ours, row, mismatch, Repair::EnterTheRefund)
    }));
    differences
}

/// Our charge against the rows of its payment: exactly one, with its amount.
fn differing_charge(charge: &Charge, rows: &[&Listed]) -> Vec<Difference> {
    let difference = |mismatch, repair| Difference {
        mismatch,
        order: Some(charge.order),
        gateway_order: charge.gateway_order.clone(),
        payment_key: charge.payment_key.clone(),
        transaction_key: None,
        at: None,
        repair,
        decided: None,
    };
    let Some((first, others)) = rows.split_first() else {
        let amount = charge.amount;
        let missing = Mismatch::ChargeMissingThere { amount };
        return vec![difference(missing, Repair::AskSupport)];
    };
    let mut found = Vec::new();
    if first.amount != charge.amount {
        let (here, there) = (charge.amount, first.amount);
        let differs = Mismatch::AmountDiffers { here, there };
        found.push(difference(differs, Repair::AskSupport));
    }
    for row in others {
        let amount = row.amount;
        let twice = Mismatch::ChargeMissingHere { amount };
        found.push(Difference {
            transaction_key: Some(row.transaction_key.clone()),
            at: Some(row.at),
            ..difference(twice, Repair::CancelAtTheGateway)
        });
    }
    found
}

/// A row that is no charge of this window here.
fn unexplained_charge(ours: &Ours, row: &Listed) -> Option<Difference> {
    let amount = row.amount;
    let Some(known) = ours.attempts.get(&row.payment_key) else {
        let missing = Mismatch::ChargeMissingHere { amount };
        return Some(of_row(ours, row, missing, Repair::CancelAtTheGateway));
    };
    if let Some(state) = &known.not_paid {
        let mismatch = Mismatch::StateDiffers {
            here: state.clone(),
            there: "DONE".to_owned(),
        };
        return Some(of_row(ours, row, mismatch, Repair::AskTheGateway));
    }
    if known.amount != amount {
        let mismatch = Mismatch::AmountDiffers {
            here: known.amount,
            there: amount,
        };
        return Some(of_row(ours, row, mismatch, Repair::AskSupport));
    }
    // Paid here as well, at the edge of another window.
    None
}

fn differing_refund(refund: &Back, row: Option<&Listed>) -> Option<Difference> {
    let mismatch = match row {
        Some(row) if row.amount == refund.amount => return None,
        Some(row) => Mismatch::AmountDiffers {
            here: refund.amount,
            there: row.amount,
        },
        None => Mismatch::RefundMissingThere {
            amount: refund.amount,
            refund: refund.refund,
        },
    };
    Some(Difference {
        mismatch,
        order: Some(refund.order),
        gateway_order: refund.gateway_order.clone(),
        payment_key: refund.payment_key.clone(),
        transaction_key: Some(refund.transaction_key.clone()),
        at: row.map(|row| row.at),
        repair: Repair::AskSupport,
        decided: None,
    })
}

fn of_row(ours: &Ours, row: &Listed, mismatch: Mismatch, repair: Repair) -> Difference {
    let known = ours.attempts.get(&row.payment_key);
    Difference {
        mismatch,
        order: known.map(|known| known.order),
        gateway_order: row.gateway_order.clone(),
        payment_key: row.payment_key.clone(),
        transaction_key: Some(row.transaction_key.clone()),
        at: Some(row.at),
        repair,
        decided: None,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const AT: Timestamp = Timestamp(1_800_000_000_000);
    const ORDER: OrderId = OrderId(Uuid::from_u128(1));
    const REFUND: RefundId = RefundId(Uuid::from_u128(2));

    fn row(key: &str, payment: &str, status: Status, amount: i64) -> Listed {
        Listed {
            transaction_key: key.to_owned(),
            payment_key: payment.to_owned(),
            gateway_order: format!("go-{payment}"),
            status,
            amount: Won(amount),
            at: AT,
        }
    }

    fn ours() -> Ours {
        let known = |not_paid: Option<&str>| KnownAttempt {
            order: ORDER,
            amount: Won(15_000),
            not_paid: not_paid.map(str::to_owned),
        };
        Ours {
            charges: vec![Charge {
                order: ORDER,
                gateway_order: "go-p".to_owned(),
                payment_key: "p".to_owned(),
                amount: Won(15_000),
            }],
            refunds: vec![Back {
                refund: REFUND,
                order: ORDER,
                gateway_order: "go-p".to_owned(),
                payment_key: "p".to_owned(),
                transaction_key: "c".to_owned(),
                amount: Won(5_000),
            }],
            attempts: BTreeMap::from([
                ("p".to_owned(), known(None)),
                ("late".to_owned(), known(None)),
                ("lost".to_owned(), known(Some("unknown"))),
            ]),
            cancels: BTreeSet::from(["c".to_owned(), "c-late".to_owned()]),
        }
    }

    #[track_caller]
    fn check(rows: &[Listed], expected: &[(Mismatch, Repair)]) {
        let found = compare(&ours(), rows).into_iter();
        let found: Vec<_> = found.map(|one| (one.mismatch, one.repair)).collect();
        assert_eq!(found, expected);
    }

    fn agreeing() -> Vec<Listed> {
        vec![
            row("a", "p", Status::Done, 15_000),
            row("c", "p", Status::PartlyCancelled, 5_000),
        ]
    }

    #[test]
    fn what_agrees_is_no_difference() {
        let mut rows = agreeing();
        check(&rows, &[]);
        // Of other windows, and where no money has moved.
        rows.push(row("b", "late", Status::Done, 15_000));
        rows.push(row("c-late", "late", Status::Cancelled, 15_000));
        rows.push(row("d", "x", Status::WaitingForDeposit, 9_000));
        rows.push(row("e", "x", Status::Other("NEW".to_owned()), 9_000));
        check(&rows, &[]);
    }

    #[test]
    fn what_is_missing_on_either_side_is_named() {
        let amount = Won(15_000);
        let refund = Mismatch::RefundMissingThere {
            amount: Won(5_000),
            refund: REFUND,
        };
        let charge = Mismatch::ChargeMissingThere { amount };
        check(
            &[],
            &[(charge, Repair::AskSupport), (refund, Repair::AskSupport)],
        );
        let mut rows = agreeing();
        rows.push(row("x", "stranger", Status::Done, 15_000));
        rows.push(row("y", "p", Status::PartlyCancelled, 700));
        let amount = Won(700);
        let stranger = Mismatch::ChargeMissingHere {
            amount: Won(15_000),
        };
        check(
            &rows,
            &[
                (stranger, Repair::CancelAtTheGateway),
                (
                    Mismatch::RefundMissingHere { amount },
                    Repair::EnterTheRefund,
                ),
            ],
        );
    }

    #[test]
    fn other_amounts_and_states_are_named() {
        let differs = |here, there| {
            let (here, there) = (Won(here), Won(there));
            (Mismatch::AmountDiffers { here, there }, Repair::AskSupport)
        };
        let rows = [
            row("a", "p", Status::Done, 14_000),
            row("c", "p", Status::PartlyCancelled, 4_000),
        ];
        check(&rows, &[differs(15_000, 14_000), differs(5_000, 4_000)]);
        let mut rows = agreeing();
        rows.push(row("l", "lost", Status::Done, 15_000));
        let state = Mismatch::StateDiffers {
            here: "unknown".to_owned(),
            there: "DONE".to_owned(),
        };
        check(&rows, &[(state, Repair::AskTheGateway)]);
    }

    #[test]
    fn a_payment_that_was_charged_twice_is_named() {
        let mut rows = agreeing();
        rows.push(row("a2", "p", Status::Done, 15_000));
        let amount = Won(15_000);
        let twice = Mismatch::ChargeMissingHere { amount };
        check(&rows, &[(twice, Repair::CancelAtTheGateway)]);
    }

    #[test]
    fn the_day_before_is_compared_in_the_night() {
        let midnight = UtcOffset::SEOUL.at_minutes("2026-11-22".parse().unwrap(), 0);
        assert_eq!(nightly(midnight.plus_ms(HOUR_MS)), None);
        let window = nightly(midnight.plus_ms(3 * HOUR_MS)).unwrap();
        assert_eq!(window.until, midnight);
        assert_eq!(window.from, midnight.plus_ms(-DAY_MS));
    }
}
