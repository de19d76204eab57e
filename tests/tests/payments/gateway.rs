//! The client of the gateway by itself: what it sends, and what it makes of every answer.

use domain::money::Won;
use domain::time::{DAY_MS, Timestamp};
use hub::payments::gateway::toss::{Live, SecretKey, Toss, TossError};
use hub::payments::gateway::{
    AccountCall, Answer, ConfirmCall, Gateway as _, ListCall, Lookup, Status,
};
use process::clock::{Clock as _, SystemClock};
use process::config::Secret;
use serde_json::json;

use crate::stage::{Stage, Way};

fn key(text: &str) -> SecretKey {
    SecretKey::new(Secret::new(text), Live::Refused).unwrap()
}

#[test]
fn the_secret_goes_to_nobody_without_tls() {
    for (address, is_safe) in [
        ("https://api.tosspayments.com", true),
        ("http://127.0.0.1:4010", true),
        ("http://[::1]:4010", true),
        ("http://localhost:4010/", true),
        ("http://api.tosspayments.com", false),
        ("http://127.0.0.1.example.com", false),
        ("ftp://127.0.0.1", false),
    ] {
        let made = Toss::new(address, key("test_sk_A1"));
        assert_eq!(made.is_ok(), is_safe, "{address}");
    }
    let wrong = Toss::new("not an address", key("test_sk_A1"));
    assert!(matches!(wrong, Err(TossError::Address(_))));
}

#[tokio::test]
async fn a_wrong_key_is_told_as_what_it_is() {
    let stage = Stage::new(Way::InProcess).await;
    let toss = Toss::new(&stage.sandbox.url(), key("test_sk_WRONG")).unwrap();
    let lookup = Lookup::GatewayOrder("whatever".to_owned());
    let answer = toss.query(&lookup).await;
    assert!(
        matches!(&answer, Answer::Rejected(no) if no.code == "UNAUTHORIZED_KEY"),
        "{answer:?}"
    );
    let nobody = Toss::new("http://127.0.0.1:1", key("test_sk_A1")).unwrap();
    assert!(matches!(nobody.query(&lookup).await, Answer::Unknown(_)));
    let answer = stage.toss().query(&lookup).await;
    assert!(
        matches!(&answer, Answer::Rejected(no) if no.code == "NOT_FOUND_PAYMENT"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn an_answer_is_done_rejected_or_unknown_and_never_something_else() {
    let stage = Stage::new(Way::InProcess).await;
    let made = stage.admin.authenticated("order-1", 15_000).await.unwrap();
    let query = Lookup::PaymentKey(made);
    let replaced = |pointer: &str, value| json!({ "operation": "query", "kind": "replace", "pointer": pointer, "value": value });
    for (fault, expected) in [
        (replaced("/new", json!({ "a": [1] })), "done"),
        (replaced("/status", json!("FROM_TOMORROW")), "done"),
        (replaced("/method", json!("새로운 방법")), "done"),
        (replaced("/totalAmount", json!("15000")), "unknown"),
        (replaced("/totalAmount", json!(-1)), "unknown"),
        (replaced("/balanceAmount", json!(0.5)), "unknown"),
        (replaced("/approvedAt", json!("yesterday")), "unknown"),
        (replaced("/currency", json!("JPY")), "unknown"),
        (
            json!({ "operation": "query", "kind": "truncate" }),
            "unknown",
        ),
        (
            json!({ "operation": "query", "kind": "drop_after" }),
            "unknown",
        ),
        (
            json!({ "operation": "query", "kind": "refuse", "status": 500 }),
            "rejected",
        ),
        (
            json!({ "operation": "query", "kind": "refuse", "status": 400, "code": "TOMORROW" }),
            "rejected",
        ),
    ] {
        stage.plan(fault.clone()).await;
        let answer = match stage.toss().query(&query).await {
            Answer::Done(_) => "done",
            Answer::Rejected(_) => "rejected",
            Answer::Unknown(_) => "unknown",
        };
        assert_eq!(answer, expected, "{fault}");
    }
}

#[tokio::test]
async fn a_bank_account_is_opened_for_one_order() {
    let stage = Stage::new(Way::InProcess).await;
    let call = AccountCall {
        gateway_order: "order-1".to_owned(),
        amount: Won(15_000),
        order_name: "기생충 2매".to_owned(),
        customer_name: Secret::new("김토스"),
        bank: "88".to_owned(),
        valid_hours: 24,
        idempotency_key: "account-1".to_owned(),
    };
    assert!(!format!("{call:?}").contains("김토스"));
    for _ in 0..2 {
        let Answer::Done(payment) = stage.toss().open_account(&call).await else {
            panic!("an account is opened");
        };
        assert_eq!(payment.status, Status::WaitingForDeposit);
        assert!(payment.secret.is_some() && payment.deposit.is_some());
    }
}

#[tokio::test]
async fn the_list_is_read_in_pages() {
    let stage = Stage::new(Way::InProcess).await;
    for number in 0..5 {
        let gateway_order = format!("order-{number}");
        let made = stage.admin.authenticated(&gateway_order, 15_000).await;
        let call = ConfirmCall {
            payment_key: made.unwrap(),
            idempotency_key: format!("confirm-{number}"),
            amount: Won(15_000),
            gateway_order,
        };
        let answer = stage.toss().confirm(&call).await;
        assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    }
    let now = SystemClock::new(Timestamp(0)).now();
    let mut after = None;
    let mut orders = Vec::new();
    loop {
        let call = ListCall {
            from: now.plus_ms(-DAY_MS),
            until: now.plus_ms(DAY_MS),
            after: after.clone(),
            limit: 2,
        };
        let Answer::Done(page) = stage.toss().transactions(&call).await else {
            panic!("a page is told");
        };
        let Some(last) = page.last() else { break };
        after = Some(last.transaction_key.clone());
        orders.extend(page.iter().map(|row| row.gateway_order.clone()));
    }
    orders.sort();
    orders.dedup();
    assert_eq!(orders.len(), 5);
}
