//! A payment has changed: its row, its transaction, and what the shop is told.

use domain::time::Timestamp;
use rusqlite::Transaction;
use store::StoreError;

use crate::faults::{PlannedWebhook, WebhookFault};
use crate::here::Here;
use crate::policy::CancelRows;
use crate::rules::payment::{Payment, Status};
use crate::sqlite::webhooks::{self, NewWebhook};
use crate::sqlite::{payments, transactions};
use crate::wire::transaction::Transaction as Row;
use crate::wire::webhook::{Event, body};

/// What has happened to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The customer has authenticated: nobody is told.
    Authenticated,
    Approved,
    Declined,
    Expired,
    AccountIssued,
    Deposited,
    /// The bank took a deposit back.
    Reversed,
    Canceled,
}

/// Records `payment` as it is after `step`.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(
    tx: &Transaction<'_>,
    here: &Here,
    payment: &Payment,
    step: Step,
) -> Result<(), StoreError> {
    payments::save(tx, payment)?;
    if let Some(row) = row(here, payment, step) {
        transactions::add(tx, &row)?;
    }
    if step != Step::Authenticated {
        tell(tx, here, payment, Event::PaymentStatusChanged)?;
    }
    if is_for_depositors(payment, step) {
        tell(tx, here, payment, Event::DepositCallback)?;
    }
    Ok(())
}

/// Every movement of money has a row.
fn row(here: &Here, payment: &Payment, step: Step) -> Option<Row> {
    let (status, amount) = match step {
        Step::Approved | Step::Deposited => (Status::Done, payment.amounts.total),
        Step::Reversed => (Status::WaitingForDeposit, payment.amounts.total),
        Step::Canceled => {
            // Of an account without its deposit no money goes back.
            payment.approved_at()?;
            let amount = payment.cancels.last()?.amount;
            let signed = match here.policy.cancel_rows {
                CancelRows::Positive => amount,
                CancelRows::Negative => -amount,
            };
            (payment.status(), signed)
        }
        Step::Authenticated | Step::Declined | Step::Expired | Step::AccountIssued => return None,
    };
    Some(Row {
        key: payment.last_transaction.clone()?,
        made_at: here.now,
        status,
        amount,
        payment: payment.clone(),
    })
}

fn is_for_depositors(payment: &Payment, step: Step) -> bool {
    let told = match step {
        Step::Deposited | Step::Reversed | Step::Canceled => true,
        Step::Authenticated
        | Step::Approved
        | Step::Declined
        | Step::Expired
        | Step::AccountIssued => false,
    };
    told && payment.account().is_some()
}

fn tell(
    tx: &Transaction<'_>,
    here: &Here,
    payment: &Payment,
    event: Event,
) -> Result<(), StoreError> {
    if here.policy.webhooks.is_empty() {
        return Ok(());
    }
    let body =
        body(event, payment, here.now, &here.base).map_err(|error| StoreError::Inconsistent {
            table: "webhooks",
            reason: error.to_string(),
        })?;
    for url in &here.policy.webhooks {
        let transmission_id = here.ids.uuid(here.now).to_string();
        let fate = fate(here.now, here.faults.meet_webhook());
        for _ in 0..fate.times {
            let webhook = NewWebhook {
                payment_key: &payment.key,
                transmission_id: &transmission_id,
                url,
                event: event.name(),
                body: &body,
                due_at: fate.due_at,
            };
            webhooks::add(tx, &webhook)?;
        }
    }
    Ok(())
}

/// How often and when a webhook is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fate {
    times: u32,
    due_at: Timestamp,
}

fn fate(now: Timestamp, met: Option<PlannedWebhook>) -> Fate {
    let as_planned = Fate {
        times: 1,
        due_at: now,
    };
    let Some(PlannedWebhook { times, fault }) = met else {
        return as_planned;
    };
    match fault {
        WebhookFault::Lose => Fate {
            times: 0,
            ..as_planned
        },
        WebhookFault::Duplicate { more } => Fate {
            times: more.saturating_add(1),
            ..as_planned
        },
        WebhookFault::Late { ms } => Fate {
            due_at: now.plus_ms(ms),
            ..as_planned
        },
        // The more follow it, the later it goes.
        WebhookFault::Reorder { step_ms } => Fate {
            due_at: now.plus_ms(step_ms.saturating_mul(i64::from(times))),
            ..as_planned
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_goes_out_once_unless_somebody_wants_it_otherwise() {
        let check = |fault: Option<WebhookFault>, times: u32, due_at: i64| {
            let met = fault.map(|fault| PlannedWebhook { times: 2, fault });
            let expected = Fate {
                times,
                due_at: Timestamp(due_at),
            };
            assert_eq!(fate(Timestamp(100), met), expected, "{fault:?}");
        };
        check(None, 1, 100);
        check(Some(WebhookFault::Lose), 0, 100);
        check(Some(WebhookFault::Duplicate { more: 2 }), 3, 100);
        check(Some(WebhookFault::Late { ms: 50 }), 1, 150);
        check(Some(WebhookFault::Reorder { step_ms: 10 }), 1, 120);
    }
}
