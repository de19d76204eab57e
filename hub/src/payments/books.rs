//! Posting in the ledger, and looking whether the books are right.

use domain::id::TheaterId;
use domain::ledger::{Account, Movement, Phase, Settling};
use domain::money::Won;
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction};
use store::StoreError;

use super::api::Purpose;
use super::sqlite::{checks, transfers};

/// Why money moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An order is paid.
    Payment,
    /// An order is paid although its attempt had been given up.
    LatePayment,
    /// A buyer is owed money.
    RefundOwed,
    /// The gateway gives it back.
    RefundPaid,
    /// A kiosk was paid.
    Tender,
    /// Somebody entered it.
    Entry,
}

impl Cause {
    /// Its name in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::LatePayment => "late_payment",
            Self::RefundOwed => "refund_owed",
            Self::RefundPaid => "refund_paid",
            Self::Tender => "tender",
            Self::Entry => "entry",
        }
    }
}

/// Whose the money is that is paid for this.
#[must_use]
pub fn owner_of(purpose: &Purpose) -> Account {
    match purpose {
        Purpose::Seats { theater, .. } => Account::TheaterPayable(*theater),
        Purpose::Pledge { campaign, .. } => Account::Escrow(*campaign),
    }
}

/// The theater that it is for.
#[must_use]
pub fn theater_of(purpose: &Purpose) -> TheaterId {
    match purpose {
        Purpose::Seats { theater, .. } | Purpose::Pledge { theater, .. } => *theater,
    }
}

/// Writes down that `amount` goes from one account to another, and what for; pending or posted.
///
/// # Errors
///
/// Fails when the store does, or nothing can move so.
pub fn record(
    tx: &Transaction<'_>,
    (cause, subject): (Cause, &str),
    (debit, credit, amount): (Account, Account, Won),
    phase: Phase,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let movement = Movement::new(debit, credit, amount);
    let movement = movement.map_err(|wrong| inconsistent(wrong.to_string()))?;
    transfers::add(tx, (cause.name(), subject), &movement, phase, now)
}

/// A pending transfer has happened, or never will. Settling it the same way again changes
/// nothing.
///
/// # Errors
///
/// Fails when the store does, or the transfer was settled the other way.
pub fn settle(
    tx: &Transaction<'_>,
    transfer: i64,
    to: Phase,
    now: Timestamp,
) -> Result<(), StoreError> {
    let phase = transfers::phase(tx, transfer)?;
    let settling = match to {
        Phase::Posted => phase.post(),
        Phase::Voided => phase.void(),
        Phase::Pending => return Err(inconsistent("nothing becomes pending again".to_owned())),
    };
    match settling.map_err(|wrong| inconsistent(format!("transfer {transfer}: {wrong}")))? {
        Settling::Now(phase) => transfers::settle(tx, transfer, phase, now),
        Settling::Already => Ok(()),
    }
}

/// Everything that is wrong with the books; nothing, at all times (M4).
///
/// # Errors
///
/// Fails when the store does.
pub fn check(db: &Connection) -> Result<Vec<String>, StoreError> {
    let books = transfers::books(db)?;
    let mut wrong = Vec::new();
    if books.sum() != Won(0) {
        wrong.push(format!("the accounts sum up to {}", books.sum()));
    }
    for (what, count) in checks::broken(db)? {
        if count > 0 {
            wrong.push(format!("{what}: {count}"));
        }
    }
    Ok(wrong)
}

fn inconsistent(reason: String) -> StoreError {
    StoreError::Inconsistent {
        table: "transfers",
        reason,
    }
}
