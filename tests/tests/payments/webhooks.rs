//! What anybody can post to us: a hint at most.

use domain::ledger::Account;
use domain::money::Won;
use domain::time::{HOUR_MS, MINUTE_MS};
use hub::payments::api::{Outcome, PaymentState};
use serde_json::{Value, json};
use toss_sandbox::admin::Method;

use crate::stage::{AMOUNT, Stage, both_ways, is_paid, seats};

both_ways!(
    a_forged_webhook_changes_nothing,
    a_deposit_is_believed_by_asking_and_only_with_its_secret,
    a_webhook_is_faster_than_the_task,
    the_feed_tells_each_change_once_and_wakes_who_waits,
);

async fn post(stage: &Stage, body: &Value) {
    let body = body.to_string().into();
    stage.client.webhook(None, body).await.unwrap();
    stage.tend().await;
}

fn changed(gateway_order: &str, payment_key: &str) -> Value {
    json!({ "eventType": "PAYMENT_STATUS_CHANGED", "createdAt": "2026-03-01T19:30:41.51234",
            "data": { "orderId": gateway_order, "paymentKey": payment_key, "status": "DONE",
                      "totalAmount": AMOUNT.0, "approvedAt": "2026-03-01T19:30:41+09:00" } })
}

async fn a_forged_webhook_changes_nothing(stage: &Stage) {
    let order = stage.open(seats()).await;
    let confirm = stage.authorise(order).await;
    let ours = changed(&confirm.gateway_order, &confirm.payment_key);
    for body in [ours, changed("nobody", "nothing"), json!({}), json!("x")] {
        post(stage, &body).await;
    }
    let huge = json!({ "eventType": "x".repeat(10_000), "data": {} });
    post(stage, &huge).await;
    stage
        .client
        .webhook(None, vec![0xff; 100].into())
        .await
        .unwrap();
    assert_eq!(stage.state(order).await, PaymentState::Open);
    assert_eq!(stage.balance(Account::GatewayReceivable).await, Won(0));
    assert!(is_paid(
        &stage.client.confirm(order, &confirm).await.unwrap()
    ));
    // A replay of what was true once.
    let cancelled = json!({ "eventType": "PAYMENT_STATUS_CHANGED",
                            "data": { "orderId": confirm.gateway_order, "status": "CANCELED" } });
    post(stage, &cancelled).await;
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
}

async fn a_deposit_is_believed_by_asking_and_only_with_its_secret(stage: &Stage) {
    let order = stage.open(seats()).await;
    let how = stage.client.begin_attempt(order).await.unwrap();
    let confirm = stage.authorise_as(&how, Method::VirtualAccount).await;
    stage.client.confirm(order, &confirm).await.unwrap();
    let secret = stage.at_gateway(&confirm.payment_key).await["secret"].clone();
    let callback = |secret: &Value| {
        json!({ "createdAt": "2026-03-01T19:40:09+09:00", "secret": secret, "status": "DONE",
                "transactionKey": "9F1C", "orderId": confirm.gateway_order })
    };
    // Right, but nothing was paid in: the gateway is asked and says so.
    if secret.is_string() {
        post(stage, &callback(&secret)).await;
    }
    assert_eq!(stage.balance(Account::GatewayReceivable).await, Won(0));
    stage.admin.deposit(&confirm.payment_key).await.unwrap();
    post(stage, &callback(&json!("ps_guessed"))).await;
    let state = stage.state(order).await;
    assert!(matches!(state, PaymentState::WaitingForDeposit(_)));
    if secret.is_string() {
        post(stage, &callback(&secret)).await;
    } else {
        stage.tend_after_ms(HOUR_MS).await;
    }
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
    // The bank takes it back: nothing is undone here by a machine.
    stage.admin.reverse(&confirm.payment_key).await.unwrap();
    if secret.is_string() {
        post(stage, &callback(&secret)).await;
    }
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
}

async fn a_webhook_is_faster_than_the_task(stage: &Stage) {
    let order = stage.open(seats()).await;
    let confirm = stage.authorise(order).await;
    let lost = [("confirm", "drop_after", 1), ("query", "drop_before", 6)];
    for (operation, kind, times) in lost {
        let fault = json!({ "operation": operation, "kind": kind, "times": times });
        stage.plan(fault).await;
    }
    let view = stage.client.confirm(order, &confirm).await.unwrap();
    assert_eq!(view.payment, PaymentState::Unknown);
    for _ in 0..5 {
        stage.tend_after_ms(MINUTE_MS).await;
    }
    stage.tend().await;
    assert_eq!(stage.state(order).await, PaymentState::Unknown);
    let hint = changed(&confirm.gateway_order, &confirm.payment_key);
    post(stage, &hint).await;
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
}

async fn the_feed_tells_each_change_once_and_wakes_who_waits(stage: &Stage) {
    let empty = stage.client.outcomes(0, 100, 0).await.unwrap();
    assert_eq!((empty.last, empty.outcomes.len()), (0, 0));
    let order = stage.open(seats()).await;
    let confirm = stage.authorise(order).await;
    let (page, confirmed) = tokio::join!(
        stage.client.outcomes(0, 100, 20_000),
        stage.client.confirm(order, &confirm),
    );
    confirmed.unwrap();
    let page = page.unwrap();
    assert!(matches!(&page.outcomes[..], [Outcome::Order(view)] if view.order == order));
    let refund = stage.ask_refund(order, 5_000).await;
    stage.tend().await;
    let all = stage.client.outcomes(0, 100, 0).await.unwrap();
    let [Outcome::Refund(back), Outcome::Order(view)] = &all.outcomes[..] else {
        panic!("{all:?}");
    };
    assert_eq!((back.refund, view.order), (refund, order));
    assert!(is_paid(view));
    assert_eq!(view.refunded, Won(5_000));
    let rest = stage.client.outcomes(all.last, 100, 0).await.unwrap();
    assert_eq!((rest.last, rest.outcomes.len()), (all.last, 0));
    let one = stage.client.outcomes(0, 1, 0).await.unwrap();
    assert_eq!(one.outcomes.len(), 1);
}
