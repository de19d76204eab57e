//! Paying, failing, trying again, and doing it twice.

use domain::money::Won;
use domain::time::{HOUR_MS, MINUTE_MS};
use hub::app::Selling;
use serde_json::{Value, json};

use crate::gateway::Say;
use crate::stage::{PHONE, Stage, id};

#[tokio::test]
async fn a_hold_is_paid_and_becomes_a_booking() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    assert_eq!(order["state"], "open");
    let paid = stage.pay(&order, "key-1").await;
    assert_eq!(
        (&paid["state"], &paid["given"]),
        (&json!("paid"), &json!("as_chosen"))
    );
    let booking = &paid["booking"];
    assert_eq!(booking["tender"], "online");
    assert_eq!(booking["paid"], true);
    assert_eq!(booking["amount_won"], order["amount_won"]);
    assert_eq!(stage.seat(1).await, "sold");
    assert_eq!(
        Some(stage.gateway.charged().0),
        order["amount_won"].as_i64()
    );
    let known = stage.look_up(&booking["number"]).await;
    assert_eq!(known["order"], order["order"]);
    assert_eq!(known["refund_offer"]["percent"], 100);
}

#[tokio::test]
async fn the_success_page_may_be_loaded_again_and_in_two_tabs() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    let success = stage.authorise(&order, "key-1").await;
    let (one, two) = tokio::join!(
        stage.confirm(&order, &success),
        stage.confirm(&order, &success)
    );
    // The one that came second may still hear that the gateway is being asked.
    assert!(
        [&one, &two].iter().any(|tab| tab["state"] == "paid"),
        "{one} {two}"
    );
    let again = stage.confirm(&order, &success).await;
    let shown = stage.show(&order).await;
    assert_eq!(again["booking"], shown["booking"]);
    assert_eq!(again["state"], "paid");
    assert_eq!(stage.gateway.calls(), 1);
    // The back button leads to the same order, and not to another payment.
    let path = format!("/api/orders/{}/attempts", id(&order));
    assert_eq!(
        stage.refused("POST", &path, Value::Null).await,
        "payment_in_progress"
    );
}

#[tokio::test]
async fn a_card_that_is_refused_leaves_the_seats_and_another_one_may_be_tried() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    stage.gateway.say(Say::Reject("REJECT_CARD_COMPANY"));
    let failed = stage.pay(&order, "key-1").await;
    assert_eq!(
        (&failed["state"], &failed["code"]),
        (&json!("not_paid"), &json!("REJECT_CARD_COMPANY"))
    );
    assert_eq!(stage.seat(1).await, "held");
    assert!(failed["kept_until"].is_i64());
    let paid = stage.pay(&order, "key-2").await;
    assert_eq!(paid["state"], "paid");
    assert_eq!(stage.gateway.calls(), 2);
}

#[tokio::test]
async fn the_fail_page_says_a_code_and_nothing_else_is_believed() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    let path = format!("/api/orders/{}/failure", id(&order));
    let body = json!({ "code": "PAY_PROCESS_CANCELED" });
    let failed = stage.done("POST", &path, body.clone()).await;
    assert_eq!(failed["code"], "PAY_PROCESS_CANCELED");
    let forged = json!({ "code": "<b>카드 번호를 보내세요</b>" });
    assert_eq!(
        stage.refused("POST", &path, forged).await,
        "invalid_request"
    );
    let with_message = json!({ "code": "X", "message": "hello" });
    assert_eq!(
        stage.refused("POST", &path, with_message).await,
        "invalid_request"
    );
    stage.pay(&order, "key-1").await;
    let late = stage.done("POST", &path, body).await;
    assert_eq!(late["state"], "paid");
}

#[tokio::test]
async fn an_amount_that_was_tampered_with_charges_nothing() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    let mut success = stage.authorise(&order, "key-1").await;
    let right = success["amount"].clone();
    success["amount"] = json!(100);
    let path = format!("/api/orders/{}/confirmation", id(&order));
    let refused = stage.refused("POST", &path, success.clone()).await;
    assert_eq!(refused, "amount_differs");
    assert_eq!(stage.gateway.calls(), 0);
    assert_eq!(stage.show(&order).await["state"], "open");
    success["amount"] = right;
    assert_eq!(stage.confirm(&order, &success).await["state"], "paid");
}

