//! Orders that a kiosk hands off: with their seats, once, and told how they end.

use domain::hand_off::{HAND_OFF_MS, HandOff, HandOffEnd, HandOffState};
use domain::id::{NodeId, OrderId, SeatId};
use domain::time::Timestamp;
use domain::version::Version;
use hub::sync;
use protocol::batch::Batch;
use protocol::row::Row;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::gateway::Say;
use crate::stage::Stage;

const SEATS: [u32; 2] = [1, 2];

fn kiosk() -> NodeId {
    "seoul-1".parse().unwrap()
}

fn order() -> OrderId {
    OrderId(Uuid::from_u128(0x0190_a1b2_c3d4_7e5f_8a9b_0c1d_2e3f_4a61))
}

fn path() -> String {
    format!("/api/orders/{}", order())
}

/// The order as the web shows it.
async fn shown(stage: &Stage) -> Value {
    stage.done("GET", &path(), Value::Null).await
}

/// The kiosk owns the seats, and hands an order for them off: what it tells.
async fn handed_off(stage: &Stage) -> Vec<Row> {
    let (shop, id) = (stage.app.shop.clone(), stage.screening.screening);
    let granted = stage.app.shop.db.write(move |tx| {
        let ours = SEATS.map(SeatId);
        seats::grant(tx, shop.here(), (id, &kiosk()), &ours).unwrap();
        let find = |seat| seats::sqlite::seats::find(tx, id, seat).map(Option::unwrap);
        ours.map(find).into_iter().collect::<Result<Vec<_>, _>>()
    });
    let seats = granted.await.unwrap().into_iter();
    let mut rows: Vec<Row> = seats
        .map(|seat| Row::Seat(seat.granted_to(NodeId::hub())))
        .collect();
    rows.push(Row::HandOff(
        HandOff {
            order: order(),
            node: kiosk(),
            screening: id,
            seats: SEATS.map(SeatId).to_vec(),
            version: Version::FIRST,
            made_at: stage.now(),
            until: stage.now().plus_ms(HAND_OFF_MS),
            state: HandOffState::Given,
        }
        .given(),
    ));
    rows
}

async fn hears(stage: &Stage, sender: NodeId, rows: &[Row]) {
    let batch = Batch {
        session: 1,
        incarnation: 1,
        base: 0,
        last: 1,
        watermark: None,
        rows: rows.iter().map(|row| row.to_envelope().unwrap()).collect(),
    };
    let shop = stage.app.shop.clone();
    let heard = stage
        .app
        .shop
        .db
        .write(move |tx| sync::apply_batch(tx, shop.here(), &sender, &batch));
    heard.await.unwrap();
}

/// What the kiosk is told.
async fn told(stage: &Stage) -> HandOffState {
    let found = stage
        .app
        .shop
        .db
        .read(|db| seats::sqlite::hand_offs::find(db, order()));
    found.await.unwrap().unwrap().state
}

const fn over(why: HandOffEnd) -> HandOffState {
    HandOffState::Over { why }
}

async fn authorise(stage: &Stage) -> Value {
    let how = stage
        .done("POST", &format!("{}/attempts", path()), Value::Null)
        .await;
    json!({
        "payment_key": "key-1",
        "gateway_order": how["gateway_order"],
        "amount": how["amount_won"],
    })
}

async fn confirm(stage: &Stage, success: &Value) -> Value {
    let path = format!("{}/confirmation", path());
    stage.done("POST", &path, success.clone()).await
}

#[tokio::test]
async fn the_seats_come_with_an_order_that_is_paid_on_the_web() {
    let stage = Stage::new().await;
    let rows = handed_off(&stage).await;
    assert_eq!(stage.seat(1).await, "elsewhere");
    hears(&stage, kiosk(), &rows).await;
    let open = shown(&stage).await;
    assert_eq!(open["state"], "open");
    assert_eq!(open["seats"].as_array().unwrap().len(), 2);
    assert_eq!(open["kept_until"], stage.now().plus_ms(HAND_OFF_MS).0);
    assert_eq!(stage.seat(1).await, "held");
    assert_eq!(told(&stage).await, HandOffState::Open);

    let success = authorise(&stage).await;
    // The acknowledgement was lost: told again, it is the same order.
    hears(&stage, kiosk(), &rows).await;
    let paid = confirm(&stage, &success).await;
    assert_eq!(paid["state"], "paid", "{paid}");
    let HandOffState::Paid { booking } = told(&stage).await else {
        panic!("the kiosk is told of the booking")
    };
    assert_eq!(paid["booking"]["booking"], booking.to_string());
    hears(&stage, kiosk(), &rows).await;
    assert_eq!(told(&stage).await, HandOffState::Paid { booking });
    assert_eq!(stage.seat(2).await, "sold");
    assert_eq!(stage.gateway.calls(), 1);
}

