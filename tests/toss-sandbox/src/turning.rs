//! What happens by time alone, and what banks do on their own.

use domain::time::DAY_MS;
use rusqlite::Transaction;
use store::StoreError;

use crate::answering::REMEMBERED_DAYS;
use crate::here::Here;
use crate::recording::{Step, record};
use crate::refusal::{self, Refusal};
use crate::rules::account::{deposit, reverse};
use crate::rules::payment::Payment;
use crate::sqlite::{answers, payments};

/// Payments that expire in one transaction, at most.
pub const EXPIRED_MAX: usize = 500;

/// Ends what has run out; how many payments that were. There are more if it is
/// [`EXPIRED_MAX`].
///
/// # Errors
///
/// Fails when the store does.
pub fn expire(tx: &Transaction<'_>, here: &Here) -> Result<usize, StoreError> {
    let expired = payments::expired(tx, here.now, EXPIRED_MAX)?;
    let number = expired.len();
    for payment in expired {
        record(tx, here, &payment.at(here.now), Step::Expired)?;
    }
    answers::forget(tx, here.now.plus_ms(-REMEMBERED_DAYS * DAY_MS))?;
    Ok(number)
}

/// What a bank does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BankDoes {
    /// Somebody of this name has paid in.
    Deposit { from: String },
    /// It takes back what it reported.
    Reverse,
}

/// A bank does something about the account of a payment.
///
/// # Errors
///
/// Fails when the store does; the inner error is the gateway's no.
pub fn bank(
    tx: &Transaction<'_>,
    here: &Here,
    key: &str,
    does: &BankDoes,
) -> Result<Result<Payment, Refusal>, StoreError> {
    let Some(payment) = payments::find(tx, key)? else {
        return Ok(Err(refusal::NOT_FOUND_PAYMENT));
    };
    let (changed, step) = match does {
        BankDoes::Deposit { from } => (deposit(payment, from, here.moment()), Step::Deposited),
        BankDoes::Reverse => (reverse(payment, here.moment()), Step::Reversed),
    };
    match changed {
        Err(refusal) => Ok(Err(refusal)),
        Ok(payment) => {
            record(tx, here, &payment, step)?;
            Ok(Ok(payment))
        }
    }
}
