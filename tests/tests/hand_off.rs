//! Paying at a kiosk with one's own phone, with real programs and a sandbox of the gateway.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use domain::money::Won;
use serde_json::{Value, json};
use tests::client::Client;
use tests::ledger;
use tests::stand::{Stand, eventually};
use toss_sandbox::admin::NewPayment;
use toss_sandbox::{Sandbox, Settings};

/// A hub that takes money on the web, a kiosk, and the gateway.
async fn stand() -> (Stand, Sandbox) {
    let mut stand = Stand::new(1);
    let settings = Settings::new(stand.folder().join("sandbox"));
    let sandbox = Sandbox::start(settings).await.unwrap();
    stand.take_money(&sandbox);
    stand.start().await;
    (stand, sandbox)
}

/// Chooses two seats at the kiosk; the hold.
async fn hold(till: &Client) -> (i64, Vec<i64>, String) {
    let id = till.on_sale().await[0]["screening"].as_i64().unwrap();
    let seats = till.seats(id, "free").await[..2].to_vec();
    let hold = till.hold(id, &seats).await.unwrap();
    (id, seats, hold)
}

/// Hands the hold off; the order.
async fn hand_off(till: &Client, hold: &str) -> String {
    let path = format!("/api/holds/{hold}/hand-off");
    let (status, given) = till.post(&path, Value::Null).await.unwrap();
    assert_eq!(status, 202, "{given}");
    given["order"].as_str().unwrap().to_owned()
}

async fn reaches(till: &Client, order: &str, state: &str) -> Value {
    let path = format!("/api/hand-offs/{order}");
    eventually(&format!("the kiosk shows {state}"), || async {
        let shown = till.get(&path).await?;
        (shown["state"] == state).then_some(shown)
    })
    .await
}

/// The phone: the page of the order, the payment window, and back.
async fn pay(web: &Client, sandbox: &Sandbox, order: &str) -> Value {
    let path = format!("/api/orders/{order}/attempts");
    let (status, how) = web.post(&path, Value::Null).await.unwrap();
    assert_eq!(status, 201, "{how}");
    let amount = how["amount_won"].as_i64().unwrap();
    let name = how["gateway_order"].as_str().unwrap();
    let made = NewPayment::new(name, Won(amount).0);
    let made = sandbox.admin().make(&made).await.unwrap();
    let path = format!("/api/orders/{order}/confirmation");
    let success = json!({
        "payment_key": made.payment_key, "gateway_order": name, "amount": amount,
    });
    let (status, paid) = web.post(&path, success).await.unwrap();
    assert_eq!(status, 200, "{paid}");
    paid
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_pays_what_the_kiosk_has_handed_off() {
    let (stand, sandbox) = stand().await;
    let (web, till) = (stand.hub.client(), stand.kiosks[0].client());
    let (id, seats, first) = hold(&till).await;
    let order = hand_off(&till, &first).await;
    let open = reaches(&till, &order, "open").await;
    let address = open["address"].as_str().unwrap();
    assert!(address.ends_with(&format!("/pay/{order}")), "{address}");
    let paid = pay(&web, &sandbox, &order).await;
    let shown = reaches(&till, &order, "paid").await;
    assert_eq!(shown["booking"]["number"], paid["booking"]["number"]);
    assert_eq!(till.seats(id, "sold").await, seats);

    // The next one gives it up, and buys the same seats at the kiosk after all.
    let (id, seats, second) = hold(&till).await;
    let order = hand_off(&till, &second).await;
    reaches(&till, &order, "open").await;
    let path = format!("/api/hand-offs/{order}/cancellation");
    till.post(&path, Value::Null).await.unwrap();
    let over = reaches(&till, &order, "over").await;
    assert_eq!(over["why"], "given_up");
    let hold = till.hold_anywhere(id, &seats).await;
    till.pay(&hold).await.unwrap();
    assert_eq!(ledger::conflicts(&stand.hub.database), Vec::<String>::new());
    assert!(ledger::sold_twice(&stand.hub.database).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_off_survives_the_death_of_either_side() {
    let (mut stand, sandbox) = stand().await;
    let (web, till) = (stand.hub.client(), stand.kiosks[0].client());
    let (_, _, first) = hold(&till).await;
    let order = hand_off(&till, &first).await;
    // The kiosk dies with it, on the way or not; it tells when it is back.
    stand.kiosks[0].kill();
    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    reaches(&till, &order, "open").await;
    // The hub dies while the buyer is on the way to the payment window.
    stand.hub.kill();
    stand.hub.start();
    stand.hub.ready().await;
    let paid = pay(&web, &sandbox, &order).await;
    // Nobody is at the kiosk when the word comes.
    stand.kiosks[0].kill();
    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    let shown = reaches(&till, &order, "paid").await;
    assert_eq!(shown["booking"]["number"], paid["booking"]["number"]);
    assert_eq!(ledger::conflicts(&stand.hub.database), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_is_away_leaves_the_buyer_the_other_ways() {
    let (mut stand, _sandbox) = stand().await;
    let till = stand.kiosks[0].client();
    let (_, _, hold) = hold(&till).await;
    stand.hub.kill();
    eventually("the kiosk says so", || async {
        let device = till.get("/api/kiosk").await?;
        (device["by_phone"] == "hub_unreachable").then_some(())
    })
    .await;
    let path = format!("/api/holds/{hold}/hand-off");
    let (status, refused) = till.post(&path, Value::Null).await.unwrap();
    assert_eq!(
        (status.as_u16(), &refused["code"]),
        (503, &json!("hub_unreachable"))
    );
    till.pay(&hold).await.unwrap();
}
