//! Whatever customers, staff and accidents do: the tenders are the paid bookings less what was
//! given back, at every moment.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::OrderId;
use domain::order::OrderState;
use kiosk::devices::simulated_terminal::{Line, SimulatedCard};
use kiosk::http::{look_after_orders, look_after_refunds};
use kiosk::sqlite;
use process::ids::{Ids as _, SeededIds};
use serde_json::{Value, json};

use crate::stand::Kiosk;

const SEEDS: u64 = 6;
const STEPS: u32 = 60;
const SEATS: [u32; 6] = [4, 5, 6, 7, 8, 9];

/// What is known outside of the kiosk.
#[derive(Default)]
struct Known {
    orders: Vec<String>,
    bookings: Vec<Value>,
    refunds: BTreeSet<uuid::Uuid>,
}

struct Dice(SeededIds);

impl Dice {
    fn below(&self, end: usize) -> usize {
        let id = self.0.uuid(domain::time::Timestamp(0)).as_u128();
        usize::try_from(id % 1_000_003).unwrap() % end
    }
}

async fn step(kiosk: &mut Kiosk, dice: &Dice, known: &mut Known) {
    match dice.below(9) {
        0..=2 => begin(kiosk, dice, known).await,
        3 => {
            for order in known.orders.clone() {
                if let (200, taken) = kiosk.take_cash(&order, 50_000).await {
                    known.bookings.push(taken["payment"]["booking"].clone());
                }
            }
        }
        4..=5 if !known.bookings.is_empty() => {
            let booking = known.bookings[dice.below(known.bookings.len())].clone();
            let again = known.refunds.last().copied().filter(|_| dice.below(4) == 0);
            let refund = again.unwrap_or_else(|| kiosk.id());
            known.refunds.insert(refund);
            let tickets = booking["tickets"].as_array().unwrap().len();
            kiosk
                .bring_back(refund, &booking, &[dice.below(tickets)])
                .await;
        }
        6 => kiosk.restart().await,
        7 => kiosk.set_line([Line::Up, Line::Down][dice.below(2)]),
        _ => {
            look_after_orders(kiosk.app.clone()).await.unwrap();
            look_after_refunds(kiosk.app.clone()).await.unwrap();
        }
    }
    kiosk.clock.advance_ms(1_000);
}

/// Somebody takes one or two seats and pays: in cash later, or with a card now.
async fn begin(kiosk: &Kiosk, dice: &Dice, known: &mut Known) {
    let first = dice.below(SEATS.len());
    let count = 1 + dice.below(2);
    let seats: Vec<u32> = SEATS.iter().copied().skip(first).take(count).collect();
    let body = json!({ "seats": seats });
    let held = kiosk.ask("POST", "/api/screenings/5/holds", &body).await;
    let Some(hold) = held.1["hold"].as_str() else {
        return;
    };
    let way = ["desk", "payment"][dice.below(2)];
    let path = format!("/api/holds/{hold}/{way}");
    let begun = kiosk.ask("POST", &path, &json!({})).await;
    let Some(order) = begun.1["order"].as_str().map(str::to_owned) else {
        return;
    };
    known.orders.push(order.clone());
    if way == "payment" {
        let cards = [
            SimulatedCard::Approve,
            SimulatedCard::Approve,
            SimulatedCard::Decline,
            SimulatedCard::LoseAnswer,
        ];
        kiosk.present(&order, cards[dice.below(4)]).await;
        kiosk
            .until(|| async { (!kiosk.app.asking.contains(id(&order))).then_some(()) })
            .await;
    }
}

fn id(text: &str) -> OrderId {
    OrderId(text.parse().unwrap())
}

/// The tenders by booking, and what orders and refunds say that they should be.
async fn check(kiosk: &Kiosk, known: &Known) {
    let mut expected: BTreeMap<String, i64> = BTreeMap::new();
    for order in &known.orders {
        let order = id(order);
        let found = kiosk
            .app
            .shop
            .db
            .read(move |db| sqlite::orders::find(db, order));
        let found = found.await.unwrap().unwrap();
        if let OrderState::Paid { paid_for } = found.state {
            *expected.entry(format!("{paid_for:?}")).or_default() += found.amount.0;
        }
    }
    for refund in &known.refunds {
        let refund = domain::id::RefundId(*refund);
        let found = kiosk
            .app
            .shop
            .db
            .read(move |db| sqlite::refunds::find(db, refund));
        let done = found.await.unwrap();
        let Some(done) = done.filter(|it| it.state == kiosk::refunds::RefundState::Done) else {
            continue;
        };
        let paid_for = done.paid_for;
        *expected.entry(format!("{paid_for:?}")).or_default() -= done.amount.0;
    }
    let mut tenders: BTreeMap<String, i64> = BTreeMap::new();
    for tender in kiosk.tenders().await {
        *tenders.entry(format!("{:?}", tender.paid_for)).or_default() += tender.amount.0;
    }
    assert_eq!(tenders, expected);
    assert!(tenders.values().all(|sum| *sum >= 0), "{tenders:?}");
}

#[tokio::test]
async fn the_tenders_are_the_paid_bookings_less_what_was_given_back() {
    for seed in 0..SEEDS {
        let (mut kiosk, dice, mut known) = (
            Kiosk::new().await,
            Dice(SeededIds::new(seed)),
            Known::default(),
        );
        for _ in 0..STEPS {
            step(&mut kiosk, &dice, &mut known).await;
            check(&kiosk, &known).await;
        }
        // In the end nothing is open, and the terminal agrees.
        kiosk.set_line(Line::Up);
        look_after_orders(kiosk.app.clone()).await.unwrap();
        look_after_refunds(kiosk.app.clone()).await.unwrap();
        check(&kiosk, &known).await;
        let cash = kiosk.tenders().await.into_iter();
        let cash = cash.filter(|it| it.kind == domain::order::TenderKind::Cash);
        let counted: i64 = cash.map(|it| it.amount.0).sum();
        let body = json!({ "counted_cash_won": counted });
        let (_, closed) = kiosk.staff("POST", "/api/staff/close", &body).await;
        assert_eq!(closed["differences"], json!([]), "seed {seed}");
    }
}
