//! Money that goes back: partly, whole, once, and what becomes of it when the gateway will not.

use domain::id::RefundId;
use domain::ledger::Account;
use domain::money::Won;
use domain::time::{HOUR_MS, MINUTE_MS};
use hub::payments::api::books::Entry;
use hub::payments::api::{RefundReason, RefundState, Refused};
use hub::payments::gateway::Gateway as _;
use hub::payments::gateway::{Answer, CancelCall, ConfirmCall};
use hub::payments::refunds::duplicate_refund;
use serde_json::json;
use uuid::Uuid;

use crate::stage::{AMOUNT, CAMPAIGN, Stage, ask, both_ways, is_done, is_paid, pledge, seats};

both_ways!(
    money_goes_back_in_parts_and_never_more_than_was_paid,
    a_refund_whose_answer_is_lost_is_made_once,
    a_gateway_that_fails_is_asked_again,
    a_wrong_key_of_ours_refuses_no_refund,
    a_refused_refund_is_owed_until_it_is_paid,
    money_that_somebody_else_gave_back_is_not_given_again,
    an_order_that_was_paid_twice_gets_the_second_payment_back,
    three_hundred_refunds_are_each_made_once,
);

async fn money_goes_back_in_parts_and_never_more_than_was_paid(stage: &Stage) {
    let (order, key) = stage.paid(pledge()).await;
    let first = stage.ask_refund(order, 5_000).await;
    let second = stage.ask_refund(order, 4_000).await;
    // Owed at once: it is not the campaign's any more.
    assert_eq!(stage.balance(Account::Escrow(CAMPAIGN)).await, Won(6_000));
    let transit = stage.balance(Account::RefundsInTransit).await;
    assert_eq!(transit, Won(9_000));
    let more = RefundId(Uuid::from_u128(9));
    let refused = stage.client.refund(more, &ask(order, 6_001)).await;
    assert_eq!(refused.unwrap_err().refused(), Some(Refused::MoreThanPaid));
    stage.tend().await;
    for refund in [first, second] {
        assert!(is_done(&stage.refund_state(refund).await));
    }
    let again = stage.client.refund(first, &ask(order, 5_000)).await;
    assert!(is_done(&again.unwrap().progress));
    let other = stage.client.refund(first, &ask(order, 1)).await;
    assert_eq!(other.unwrap_err().refused(), Some(Refused::Differs));
    stage.ask_refund(order, 6_000).await;
    stage.tend().await;
    assert_eq!(stage.cancels(&key).await, [5_000, 4_000, 6_000]);
    assert_eq!(stage.client.order(order).await.unwrap().refunded, AMOUNT);
    assert_eq!(stage.balance(Account::GatewayReceivable).await, Won(0));
    assert_eq!(stage.balance(Account::RefundsInTransit).await, Won(0));
    let unpaid = stage.open(seats()).await;
    let refused = stage.client.refund(more, &ask(unpaid, 1)).await;
    assert_eq!(refused.unwrap_err().refused(), Some(Refused::NotPaid));
}

async fn a_refund_whose_answer_is_lost_is_made_once(stage: &Stage) {
    for kind in ["drop_after", "drop_before", "truncate"] {
        let (order, key) = stage.paid(seats()).await;
        let refund = stage.ask_refund(order, 5_000).await;
        stage
            .plan(json!({ "operation": "cancel", "kind": kind }))
            .await;
        stage
            .plan(json!({ "operation": "query", "kind": "drop_before" }))
            .await;
        stage.tend().await;
        assert_eq!(stage.refund_state(refund).await, RefundState::Pending);
        stage.tend_after_ms(MINUTE_MS).await;
        assert!(is_done(&stage.refund_state(refund).await), "{kind}");
        assert_eq!(stage.cancels(&key).await, [5_000], "{kind}");
    }
}

async fn a_gateway_that_fails_is_asked_again(stage: &Stage) {
    let (order, key) = stage.paid(seats()).await;
    let refund = stage.ask_refund(order, 5_000).await;
    for (code, status) in [
        ("FAILED_REFUND_PROCESS", 500),
        ("PROVIDER_ERROR", 400),
        ("NOT_AVAILABLE_BANK", 403),
        ("TOO_MANY_REQUESTS", 429),
    ] {
        let fault = json!({ "operation": "cancel", "kind": "refuse", "code": code,
                            "status": status });
        stage.plan(fault).await;
        stage.tend_after_ms(HOUR_MS).await;
        let state = stage.refund_state(refund).await;
        assert_eq!(state, RefundState::Pending, "{code}");
    }
    stage.tend_after_ms(HOUR_MS).await;
    assert!(is_done(&stage.refund_state(refund).await));
    assert_eq!(stage.cancels(&key).await, [5_000]);
}

async fn a_wrong_key_of_ours_refuses_no_refund(stage: &Stage) {
    let (order, _) = stage.paid(seats()).await;
    let refund = stage.ask_refund(order, 5_000).await;
    let fault = json!({ "operation": "cancel", "kind": "refuse", "code": "UNAUTHORIZED_KEY",
                        "status": 401, "times": 2 });
    stage.plan(fault).await;
    for _ in 0..2 {
        stage.tend_after_ms(HOUR_MS).await;
        assert_eq!(stage.refund_state(refund).await, RefundState::Pending);
    }
    stage.tend_after_ms(HOUR_MS).await;
    assert!(is_done(&stage.refund_state(refund).await));
}

