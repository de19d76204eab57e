//! Paying at the card terminal through the web API, with every way it can go wrong.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use boxoffice::guard::{Guard, Strength};
use boxoffice::links::Links;
use boxoffice::{Handles, Shop};
use domain::id::{NodeId, SeatId};
use domain::time::Timestamp;
use insta::assert_snapshot;
use kiosk::app::App;
use kiosk::devices::simulated_terminal::{Setup, SimulatedCard, SimulatedTerminal};
use kiosk::http::look_after_orders;
use kiosk::programme::Mirror;
use kiosk::{http, sqlite, sync};
use process::clock::ManualClock;
use process::ids::SeededIds;
use protocol::batch::Batch;
use protocol::row::{Envelope, Row};
use serde_json::{Value, json};
use store::Db;
use tempfile::TempDir;
use tower::ServiceExt as _;

/// On sale in the golden batch of the protocol.
const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// A kiosk in memory with a terminal whose journal is in a folder.
struct Kiosk {
    app: App,
    clock: Arc<ManualClock>,
    folder: TempDir,
}

impl Kiosk {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::new(NOW));
        let shop = Shop::new(
            Handles {
                db: Db::open_in_memory(sqlite::MIGRATIONS).unwrap(),
                node: "seoul-1".parse().unwrap(),
                clock: clock.clone(),
                ids: Arc::new(SeededIds::new(1)),
            },
            Arc::new(Mirror),
            Links::new(NOW),
        );
        let mut kiosk = Self {
            app: app(shop, folder.path().join("journal"), clock.clone()),
            clock,
            folder,
        };
        kiosk.learn().await;
        kiosk
    }

    /// Takes the catalogue and two free seats from a batch of the hub's.
    async fn learn(&mut self) {
        let golden = include_str!("../../shared/protocol/tests/golden/v1/batch.json");
        let golden: Batch = serde_json::from_str(golden).unwrap();
        let documents = golden.rows.into_iter().take(5);
        let seats = [1, 4].map(|seat| free_seat(SeatId(seat)));
        let batch = Batch {
            rows: documents.chain(seats).collect(),
            ..golden
        };
        let shop = self.app.shop.clone();
        let learnt = self
            .app
            .shop
            .db
            .write(move |tx| sync::apply_batch(tx, shop.here(), &batch));
        learnt.await.unwrap();
    }

    /// The same device after a crash: nothing is left but what was stored.
    fn restart(&mut self) {
        let (shop, journal) = (self.app.shop.clone(), self.folder.path().join("journal"));
        // The old terminal's program is gone, and with it its lock on the journal.
        let nowhere = self.folder.path().join("nowhere");
        self.app = app(shop.clone(), nowhere, self.clock.clone());
        self.app = app(shop, journal, self.clock.clone());
    }

    async fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .header("accept-language", "en")
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = http::router(self.app.clone())
            .oneshot(request)
            .await
            .unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1024 * 1024).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn hold(&self) -> String {
        let held = self
            .ask("POST", "/api/screenings/5/holds", &json!({ "seats": [1] }))
            .await;
        held.1["hold"]
            .as_str()
            .unwrap_or_else(|| panic!("{held:?}"))
            .to_owned()
    }

    /// Begins to pay; the order's id.
    async fn pay(&self, hold: &str) -> String {
        let path = format!("/api/holds/{hold}/payment");
        let begun = self.ask("POST", &path, &json!({})).await;
        begun.1["order"]
            .as_str()
            .unwrap_or_else(|| panic!("{begun:?}"))
            .to_owned()
    }

    /// Holds a card to the terminal as soon as it waits for one.
    async fn present(&self, order: &str, card: SimulatedCard) {
        let order = domain::id::OrderId(order.parse().unwrap());
        let simulator = self.app.simulator.clone().unwrap();
        self.until(|| async { simulator.present_card(order, card).ok() })
            .await;
    }

    /// Waits until the order is in `state`; the whole answer.
    async fn reaches(&self, order: &str, state: &str) -> Value {
        let path = format!("/api/orders/{order}");
        self.until(|| async {
            let (_, order) = self.ask("GET", &path, &Value::Null).await;
            (order["state"] == state).then_some(order)
        })
        .await
    }

    /// Waits until nobody knows whether the card was charged, and nobody asks any more.
    async fn is_unknown(&self, order: &str) {
        self.reaches(order, "unknown").await;
        self.app.orders_due.notified().await;
    }

    async fn until<T, F: Future<Output = Option<T>>>(&self, mut look: impl FnMut() -> F) -> T {
        let looking = async {
            loop {
                if let Some(seen) = look().await {
                    return seen;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), looking)
            .await
            .expect("it happens")
    }

    async fn seat(&self) -> String {
        let (_, view) = self
            .ask("GET", "/api/screenings/5/seats", &Value::Null)
            .await;
        view["seats"][0]["state"].as_str().unwrap().to_owned()
    }
}

