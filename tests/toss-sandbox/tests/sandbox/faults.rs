//! What real integrations die of: answers that are lost, cut, late, wrong or never come.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::Instant;
use toss_sandbox::admin::NewPayment;
use toss_sandbox::policy::Policy;
use toss_sandbox::rules::payment::Plan;

use crate::shop::{Said, Stand, said};

const CONFIRM: &str = "order_0001";

async fn authenticated(stand: &Stand) -> String {
    stand.admin.authenticated(CONFIRM, 15_000).await.unwrap()
}

/// Confirms under the key `k1`; none when no answer came.
async fn confirm(stand: &Stand, key: &str) -> Option<Said> {
    let call = stand.shop.confirming(key, CONFIRM, 15_000);
    let sent = call.header("Idempotency-Key", "k1").send().await;
    let answer = sent.ok()?;
    let status = answer.status();
    let bytes = answer.bytes().await.ok()?.to_vec();
    Some(Said {
        status,
        trace: String::new(),
        key: None,
        bytes,
    })
}

#[tokio::test]
async fn a_connection_that_is_cut_before_has_done_nothing() {
    let stand = Stand::new().await;
    let key = authenticated(&stand).await;
    stand
        .plan(json!({"operation": "confirm", "kind": "drop_before"}))
        .await;
    assert_eq!(confirm(&stand, &key).await, None);
    assert_eq!(stand.shop.payment(&key).await.short(), "200 IN_PROGRESS");
    assert_eq!(confirm(&stand, &key).await.unwrap().short(), "200 DONE");
}

#[tokio::test]
async fn a_connection_that_is_cut_after_has_done_everything() {
    let stand = Stand::new().await;
    let key = authenticated(&stand).await;
    stand
        .plan(json!({"operation": "confirm", "kind": "drop_after", "times": 2}))
        .await;
    assert_eq!(confirm(&stand, &key).await, None);
    assert_eq!(confirm(&stand, &key).await, None);
    assert_eq!(stand.shop.payment(&key).await.short(), "200 DONE");
    assert_eq!(confirm(&stand, &key).await.unwrap().short(), "200 DONE");
}

#[tokio::test]
async fn a_body_that_is_cut_in_the_middle_has_done_everything() {
    let stand = Stand::new().await;
    let key = authenticated(&stand).await;
    stand
        .plan(json!({"operation": "confirm", "kind": "truncate"}))
        .await;
    let call = stand.shop.confirming(&key, CONFIRM, 15_000);
    let mut answer = call.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let whole = answer.content_length().unwrap();
    let mut got = 0;
    let ended = loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => got += chunk.len() as u64,
            other => break other,
        }
    };
    assert!(ended.is_err(), "it ends as if it were whole");
    assert!(0 < got && got < whole, "{got} of {whole}");
    assert_eq!(stand.shop.payment(&key).await.short(), "200 DONE");
}

#[tokio::test]
async fn a_failure_can_come_before_or_after_it_is_done() {
    let stand = Stand::new().await;
    let key = authenticated(&stand).await;
    let failed = "500 FAILED_INTERNAL_SYSTEM_PROCESSING";
    stand
        .plan(json!({"operation": "confirm", "kind": "refuse"}))
        .await;
    assert_eq!(confirm(&stand, &key).await.unwrap().short(), failed);
    assert_eq!(stand.shop.payment(&key).await.short(), "200 IN_PROGRESS");
    stand
        .plan(json!({"operation": "confirm", "kind": "fail_after"}))
        .await;
    assert_eq!(confirm(&stand, &key).await.unwrap().short(), failed);
    assert_eq!(stand.shop.payment(&key).await.short(), "200 DONE");
    assert_eq!(confirm(&stand, &key).await.unwrap().short(), "200 DONE");
}

#[tokio::test]
async fn a_failure_after_it_is_done_can_be_what_every_repeat_gets() {
    let stand = Stand::new().await;
    let key = authenticated(&stand).await;
    let fault = json!({"operation": "confirm", "kind": "fail_after", "repeat": "failure"});
    stand.plan(fault).await;
    for _ in 0..2 {
        let said = confirm(&stand, &key).await.unwrap();
        assert_eq!(said.short(), "500 FAILED_INTERNAL_SYSTEM_PROCESSING");
    }
    assert_eq!(stand.shop.payment(&key).await.short(), "200 DONE");
}

#[tokio::test]
async fn a_refusal_of_a_business_kind_is_remembered_and_a_passing_one_is_not() {
    let stand = Stand::new().await;
    let key = stand.paid(CONFIRM).await;
    let cancel = async |idempotency_key: &str| {
        let call = stand
            .shop
            .cancelling(&key, &json!({"cancelReason": "고객 요청"}));
        said(call.header("Idempotency-Key", idempotency_key))
            .await
            .short()
    };
    let refuse = |code: &str| {
        json!({
            "operation": "cancel",
            "payment_key": key,
            "kind": "refuse",
            "code": code,
        })
    };
    stand.plan(refuse("REFUND_REJECTED")).await;
    assert_eq!(cancel("k1").await, "400 REFUND_REJECTED");
    assert_eq!(cancel("k1").await, "400 REFUND_REJECTED");
    stand.plan(refuse("TOO_MANY_REQUESTS")).await;
    assert_eq!(cancel("k2").await, "429 TOO_MANY_REQUESTS");
    let mut strange = refuse("SOMETHING_OF_NEXT_YEAR");
    strange["status"] = json!(418);
    stand.plan(strange).await;
    assert_eq!(cancel("k3").await, "418 SOMETHING_OF_NEXT_YEAR");
    assert_eq!(cancel("k2").await, "200 CANCELED");
}

