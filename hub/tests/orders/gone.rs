//! Seats that are gone: before the gateway was asked, and after it has taken the money.

use domain::money::Won;
use domain::time::{HOUR_MS, MINUTE_MS};
use serde_json::{Value, json};

use crate::accounts::name_account;
use crate::gateway::Say;
use crate::stage::{Stage, id};

/// Somebody else buys these seats.
async fn buy(stage: &Stage, seats: &[u32], key: &str) {
    let order = stage.order(seats, "refund").await;
    assert_eq!(stage.pay(&order, key).await["state"], "paid");
}

#[tokio::test]
async fn a_hold_that_ran_out_in_the_payment_window_is_taken_again_if_nobody_was_faster() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    let success = stage.authorise(&order, "key-1").await;
    stage.clock.advance_ms(8 * MINUTE_MS);
    let paid = stage.confirm(&order, &success).await;
    assert_eq!(
        (&paid["state"], &paid["given"]),
        (&json!("paid"), &json!("as_chosen"))
    );
}

#[tokio::test]
async fn seats_that_are_gone_before_the_gateway_is_asked_cost_nothing() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    let success = stage.authorise(&order, "key-1").await;
    stage.clock.advance_ms(8 * MINUTE_MS);
    buy(&stage, &[1, 2], "key-2").await;
    let over = stage.confirm(&order, &success).await;
    assert_eq!(
        (&over["state"], &over["why"]),
        (&json!("over"), &json!("expired"))
    );
    assert_eq!(stage.gateway.calls(), 1);
}

#[tokio::test]
async fn who_takes_other_seats_gets_others_of_the_zone_at_the_same_price() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "other_seats_in_zone").await;
    let success = stage.authorise(&order, "key-1").await;
    stage.clock.advance_ms(8 * MINUTE_MS);
    buy(&stage, &[1, 2], "key-2").await;
    let paid = stage.confirm(&order, &success).await;
    assert_eq!(
        (&paid["state"], &paid["given"]),
        (&json!("paid"), &json!("others"))
    );
    assert_eq!(paid["booking"]["amount_won"], order["amount_won"]);
    let zones = |view: &Value| {
        let seats = view["seats"].as_array().unwrap().clone();
        let zones = seats.iter().map(|seat| seat["zone"].clone());
        zones.collect::<Vec<_>>()
    };
    assert_eq!(zones(&paid), zones(&order));
}

/// An order whose money was to come into an account and comes when the seats have been sold.
async fn paid_too_late(if_gone: &str) -> (Stage, Value) {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], if_gone).await;
    stage.gateway.say(Say::Deposit);
    let waiting = stage.pay(&order, "key-1").await;
    assert_eq!(waiting["state"], "waiting_for_deposit");
    assert_eq!(waiting["account"]["account_number"], "X1234");
    assert_eq!(stage.seat(1).await, "held");
    stage.clock.advance_ms(HOUR_MS + 1);
    stage.tasks().await;
    assert_eq!(stage.show(&order).await["state"], "over");
    assert_eq!(stage.seat(1).await, "free");
    buy(&stage, &[1, 2], "key-2").await;
    stage.gateway.deposit("key-1");
    let hint = json!({
        "eventType": "PAYMENT_STATUS_CHANGED",
        "data": { "paymentKey": "key-1" },
    });
    stage.ask("POST", "/api/webhooks/toss", hint).await;
    stage.tasks().await;
    stage.tasks().await;
    let shown = stage.show(&order).await;
    (stage, shown)
}

#[tokio::test]
async fn money_that_comes_too_late_goes_back() {
    let (stage, waiting) = paid_too_late("refund").await;
    assert_eq!(waiting["state"], "refunding", "{waiting}");
    // Not before the buyer has said where to.
    assert_eq!(waiting["awaiting_account"], true);
    name_account(&stage, &waiting).await;
    let order = stage.show(&waiting).await;
    assert_eq!(order["awaiting_account"], false);
    stage.tasks().await;
    let order = stage.show(&order).await;
    assert_eq!(order["state"], "refunded", "{order}");
    let left = stage.gateway.charged();
    assert_eq!(
        Some(left.0),
        order["amount_won"].as_i64(),
        "only the other order's"
    );
    // Telling it again gives nothing back a second time.
    stage.tasks().await;
    assert_eq!(stage.gateway.charged(), left);
}

#[tokio::test]
async fn money_that_comes_too_late_gets_other_seats_if_the_buyer_wants_that() {
    let (stage, order) = paid_too_late("other_seats_in_zone").await;
    assert_eq!(
        (&order["state"], &order["given"]),
        (&json!("paid"), &json!("others"))
    );
    let paid = order["amount_won"].as_i64().unwrap();
    assert_eq!(stage.gateway.charged(), Won(2 * paid));
}

#[tokio::test]
async fn a_deposit_in_time_becomes_the_booking() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    stage.gateway.say(Say::Deposit);
    stage.pay(&order, "key-1").await;
    stage.clock.advance_ms(30 * MINUTE_MS);
    stage.tasks().await;
    stage.gateway.deposit("key-1");
    let hint = json!({
        "eventType": "PAYMENT_STATUS_CHANGED",
        "data": { "paymentKey": "key-1" },
    });
    stage.ask("POST", "/api/webhooks/toss", hint).await;
    stage.tasks().await;
    let paid = stage.show(&order).await;
    assert_eq!(
        (&paid["state"], &paid["given"]),
        (&json!("paid"), &json!("as_chosen"))
    );
}

#[tokio::test]
async fn a_hold_that_is_booked_at_the_counters_price_takes_no_money_on_the_web() {
    let stage = Stage::new().await;
    let hold = stage.hold(&[1, 2]).await;
    let order = stage.order_hold(&hold, "refund").await;
    let success = stage.authorise(&order, "key-1").await;
    let body = json!({ "phone": crate::stage::PHONE, "tender": "pay_at_theater" });
    stage
        .done("POST", &format!("/api/holds/{hold}/booking"), body)
        .await;
    let over = stage.confirm(&order, &success).await;
    assert_eq!(over["state"], "over");
    assert_eq!(stage.gateway.calls(), 0);
    assert_eq!(
        stage
            .refused(
                "POST",
                &format!("/api/orders/{}/attempts", id(&order)),
                Value::Null
            )
            .await,
        "order_over"
    );
}
