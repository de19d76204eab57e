//! The hub is stopped between two steps, and what it was told comes again and out of order.

use domain::id::OrderId;
use domain::money::Won;
use domain::time::MINUTE_MS;
use hub::orders::{self, Attempt, Fresh};
use hub::payments::api::Confirm;
use serde_json::{Value, json};

use crate::gateway::Say;
use crate::stage::{Stage, order_id};

/// The first half of a confirmation: what the hub stores before it asks.
async fn begin(stage: &Stage, order: OrderId, success: &Value) {
    let shop = stage.app.shop.clone();
    let attempt = Attempt {
        name: success["gateway_order"].as_str().unwrap().to_owned(),
        amount: Won(success["amount"].as_i64().unwrap()),
    };
    let begun = stage.app.shop.db.write(move |tx| {
        let fresh = Fresh::draw(shop.ids.as_ref(), shop.now());
        orders::begin(tx, shop.here(), order, &attempt, &fresh)
    });
    begun.await.unwrap();
}

fn confirm(success: &Value) -> Confirm {
    let text = |key: &str| success[key].as_str().unwrap().to_owned();
    Confirm {
        payment_key: text("payment_key"),
        gateway_order: text("gateway_order"),
        amount: Won(success["amount"].as_i64().unwrap()),
    }
}

#[tokio::test]
async fn a_crash_before_the_call_charges_nothing_and_the_seats_come_back() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    let success = stage.authorise(&order, "key-1").await;
    begin(&stage, order_id(&order), &success).await;
    stage.tasks().await;
    assert_eq!(
        stage.show(&order).await["state"],
        "confirming",
        "the answer may be slow"
    );
    stage.clock.advance_ms(2 * MINUTE_MS);
    stage.tasks().await;
    let over = stage.show(&order).await;
    assert_eq!(
        (&over["state"], &over["why"]),
        (&json!("over"), &json!("broken_off"))
    );
    // A request that was on its way all the while comes too late.
    let (client, success) = (&stage.paying().client, confirm(&success));
    let late = client.confirm(order_id(&order), &success).await;
    assert_eq!(stage.gateway.charged(), Won(0), "{late:?}");
    assert_eq!(stage.seat(1).await, "held");
}

#[tokio::test]
async fn after_a_crash_before_the_call_the_reloaded_page_goes_on() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    let success = stage.authorise(&order, "key-1").await;
    begin(&stage, order_id(&order), &success).await;
    assert_eq!(stage.confirm(&order, &success).await["state"], "paid");
    assert_eq!(stage.gateway.calls(), 1);
}

#[tokio::test]
async fn after_a_crash_before_settling_the_feed_tells_and_telling_again_changes_nothing() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    let success = stage.authorise(&order, "key-1").await;
    begin(&stage, order_id(&order), &success).await;
    let client = &stage.paying().client;
    client
        .confirm(order_id(&order), &confirm(&success))
        .await
        .unwrap();
    assert_eq!(stage.show(&order).await["state"], "confirming");
    stage.tasks().await;
    let paid = stage.show(&order).await;
    assert_eq!(paid["state"], "paid");
    // The cursor is lost, and everything is told once more.
    let forget = |tx: &rusqlite::Transaction<'_>| store::meta::set_i64(tx, "outcomes_read", 0);
    stage.app.shop.db.write(forget).await.unwrap();
    stage.tasks().await;
    assert_eq!(stage.show(&order).await["booking"], paid["booking"]);
    assert_eq!(stage.gateway.calls(), 1);
}

#[tokio::test]
async fn an_old_refusal_does_not_free_the_seats_of_the_attempt_that_is_under_way() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    stage.gateway.say(Say::Reject("REJECT_CARD_COMPANY"));
    stage.pay(&order, "key-1").await;
    let success = stage.authorise(&order, "key-2").await;
    begin(&stage, order_id(&order), &success).await;
    // The feed still speaks of the first attempt.
    stage.tasks().await;
    let shown = stage.show(&order).await;
    assert_eq!(
        (&shown["state"], &shown["kept_until"]),
        (&json!("confirming"), &Value::Null)
    );
    assert_eq!(stage.confirm(&order, &success).await["state"], "paid");
}

#[tokio::test]
async fn an_unknown_outcome_that_turns_out_to_be_a_refusal_lets_the_buyer_try_again() {
    let stage = Stage::new().await;
    let order = stage.order(&[1, 2], "refund").await;
    stage.gateway.say(Say::Lost);
    let unknown = stage.pay(&order, "key-1").await;
    assert_eq!(unknown["state"], "confirming");
    // The gateway never heard of it, and after all of its windows never will.
    stage.gateway.say(Say::Reject("REJECT_CARD_COMPANY"));
    for _ in 0..60 {
        stage.clock.advance_ms(MINUTE_MS);
        stage.tasks().await;
        if stage.show(&order).await["state"] != "confirming" {
            break;
        }
    }
    let shown = stage.show(&order).await;
    assert!(["over", "not_paid", "confirming"].contains(&shown["state"].as_str().unwrap()));
    assert_eq!(stage.gateway.charged(), Won(0));
}
