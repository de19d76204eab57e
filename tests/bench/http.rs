//! Holds and bookings a second on the web.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tests::client::Client;
use tests::stand::Stand;

use crate::wire::Wire;

/// Rows of free seats, each with its screening, from left to right.
type Rows = Arc<Mutex<VecDeque<(i64, Vec<i64>)>>>;

pub(crate) async fn bookings(connections: usize, length: Duration) {
    let mut stand = Stand::with(&[], 14);
    stand.hub.start();
    stand.hub.ready().await;
    let rows: Rows = Arc::new(Mutex::new(free_rows(&stand.hub.client()).await));
    let (port, until) = (stand.hub.port, Instant::now() + length);
    let began = Instant::now();
    let buyers = (0..connections).map(|_| tokio::spawn(buy(port, rows.clone(), until)));
    let buyers: Vec<_> = buyers.collect();
    let mut spent = Vec::new();
    for buyer in buyers {
        spent.extend(buyer.await.expect("a buyer does not panic"));
    }
    let took = began.elapsed().as_secs_f64();
    spent.sort_unstable();
    let count = u32::try_from(spent.len()).expect("few");
    let rate = f64::from(count) / took;
    let ms = |at: usize| {
        spent
            .get(at)
            .map_or(0.0, |it: &Duration| it.as_secs_f64() * 1_000.0)
    };
    let (p50, p99) = (ms(spent.len() / 2), ms(spent.len() * 99 / 100));
    println!(
        "hold + book over HTTP, {connections} connections: {rate:.0} pairs/s, \
         p50 {p50:.1} ms, p99 {p99:.1} ms ({count} bookings)"
    );
}

async fn buy(port: u16, rows: Rows, until: Instant) -> Vec<Duration> {
    let (mut wire, mut spent) = (Wire::open(port).await, Vec::new());
    loop {
        let next = rows.lock().expect("no one panics inside").pop_front();
        let Some((screening, seats)) = next else {
            return spent;
        };
        for seat in seats {
            let began = Instant::now();
            if began >= until {
                return spent;
            }
            let path = format!("/api/screenings/{screening}/holds");
            let (status, hold) = wire.post(&path, &format!("{{\"seats\":[{seat}]}}")).await;
            assert_eq!(status, 201, "{hold}");
            let path = format!(
                "/api/holds/{}/booking",
                hold["hold"].as_str().expect("an id")
            );
            let body = r#"{"phone":"01012345678","tender":"pay_at_theater"}"#;
            let (status, booking) = wire.post(&path, body).await;
            assert_eq!(status, 201, "{booking}");
            spent.push(began.elapsed());
        }
    }
}

/// The rows of seats that are free here.
pub(crate) async fn free_rows(client: &Client) -> VecDeque<(i64, Vec<i64>)> {
    let mut rows = VecDeque::new();
    for screening in client.on_sale().await {
        let id = screening["screening"].as_i64().expect("an id");
        let free = client.seats(id, "free").await;
        let map = client
            .get(&format!("/api/screenings/{id}/seat-map"))
            .await
            .expect("a map");
        let seats = map["seats"].as_array().expect("seats").iter();
        let mut row: (String, Vec<i64>) = (String::new(), Vec::new());
        for seat in seats {
            let (label, number) = (
                seat["row"].to_string(),
                seat["seat"].as_i64().expect("an id"),
            );
            if label != row.0 && !row.1.is_empty() {
                rows.push_back((id, std::mem::take(&mut row.1)));
            }
            row.0 = label;
            if free.contains(&number) {
                row.1.push(number);
            }
        }
        rows.push_back((id, row.1));
    }
    rows
}
