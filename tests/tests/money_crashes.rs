//! `kill -9` of whoever moves money, between its begin, the call to the gateway and the settling,
//! and in the middle of a mass refund: with the module inside the hub and as a process of its own.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use domain::time::Timestamp;
use process::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use tests::client::Client;
use tests::stand::{Apart, OPERATOR, Stand, eventually};
use toss_sandbox::admin::{Admin, NewPayment};
use toss_sandbox::{Sandbox, Settings};

/// How long the gateway takes for a call: most kills fall into one.
const LATENCY_MS: u64 = 30;

/// Buyers that are paying when something is killed.
const BUYERS: usize = 4;

/// How often something is killed.
const ROUNDS: u64 = 10;

/// Backers of the campaign that is cancelled.
const BACKERS: usize = 30;

const PHONE: &str = "01012345678";

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_people_pay_neither_loses_a_payment_nor_takes_one_twice() {
    for apart in [Apart::InHub, Apart::OwnProcess] {
        let mut paid = Paid::start(apart).await;
        for round in 0..ROUNDS {
            paid.kill_while_paying(round).await;
        }
        paid.everybody_has_seats_and_paid_once().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_a_mass_refund_pays_everybody_back_once() {
    for apart in [Apart::InHub, Apart::OwnProcess] {
        let mut paid = Paid::start(apart).await;
        let campaign = paid.open_campaign().await;
        for _ in 0..BACKERS {
            let number = paid.orders.len();
            let order = paid.join(campaign, number).await;
            let key = paid.authorise(&order).await;
            pay(&paid.client, &order, &key, "pledged").await;
            paid.orders.push((order, key));
        }
        paid.operate(campaign, "cancellation", &json!({})).await;
        for part in 1..=4 {
            // A fifth of the backers more each time, and then the power goes.
            paid.refunded_at_gateway(BACKERS * part / 5).await;
            paid.kill(part as u64).await;
        }
        paid.refunded_at_gateway(BACKERS).await;
        paid.reaches(campaign, "refunded").await;
        for (order, key) in &paid.orders {
            let payment = paid.at_gateway(key).await;
            let cancels = payment["cancels"].as_array().unwrap();
            assert_eq!(cancels.len(), 1, "{order}: {payment}");
            assert_eq!(payment["status"], "CANCELED", "{payment}");
        }
        paid.books_are_balanced().await;
    }
}

/// A stand that is paid through a sandbox, and what was paid there.
struct Paid {
    stand: Stand,
    client: Client,
    sandbox: Sandbox,
    admin: Admin,
    seats: Vec<(i64, i64)>,
    /// Each order with the key of its payment.
    orders: Vec<(String, Key)>,
    _folder: tempfile::TempDir,
}

/// What the gateway calls the success page with.
#[derive(Clone)]
struct Key {
    payment_key: String,
    gateway_order: String,
    amount: i64,
}

impl Paid {
    async fn start(apart: Apart) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::new(folder.path()).taking(LATENCY_MS);
        let sandbox = Sandbox::start(settings).await.unwrap();
        let mut stand = Stand::paid_through(&sandbox, 2, apart);
        stand.start_paying().await;
        let client = stand.hub.client().knowing(OPERATOR);
        let mut seats = Vec::new();
        for screening in client.on_sale().await {
            let screening = screening["screening"].as_i64().unwrap();
            let free = client.seats(screening, "free").await;
            seats.extend(free.into_iter().map(|seat| (screening, seat)));
        }
        Self {
            admin: sandbox.admin(),
            stand,
            client,
            sandbox,
            seats,
            orders: Vec::new(),
            _folder: folder,
        }
    }

    /// Some buyers confirm at the same time, and in the middle of it a process ends.
    async fn kill_while_paying(&mut self, round: u64) {
        let mut paying = Vec::new();
        for _ in 0..BUYERS {
            let (order, key) = self.order_a_seat().await;
            self.orders.push((order.clone(), key.clone()));
            let client = self.stand.hub.client();
            paying.push(tokio::spawn(async move {
                pay(&client, &order, &key, "paid").await;
            }));
        }
        // Somewhere in the call, or before or after it: which of them, luck decides.
        tokio::time::sleep(std::time::Duration::from_millis(round * 7)).await;
        self.kill(round).await;
        for buyer in paying {
            buyer.await.unwrap();
        }
    }

    /// Ends a process that moves money, and starts it again.
    async fn kill(&mut self, round: u64) {
        match &mut self.stand.payments {
            Some(payments) if round.is_multiple_of(2) => payments.kill(),
            _ => self.stand.hub.kill(),
        }
        self.stand.start_paying().await;
    }

    async fn order_a_seat(&mut self) -> (String, Key) {
        let (screening, seat) = self.seats.pop().unwrap();
        let hold = self.client.hold(screening, &[seat]).await.unwrap();
        let path = format!("/api/holds/{hold}/order");
        let body = json!({ "phone": PHONE, "if_gone": "refund" });
        let (status, order) = self.client.post(&path, body).await.unwrap();
        assert!(status.is_success(), "{order}");
        let order = order["order"].as_str().unwrap().to_owned();
        let key = self.authorise(&order).await;
        (order, key)
    }

    /// Opens the payment window and goes through it.
    async fn authorise(&self, order: &str) -> Key {
        let path = format!("/api/orders/{order}/attempts");
        let (status, how) = self.client.post(&path, json!({})).await.unwrap();
        assert!(status.is_success(), "{how}");
        let gateway_order = how["gateway_order"].as_str().unwrap();
        let new = NewPayment::new(gateway_order, how["amount_won"].as_i64().unwrap());
        let made = self.admin.make(&new).await.unwrap();
        Key {
            payment_key: made.payment_key,
            gateway_order: made.order_id,
            amount: made.amount,
        }
    }

    async fn open_campaign(&self) -> i64 {
        let movies = self.client.get("/api/movies?sort=title&limit=1").await;
        let movie = movies.unwrap()["movies"][0]["movie"].clone();
        let theater = self.client.get("/api/theaters/2").await.unwrap();
        let room = &theater["auditoriums"][0];
        let asked = self.sign(&json!({ "movie": movie, "theater": 2 }));
        let made = self.client.post("/api/operator/campaigns", asked).await;
        let campaign = made.unwrap().1["campaign"]["campaign"].as_i64().unwrap();
        let now = SystemClock::new(Timestamp(0)).now().0;
        let (hour, day) = (3_600_000, 86_400_000);
        let offer = json!({
            "auditorium": room["auditorium"],
            "starts_at": now + 40 * day,
            "ends_at": now + 40 * day + 2 * hour,
            "goal": BACKERS + 10,
            "capacity": BACKERS + 10,
            "price_won": 12_000,
            "opens_at": now - 1_000,
            "deadline": now + day,
        });
        self.operate(campaign, "offer", &offer).await;
        self.operate(campaign, "approval", &json!({})).await;
        self.reaches(campaign, "open").await;
        campaign
    }

    /// Waits until the campaign has come to this phase.
    async fn reaches(&self, campaign: i64, phase: &str) {
        let path = format!("/api/campaigns/{campaign}");
        eventually(&format!("the campaign is {phase}"), || async {
            (self.client.get(&path).await?["phase"] == phase).then_some(())
        })
        .await;
    }

    fn sign(&self, body: &Value) -> Value {
        let mut signed = body.clone();
        signed["by"] = "김운영".into();
        signed["note"] = "".into();
        signed
    }

    async fn operate(&self, campaign: i64, what: &str, body: &Value) {
        let path = format!("/api/operator/campaigns/{campaign}/{what}");
        let (status, answer) = self.client.post(&path, self.sign(body)).await.unwrap();
        assert!(status.is_success(), "{what}: {answer}");
    }

    /// Another person orders a ticket of a campaign.
    async fn join(&self, campaign: i64, number: usize) -> String {
        let path = format!("/api/campaigns/{campaign}/order");
        let body = json!({ "phone": format!("010{number:08}"), "tickets": 1 });
        let (status, order) = self.client.post(&path, body).await.unwrap();
        assert!(status.is_success(), "{order}");
        order["order"].as_str().unwrap().to_owned()
    }

    async fn refunded_at_gateway(&self, at_least: usize) {
        eventually("the gateway pays back", || async {
            let mut done = 0;
            for (_, key) in &self.orders {
                done += usize::from(self.at_gateway(key).await["status"] == "CANCELED");
            }
            (done >= at_least).then_some(())
        })
        .await;
    }

    /// The payment as the gateway knows it.
    async fn at_gateway(&self, key: &Key) -> Value {
        let url = format!("{}/v1/payments/{}", self.sandbox.url(), key.payment_key);
        let call = reqwest::Client::new().get(url);
        let call = call.basic_auth(&self.sandbox.keys().secret, Some(""));
        call.send().await.unwrap().json().await.unwrap()
    }

    async fn everybody_has_seats_and_paid_once(&self) {
        let mut seats = BTreeSet::new();
        for (order, key) in &self.orders {
            let view = self.client.get(&format!("/api/orders/{order}")).await;
            let view = view.unwrap();
            assert_eq!(view["state"], "paid", "{view}");
            let (screening, seat) = (&view["screening"]["screening"], &view["seats"][0]["seat"]);
            assert!(seats.insert(format!("{screening}/{seat}")), "{view}");
            let payment = self.at_gateway(key).await;
            assert_eq!(payment["status"], "DONE", "{payment}");
            assert_eq!(payment["balanceAmount"], key.amount, "{payment}");
        }
        self.books_are_balanced().await;
    }

    /// What the gateway owes us by our books is what it has taken less what it gave back.
    async fn books_are_balanced(&self) {
        let mut kept = 0;
        for (_, key) in &self.orders {
            kept += self.at_gateway(key).await["balanceAmount"]
                .as_i64()
                .unwrap();
        }
        let accounts = self.client.get("/api/operator/accounts").await.unwrap();
        let mut ours = (0, 0);
        for account in accounts.as_array().unwrap() {
            let won = account["balance_won"].as_i64().unwrap();
            // All others grow on the credit side in this test.
            if account["account"] == "gateway" {
                ours.0 += won;
            } else {
                ours.1 += won;
            }
        }
        assert_eq!(ours, (kept, kept), "{accounts}");
    }
}

/// What a success page does: it confirms, again if nobody answers, until it is `state`.
async fn pay(client: &Client, order: &str, key: &Key, state: &str) {
    let body = json!({
        "payment_key": key.payment_key,
        "gateway_order": key.gateway_order,
        "amount": key.amount,
    });
    eventually(&format!("{order} is {state}"), || async {
        let path = format!("/api/orders/{order}/confirmation");
        let (_, view) = client.post(&path, body.clone()).await?;
        (view["state"] == state).then_some(())
    })
    .await;
}
