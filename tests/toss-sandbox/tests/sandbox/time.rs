//! The sandbox's clock: windows that run out, accounts, and the list of transactions.

use serde_json::{Value, json};
use toss_sandbox::admin::{Advance, Authentication, Method, NewPayment, Stage};
use toss_sandbox::policy::Policy;

use crate::shop::{Stand, said, waiting};

const MINUTE: i64 = 60_000;

async fn advance(stand: &Stand, ms: i64) {
    let by = Advance {
        ms,
        ..Advance::default()
    };
    stand.admin.advance(by).await.unwrap();
}

#[tokio::test]
async fn a_shop_has_ten_minutes_to_confirm() {
    let stand = Stand::new().await;
    let in_time = stand
        .admin
        .authenticated("order_0001", 15_000)
        .await
        .unwrap();
    let late = stand
        .admin
        .authenticated("order_0002", 15_000)
        .await
        .unwrap();
    advance(&stand, 9 * MINUTE).await;
    assert_eq!(
        stand
            .shop
            .confirm(&in_time, "order_0001", 15_000)
            .await
            .short(),
        "200 DONE"
    );
    advance(&stand, MINUTE).await;
    let said = stand.shop.confirm(&late, "order_0002", 15_000).await;
    assert_eq!(said.short(), "404 NOT_FOUND_PAYMENT_SESSION");
    let expired = stand.shop.payment(&late).await;
    assert_eq!(expired.short(), "200 EXPIRED");
    assert_eq!(expired.json()["failure"]["code"], "EXPIRED_PAYMENT");
}

#[tokio::test]
async fn a_customer_has_half_an_hour_to_authenticate() {
    let stand = Stand::new().await;
    let ready = async |order: &str| {
        let payment = NewPayment {
            stage: Stage::Ready,
            ..NewPayment::new(order, 15_000)
        };
        stand.admin.make(&payment).await.unwrap().payment_key
    };
    let authenticate = async |key: &str| {
        let path = format!("/__sandbox/payments/{key}/authentication");
        let body = json!(Authentication::default());
        said(stand.shop.post(&path, &body)).await.short()
    };
    let (in_time, late) = (ready("order_0001").await, ready("order_0002").await);
    let early = stand.shop.confirm(&in_time, "order_0001", 15_000).await;
    assert_eq!(early.short(), "404 NOT_FOUND_PAYMENT_SESSION");
    advance(&stand, 29 * MINUTE).await;
    assert_eq!(authenticate(&in_time).await, "200 IN_PROGRESS");
    advance(&stand, MINUTE).await;
    assert_eq!(authenticate(&late).await, "404 NOT_FOUND_PAYMENT_SESSION");
    assert_eq!(stand.shop.payment(&late).await.short(), "200 EXPIRED");
    assert_eq!(
        stand
            .shop
            .confirm(&in_time, "order_0001", 15_000)
            .await
            .short(),
        "200 DONE"
    );
}

#[tokio::test]
async fn a_deposit_pays_and_goes_back_to_a_named_account_only() {
    let stand = Stand::new().await;
    let (key, issued) = waiting(&stand, "order_0001").await;
    assert!(issued["secret"].is_string());
    let paid = stand.admin.deposit(&key).await.unwrap();
    assert_eq!(paid.status, toss_sandbox::rules::payment::Status::Done);
    let payment = stand.shop.payment(&key).await.json();
    assert_eq!(payment["virtualAccount"]["depositorName"], "김토스");
    assert_eq!(payment["secret"], Value::Null, "a query does not tell it");
    let part = json!({"cancelReason": "고객 요청", "cancelAmount": 5_000});
    let said = stand.shop.cancel(&key, part.clone()).await;
    assert_eq!(said.short(), "400 INVALID_REFUND_ACCOUNT_INFO");
    let mut named = part;
    named["refundReceiveAccount"] =
        json!({"bank": "88", "accountNumber": "110123456789", "holderName": "김토스"});
    let back = stand.shop.cancel(&key, named).await;
    assert_eq!(back.short(), "200 PARTIAL_CANCELED");
    assert_eq!(back.json()["virtualAccount"]["refundStatus"], "COMPLETED");
}

#[tokio::test]
async fn an_account_whose_term_is_over_takes_nothing_and_stays_as_it_is() {
    let stand = Stand::new().await;
    let (key, _) = waiting(&stand, "order_0001").await;
    advance(&stand, 168 * 60 * MINUTE).await;
    assert!(stand.admin.deposit(&key).await.is_err());
    let payment = stand.shop.payment(&key).await.json();
    assert_eq!(payment["status"], "WAITING_FOR_DEPOSIT");
    assert_eq!(payment["virtualAccount"]["expired"], true);
}

