//! Many buyers for the same few seats at the same moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use tests::stand::Stand;
use tokio::sync::Barrier;

use crate::wire::Wire;

pub(crate) async fn same_seats(buyers: usize, seats: usize) {
    let mut stand = Stand::with(&[], 2);
    stand.hub.start();
    stand.hub.ready().await;
    let client = stand.hub.client();
    let screening = client.on_sale().await[0]["screening"]
        .as_i64()
        .expect("an id");
    // Two seats stay between any two of them: nobody can strand a seat.
    let free = client.seats(screening, "free").await;
    let wanted: Vec<i64> = free.into_iter().step_by(3).take(seats).collect();
    let gate = Arc::new(Barrier::new(buyers));
    let rush = (0..buyers).map(|buyer| {
        let (gate, seat, port) = (gate.clone(), wanted[buyer % seats], stand.hub.port);
        tokio::spawn(async move {
            let mut wire = Wire::open(port).await;
            gate.wait().await;
            let path = format!("/api/screenings/{screening}/holds");
            let (status, body) = wire.post(&path, &format!("{{\"seats\":[{seat}]}}")).await;
            if status == 201 {
                "held".to_owned()
            } else {
                format!("{status} {}", body["code"].as_str().unwrap_or("?"))
            }
        })
    });
    let rush: Vec<_> = rush.collect();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for buyer in rush {
        *outcomes
            .entry(buyer.await.expect("a buyer does not panic"))
            .or_default() += 1;
    }
    println!("{buyers} buyers for {seats} seats: {outcomes:?}");
}