fn app(shop: Shop, journal: PathBuf, clock: Arc<ManualClock>) -> App {
    let setup = Setup {
        journal,
        customer_wait: Duration::from_secs(60),
        auto: None,
    };
    let terminal = SimulatedTerminal::open(&setup, clock).unwrap();
    App {
        shop,
        terminal: Arc::new(terminal.clone()),
        simulator: Some(terminal),
        asking: Arc::default(),
        staff: Arc::new(Guard::new(None, Strength::Short)),
        orders_due: Arc::default(),
    }
}

fn free_seat(seat: SeatId) -> Envelope {
    let node: NodeId = "seoul-1".parse().unwrap();
    let row = Row::Seat(domain::seating::ScreeningSeat {
        screening: domain::id::ScreeningId(5),
        seat,
        owner: node,
        version: domain::version::Version::FIRST,
        state: domain::seating::SeatState::Free,
    });
    row.to_envelope().unwrap()
}

#[tokio::test]
async fn a_declined_card_leaves_the_seat_to_try_another() {
    let kiosk = Kiosk::new().await;
    let hold = kiosk.hold().await;
    let order = kiosk.pay(&hold).await;
    kiosk.present(&order, SimulatedCard::Decline).await;
    let declined = kiosk.reaches(&order, "declined").await;
    assert_eq!(declined["reason"], "declined");
    assert_eq!(kiosk.seat().await, "held");
    let again = kiosk.pay(&hold).await;
    kiosk.present(&again, SimulatedCard::Approve).await;
    let approved = kiosk.reaches(&again, "approved").await;
    assert_snapshot!(
        approved["booking"]["tickets"].to_string(),
        @r#"[{"kind":"wheelchair","number":1,"price_won":12000,"row":"A","seat":1,"ticket":"018bcfe5-6800-76c6-b8f5-bd0adf81fdb5","zone":"standard"}]"#
    );
    assert_eq!(approved["booking"]["amount_won"], 12_000);
    assert_eq!(kiosk.seat().await, "sold");
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_and_the_seat_stays_kept() {
    let kiosk = Kiosk::new().await;
    let order = kiosk.pay(&kiosk.hold().await).await;
    kiosk.present(&order, SimulatedCard::LoseAnswer).await;
    kiosk.is_unknown(&order).await;
    // Long after any hold would have run out.
    kiosk.clock.advance_ms(3_600_000);
    assert_eq!(kiosk.seat().await, "held");
    look_after_orders(kiosk.app.clone()).await.unwrap();
    kiosk.reaches(&order, "approved").await;
    assert_eq!(kiosk.seat().await, "sold");
}

#[tokio::test]
async fn a_crash_after_the_charge_still_gives_the_seat() {
    let mut kiosk = Kiosk::new().await;
    let order = kiosk.pay(&kiosk.hold().await).await;
    kiosk.present(&order, SimulatedCard::LoseAnswer).await;
    kiosk.is_unknown(&order).await;
    kiosk.restart();
    look_after_orders(kiosk.app.clone()).await.unwrap();
    kiosk.reaches(&order, "approved").await;
}

#[tokio::test]
async fn a_cancelled_payment_charges_nothing() {
    let kiosk = Kiosk::new().await;
    let order = kiosk.pay(&kiosk.hold().await).await;
    let simulator = kiosk.app.simulator.clone().unwrap();
    kiosk
        .until(|| async { simulator.waiting().map(drop) })
        .await;
    kiosk
        .ask(
            "POST",
            &format!("/api/orders/{order}/cancellation"),
            &json!({}),
        )
        .await;
    let cancelled = kiosk.reaches(&order, "cancelled").await;
    assert_eq!(cancelled["booking"], Value::Null);
    assert_eq!(kiosk.seat().await, "held");
}

#[tokio::test]
async fn asking_to_pay_twice_is_one_order() {
    let kiosk = Kiosk::new().await;
    let hold = kiosk.hold().await;
    assert_eq!(kiosk.pay(&hold).await, kiosk.pay(&hold).await);
}

#[tokio::test]
async fn a_problem_says_what_to_do_and_names_the_seat() {
    let kiosk = Kiosk::new().await;
    kiosk.hold().await;
    let again = kiosk
        .ask("POST", "/api/screenings/5/holds", &json!({ "seats": [1] }))
        .await;
    assert_snapshot!(again.0, @"409");
    assert_snapshot!(
        again.1.to_string(),
        @r#"{"code":"seat_taken","detail":"Somebody else has this seat. Please choose another","seats":[{"number":1,"reason":"taken","row":"A","seat":1}],"status":409,"title":"Somebody else has this seat. Please choose another","type":"urn:moding:problem:seat_taken"}"#
    );
    let empty = kiosk
        .ask("POST", "/api/screenings/5/holds", &json!({ "seats": "A1" }))
        .await;
    assert_snapshot!(empty.0, @"422");
    let gone = kiosk
        .ask("GET", "/api/screenings/99/seats", &Value::Null)
        .await;
    assert_snapshot!(gone.0, @"404");
}
