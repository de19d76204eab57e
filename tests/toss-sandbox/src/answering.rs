//! One call to its end: what it changes, what is answered, and what is remembered of that.

use domain::time::DAY_MS;
use rusqlite::{Connection, Transaction};
use store::StoreError;

use crate::asking::{Ask, AskTransactions, ConfirmBody};
use crate::here::Here;
use crate::issuing;
use crate::recording::{Step, record};
use crate::refusal::{self, Refusal};
use crate::rules::cancel::{AskCancel, cancel};
use crate::rules::confirm::{Confirm, Confirmed, confirm};
use crate::rules::payment::{Payment, Plan, State};
use crate::sqlite::answers::{self, Identity, Remembered};
use crate::sqlite::payments;
use crate::sqlite::transactions::{self as list, Page};
use crate::wire::payment::{Occasion, View, object};
use crate::wire::transaction;

/// How long an answer is remembered.
pub const REMEMBERED_DAYS: i64 = 15;

/// What is sent back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    /// What is to happen on the way.
    pub way: Way,
    /// The trace of the call that got this answer first.
    pub first_trace: Option<String>,
}

/// What happens to an answer on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Straight,
    Slow { ms: u64 },
    Lost,
}

/// A call that changes something, and what it is known by.
#[derive(Clone, Debug)]
pub struct Order {
    /// Whose key was shown.
    pub shop: String,
    /// What it asks for, or why that cannot be.
    pub ask: Result<Ask, Refusal>,
    /// None without an idempotency key.
    pub identity: Option<Identity>,
    pub trace: String,
    /// Answered and remembered instead of what was done.
    pub instead: Option<Refusal>,
}

impl Answer {
    /// The answer that is a no.
    #[must_use]
    pub fn no(refusal: &Refusal) -> Self {
        let failure = refusal.failure();
        // Two strings can always be written.
        let body = serde_json::to_vec(&failure).unwrap_or_default();
        Self::new(refusal.status, body)
    }

    fn new(status: u16, body: Vec<u8>) -> Self {
        Self {
            status,
            body,
            way: Way::Straight,
            first_trace: None,
        }
    }

    fn of(payment: &Payment, here: &Here, occasion: Occasion) -> Result<Self, StoreError> {
        let view = View {
            now: here.now,
            base: &here.base,
            occasion,
        };
        Ok(Self::new(200, json(&object(payment, &view))?))
    }
}

/// Carries an order out, unless it was carried out before.
///
/// # Errors
///
/// Fails when the store does; every no of the gateway is an answer.
pub fn carry_out(tx: &Transaction<'_>, here: &Here, order: &Order) -> Result<Answer, StoreError> {
    if let Some(known) = known(tx, here, order)? {
        return Ok(known);
    }
    let mut answer = match &order.ask {
        Ok(ask) => change(tx, here, &order.shop, ask)?,
        Err(refusal) => Answer::no(refusal),
    };
    if let Some(refusal) = &order.instead {
        answer = Answer::no(refusal);
    }
    if let Some(identity) = &order.identity {
        let remembered = Remembered {
            status: answer.status,
            body: answer.body.clone(),
            trace: order.trace.clone(),
            first_used_at: here.now,
        };
        answers::remember(tx, identity, &remembered)?;
    }
    Ok(answer)
}

/// Answers a question, which changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn look_up(db: &Connection, here: &Here, shop: &str, ask: &Ask) -> Result<Answer, StoreError> {
    let found = match ask {
        Ask::ByKey(key) => payments::find(db, key)?.filter(|payment| payment.shop == shop),
        Ask::ByOrder(order) => payments::of_order(db, shop, order)?,
        Ask::Transactions(page) => return transactions(db, here, shop, page),
        Ask::Confirm(_) | Ask::Cancel(..) | Ask::IssueAccount(_) => None,
    };
    match found {
        Some(payment) => Answer::of(&payment.at(here.now), here, Occasion::Seen),
        None => Ok(Answer::no(&refusal::NOT_FOUND_PAYMENT)),
    }
}

fn known(tx: &Transaction<'_>, here: &Here, order: &Order) -> Result<Option<Answer>, StoreError> {
    let Some(identity) = &order.identity else {
        return Ok(None);
    };
    let Some(found) = answers::find(tx, identity)? else {
        return Ok(None);
    };
    if here.now >= found.first_used_at.plus_ms(REMEMBERED_DAYS * DAY_MS) {
        return Ok(None);
    }
    Ok(Some(Answer {
        first_trace: Some(found.trace),
        ..Answer::new(found.status, found.body)
    }))
}

