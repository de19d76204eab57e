//! What is documented or was measured of the real API, asked of whatever server there is.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use toss_sandbox::admin::NewPayment;
use toss_sandbox::refusal;
use toss_sandbox::rules::payment::Plan;
use uuid::Uuid;

use crate::shop::{Said, Shop, Stand, said};

/// The server that is asked.
enum Server {
    Sandbox(Box<Stand>),
    Elsewhere(Shop),
}

impl Server {
    async fn new() -> Self {
        let (Some(url), Some(secret)) = (setting("TOSS_URL"), setting("TOSS_SECRET_KEY")) else {
            return Self::Sandbox(Box::new(Stand::new().await));
        };
        assert!(!secret.starts_with("live_"), "never with a live key");
        Self::Elsewhere(Shop::at(&url, &secret))
    }

    fn shop(&self) -> &Shop {
        match self {
            Self::Sandbox(stand) => &stand.shop,
            Self::Elsewhere(shop) => shop,
        }
    }

    /// A card payment that can be confirmed: only a sandbox makes one without a browser.
    async fn authenticated(&self, order: &str) -> Option<String> {
        match self {
            Self::Sandbox(stand) => Some(stand.admin.authenticated(order, 15_000).await.unwrap()),
            Self::Elsewhere(_) => None,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the settings of these tests")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// An order that nobody has used, there or here.
fn order() -> String {
    format!("contract_{}", Uuid::from_u128(rand_u128()).simple())
}

fn rand_u128() -> u128 {
    use process::ids::Ids as _;
    let mut bytes = [0; 16];
    process::ids::OsIds.fill(&mut bytes);
    u128::from_le_bytes(bytes)
}

async fn test_code(shop: &Shop, code: &str) -> Said {
    let body = json!({"paymentKey": "no-such-key", "orderId": order(), "amount": 1000});
    let call = shop.post("/v1/payments/confirm", &body);
    said(call.header("TossPayments-Test-Code", code)).await
}

async fn account(shop: &Shop, order: &str) -> Said {
    let body = json!({
        "amount": 15_000, "orderId": order, "orderName": "성인 1매",
        "customerName": "김토스", "bank": "20",
    });
    said(shop.post("/v1/virtual-accounts", &body)).await
}

/// Every field of the payment object that is documented as always there.
fn check_shape(payment: &Value) {
    for name in [
        "version",
        "paymentKey",
        "orderId",
        "orderName",
        "mId",
        "type",
        "status",
        "requestedAt",
        "currency",
        "country",
    ] {
        assert!(payment[name].is_string(), "{name}: {payment}");
    }
    for name in [
        "totalAmount",
        "balanceAmount",
        "suppliedAmount",
        "vat",
        "taxFreeAmount",
    ] {
        assert!(payment[name].is_i64(), "{name}: {payment}");
    }
    for name in [
        "card",
        "virtualAccount",
        "transfer",
        "cancels",
        "failure",
        "easyPay",
        "approvedAt",
        "lastTransactionKey",
        "receipt",
        "secret",
        "method",
        "cashReceipt",
        "discount",
    ] {
        assert!(payment.get(name).is_some(), "{name} is absent: {payment}");
    }
    assert!(payment["checkout"]["url"].is_string());
    assert!(payment["isPartialCancelable"].is_boolean());
}

#[tokio::test]
async fn the_key_and_its_colon_are_checked_first() {
    let server = Server::new().await;
    let shop = server.shop();
    let path = "/v1/payments/orders/no_such_order";
    let url = format!("{}{path}", shop.base);
    let unknown = Shop::at(&shop.base, "test_sk_0000000000000000000000000000");
    assert_eq!(unknown.get(path).await.short(), "401 UNAUTHORIZED_KEY");
    // base64("test_sk_no_colon")
    let call = shop.http.get(&url);
    let call = call.header("authorization", "Basic dGVzdF9za19ub19jb2xvbg==");
    assert_eq!(said(call).await.short(), "403 INCORRECT_BASIC_AUTH_FORMAT");
}

#[tokio::test]
async fn a_test_code_is_answered_before_the_payment_is_looked_for() {
    let server = Server::new().await;
    for (code, status) in [
        ("REJECT_CARD_PAYMENT", 403),
        ("ALREADY_PROCESSED_PAYMENT", 400),
        ("IDEMPOTENT_REQUEST_PROCESSING", 409),
        ("FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING", 500),
        ("COMMON_ERROR", 500),
    ] {
        let said = test_code(server.shop(), code).await;
        assert_eq!(said.short(), format!("{status} {code}"));
        assert!(said.json()["message"].is_string());
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = Server::new().await;
    let shop = server.shop();
    let said = shop.payment("no-such-payment-key").await;
    assert_eq!(said.short(), "404 NOT_FOUND_PAYMENT");
    let said = shop.get(&format!("/v1/payments/orders/{}", order())).await;
    assert_eq!(said.short(), "404 NOT_FOUND_PAYMENT");
    let reason = json!({"cancelReason": "고객 요청"});
    let said = shop.cancel("no-such-payment-key", reason).await;
    assert_eq!(said.short(), "404 NOT_FOUND_PAYMENT");
    let said = shop.confirm("no-such-payment-key", &order(), 1000).await;
    assert_eq!(said.short(), "404 NOT_FOUND_PAYMENT_SESSION");
    assert!(!said.trace.is_empty());
}

#[tokio::test]
async fn a_virtual_account_is_issued_found_and_cancelled_as_a_whole() {
    let server = Server::new().await;
    let (shop, order) = (server.shop(), order());
    let said = account(shop, &order).await;
    if said.status == StatusCode::FORBIDDEN {
        return; // This merchant has no contract for virtual accounts.
    }
    assert_eq!(said.short(), "200 WAITING_FOR_DEPOSIT");
    let issued = said.json();
    check_shape(&issued);
    assert_eq!(issued["method"], "가상계좌");
    assert_eq!(issued["approvedAt"], Value::Null);
    assert_eq!(issued["totalAmount"], 15_000);
    assert_eq!(
        (&issued["suppliedAmount"], &issued["vat"]),
        (&json!(13_636), &json!(1_364))
    );
    assert!(issued["secret"].is_string());
    let waiting = &issued["virtualAccount"];
    assert_eq!(waiting["bankCode"], "20");
    assert_eq!(waiting["refundStatus"], "NONE");
    assert_eq!(waiting["settlementStatus"], "INCOMPLETED");
    assert_eq!(waiting["expired"], false);

    let key = issued["paymentKey"].as_str().unwrap();
    let by_key = shop.payment(key).await.json();
    let by_order = shop
        .get(&format!("/v1/payments/orders/{order}"))
        .await
        .json();
    assert_eq!(by_key["paymentKey"], by_order["paymentKey"]);
    assert_eq!(by_key["status"], "WAITING_FOR_DEPOSIT");

    let part = json!({"cancelReason": "고객 요청", "cancelAmount": 5_000});
    let said = shop.cancel(key, part).await;
    assert_eq!(
        said.short(),
        "403 NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT"
    );
    let whole = json!({"cancelReason": "고객 요청"});
    let said = shop.cancel(key, whole.clone()).await;
    assert_eq!(said.short(), "200 CANCELED");
    assert_eq!(said.json()["balanceAmount"], 0);
    assert_eq!(
        shop.cancel(key, whole).await.short(),
        "400 ALREADY_CANCELED_PAYMENT"
    );
}

#[tokio::test]
async fn a_repeated_key_gets_the_first_answer_to_the_byte_whatever_is_asked() {
    let server = Server::new().await;
    let shop = server.shop();
    let call = |amount: i64| {
        let body = json!({"paymentKey": "no-such-key", "orderId": "order_0001", "amount": amount});
        shop.post("/v1/payments/confirm", &body)
    };
    let key = order();
    let first = said(call(1_000).header("Idempotency-Key", &key)).await;
    let again = said(call(2_000).header("Idempotency-Key", &key)).await;
    assert_eq!((first.status, &first.bytes), (again.status, &again.bytes));
    assert_eq!(first.key.as_deref(), Some(key.as_str()));
    assert!(
        again.trace.contains(&first.trace),
        "{} {}",
        again.trace,
        first.trace
    );
    let long = "k".repeat(301);
    let refused = said(call(1_000).header("Idempotency-Key", long)).await;
    assert_eq!(refused.short(), "400 INVALID_IDEMPOTENCY_KEY");
}

#[tokio::test]
async fn transactions_are_an_array() {
    let server = Server::new().await;
    let shop = server.shop();
    let days = "startDate=2026-03-01T00:00:00&endDate=2026-03-01T23:59:59";
    let said = shop.get(&format!("/v1/transactions?{days}")).await;
    assert_eq!(said.status, StatusCode::OK);
    assert!(said.json().is_array());
    let said = shop.get("/v1/transactions?startDate=2026-03-01").await;
    assert_eq!(said.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_card_payment_is_confirmed_once_and_found() {
    let server = Server::new().await;
    let (shop, order) = (server.shop(), order());
    let Some(key) = server.authenticated(&order).await else {
        return;
    };
    assert_eq!(shop.payment(&key).await.short(), "200 IN_PROGRESS");
    assert_eq!(
        shop.confirm(&key, "another_order", 15_000).await.short(),
        "403 FORBIDDEN_REQUEST"
    );
    assert_eq!(
        shop.confirm(&key, &order, 14_000).await.short(),
        "400 INVALID_REQUEST"
    );
    let paid = shop.confirm(&key, &order, 15_000).await;
    assert_eq!(paid.short(), "200 DONE");
    check_shape(&paid.json());
    let again = shop.confirm(&key, &order, 15_000).await;
    assert_eq!(again.short(), "400 ALREADY_PROCESSED_PAYMENT");
    assert_eq!(shop.payment(&key).await.json(), paid.json());
}

#[tokio::test]
async fn of_two_confirmations_at_a_time_one_is_done() {
    let server = Server::new().await;
    let (shop, order) = (server.shop(), order());
    let Some(key) = server.authenticated(&order).await else {
        return;
    };
    let (one, two) = tokio::join!(
        shop.confirm(&key, &order, 15_000),
        shop.confirm(&key, &order, 15_000)
    );
    let mut short = [one.short(), two.short()];
    short.sort();
    assert_eq!(short, ["200 DONE", "400 ALREADY_PROCESSED_PAYMENT"]);
}

#[tokio::test]
async fn money_goes_back_in_parts_and_never_more_than_is_left() {
    let server = Server::new().await;
    let (shop, order) = (server.shop(), order());
    let Some(key) = server.authenticated(&order).await else {
        return;
    };
    shop.confirm(&key, &order, 15_000).await;
    let cancel = async |body: Value| shop.cancel(&key, body).await;
    let part = |amount: i64, refundable: i64| {
        json!({
            "cancelReason": "고객 요청",
            "cancelAmount": amount,
            "refundableAmount": refundable,
        })
    };
    assert_eq!(cancel(json!({})).await.short(), "400 INVALID_REQUEST");
    assert_eq!(
        cancel(part(15_001, 15_000)).await.short(),
        "403 NOT_CANCELABLE_AMOUNT"
    );
    let wrong = cancel(part(5_000, 14_000)).await;
    assert_eq!(wrong.short(), "400 NOT_MATCHES_REFUNDABLE_AMOUNT");
    let done = cancel(part(5_000, 15_000)).await;
    assert_eq!(done.short(), "200 PARTIAL_CANCELED");
    let done = done.json();
    assert_eq!(done["balanceAmount"], 10_000);
    assert_eq!(done["cancels"][0]["refundableAmount"], 10_000);
    assert_eq!(done["cancels"][0]["cancelStatus"], "DONE");
    let rest = cancel(json!({"cancelReason": "고객 요청"})).await;
    assert_eq!(rest.short(), "200 PARTIAL_CANCELED");
    assert_eq!(rest.json()["balanceAmount"], 0);
    let again = cancel(json!({"cancelReason": "고객 요청"})).await;
    assert_eq!(again.short(), "403 NOT_CANCELABLE_AMOUNT");
}

#[tokio::test]
async fn a_declined_card_is_refused_and_the_payment_aborted() {
    let Server::Sandbox(stand) = Server::new().await else {
        return;
    };
    let payment = NewPayment {
        plan: Plan::Decline {
            refusal: refusal::REJECT_CARD_PAYMENT,
        },
        ..NewPayment::new("order_0001", 15_000)
    };
    let key = stand.admin.make(&payment).await.unwrap().payment_key;
    let declined = stand.shop.confirm(&key, "order_0001", 15_000).await;
    assert_eq!(declined.short(), "403 REJECT_CARD_PAYMENT");
    let payment = stand.shop.payment(&key).await;
    assert_eq!(payment.short(), "200 ABORTED");
    assert_eq!(payment.json()["failure"]["code"], "REJECT_CARD_PAYMENT");
    let again = stand.shop.confirm(&key, "order_0001", 15_000).await;
    assert_eq!(again.short(), "400 ALREADY_PROCESSED_PAYMENT");
}

#[tokio::test]
async fn nothing_else_is_served() {
    let server = Server::new().await;
    let call = server.shop().call(Method::POST, "/v2/payments");
    assert_eq!(said(call).await.status, StatusCode::NOT_FOUND);
}
