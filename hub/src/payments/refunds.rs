//! Money that goes back, exactly once: owed as soon as it is asked for, paid when the gateway
//! says so, refused when it says no for good.

use domain::id::{OrderId, RefundId};
use domain::ledger::{Account, Phase};
use domain::money::Won;
use domain::mutant::{Mutant, is};
use domain::payment::AttemptState;
use domain::time::{HOUR_MS, MINUTE_MS, Timestamp};
use rusqlite::{Connection, Transaction};
use sha2::{Digest as _, Sha256};
use store::StoreError;
use uuid::{Builder, Uuid};

use super::api::{AskRefund, RefundReason, RefundState, RefundView, Refused};
use super::books::{self, Cause};
use super::gateway::CancelCall;
use super::orders::{self, PaymentError};
use super::outcomes::{self, Changed};
use super::refund_accounts;
use super::sqlite::attempts::{self, Attempt};
use super::sqlite::orders::Order;
use super::sqlite::refund_accounts as accounts;
use super::sqlite::refunds::{self, Refund};

/// Longer than a call to the gateway and the question after it can take.
const LEASE_MS: i64 = 2 * MINUTE_MS;

/// The wait after the first try that came to nothing; each further one doubles it …
const RETRY_FIRST_MS: i64 = 2_000;

/// … up to this.
const RETRY_WAIT_MS_MAX: i64 = HOUR_MS;

/// Has money go back; the same again is the same refund.
///
/// # Errors
///
/// Refused when nothing was paid, or not so much is left, or the id was used for another one.
pub fn ask(
    tx: &Transaction<'_>,
    mut refund: RefundId,
    asked: &AskRefund,
    now: Timestamp,
) -> Result<RefundView, PaymentError> {
    if is(Mutant::RefundTwice) && refunds::find(tx, refund)?.is_some() {
        refund = duplicate_refund(&format!("{refund} {}", now.0));
    }
    if let Some(known) = refunds::find(tx, refund)? {
        if known.asked != *asked {
            return Err(Refused::Differs.into());
        }
        return Ok(known.view());
    }
    let order = orders::find(tx, asked.order)?;
    let known = attempts::of_order(tx, asked.order)?;
    let paid = known.into_iter().find(|attempt| {
        !attempt.is_duplicate && matches!(attempt.state, AttemptState::Paid { .. })
    });
    let paid = paid.ok_or(Refused::NotPaid)?;
    begin(tx, (refund, asked), (&order, &paid), now)
}

/// A second payment of one order goes back whole. The refund's id follows from the attempt, so
/// that it can only be one.
pub(super) fn give_duplicate_back(
    tx: &Transaction<'_>,
    order: &Order,
    attempt: &Attempt,
    now: Timestamp,
) -> Result<(), PaymentError> {
    let asked = AskRefund {
        order: order.order,
        amount: order.asked.amount,
        reason: RefundReason::DuplicatePayment,
    };
    let refund = duplicate_refund(&attempt.gateway_order);
    begin(tx, (refund, &asked), (order, attempt), now)?;
    Ok(())
}