fn change(tx: &Transaction<'_>, here: &Here, shop: &str, ask: &Ask) -> Result<Answer, StoreError> {
    match ask {
        Ask::Confirm(body) => confirmed(tx, here, shop, body),
        Ask::Cancel(key, ask) => canceled(tx, here, (shop, key), ask),
        Ask::IssueAccount(ask) => match issuing::issue(tx, here, shop, ask)? {
            Ok(payment) => Answer::of(&payment, here, Occasion::Issued),
            Err(refusal) => Ok(Answer::no(&refusal)),
        },
        Ask::ByKey(_) | Ask::ByOrder(_) | Ask::Transactions(_) => look_up(tx, here, shop, ask),
    }
}

fn confirmed(
    tx: &Transaction<'_>,
    here: &Here,
    shop: &str,
    body: &ConfirmBody,
) -> Result<Answer, StoreError> {
    let Some(payment) = found(tx, here, &body.payment_key)? else {
        return Ok(Answer::no(&refusal::NOT_FOUND_PAYMENT_SESSION));
    };
    let ask = Confirm {
        shop: shop.to_owned(),
        order_id: body.order_id.clone(),
        amount: body.amount,
    };
    match confirm(payment, &ask, here.moment(), &here.policy.mismatch()) {
        Err(refusal) => Ok(Answer::no(&refusal)),
        Ok(Confirmed::No(payment, refusal)) => {
            record(tx, here, &payment, Step::Declined)?;
            Ok(Answer::no(&refusal))
        }
        Ok(Confirmed::Yes(payment)) => {
            let step = match &payment.state {
                State::WaitingForDeposit => Step::AccountIssued,
                State::Approved { .. }
                | State::Ready
                | State::InProgress { .. }
                | State::Aborted { .. }
                | State::Expired => Step::Approved,
            };
            record(tx, here, &payment, step)?;
            let way = match &payment.plan {
                Plan::Slowly { ms } => Way::Slow { ms: *ms },
                Plan::LoseAnswer => Way::Lost,
                Plan::Approve | Plan::Decline { .. } => Way::Straight,
            };
            let answer = Answer::of(&payment, here, Occasion::Issued)?;
            Ok(Answer { way, ..answer })
        }
    }
}

fn canceled(
    tx: &Transaction<'_>,
    here: &Here,
    (shop, key): (&str, &str),
    ask: &AskCancel,
) -> Result<Answer, StoreError> {
    let Some(payment) = found(tx, here, key)?.filter(|payment| payment.shop == shop) else {
        return Ok(Answer::no(&refusal::NOT_FOUND_PAYMENT));
    };
    match cancel(payment, ask, here.moment()) {
        Err(refusal) => Ok(Answer::no(&refusal)),
        Ok(payment) => {
            record(tx, here, &payment, Step::Canceled)?;
            Answer::of(&payment, here, Occasion::Seen)
        }
    }
}

/// A payment as it is now. If its time has run out that is recorded, whoever asks.
fn found(tx: &Transaction<'_>, here: &Here, key: &str) -> Result<Option<Payment>, StoreError> {
    let Some(payment) = payments::find(tx, key)? else {
        return Ok(None);
    };
    let before = payment.status();
    let payment = payment.at(here.now);
    if payment.status() != before {
        record(tx, here, &payment, Step::Expired)?;
    }
    Ok(Some(payment))
}

fn transactions(
    db: &Connection,
    here: &Here,
    shop: &str,
    ask: &AskTransactions,
) -> Result<Answer, StoreError> {
    let page = Page {
        shop: shop.to_owned(),
        from: ask.from,
        to: ask.to,
        shows_until: here.now.plus_ms(-here.policy.transactions_delay_ms),
        after: ask.after.clone(),
        limit: ask.limit,
    };
    let Some(rows) = list::page(db, &page)? else {
        return Ok(Answer::no(&refusal::INVALID_REQUEST));
    };
    let rows: Vec<_> = rows
        .iter()
        .map(|row| transaction::object(row, &here.base))
        .collect();
    Ok(Answer::new(200, json(&rows)?))
}

fn json<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|error| StoreError::Inconsistent {
        table: "payments",
        reason: error.to_string(),
    })
}
