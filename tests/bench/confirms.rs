//! Confirmations a second through the whole hub: success pages over HTTP, a gateway that takes
//! its time, two databases and the seats.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tests::stand::{Apart, Stand};
use toss_sandbox::admin::{Admin, NewPayment};
use toss_sandbox::{Sandbox, Settings};

use crate::http::free_rows;
use crate::wire::Wire;

/// Connections that prepare orders.
const PREPARING: usize = 16;

/// A confirmation that waits to be sent: its path and its body.
type Confirmation = (String, String);

/// `count` success pages, `in_flight` of them at a time, while the gateway takes `latency`.
pub(crate) async fn through_hub(count: usize, in_flight: usize, latency: Duration, apart: Apart) {
    let folder = tempfile::tempdir().expect("a folder");
    let latency_ms = u64::try_from(latency.as_millis()).expect("short");
    let settings = Settings::new(folder.path()).taking(latency_ms);
    let sandbox = Sandbox::start(settings).await.expect("a sandbox");
    let mut stand = Stand::paid_through(&sandbox, 14, apart);
    stand.start_paying().await;
    let confirmations = prepare(&stand, &sandbox.admin(), count).await;
    let (port, began) = (stand.hub.port, Instant::now());
    let pages = (0..in_flight).map(|_| tokio::spawn(confirm(port, confirmations.clone())));
    let pages: Vec<_> = pages.collect();
    let mut spent = Vec::new();
    for page in pages {
        spent.extend(page.await.expect("a page does not panic"));
    }
    let took = began.elapsed().as_secs_f64();
    spent.sort_unstable();
    let rate = f64::from(u32::try_from(spent.len()).expect("few")) / took;
    let ms = |at: usize| spent[at].as_secs_f64() * 1_000.0;
    let (p50, p99) = (ms(spent.len() / 2), ms(spent.len() * 99 / 100));
    println!(
        "confirmations, {in_flight} in flight, gateway {latency_ms} ms, module {apart:?}: \
         {rate:.0}/s, p50 {p50:.1} ms, p99 {p99:.1} ms ({} confirmed)",
        spent.len()
    );
}

/// Orders whose buyers have come back from the payment window.
async fn prepare(stand: &Stand, admin: &Admin, count: usize) -> Arc<Mutex<VecDeque<Confirmation>>> {
    // Row by row and from the left: nobody leaves a single seat.
    let rows = Arc::new(Mutex::new(free_rows(&stand.hub.client()).await));
    let ready: Arc<Mutex<VecDeque<Confirmation>>> = Arc::default();
    let ordering = (0..PREPARING).map(|_| {
        let (rows, ready, admin) = (rows.clone(), Arc::clone(&ready), admin.clone());
        let port = stand.hub.port;
        tokio::spawn(async move {
            let mut wire = Wire::open(port).await;
            loop {
                let next = rows.lock().expect("no one panics inside").pop_front();
                let Some((screening, seats)) = next else {
                    return;
                };
                for seat in seats {
                    if ready.lock().expect("no one panics inside").len() >= count {
                        return;
                    }
                    let ordered = order(&mut wire, &admin, (screening, seat)).await;
                    let mut ready = ready.lock().expect("no one panics inside");
                    ready.extend(ordered);
                }
            }
        })
    });
    for buyer in ordering.collect::<Vec<_>>() {
        buyer.await.expect("a buyer does not panic");
    }
    let ordered = ready.lock().expect("no one panics inside").len();
    assert!(ordered >= count, "there are seats for so many");
    ready
}

/// None for the last but one of a row, which would leave a single seat.
async fn order(
    wire: &mut Wire,
    admin: &Admin,
    (screening, seat): (i64, i64),
) -> Option<Confirmation> {
    let path = format!("/api/screenings/{screening}/holds");
    let (status, hold) = wire.post(&path, &format!("{{\"seats\":[{seat}]}}")).await;
    if hold["code"] == "strands_single_seat" {
        return None;
    }
    assert_eq!(status, 201, "{hold}");
    let path = format!("/api/holds/{}/order", hold["hold"].as_str().expect("an id"));
    let body = r#"{"phone":"01012345678","if_gone":"refund"}"#;
    let (status, order) = wire.post(&path, body).await;
    assert_eq!(status, 201, "{order}");
    let order = order["order"].as_str().expect("an id").to_owned();
    let (status, how) = wire
        .post(&format!("/api/orders/{order}/attempts"), "{}")
        .await;
    assert_eq!(status, 201, "{how}");
    let gateway_order = how["gateway_order"].as_str().expect("an id");
    let amount = how["amount_won"].as_i64().expect("an amount");
    let made = admin.make(&NewPayment::new(gateway_order, amount)).await;
    let key = made.expect("the sandbox makes it").payment_key;
    let body = format!(
        "{{\"payment_key\":\"{key}\",\"gateway_order\":\"{gateway_order}\",\"amount\":{amount}}}"
    );
    Some((format!("/api/orders/{order}/confirmation"), body))
}

async fn confirm(port: u16, waiting: Arc<Mutex<VecDeque<Confirmation>>>) -> Vec<Duration> {
    let (mut wire, mut spent) = (Wire::open(port).await, Vec::new());
    loop {
        let next = waiting.lock().expect("no one panics inside").pop_front();
        let Some((path, body)) = next else {
            return spent;
        };
        let began = Instant::now();
        let (status, order) = wire.post(&path, &body).await;
        assert_eq!(
            (status, order["state"].as_str()),
            (200, Some("paid")),
            "{order}"
        );
        spent.push(began.elapsed());
    }
}
