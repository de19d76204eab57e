//! Answers that get lost on the way: unknown is neither paid nor failed, and the gateway's word
//! ends it.

use domain::ledger::Account;
use domain::money::Won;
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use hub::payments::api::PaymentState;
use serde_json::{Value, json};
use toss_sandbox::admin::Advance;

use crate::stage::{AMOUNT, Stage, both_ways, is_paid, seats};

both_ways!(
    an_answer_that_is_lost_is_found_by_asking_once,
    an_outcome_that_nobody_tells_stays_unknown_until_somebody_does,
    a_confirmation_that_never_arrived_is_sent_again,
    a_stored_failure_is_not_repeated_for_ever,
    time_alone_makes_nothing_fail,
    an_answer_about_another_payment_is_not_believed,
);

fn confirm_fault(fault: &Value) -> Value {
    planned("confirm", 1, fault)
}

fn planned(operation: &str, times: u32, fault: &Value) -> Value {
    let mut planned = json!({ "operation": operation, "times": times });
    for (key, value) in fault.as_object().unwrap() {
        planned[key] = value.clone();
    }
    planned
}

async fn an_answer_that_is_lost_is_found_by_asking_once(stage: &Stage) {
    for fault in [
        json!({ "kind": "drop_after" }),
        json!({ "kind": "truncate" }),
        json!({ "kind": "fail_after", "repeat": "done" }),
        json!({ "kind": "fail_after", "repeat": "failure" }),
        json!({ "kind": "replace", "pointer": "/status", "value": "FROM_TOMORROW" }),
    ] {
        let order = stage.open(seats()).await;
        let confirm = stage.authorise(order).await;
        stage.plan(confirm_fault(&fault)).await;
        let view = stage.client.confirm(order, &confirm).await.unwrap();
        if !is_paid(&view) {
            // A state from tomorrow says nothing; the next question finds today's.
            assert_eq!(view.payment, PaymentState::Unknown, "{fault}");
            stage.tend_after_ms(MINUTE_MS).await;
        }
        let view = stage.client.order(order).await.unwrap();
        assert!(is_paid(&view), "{fault}: {view:?}");
    }
    assert_eq!(
        stage.balance(Account::GatewayReceivable).await,
        Won(AMOUNT.0 * 5)
    );
}

async fn an_outcome_that_nobody_tells_stays_unknown_until_somebody_does(stage: &Stage) {
    let order = stage.open(seats()).await;
    let confirm = stage.authorise(order).await;
    let drop_after = json!({ "kind": "drop_after" });
    stage.plan(confirm_fault(&drop_after)).await;
    let drop_before = json!({ "kind": "drop_before" });
    stage.plan(planned("query", 2, &drop_before)).await;
    let view = stage.client.confirm(order, &confirm).await.unwrap();
    assert_eq!(view.payment, PaymentState::Unknown);
    // Promised, and not there.
    let account = stage.client.account(&Account::GatewayReceivable).await;
    let account = account.unwrap();
    assert_eq!(account.balance, Won(0));
    assert_eq!(account.sums.debits_pending, AMOUNT);
    stage.tend_after_ms(MINUTE_MS).await;
    assert_eq!(stage.state(order).await, PaymentState::Unknown);
    stage.tend_after_ms(HOUR_MS).await;
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
    assert_eq!(stage.balance(Account::GatewayReceivable).await, AMOUNT);
}

async fn a_confirmation_that_never_arrived_is_sent_again(stage: &Stage) {
    let order = stage.open(seats()).await;
    let confirm = stage.authorise(order).await;
    let drop_before = json!({ "kind": "drop_before" });
    stage.plan(confirm_fault(&drop_before)).await;
    let view = stage.client.confirm(order, &confirm).await.unwrap();
    assert_eq!(view.payment, PaymentState::Unknown);
    stage.tend_after_ms(MINUTE_MS).await;
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
    assert_eq!(stage.balance(Account::GatewayReceivable).await, AMOUNT);
}

async fn a_stored_failure_is_not_repeated_for_ever(stage: &Stage) {
    let order = stage.open(seats()).await;
    let confirm = stage.authorise(order).await;
    let refuse = json!({ "kind": "refuse", "code": "FAILED_INTERNAL_SYSTEM_PROCESSING",
                         "status": 500 });
    stage.plan(planned("confirm", 2, &refuse)).await;
    let view = stage.client.confirm(order, &confirm).await.unwrap();
    assert_eq!(view.payment, PaymentState::Unknown);
    stage.tend_after_ms(MINUTE_MS).await;
    assert_eq!(stage.state(order).await, PaymentState::Unknown);
    stage.tend_after_ms(MINUTE_MS).await;
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
    assert_eq!(stage.balance(Account::GatewayReceivable).await, AMOUNT);
}

async fn time_alone_makes_nothing_fail(stage: &Stage) {
    let order = stage.open(seats()).await;
    let confirm = stage.authorise(order).await;
    let drop_before = json!({ "kind": "drop_before" });
    stage.plan(planned("confirm", 100, &drop_before)).await;
    stage.plan(planned("query", 4, &drop_before)).await;
    let view = stage.client.confirm(order, &confirm).await.unwrap();
    assert_eq!(view.payment, PaymentState::Unknown);
    for _ in 0..3 {
        stage.tend_after_ms(DAY_MS).await;
        assert_eq!(stage.state(order).await, PaymentState::Unknown);
    }
    // The gateway's own window is over, and it says so.
    let by = Advance {
        minutes: 11,
        ..Advance::default()
    };
    stage.admin.advance(by).await.unwrap();
    for _ in 0..3 {
        stage.tend_after_ms(DAY_MS).await;
    }
    let state = stage.state(order).await;
    assert_eq!(state, PaymentState::Closed, "its own time is over as well");
    assert_eq!(stage.balance(Account::GatewayReceivable).await, Won(0));
    let account = stage.client.account(&Account::GatewayReceivable).await;
    assert_eq!(account.unwrap().sums.debits_pending, Won(0));
}

async fn an_answer_about_another_payment_is_not_believed(stage: &Stage) {
    let order = stage.open(seats()).await;
    let confirm = stage.authorise(order).await;
    let lost = json!({ "kind": "drop_after" });
    stage.plan(confirm_fault(&lost)).await;
    let drop_before = json!({ "kind": "drop_before" });
    stage.plan(planned("query", 1, &drop_before)).await;
    stage.client.confirm(order, &confirm).await.unwrap();
    for (pointer, value) in [
        ("/orderId", json!("another-order")),
        ("/paymentKey", json!("another-key")),
        ("/totalAmount", json!(14_999)),
        ("/currency", json!("USD")),
        ("/totalAmount", json!(15_000.5)),
    ] {
        let replace = json!({ "kind": "replace", "pointer": pointer, "value": value });
        stage.plan(planned("query", 1, &replace)).await;
        stage.tend_after_ms(HOUR_MS).await;
        assert_eq!(stage.state(order).await, PaymentState::Unknown, "{pointer}");
    }
    stage.tend_after_ms(HOUR_MS).await;
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
}
