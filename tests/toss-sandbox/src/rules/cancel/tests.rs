//! Cancels: the cases that were measured, and what holds in any order of them.

use domain::time::Timestamp;
use proptest::prelude::*;

use super::super::account::deposit;
use super::super::account::tests::waiting;
use super::super::payment::tests::{approved, in_progress, ready};
use super::*;

fn at(now: i64) -> Moment {
    Moment {
        now: Timestamp(now),
        transaction_key: format!("C{now}"),
    }
}

fn ask(amount: Option<i64>) -> AskCancel {
    AskCancel {
        reason: "고객 요청".to_owned(),
        amount,
        ..AskCancel::default()
    }
}

fn account() -> RefundAccount {
    RefundAccount {
        bank: "신한".to_owned(),
        number: "110123456789".to_owned(),
        holder: "김토스".to_owned(),
    }
}

#[track_caller]
fn check(payment: Payment, ask: &AskCancel, expected: &str) -> Option<Payment> {
    let done = cancel(payment, ask, at(2));
    let got = match &done {
        Ok(payment) => format!("{:?} {}", payment.status(), payment.balance()),
        Err(refusal) => refusal.code.to_string(),
    };
    assert_eq!(got, expected);
    done.ok()
}

#[test]
fn a_payment_is_cancelled_once() {
    let canceled = check(approved(), &ask(None), "Canceled 0").unwrap();
    check(canceled, &ask(None), "ALREADY_CANCELED_PAYMENT");
}

#[test]
fn what_was_cancelled_in_parts_stays_partially_cancelled_when_nothing_is_left() {
    let part = check(approved(), &ask(Some(5_000)), "PartialCanceled 10000").unwrap();
    let rest = check(part, &ask(None), "PartialCanceled 0").unwrap();
    check(rest, &ask(None), "NOT_CANCELABLE_AMOUNT");
}

#[test]
fn no_more_goes_back_than_is_left() {
    check(approved(), &ask(Some(15_001)), "NOT_CANCELABLE_AMOUNT");
    check(approved(), &ask(Some(0)), "NOT_CANCELABLE_AMOUNT");
    check(approved(), &ask(Some(-1)), "NOT_CANCELABLE_AMOUNT");
}

#[test]
fn a_wrong_belief_of_what_is_left_cancels_nothing() {
    let guarded = |refundable| AskCancel {
        refundable: Some(refundable),
        ..ask(Some(5_000))
    };
    check(
        approved(),
        &guarded(14_999),
        "NOT_MATCHES_REFUNDABLE_AMOUNT",
    );
    let part = check(approved(), &guarded(15_000), "PartialCanceled 10000").unwrap();
    check(part, &guarded(15_000), "NOT_MATCHES_REFUNDABLE_AMOUNT");
}

#[test]
fn what_was_never_approved_is_not_cancelled() {
    check(ready(), &ask(None), "NOT_CANCELABLE_PAYMENT");
    check(in_progress(), &ask(None), "NOT_CANCELABLE_PAYMENT");
    let expired = Payment {
        state: State::Expired,
        ..ready()
    };
    check(expired, &ask(None), "NOT_CANCELABLE_PAYMENT");
}

#[test]
fn an_account_without_its_deposit_is_cancelled_as_a_whole() {
    check(
        waiting(),
        &ask(Some(5_000)),
        "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT",
    );
    let canceled = check(waiting(), &ask(None), "Canceled 0").unwrap();
    check(canceled, &ask(None), "ALREADY_CANCELED_PAYMENT");
}

#[test]
fn a_deposit_goes_back_to_an_account_that_is_named() {
    let paid = deposit(waiting(), "김토스", at(1)).unwrap();
    let to = |account: RefundAccount| AskCancel {
        receive_account: Some(account),
        ..ask(Some(5_000))
    };
    check(
        paid.clone(),
        &ask(Some(5_000)),
        "INVALID_REFUND_ACCOUNT_INFO",
    );
    let wrong = RefundAccount {
        bank: "99".to_owned(),
        ..account()
    };
    check(paid.clone(), &to(wrong), "INVALID_BANK");
    let wrong = RefundAccount {
        number: "110-123".to_owned(),
        ..account()
    };
    check(paid.clone(), &to(wrong), "INVALID_REFUND_ACCOUNT_NUMBER");
    let part = check(paid, &to(account()), "PartialCanceled 10000").unwrap();
    let refunded_to = part.account().unwrap().refunded_to.clone();
    assert_eq!(refunded_to.unwrap().bank, "88");
}

#[test]
fn a_card_payment_with_an_exempt_part_goes_back_as_a_whole() {
    let mut payment = approved();
    payment.amounts.tax_exemption = 1_000;
    check(
        payment.clone(),
        &ask(Some(5_000)),
        "NOT_ALLOWED_PARTIAL_REFUND",
    );
    check(payment, &ask(None), "Canceled 0");
}

#[test]
fn money_from_an_account_goes_back_for_half_a_year() {
    let transfer = Payment {
        means: Some(Means::Transfer {
            bank: "20".to_owned(),
        }),
        ..approved()
    };
    let term = 180 * DAY_MS;
    assert!(cancel(transfer.clone(), &ask(None), at(term)).is_ok());
    let late = cancel(transfer, &ask(None), at(term + 1));
    assert_eq!(late.unwrap_err(), refusal::EXCEED_MAX_REFUND_DUE);
}

#[test]
fn another_currency_is_not_cancelled() {
    let dollars = AskCancel {
        currency: Some("USD".to_owned()),
        ..ask(None)
    };
    check(approved(), &dollars, "INVALID_REQUEST");
}

proptest! {
    /// Whatever is asked in whatever order: what went back and what is left are the total.
    #[test]
    fn money_is_neither_made_nor_lost(
        asks in prop::collection::vec((prop::option::of(-10..20_000_i64), 0..20_000_i64), 0..12),
    ) {
        let mut payment = approved();
        for (number, (amount, believed)) in (2..).zip(asks) {
            let ask = AskCancel {
                refundable: (believed % 3 == 0).then_some(believed),
                ..ask(amount)
            };
            let before = payment.clone();
            payment = match cancel(payment, &ask, at(number)) {
                Ok(after) => {
                    prop_assert!(after.balance() < before.balance());
                    prop_assert!(after.balance() >= 0);
                    let last = after.cancels.last().unwrap();
                    prop_assert_eq!(last.refundable_after, after.balance());
                    prop_assert_eq!(before.balance() - last.amount, after.balance());
                    after
                }
                Err(_) => before,
            };
            let back: i64 = payment.cancels.iter().map(|it| it.amount).sum();
            prop_assert_eq!(back + payment.balance(), 15_000);
            let whole = payment.cancels.len() == 1 && payment.balance() == 0;
            let expected = match payment.cancels.len() {
                0 => Status::Done,
                _ if whole => Status::Canceled,
                _ => Status::PartialCanceled,
            };
            prop_assert_eq!(payment.status(), expected);
        }
    }
}