/// The refund of an attempt that has paid its order a second time.
#[must_use]
pub fn duplicate_refund(gateway_order: &str) -> RefundId {
    let digest = Sha256::digest(format!("duplicate_payment {gateway_order}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    RefundId(Builder::from_custom_bytes(bytes).into_uuid())
}

/// Money is owed from here on, and the gateway is to be asked.
pub(super) fn begin(
    tx: &Transaction<'_>,
    (refund, asked): (RefundId, &AskRefund),
    (order, attempt): (&Order, &Attempt),
    now: Timestamp,
) -> Result<RefundView, PaymentError> {
    let left = order.asked.amount - refunds::asked_of(tx, &attempt.gateway_order)?;
    if asked.amount <= Won(0) {
        return Err(Refused::Invalid.into());
    }
    if asked.amount > left {
        return Err(Refused::MoreThanPaid.into());
    }
    let subject = refund.to_string();
    let owner = books::owner_of(&order.asked.purpose);
    // From now on it is the buyer's, whatever the gateway says.
    let owed = (owner, Account::RefundsInTransit, asked.amount);
    let owed = books::record(tx, (Cause::RefundOwed, &subject), owed, Phase::Posted, now)?;
    let refund = Refund {
        refund,
        asked: *asked,
        gateway_order: attempt.gateway_order.clone(),
        state: RefundState::Pending,
        idempotency_key: key_of(refund, 0),
        refundable: None,
        tries: 0,
        next_try_at: Some(now),
        transaction_key: None,
        owed_transfer: owed,
        paid_transfer: promise(tx, refund, asked.amount, now)?,
    };
    refunds::add(tx, &refund, now)?;
    outcomes::changed(tx, &[Changed::Refund(refund.refund)])?;
    tracing::info!(order = %asked.order, refund = %refund.refund, "refund.asked");
    view(tx, refund.refund)
}

fn promise(
    tx: &Transaction<'_>,
    refund: RefundId,
    amount: Won,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let subject = refund.to_string();
    let movement = (
        Account::RefundsInTransit,
        Account::GatewayReceivable,
        amount,
    );
    books::record(
        tx,
        (Cause::RefundPaid, &subject),
        movement,
        Phase::Pending,
        now,
    )
}

/// The key under which a refund is sent for the first time, or anew.
fn key_of(refund: RefundId, turn: i64) -> String {
    format!("refund-{refund}-{turn}")
}

/// How the refund stands.
///
/// # Errors
///
/// Refused when there is no such refund.
pub fn view(db: &Connection, refund: RefundId) -> Result<RefundView, PaymentError> {
    let found = refunds::find(db, refund)?;
    Ok(found.ok_or(Refused::NotFound)?.view())
}

/// A refund that is to be carried out, leased to whoever does it.
#[derive(Clone, Debug)]
pub struct Try {
    pub refund: RefundId,
    pub call: CancelCall,
    /// It was sent before, and nobody knows what came of it: the gateway is asked first.
    pub was_sent: bool,
}

/// The refunds that are due, at most so many. Of the refunds of one payment only the oldest
/// moves: what is left of the payment must be known for the next one.
///
/// # Errors
///
/// Fails when the store does.
pub fn take_due(
    tx: &Transaction<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Try>, PaymentError> {
    let due = refunds::due(tx, now, limit)?;
    due.into_iter()
        .map(|refund| take(tx, refund, now))
        .collect()
}

fn take(tx: &Transaction<'_>, mut refund: Refund, now: Timestamp) -> Result<Try, PaymentError> {
    let attempt = attempts::find(tx, &refund.gateway_order)?.ok_or(Refused::NotFound)?;
    let order = orders::find(tx, attempt.order)?;
    let back = refunds::paid_back_of(tx, &refund.gateway_order)?;
    let refundable = order.asked.amount - back;
    let was_sent = refund.tries > 0;
    refund.refundable = Some(refundable);
    refund.tries += 1;
    refund.next_try_at = Some(now.plus_ms(LEASE_MS));
    refunds::update(tx, &refund)?;
    Ok(Try {
        refund: refund.refund,
        call: CancelCall {
            payment_key: attempt.payment_key.ok_or(Refused::NotPaid)?,
            amount: refund.asked.amount,
            refundable,
            reason: reason_text(refund.refund, refund.asked.reason),
            idempotency_key: refund.idempotency_key,
            account: accounts::find(tx, attempt.order)?,
        },
        was_sent,
    })
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    Done {
        refunded_at: Timestamp,
        transaction_key: String,
    },
    /// For good.
    Refused { code: String },
    /// Nobody knows: it is asked again, and sent again under the same key if need be.
    Unknown,
    /// The gateway failed, and says itself that nothing came of it. Under the old key it would
    /// only repeat its error.
    Failed,
}

/// Takes what came of a try into the books. The same again changes nothing.
///
/// # Errors
///
/// Refused when there is no such refund.
pub fn settle(
    tx: &Transaction<'_>,
    refund: RefundId,
    tried: Tried,
    now: Timestamp,
) -> Result<RefundView, PaymentError> {
    let mut refund = refunds::find(tx, refund)?.ok_or(Refused::NotFound)?;
    if !refund.state.is_open() {
        return Ok(refund.view());
    }
    match tried {
        Tried::Done {
            refunded_at,
            transaction_key,
        } => {
            books::settle(tx, refund.paid_transfer, Phase::Posted, now)?;
            refund.state = RefundState::Done { refunded_at };
            refund.transaction_key = Some(transaction_key);
            tracing::info!(refund = %refund.refund, tries = refund.tries, "refund.done");
        }
        Tried::Refused { code } if refund_accounts::is_of_account(&code) => {
            tracing::warn!(refund = %refund.refund, code, "refund.account_not_taken");
            accounts::forget(tx, refund.asked.order)?;
            refund.idempotency_key = key_of(refund.refund, refund.tries);
            refund.next_try_at = Some(now);
            outcomes::changed(tx, &[Changed::Refund(refund.refund)])?;
        }
        Tried::Refused { code } => {
            books::settle(tx, refund.paid_transfer, Phase::Voided, now)?;
            tracing::error!(refund = %refund.refund, code, "refund.refused");
            refund.state = RefundState::Refused { code };
        }
        Tried::Unknown => refund.next_try_at = Some(retry_at(&refund, now)),
        Tried::Failed => {
            refund.idempotency_key = key_of(refund.refund, refund.tries);
            refund.next_try_at = Some(retry_at(&refund, now));
        }
    }
    if !refund.state.is_open() {
        refund.next_try_at = None;
        let order = Changed::Order(refund.asked.order);
        outcomes::changed(tx, &[Changed::Refund(refund.refund), order])?;
    }
    refunds::update(tx, &refund)?;
    if !refund.state.is_open() {
        accounts::forget_unneeded(tx, refund.asked.order)?;
    }
    view(tx, refund.refund)
}

fn retry_at(refund: &Refund, now: Timestamp) -> Timestamp {
    let doublings = (refund.tries - 1).clamp(0, 16);
    now.plus_ms((RETRY_FIRST_MS << doublings).min(RETRY_WAIT_MS_MAX))
}

/// Somebody has mended what was in the way: a refund that was refused is tried again. One that
/// was not refused stays as it is.
///
/// # Errors
///
/// Refused when there is no such refund.
pub fn try_again(
    tx: &Transaction<'_>,
    refund: RefundId,
    now: Timestamp,
) -> Result<RefundView, PaymentError> {
    let mut refund = refunds::find(tx, refund)?.ok_or(Refused::NotFound)?;
    if matches!(refund.state, RefundState::Refused { .. }) {
        refund.state = RefundState::Pending;
        refund.idempotency_key = key_of(refund.refund, refund.tries);
        refund.paid_transfer = promise(tx, refund.refund, refund.asked.amount, now)?;
        refund.next_try_at = Some(now);
        refunds::update(tx, &refund)?;
        outcomes::changed(tx, &[Changed::Refund(refund.refund)])?;
    }
    Ok(refund.view())
}

/// A refund that the gateway refused was paid from our bank.
pub(super) fn paid_by_hand(
    tx: &Transaction<'_>,
    refund: RefundId,
    now: Timestamp,
) -> Result<Won, PaymentError> {
    let mut refund = refunds::find(tx, refund)?.ok_or(Refused::NotFound)?;
    if !matches!(refund.state, RefundState::Refused { .. }) {
        return Err(Refused::NotAvailable.into());
    }
    let amount = refund.asked.amount;
    let subject = refund.refund.to_string();
    let movement = (Account::RefundsInTransit, Account::Bank, amount);
    let paid = (Cause::RefundPaid, subject.as_str());
    refund.paid_transfer = books::record(tx, paid, movement, Phase::Posted, now)?;
    refund.state = RefundState::Done { refunded_at: now };
    refunds::update(tx, &refund)?;
    let order = Changed::Order(refund.asked.order);
    outcomes::changed(tx, &[Changed::Refund(refund.refund), order])?;
    Ok(amount)
}

/// What the gateway writes beside the cancel. It carries the refund's id: by it a lost answer
/// is found again.
#[must_use]
pub fn reason_text(refund: RefundId, reason: RefundReason) -> String {
    let why = match reason {
        RefundReason::BookingCancelled => "예매 취소",
        RefundReason::PledgeWithdrawn => "펀딩 참여 취소",
        RefundReason::CampaignFailed => "펀딩 무산",
        RefundReason::CampaignCancelled => "펀딩 취소",
        RefundReason::ScreeningCancelled => "상영 취소",
        RefundReason::OrderGone => "좌석 없음",
        RefundReason::DuplicatePayment => "중복 결제",
        RefundReason::OperatorDecision => "운영자 처리",
    };
    format!("{why} [{refund}]")
}

/// The refund that a cancel at the gateway was for, by its reason.
#[must_use]
pub fn refund_in(reason: &str) -> Option<RefundId> {
    let id = reason.strip_suffix(']')?.rsplit_once('[')?.1;
    id.parse::<Uuid>().ok().map(RefundId)
}

/// The order's paid attempt's refunds, for whoever shows the order.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_order(db: &Connection, order: OrderId) -> Result<Vec<RefundView>, StoreError> {
    let found = refunds::of_order(db, order)?;
    Ok(found.iter().map(Refund::view).collect())
}
