//! What kiosks have taken reaches the books once, however late its booking comes.

use domain::booking::{Booking, BookingState, Tender, Ticket};
use domain::id::{BookingId, HoldId, NodeId, OrderId, SeatId, TicketId};
use domain::money::Won;
use domain::order::TenderKind;
use domain::tender::{KioskTender, PaidFor};
use domain::time::Timestamp;
use domain::version::Version;
use hub::sqlite::tenders_due;
use protocol::row::{Row, TenderFact};
use uuid::Uuid;

use crate::stage::{NOW, Stage};

fn kiosk() -> NodeId {
    "kiosk-1".parse().unwrap()
}

fn tender(id: u8) -> Row {
    Row::Tender(TenderFact {
        node: kiosk(),
        tender: KioskTender {
            order: OrderId(Uuid::from_bytes([id; 16])),
            kind: TenderKind::Card,
            paid_for: PaidFor::Booking(BookingId(Uuid::from_bytes([id; 16]))),
            amount: Won(12_000),
            approval_no: "30001234".to_owned(),
            taken_at: NOW,
            gives_back: None,
        },
    })
}

fn booking(stage: &Stage, id: u8) -> Row {
    Row::Booking(Booking {
        booking: BookingId(Uuid::from_bytes([id; 16])),
        number: format!("{id:012}").parse().unwrap(),
        screening: stage.screening.screening,
        node: kiosk(),
        version: Version::FIRST,
        hold: HoldId(Uuid::from_bytes([id; 16])),
        tender: Tender::Card,
        order: Some(OrderId(Uuid::from_bytes([id; 16]))),
        booked_at: Timestamp(i64::from(id)),
        state: BookingState::Confirmed,
        tickets: vec![Ticket {
            ticket: TicketId(Uuid::from_bytes([id; 16])),
            seat: SeatId(u32::from(id)),
            price: Won(12_000),
        }],
    })
}

async fn hears(stage: &Stage, row: Row) {
    let heard = stage.app.shop.db.write(move |tx| {
        let node = NodeId::hub();
        let here = seats::Here {
            node: &node,
            now: NOW,
        };
        seats::apply_row(tx, here, &kiosk(), &row).map(drop)
    });
    heard.await.unwrap();
}

/// What the books have of this kiosk's cards.
async fn booked(stage: &Stage) -> Won {
    let account = "tenders:kiosk-1:card".parse().unwrap();
    stage
        .paying()
        .client
        .account(&account)
        .await
        .unwrap()
        .balance
}

#[tokio::test]
async fn a_tender_is_told_once_and_one_whose_booking_is_missing_keeps_nobody_up() {
    let stage = Stage::new().await;
    hears(&stage, tender(1)).await;
    hears(&stage, tender(2)).await;
    hears(&stage, booking(&stage, 2)).await;
    stage.tasks().await;
    assert_eq!(booked(&stage).await, Won(12_000));
    hears(&stage, booking(&stage, 1)).await;
    stage.tasks().await;
    assert_eq!(booked(&stage).await, Won(24_000));
    // Told again, as after a restore of the hub.
    let forget = |tx: &rusqlite::Transaction<'_>| store::meta::set_i64(tx, "tenders_read", 0);
    stage.app.shop.db.write(forget).await.unwrap();
    stage.tasks().await;
    assert_eq!(booked(&stage).await, Won(24_000));
    let due = stage
        .app
        .shop
        .db
        .read(|db| tenders_due::page(db, None, 10))
        .await;
    assert_eq!(due.unwrap(), []);
}
