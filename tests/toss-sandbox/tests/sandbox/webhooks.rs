//! What the gateway tells of its own accord, and how stubbornly.

use reqwest::StatusCode;
use serde_json::{Value, json};
use toss_sandbox::admin::Advance;
use toss_sandbox::policy::Policy;

use crate::listener::Listener;
use crate::shop::{Stand, waiting};

async fn stand(listener: &Listener) -> Stand {
    Stand::with(Policy {
        webhooks: vec![listener.url.clone()],
        ..Policy::default()
    })
    .await
}

/// Lets this many minutes pass; what is due is sent when this returns.
async fn pass(stand: &Stand, minutes: i64) {
    let by = Advance {
        minutes,
        ..Advance::default()
    };
    stand.admin.advance(by).await.unwrap();
}

async fn plan(stand: &Stand, fault: Value) {
    let fault = serde_json::from_value(fault).unwrap();
    stand.admin.plan_webhook(&fault).await.unwrap();
}

#[tokio::test]
async fn a_change_of_status_is_told_unsigned_with_the_payment() {
    let listener = Listener::new().await;
    let stand = stand(&listener).await;
    let key = stand.paid("order_0001").await;
    pass(&stand, 0).await;
    let told = listener.told();
    assert_eq!(told.len(), 1);
    let hook = &told[0];
    assert_eq!(hook.body["eventType"], "PAYMENT_STATUS_CHANGED");
    assert_eq!(hook.body["data"]["paymentKey"], key);
    assert_eq!(hook.body["data"]["status"], "DONE");
    let created = hook.body["createdAt"].as_str().unwrap();
    assert_eq!(created.len(), "2026-03-01T19:30:41.512340".len());
    assert_eq!(hook.retried, "0");
    let time = hook.headers["tosspayments-webhook-transmission-time"]
        .to_str()
        .unwrap();
    assert!(time.ends_with("+09:00"), "{time}");
    assert!(!hook.headers.contains_key("tosspayments-webhook-signature"));
    assert_eq!(hook.headers["content-type"], "application/json");
}

#[tokio::test]
async fn a_virtual_account_is_told_in_both_envelopes() {
    let listener = Listener::new().await;
    let stand = stand(&listener).await;
    let (key, issued) = waiting(&stand, "order_0001").await;
    stand.admin.deposit(&key).await.unwrap();
    pass(&stand, 0).await;
    assert_eq!(listener.statuses(), ["WAITING_FOR_DEPOSIT", "DONE", "DONE"]);
    let told = listener.told();
    let flat: Vec<_> = told
        .iter()
        .filter(|it| it.body["eventType"].is_null())
        .collect();
    let [callback] = flat.as_slice() else {
        panic!("{flat:?}");
    };
    assert_eq!(callback.body["secret"], issued["secret"]);
    assert_eq!(callback.body["orderId"], "order_0001");
    assert_eq!(callback.body["paymentKey"], Value::Null);
    let names: Vec<_> = callback.body.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 5, "{names:?}");
}

#[tokio::test]
async fn what_is_not_taken_is_told_again_seven_times_by_the_sandboxs_clock() {
    let listener = Listener::new().await;
    listener.answer(&[StatusCode::INTERNAL_SERVER_ERROR; 4]);
    // Documented is 200; what another 2xx does is not.
    listener.answer(&[StatusCode::ACCEPTED; 4]);
    let stand = stand(&listener).await;
    stand.paid("order_0001").await;
    pass(&stand, 0).await;
    for minutes in [1, 4, 16, 64, 256, 1024, 4096] {
        let before = listener.told().len();
        pass(&stand, minutes - 1).await;
        assert_eq!(listener.told().len(), before, "{minutes} are not over");
        pass(&stand, 1).await;
        assert_eq!(listener.told().len(), before + 1, "after {minutes}");
    }
    let told = listener.told();
    let counts: Vec<_> = told.iter().map(|it| it.retried.as_str()).collect();
    assert_eq!(counts, ["0", "1", "2", "3", "4", "5", "6", "7"]);
    assert!(told.iter().all(|it| it.id == told[0].id));
    pass(&stand, 100_000).await;
    assert_eq!(listener.told().len(), 8);
    let shown = stand.admin.get("/webhooks").await.unwrap();
    assert_eq!(shown["webhooks"][0]["state"], "failed");
    let id = shown["webhooks"][0]["id"].as_i64().unwrap();
    let path = format!("/__sandbox/webhooks/{id}/resend");
    crate::shop::said(stand.shop.post(&path, &json!({}))).await;
    let shown = stand.admin.get("/webhooks").await.unwrap();
    assert_eq!(shown["webhooks"][0]["state"], "delivered");
}

#[tokio::test]
async fn an_expiry_and_a_decline_are_told() {
    let listener = Listener::new().await;
    let stand = stand(&listener).await;
    stand
        .admin
        .authenticated("order_0001", 15_000)
        .await
        .unwrap();
    pass(&stand, 10).await;
    let key = stand.paid("order_0002").await;
    stand
        .shop
        .cancel(&key, json!({"cancelReason": "고객 요청"}))
        .await;
    pass(&stand, 0).await;
    assert_eq!(listener.statuses(), ["EXPIRED", "DONE", "CANCELED"]);
}

#[tokio::test]
async fn webhooks_come_twice_late_in_disorder_or_not_at_all() {
    let listener = Listener::new().await;
    let stand = stand(&listener).await;
    plan(&stand, json!({"kind": "duplicate", "more": 1})).await;
    stand.paid("order_0001").await;
    pass(&stand, 0).await;
    let told = listener.told();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].id, told[1].id);

    plan(&stand, json!({"kind": "late", "ms": 60_000})).await;
    stand.paid("order_0002").await;
    pass(&stand, 0).await;
    assert_eq!(listener.told().len(), 2);
    pass(&stand, 1).await;
    assert_eq!(listener.told().len(), 3);

    plan(
        &stand,
        json!({"kind": "reorder", "times": 2, "step_ms": 60_000}),
    )
    .await;
    let key = stand.paid("order_0003").await;
    stand
        .shop
        .cancel(&key, json!({"cancelReason": "고객 요청"}))
        .await;
    pass(&stand, 1).await;
    pass(&stand, 1).await;
    assert_eq!(listener.statuses()[3..], ["CANCELED", "DONE"]);

    plan(&stand, json!({"kind": "lose"})).await;
    stand.paid("order_0004").await;
    pass(&stand, 10_000).await;
    assert_eq!(listener.told().len(), 5);
}
