//! The best seats for a party, at real programs: across owners, in a herd, and in place of
//! seats that cannot be had.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::client::Client;
use tests::stand::{Stand, eventually};

/// Parties that come at once.
const HERD: usize = 24;

/// How often a party asks anew when others were faster.
const ASKS_MAX: usize = 8;

async fn stand() -> (Stand, i64) {
    let mut stand = Stand::new(1);
    stand.start().await;
    let on_sale = stand.kiosks[0].client().on_sale().await;
    let screening = on_sale[0]["screening"].as_i64().unwrap();
    (stand, screening)
}

async fn best(client: &Client, screening: i64, people: usize) -> Vec<Vec<i64>> {
    let path = format!("/api/screenings/{screening}/best?people={people}");
    let found = client.get(&path).await.expect("an answer");
    let choices = found["choices"].as_array().unwrap().iter();
    choices.map(seats).collect()
}

fn seats(choice: &Value) -> Vec<i64> {
    let seats = choice.as_array().unwrap().iter();
    seats.map(|seat| seat.as_i64().unwrap()).collect()
}

/// A party takes the best that it can get.
async fn sits_down(client: &Client, screening: i64, people: usize) -> Option<Vec<i64>> {
    for _ in 0..ASKS_MAX {
        for choice in best(client, screening, people).await {
            if client.hold(screening, &choice).await.is_ok() {
                return Some(choice);
            }
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn a_herd_of_parties_all_sit_together_and_no_seat_is_given_twice() {
    let (stand, screening) = stand().await;
    let clients = [stand.hub.client(), stand.kiosks[0].client()];
    let parties = (0..HERD).map(|at| {
        let client = clients[at % 2].clone();
        tokio::spawn(async move { sits_down(&client, screening, 2 + at % 3).await })
    });
    let mut given = BTreeSet::new();
    for (at, party) in parties.collect::<Vec<_>>().into_iter().enumerate() {
        let sat = party.await.unwrap();
        let sat = sat.unwrap_or_else(|| panic!("party {at} stands"));
        assert_eq!(sat.len(), 2 + at % 3);
        for seat in sat {
            assert!(given.insert(seat), "seat {seat} was given twice");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_too_large_for_one_owners_seats_gets_those_of_two() {
    let (stand, screening) = stand().await;
    let web = stand.hub.client();
    // The web's own seats go until there is none left for a party.
    let own = web.seats(screening, "free").await;
    for party in own.chunks(8) {
        web.hold(screening, party).await.expect("its own seats");
    }
    assert_eq!(web.seats(screening, "free").await, Vec::<i64>::new());
    let choices = best(&web, screening, 5).await;
    let first = choices.first().expect("the kiosk's seats are offered");
    web.hold_anywhere(screening, first).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_place_of_seats_that_cannot_be_had_others_are_offered_at_once() {
    let (mut stand, screening) = stand().await;
    let web = stand.hub.client();
    let theirs = web.seats(screening, "elsewhere").await;
    stand.kiosks[0].kill();
    eventually("the kiosk is known to be away", || async {
        let view = web
            .get(&format!("/api/screenings/{screening}/seats"))
            .await?;
        (view["elsewhere"]["reachable"] == false).then_some(())
    })
    .await;
    // Only what can be had is offered.
    let free: BTreeSet<i64> = web.seats(screening, "free").await.into_iter().collect();
    for choice in best(&web, screening, 3).await {
        assert!(choice.iter().all(|seat| free.contains(seat)), "{choice:?}");
    }

    let wanted = json!({ "seats": theirs[..3] });
    let path = format!("/api/screenings/{screening}/holds");
    let (status, problem) = web.post(&path, wanted).await.unwrap();
    assert_eq!(status, 409);
    assert_eq!(problem["code"], "seat_not_on_sale_here");
    let offered = problem["suggestion"].as_array().expect("others").iter();
    let offered: Vec<i64> = offered.map(|it| it["seat"].as_i64().unwrap()).collect();
    assert_eq!(offered.len(), 3);
    assert!(problem["suggestion"][0]["row"].is_string());
    web.hold(screening, &offered).await.expect("they are free");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_looks_for_seats_for_nobody() {
    let (stand, screening) = stand().await;
    let web = stand.hub.client();
    for query in ["people=0", "people=11", "people=2&wheelchairs=3"] {
        let path = format!("/api/screenings/{screening}/best?{query}");
        assert_eq!(web.get(&path).await, None, "{query}");
    }
    let path = format!("/api/screenings/{screening}/best?people=2&wheelchairs=1");
    let found = web.get(&path).await.expect("an answer");
    assert!(found["choices"].is_array());
}
