//! A kiosk whose clock is wrong sells nothing too late and takes nothing from a buyer.

use rusqlite::Connection;
use serde_json::{Value, json};
use tests::client::Client;
use tests::stand::{Stand, eventually, set_fact};

const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

fn fact(database: &std::path::Path, key: &str) -> i64 {
    let db = Connection::open(database).expect("the database opens");
    let query = "SELECT value FROM meta WHERE key = ?1";
    db.query_row(query, [key], |row| row.get(0))
        .expect("the fact is there")
}

async fn time_at(client: &Client) -> i64 {
    let kiosk = client.get("/api/kiosk").await.unwrap_or_default();
    kiosk["now"].as_i64().expect("a time")
}

fn at(hold: &Value, field: &str) -> i64 {
    hold[field].as_i64().expect("a time")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_that_was_ahead_leaves_every_buyer_the_time_that_was_shown() {
    keeps_holds_and_sells(HOUR_MS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_that_was_behind_leaves_every_buyer_the_time_that_was_shown() {
    keeps_holds_and_sells(-HOUR_MS).await;
}

/// A kiosk whose clock is off by so much sells without the hub, and the hub puts it right
/// while a buyer decides.
async fn keeps_holds_and_sells(off_ms: i64) {
    let mut stand = Stand::new(1);
    stand.start().await;
    let till = stand.kiosks[0].client();
    let hubs_time = time_at(&till).await;
    stand.hub.kill();
    stand.kiosks[0].kill();
    // It remembers how far its machine's clock was off; since then somebody set that clock.
    set_fact(&stand.kiosks[0].database, "clock_offset_ms", off_ms);
    let floor = hubs_time - 2 * HOUR_MS;
    set_fact(&stand.kiosks[0].database, "clock_floor", floor);
    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    let ahead_ms = time_at(&till).await - hubs_time;
    assert!((off_ms..off_ms + 5 * MINUTE_MS).contains(&ahead_ms));
    // Far from the end of its sale a screening is sold all the same (P2).
    let screening = latest_on_sale(&till).await;
    let free = till.seats(screening, "free").await;
    let hold = till.hold(screening, &free[..2]).await.expect("sold here");

    stand.hub.start();
    eventually(
        "the hub has told the time, and the hold went with it",
        || async {
            let kept = till.get(&format!("/api/holds/{hold}")).await;
            // A picture between the clock and the hold is looked at again.
            let kept = kept?;
            let right = (at(&kept, "now") - hubs_time).abs() < HOUR_MS / 2;
            let left_ms = at(&kept, "until") - at(&kept, "now");
            let as_shown = (5 * MINUTE_MS..=7 * MINUTE_MS).contains(&left_ms);
            (right && as_shown).then_some(())
        },
    )
    .await;
    till.pay(&hold).await.expect("the card is approved");
    // The next start begins with what was learnt.
    let offset_ms = fact(&stand.kiosks[0].database, "clock_offset_ms");
    assert!(offset_ms.abs() < MINUTE_MS, "{offset_ms}");
}

/// The screening whose sale ends last.
async fn latest_on_sale(client: &Client) -> i64 {
    let screenings = client.on_sale().await;
    let last = screenings.iter().max_by_key(|it| it["starts_at"].as_i64());
    last.expect("one")["screening"].as_i64().expect("an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_whose_battery_is_empty_goes_on_from_what_it_has_seen() {
    let mut stand = Stand::new(1);
    stand.start().await;
    let till = stand.kiosks[0].client();
    let hubs_time = time_at(&till).await;
    stand.hub.kill();
    stand.kiosks[0].kill();
    // Its clock is hours behind what the database has seen.
    let floor = hubs_time + 3 * HOUR_MS;
    set_fact(&stand.kiosks[0].database, "clock_floor", floor);
    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    let (first, second) = (time_at(&till).await, time_at(&till).await);
    assert!(first >= floor && first < floor + 5 * MINUTE_MS);
    assert!(second >= first);
    // Nobody can say whether a sale is over, and the buyer is told that.
    let screening = latest_on_sale(&till).await;
    let path = format!("/api/screenings/{screening}/holds");
    let seat = till.seats(screening, "free").await[0];
    let (status, problem) = till
        .post(&path, json!({ "seats": [seat] }))
        .await
        .expect("told");
    assert_eq!(status, 503);
    assert_eq!(problem["type"], "urn:moding:problem:clock_unsure");

    // The hub's word counts, and time did not stand still meanwhile.
    stand.hub.start();
    eventually("the hub has told the time", || async {
        (time_at(&till).await - hubs_time < HOUR_MS).then_some(())
    })
    .await;
    let hold = till.hold(screening, &[seat]).await;
    till.pay(&hold.expect("the clock is sure"))
        .await
        .expect("the card is approved");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_never_begins_before_what_it_has_seen() {
    let mut stand = Stand::new(0);
    stand.start().await;
    let web = stand.hub.client();
    stand.hub.kill();
    let seen = fact(&stand.hub.database, "clock_floor");
    set_fact(&stand.hub.database, "clock_floor", seen + HOUR_MS);
    stand.hub.start();
    stand.hub.ready().await;
    let list = web.get("/api/screenings").await.expect("the programme");
    assert_ne!(list, json!(null));
    eventually("it remembers the later time", || async {
        (fact(&stand.hub.database, "clock_floor") >= seen + HOUR_MS).then_some(())
    })
    .await;
}
