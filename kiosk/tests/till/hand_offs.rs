//! Paying on one's own phone: what goes to the hub, and what the screen says meanwhile.

use std::sync::{Arc, Mutex};

use domain::booking::{Booking, BookingState, Tender, Ticket};
use domain::hand_off::{HAND_OFF_MS, HandOff, HandOffEnd, HandOffState};
use domain::id::{BookingId, HoldId, NodeId, OrderId, ScreeningId, SeatId, TicketId};
use domain::money::Won;
use domain::version::Version;
use kiosk::sync;
use protocol::ask::{Answer, Ask, Outcome, Want};
use protocol::message::Welcome;
use protocol::row::Row;
use serde_json::{Value, json};

use crate::stand::{Kiosk, NOW};

const ADDRESS: &str = "https://moding.example";

/// The hub has welcomed this kiosk, and takes orders that are handed off where `pays_at` says.
async fn welcomed(kiosk: &Kiosk, pays_at: Option<&str>) {
    let welcome = Welcome {
        session: 1,
        incarnation: 1,
        cursor: None,
        head: 0,
        clock: NOW,
        token: None,
        recovering: false,
        kinds: Vec::new(),
        pays_at: pays_at.map(str::to_owned),
    };
    let kept = kiosk.app.shop.db.write(move |tx| sync::keep(tx, &welcome));
    kept.await.unwrap();
}

/// The hub can be asked; what it is asked.
fn online(kiosk: &Kiosk) -> Arc<Mutex<Vec<Ask>>> {
    let asked: Arc<Mutex<Vec<Ask>>> = Arc::default();
    let heard = asked.clone();
    let line = Arc::new(move |ask: &Ask| heard.lock().unwrap().push(ask.clone()));
    let shop = &kiosk.app.shop;
    shop.asks.connected(NodeId::hub(), 1, line);
    asked
}

async fn hand_off(kiosk: &Kiosk, hold: &str) -> (u16, Value) {
    let path = format!("/api/holds/{hold}/hand-off");
    kiosk.ask("POST", &path, &Value::Null).await
}

async fn handed_off(kiosk: &Kiosk, seats: &[u32]) -> (String, Value) {
    welcomed(kiosk, Some(ADDRESS)).await;
    let _ = online(kiosk);
    let hold = kiosk.hold_seats(seats).await;
    let (status, given) = hand_off(kiosk, &hold).await;
    assert_eq!(status, 202, "{given}");
    (hold, given)
}

async fn shown(kiosk: &Kiosk, order: &Value) -> Value {
    let path = format!("/api/hand-offs/{}", order.as_str().unwrap());
    kiosk.ask("GET", &path, &Value::Null).await.1
}

/// The row as this kiosk has it.
async fn row(kiosk: &Kiosk, order: &Value) -> HandOff {
    let order = OrderId(order.as_str().unwrap().parse().unwrap());
    let db = &kiosk.app.shop.db;
    let found = db.read(move |db| seats::sqlite::hand_offs::find(db, order));
    found.await.unwrap().unwrap()
}

#[tokio::test]
async fn seats_and_order_go_to_the_hub_in_one_batch_and_once() {
    let kiosk = Kiosk::new().await;
    let (hold, given) = handed_off(&kiosk, &[4, 5]).await;
    assert_eq!(given["state"], "given");
    assert_eq!(given["until"], NOW.plus_ms(HAND_OFF_MS).0);
    let told = kiosk.tells(sync::read_batch).await.rows;
    let kinds: Vec<&str> = told.iter().map(|row| &*row.kind).collect();
    assert_eq!(kinds, ["seat", "seat", "hand_off"]);
    for envelope in &told[..2] {
        let Row::Seat(seat) = Row::from_envelope(envelope).unwrap() else {
            panic!("a seat")
        };
        assert!(seat.owner.is_hub());
        assert_eq!(seat.version, Version::FIRST.next().granted());
    }
    // Its answer was lost: asked again, it is the same order.
    let again = hand_off(&kiosk, &hold).await;
    assert_eq!((again.0, &again.1["order"]), (202, &given["order"]));
    assert_eq!(kiosk.tells(sync::read_batch).await.rows.len(), 3);
    assert_eq!(kiosk.seat_state(4).await, "elsewhere");
    let (status, _) = kiosk
        .ask("POST", &format!("/api/holds/{hold}/payment"), &json!({}))
        .await;
    assert_eq!(status, 410);
}

