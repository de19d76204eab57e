//! What people enter into the books: settlements, payouts, and what was paid by hand.

use domain::ledger::{Account, Phase};
use domain::money::Won;
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction};
use store::StoreError;
use uuid::Uuid;

use super::api::Refused;
use super::api::books::{AccountView, Entered, Entry, Statement};
use super::books::{self, Cause};
use super::orders::PaymentError;
use super::sqlite::{entries, transfers};
use super::{refunds, tenders};

/// The most lines of one statement.
pub const LINES_MAX: u32 = 1_000;

/// Enters something; the same again is the same entry.
///
/// # Errors
///
/// Refused when the money is not there, or the id was used for another entry.
pub fn enter(
    tx: &Transaction<'_>,
    id: Uuid,
    entry: &Entry,
    now: Timestamp,
) -> Result<Entered, PaymentError> {
    if let Some(known) = entries::find(tx, id)? {
        if known.entry != *entry {
            return Err(Refused::Differs.into());
        }
        return Ok(known);
    }
    let moved = carry_out(tx, id, entry, now)?;
    let entered = Entered {
        id,
        entry: entry.clone(),
        moved,
        made_at: now,
    };
    entries::add(tx, &entered)?;
    tracing::info!(%id, moved = moved.0, "books.entered");
    Ok(entered)
}

fn carry_out(
    tx: &Transaction<'_>,
    id: Uuid,
    entry: &Entry,
    now: Timestamp,
) -> Result<Won, PaymentError> {
    let subject = id.to_string();
    let shift = |from: &Account, to: &Account, amount| shift(tx, &subject, (from, to, amount), now);
    match entry {
        Entry::CampaignSettled { campaign, theater } => {
            let escrow = Account::Escrow(*campaign);
            let there = available(tx, &escrow)?;
            if there < Won(0) {
                return Err(Refused::NotAvailable.into());
            }
            if there > Won(0) {
                shift(&escrow, &Account::TheaterPayable(*theater), there)?;
            }
            Ok(there)
        }
        Entry::TheaterPaidOut { theater, amount } => {
            shift(&Account::TheaterPayable(*theater), &Account::Bank, *amount)?;
            Ok(*amount)
        }
        Entry::GatewayPaidOut { amount, fees } => {
            shift(&Account::GatewayReceivable, &Account::Bank, *amount)?;
            if *fees != Won(0) {
                let kept = &Account::GatewayFees;
                shift(&Account::GatewayReceivable, kept, *fees)?;
            }
            Ok(*amount + *fees)
        }
        Entry::TendersBanked { node, kind, amount } => {
            let till = Account::Tenders {
                node: node.clone(),
                kind: *kind,
            };
            shift(&till, &Account::Bank, *amount)?;
            Ok(*amount)
        }
        Entry::TenderGivenBack {
            order,
            node,
            kind,
            amount,
        } => {
            let till = Account::Tenders {
                node: node.clone(),
                kind: *kind,
            };
            tenders::give_back(tx, (*order, &subject), (till, *amount), now)?;
            Ok(*amount)
        }
        Entry::RefundPaidByHand { refund } => refunds::paid_by_hand(tx, *refund, now),
    }
}

/// Moves what is there from one account to another: what we owe goes by a debit, what we have
/// by a credit.
fn shift(
    tx: &Transaction<'_>,
    subject: &str,
    (from, to, amount): (&Account, &Account, Won),
    now: Timestamp,
) -> Result<(), PaymentError> {
    if amount <= Won(0) {
        return Err(Refused::Invalid.into());
    }
    if amount > available(tx, from)? {
        return Err(Refused::NotAvailable.into());
    }
    let (debit, credit) = match from.side() {
        domain::ledger::Side::Credit => (from, to),
        domain::ledger::Side::Debit => (to, from),
    };
    let movement = (debit.clone(), credit.clone(), amount);
    books::record(tx, (Cause::Entry, subject), movement, Phase::Posted, now)?;
    Ok(())
}

fn available(db: &Connection, account: &Account) -> Result<Won, StoreError> {
    Ok(transfers::balance(db, account)?.available(account.side()))
}

/// What is on an account.
///
/// # Errors
///
/// Fails when the store does.
pub fn account(db: &Connection, account: Account) -> Result<AccountView, StoreError> {
    let sums = transfers::balance(db, &account)?;
    Ok(AccountView {
        balance: sums.on(account.side()),
        available: sums.available(account.side()),
        sums,
        account,
    })
}

/// What is on every account that was ever touched.
///
/// # Errors
///
/// Fails when the store does.
pub fn accounts(db: &Connection) -> Result<Vec<AccountView>, StoreError> {
    let books = transfers::books(db)?;
    let views = books.accounts().map(|(account, sums)| AccountView {
        account: account.clone(),
        balance: sums.on(account.side()),
        available: sums.available(account.side()),
        sums: *sums,
    });
    Ok(views.collect())
}

/// The transfers of an account after one of them.
///
/// # Errors
///
/// Fails when the store does.
pub fn statement(
    db: &Connection,
    account: Account,
    after: i64,
    limit: u32,
) -> Result<Statement, StoreError> {
    let lines = transfers::statement(db, &account, after, limit.clamp(1, LINES_MAX))?;
    Ok(Statement {
        account,
        last: lines.last().map_or(after, |line| line.transfer),
        lines,
    })
}
