//! A seat map changes while seats are sold: nobody loses a seat, and both ends show one room.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tests::client::{Client, Promise};
use tests::ledger;
use tests::stand::{OPERATOR, Stand, eventually};

/// A screening in the kiosk's theater, its map as the operator has it, and the row that goes.
struct Rebuilt {
    stand: Stand,
    screening: i64,
    old: Value,
    /// The seats of a row of which the kiosk has some, all of them free at the beginning.
    goes: Vec<i64>,
}

impl Rebuilt {
    async fn new() -> Self {
        let mut stand = Stand::new(1);
        stand.start().await;
        let till = stand.kiosks[0].client();
        let screening = till.on_sale().await[0]["screening"].as_i64().unwrap();
        let shown = stand
            .hub
            .says(&["seat-map", "show", &screening.to_string()]);
        let old: Value = serde_json::from_str(&shown).unwrap();
        let mine = till.seats(screening, "free").await;
        let places = old["seats"].as_array().unwrap();
        let row_of =
            |seat: i64| places.iter().find(|it| it["seat"] == seat).unwrap()["row"].clone();
        // One of ordinary seats alone.
        let row = mine.iter().map(|&seat| row_of(seat)).find(|row| {
            let in_row = places.iter().filter(|it| &it["row"] == row);
            in_row.clone().count() >= 6
                && in_row
                    .clone()
                    .all(|it| it["zone"] == "standard" && it["kind"] == "standard")
        });
        let row = row.expect("a row with seats of the kiosk's");
        let in_row = places.iter().filter(|it| it["row"] == row);
        let goes = in_row.map(|it| it["seat"].as_i64().unwrap()).collect();
        Self {
            stand,
            screening,
            old,
            goes,
        }
    }

    /// The next version: without the row, and with a new one of six behind the last.
    fn new_map(&self) -> Value {
        let mut map = self.old.clone();
        map["version"] = json!(map["version"].as_i64().unwrap() + 1);
        let seats = map["seats"].as_array_mut().unwrap();
        let last = seats.last().unwrap()["seat"].as_i64().unwrap();
        let back = seats
            .iter()
            .filter_map(|it| it["y"].as_i64())
            .max()
            .unwrap();
        seats.retain(|it| !self.goes.contains(&it["seat"].as_i64().unwrap()));
        seats.extend((1..=6).map(|number| {
            json!({ "seat": last + number, "row": "새", "number": number, "zone": "standard",
                "kind": "standard", "x": number * 2, "y": back + 2 })
        }));
        map
    }

    fn file(&self) -> PathBuf {
        let file = self.stand.folder().join("new-map.json");
        std::fs::write(&file, self.new_map().to_string()).unwrap();
        file
    }

    async fn change(&self) -> (StatusCode, Value) {
        let operator = self.stand.hub.client().knowing(OPERATOR);
        let path = format!("/api/operator/screenings/{}/seat-map", self.screening);
        let body = json!({ "by": "김운영", "note": "철거", "mode": "carry_out",
            "map": self.new_map() });
        operator.post(&path, body).await.unwrap()
    }

    async fn sell(&self, till: &Client, seats: &[i64]) -> Promise {
        let hold = till.hold_anywhere(self.screening, seats).await;
        till.pay(&hold).await.unwrap()
    }

    /// Hub and kiosk show the new room, and every promise is kept, where it was moved to.
    async fn is_settled(&self, promises: &[Promise]) {
        let (hub, kiosk) = (&self.stand.hub, &self.stand.kiosks[0]);
        let path = format!("/api/screenings/{}/seat-map", self.screening);
        let expected = self.new_map();
        for client in [hub.client(), kiosk.client()] {
            let (path, expected, goes) = (&path, &expected, &self.goes);
            eventually("the new map is shown", || async {
                let shown = client.get(path).await?;
                (shown["seats"] == expected["seats"]).then_some(())
            })
            .await;
            for look in ["free", "elsewhere", "held", "sold", "blocked"] {
                let seats = client.seats(self.screening, look).await;
                assert!(seats.iter().all(|seat| !goes.contains(seat)), "{look}");
            }
        }
        ledger::agree((&hub.database, &kiosk.database), 1).await;
        for database in [&hub.database, &kiosk.database] {
            assert_eq!(ledger::broken(database, promises), []);
            assert!(ledger::sold_twice(database).is_empty());
        }
        assert_eq!(ledger::conflicts(&hub.database), Vec::<String>::new());
    }
}

