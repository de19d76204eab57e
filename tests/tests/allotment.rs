//! The hub shares the seats of a screening between the web and the theater, and says why.

use std::collections::BTreeSet;

use serde_json::Value;
use tests::client::{Client, Promise};
use tests::ledger;
use tests::stand::{Stand, eventually};

/// A hand-over this long before the show concerns every screening there is.
const ALWAYS_MINUTES: u32 = 14 * 24 * 60;

/// The kiosk's theater's screening that begins last, tomorrow: nothing of the plan is due by the clock.
async fn latest(client: &Client) -> i64 {
    let on_sale = client.on_sale().await;
    let start = |screening: &&Value| screening["starts_at"].as_i64().expect("a time");
    let here = on_sale.iter().filter(|it| it["theater"]["theater"] == 1);
    let latest = here.max_by_key(start).expect("one is on sale");
    latest["screening"].as_i64().expect("an id")
}

async fn all_is_well(stand: &Stand, promises: &[Promise]) {
    let databases = (&stand.hub.database, &stand.kiosks[0].database);
    ledger::agree((databases.0, databases.1), 1).await;
    assert_eq!(ledger::broken(databases.0, promises), []);
    assert!(ledger::sold_twice(databases.0).is_empty());
    assert_eq!(ledger::conflicts(databases.0), Vec::<String>::new());
}

/// What `moding-hub allotment explain` says, as JSON.
fn explained(stand: &Stand, screening: i64) -> Value {
    let said = stand
        .hub
        .says(&["allotment", "explain", &screening.to_string(), "--json"]);
    serde_json::from_str(&said).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn near_the_show_a_kiosk_sells_without_the_network_what_the_hub_owned_before() {
    let mut stand = Stand::handing_over(&[1], 2, ALWAYS_MINUTES);
    stand.hub.start();
    stand.hub.ready().await;
    let web = stand.hub.client();
    let id = latest(&web).await;
    // Nobody can be asked yet, and so the hub keeps its own.
    let hubs: BTreeSet<i64> = web.seats(id, "free").await.into_iter().collect();
    assert!(hubs.len() > 20, "the hub has a share");

    stand.start().await;
    let till = stand.kiosks[0].client();
    eventually("the theater has every seat", || async {
        let theirs: BTreeSet<i64> = till.seats(id, "free").await.into_iter().collect();
        let left = web.seats(id, "free").await;
        (hubs.is_subset(&theirs) && left.is_empty()).then_some(())
    })
    .await;

    stand.hub.kill();
    eventually("the kiosk knows that it is alone", || async {
        let kiosk = till.get("/api/kiosk").await?;
        (kiosk["link"]["state"] == "offline").then_some(())
    })
    .await;
    let two: Vec<i64> = hubs.iter().copied().take(2).collect();
    let hold = till.hold(id, &two).await.expect("they are its own now");
    let promise = till.pay(&hold).await.expect("the card is approved");

    stand.hub.start();
    stand.hub.ready().await;
    eventually("the hub has the booking", || async {
        let sold = web.seats(id, "sold").await;
        (sold == two).then_some(())
    })
    .await;
    all_is_well(&stand, &[promise]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_that_runs_low_is_given_more_by_the_hub() {
    let mut stand = Stand::with(&[1], 2);
    stand.start().await;
    let (web, till) = (stand.hub.client(), stand.kiosks[0].client());
    let id = latest(&till).await;
    let hubs: BTreeSet<i64> = web.seats(id, "free").await.into_iter().collect();
    let mine = till.seats(id, "free").await;
    let mut promises = Vec::new();
    for seats in mine.chunks(8) {
        // Refills come meanwhile; what the kiosk had at first is its own to the end.
        let hold = till.hold(id, seats).await.expect("its own");
        promises.push(till.pay(&hold).await.expect("the card is approved"));
    }
    eventually("seats of the hub are the kiosk's now", || async {
        let free = till.seats(id, "free").await;
        free.iter().any(|seat| hubs.contains(seat)).then_some(())
    })
    .await;
    all_is_well(&stand, &promises).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_runs_low_asks_the_kiosk_for_more() {
    let mut stand = Stand::with(&[1], 2);
    stand.start().await;
    let (web, till) = (stand.hub.client(), stand.kiosks[0].client());
    let id = latest(&till).await;
    let tills: BTreeSet<i64> = till.seats(id, "free").await.into_iter().collect();
    let mut promises = Vec::new();
    for seats in web.seats(id, "free").await.chunks(8) {
        let hold = web.hold(id, seats).await.expect("its own");
        promises.push(web.book(&hold).await.expect("booked"));
    }
    eventually("seats of the kiosk are the hub's now", || async {
        let free = web.seats(id, "free").await;
        free.iter().any(|seat| tills.contains(seat)).then_some(())
    })
    .await;
    all_is_well(&stand, &promises).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_is_told_who_has_what_and_why() {
    let mut stand = Stand::with(&[1], 2);
    stand.hub.start();
    stand.hub.ready().await;
    let id = latest(&stand.hub.client()).await;
    let before = explained(&stand, id);
    let seats = |explained: &Value| -> i64 {
        let holdings = explained["holdings"].as_array().expect("a list");
        let seats = holdings.iter().map(|holding| holding["seats"].as_i64());
        seats.map(|seats| seats.expect("a number")).sum()
    };
    let standings = |explained: &Value, node: &str| -> BTreeSet<String> {
        let holdings = explained["holdings"].as_array().expect("a list");
        let of_node = holdings.iter().filter(|holding| holding["node"] == node);
        of_node
            .map(|holding| holding["standing"]["standing"].to_string())
            .collect()
    };
    assert_eq!(standings(&before, "hub"), ["\"alone\"".to_owned()].into());
    assert_eq!(
        standings(&before, "kiosk-1"),
        ["\"dark\"".to_owned()].into()
    );
    assert_eq!(before["planned"].as_array().map(Vec::len), Some(0));

    stand.start().await;
    let after = eventually("the hub has noted that the kiosk is there", || async {
        let after = explained(&stand, id);
        (after["sellers"][1]["link"] == "online").then_some(after)
    })
    .await;
    assert_eq!(seats(&before), seats(&after), "every seat has one owner");
    assert!(standings(&after, "kiosk-1").contains("\"enough\""));
    let share = |node: usize| after["sellers"][node]["share_percent"].as_i64();
    assert_eq!(
        share(0).zip(share(1)).map(|(hub, kiosk)| hub + kiosk),
        Some(100)
    );

    let text = stand.hub.says(&["allotment", "explain", &id.to_string()]);
    assert!(text.contains("enough: its share is"), "{text}");
    assert!(text.contains("nothing is to be moved"), "{text}");
    let refused = stand.hub.refuses(&["allotment", "explain", "999999"]);
    assert!(
        refused.contains("there is no screening 999999"),
        "{refused}"
    );
}
