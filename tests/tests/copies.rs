//! Kiosks whose database is an older copy of itself: what staff and operators decide then.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use reqwest::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};
use tests::client::Client;
use tests::ledger;
use tests::stand::{OPERATOR, STAFF_PIN, Stand, eventually};

/// A kiosk's database with what belongs to it.
fn files(database: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", database.display())))
}

/// Puts one copy of a database in another's place.
fn copy_over(from: &Path, to: &Path) {
    for (from, to) in files(from).iter().zip(&files(to)) {
        let _ = std::fs::remove_file(to);
        if from.exists() {
            std::fs::copy(from, to).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_restored_from_an_older_copy_asks_staff_before_it_sells() {
    let mut stand = Stand::with(&[1], 1);
    stand.start().await;
    let till = stand.kiosks[0].client();
    let id = till.on_sale().await[0]["screening"].as_i64().unwrap();
    let free = till.seats(id, "free").await;
    stand.kiosks[0].kill();
    let database = stand.kiosks[0].database.clone();
    let copy = stand.folder().join("copy.sqlite");
    copy_over(&database, &copy);

    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    stand.kiosks[0].online().await;
    // One booking reaches the hub, one is lost with the database.
    let hold = till.hold(id, &free[..2]).await.unwrap();
    let told = till.pay(&hold).await.unwrap();
    eventually("the hub knows the booking", || async {
        let told = std::slice::from_ref(&told);
        ledger::broken(&stand.hub.database, told)
            .is_empty()
            .then_some(())
    })
    .await;
    stand.hub.kill();
    let hold = till.hold(id, &free[2..4]).await.unwrap();
    let lost = till.pay(&hold).await.unwrap();
    let why = stand.kiosks[0].refuses(&["recover", "--yes"]);
    assert!(why.contains("stop the kiosk first"), "{why}");
    stand.kiosks[0].kill();
    copy_over(&copy, &database);
    assert!(stand.kiosks[0].refuses(&["recover"]).contains("--yes"));
    stand.kiosks[0].run(&["recover", "--yes"]);

    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    let kiosk = till.get("/api/kiosk").await.unwrap();
    assert_eq!(kiosk["standing"], "recovering");
    let refused = till.hold(id, &free[6..8]).await;
    assert_eq!(refused, Err("recovering".to_owned()));
    stand.hub.start();
    eventually("the kiosk has recovered", || async {
        let kiosk = till.get("/api/kiosk").await?;
        let doubts = kiosk["seats_in_doubt"].as_i64()? > 0;
        (kiosk["standing"] == "selling" && doubts).then_some(())
    })
    .await;
    assert_eq!(ledger::broken(&database, std::slice::from_ref(&told)), []);
    staff_look(&stand, id, &lost.seats).await;
    let refused = till.hold(id, &lost.seats).await;
    assert_eq!(refused, Err("seat_taken".to_owned()));
    let hold = till.hold(id, &free[6..8]).await.unwrap();
    till.pay(&hold).await.unwrap();
}

/// Staff find out that `sold` were sold, and say so.
async fn staff_look(stand: &Stand, id: i64, sold: &[i64]) {
    let till = stand.kiosks[0].client();
    let blocked = till.hold(id, sold).await;
    assert_eq!(blocked, Err("seat_taken".to_owned()));
    assert!(till.get("/api/staff/doubts").await.is_none());
    let staff = stand.kiosks[0].client().knowing(STAFF_PIN);
    let doubts = staff.get("/api/staff/doubts").await.unwrap();
    let all = doubts.as_array().unwrap();
    let here = all
        .iter()
        .find(|it| it["showing"]["screening"] == id)
        .unwrap();
    let seats = here["seats"].as_array().unwrap();
    assert!(
        sold.iter()
            .all(|seat| seats.iter().any(|it| it["seat"] == *seat))
    );
    let path = format!("/api/staff/doubts/{id}");
    let (status, settled) = staff.post(&path, json!({ "sold": sold })).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{settled}");
    assert_eq!(
        settled["free"].as_i64(),
        i64::try_from(seats.len() - sold.len()).ok()
    );
    let (status, _) = staff.post(&path, json!({ "sold": sold })).await.unwrap();
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nothing is in doubt any more"
    );
}

async fn stands_so(stand: &Stand, operator: &Client, life: &str) -> Value {
    let till = stand.kiosks[0].client();
    let standing = match life {
        "put_aside" => "put_aside",
        _ => "selling",
    };
    eventually(&format!("the kiosk's life is {life}"), || async {
        let fleet = operator.get("/api/operator/nodes").await?;
        let kiosk = till.get("/api/kiosk").await?;
        let seen = fleet["nodes"][0]["life"] == life && kiosk["standing"] == standing;
        seen.then(|| fleet["nodes"][0].clone())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_copies_of_a_kiosk_the_one_that_an_operator_chooses_goes_on() {
    let mut stand = Stand::with(&[1], 1);
    stand.start().await;
    let operator = stand.hub.client().knowing(OPERATOR);
    let till = stand.kiosks[0].client();
    let id = till.on_sale().await[0]["screening"].as_i64().unwrap();
    let free = till.seats(id, "free").await;
    let database = stand.kiosks[0].database.clone();
    let [older, right] = ["older", "right"].map(|name| stand.folder().join(name));
    stand.kiosks[0].kill();
    copy_over(&database, &older);
    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    stand.kiosks[0].online().await;
    let hold = till.hold(id, &free[..2]).await.unwrap();
    let sold = till.pay(&hold).await.unwrap();
    stand.kiosks[0].kill();
    copy_over(&database, &right);

    // Somebody starts the older copy; it recovers by itself and goes on.
    copy_over(&older, &database);
    stand.kiosks[0].start();
    eventually("the older copy has recovered", || async {
        let doubts = till.get("/api/kiosk").await?["seats_in_doubt"].as_i64()?;
        (doubts > 0).then_some(())
    })
    .await;
    let node = stands_so(&stand, &operator, "selling").await;
    assert_eq!(node["copy_put_aside_at"], json!(null));
    stand.kiosks[0].kill();
    // And then the right one.
    copy_over(&right, &database);
    stand.kiosks[0].start();
    let node = stands_so(&stand, &operator, "put_aside").await;
    assert!(node["copy_put_aside_at"].is_i64());
    let refused = till.hold(id, &free[4..6]).await;
    assert_eq!(refused, Err("recovering".to_owned()));

    let path = "/api/operator/nodes/kiosk-1/recover";
    let order = json!({ "by": "김운영", "note": "이쪽이 맞음", "copy": "put_aside" });
    let (status, _) = operator.post(path, order).await.unwrap();
    assert_eq!(status, StatusCode::OK);
    // It asks once a minute; anew, it asks at once.
    stand.kiosks[0].kill();
    stand.kiosks[0].start();
    let node = stands_so(&stand, &operator, "selling").await;
    assert_eq!(node["recovery_ordered"], json!(null));
    // What was in doubt in the other copy is in doubt here.
    let kiosk = till.get("/api/kiosk").await.unwrap();
    assert!(kiosk["seats_in_doubt"].as_i64().unwrap() > 0, "{kiosk}");
    assert_eq!(ledger::broken(&database, std::slice::from_ref(&sold)), []);
    let db = Connection::open(&stand.hub.database).unwrap();
    let query = "SELECT who FROM audit WHERE act ->> 'act' = 'recovery_ordered'";
    let who: String = db.query_row(query, [], |row| row.get(0)).unwrap();
    assert_eq!(who, "김운영");
    let order = json!({ "by": "김운영", "copy": "put_aside" });
    let (status, problem) = operator.post(path, order).await.unwrap();
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("remedy_not_possible")),
        "no copy waits any more"
    );
}
