//! Somebody who buys, over HTTP like anybody else.

use std::net::{Ipv4Addr, SocketAddr};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::stand::eventually;

/// How long a live event may take.
const EVENT_WITHIN: std::time::Duration = std::time::Duration::from_secs(30);

/// A browser without a screen.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    /// What opens what is not for everybody; empty for somebody who buys.
    secret: String,
}

/// What a client was promised: this must never be lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Promise {
    pub booking: String,
    pub screening: i64,
    pub seats: Vec<i64>,
}

impl Client {
    /// A client of the program on this port.
    #[must_use]
    pub fn new(port: u16) -> Self {
        Self::at((Ipv4Addr::LOCALHOST, port).into())
    }

    /// A client of the program at this address.
    #[must_use]
    pub fn at(address: SocketAddr) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: format!("http://{address}"),
            secret: String::new(),
        }
    }

    /// The same client with what opens the operators' or the staff's doors.
    #[must_use]
    pub fn knowing(self, secret: &str) -> Self {
        Self {
            secret: secret.to_owned(),
            ..self
        }
    }

    /// Whether the program says that it is ready.
    pub async fn is_ready(&self) -> bool {
        let asked = self.http.get(format!("{}/readyz", self.base)).send().await;
        asked.is_ok_and(|answer| answer.status().is_success())
    }

    /// The JSON at `path`; none when there is no good answer.
    pub async fn get(&self, path: &str) -> Option<Value> {
        let answer = self
            .http
            .get(format!("{}{path}", self.base))
            .bearer_auth(&self.secret)
            .send()
            .await
            .ok()?;
        if !answer.status().is_success() {
            return None;
        }
        answer.json().await.ok()
    }

    /// Posts `body`; the status and the JSON of the answer, whatever it is.
    pub async fn post(&self, path: &str, body: Value) -> Option<(StatusCode, Value)> {
        let request = self.http.post(format!("{}{path}", self.base)).json(&body);
        let request = request.bearer_auth(&self.secret);
        let answer = request.send().await.ok()?;
        let status = answer.status();
        Some((status, answer.json().await.unwrap_or_default()))
    }

    /// Deletes what is at `path`; the status of the answer, whatever it is.
    pub async fn delete(&self, path: &str) -> Option<StatusCode> {
        let request = self.http.delete(format!("{}{path}", self.base));
        let answer = request.bearer_auth(&self.secret).send().await.ok()?;
        Some(answer.status())
    }

    /// The screenings on sale, the largest number of free seats first, and of these the one that
    /// begins last: one whose sale is about to end is another case.
    pub async fn on_sale(&self) -> Vec<Value> {
        let list = self.get("/api/screenings").await.unwrap_or_default();
        let mut screenings = list["screenings"].as_array().cloned().unwrap_or_default();
        screenings.retain(|screening| screening["sale"] == "open");
        let number = |screening: &Value, of: &str| screening[of].as_i64().unwrap_or(0);
        screenings.sort_by_key(|it| (-number(it, "free_here"), -number(it, "starts_at")));
        screenings
    }

    /// The seats of a screening that look like `state`.
    pub async fn seats(&self, screening: i64, state: &str) -> Vec<i64> {
        let view = self
            .get(&format!("/api/screenings/{screening}/seats"))
            .await;
        let seats = view.map(|view| view["seats"].as_array().cloned().unwrap_or_default());
        let seats = seats.unwrap_or_default().into_iter();
        let wanted = seats.filter(|seat| seat["state"] == state);
        wanted.filter_map(|seat| seat["seat"].as_i64()).collect()
    }

    /// Holds seats; the hold's id, or the problem's code.
    pub async fn hold(&self, screening: i64, seats: &[i64]) -> Result<String, String> {
        let path = format!("/api/screenings/{screening}/holds");
        let posted = self.post(&path, json!({ "seats": seats })).await;
        let (status, body) = posted.ok_or("no answer")?;
        if status == StatusCode::CREATED {
            return Ok(text(&body["hold"]));
        }
        Err(text(&body["code"]))
    }

    /// Holds seats of which others own some. On a busy machine a question may come back too
    /// late for a customer, who is told so and asks again.
    ///
    /// # Panics
    ///
    /// Panics when they cannot be had, or not in time.
    pub async fn hold_anywhere(&self, screening: i64, seats: &[i64]) -> String {
        eventually("the seats are granted", || async {
            match self.hold(screening, seats).await {
                Ok(hold) => Some(hold),
                Err(code) if code == "seat_not_on_sale_here" => None,
                Err(code) => panic!("{seats:?} cannot be had: {code}"),
            }
        })
        .await
    }

    /// Where the program answers.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Gives a hold back.
    pub async fn release(&self, hold: &str) {
        let address = format!("{}/api/holds/{hold}", self.base);
        let released = self.http.delete(address).send().await;
        let released = released.is_ok_and(|answer| answer.status().is_success());
        assert!(released, "a hold that is open is given back");
    }

    /// The first live event of a screening after the one with the id `since`.
    pub async fn first_event(&self, screening: i64, since: &str) -> String {
        let address = format!("{}/api/events?topics=screening:{screening}", self.base);
        let request = self.http.get(address).header("last-event-id", since);
        let mut stream = request.send().await.expect("the program answers");
        let mut text = String::new();
        let told = |text: &str| text.contains("event: seats") || text.contains("event: reset");
        while !(told(&text) && text.ends_with("\n\n")) {
            let wait = tokio::time::timeout(EVENT_WITHIN, stream.chunk()).await;
            let chunk = wait
                .expect("something is told")
                .expect("the stream goes on");
            text.push_str(&String::from_utf8_lossy(
                &chunk.expect("the stream goes on"),
            ));
        }
        text
    }

    /// Books a hold on the web.
    pub async fn book(&self, hold: &str) -> Option<Promise> {
        let path = format!("/api/holds/{hold}/booking");
        let body = json!({ "phone": "010-1234-5678", "tender": "pay_at_theater" });
        let (status, booking) = self.post(&path, body).await?;
        (status == StatusCode::CREATED).then(|| promise(&booking))
    }

    /// Pays for a hold by card at a kiosk, and waits for the outcome.
    pub async fn pay(&self, hold: &str) -> Option<Promise> {
        let (status, order) = self
            .post(&format!("/api/holds/{hold}/payment"), json!({}))
            .await?;
        if status != StatusCode::ACCEPTED {
            return None;
        }
        let path = format!("/api/orders/{}", text(&order["order"]));
        loop {
            let order = self.get(&path).await?;
            match order["state"].as_str() {
                Some("approved") => return Some(promise(&order["booking"])),
                Some("waiting_for_card" | "unknown") => {
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
                _ => return None,
            }
        }
    }
}

fn promise(booking: &Value) -> Promise {
    let tickets = booking["tickets"].as_array().cloned().unwrap_or_default();
    Promise {
        booking: text(&booking["booking"]),
        screening: booking["screening"]["screening"].as_i64().unwrap_or(0),
        seats: tickets
            .iter()
            .filter_map(|ticket| ticket["seat"].as_i64())
            .collect(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
