//! Programs of different versions on one link: they are updated one after the other, and a
//! theater may be late by months.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "versions/old_kiosk.rs"]
mod old_kiosk;

use old_kiosk::{OldKiosk, golden, golden_row, golden_with, missing};
use serde_json::{Value, json};
use tests::ledger;
use tests::stand::{Stand, eventually};

const SESSION: i64 = 1_700_000_000_123;

fn hello() -> Value {
    golden_with(
        "hello",
        &json!({ "node": "kiosk-1", "session": SESSION, "head": 0, "cursor": null }),
    )
}

async fn hub_with_an_old_kiosk() -> (Stand, OldKiosk) {
    let mut stand = Stand::with(&[1], 1);
    stand.hub.start();
    stand.hub.ready().await;
    let credential = stand.folder().join("kiosk-1.credential");
    let password = std::fs::read_to_string(credential).unwrap();
    let kiosk = OldKiosk::connect("kiosk-1", stand.broker, password.trim()).await;
    (stand, kiosk)
}

/// The form of a row as the first version knows it.
fn known_form(row: &Value) -> Value {
    let state = &row["body"]["state"];
    if state != "free" && state != "blocked" {
        let same = |body: &Value| &body["state"] == state;
        return golden_row(row["kind"].as_str().unwrap(), same, &json!({}));
    }
    // These two states have no fields of their own.
    let mut known = golden_row("seat", |body| body["state"] == "booked", &json!({}));
    known["body"].as_object_mut().unwrap().remove("booking");
    known
}

/// The row of a seat that is the kiosk's own, of a screening that is on sale now.
async fn seat_on_sale(stand: &Stand, rows: &[Value]) -> Value {
    let on_sale = stand.hub.client().on_sale().await;
    let own = |row: &&Value| {
        let body = &row["body"];
        let open = on_sale
            .iter()
            .any(|it| it["screening"] == body["screening"]);
        open && body["owner"] == "kiosk-1" && body["state"] == "free"
    };
    rows.iter().find(own).expect("it was given seats").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_of_the_first_version_sells_with_the_hub_of_today() {
    let (stand, mut kiosk) = hub_with_an_old_kiosk().await;
    kiosk.say("hello", &hello());
    let welcome = kiosk.hear("command").await;
    let known = golden_with("welcome", &json!({ "cursor": null }));
    assert_eq!(missing(&known, &welcome, "welcome"), [""; 0]);
    assert_eq!(welcome["session"], SESSION);

    // What it reads has nothing less than what it knows.
    let rows = kiosk.read_everything(SESSION).await;
    for row in &rows {
        assert_eq!(missing(&known_form(row), row, "row"), [""; 0]);
    }
    let seat = seat_on_sale(&stand, &rows).await;

    // It sells one, and the hub takes that in.
    let (screening, number) = (&seat["body"]["screening"], &seat["body"]["seat"]);
    let mut sold = golden_row(
        "seat",
        |body| body["state"] == "booked",
        &json!({ "screening": screening, "seat": number, "owner": "kiosk-1" }),
    );
    sold["key"] = seat["key"].clone();
    sold["v"] = json!([seat["v"][0], seat["v"][1].as_i64().unwrap() + 2]);
    let ticket = json!({
        "ticket": "018c0000-0000-7000-8000-000000000004", "seat": number, "price": 12_000,
    });
    let booking = golden_row(
        "booking",
        |_| true,
        &json!({ "screening": screening, "node": "kiosk-1", "tickets": [ticket] }),
    );
    let batch = golden_with(
        "batch",
        &json!({ "session": SESSION, "base": 0, "last": 2, "rows": [sold, booking] }),
    );
    kiosk.say("rows", &batch);
    eventually("the hub has it", || async {
        let web = stand.hub.client();
        let sold = web.seats(screening.as_i64().unwrap(), "sold").await;
        sold.contains(&number.as_i64().unwrap()).then_some(())
    })
    .await;
    let ack = kiosk.hear("ack").await;
    assert_eq!(ack["seq"], 2);
    let conflicts = ledger::conflicts(&stand.hub.database);
    assert_eq!(conflicts, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_of_the_first_version_is_asked_for_nothing() {
    let (stand, mut kiosk) = hub_with_an_old_kiosk().await;
    kiosk.say("hello", &hello());
    kiosk.hear("command").await;
    let rows = kiosk.read_everything(SESSION).await;
    let seat = seat_on_sale(&stand, &rows).await;
    let ids = ["screening", "seat"].map(|id| seat["body"][id].as_i64().unwrap());
    // It would not understand, and the customer would wait for nothing.
    let refused = stand.hub.client().hold(ids[0], &[ids[1]]).await;
    assert_eq!(refused, Err("seat_not_on_sale_here".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_that_is_too_old_is_told_what_to_do() {
    let (_stand, mut kiosk) = hub_with_an_old_kiosk().await;
    let mut hello = hello();
    hello["protocol"] = json!(0);
    kiosk.say("hello", &hello);
    let refused = kiosk.hear("command").await;
    assert_eq!(missing(&golden("refused"), &refused, "refused"), [""; 0]);
    assert_eq!(refused["command"], "refused");
    let reason = refused["reason"].as_str().unwrap();
    assert!(reason.contains("update"), "{reason}");
}
