//! How long nobody serves when a hub dies and another one stands by.

use std::time::Instant;

use tests::replica;
use tests::stand::Stand;

/// Kills the hub that leads `rounds` times, each time with a fresh pair.
pub(crate) async fn rounds(rounds: usize) {
    let mut took = Vec::new();
    for _ in 0..rounds {
        let Some((_moto, store)) = replica::moto() else {
            return;
        };
        took.push(once(store).await);
    }
    took.sort_unstable_by(f64::total_cmp);
    println!(
        "take-over, bucket on loopback: {:.1} s to {:.1} s from kill -9 to the first answer",
        took.first().expect("a round"),
        took.last().expect("a round")
    );
}

async fn once(store: std::net::SocketAddr) -> f64 {
    let (mut stand, second) = Stand::pair(store, &[1], 2).await;
    stand.hub.kill();
    let began = Instant::now();
    second.ready().await;
    began.elapsed().as_secs_f64()
}