#[tokio::test]
async fn nobody_pays_in_time_and_the_seats_are_on_sale_again() {
    let stage = Stage::new().await;
    let rows = handed_off(&stage).await;
    hears(&stage, kiosk(), &rows).await;
    stage.clock.advance_ms(HAND_OFF_MS - 1);
    assert_eq!(stage.seat(1).await, "held");
    stage.clock.advance_ms(1);
    stage.tasks().await;
    assert_eq!(told(&stage).await, over(HandOffEnd::Expired));
    assert_eq!(stage.seat(1).await, "free");
    stage.hold(&SEATS).await;
}

#[tokio::test]
async fn the_buyer_gives_it_up_on_the_phone() {
    let stage = Stage::new().await;
    let rows = handed_off(&stage).await;
    hears(&stage, kiosk(), &rows).await;
    authorise(&stage).await;
    let path = format!("{}/cancellation", path());
    stage.done("POST", &path, Value::Null).await;
    assert_eq!(told(&stage).await, over(HandOffEnd::GivenUp));
    assert_eq!(stage.seat(1).await, "free");
}

#[tokio::test]
async fn a_hand_off_that_comes_too_late_opens_nothing() {
    let stage = Stage::new().await;
    let rows = handed_off(&stage).await;
    stage.clock.advance_ms(HAND_OFF_MS);
    hears(&stage, kiosk(), &rows).await;
    assert_eq!(told(&stage).await, over(HandOffEnd::Expired));
    assert_eq!(
        stage.refused("GET", &path(), Value::Null).await,
        "not_found"
    );
    // The seats have come, and are the hub's.
    stage.hold(&SEATS).await;
}

#[tokio::test]
async fn seats_that_have_not_come_are_not_sold() {
    let stage = Stage::new().await;
    let rows = handed_off(&stage).await;
    hears(&stage, kiosk(), &rows[1..]).await;
    assert_eq!(told(&stage).await, over(HandOffEnd::SeatsGone));
    assert_eq!(stage.seat(2).await, "free");
    hears(&stage, kiosk(), &rows).await;
    assert_eq!(told(&stage).await, over(HandOffEnd::SeatsGone));
    assert_eq!(stage.seat(1).await, "free");
}

#[tokio::test]
async fn an_answer_that_is_lost_keeps_the_seats_until_it_is_known() {
    let stage = Stage::new().await;
    let rows = handed_off(&stage).await;
    hears(&stage, kiosk(), &rows).await;
    let success = authorise(&stage).await;
    stage.gateway.say(Say::LostAfterCharge);
    let confirming = confirm(&stage, &success).await;
    assert_eq!(confirming["state"], "confirming");
    assert_eq!(told(&stage).await, HandOffState::Paying);
    stage.clock.advance_ms(2 * HAND_OFF_MS);
    stage.tasks().await;
    assert!(matches!(told(&stage).await, HandOffState::Paid { .. }));
    assert_eq!(stage.seat(1).await, "sold");
}

#[tokio::test]
async fn no_other_kiosk_hands_it_off() {
    let stage = Stage::new().await;
    let rows = handed_off(&stage).await;
    hears(&stage, "seoul-2".parse().unwrap(), &rows).await;
    let known = stage.app.shop.db.read(|db| {
        let conflicts = seats::sqlite::conflicts::all(db)?.len();
        let known = seats::sqlite::hand_offs::find(db, order())?;
        Ok::<_, store::StoreError>((known, conflicts))
    });
    assert_eq!(known.await.unwrap(), (None, 3));
    assert_eq!(stage.seat(1).await, "elsewhere");
    // Nor does the kiosk say any more how it stands, once it is the hub's.
    hears(&stage, kiosk(), &rows).await;
    let Some(Row::HandOff(given)) = rows.last() else {
        panic!("the last row")
    };
    let forged = HandOff {
        version: Version {
            epoch: given.version.epoch,
            revision: 9,
        },
        until: Timestamp(i64::MAX),
        ..given.clone()
    };
    hears(&stage, kiosk(), &[Row::HandOff(forged)]).await;
    assert_eq!(told(&stage).await, HandOffState::Open);
}
