//! The states of an attempt, and what the gateway's codes mean, from its own tables.

use proptest::prelude::*;

use super::code::{Call, Meaning, meaning};
use super::*;

const AT: Timestamp = Timestamp(1_800_000_000_000);

fn paid() -> AttemptState {
    AttemptState::Paid {
        paid_at: AT,
        method: "카드".to_owned(),
    }
}

fn not_paid() -> AttemptState {
    AttemptState::NotPaid {
        code: "REJECT_CARD_PAYMENT".to_owned(),
    }
}

fn waiting() -> AttemptState {
    AttemptState::WaitingForDeposit(deposit())
}

fn deposit() -> Deposit {
    Deposit {
        bank: "88".to_owned(),
        account_number: "X110".to_owned(),
        due: None,
    }
}

fn says_paid() -> Word {
    Word::Paid {
        paid_at: AT,
        method: "카드".to_owned(),
    }
}

fn says_not_paid() -> Word {
    Word::NotPaid {
        code: "REJECT_CARD_PAYMENT".to_owned(),
    }
}

#[track_caller]
fn check(from: AttemptState, word: Word, expected: Option<(AttemptState, Money)>) {
    let heard = match from.hear(word) {
        Heard::Changed { to, money } => Some((to, money)),
        Heard::Same => None,
        Heard::Contradiction => panic!("{from:?} is not contradicted"),
    };
    assert_eq!(heard, expected, "from {from:?}");
}

#[test]
fn the_gateways_word_settles_what_is_under_way() {
    use AttemptState::{Confirming, Unknown};
    for from in [Confirming, Unknown] {
        check(from.clone(), says_paid(), Some((paid(), Money::Posted)));
        check(
            from.clone(),
            says_not_paid(),
            Some((not_paid(), Money::Voided)),
        );
        let word = Word::WaitingForDeposit(deposit());
        check(from, word, Some((waiting(), Money::Stays)));
    }
    check(waiting(), says_paid(), Some((paid(), Money::Posted)));
    check(
        waiting(),
        says_not_paid(),
        Some((not_paid(), Money::Voided)),
    );
}

#[test]
fn an_answer_that_was_lost_is_neither_paid_nor_failed() {
    let unknown = Some((AttemptState::Unknown, Money::Stays));
    check(AttemptState::Confirming, Word::Nothing, unknown);
    for from in [AttemptState::Unknown, waiting(), paid(), not_paid()] {
        check(from, Word::Nothing, None);
    }
}

#[test]
fn money_that_comes_after_all_is_posted_anew() {
    check(not_paid(), says_paid(), Some((paid(), Money::PostedLate)));
    let prepared = AttemptState::Prepared;
    check(prepared, says_paid(), Some((paid(), Money::PostedLate)));
}

#[test]
fn what_is_paid_is_not_taken_back_by_a_word() {
    check(paid(), says_paid(), None);
    for word in [says_not_paid(), Word::WaitingForDeposit(deposit())] {
        assert_eq!(paid().hear(word), Heard::Contradiction);
    }
}

fn word() -> impl Strategy<Value = Word> {
    prop_oneof![
        Just(says_paid()),
        Just(says_not_paid()),
        Just(Word::WaitingForDeposit(deposit())),
        Just(Word::Nothing),
    ]
}

proptest! {
    /// Whatever the gateway says, in whatever order and how often: what is promised, posted
    /// and voided always fits the state, and nothing is posted twice.
    #[test]
    fn the_money_always_fits_the_state(words in prop::collection::vec(word(), 0..12)) {
        let mut state = AttemptState::Confirming;
        let (mut promised, mut posted) = (1, 0);
        for word in words {
            if let Heard::Changed { to, money } = state.hear(word) {
                match money {
                    Money::Stays => {}
                    Money::Promised => promised += 1,
                    Money::Posted => { promised -= 1; posted += 1; }
                    Money::Voided => promised -= 1,
                    Money::PostedLate => posted += 1,
                }
                state = to;
            }
            prop_assert_eq!(promised, i32::from(state.is_under_way()));
            prop_assert_eq!(posted, i32::from(matches!(state, AttemptState::Paid { .. })));
        }
    }

    #[test]
    fn hearing_it_twice_is_hearing_it_once(words in prop::collection::vec(word(), 0..8)) {
        let mut state = AttemptState::Confirming;
        for word in words {
            if let Heard::Changed { to, .. } = state.hear(word.clone()) {
                state = to;
            }
            let is_changed = matches!(state.hear(word), Heard::Changed { .. });
            prop_assert!(!is_changed);
        }
    }
}

#[test]
fn an_order_is_as_its_attempts_are() {
    use AttemptState::{Confirming, Prepared, Unknown};
    let check = |attempts: &[AttemptState], open: &PaymentState, closed: &PaymentState| {
        assert_eq!(of_attempts(attempts, Doors::Open), *open, "{attempts:?}");
        assert_eq!(
            of_attempts(attempts, Doors::Closed),
            *closed,
            "{attempts:?}"
        );
    };
    let refused = PaymentState::NotPaid {
        code: "REJECT_CARD_PAYMENT".to_owned(),
    };
    let done = PaymentState::Paid {
        paid_at: AT,
        method: "카드".to_owned(),
    };
    check(&[], &PaymentState::Open, &PaymentState::Closed);
    check(&[Prepared], &PaymentState::Open, &PaymentState::Closed);
    check(&[not_paid()], &refused, &PaymentState::Closed);
    check(&[not_paid(), Prepared], &refused, &PaymentState::Closed);
    for (attempt, state) in [
        (Confirming, PaymentState::Confirming),
        (Unknown, PaymentState::Unknown),
        (waiting(), PaymentState::WaitingForDeposit(deposit())),
        (paid(), done.clone()),
    ] {
        check(&[not_paid(), attempt.clone()], &state, &state);
        check(&[attempt, Prepared], &state, &state);
    }
    check(&[Unknown, paid(), not_paid()], &done, &done);
}