/// What a promise has become by the moves of an answer.
fn moved(promise: &Promise, answer: &Value) -> Promise {
    let moves = answer["moves"].as_array().unwrap();
    let of = moves.iter().find(|it| it["booking"] == promise.booking);
    let moves = of.map(|it| it["moves"].as_array().unwrap().clone());
    let moves = moves.unwrap_or_default();
    let mut seats: Vec<i64> = promise
        .seats
        .iter()
        .map(|&seat| {
            let one = moves.iter().find(|it| it["from"]["seat"] == seat);
            one.map_or(seat, |one| one["to"]["seat"].as_i64().unwrap())
        })
        .collect();
    seats.sort_unstable();
    Promise {
        seats,
        ..promise.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_goes_another_comes_and_whoever_had_a_seat_has_one() {
    let rebuilt = Rebuilt::new().await;
    let (web, till) = (rebuilt.stand.hub.client(), rebuilt.stand.kiosks[0].client());
    let (id, goes) = (rebuilt.screening, &rebuilt.goes);
    // The kiosk sells two in the row, the web two more, and one that stays.
    let mut promises = vec![rebuilt.sell(&till, &goes[..2]).await];
    let hold = web.hold_anywhere(id, &goes[2..4]).await;
    promises.push(web.book(&hold).await.unwrap());
    let mut stays = web.seats(id, "free").await;
    stays.retain(|seat| !goes.contains(seat));
    let hold = web.hold(id, &stays[..1]).await.unwrap();
    promises.push(web.book(&hold).await.unwrap());
    let picture = till.get(&format!("/api/screenings/{id}/seats")).await;
    let since = picture.unwrap()["event_id"].as_str().unwrap().to_owned();

    // Nobody who is choosing is disturbed.
    let chosen = till.hold_anywhere(id, &goes[4..6]).await;
    eventually("the hub has heard of the hold", || async {
        web.seats(id, "held").await.contains(&goes[4]).then_some(())
    })
    .await;
    let (status, problem) = rebuilt.change().await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    assert_eq!(problem["seats"].as_array().unwrap().len(), 2, "{problem}");
    till.release(&chosen).await;
    eventually("the hub has heard that they are free", || async {
        let held = web.seats(id, "held").await;
        (!held.contains(&goes[4])).then_some(())
    })
    .await;

    let (file, number) = (rebuilt.file(), id.to_string());
    let change = [
        "seat-map",
        "change",
        &number,
        "--to",
        file.to_str().unwrap(),
    ];
    let told = rebuilt.stand.hub.says(&change);
    assert!(told.contains("added: 새1 새2 새3 새4 새5 새6"), "{told}");
    assert_eq!(told.matches("booking ").count(), 2, "{told}");
    assert!(told.contains("say --move"), "{told}");
    let (status, answer) = rebuilt.change().await;
    assert_eq!(
        (status, &answer["done"]),
        (StatusCode::OK, &json!(true)),
        "{answer}"
    );
    assert_eq!(answer["removed"].as_array().unwrap().len(), goes.len());
    let after: Vec<Promise> = promises.iter().map(|it| moved(it, &answer)).collect();
    assert_ne!(after[0], promises[0]);
    assert_ne!(after[1], promises[1]);
    assert_eq!(after[2], promises[2]);
    promises = after;
    rebuilt.is_settled(&promises).await;
    let told = rebuilt.stand.hub.says(&change);
    assert!(told.contains("has this map already"), "{told}");

    // Whoever looks at the room is told to look again, also who was away meanwhile.
    let told = till.first_event(id, &since).await;
    assert!(told.contains("event: reset"), "{told}");
    // A new seat is sold at the kiosk like any other.
    let last = rebuilt.new_map()["seats"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()["seat"]
        .clone();
    promises.push(rebuilt.sell(&till, &[last.as_i64().unwrap()]).await);
    rebuilt.is_settled(&promises).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_kiosk_in_the_dark_nothing_is_touched_and_later_nobody_is_forgotten() {
    let mut rebuilt = Rebuilt::new().await;
    let till = rebuilt.stand.kiosks[0].client();
    // It sells while nobody hears of it, and goes dark.
    rebuilt.stand.hub.kill();
    let mut own = till.seats(rebuilt.screening, "free").await;
    own.retain(|seat| rebuilt.goes.contains(seat));
    let promise = rebuilt.sell(&till, &own[..2]).await;
    rebuilt.stand.kiosks[0].kill();
    rebuilt.stand.hub.start();
    rebuilt.stand.hub.ready().await;

    let hub = &rebuilt.stand.hub;
    let before = ledger::rows(&hub.database, 1);
    let (file, number) = (rebuilt.file(), rebuilt.screening.to_string());
    let change = [
        "seat-map",
        "change",
        &number,
        "--to",
        file.to_str().unwrap(),
        "--move",
    ];
    let said = hub.refuses(&change);
    assert!(
        said.contains("waits for kiosk-1, which cannot be reached"),
        "{said}"
    );
    let (status, problem) = rebuilt.change().await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(problem["code"], "node_unreachable");
    let waits = problem["seats"].as_array().unwrap().iter();
    let waits: Vec<i64> = waits.map(|it| it["seat"].as_i64().unwrap()).collect();
    assert_eq!(waits, own);
    assert_eq!(ledger::rows(&hub.database, 1), before);
    let path = format!("/api/screenings/{number}/seat-map");
    let shown = hub.client().get(&path).await.unwrap();
    assert_eq!(shown["version"], rebuilt.old["version"]);

    rebuilt.stand.kiosks[0].start();
    rebuilt.stand.kiosks[0].ready().await;
    let answer = eventually("the kiosk is back and the room is changed", || async {
        let (status, answer) = rebuilt.change().await;
        (status == StatusCode::OK).then_some(answer)
    })
    .await;
    rebuilt.is_settled(&[moved(&promise, &answer)]).await;
}
