//! A kiosk in memory, with the hands of a customer and of the staff.

use std::fs::TryLockError;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use boxoffice::guard::{Guard, Strength};
use boxoffice::links::Links;
use boxoffice::{Handles, Shop};
use domain::id::{NodeId, SeatId};
use domain::tender::KioskTender;
use domain::time::Timestamp;
use kiosk::app::App;
use kiosk::devices::simulated_terminal::{Line, Setup, SimulatedCard, SimulatedTerminal};
use kiosk::programme::Mirror;
use kiosk::{http, sqlite, sync};
use process::clock::ManualClock;
use process::config::Secret;
use process::ids::SeededIds;
use protocol::batch::Batch;
use protocol::row::{Envelope, Row};
use rusqlite::Connection;
use seats::Stretch;
use serde_json::{Value, json};
use store::{Db, StoreError};
use tempfile::TempDir;
use tower::ServiceExt as _;
use uuid::Uuid;

/// On sale in the golden batch of the protocol.
pub(crate) const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// The staff's PIN.
pub(crate) const PIN: &str = "1357";

/// A kiosk in memory with a terminal whose journal is in a folder.
pub(crate) struct Kiosk {
    pub(crate) app: App,
    pub(crate) clock: Arc<ManualClock>,
    folder: TempDir,
}

