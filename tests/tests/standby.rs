//! A hub dies and another one, which has followed its replica, takes its place. Until then it can
//! be read, and nothing else.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::client::{Client, Promise};
use tests::stand::{OPERATOR, Stand, eventually};
use tests::{ledger, replica};

async fn sold(client: &Client, at_till: bool) -> Promise {
    eventually("somebody buys", || async {
        let on_sale = client.on_sale().await;
        let here = on_sale.iter().find(|it| it["theater"]["theater"] == 1)?;
        let screening = here["screening"].as_i64()?;
        let free = client.seats(screening, "free").await;
        let hold = client.hold(screening, free.get(..2)?).await.ok()?;
        if at_till {
            client.pay(&hold).await
        } else {
            client.book(&hold).await
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_takes_over_and_has_everything_that_was_answered() {
    let Some((_moto, store)) = replica::moto() else {
        return;
    };
    let mut stand = Stand::new(1);
    stand.lease_in(store);
    let mut second = stand.standing_by();
    second.start();
    has_nothing_to_show(&second.client()).await;
    stand.start().await;
    let (web, till) = (stand.hub.client(), stand.kiosks[0].client());
    let (mut web_promises, mut till_promises) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        web_promises.push(sold(&web, false).await);
        till_promises.push(sold(&till, true).await);
    }
    second.has_a_copy().await;
    web_promises.push(sold(&web, false).await);
    can_be_read(&second.client(), &web_promises).await;
    refuses_everything_else(&second.client(), web_promises[0].screening).await;

    stand.hub.kill();
    till_promises.push(sold(&till, true).await);
    second.ready().await;
    let led = ask(&second.client(), Method::GET, "/api/movies").await;
    assert_eq!(led.expect("it answers").age, None, "this is no copy");
    stand.kiosks[0].online().await;
    web_promises.push(sold(&second.client(), false).await);
    till_promises.push(sold(&till, true).await);
    let hub = second.database.as_path();
    ledger::agree((hub, &stand.kiosks[0].database), 1).await;
    assert_eq!(ledger::broken(hub, &web_promises), []);
    assert_eq!(ledger::broken(hub, &till_promises), []);
    assert_eq!(ledger::sold_twice(hub), []);

    // The one that was thought dead may neither serve nor stand by with what it has.
    let refused = stand.hub.refuses(&["serve"]);
    assert!(refused.contains("moding-hub standby"), "{refused}");
    let refused = stand.hub.refuses(&["standby"]);
    assert!(refused.contains("is in the way"), "{refused}");
    // Not even when the other one has given the lease back.
    second.stop();
    let refused = stand.hub.refuses(&["serve"]);
    assert!(refused.contains("led last"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_was_killed_leads_again_at_once_and_alone() {
    let Some((_moto, store)) = replica::moto() else {
        return;
    };
    let mut stand = Stand::new(1);
    stand.lease_in(store);
    stand.start().await;
    let promise = sold(&stand.hub.client(), false).await;
    // Its own lease is not over for long: one that had to wait for that would end.
    stand.hub.kill();
    stand.hub.start();
    stand.hub.ready().await;
    assert_eq!(ledger::broken(&stand.hub.database, &[promise]), []);
    let refused = stand.hub.refuses(&["serve"]);
    assert!(
        refused.contains("another program of this machine"),
        "{refused}"
    );
    assert!(
        ask(&stand.hub.client(), Method::GET, "/api/movies")
            .await
            .is_some()
    );
}

/// An answer: its status, its JSON, and what it says of its age.
struct Answer {
    status: StatusCode,
    body: Value,
    age: Option<String>,
    retry_after: Option<String>,
}

async fn ask(client: &Client, method: Method, path: &str) -> Option<Answer> {
    let request = reqwest::Client::new().request(method, format!("{}{path}", client.base()));
    let request = request.bearer_auth(OPERATOR).json(&json!({}));
    let answer = request.send().await.ok()?;
    let header = |name: &str| {
        let value = answer.headers().get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    Some(Answer {
        status: answer.status(),
        age: header("moding-copy-age"),
        retry_after: header("retry-after"),
        body: answer.json().await.unwrap_or_default(),
    })
}

/// What a standby says before it has anything.
async fn has_nothing_to_show(standby: &Client) {
    let answer = eventually("the standby answers", || {
        ask(standby, Method::GET, "/api/movies")
    });
    let answer = answer.await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.body["code"], "copy_not_ready");
    assert_eq!(answer.age.as_deref(), Some("none"));
    assert!(answer.retry_after.is_some());
    assert!(!standby.is_ready().await);
}

/// Everything that was sold is seen, marked with its age.
async fn can_be_read(standby: &Client, promises: &[Promise]) {
    let films = ask(standby, Method::GET, "/api/movies").await;
    let films = films.expect("it answers");
    assert_eq!(films.status, StatusCode::OK);
    assert!(
        films.body["movies"]
            .as_array()
            .is_some_and(|it| !it.is_empty())
    );
    let age = films.age.expect("it says how old it is");
    assert!(age.parse::<u64>().is_ok(), "{age}");
    for promise in promises {
        eventually("the sold seats are seen", || async {
            let sold = standby.seats(promise.screening, "sold").await;
            let sold: BTreeSet<i64> = sold.into_iter().collect();
            let all = promise.seats.iter().all(|seat| sold.contains(seat));
            all.then_some(())
        })
        .await;
    }
    let found = eventually("films are found", || async {
        let found = standby.get("/api/movies/search?q=a").await?;
        (found["state"] == "ready").then_some(found)
    });
    assert!(found.await["movies"].is_array());
    let figures = reqwest::get(format!("{}/metrics", standby.base())).await;
    let figures = figures.expect("it answers").text().await.expect("text");
    for figure in ["lag_seconds", "transaction"] {
        let figure = format!("moding_follower_{figure}{{database=\"hub\"}} ");
        assert!(figures.contains(&figure), "{figure} in {figures}");
    }
}

/// It changes nothing, shows nothing that it cannot know, and lets no operator in.
async fn refuses_everything_else(standby: &Client, screening: i64) {
    let hold = format!("/api/screenings/{screening}/holds");
    let order = "/api/orders/00000000-0000-7000-8000-000000000000";
    for (method, path) in [
        (Method::POST, hold.as_str()),
        (Method::POST, "/api/searches"),
        (Method::PUT, "/api/movies/1/like"),
        (Method::POST, "/api/movies/1/requests"),
        (Method::POST, "/api/webhooks/toss"),
        (Method::POST, "/"),
        (Method::GET, order),
        (Method::GET, "/api/operator/conflicts"),
        (Method::GET, "/api/events?topics=ranking"),
        (Method::GET, "/api/nothing-of-ours"),
    ] {
        let answer = ask(standby, method, path).await.expect("it answers");
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        let kind = &answer.body["type"];
        assert_eq!(kind, "urn:moding:problem:standing_by", "{path}");
        assert!(answer.retry_after.is_some(), "{path}");
        assert!(answer.age.is_some(), "{path}");
    }
    assert!(!standby.is_ready().await, "no buyer is sent here");
}
