//! Returning tickets that were paid on the web, and money that the gateway will not give back.

use domain::money::Won;
use domain::time::MINUTE_MS;
use serde_json::{Value, json};

use crate::gateway::Say;
use crate::stage::{PHONE, Stage};

async fn paid(stage: &Stage, seats: &[u32]) -> Value {
    let order = stage.order(seats, "refund").await;
    stage.pay(&order, "key-1").await["booking"].clone()
}

async fn cancel(stage: &Stage, booking: &Value, tickets: &[&Value]) -> Value {
    let path = path(booking);
    let body = json!({ "phone": PHONE, "tickets": tickets });
    stage.done("POST", &path, body).await
}

fn path(booking: &Value) -> String {
    format!(
        "/api/bookings/{}/cancellation",
        booking["booking"].as_str().unwrap()
    )
}

#[tokio::test]
async fn one_ticket_is_returned_and_later_the_rest_by_the_rule_of_that_moment() {
    let stage = Stage::new().await;
    let booking = paid(&stage, &[1, 2]).await;
    let price = booking["tickets"][0]["price_won"].as_i64().unwrap();
    let first = booking["tickets"][0]["ticket"].clone();
    let left = cancel(&stage, &booking, &[&first]).await;
    assert_eq!(left["state"], "confirmed");
    assert_eq!(left["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(left["refunds"][0]["state"], "pending");
    assert_eq!(stage.seat(1).await, "free");
    assert_eq!(stage.seat(2).await, "sold");
    // Once more, from another tab: nothing is left to return.
    let again = cancel(&stage, &booking, &[&first]).await;
    assert_eq!(again["refunds"].as_array().unwrap().len(), 1);
    stage.tasks().await;
    assert_eq!(stage.gateway.charged(), Won(price));
    let known = stage.look_up(&booking["number"]).await;
    assert_eq!(known["refunds"][0]["state"], "done");

    // Ten minutes before the show half of it comes back.
    let left_ms = stage.screening.starts_at.since_ms(stage.now());
    stage.clock.advance_ms(left_ms - 10 * MINUTE_MS);
    let known = stage.look_up(&booking["number"]).await;
    assert_eq!(known["refund_offer"]["percent"], 50);
    assert_eq!(known["refund_offer"]["amount_won"], price / 2);
    let over = cancel(&stage, &booking, &[]).await;
    assert_eq!(over["state"], "cancelled");
    assert_eq!(over["refund_offer"], Value::Null);
    stage.tasks().await;
    assert_eq!(stage.gateway.charged(), Won(price - price / 2));
    assert_eq!(stage.seat(2).await, "free");
}

#[tokio::test]
async fn nothing_is_returned_once_the_show_has_begun_nor_by_somebody_else() {
    let stage = Stage::new().await;
    let booking = paid(&stage, &[1, 2]).await;
    let stranger = json!({ "phone": "010-9999-9999" });
    assert_eq!(
        stage.refused("POST", &path(&booking), stranger).await,
        "not_found"
    );
    let left_ms = stage.screening.starts_at.since_ms(stage.now());
    stage.clock.advance_ms(left_ms);
    let body = json!({ "phone": PHONE });
    assert_eq!(
        stage.refused("POST", &path(&booking), body).await,
        "cannot_cancel"
    );
    let known = stage.look_up(&booking["number"]).await;
    assert_eq!(known["refund_offer"], Value::Null);
}

#[tokio::test]
async fn money_that_the_gateway_will_not_give_back_is_a_conflict_and_can_be_asked_for_again() {
    let stage = Stage::new().await;
    let booking = paid(&stage, &[1, 2]).await;
    let amount = booking["amount_won"].clone();
    stage.gateway.say(Say::Reject("NOT_CANCELABLE_PAYMENT"));
    cancel(&stage, &booking, &[]).await;
    stage.tasks().await;
    stage.tasks().await;
    let known = stage.look_up(&booking["number"]).await;
    assert_eq!(known["refunds"][0]["state"], "refused", "{known}");
    let list = stage
        .done("GET", "/api/operator/conflicts", Value::Null)
        .await;
    let conflict = &list["conflicts"][0];
    assert_eq!(
        (&list["open"], &conflict["kind"]),
        (&json!(1), &json!("refund_refused"))
    );
    let key = conflict["key"].as_str().unwrap().replace('/', "%2F");
    let path = format!("/api/operator/conflicts/{key}");
    let detail = stage.done("GET", &path, Value::Null).await;
    let remedies = detail["remedies"].as_array().unwrap();
    let remedies: Vec<_> = remedies
        .iter()
        .map(|it| (&it["remedy"], &it["due_won"]))
        .collect();
    let (refund, dismiss, none) = (json!("refund"), json!("dismiss"), json!(0));
    assert_eq!(remedies, [(&refund, &amount), (&dismiss, &none)]);
    assert!(
        detail["reason"]
            .as_str()
            .unwrap()
            .contains("NOT_CANCELABLE_PAYMENT")
    );

    let decide = json!({ "by": "김운영", "remedy": "refund" });
    let decided = stage
        .done("POST", &format!("{path}/decision"), decide)
        .await;
    assert_eq!(decided["decision"]["outcome"], "asked_again");
    stage.tasks().await;
    let known = stage.look_up(&booking["number"]).await;
    assert_eq!(known["refunds"].as_array().unwrap().len(), 1);
    assert_eq!(known["refunds"][0]["state"], "done");
    assert_eq!(stage.gateway.charged(), Won(0));
}
