//! What a call asks for, read from its path, query and body.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::faults::Operation;
use crate::refusal::{self, Refusal};
use crate::rules::account::VALID_HOURS_MAX;
use crate::rules::bank;
use crate::rules::cancel::{AskCancel, REASON_MAX};
use crate::rules::payment::{Amounts, RefundAccount};
use crate::wire::korean_time;

/// The longest name of an order.
pub const ORDER_NAME_MAX: usize = 100;
/// Rows that one page of transactions has, unless the call says otherwise.
const ROWS: i64 = 100;
/// Rows that one page may have.
const ROWS_MAX: i64 = 5_000;

/// Where a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Confirm,
    ByKey(String),
    ByOrder(String),
    Cancel(String),
    IssueAccount,
    Transactions,
}

/// What it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    Confirm(ConfirmBody),
    ByKey(String),
    ByOrder(String),
    Cancel(String, AskCancel),
    IssueAccount(AskAccount),
    Transactions(AskTransactions),
}

/// The body of a confirmation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmBody {
    pub payment_key: String,
    pub order_id: String,
    pub amount: i64,
}

/// A virtual account that is asked for over the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskAccount {
    pub amounts: Amounts,
    pub order_id: String,
    pub order_name: String,
    pub customer_name: String,
    /// The bank's code.
    pub bank: String,
    pub valid_hours: Option<i64>,
    pub metadata: Option<BTreeMap<String, String>>,
}

/// A part of the list of transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskTransactions {
    pub from: domain::time::Timestamp,
    pub to: domain::time::Timestamp,
    pub after: Option<String>,
    pub limit: i64,
}

