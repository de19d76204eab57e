//! Returning tickets that were paid on the web, and money that the gateway will not give back.

use domain::id::{BookingId, NodeId, TicketId};
use domain::money::Won;
use domain::ticket_fact::{TicketEvent, TicketFact};
use domain::time::{MINUTE_MS, Timestamp};
use hub::fleet;
use hub::sqlite::nodes::KnownNode;
use hub::sqlite::words;
use protocol::row::{Row, RowKind};
use serde_json::{Value, json};
use store::StoreError;

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

/// A kiosk of the theater, which tells of what happens to tickets.
async fn kiosk(stage: &Stage, known_to: Timestamp) -> NodeId {
    let node: NodeId = "seoul-1".parse().unwrap();
    let (theater, id) = (stage.screening.theater, node.clone());
    let now = stage.now();
    let added = stage.app.shop.db.write(move |tx| {
        let known = KnownNode {
            node: id.clone(),
            theater,
        };
        fleet::add_node(tx, &known, "a secret", now).unwrap();
        words::set_kinds(tx, &id, &RowKind::newer_names())?;
        words::heard_up_to(tx, &id, known_to)
    });
    added.await.unwrap();
    stage.app.shop.links.heard(&node, Some(theater), now);
    node
}

#[tokio::test]
async fn a_ticket_that_was_printed_comes_back_at_the_counter_only() {
    let stage = Stage::new().await;
    let booking = paid(&stage, &[1, 2]).await;
    let node = kiosk(&stage, stage.now()).await;
    let tickets = [0, 1].map(|at| booking["tickets"][at]["ticket"].clone());
    let id = |value: &Value| value.as_str().unwrap().parse().unwrap();
    let fact = Row::TicketFact(TicketFact {
        ticket: TicketId(id(&tickets[0])),
        booking: BookingId(id(&booking["booking"])),
        screening: stage.screening.screening,
        node: node.clone(),
        event: TicketEvent::Printed,
        at: stage.now(),
    });
    let (shop, sender) = (stage.app.shop.clone(), node.clone());
    let told = stage.app.shop.db.write(move |tx| {
        for _ in 0..2 {
            seats::apply_row(tx, shop.here(), &sender, &fact).unwrap();
        }
        Ok::<_, StoreError>(())
    });
    told.await.unwrap();
    for named in [vec![], vec![&tickets[0]], vec![&tickets[0], &tickets[1]]] {
        let body = json!({ "phone": PHONE, "tickets": named });
        let refused = stage.refused("POST", &path(&booking), body).await;
        assert_eq!(refused, "ticket_used");
    }
    assert_eq!(stage.seat(1).await, "sold");
    let left = cancel(&stage, &booking, &[&tickets[1]]).await;
    assert_eq!(left["tickets"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refund_waits_for_a_kiosk_that_may_have_printed_the_ticket() {
    let stage = Stage::new().await;
    let booking = paid(&stage, &[1, 2]).await;
    let node = kiosk(&stage, stage.now()).await;
    let links = &stage.app.shop.links;
    links.lost(&node, stage.now());
    let body = json!({ "phone": PHONE, "tickets": [] });
    let refused = stage.refused("POST", &path(&booking), body).await;
    assert_eq!(refused, "theater_away");
    // What was booked when it was in the dark it has never heard of.
    stage.clock.advance_ms(MINUTE_MS);
    let later = stage.order(&[3], "refund").await;
    let later = stage.pay(&later, "key-2").await["booking"].clone();
    assert_eq!(cancel(&stage, &later, &[]).await["state"], "cancelled");
    // It is back, and had printed nothing.
    links.heard(&node, Some(stage.screening.theater), stage.now());
    assert_eq!(cancel(&stage, &booking, &[]).await["state"], "cancelled");
}