#[tokio::test]
async fn an_answer_can_hold_what_nobody_knows_yet() {
    let stand = Stand::new().await;
    let key = authenticated(&stand).await;
    for (pointer, value) in [
        ("/status", json!("FROZEN")),
        ("/card/cardType", json!("미래")),
        ("/newField", json!({"a": [1]})),
    ] {
        let fault = json!({"operation": "confirm", "kind": "replace", "pointer": pointer,
                           "value": value});
        stand.plan(fault).await;
    }
    let body = confirm(&stand, &key).await.unwrap().json();
    assert_eq!(body["status"], "FROZEN");
    assert_eq!(body["card"]["cardType"], "미래");
    assert_eq!(body["newField"], json!({"a": [1]}));
    assert_eq!(
        confirm(&stand, &key).await.unwrap().json()["status"],
        "DONE"
    );
}

#[tokio::test]
async fn every_call_takes_its_time_and_a_planned_one_longer() {
    let stand = Stand::with(Policy {
        latency_ms: 30,
        ..Policy::default()
    })
    .await;
    let key = authenticated(&stand).await;
    stand
        .plan(json!({"operation": "query", "kind": "delay_answer", "ms": 50}))
        .await;
    let took = async || {
        let started = Instant::now();
        stand.shop.payment(&key).await;
        started.elapsed().as_millis()
    };
    let (slow, usual) = (took().await, took().await);
    assert!(slow >= 80, "{slow} ms");
    assert!(usual >= 30, "{usual} ms");
    stand.admin.set(&json!({"latency_ms": 0})).await.unwrap();
    let policy = stand.admin.get("/policy").await.unwrap();
    assert_eq!(policy["latency_ms"], 0);
}

#[tokio::test]
async fn what_was_begun_is_done_when_the_caller_has_gone() {
    let stand = Stand::new().await;
    let key = authenticated(&stand).await;
    stand
        .plan(json!({"operation": "confirm", "kind": "delay", "ms": 300}))
        .await;
    let call = stand.shop.confirming(&key, CONFIRM, 15_000);
    let hurried = call.timeout(Duration::from_millis(100)).send().await;
    assert!(hurried.unwrap_err().is_timeout());
    is_paid(&stand, &key).await;
}

/// Looks until the payment is paid.
async fn is_paid(stand: &Stand, key: &str) {
    let looking = async {
        while stand.shop.payment(key).await.json()["status"] != "DONE" {
            tokio::task::yield_now().await;
        }
    };
    let looked = tokio::time::timeout(Duration::from_secs(20), looking).await;
    looked.expect("it is paid in the end");
}

#[tokio::test]
async fn who_is_being_answered_when_the_sandbox_stops_is_answered() {
    let stand = Stand::new().await;
    let key = authenticated(&stand).await;
    let slow = json!({"operation": "confirm", "kind": "delay_answer", "ms": 500});
    stand.plan(slow).await;
    let call = stand.shop.confirming(&key, CONFIRM, 15_000);
    let answer = tokio::spawn(said(call));
    is_paid(&stand, &key).await;
    stand.sandbox.stop().await.unwrap();
    assert_eq!(answer.await.unwrap().short(), "200 DONE");
}

#[tokio::test]
async fn a_payment_can_be_made_to_lose_its_answer_once() {
    let stand = Stand::new().await;
    let payment = NewPayment {
        plan: Plan::LoseAnswer,
        ..NewPayment::new(CONFIRM, 15_000)
    };
    let key = stand.admin.make(&payment).await.unwrap().payment_key;
    assert_eq!(confirm(&stand, &key).await, None);
    assert_eq!(confirm(&stand, &key).await.unwrap().short(), "200 DONE");
}

#[tokio::test]
async fn a_key_that_calls_too_often_is_told_so() {
    let stand = Stand::with(Policy {
        requests_per_minute: Some(3),
        ..Policy::default()
    })
    .await;
    let look = async || stand.shop.payment("no-such-key").await.status;
    for _ in 0..3 {
        assert_eq!(look().await, StatusCode::NOT_FOUND);
    }
    assert_eq!(look().await, StatusCode::TOO_MANY_REQUESTS);
    let minute = toss_sandbox::admin::Advance {
        minutes: 1,
        ..Default::default()
    };
    stand.admin.advance(minute).await.unwrap();
    assert_eq!(look().await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_code_of_a_wrong_amount_can_be_chosen() {
    let stand = Stand::new().await;
    let key = authenticated(&stand).await;
    let chosen = json!({"amount_mismatch": "FORBIDDEN_REQUEST"});
    stand.admin.set(&chosen).await.unwrap();
    let said = stand.shop.confirm(&key, CONFIRM, 1_000).await;
    assert_eq!(said.short(), "403 FORBIDDEN_REQUEST");
    let wrong: Value = json!({"no_such_setting": 1});
    assert!(stand.admin.set(&wrong).await.is_err());
}
