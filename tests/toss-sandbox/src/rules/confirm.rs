//! The shop confirms what the customer has authenticated: this is where money moves.

use super::payment::{Means, Moment, Payment, Plan, State};
use crate::refusal::{self, Refusal};

/// The least that a card is charged.
const CARD_MIN: i64 = 100;
/// The least that comes from an account.
const ACCOUNT_MIN: i64 = 200;

/// What the shop says. The amount has to be what the customer has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    pub shop: String,
    pub order_id: String,
    pub amount: i64,
}

/// What came of it. Either way the payment has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// Approved, or an account was issued.
    Yes(Payment),
    /// The card company said no: the payment is aborted.
    No(Payment, Refusal),
}

/// Confirms `payment`. `mismatch` is the answer to a wrong amount, which is documented nowhere.
///
/// # Errors
///
/// A refusal leaves the payment as it was.
pub fn confirm(
    mut payment: Payment,
    ask: &Confirm,
    moment: Moment,
    mismatch: &Refusal,
) -> Result<Confirmed, Refusal> {
    if payment.shop != ask.shop {
        return Err(refusal::FORBIDDEN_REQUEST);
    }
    payment = payment.at(moment.now);
    match &payment.state {
        State::Ready | State::Expired => return Err(refusal::NOT_FOUND_PAYMENT_SESSION),
        State::WaitingForDeposit | State::Approved { .. } | State::Aborted { .. } => {
            return Err(refusal::ALREADY_PROCESSED_PAYMENT);
        }
        State::InProgress { .. } => {}
    }
    if payment.order_id != ask.order_id {
        return Err(refusal::FORBIDDEN_REQUEST);
    }
    if payment.amounts.total != ask.amount {
        return Err(mismatch.clone());
    }
    if ask.amount < least(payment.means.as_ref()) {
        return Err(refusal::BELOW_MINIMUM_AMOUNT);
    }
    if let Plan::Decline { refusal } = &payment.plan {
        let refusal = refusal.clone();
        payment.state = State::Aborted {
            failure: refusal.failure(),
        };
        return Ok(Confirmed::No(payment, refusal));
    }
    payment.last_transaction = Some(moment.transaction_key);
    payment.state = match payment.account_mut() {
        Some(account) => {
            account.due_at = Some(moment.now.plus_ms(account.valid_ms));
            State::WaitingForDeposit
        }
        None => State::Approved {
            approved_at: moment.now,
        },
    };
    Ok(Confirmed::Yes(payment))
}

/// The least that can be paid this way.
#[must_use]
pub fn least(means: Option<&Means>) -> i64 {
    match means {
        Some(Means::VirtualAccount(_) | Means::Transfer { .. }) => ACCOUNT_MIN,
        Some(Means::Card | Means::EasyPay { .. } | Means::MobilePhone) | None => CARD_MIN,
    }
}

#[cfg(test)]
mod tests {
    use domain::time::{MINUTE_MS, Timestamp};

    use super::super::payment::Status;
    use super::super::payment::tests::{approved, in_progress, ready};
    use super::*;

    fn ask() -> Confirm {
        Confirm {
            shop: "sndbxstore".to_owned(),
            order_id: "ord_01HXYZ_1".to_owned(),
            amount: 15_000,
        }
    }

    fn at(now: i64) -> Moment {
        Moment {
            now: Timestamp(now),
            transaction_key: "T1".to_owned(),
        }
    }

    fn confirmed(payment: Payment, ask: &Confirm, now: i64) -> Result<Confirmed, Refusal> {
        confirm(payment, ask, at(now), &refusal::INVALID_REQUEST)
    }

    #[track_caller]
    fn check(payment: Payment, ask: &Confirm, now: i64, expected: &str) {
        let got = match confirmed(payment, ask, now) {
            Ok(Confirmed::Yes(payment)) => format!("{:?}", payment.status()),
            Ok(Confirmed::No(payment, refusal)) => {
                format!("{:?} {}", payment.status(), refusal.code)
            }
            Err(refusal) => refusal.code.into_owned(),
        };
        assert_eq!(got, expected);
    }

    #[test]
    fn what_was_authenticated_is_approved_within_ten_minutes() {
        check(in_progress(), &ask(), 10 * MINUTE_MS - 1, "Done");
        let late = 10 * MINUTE_MS;
        check(in_progress(), &ask(), late, "NOT_FOUND_PAYMENT_SESSION");
        check(ready(), &ask(), 1, "NOT_FOUND_PAYMENT_SESSION");
    }

    #[test]
    fn nothing_is_approved_twice() {
        check(approved(), &ask(), 2, "ALREADY_PROCESSED_PAYMENT");
        let failure = refusal::REJECT_CARD_PAYMENT.failure();
        let aborted = Payment {
            state: State::Aborted { failure },
            ..in_progress()
        };
        check(aborted, &ask(), 2, "ALREADY_PROCESSED_PAYMENT");
    }

    #[test]
    fn order_shop_and_amount_have_to_be_those_of_the_window() {
        let other = Confirm {
            order_id: "ord_2".to_owned(),
            ..ask()
        };
        check(in_progress(), &other, 1, "FORBIDDEN_REQUEST");
        let other = Confirm {
            shop: "another".to_owned(),
            ..ask()
        };
        check(in_progress(), &other, 1, "FORBIDDEN_REQUEST");
        let less = Confirm {
            amount: 14_999,
            ..ask()
        };
        check(in_progress(), &less, 1, "INVALID_REQUEST");
    }

    #[test]
    fn a_declined_card_aborts_the_payment_and_says_why() {
        let declined = Payment {
            plan: Plan::Decline {
                refusal: refusal::REJECT_CARD_PAYMENT,
            },
            ..in_progress()
        };
        check(declined, &ask(), 1, "Aborted REJECT_CARD_PAYMENT");
    }

    #[test]
    fn a_virtual_account_is_issued_and_its_term_begins() {
        let mut payment = super::super::account::tests::waiting();
        payment.state = State::InProgress {
            authenticated_at: Timestamp(0),
        };
        let Ok(Confirmed::Yes(payment)) = confirmed(payment, &ask(), 7) else {
            panic!("it is not issued");
        };
        assert_eq!(payment.status(), Status::WaitingForDeposit);
        let account = payment.account().unwrap();
        assert_eq!(account.due_at, Some(Timestamp(7 + account.valid_ms)));
    }

    #[test]
    fn less_than_the_minimum_is_not_charged() {
        let mut payment = in_progress();
        payment.amounts.total = 99;
        let ask = Confirm {
            amount: 99,
            ..ask()
        };
        check(payment, &ask, 1, "BELOW_MINIMUM_AMOUNT");
    }

    #[test]
    fn a_second_status_stays_what_the_first_made_of_it() {
        let Ok(Confirmed::Yes(payment)) = confirmed(in_progress(), &ask(), 1) else {
            panic!("it is not approved");
        };
        assert_eq!(payment.last_transaction.as_deref(), Some("T1"));
        assert_eq!(payment.approved_at(), Some(Timestamp(1)));
    }
}