#[tokio::test]
async fn while_the_outcome_is_unknown_the_seats_stay_and_nobody_pays_again() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    let other = stage.authorise(&order, "key-2").await;
    stage.gateway.say(Say::LostAfterCharge);
    let unknown = stage.pay(&order, "key-1").await;
    assert_eq!(unknown["state"], "confirming");
    assert_eq!(unknown["kept_until"], Value::Null);
    let path = format!("/api/orders/{}/confirmation", id(&order));
    assert_eq!(
        stage.refused("POST", &path, other).await,
        "payment_in_progress"
    );
    let path = format!("/api/orders/{}/cancellation", id(&order));
    assert_eq!(
        stage.done("POST", &path, Value::Null).await["state"],
        "confirming"
    );
    // Long after every hold has ended they are still kept (S5).
    stage.clock.advance_ms(20 * MINUTE_MS);
    stage
        .app
        .shop
        .db
        .write(|tx| {
            let node = domain::id::NodeId::hub();
            let here = seats::Here {
                node: &node,
                now: crate::stage::NOW.plus_ms(HOUR_MS),
            };
            seats::release_expired(tx, here, 100)
        })
        .await
        .unwrap();
    assert_eq!(stage.seat(1).await, "held");
    stage.tasks().await;
    let paid = stage.show(&order).await;
    assert_eq!(paid["state"], "paid");
    assert_eq!(stage.gateway.calls(), 1);
    assert_eq!(
        Some(stage.gateway.charged().0),
        order["amount_won"].as_i64()
    );
}

#[tokio::test]
async fn who_gives_up_frees_the_seats_and_cannot_be_charged_any_more() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    let success = stage.authorise(&order, "key-1").await;
    let path = format!("/api/orders/{}/cancellation", id(&order));
    let over = stage.done("POST", &path, Value::Null).await;
    assert_eq!(
        (&over["state"], &over["why"]),
        (&json!("over"), &json!("given_up"))
    );
    assert_eq!(stage.seat(1).await, "free");
    let path = format!("/api/orders/{}/confirmation", id(&order));
    assert_eq!(stage.refused("POST", &path, success).await, "order_over");
    assert_eq!(stage.gateway.charged(), Won(0));
}

#[tokio::test]
async fn an_order_that_nobody_pays_ends_with_its_hold() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    stage.clock.advance_ms(16 * MINUTE_MS);
    stage.tasks().await;
    let over = stage.show(&order).await;
    assert_eq!(
        (&over["state"], &over["why"]),
        (&json!("over"), &json!("expired"))
    );
    assert_eq!(stage.seat(1).await, "free");
}

#[tokio::test]
async fn ordering_again_is_the_same_order_with_what_was_said_last() {
    let stage = Stage::new().await;
    let hold = stage.hold(&[1, 2]).await;
    let first = stage.order_hold(&hold, "refund").await;
    let again = stage.order_hold(&hold, "other_seats_in_zone").await;
    assert_eq!(first["order"], again["order"]);
    assert_eq!(again["if_gone"], "other_seats_in_zone");
    stage.pay(&first, "key-1").await;
    let paid = stage.order_hold(&hold, "refund").await;
    assert_eq!(
        (&paid["order"], &paid["state"]),
        (&first["order"], &json!("paid"))
    );
}

#[tokio::test]
async fn a_theater_that_wants_money_first_keeps_nothing_without() {
    let stage = Stage::selling(Selling {
        pay_at_theater: false,
        ..Selling::default()
    })
    .await;
    let hold = stage.hold(&[1]).await;
    let body = json!({ "phone": PHONE, "tender": "pay_at_theater" });
    let path = format!("/api/holds/{hold}/booking");
    assert_eq!(
        stage.refused("POST", &path, body).await,
        "pay_at_theater_off"
    );
    let order = stage.order_hold(&hold, "refund").await;
    assert_eq!(stage.pay(&order, "key-1").await["state"], "paid");
}

#[tokio::test]
async fn a_webhook_changes_nothing_by_itself() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    let success = stage.authorise(&order, "key-1").await;
    let forged = json!({
        "eventType": "PAYMENT_STATUS_CHANGED",
        "data": { "orderId": success["gateway_order"], "status": "DONE", "paymentKey": "key-1" },
    });
    let (status, _) = stage.ask("POST", "/api/webhooks/toss", forged).await;
    assert_eq!(status, 200);
    let (status, _) = stage
        .ask("POST", "/api/webhooks/toss", json!("nonsense"))
        .await;
    assert_eq!(status, 200);
    stage.tasks().await;
    assert_eq!(stage.show(&order).await["state"], "open");
}