#[tokio::test]
async fn a_bank_can_take_a_deposit_back() {
    let stand = Stand::new().await;
    let (key, _) = waiting(&stand, "order_0001").await;
    stand.admin.deposit(&key).await.unwrap();
    stand.admin.reverse(&key).await.unwrap();
    assert_eq!(
        stand.shop.payment(&key).await.short(),
        "200 WAITING_FOR_DEPOSIT"
    );
    stand.admin.deposit(&key).await.unwrap();
    assert_eq!(stand.shop.payment(&key).await.short(), "200 DONE");
}

async fn rows(stand: &Stand, more: &str) -> Vec<Value> {
    let days = "startDate=2020-01-01T00:00:00&endDate=2099-12-31T23:59:59";
    let said = stand
        .shop
        .get(&format!("/v1/transactions?{days}{more}"))
        .await;
    said.json().as_array().unwrap().clone()
}

#[tokio::test]
async fn approvals_and_cancels_have_rows_that_are_read_in_pages() {
    let stand = Stand::new().await;
    let key = stand.paid("order_0001").await;
    stand.paid("order_0002").await;
    let part = json!({"cancelReason": "고객 요청", "cancelAmount": 5_000});
    let canceled = stand.shop.cancel(&key, part).await.json();
    stand
        .admin
        .authenticated("order_0003", 15_000)
        .await
        .unwrap();
    let (waits, _) = waiting(&stand, "order_0004").await;
    let all = rows(&stand, "").await;
    let seen: Vec<_> = all
        .iter()
        .map(|row| {
            (
                row["orderId"].as_str().unwrap(),
                row["status"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("order_0001", "DONE"),
        ("order_0002", "DONE"),
        ("order_0001", "PARTIAL_CANCELED"),
    ];
    assert_eq!(seen, expected);
    assert_eq!(all[2]["amount"], 5_000);
    assert_eq!(
        all[2]["transactionKey"],
        canceled["cancels"][0]["transactionKey"]
    );
    let first = rows(&stand, "&limit=2").await;
    assert_eq!(first, all[..2]);
    let after = all[1]["transactionKey"].as_str().unwrap();
    assert_eq!(
        rows(&stand, &format!("&startingAfter={after}")).await,
        all[2..]
    );
    stand.admin.deposit(&waits).await.unwrap();
    assert_eq!(rows(&stand, "").await[3]["orderId"], "order_0004");
}

#[tokio::test]
async fn a_transaction_shows_when_its_delay_is_over() {
    let stand = Stand::with(Policy {
        transactions_delay_ms: 60 * MINUTE,
        ..Policy::default()
    })
    .await;
    stand.paid("order_0001").await;
    advance(&stand, 59 * MINUTE).await;
    assert_eq!(rows(&stand, "").await.len(), 0);
    advance(&stand, MINUTE).await;
    assert_eq!(rows(&stand, "").await.len(), 1);
}

#[tokio::test]
async fn a_shop_sees_nothing_of_another() {
    let stand = Stand::new().await;
    let key = stand.paid("order_0001").await;
    let other = crate::shop::Shop::at(&stand.sandbox.url(), "test_gsk_SANDBOX0001");
    assert_eq!(other.payment(&key).await.short(), "404 NOT_FOUND_PAYMENT");
    let reason = json!({"cancelReason": "고객 요청"});
    assert_eq!(
        other.cancel(&key, reason).await.short(),
        "404 NOT_FOUND_PAYMENT"
    );
    let theirs = stand
        .admin
        .authenticated("order_0002", 15_000)
        .await
        .unwrap();
    let said = other.confirm(&theirs, "order_0002", 15_000).await;
    assert_eq!(said.short(), "403 FORBIDDEN_REQUEST");
}

#[tokio::test]
async fn an_order_is_paid_once_however_often_its_window_is_opened() {
    let stand = Stand::new().await;
    stand
        .admin
        .authenticated("order_0001", 15_000)
        .await
        .unwrap();
    let key = stand.paid("order_0001").await;
    let found = stand
        .shop
        .get("/v1/payments/orders/order_0001")
        .await
        .json();
    assert_eq!(found["paymentKey"], key);
    let third = NewPayment {
        method: Method::EasyPay,
        ..NewPayment::new("order_0001", 15_000)
    };
    let refused = stand.admin.make(&third).await.unwrap_err().to_string();
    assert!(refused.contains("DUPLICATED_ORDER_ID"), "{refused}");
}
