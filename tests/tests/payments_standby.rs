//! Two machines, each with a hub and a payments process of its own: one pair leads, the other
//! one follows, and money never stays where the hub is not.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use hub::payments::PaymentsClient;
use serde_json::{Value, json};
use store::replication::lease;
use tests::client::Client;
use tests::replica::{self, Running};
use tests::stand::{Apart, Program, Stand, eventually};
use toss_sandbox::admin::NewPayment;
use toss_sandbox::{Sandbox, Settings};

const PHONE: &str = "01012345678";

#[tokio::test(flavor = "multi_thread")]
async fn another_machine_takes_over_both_and_has_every_payment() {
    let Some(mut pairs) = Pairs::start().await else {
        return;
    };
    let (web, other) = (pairs.first.hub.client(), pairs.hub.client());
    let paid = pairs.pays(&web, &pairs.orders(&web).await).await;
    // One that is killed alone, and has its lease again.
    let payments = pairs.first.payments.as_mut().unwrap();
    payments.kill();
    payments.start();
    let again = pairs.pays(&web, &pairs.orders(&web).await).await;
    pairs.second_stands_by().await;
    // Authorised here, and confirmed only there.
    let half = pairs.orders(&web).await;

    pairs.first.hub.kill();
    pairs.first.payments.as_mut().unwrap().kill();
    pairs.hub.ready().await;
    let confirmed = pairs.pays(&other, &half).await;
    for booking in [&paid, &again, &confirmed] {
        assert_eq!(pairs.look_up(&other, booking).await["state"], "confirmed");
    }
    pairs.cancels(&other, &paid).await;
    pairs.pays(&other, &pairs.orders(&other).await).await;
    pairs.the_old_one_stays_out().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_go_where_the_hub_goes() {
    let Some(mut pairs) = Pairs::start().await else {
        return;
    };
    let (web, other) = (pairs.first.hub.client(), pairs.hub.client());
    let paid = pairs.pays(&web, &pairs.orders(&web).await).await;
    pairs.second_stands_by().await;
    // The hub alone is gone for good.
    pairs.first.hub.kill();
    pairs.hub.ready().await;
    let payments = pairs.first.payments.as_mut().unwrap();
    let let_go = eventually("the first payments let go", || {
        let ended = payments.ended();
        async move { ended }
    })
    .await;
    assert!(let_go.success(), "{let_go}");
    pairs.cancels(&other, &paid).await;
    pairs.pays(&other, &pairs.orders(&other).await).await;
    pairs.the_old_one_stays_out().await;
}

/// Both machines.
struct Pairs {
    first: Stand,
    hub: Program,
    payments: Program,
    sandbox: Sandbox,
    _moto: Running,
    _folder: tempfile::TempDir,
}

/// An order whose payment the gateway has authorised.
struct Order {
    order: String,
    confirm: Value,
}

/// A booking that was paid.
struct Booking {
    booking: String,
    number: String,
    payment_key: String,
}

impl Pairs {
    /// The first pair leads, the second one follows; none when there is no store.
    async fn start() -> Option<Self> {
        let (moto, store) = replica::moto()?;
        let folder = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::start(Settings::new(folder.path())).await.unwrap();
        let mut first = Stand::paid_through(&sandbox, 2, Apart::OwnProcess);
        first.lease_in(store);
        let mut hub = first.standing_by();
        let mut payments = first.payments_beside(&hub);
        first.start_paying().await;
        let leads = client(first.folder(), "payments.sock");
        eventually("the first payments lead", || async {
            leads.accounts().await.ok()
        })
        .await;
        hub.start();
        payments.start();
        for database in ["hub", "payments"] {
            // Each lease stands where the key of that database reaches.
            let place = format!("{store}/chain/{database}");
            let look = move || lease::look(&replica::bucket(&place)).unwrap().unwrap();
            let owner = tokio::task::spawn_blocking(look).await.unwrap().owner;
            assert!(owner.starts_with(&format!("{database}:")), "{owner}");
        }
        Some(Self {
            first,
            hub,
            payments,
            sandbox,
            _moto: moto,
            _folder: folder,
        })
    }

    /// Waits until the second pair has a copy of both databases, and is refused.
    async fn second_stands_by(&self) {
        for program in [&self.hub, &self.payments] {
            program.has_a_copy().await;
        }
        let closed = client(self.first.folder(), "payments-2.sock");
        let refused = closed.accounts().await.unwrap_err();
        let said = process::telemetry::chain(&refused);
        assert!(said.contains("the payments stand by"), "{said}");
    }

    /// Orders a seat of the last show and goes through the payment window.
    async fn orders(&self, web: &Client) -> Order {
        let hold = eventually("a seat is kept", || async {
            let on_sale = web.on_sale().await;
            let last = on_sale.iter().max_by_key(|it| it["starts_at"].as_i64())?;
            let screening = last["screening"].as_i64()?;
            let free = web.seats(screening, "free").await;
            web.hold(screening, free.get(..1)?).await.ok()
        })
        .await;
        let body = json!({ "phone": PHONE, "if_gone": "refund" });
        let path = format!("/api/holds/{hold}/order");
        let (status, order) = web.post(&path, body).await.unwrap();
        assert!(status.is_success(), "{order}");
        let order = order["order"].as_str().unwrap().to_owned();
        let how = eventually("the payment window opens", || async {
            let path = format!("/api/orders/{order}/attempts");
            let (status, how) = web.post(&path, json!({})).await?;
            // While the payments are not there yet, that is all that happens.
            assert!(
                status.is_success() || how["code"] == "payments_unavailable",
                "{how}"
            );
            status.is_success().then_some(how)
        })
        .await;
        let gateway_order = how["gateway_order"].as_str().unwrap();
        let new = NewPayment::new(gateway_order, how["amount_won"].as_i64().unwrap());
        let made = self.sandbox.admin().make(&new).await.unwrap();
        let confirm = json!({
            "payment_key": made.payment_key,
            "gateway_order": made.order_id,
            "amount": made.amount,
        });
        Order { order, confirm }
    }

    /// What the success page does, again as long as nobody answers.
    async fn pays(&self, web: &Client, order: &Order) -> Booking {
        let path = format!("/api/orders/{}/confirmation", order.order);
        let view = eventually("the order is paid", || async {
            let (_, view) = web.post(&path, order.confirm.clone()).await?;
            (view["state"] == "paid").then_some(view)
        })
        .await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let paid = Booking {
            booking: text(&view["booking"]["booking"]),
            number: text(&view["booking"]["number"]),
            payment_key: text(&order.confirm["payment_key"]),
        };
        assert_eq!(self.at_gateway(&paid).await["status"], "DONE");
        paid
    }

    async fn look_up(&self, web: &Client, paid: &Booking) -> Value {
        let body = json!({ "number": paid.number, "phone": PHONE });
        let (status, view) = web.post("/api/bookings/lookup", body).await.unwrap();
        assert!(status.is_success(), "{view}");
        view
    }

    /// Cancels a booking and waits until its money is back.
    async fn cancels(&self, web: &Client, paid: &Booking) {
        let path = format!("/api/bookings/{}/cancellation", paid.booking);
        let body = json!({ "phone": PHONE });
        let (status, view) = web.post(&path, body).await.unwrap();
        assert!(status.is_success(), "{view}");
        eventually("the money is back", || async {
            let view = self.look_up(web, paid).await;
            (view["refunds"][0]["state"] == "done").then_some(())
        })
        .await;
        let payment = self.at_gateway(paid).await;
        assert_eq!(payment["status"], "CANCELED", "{payment}");
        assert_eq!(payment["cancels"].as_array().unwrap().len(), 1, "{payment}");
    }

    /// The payment as the gateway knows it.
    async fn at_gateway(&self, paid: &Booking) -> Value {
        let url = format!("{}/v1/payments/{}", self.sandbox.url(), paid.payment_key);
        let call = reqwest::Client::new().get(url);
        let call = call.basic_auth(&self.sandbox.keys().secret, Some(""));
        call.send().await.unwrap().json().await.unwrap()
    }

    /// Since the second one has led, the first one's database is of no use to anybody.
    async fn the_old_one_stays_out(&mut self) {
        let payments = self.first.payments.as_mut().unwrap();
        let refused = payments.gives_up().await;
        assert!(refused.contains("has led since, and"), "{refused}");
        assert!(
            refused.contains("payments.sqlite is in the way"),
            "{refused}"
        );
        // Moved away, it follows.
        let old = payments.database.with_extension("sqlite.old");
        for suffix in ["", "-wal", "-shm"] {
            let with = |path: &Path| format!("{}{suffix}", path.display());
            let _gone = std::fs::rename(with(&payments.database), with(&old));
        }
        payments.start();
        payments.has_a_copy().await;
    }
}

fn client(folder: &Path, socket: &str) -> PaymentsClient {
    PaymentsClient::over_socket(folder.join(socket))
}
