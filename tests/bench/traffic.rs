//! What passes between a kiosk and the hub's broker for each booking, in bytes of the TCP
//! stream: topics, acknowledgements and all.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tests::client::Client;
use tests::ledger;
use tests::relay::{Carried, Relay};
use tests::stand::{Stand, eventually};

use crate::grants::put_between;
use crate::{drain, http};

/// How long it is looked at what passes when nothing happens.
const QUIET: Duration = Duration::from_secs(20);

/// Between two bookings, so that each travels alone.
const PAUSE: Duration = Duration::from_millis(50);

/// What passes in a second when nothing happens.
#[derive(Clone, Copy)]
struct Quiet {
    up: f64,
    down: f64,
}

/// `count` bookings of one seat each at the kiosk and as many on the web, one after the other,
/// and `alone` that a kiosk sold without the network.
pub(crate) async fn per_booking(count: usize, alone: usize) {
    let mut stand = Stand::with(&[1], 14);
    let relay = put_between(&stand, &stand.kiosks[0]).await;
    stand.start().await;
    let (web, till) = (stand.hub.client(), stand.kiosks[0].client());
    let quiet = quiet(&relay).await;
    println!(
        "a quiet kiosk: {:.0} bytes/s up, {:.0} bytes/s down",
        quiet.up, quiet.down
    );
    let screenings = till.on_sale().await.into_iter();
    let screenings = screenings
        .filter_map(|it| it["screening"].as_i64())
        .collect();

    let mine = seats(&till, &screenings, count).await;
    let (from, began) = (relay.carried(), Instant::now());
    for (screening, seat) in mine {
        let hold = till.hold(screening, &[seat]).await.expect("its own");
        till.pay(&hold).await.expect("the card is approved");
        tokio::time::sleep(PAUSE).await;
    }
    all_told(&stand).await;
    let what = "a booking at the kiosk";
    tell(
        what,
        count,
        (from, relay.carried()),
        (quiet, began.elapsed()),
    );

    let webs = seats(&web, &screenings, count).await;
    let (from, began) = (relay.carried(), Instant::now());
    for (screening, seat) in webs {
        let hold = web.hold(screening, &[seat]).await.expect("its own");
        web.book(&hold).await.expect("booked");
        tokio::time::sleep(PAUSE).await;
    }
    all_told(&stand).await;
    let what = "a booking on the web";
    tell(
        what,
        count,
        (from, relay.carried()),
        (quiet, began.elapsed()),
    );

    stand.kiosks[0].kill();
    let sold = drain::sell(&stand.kiosks[0].database, alone).await;
    let (from, began) = (relay.carried(), Instant::now());
    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    all_told(&stand).await;
    let what = "a booking that the kiosk made alone";
    tell(
        what,
        sold,
        (from, relay.carried()),
        (quiet, began.elapsed()),
    );
}

async fn quiet(relay: &Relay) -> Quiet {
    let (from, began) = (relay.carried(), Instant::now());
    tokio::time::sleep(QUIET).await;
    let seconds = began.elapsed().as_secs_f64();
    let until = relay.carried();
    Quiet {
        up: number(until.up - from.up) / seconds,
        down: number(until.down - from.down) / seconds,
    }
}

/// Waits until hub and kiosk hold the same rows.
async fn all_told(stand: &Stand) {
    eventually("both sides hold the same rows", || async {
        let hub = ledger::rows(&stand.hub.database, 1);
        (hub == ledger::rows(&stand.kiosks[0].database, 1)).then_some(())
    })
    .await;
}

fn tell(
    what: &str,
    count: usize,
    (from, until): (Carried, Carried),
    (quiet, took): (Quiet, Duration),
) {
    let (each, seconds) = (number(count), took.as_secs_f64());
    let up = (number(until.up - from.up) - quiet.up * seconds) / each;
    let down = (number(until.down - from.down) - quiet.down * seconds) / each;
    println!("{what}: {up:.0} bytes up, {down:.0} bytes down ({count} bookings)");
}

fn number(count: impl TryInto<u32>) -> f64 {
    f64::from(count.try_into().unwrap_or(u32::MAX))
}

/// Free seats of the screenings, each row from left to right.
async fn seats(client: &Client, wanted: &BTreeSet<i64>, count: usize) -> Vec<(i64, i64)> {
    let rows = http::free_rows(client).await.into_iter();
    let rows = rows.filter(|(screening, _)| wanted.contains(screening));
    let seats =
        rows.flat_map(|(screening, seats)| seats.into_iter().map(move |it| (screening, it)));
    seats.take(count).collect()
}
