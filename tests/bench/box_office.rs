//! What buyers and cinemas feel, over real processes: bookings a second over HTTP, a rush
//! for the same seats, the drain after an outage, a kiosk's start, the wait for another
//! node's seats, what a booking costs on the wire, and what it takes to take money and give it
//! back, and how long nobody serves when a hub dies beside a standby.
//!
//! `cargo build --release -p hub -p kiosk && cargo bench -p tests --bench box_office`, and
//! behind ` -- ` the names of some, if not all are wanted.

#![expect(clippy::print_stdout, reason = "the figures are the result")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

mod books;
mod confirms;
mod drain;
mod grants;
mod http;
mod rush;
mod start;
mod take_over;
mod traffic;
mod wire;

use std::time::Duration;

use tests::stand::Apart;

/// How long the gateway takes for a call.
const GATEWAY: Duration = Duration::from_millis(50);

/// How long a packet takes to a hub far away, one way.
const FAR: Duration = Duration::from_millis(20);

#[tokio::main]
async fn main() {
    let named: Vec<String> = std::env::args().skip(1).collect();
    // Cargo adds a flag of its own.
    let all = named.iter().all(|name| name.starts_with("--"));
    let wanted = |name: &str| all || named.iter().any(|it| it == name);
    if wanted("http") {
        http::bookings(64, Duration::from_secs(5)).await;
    }
    if wanted("rush") {
        rush::same_seats(200, 20).await;
    }
    if wanted("drain") {
        drain::offline_bookings(10_000).await;
    }
    if wanted("start") {
        start::kiosk(5).await;
    }
    if wanted("grants") {
        grants::on_demand(10, None).await;
        grants::on_demand(5, Some(FAR)).await;
    }
    if wanted("traffic") {
        traffic::per_booking(300, 3_000).await;
    }
    if wanted("take_over") {
        take_over::rounds(5).await;
    }
    for apart in [Apart::InHub, Apart::OwnProcess] {
        if wanted("confirms") {
            confirms::through_hub(6_000, 64, GATEWAY, apart).await;
        }
        if wanted("posts") {
            books::posts(20_000, apart).await;
        }
    }
    if wanted("refunds") {
        books::refunds(5_000, 50, 0).await;
        books::refunds(180, 50, 90).await;
    }
}