impl Target {
    /// What it does there.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self {
            Self::Confirm => Operation::Confirm,
            Self::ByKey(_) | Self::ByOrder(_) => Operation::Query,
            Self::Cancel(_) => Operation::Cancel,
            Self::IssueAccount => Operation::IssueAccount,
            Self::Transactions => Operation::Transactions,
        }
    }

    /// The payment that it is about, as far as path and body tell.
    #[must_use]
    pub fn payment_key(&self, body: &[u8]) -> Option<String> {
        match self {
            Self::ByKey(key) | Self::Cancel(key) => Some(key.clone()),
            Self::Confirm => parsed::<ConfirmBody>(body).ok().map(|it| it.payment_key),
            Self::ByOrder(_) | Self::IssueAccount | Self::Transactions => None,
        }
    }

    /// Reads the call.
    ///
    /// # Errors
    ///
    /// Something is missing or out of bounds.
    pub fn ask(self, query: &str, body: &[u8]) -> Result<Ask, Refusal> {
        match self {
            Self::Confirm => parsed(body).map(Ask::Confirm),
            Self::ByKey(key) => Ok(Ask::ByKey(key)),
            Self::ByOrder(order) => Ok(Ask::ByOrder(order)),
            Self::Cancel(key) => Ok(Ask::Cancel(key, parsed::<CancelBody>(body)?.ask()?)),
            Self::IssueAccount => parsed::<AccountBody>(body)?.ask().map(Ask::IssueAccount),
            Self::Transactions => transactions(query).map(Ask::Transactions),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CancelBody {
    cancel_reason: String,
    cancel_amount: Option<i64>,
    #[serde(default)]
    tax_free_amount: i64,
    #[serde(default)]
    tax_exemption_amount: i64,
    refundable_amount: Option<i64>,
    currency: Option<String>,
    refund_receive_account: Option<ReceiveBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReceiveBody {
    /// Not `bankCode`: that is what the answer calls it.
    bank: String,
    account_number: String,
    holder_name: String,
}

impl CancelBody {
    fn ask(self) -> Result<AskCancel, Refusal> {
        let length = self.cancel_reason.chars().count();
        let negative = self.tax_free_amount < 0 || self.tax_exemption_amount < 0;
        if length == 0 || length > REASON_MAX || negative {
            return Err(refusal::INVALID_REQUEST);
        }
        Ok(AskCancel {
            reason: self.cancel_reason,
            amount: self.cancel_amount,
            tax_free: self.tax_free_amount,
            tax_exemption: self.tax_exemption_amount,
            refundable: self.refundable_amount,
            currency: self.currency,
            receive_account: self.refund_receive_account.map(|to| RefundAccount {
                bank: to.bank,
                number: to.account_number,
                holder: to.holder_name,
            }),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountBody {
    amount: i64,
    order_id: String,
    order_name: String,
    customer_name: String,
    bank: String,
    valid_hours: Option<i64>,
    #[serde(default)]
    tax_free_amount: i64,
    metadata: Option<BTreeMap<String, String>>,
}

impl AccountBody {
    fn ask(self) -> Result<AskAccount, Refusal> {
        let bank = bank::code(&self.bank).ok_or(refusal::INVALID_BANK)?;
        let hours = self.valid_hours.unwrap_or(1);
        let in_bounds = is_order_id(&self.order_id)
            && is_order_name(&self.order_name)
            && !self.customer_name.is_empty()
            && (1..=VALID_HOURS_MAX).contains(&hours)
            && (0..=self.amount).contains(&self.tax_free_amount);
        if !in_bounds {
            return Err(refusal::INVALID_REQUEST);
        }
        Ok(AskAccount {
            amounts: Amounts {
                total: self.amount,
                tax_free: self.tax_free_amount,
                tax_exemption: 0,
            },
            order_id: self.order_id,
            order_name: self.order_name,
            customer_name: self.customer_name,
            bank: bank.to_owned(),
            valid_hours: self.valid_hours,
            metadata: self.metadata,
        })
    }
}

/// What every page of the documentation allows for an order's id.
#[must_use]
pub fn is_order_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=.".contains(&byte);
    (6..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// Whether an order can be called this.
#[must_use]
pub fn is_order_name(text: &str) -> bool {
    (1..=ORDER_NAME_MAX).contains(&text.chars().count())
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|_| refusal::INVALID_REQUEST)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TransactionsQuery {
    start_date: String,
    end_date: String,
    starting_after: Option<String>,
    limit: Option<i64>,
}

fn transactions(query: &str) -> Result<AskTransactions, Refusal> {
    let invalid = || refusal::INVALID_REQUEST;
    let uri = format!("/?{query}").parse().map_err(|_| invalid())?;
    let query = axum::extract::Query::<TransactionsQuery>::try_from_uri(&uri);
    let query = query.map_err(|_| invalid())?.0;
    let from = korean_time::parse(&query.start_date).ok_or_else(invalid)?;
    let to = korean_time::parse(&query.end_date).ok_or_else(invalid)?;
    let limit = query.limit.unwrap_or(ROWS);
    if !(1..=ROWS_MAX).contains(&limit) || to < from {
        return Err(invalid());
    }
    Ok(AskTransactions {
        from,
        to,
        after: query.starting_after,
        limit,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cancel(body: &str) -> Result<Ask, Refusal> {
        Target::Cancel("p1".to_owned()).ask("", body.as_bytes())
    }

    #[test]
    fn a_cancel_needs_a_reason_of_at_most_two_hundred_letters() {
        assert!(cancel(r#"{"cancelReason":"고객 요청"}"#).is_ok());
        let long = "가".repeat(200);
        assert!(cancel(&format!(r#"{{"cancelReason":"{long}"}}"#)).is_ok());
        let long = "가".repeat(201);
        for wrong in [
            "{}",
            "no json",
            r#"{"cancelReason":""}"#,
            &format!(r#"{{"cancelReason":"{long}"}}"#),
            r#"{"cancelReason":"a","cancelAmount":"5000"}"#,
            r#"{"cancelReason":"a","cancelAmount":50.5}"#,
        ] {
            assert_eq!(cancel(wrong), Err(refusal::INVALID_REQUEST), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_known_in_a_body_is_overlooked() {
        let body = br#"{"paymentKey":"p","orderId":"order1","amount":1000,"new":{}}"#;
        assert!(Target::Confirm.ask("", body).is_ok());
        assert_eq!(Target::Confirm.payment_key(body), Some("p".to_owned()));
    }

    #[test]
    fn transactions_are_asked_for_by_koreas_clock() {
        let ask = |query: &str| Target::Transactions.ask(query, b"");
        let days = "startDate=2026-03-01T00:00:00&endDate=2026-03-02T00:00:00";
        let Ok(Ask::Transactions(found)) = ask(days) else {
            panic!("it is refused");
        };
        assert_eq!((found.limit, found.after), (100, None));
        assert!(ask(&format!("{days}&limit=5000&startingAfter=A")).is_ok());
        for wrong in [
            format!("{days}&limit=5001"),
            format!("{days}&limit=0"),
            "startDate=2026-03-01&endDate=2026-03-02".to_owned(),
            "startDate=2026-03-01T00:00:00".to_owned(),
            "startDate=2026-03-02T00:00:00&endDate=2026-03-01T00:00:00".to_owned(),
        ] {
            assert_eq!(ask(&wrong), Err(refusal::INVALID_REQUEST), "{wrong}");
        }
    }
}