/// The gateway's table of a confirmation's errors, with their statuses.
#[test]
fn a_confirmations_codes_are_understood() {
    let check = |status, codes: &[&str], expected| {
        for code in codes {
            assert_eq!(meaning(Call::Confirm, code, status), expected, "{code}");
        }
    };
    let declined = [
        "EXCEED_MAX_CARD_INSTALLMENT_PLAN",
        "INVALID_REQUEST",
        "INVALID_REJECT_CARD",
        "BELOW_MINIMUM_AMOUNT",
        "INVALID_STOPPED_CARD",
        "INVALID_CARD_LOST_OR_STOLEN",
        "EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT",
        "NOT_REGISTERED_BUSINESS",
        "RESTRICTED_TRANSFER_ACCOUNT",
        "UNAPPROVED_ORDER_ID",
    ];
    check(400, &declined, Meaning::Final);
    let forbidden = ["REJECT_CARD_PAYMENT", "REJECT_CARD_COMPANY", "FDS_ERROR"];
    check(403, &forbidden, Meaning::Final);
    let gone = ["NOT_FOUND_PAYMENT", "NOT_FOUND_PAYMENT_SESSION"];
    check(404, &gone, Meaning::Final);
    // It may be our own success.
    check(400, &["ALREADY_PROCESSED_PAYMENT"], Meaning::Unknown);
    check(400, &["PROVIDER_ERROR"], Meaning::Unknown);
    check(409, &["IDEMPOTENT_REQUEST_PROCESSING"], Meaning::Unknown);
    check(429, &["REJECT_CARD_PAYMENT", "TOO_MANY"], Meaning::Unknown);
    let broken = [
        "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING",
        "FAILED_INTERNAL_SYSTEM_PROCESSING",
        "UNKNOWN_PAYMENT_ERROR",
        "A_CODE_FROM_TOMORROW",
    ];
    check(500, &broken, Meaning::Unknown);
    check(401, &["UNAUTHORIZED_KEY"], Meaning::Alarm);
    check(400, &["INVALID_API_KEY"], Meaning::Alarm);
    let ours = ["FORBIDDEN_REQUEST", "INCORRECT_BASIC_AUTH_FORMAT"];
    check(403, &ours, Meaning::Alarm);
    check(400, &["A_CODE_FROM_TOMORROW", ""], Meaning::Unlisted);
}

/// The gateway's whole table of a cancel's errors: thirty codes.
#[test]
fn a_cancels_codes_are_understood() {
    let check = |status, codes: &[&str], expected| {
        for code in codes {
            assert_eq!(meaning(Call::Cancel, code, status), expected, "{code}");
        }
    };
    let before = [
        "ALREADY_CANCELED_PAYMENT",
        "ALREADY_REFUND_PAYMENT",
        "NOT_MATCHES_REFUNDABLE_AMOUNT",
    ];
    check(400, &before, Meaning::AlreadyThere);
    check(403, &["NOT_CANCELABLE_AMOUNT"], Meaning::AlreadyThere);
    let no = [
        "INVALID_REFUND_ACCOUNT_INFO",
        "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
        "INVALID_REQUEST",
        "INVALID_REFUND_ACCOUNT_NUMBER",
        "INVALID_BANK",
        "REFUND_REJECTED",
        "FORBIDDEN_BANK_REFUND_REQUEST",
    ];
    check(400, &no, Meaning::Final);
    let never = [
        "NOT_CANCELABLE_PAYMENT",
        "EXCEED_MAX_REFUND_DUE",
        "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT",
        "NOT_ALLOWED_PARTIAL_REFUND",
        "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER",
        "EXCEED_CANCEL_LIMIT",
    ];
    check(403, &never, Meaning::Final);
    check(404, &["NOT_FOUND_PAYMENT"], Meaning::Final);
    check(400, &["PROVIDER_ERROR"], Meaning::Unknown);
    let later = ["FORBIDDEN_CONSECUTIVE_REQUEST", "NOT_AVAILABLE_BANK"];
    check(403, &later, Meaning::Unknown);
    let broken = [
        "FAILED_INTERNAL_SYSTEM_PROCESSING",
        "FAILED_REFUND_PROCESS",
        "FAILED_METHOD_HANDLING_CANCEL",
        "FAILED_PARTIAL_REFUND",
        "COMMON_ERROR",
        "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING",
    ];
    check(500, &broken, Meaning::Unknown);
    check(401, &["UNAUTHORIZED_KEY"], Meaning::Alarm);
    let ours = ["FORBIDDEN_REQUEST", "INCORRECT_BASIC_AUTH_FORMAT"];
    check(403, &ours, Meaning::Alarm);
    check(403, &["A_CODE_FROM_TOMORROW"], Meaning::Unlisted);
}

#[test]
fn a_query_finds_nothing_only_when_the_gateway_says_so() {
    for code in ["NOT_FOUND_PAYMENT", "NOT_FOUND"] {
        assert_eq!(meaning(Call::Query, code, 404), Meaning::Final);
    }
    let busy = "FORBIDDEN_CONSECUTIVE_REQUEST";
    assert_eq!(meaning(Call::Query, busy, 403), Meaning::Unknown);
    assert_eq!(
        meaning(Call::Query, "UNAUTHORIZED_KEY", 401),
        Meaning::Alarm
    );
    assert_eq!(meaning(Call::Query, "ANY", 400), Meaning::Unlisted);
}
