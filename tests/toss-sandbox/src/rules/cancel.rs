//! Money goes back: all of it, or a part.

use domain::time::{DAY_MS, Timestamp};

use super::bank;
use super::payment::{Amounts, Cancel, Means, Moment, Payment, RefundAccount, State, Status};
use crate::refusal::{self, Refusal};

/// The longest reason.
pub const REASON_MAX: usize = 200;
/// The longest number of an account that money goes back to.
const ACCOUNT_DIGITS_MAX: usize = 20;
/// The longest name of its holder.
const HOLDER_MAX: usize = 60;
/// How long money that came from an account can go back.
const TRANSFER_DAYS: i64 = 180;
/// How long a deposit can go back.
const DEPOSIT_DAYS: i64 = 365;

/// What the shop asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskCancel {
    pub reason: String,
    /// Everything that is left without it.
    pub amount: Option<i64>,
    pub tax_free: i64,
    pub tax_exemption: i64,
    /// What the shop believes to be left: a guard against a second cancel.
    pub refundable: Option<i64>,
    pub currency: Option<String>,
    /// Where the money of a deposit goes, as it was sent.
    pub receive_account: Option<RefundAccount>,
}

/// Cancels `payment`, in the order of checks that was measured.
///
/// # Errors
///
/// A refusal leaves the payment as it was.
pub fn cancel(mut payment: Payment, ask: &AskCancel, moment: Moment) -> Result<Payment, Refusal> {
    payment = payment.at(moment.now);
    let amount = amount(&payment, ask)?;
    if ask.refundable.is_some_and(|it| it != payment.balance()) {
        return Err(refusal::NOT_MATCHES_REFUNDABLE_AMOUNT);
    }
    if ask.currency.as_deref().is_some_and(|it| it != "KRW") {
        return Err(refusal::INVALID_REQUEST);
    }
    let left = payment.left();
    if ask.tax_free > left.tax_free || ask.tax_exemption > left.tax_exemption {
        return Err(refusal::NOT_CANCELABLE_AMOUNT);
    }
    is_allowed(&payment, amount, moment.now)?;
    let refunded_to = receiver(&payment, ask)?;
    if let (Some(to), Some(account)) = (refunded_to, payment.account_mut()) {
        account.refunded_to = Some(to);
    }
    let part = part(&payment, ask, amount);
    payment.cancels.push(Cancel {
        transaction_key: moment.transaction_key.clone(),
        reason: ask.reason.clone(),
        amount,
        tax_free: part.tax_free,
        tax_exemption: part.tax_exemption,
        refundable_after: left.total - amount,
        canceled_at: moment.now,
    });
    payment.last_transaction = Some(moment.transaction_key);
    Ok(payment)
}

fn amount(payment: &Payment, ask: &AskCancel) -> Result<i64, Refusal> {
    match &payment.state {
        State::Ready | State::InProgress { .. } | State::Aborted { .. } | State::Expired => {
            return Err(refusal::NOT_CANCELABLE_PAYMENT);
        }
        State::WaitingForDeposit | State::Approved { .. } => {}
    }
    let left = payment.balance();
    if left == 0 {
        return Err(if payment.status() == Status::Canceled {
            refusal::ALREADY_CANCELED_PAYMENT
        } else {
            refusal::NOT_CANCELABLE_AMOUNT
        });
    }
    let amount = ask.amount.unwrap_or(left);
    if amount <= 0 || amount > left {
        return Err(refusal::NOT_CANCELABLE_AMOUNT);
    }
    Ok(amount)
}

fn is_allowed(payment: &Payment, amount: i64, now: Timestamp) -> Result<(), Refusal> {
    let in_part = amount < payment.amounts.total;
    if payment.state == State::WaitingForDeposit && in_part {
        return Err(refusal::NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT);
    }
    let days = match &payment.means {
        Some(Means::Card | Means::EasyPay { .. }) => {
            if in_part && payment.amounts.tax_exemption > 0 {
                return Err(refusal::NOT_ALLOWED_PARTIAL_REFUND);
            }
            None
        }
        Some(Means::Transfer { .. }) => Some(TRANSFER_DAYS),
        Some(Means::VirtualAccount(_)) => Some(DEPOSIT_DAYS),
        Some(Means::MobilePhone) | None => None,
    };
    let over = payment
        .approved_at()
        .zip(days)
        .is_some_and(|(approved, days)| now >= approved.plus_ms(days * DAY_MS));
    if over {
        return Err(refusal::EXCEED_MAX_REFUND_DUE);
    }
    Ok(())
}

/// Where the money goes: a deposit came from nowhere that it could go back to by itself.
fn receiver(payment: &Payment, ask: &AskCancel) -> Result<Option<RefundAccount>, Refusal> {
    let deposited = payment.account().is_some() && payment.approved_at().is_some();
    if !deposited {
        return Ok(None);
    }
    let Some(to) = &ask.receive_account else {
        return Err(refusal::INVALID_REFUND_ACCOUNT_INFO);
    };
    let Some(bank) = bank::code(&to.bank) else {
        return Err(refusal::INVALID_BANK);
    };
    let digits = to.number.bytes().all(|byte| byte.is_ascii_digit());
    if to.number.is_empty() || to.number.len() > ACCOUNT_DIGITS_MAX || !digits {
        return Err(refusal::INVALID_REFUND_ACCOUNT_NUMBER);
    }
    if to.holder.trim().is_empty() || to.holder.chars().count() > HOLDER_MAX {
        return Err(refusal::INVALID_REFUND_ACCOUNT_INFO);
    }
    Ok(Some(RefundAccount {
        bank: bank.to_owned(),
        ..to.clone()
    }))
}

/// The parts of one cancel: what takes the rest takes the rest of each.
fn part(payment: &Payment, ask: &AskCancel, amount: i64) -> Amounts {
    let left = payment.left();
    if amount == left.total {
        return left;
    }
    Amounts {
        total: amount,
        tax_free: ask.tax_free,
        tax_exemption: ask.tax_exemption,
    }
}

#[cfg(test)]
mod tests;