impl Kiosk {
    pub(crate) async fn new() -> Self {
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

    /// Takes the catalogue and some free seats from a batch of the hub's.
    async fn learn(&mut self) {
        let golden = include_str!("../../../shared/protocol/tests/golden/v1/batch.json");
        let golden: Batch = serde_json::from_str(golden).unwrap();
        let mut documents: Vec<Envelope> = golden.rows.into_iter().take(5).collect();
        documents[2] = with_more_seats(&documents[2]);
        let seats = [1, 4, 5, 6, 7, 8, 9].map(|seat| free_seat(SeatId(seat)));
        self.hears(documents.into_iter().chain(seats).collect())
            .await;
    }

    /// The hub tells of rows.
    pub(crate) async fn hears(&self, rows: Vec<Envelope>) {
        let golden = include_str!("../../../shared/protocol/tests/golden/v1/batch.json");
        let golden: Batch = serde_json::from_str(golden).unwrap();
        let batch = Batch { rows, ..golden };
        let shop = self.app.shop.clone();
        let heard = self
            .app
            .shop
            .db
            .write(move |tx| sync::apply_batch(tx, shop.here(), &batch));
        heard.await.unwrap();
    }

    /// What this kiosk tells the hub.
    pub(crate) async fn tells(
        &self,
        read: fn(&Connection, &Stretch<'_>) -> Result<Batch, StoreError>,
    ) -> Batch {
        let (hub, now) = (NodeId::hub(), self.app.shop.now());
        let told = self.app.shop.db.read(move |db| {
            let stretch = Stretch {
                session: 1,
                incarnation: 1,
                after: 0,
                scopes: None,
                not_origin: Some(&hub),
                now,
            };
            read(db, &stretch)
        });
        told.await.unwrap()
    }

    /// The same device after a crash: nothing is left but what was stored.
    pub(crate) async fn restart(&mut self) {
        let (shop, journal) = (self.app.shop.clone(), self.folder.path().join("journal"));
        // The old terminal's program is gone, and with it its lock on the journal, once what
        // still ran in it has ended.
        let nowhere = self.folder.path().join("nowhere");
        self.app = app(shop.clone(), nowhere, self.clock.clone());
        while is_locked(&journal) {
            tokio::task::yield_now().await;
        }
        self.app = app(shop, journal, self.clock.clone());
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        self.ask_with("", method, path, body).await
    }

    /// As the staff, with their PIN.
    pub(crate) async fn staff(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        self.ask_with(PIN, method, path, body).await
    }

    async fn ask_with(&self, pin: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .header("accept-language", "en")
            .header("authorization", format!("Bearer {pin}"))
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

    pub(crate) async fn hold(&self) -> String {
        self.hold_seats(&[1]).await
    }

    pub(crate) async fn hold_seats(&self, seats: &[u32]) -> String {
        let held = self
            .ask(
                "POST",
                "/api/screenings/5/holds",
                &json!({ "seats": seats }),
            )
            .await;
        held.1["hold"]
            .as_str()
            .unwrap_or_else(|| panic!("{held:?}"))
            .to_owned()
    }

    /// Begins to pay; the order's id.
    pub(crate) async fn pay(&self, hold: &str) -> String {
        let path = format!("/api/holds/{hold}/payment");
        let begun = self.ask("POST", &path, &json!({})).await;
        begun.1["order"]
            .as_str()
            .unwrap_or_else(|| panic!("{begun:?}"))
            .to_owned()
    }

    /// Holds a card to the terminal as soon as it waits for one.
    pub(crate) async fn present(&self, order: &str, card: SimulatedCard) {
        let order = domain::id::OrderId(order.parse().unwrap());
        let simulator = self.app.simulator.clone().unwrap();
        self.until(|| async { simulator.present_card(order, card).ok() })
            .await;
    }

    /// Waits until the order is in `state`; the whole answer.
    pub(crate) async fn reaches(&self, order: &str, state: &str) -> Value {
        let path = format!("/api/orders/{order}");
        self.until(|| async {
            let (_, order) = self.ask("GET", &path, &Value::Null).await;
            (order["state"] == state).then_some(order)
        })
        .await
    }

    /// Waits until nobody knows whether the card was charged, and nobody asks any more.
    pub(crate) async fn is_unknown(&self, order: &str) {
        self.reaches(order, "unknown").await;
        self.app.orders_due.notified().await;
    }

    pub(crate) async fn until<T, F: Future<Output = Option<T>>>(
        &self,
        mut look: impl FnMut() -> F,
    ) -> T {
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

    /// Sends a hold to the desk; the order's id.
    pub(crate) async fn to_desk(&self, hold: &str) -> String {
        let path = format!("/api/holds/{hold}/desk");
        let begun = self.ask("POST", &path, &json!({})).await;
        begun.1["order"]
            .as_str()
            .unwrap_or_else(|| panic!("{begun:?}"))
            .to_owned()
    }

    /// The staff take cash for an order.
    pub(crate) async fn take_cash(&self, order: &str, given: i64) -> (u16, Value) {
        let path = format!("/api/staff/desk/{order}/cash");
        self.staff("POST", &path, &json!({ "given_won": given }))
            .await
    }

    /// Sells seats for cash; the booking.
    pub(crate) async fn sell_for_cash(&self, seats: &[u32]) -> Value {
        let order = self.to_desk(&self.hold_seats(seats).await).await;
        let taken = self.take_cash(&order, 200_000).await;
        assert_eq!(taken.0, 200, "{taken:?}");
        taken.1["payment"]["booking"].clone()
    }

    /// Sells seats by card; the order that is paid.
    pub(crate) async fn sell_by_card(&self, seats: &[u32]) -> Value {
        let order = self.pay(&self.hold_seats(seats).await).await;
        self.present(&order, SimulatedCard::Approve).await;
        self.reaches(&order, "approved").await
    }

    /// The staff give money back for tickets of a booking.
    pub(crate) async fn bring_back(
        &self,
        refund: Uuid,
        booking: &Value,
        nth: &[usize],
    ) -> (u16, Value) {
        let tickets = nth
            .iter()
            .map(|&at| booking["tickets"][at]["ticket"].clone());
        let body = json!({
            "booking": booking["booking"], "tickets": tickets.collect::<Vec<_>>(),
        });
        self.staff("PUT", &format!("/api/staff/refunds/{refund}"), &body)
            .await
    }

    /// A new id.
    pub(crate) fn id(&self) -> Uuid {
        self.app.shop.ids.uuid(self.app.shop.now())
    }

    /// What this kiosk has told of money, the amounts by the id of order or refund.
    pub(crate) async fn tenders(&self) -> Vec<KioskTender> {
        let node = self.app.shop.node.clone();
        let db = &self.app.shop.db;
        let tenders = db.read(move |db| seats::sqlite::tenders::of_node(db, &node));
        tenders.await.unwrap()
    }

    /// What is in the till, by the kiosk's own facts.
    pub(crate) async fn taken(&self) -> i64 {
        let tenders = self.tenders().await;
        tenders.iter().map(|tender| tender.amount.0).sum()
    }

    /// Everything that the terminal did.
    pub(crate) async fn terminal_account(&self) -> Vec<i64> {
        let account = self.app.terminal.account(0).await.unwrap();
        account.lines.iter().map(|line| line.amount.0).collect()
    }

    pub(crate) fn set_line(&self, line: Line) {
        self.app.simulator.as_ref().unwrap().set_line(line);
    }

    pub(crate) async fn seat_state(&self, wanted: u32) -> String {
        let (_, view) = self
            .ask("GET", "/api/screenings/5/seats", &Value::Null)
            .await;
        let seats = view["seats"].as_array().unwrap();
        let seat = seats.iter().find(|seat| seat["seat"] == wanted);
        seat.unwrap()["state"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn seat(&self) -> String {
        let (_, view) = self
            .ask("GET", "/api/screenings/5/seats", &Value::Null)
            .await;
        view["seats"][0]["state"].as_str().unwrap().to_owned()
    }
}

/// Whether a terminal still has its journal.
fn is_locked(journal: &Path) -> bool {
    let file = std::fs::File::open(journal);
    file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
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
        staff: Arc::new(Guard::new(Some(&Secret::new(PIN)), Strength::Short)),
        moving_money: Arc::default(),
        orders_due: Arc::default(),
    }
}

/// The golden room has one seat; here is a second row.
fn with_more_seats(map: &Envelope) -> Envelope {
    let mut body: Value = serde_json::from_str(map.body.get()).unwrap();
    let seats = body["seats"].as_array_mut().unwrap();
    for number in 1..=6 {
        seats.push(json!({
            "seat": number + 3, "row": "B", "number": number, "zone": "standard",
            "kind": "standard", "x": number * 10, "y": 10,
        }));
    }
    Envelope {
        body: serde_json::value::to_raw_value(&body).unwrap(),
        ..map.clone()
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