async fn a_refused_refund_is_owed_until_it_is_paid(stage: &Stage) {
    let (order, key) = stage.paid(pledge()).await;
    let refund = stage.ask_refund(order, 5_000).await;
    let fault = json!({ "operation": "cancel", "kind": "refuse", "status": 403,
                        "code": "EXCEED_MAX_REFUND_DUE", "times": 2 });
    stage.plan(fault).await;
    let code = "EXCEED_MAX_REFUND_DUE".to_owned();
    let refused = RefundState::Refused { code };
    stage.tend().await;
    assert_eq!(stage.refund_state(refund).await, refused);
    stage.tend_after_ms(24 * HOUR_MS).await;
    assert_eq!(stage.refund_state(refund).await, refused);
    let transit = stage.balance(Account::RefundsInTransit).await;
    assert_eq!(transit, Won(5_000));
    stage.client.retry_refund(refund).await.unwrap();
    stage.tend().await;
    assert_eq!(stage.refund_state(refund).await, refused);
    let by_hand = Entry::RefundPaidByHand { refund };
    for _ in 0..2 {
        let entered = stage.client.enter(Uuid::from_u128(1), &by_hand).await;
        assert_eq!(entered.unwrap().moved, Won(5_000));
    }
    assert!(is_done(&stage.refund_state(refund).await));
    assert_eq!(stage.balance(Account::RefundsInTransit).await, Won(0));
    assert_eq!(stage.balance(Account::Bank).await, Won(-5_000));
    stage.tend_after_ms(HOUR_MS).await;
    assert_eq!(stage.cancels(&key).await, Vec::<i64>::new());
    // What the gateway gives back of the same payment later is not confused by it.
    let rest = stage.ask_refund(order, 10_000).await;
    stage.tend().await;
    assert!(is_done(&stage.refund_state(rest).await));
}

async fn money_that_somebody_else_gave_back_is_not_given_again(stage: &Stage) {
    let (order, key) = stage.paid(seats()).await;
    let by_hand = CancelCall {
        payment_key: key.clone(),
        amount: Won(5_000),
        refundable: AMOUNT,
        reason: "in the gateway's own console".to_owned(),
        idempotency_key: "console-1".to_owned(),
        account: None,
    };
    let answer = stage.toss().cancel(&by_hand).await;
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    let refund = stage.ask_refund(order, 5_000).await;
    stage.tend().await;
    let state = stage.refund_state(refund).await;
    assert!(matches!(state, RefundState::Refused { .. }), "{state:?}");
    assert_eq!(stage.cancels(&key).await, [5_000]);
}

async fn an_order_that_was_paid_twice_gets_the_second_payment_back(stage: &Stage) {
    let order = stage.open(pledge()).await;
    let first = stage.authorise(order).await;
    let fault = json!({ "operation": "confirm", "kind": "refuse", "status": 403,
                        "code": "REJECT_CARD_COMPANY" });
    stage.plan(fault).await;
    stage.client.confirm(order, &first).await.unwrap();
    let second = stage.authorise(order).await;
    let paid = stage.client.confirm(order, &second).await.unwrap();
    assert!(is_paid(&paid));
    // The first one's request was on its way all the time.
    let late = ConfirmCall {
        payment_key: first.payment_key.clone(),
        gateway_order: first.gateway_order.clone(),
        amount: AMOUNT,
        idempotency_key: "on-its-way".to_owned(),
    };
    let answer = stage.toss().confirm(&late).await;
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    let body = json!({ "eventType": "PAYMENT_STATUS_CHANGED", "createdAt": "2026-03-01T19:30:41",
                       "data": { "orderId": first.gateway_order } });
    for _ in 0..2 {
        let body = body.to_string().into();
        stage.client.webhook(Some("w-1"), body).await.unwrap();
        stage.tend().await;
    }
    assert_eq!(stage.cancels(&first.payment_key).await, [AMOUNT.0]);
    assert_eq!(stage.cancels(&second.payment_key).await, Vec::<i64>::new());
    let refund = stage
        .client
        .refund_view(duplicate_refund(&first.gateway_order));
    let refund = refund.await.unwrap();
    assert_eq!(refund.asked.reason, RefundReason::DuplicatePayment);
    assert!(is_done(&refund.progress));
    let view = stage.client.order(order).await.unwrap();
    assert_eq!((view.payment, view.refunded), (paid.payment, Won(0)));
    assert_eq!(stage.balance(Account::Escrow(CAMPAIGN)).await, AMOUNT);
}

async fn three_hundred_refunds_are_each_made_once(stage: &Stage) {
    const BACKERS: usize = 100;
    let mut keys = Vec::new();
    for _ in 0..BACKERS {
        let (order, key) = stage.paid(pledge()).await;
        for _ in 0..3 {
            stage.ask_refund(order, 5_000).await;
        }
        keys.push(key);
    }
    for kind in ["drop_after", "drop_before"] {
        stage
            .plan(json!({ "operation": "cancel", "kind": kind, "times": 20 }))
            .await;
    }
    for _ in 0..4 {
        stage.tend_after_ms(MINUTE_MS).await;
    }
    for key in keys {
        assert_eq!(stage.cancels(&key).await, [5_000, 5_000, 5_000]);
    }
    assert_eq!(stage.balance(Account::RefundsInTransit).await, Won(0));
    assert_eq!(stage.balance(Account::Escrow(CAMPAIGN)).await, Won(0));
}
