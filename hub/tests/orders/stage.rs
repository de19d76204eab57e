//! A hub with one theater and a payments module inside it, a gateway that says what it is told
//! to, and a clock that is turned by hand.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use boxoffice::guard::{Guard, Strength};
use boxoffice::links::Links;
use boxoffice::{Handles, Shop};
use domain::allotment::Policy;
use domain::id::{NodeId, OrderId, TheaterId};
use domain::screening::Screening;
use domain::time::{DAY_MS, Timestamp};
use hub::app::{App, Operators, Selling};
use hub::mqtt::hellos::Hellos;
use hub::orders::following;
use hub::orders::paying::Paying;
use hub::payments::calls::Calls;
use hub::payments::pace::Pace;
use hub::payments::{Parts, Payments, PaymentsClient, Shown};
use hub::programme::Catalogue;
use hub::sqlite::screenings::Wanted;
use hub::sqlite::{movies, screenings, theaters};
use hub::theaters::{Showable, fill_day, seed};
use hub::{catalog, http, payments, sqlite};
use process::clock::{Clock as _, ManualClock};
use process::config::Secret;
use process::ids::SeededIds;
use process::shutdown::Shutdown;
use rusqlite::Transaction;
use seats::Here;
use serde_json::{Value, json};
use store::{Db, StoreError};
use tower::ServiceExt as _;

use crate::gateway::Scripted;

/// A Monday morning.
pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000);
pub(crate) const PHONE: &str = "010-1234-5678";

pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) gateway: Arc<Scripted>,
    pub(crate) payments: Payments,
    pub(crate) screening: Screening,
    router: Router,
}

fn programme(tx: &Transaction<'_>) -> Result<Screening, StoreError> {
    let node = NodeId::hub();
    let here = Here {
        node: &node,
        now: NOW,
    };
    for import in catalog::bundled().unwrap() {
        catalog::import_movies(tx, &import)?;
    }
    seed(tx)?;
    let films = movies::showable(tx, 10)?.into_iter();
    let films: Vec<Showable> = films
        .map(|(movie, runtime_min)| Showable { movie, runtime_min })
        .collect();
    let theater = theaters::find(tx, TheaterId(1))?.unwrap();
    fill_day(tx, here, &theater, (1, &films)).unwrap();
    let wanted = Wanted {
        from: NOW,
        until: NOW.plus_ms(3 * DAY_MS),
        theater: None,
        movie: None,
    };
    Ok(screenings::list(tx, &wanted)?.remove(0))
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::selling(Selling::default()).await
    }

    pub(crate) async fn selling(selling: Selling) -> Self {
        let clock = Arc::new(ManualClock::new(NOW));
        let ids = Arc::new(SeededIds::new(1));
        let gateway = Arc::new(Scripted::default());
        let payments = Payments::new(Parts {
            db: Db::open_in_memory(payments::sqlite::MIGRATIONS).unwrap(),
            calls: Calls::new(gateway.clone(), Pace::per_minute(0)),
            clock: clock.clone(),
            ids: ids.clone(),
            shutdown: Shutdown::new(),
            shown: Shown {
                client_key: "test_ck_A1".to_owned(),
                script: "http://127.0.0.1/v2/standard".to_owned(),
            },
        });
        let client = PaymentsClient::in_process(payments::http::router(payments.clone()));
        let db = Db::open_in_memory(sqlite::MIGRATIONS).unwrap();
        let screening = db.write(programme).await.unwrap();
        let guard = Guard::new(Some(&Secret::new("right")), Strength::Long);
        let app = App {
            shop: Shop::new(
                Handles {
                    db,
                    node: NodeId::hub(),
                    clock: clock.clone(),
                    ids,
                },
                Arc::new(Catalogue),
                Links::new(NOW),
            ),
            incarnation: 1,
            operators: Arc::new(Operators::new(guard)),
            hellos: Hellos::default(),
            allotment: Policy::default(),
            payments: Some(Paying::new(client)),
            selling: Arc::new(selling),
        };
        Self {
            router: http::router(app.clone()),
            app,
            clock,
            gateway,
            payments,
            screening,
        }
    }

    pub(crate) fn paying(&self) -> &Paying {
        self.app.payments.as_ref().unwrap()
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", "Bearer right")
            .header("content-type", "application/json");
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        let request = request.body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1024 * 1024).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    pub(crate) async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask(method, path, body).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    pub(crate) async fn refused(&self, method: &str, path: &str, body: Value) -> String {
        let (status, answer) = self.ask(method, path, body).await;
        assert!(status >= 400, "{path}: {status} {answer}");
        answer["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) async fn hold(&self, seats: &[u32]) -> String {
        let path = format!("/api/screenings/{}/holds", self.screening.screening);
        let hold = self.done("POST", &path, json!({ "seats": seats })).await;
        hold["hold"].as_str().unwrap().to_owned()
    }

    /// An order for these seats.
    pub(crate) async fn order(&self, seats: &[u32], if_gone: &str) -> Value {
        let hold = self.hold(seats).await;
        self.order_hold(&hold, if_gone).await
    }

    pub(crate) async fn order_hold(&self, hold: &str, if_gone: &str) -> Value {
        let body = json!({ "phone": PHONE, "if_gone": if_gone });
        self.done("POST", &format!("/api/holds/{hold}/order"), body)
            .await
    }

    /// The buyer goes through the payment window: what the success page is called with.
    pub(crate) async fn authorise(&self, order: &Value, payment_key: &str) -> Value {
        let path = format!("/api/orders/{}/attempts", id(order));
        let how = self.done("POST", &path, Value::Null).await;
        json!({
            "payment_key": payment_key,
            "gateway_order": how["gateway_order"],
            "amount": how["amount_won"],
        })
    }

    pub(crate) async fn confirm(&self, order: &Value, success: &Value) -> Value {
        let path = format!("/api/orders/{}/confirmation", id(order));
        self.done("POST", &path, success.clone()).await
    }

    pub(crate) async fn pay(&self, order: &Value, payment_key: &str) -> Value {
        let success = self.authorise(order, payment_key).await;
        self.confirm(order, &success).await
    }

    pub(crate) async fn show(&self, order: &Value) -> Value {
        self.done("GET", &format!("/api/orders/{}", id(order)), Value::Null)
            .await
    }

    /// The state of a seat as the web shows it.
    pub(crate) async fn seat(&self, seat: u32) -> String {
        let path = format!("/api/screenings/{}/seats", self.screening.screening);
        let seats = self.done("GET", &path, Value::Null).await;
        let seats = seats["seats"].as_array().unwrap().clone();
        let found = seats.iter().find(|it| it["seat"] == seat).unwrap().clone();
        found["state"].as_str().unwrap().to_owned()
    }

    /// What the hub's tasks do when they run once.
    pub(crate) async fn tasks(&self) {
        let (paying, shop) = (self.paying(), &self.app.shop);
        following::look_after(paying.clone(), shop.clone())
            .await
            .unwrap();
        let shutdown = Shutdown::new();
        self.payments.look_after_attempts(&shutdown).await.unwrap();
        self.payments.carry_out_refunds(&shutdown).await.unwrap();
        while following::read_on(paying, shop, 0).await.unwrap() > 0 {}
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) async fn look_up(&self, number: &Value) -> Value {
        let body = json!({ "number": number, "phone": PHONE });
        self.done("POST", "/api/bookings/lookup", body).await
    }
}

pub(crate) fn id(order: &Value) -> &str {
    order["order"].as_str().unwrap()
}

pub(crate) fn order_id(order: &Value) -> OrderId {
    OrderId(id(order).parse().unwrap())
}
