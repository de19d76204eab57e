//! The gateway's JSON. Unknown fields, states and codes are let through: the gateway adds them
//! without notice. What we rely on must be there and make sense.

use domain::money::Won;
use domain::payment::Deposit;
use domain::time::{MINUTE_MS, Timestamp, UtcOffset};
use jiff::civil::DateTime;
use process::config::Secret;
use serde::{Deserialize, Serialize};

use crate::payments::gateway::{self, CancelStatus, Listed, Status};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Confirm<'a> {
    pub(super) payment_key: &'a str,
    pub(super) order_id: &'a str,
    pub(super) amount: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CancelBody<'a> {
    pub(super) cancel_reason: &'a str,
    pub(super) cancel_amount: i64,
    pub(super) refundable_amount: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refund_receive_account: Option<ReceiveAccount<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReceiveAccount<'a> {
    pub(super) bank: &'a str,
    pub(super) account_number: &'a str,
    pub(super) holder_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenAccount<'a> {
    pub(super) amount: i64,
    pub(super) order_id: &'a str,
    pub(super) order_name: &'a str,
    pub(super) customer_name: &'a str,
    pub(super) bank: &'a str,
    pub(super) valid_hours: u32,
}

#[derive(Deserialize)]
pub(super) struct Failure {
    pub(super) code: String,
}

/// Why an answer says nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotUnderstood {
    #[error("a time is not understood")]
    Time,
    #[error("the currency is not won")]
    Currency,
    #[error("an amount is below nothing")]
    Amount,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payment {
    payment_key: String,
    order_id: String,
    status: String,
    // Whole won: one with a fraction is not understood.
    total_amount: i64,
    balance_amount: i64,
    currency: Option<String>,
    method: Option<String>,
    approved_at: Option<String>,
    secret: Option<String>,
    virtual_account: Option<VirtualAccount>,
    cancels: Option<Vec<Cancel>>,
    failure: Option<Failure>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VirtualAccount {
    account_number: String,
    bank_code: Option<String>,
    due_date: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cancel {
    transaction_key: String,
    cancel_reason: Option<String>,
    cancel_amount: i64,
    canceled_at: String,
    cancel_status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Transaction {
    transaction_key: String,
    payment_key: String,
    order_id: String,
    status: String,
    amount: i64,
    transaction_at: String,
}

impl Payment {
    pub(super) fn read(self) -> Result<gateway::Payment, NotUnderstood> {
        if self.currency.is_some_and(|currency| currency != "KRW") {
            return Err(NotUnderstood::Currency);
        }
        let cancels = self.cancels.unwrap_or_default().into_iter();
        Ok(gateway::Payment {
            payment_key: self.payment_key,
            gateway_order: self.order_id,
            status: status(self.status),
            amount: won(self.total_amount)?,
            balance: won(self.balance_amount)?,
            method: self.method,
            approved_at: self.approved_at.as_deref().map(instant).transpose()?,
            secret: self.secret.map(Secret::new),
            deposit: self.virtual_account.map(VirtualAccount::read),
            cancels: cancels.map(Cancel::read).collect::<Result<_, _>>()?,
            failure: self.failure.map(|failure| failure.code),
        })
    }
}

impl VirtualAccount {
    fn read(self) -> Deposit {
        Deposit {
            bank: self.bank_code.unwrap_or_default(),
            account_number: self.account_number,
            // Only shown: one that is not understood is left out.
            due: self.due_date.and_then(|due| instant(&due).ok()),
        }
    }
}

impl Cancel {
    fn read(self) -> Result<gateway::Cancel, NotUnderstood> {
        Ok(gateway::Cancel {
            transaction_key: self.transaction_key,
            reason: self.cancel_reason.unwrap_or_default(),
            amount: won(self.cancel_amount)?,
            cancelled_at: instant(&self.canceled_at)?,
            // Older versions say nothing: what is listed is done.
            status: match self.cancel_status.as_deref() {
                None | Some("DONE") => CancelStatus::Done,
                Some("IN_PROGRESS") => CancelStatus::InProgress,
                Some("ABORTED") => CancelStatus::Aborted,
                Some(other) => CancelStatus::Other(other.to_owned()),
            },
        })
    }
}

impl Transaction {
    pub(super) fn read(self) -> Result<Listed, NotUnderstood> {
        Ok(Listed {
            transaction_key: self.transaction_key,
            payment_key: self.payment_key,
            gateway_order: self.order_id,
            status: status(self.status),
            // Whether a cancel has a sign is written nowhere.
            amount: Won(self.amount.checked_abs().ok_or(NotUnderstood::Amount)?),
            at: instant(&self.transaction_at)?,
        })
    }
}

fn status(text: String) -> Status {
    match text.as_str() {
        "READY" => Status::Ready,
        "IN_PROGRESS" => Status::InProgress,
        "WAITING_FOR_DEPOSIT" => Status::WaitingForDeposit,
        "DONE" => Status::Done,
        "CANCELED" => Status::Cancelled,
        "PARTIAL_CANCELED" => Status::PartlyCancelled,
        "ABORTED" => Status::Aborted,
        "EXPIRED" => Status::Expired,
        _ => Status::Other(text),
    }
}

fn won(amount: i64) -> Result<Won, NotUnderstood> {
    if amount < 0 {
        return Err(NotUnderstood::Amount);
    }
    Ok(Won(amount))
}

/// A time with an offset; without one it is Korea's.
fn instant(text: &str) -> Result<Timestamp, NotUnderstood> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Ok(Timestamp(at.as_millisecond()));
    }
    let local: DateTime = text.parse().map_err(|_| NotUnderstood::Time)?;
    let midnight = UtcOffset::SEOUL.at_minutes(local.date(), 0);
    let time = local.time();
    let minutes = i64::from(time.hour()) * 60 + i64::from(time.minute());
    let ms = i64::from(time.second()) * 1_000 + i64::from(time.millisecond());
    Ok(midnight.plus_ms(minutes * MINUTE_MS + ms))
}

/// A time as the gateway wants it: Korea's, without an offset.
pub(super) fn local(at: Timestamp) -> String {
    let date = UtcOffset::SEOUL.date(at);
    let since_midnight = at.since_ms(UtcOffset::SEOUL.at_minutes(date, 0));
    let seconds = since_midnight / 1_000;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{date}T{hour:02}:{minute:02}:{second:02}")
}
