//! Virtual accounts: the deposit, and the bank that takes it back.

use domain::time::{HOUR_MS, Timestamp};

use super::payment::{Moment, Payment, State};
use crate::refusal::{self, Refusal};

/// How long an account waits when nobody says otherwise.
pub const VALID_HOURS: i64 = 168;
/// The longest that may be asked for over the API.
pub const VALID_HOURS_MAX: i64 = 720;
/// The longest that may be asked for in the browser.
pub const VALID_HOURS_WINDOW_MAX: i64 = 2160;

/// The term of an account in milliseconds.
#[must_use]
pub fn valid_ms(hours: Option<i64>) -> i64 {
    hours.unwrap_or(VALID_HOURS) * HOUR_MS
}

/// Whether the account takes no deposit any more.
#[must_use]
pub fn is_expired(payment: &Payment, now: Timestamp) -> bool {
    let due = payment.account().and_then(|account| account.due_at);
    due.is_some_and(|due| due <= now)
}

/// Somebody pays in, under a name of their own.
///
/// # Errors
///
/// Nothing waits for a deposit, or not any more.
pub fn deposit(mut payment: Payment, from: &str, moment: Moment) -> Result<Payment, Refusal> {
    if payment.state != State::WaitingForDeposit || !payment.cancels.is_empty() {
        return Err(refusal::ALREADY_PROCESSED_PAYMENT);
    }
    if is_expired(&payment, moment.now) {
        return Err(refusal::NOT_FOUND_PAYMENT_SESSION);
    }
    if let Some(account) = payment.account_mut() {
        account.depositor = Some(from.to_owned());
    }
    payment.state = State::Approved {
        approved_at: moment.now,
    };
    payment.last_transaction = Some(moment.transaction_key);
    Ok(payment)
}

/// The bank takes a deposit back that it reported by mistake: the account waits again.
///
/// # Errors
///
/// There was no deposit, or some of it went back already.
pub fn reverse(mut payment: Payment, moment: Moment) -> Result<Payment, Refusal> {
    let deposited = payment.account().is_some() && payment.approved_at().is_some();
    if !deposited || !payment.cancels.is_empty() {
        return Err(refusal::NOT_CANCELABLE_PAYMENT);
    }
    payment.state = State::WaitingForDeposit;
    payment.last_transaction = Some(moment.transaction_key);
    Ok(payment)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::payment::tests::in_progress;
    use super::super::payment::{Account, Means, Status};
    use super::*;

    /// An account that was issued at `0` and waits for 15,000 won.
    pub(crate) fn waiting() -> Payment {
        Payment {
            means: Some(Means::VirtualAccount(Account {
                bank: "20".to_owned(),
                number: "X6505636518308".to_owned(),
                customer_name: "김토스".to_owned(),
                valid_ms: valid_ms(None),
                due_at: Some(Timestamp(valid_ms(None))),
                depositor: None,
                refunded_to: None,
            })),
            state: State::WaitingForDeposit,
            last_transaction: Some("A".to_owned()),
            ..in_progress()
        }
    }

    fn at(now: i64) -> Moment {
        Moment {
            now: Timestamp(now),
            transaction_key: "T1".to_owned(),
        }
    }

    #[test]
    fn a_deposit_in_time_pays_once() {
        let paid = deposit(waiting(), "김토스", at(5)).unwrap();
        assert_eq!(paid.status(), Status::Done);
        assert_eq!(paid.approved_at(), Some(Timestamp(5)));
        assert!(deposit(paid, "김토스", at(6)).is_err());
    }

    #[test]
    fn an_account_whose_term_is_over_takes_nothing() {
        let term = valid_ms(None);
        assert!(deposit(waiting(), "김토스", at(term - 1)).is_ok());
        assert!(deposit(waiting(), "김토스", at(term)).is_err());
        assert!(is_expired(&waiting(), Timestamp(term)));
        assert_eq!(
            waiting().at(Timestamp(term)).status(),
            Status::WaitingForDeposit
        );
    }

    #[test]
    fn a_deposit_that_the_bank_takes_back_can_come_again() {
        let paid = deposit(waiting(), "김토스", at(5)).unwrap();
        let waits = reverse(paid, at(6)).unwrap();
        assert_eq!(waits.status(), Status::WaitingForDeposit);
        assert!(reverse(waits.clone(), at(7)).is_err());
        assert!(deposit(waits, "김토스", at(8)).is_ok());
    }
}
