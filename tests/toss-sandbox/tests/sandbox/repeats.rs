//! Idempotency keys: what is answered again, and for how long.

use reqwest::Method;
use serde_json::json;
use toss_sandbox::admin::Advance;
use toss_sandbox::policy::{Concurrent, Policy};

use crate::shop::{Stand, said};

#[tokio::test]
async fn a_repeated_confirmation_is_answered_to_the_byte_and_done_once() {
    let stand = Stand::new().await;
    let key = stand
        .admin
        .authenticated("order_0001", 15_000)
        .await
        .unwrap();
    let call = || stand.shop.confirming(&key, "order_0001", 15_000);
    let first = said(call().header("Idempotency-Key", "k1")).await;
    let again = said(call().header("Idempotency-Key", "k1")).await;
    assert_eq!(first.short(), "200 DONE");
    assert_eq!(first.bytes, again.bytes);
    assert_eq!(again.trace.split(',').nth(1), Some(first.trace.as_str()));
    let other = said(call().header("Idempotency-Key", "k2")).await;
    assert_eq!(other.short(), "400 ALREADY_PROCESSED_PAYMENT");
}

#[tokio::test]
async fn one_key_for_two_orders_gives_the_first_ones_answer_to_both() {
    let stand = Stand::new().await;
    let confirm = async |order: &str| {
        let key = stand.admin.authenticated(order, 15_000).await.unwrap();
        let call = stand.shop.confirming(&key, order, 15_000);
        (
            key,
            said(call.header("Idempotency-Key", "always the same")).await,
        )
    };
    let (_, first) = confirm("order_0001").await;
    let (key, second) = confirm("order_0002").await;
    assert_eq!(second.json()["orderId"], "order_0001");
    assert_eq!(first.bytes, second.bytes);
    assert_eq!(stand.shop.payment(&key).await.short(), "200 IN_PROGRESS");
}

#[tokio::test]
async fn a_no_is_repeated_even_when_the_request_was_mended() {
    let stand = Stand::new().await;
    let key = stand.paid("order_0001").await;
    let cancel = async |body| {
        let call = stand.shop.cancelling(&key, &body);
        said(call.header("Idempotency-Key", "k1")).await.short()
    };
    assert_eq!(cancel(json!({})).await, "400 INVALID_REQUEST");
    let mended = json!({"cancelReason": "고객 요청"});
    assert_eq!(cancel(mended).await, "400 INVALID_REQUEST");
    assert_eq!(stand.shop.payment(&key).await.short(), "200 DONE");
}

#[tokio::test]
async fn the_same_key_at_another_address_is_another_call() {
    let stand = Stand::new().await;
    let (one, two) = (
        stand.paid("order_0001").await,
        stand.paid("order_0002").await,
    );
    for key in [one, two] {
        let call = stand
            .shop
            .cancelling(&key, &json!({"cancelReason": "고객 요청"}));
        let done = said(call.header("Idempotency-Key", "k1")).await;
        assert_eq!(done.short(), "200 CANCELED");
    }
}

#[tokio::test]
async fn after_fifteen_days_a_key_is_new() {
    let stand = Stand::new().await;
    let key = stand.paid("order_0001").await;
    let call = || {
        let body = json!({"cancelReason": "고객 요청", "cancelAmount": 1_000});
        stand
            .shop
            .cancelling(&key, &body)
            .header("Idempotency-Key", "k1")
    };
    let first = said(call()).await;
    let advance = async |by: Advance| stand.admin.advance(by).await.unwrap();
    advance(Advance {
        days: 14,
        hours: 23,
        ..Advance::default()
    })
    .await;
    assert_eq!(said(call()).await.bytes, first.bytes);
    advance(Advance {
        hours: 1,
        ..Advance::default()
    })
    .await;
    assert_eq!(said(call()).await.json()["balanceAmount"], 13_000);
}

#[tokio::test]
async fn a_repeat_while_the_first_call_runs_is_told_to_ask_again() {
    let stand = Stand::new().await;
    stand
        .plan(json!({"operation": "confirm", "kind": "delay", "ms": 2_000}))
        .await;
    let key = stand
        .admin
        .authenticated("order_0001", 15_000)
        .await
        .unwrap();
    let call = || {
        let call = stand.shop.confirming(&key, "order_0001", 15_000);
        said(call.header("Idempotency-Key", "k1"))
    };
    let (one, two) = tokio::join!(call(), call());
    let mut short = [one.short(), two.short()];
    short.sort();
    assert_eq!(short, ["200 DONE", "409 IDEMPOTENT_REQUEST_PROCESSING"]);
    assert_eq!(call().await.short(), "200 DONE");
}

#[tokio::test]
async fn two_calls_about_one_payment_can_be_forbidden() {
    let stand = Stand::with(Policy {
        concurrent: Concurrent::Forbid,
        ..Policy::default()
    })
    .await;
    stand
        .plan(json!({"operation": "confirm", "kind": "delay", "ms": 2_000}))
        .await;
    let key = stand
        .admin
        .authenticated("order_0001", 15_000)
        .await
        .unwrap();
    let (one, two) = tokio::join!(
        stand.shop.confirm(&key, "order_0001", 15_000),
        stand.shop.confirm(&key, "order_0001", 15_000)
    );
    let mut short = [one.short(), two.short()];
    short.sort();
    assert_eq!(short, ["200 DONE", "403 FORBIDDEN_CONSECUTIVE_REQUEST"]);
}

#[tokio::test]
async fn a_key_says_nothing_where_nothing_is_changed() {
    let stand = Stand::new().await;
    let key = stand
        .admin
        .authenticated("order_0001", 15_000)
        .await
        .unwrap();
    let look = || {
        let call = stand.shop.call(Method::GET, &format!("/v1/payments/{key}"));
        said(call.header("Idempotency-Key", "k1"))
    };
    assert_eq!(look().await.short(), "200 IN_PROGRESS");
    stand.shop.confirm(&key, "order_0001", 15_000).await;
    assert_eq!(look().await.short(), "200 DONE");
}
