//! What an order makes of what it hears.

use super::*;
use uuid::Uuid;

fn order(state: WebOrderState) -> WebOrder {
    let id = Uuid::from_u128(1);
    let line = |seat, price| Line {
        seat: SeatId(seat),
        price: Won(price),
    };
    WebOrder {
        order: OrderId(id),
        what: OrderFor::Seats {
            hold: HoldId(id),
            screening: ScreeningId(1),
            lines: vec![line(1, 12_000), line(2, 15_000)],
            given: SeatsGiven::AsChosen,
        },
        if_gone: IfGone::Refund,
        made_at: Timestamp(0),
        expires_at: Timestamp(1_000),
        state,
    }
}

fn confirming(attempt: &str) -> WebOrderState {
    WebOrderState::Confirming {
        attempt: attempt.to_owned(),
        since: Timestamp(5),
    }
}

fn over() -> WebOrderState {
    WebOrderState::Over {
        why: OverBecause::Expired,
    }
}

fn paid() -> WebOrderState {
    WebOrderState::Paid {
        booking: BookingId(Uuid::from_u128(2)),
        paid_at: Timestamp(7),
    }
}

fn not_paid(attempt: &str) -> Word {
    Word::NotPaid {
        attempts: vec!["x".to_owned(), attempt.to_owned()],
        code: "REJECT_CARD_COMPANY".to_owned(),
    }
}

#[test]
fn an_order_costs_what_its_seats_cost() {
    assert_eq!(order(WebOrderState::Open).amount(), Won(27_000));
}

#[test]
fn one_attempt_at_a_time_and_asking_again_is_the_same() {
    let begin = |state, attempt, now| order(state).begin(attempt, Timestamp(now));
    let code = "X".to_owned();
    assert_eq!(begin(WebOrderState::Open, "a", 999), Ok(Begin::New));
    assert_eq!(
        begin(WebOrderState::NotPaid { code }, "b", 999),
        Ok(Begin::New)
    );
    assert_eq!(
        begin(WebOrderState::Open, "a", 1_000),
        Err(BeginRefused::Over)
    );
    assert_eq!(begin(confirming("a"), "a", 5_000), Ok(Begin::Again));
    assert_eq!(
        begin(confirming("a"), "b", 6),
        Err(BeginRefused::AnotherUnderWay)
    );
    assert_eq!(begin(over(), "a", 6), Err(BeginRefused::Over));
    assert_eq!(begin(paid(), "b", 6), Ok(Begin::Settled));
}

#[test]
fn an_old_refusal_says_nothing_of_the_attempt_that_is_under_way() {
    let hear = |state, word: &Word| order(state).hear(word, Timestamp(10));
    assert_eq!(hear(confirming("b"), &not_paid("a")), Verdict::Stay);
    let code = "REJECT_CARD_COMPANY".to_owned();
    assert_eq!(
        hear(confirming("b"), &not_paid("b")),
        Verdict::TryAgain { code }
    );
    assert_eq!(hear(confirming("b"), &Word::Nothing), Verdict::Stay);
}

#[test]
fn what_is_settled_stays_so() {
    let paid_at = Timestamp(7);
    for word in [
        Word::Nothing,
        Word::Paid { paid_at },
        not_paid("a"),
        Word::Closed,
    ] {
        assert_eq!(order(paid()).hear(&word, Timestamp(9)), Verdict::Stay);
    }
}

#[test]
fn money_for_an_order_that_is_over_has_no_seats() {
    let paid_at = Timestamp(7);
    let word = Word::Paid { paid_at };
    let hear = |state| order(state).hear(&word, Timestamp(9));
    assert_eq!(hear(over()), Verdict::Gone { paid_at });
    assert_eq!(hear(WebOrderState::Open), Verdict::Give { paid_at });
    assert_eq!(hear(confirming("a")), Verdict::Give { paid_at });
}

#[test]
fn seats_do_not_wait_for_ever_for_a_deposit() {
    let until = |due| {
        let word = Word::WaitingForDeposit { due };
        let verdict = order(confirming("a")).hear(&word, Timestamp(10));
        let Verdict::Wait { until, .. } = verdict else {
            panic!("{verdict:?}");
        };
        until
    };
    assert_eq!(until(None), Timestamp(10 + DEPOSIT_MS));
    assert_eq!(until(Some(Timestamp(500))), Timestamp(500));
    assert_eq!(
        until(Some(Timestamp(9 * DEPOSIT_MS))),
        Timestamp(10 + DEPOSIT_MS)
    );
}

#[test]
fn a_code_is_no_text() {
    assert!(is_code("PAY_PROCESS_CANCELED"));
    for text in ["", "카드 오류", "<b>", "pay", &"A".repeat(65)] {
        assert!(!is_code(text), "{text}");
    }
}