#[tokio::test]
async fn the_screen_follows_the_order_to_the_booking() {
    let mut kiosk = Kiosk::new().await;
    let (_, given) = handed_off(&kiosk, &[4]).await;
    kiosk.restart().await;
    let order = &given["order"];
    let given = row(&kiosk, order).await;
    let open = given.changed_to(HandOffState::Open);
    kiosk
        .hears(vec![Row::HandOff(open.clone()).to_envelope().unwrap()])
        .await;
    let shows = shown(&kiosk, order).await;
    assert_eq!(shows["state"], "open");
    let address = format!("{ADDRESS}/pay/{}", order.as_str().unwrap());
    assert_eq!(shows["address"], address.as_str());

    let booking = BookingId(kiosk.id());
    let paid = open.changed_to(HandOffState::Paid { booking });
    kiosk
        .hears(vec![Row::HandOff(paid).to_envelope().unwrap()])
        .await;
    // The booking is on its way.
    assert_eq!(shown(&kiosk, order).await["state"], "paying");
    let booked = Booking {
        booking,
        number: "123456789012".parse().unwrap(),
        screening: ScreeningId(5),
        node: NodeId::hub(),
        version: Version::FIRST,
        hold: HoldId(kiosk.id()),
        tender: Tender::Online,
        order: Some(given.order),
        tickets: vec![Ticket {
            ticket: TicketId(kiosk.id()),
            seat: SeatId(4),
            price: Won(12_000),
        }],
        booked_at: NOW,
        state: BookingState::Confirmed,
    };
    kiosk
        .hears(vec![Row::Booking(booked).to_envelope().unwrap()])
        .await;
    // Time does not end what is paid.
    kiosk.clock.advance_ms(HAND_OFF_MS);
    let shows = shown(&kiosk, order).await;
    assert_eq!(shows["state"], "paid");
    assert_eq!(shows["booking"]["number"], "1234-5678-9012");
}

#[tokio::test]
async fn what_the_hub_does_not_answer_is_over_by_time() {
    let kiosk = Kiosk::new().await;
    let (_, given) = handed_off(&kiosk, &[4]).await;
    kiosk.clock.advance_ms(HAND_OFF_MS - 1);
    assert_eq!(shown(&kiosk, &given["order"]).await["state"], "given");
    kiosk.clock.advance_ms(1);
    let over = shown(&kiosk, &given["order"]).await;
    assert_eq!(
        (&over["state"], &over["why"]),
        (&json!("over"), &json!("expired"))
    );
}

#[tokio::test]
async fn without_the_hub_nothing_is_handed_off_and_the_reason_is_said() {
    let kiosk = Kiosk::new().await;
    let hold = kiosk.hold_seats(&[4]).await;
    for (pays_at, by_phone, refused) in [
        (None, "not_offered", "payments_unavailable"),
        (Some(ADDRESS), "hub_unreachable", "hub_unreachable"),
    ] {
        welcomed(&kiosk, pays_at).await;
        let (_, device) = kiosk.ask("GET", "/api/kiosk", &Value::Null).await;
        assert_eq!(device["by_phone"], by_phone);
        let (status, answer) = hand_off(&kiosk, &hold).await;
        assert_eq!((status, &answer["code"]), (503, &json!(refused)));
    }
    // A hub that was set up otherwise since takes none any more.
    let _ = online(&kiosk);
    let (_, device) = kiosk.ask("GET", "/api/kiosk", &Value::Null).await;
    assert_eq!(device["by_phone"], "ready");
    welcomed(&kiosk, None).await;
    assert_eq!(hand_off(&kiosk, &hold).await.0, 503);
    // The seats are still the buyer's.
    kiosk.pay(&hold).await;
    welcomed(&kiosk, Some(ADDRESS)).await;
    assert_eq!(
        hand_off(&kiosk, &hold).await.1["code"],
        "payment_in_progress"
    );
}

#[tokio::test]
async fn giving_it_up_is_asked_of_the_hub() {
    let kiosk = Kiosk::new().await;
    let (_, given) = handed_off(&kiosk, &[4]).await;
    let asked = online(&kiosk);
    let order = given["order"].as_str().unwrap();
    let path = format!("/api/hand-offs/{order}/cancellation");
    let nothing = Value::Null;
    let giving_up = kiosk.ask("POST", &path, &nothing);
    let hub = async {
        let ask = kiosk.until(|| async { asked.lock().unwrap().pop() }).await;
        let known = row(&kiosk, &given["order"]).await;
        assert_eq!(ask.want, Want::GiveUp { order: known.order });
        let why = HandOffEnd::GivenUp;
        let over = known.changed_to(HandOffState::Over { why });
        kiosk
            .hears(vec![Row::HandOff(over).to_envelope().unwrap()])
            .await;
        kiosk.app.shop.asks.answered(&Answer {
            ask: ask.ask,
            session: ask.session,
            outcome: Outcome::Done,
        });
    };
    let ((status, answer), ()) = tokio::join!(giving_up, hub);
    assert_eq!((status, &answer["state"]), (200, &json!("over")));
    assert_eq!(answer["why"], "given_up");
}
