//! What buyers and cinemas feel, over real processes: bookings a second over HTTP, a rush
//! for the same seats, the drain after an outage, and a kiosk's start.
//!
//! `cargo build --release -p hub -p kiosk && cargo bench -p tests --bench box_office`

#![expect(clippy::print_stdout, reason = "the figures are the result")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

mod drain;
mod http;
mod rush;
mod start;
mod wire;

use std::time::Duration;

#[tokio::main]
async fn main() {
    let length = Duration::from_secs(5);
    http::bookings(64, length).await;
    rush::same_seats(200, 20).await;
    drain::offline_bookings(10_000).await;
    start::kiosk(5).await;
}
