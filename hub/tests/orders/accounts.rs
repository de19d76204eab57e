//! Money that was paid into an account: the buyer names a bank account for it, when they ask for
//! it back, or when it comes back without their asking.

use domain::campaign::Phase;
use domain::money::Won;
use domain::time::{DAY_MS, MINUTE_MS};
use serde_json::{Value, json};

use crate::gateway::Say;
use crate::pledges::{open, round, two};
use crate::stage::{PHONE, Stage, id};

fn account() -> Value {
    json!({ "bank": "88", "account_number": "110-123-456789", "holder": " 김토스 " })
}

/// The buyer of an order whose money waits names an account for it.
pub(crate) async fn name_account(stage: &Stage, order: &Value) {
    let path = format!("/api/orders/{}/refund-account", id(order));
    let body = json!({ "phone": PHONE, "account": account() });
    stage.done("PUT", &path, body).await;
}

/// The order is paid into an account.
async fn deposited(stage: &Stage, order: &Value, key: &str) -> Value {
    stage.gateway.say(Say::Deposit);
    stage.pay(order, key).await;
    stage.gateway.deposit(key);
    let hint = json!({
        "eventType": "PAYMENT_STATUS_CHANGED",
        "data": { "paymentKey": key },
    });
    stage.ask("POST", "/api/webhooks/toss", hint).await;
    stage.tasks().await;
    stage.show(order).await
}

#[tokio::test]
async fn whoever_cancels_what_was_paid_into_an_account_says_where_the_money_goes() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    let booking = deposited(&stage, &order, "key-1").await["booking"].clone();
    let known = stage.look_up(&booking["number"]).await;
    assert_eq!(known["refund_to_account"], true);
    let booking_id = booking["booking"].as_str().unwrap();
    let path = format!("/api/bookings/{booking_id}/cancellation");
    let refused = |body: Value| stage.refused("POST", &path, body);
    let without = refused(json!({ "phone": PHONE })).await;
    assert_eq!(without, "refund_account_needed");
    for (field, wrong) in [
        ("bank", "888"),
        ("account_number", "12-34a"),
        ("account_number", ""),
        ("holder", "  "),
    ] {
        let mut account = account();
        account[field] = json!(wrong);
        let code = refused(json!({ "phone": PHONE, "account": account })).await;
        assert_eq!(code, "refund_account_invalid", "{field}");
    }
    let known = stage.look_up(&booking["number"]).await;
    assert_eq!(known["state"], "confirmed", "nothing was cancelled");
    let body = json!({ "phone": PHONE, "account": account() });
    let cancelled = stage.done("POST", &path, body).await;
    assert_eq!(cancelled["state"], "cancelled");
    stage.tasks().await;
    assert_eq!(stage.gateway.charged(), Won(0));
    let known = stage.look_up(&booking["number"]).await;
    assert_eq!(known["refunds"][0]["state"], "done");
    assert_eq!(known["awaiting_account"], false);
}

#[tokio::test]
async fn whoever_paid_by_card_is_asked_for_no_account() {
    let stage = Stage::new().await;
    let order = stage.order(&[1], "refund").await;
    let booking = stage.pay(&order, "key-1").await["booking"].clone();
    let known = stage.look_up(&booking["number"]).await;
    assert_eq!(known["refund_to_account"], false);
    let path = format!("/api/orders/{}/refund-account", id(&order));
    let body = json!({ "phone": PHONE, "account": account() });
    assert_eq!(stage.refused("PUT", &path, body).await, "not_found");
}

#[tokio::test]
async fn a_backer_names_an_account_to_withdraw() {
    let (stage, campaign) = open().await;
    let order = two(&stage, campaign).await;
    let pledged = deposited(&stage, &order, "key-1").await;
    let body = json!({ "number": pledged["number"], "phone": PHONE });
    let shown = stage.done("POST", "/api/pledges/lookup", body).await;
    assert_eq!(shown["refund_to_account"], true);
    let path = format!(
        "/api/pledges/{}/withdrawal",
        shown["pledge"].as_str().unwrap()
    );
    let without = stage.refused("POST", &path, json!({ "phone": PHONE }));
    assert_eq!(without.await, "refund_account_needed");
    let body = json!({ "phone": PHONE, "account": account() });
    stage.done("POST", &path, body).await;
    round(&stage, campaign).await;
    stage.tasks().await;
    assert_eq!(stage.gateway.charged(), Won(0));
}

#[tokio::test]
async fn a_campaign_that_came_to_nothing_asks_its_backers_for_their_accounts() {
    let (stage, campaign) = open().await;
    let body = json!({ "phone": PHONE, "tickets": 1 });
    let path = format!("/api/campaigns/{campaign}/order");
    let order = stage.done("POST", &path, body).await;
    let pledged = deposited(&stage, &order, "key-1").await;
    stage.clock.advance_ms(3 * DAY_MS);
    round(&stage, campaign).await;
    stage.clock.advance_ms(MINUTE_MS);
    round(&stage, campaign).await;
    stage.tasks().await;

    let path = format!("/api/campaigns/{campaign}");
    let shown = stage.done("GET", &path, Value::Null).await;
    assert_eq!(shown["paid_back"]["awaiting_account"], 1, "{shown}");
    let body = json!({ "number": pledged["number"], "phone": PHONE });
    let pledge = stage
        .done("POST", "/api/pledges/lookup", body.clone())
        .await;
    assert_eq!(pledge["awaiting_account"], json!([order["order"]]));
    let list = "/api/operator/awaited-accounts";
    let listed = stage.done("GET", list, Value::Null).await;
    assert_eq!(listed[0]["order"], order["order"]);

    // Nobody else says where the money goes.
    let path = format!("/api/orders/{}/refund-account", id(&order));
    let stranger = json!({ "phone": "010-9999-9999", "account": account() });
    assert_eq!(stage.refused("PUT", &path, stranger).await, "not_found");
    // The gateway does not take the first account: the buyer is asked again.
    stage
        .gateway
        .say(Say::Reject("INVALID_REFUND_ACCOUNT_NUMBER"));
    name_account(&stage, &order).await;
    stage.tasks().await;
    let listed = stage.done("GET", list, Value::Null).await;
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    name_account(&stage, &order).await;
    stage.tasks().await;
    stage.clock.advance_ms(MINUTE_MS);
    assert_eq!(round(&stage, campaign).await, Phase::Refunded);
    assert_eq!(stage.gateway.charged(), Won(0));
    let listed = stage.done("GET", list, Value::Null).await;
    assert_eq!(listed, json!([]));
    let pledge = stage.done("POST", "/api/pledges/lookup", body).await;
    assert_eq!(pledge["awaiting_account"], json!([]));
}
