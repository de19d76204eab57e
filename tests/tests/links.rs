//! What a link that is away means to those who sell, and staff who decide that it is.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tests::client::Client;
use tests::stand::{STAFF_PIN, Stand, eventually, set_fact};

const OFFLINE: &str = "/api/staff/offline";

async fn first_on_sale(client: &Client) -> i64 {
    let screenings = client.on_sale().await;
    screenings[0]["screening"].as_i64().expect("an id")
}

async fn by_hand(client: &Client) -> Value {
    let kiosk = client.get("/api/kiosk").await.unwrap_or_default();
    kiosk["by_hand"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_kiosk_of_two_that_goes_leaves_the_theater_on_the_line() {
    let mut stand = Stand::with(&[1, 1], 1);
    stand.start().await;
    let web = stand.hub.client();
    let (screening, [lost, there]) = {
        let tills = [stand.kiosks[0].client(), stand.kiosks[1].client()];
        let screening = first_on_sale(&tills[0]).await;
        let free = [
            tills[0].seats(screening, "free").await,
            tills[1].seats(screening, "free").await,
        ];
        (screening, free)
    };
    stand.kiosks[0].kill();
    eventually("the web cannot have the lost kiosk's seats", || async {
        let refused = web.hold(screening, &lost[..1]).await;
        (refused == Err("seat_not_on_sale_here".to_owned())).then_some(())
    })
    .await;
    assert_ne!(link(&web, "/api/theaters/1").await, "offline");
    let hold = web.hold_anywhere(screening, &there[..1]).await;
    web.book(&hold).await.expect("booked");
    stand.kiosks[1].kill();
    eventually("the theater is away", || async {
        let theater = web.get("/api/theaters/1").await?;
        (theater["link"]["state"] == "offline").then_some(())
    })
    .await;
}

async fn link(client: &Client, path: &str) -> String {
    let shown = client.get(path).await.unwrap_or_default();
    shown["link"]["state"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// What the seat map says of the other side's seats.
async fn elsewhere(client: &Client, screening: i64) -> bool {
    let path = format!("/api/screenings/{screening}/seats");
    let seats = client.get(&path).await.expect("seats");
    seats["elsewhere"]["reachable"] == true
}

/// Waits until the other side's seats are offered: a busy machine is a slow link at first.
async fn offered_elsewhere(client: &Client, screening: i64) {
    eventually("the other side's seats are offered", || async {
        elsewhere(client, screening).await.then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_that_falls_silent_is_away_and_nobody_is_promised_its_seats() {
    let mut stand = Stand::new(1);
    stand.start().await;
    let web = stand.hub.client();
    let screening = first_on_sale(&stand.kiosks[0].client()).await;
    let theirs = web.seats(screening, "elsewhere").await;
    offered_elsewhere(&web, screening).await;

    stand.kiosks[0].freeze();
    eventually("the hub knows what the silence means", || async {
        (link(&web, "/api/theaters/1").await == "offline").then_some(())
    })
    .await;
    assert!(!elsewhere(&web, screening).await);
    let refused = web.hold(screening, &theirs[..1]).await;
    assert_eq!(refused, Err("seat_not_on_sale_here".to_owned()));
    let ours = web.seats(screening, "free").await;
    let hold = web
        .hold(screening, &ours[..2])
        .await
        .expect("the hub's own");
    web.book(&hold).await.expect("booked");

    stand.kiosks[0].thaw();
    // The kiosk is asked again.
    web.hold_anywhere(screening, &theirs[..1]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_knows_what_the_hubs_silence_means() {
    let mut stand = Stand::new(1);
    stand.start().await;
    let till = stand.kiosks[0].client();
    let screening = first_on_sale(&till).await;
    let theirs = till.seats(screening, "elsewhere").await;
    offered_elsewhere(&till, screening).await;

    stand.hub.freeze();
    eventually("the kiosk knows that it is alone", || async {
        (link(&till, "/api/kiosk").await == "offline").then_some(())
    })
    .await;
    assert!(!elsewhere(&till, screening).await);
    let refused = till.hold(screening, &theirs[..1]).await;
    assert_eq!(refused, Err("seat_not_on_sale_here".to_owned()));
    let ours = till.seats(screening, "free").await;
    let hold = till.hold(screening, &ours[..2]).await.expect("its own");
    till.pay(&hold).await.expect("the card is approved");

    stand.hub.thaw();
    // The hub is asked again.
    till.hold_anywhere(screening, &theirs[..1]).await;
    let web = stand.hub.client();
    eventually("the hub has the booking", || async {
        (web.seats(screening, "sold").await.len() == 2).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn working_offline_ends_by_itself_when_its_time_is_over() {
    let mut stand = Stand::new(1);
    stand.start().await;
    let till = stand.kiosks[0].client();
    let staff = till.clone().knowing(STAFF_PIN);
    let (_, on) = staff
        .post(OFFLINE, json!({ "minutes": 1 }))
        .await
        .expect("an answer");
    assert_eq!(on["state"], "on");
    // So near its end staff are warned.
    let kiosk = till.get("/api/kiosk").await.expect("the kiosk");
    assert_eq!(kiosk["offline_ends_at"], on["until"]);
    // The minute passes while nobody runs.
    stand.kiosks[0].kill();
    let mut over = on.clone();
    for moment in ["since", "until"] {
        over[moment] = json!(on[moment].as_i64().expect("a time") - 60_000);
    }
    set_fact(&stand.kiosks[0].database, "work_offline", over.to_string());
    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    let ended = eventually("it is over", || async {
        let by_hand = by_hand(&till).await;
        (by_hand["state"] == "ended").then_some(by_hand)
    })
    .await;
    assert_eq!(ended["why"], "time_over");
    stand.kiosks[0].online().await;
    let screening = first_on_sale(&till).await;
    let theirs = till.seats(screening, "elsewhere").await;
    // The hub is asked again.
    till.hold_anywhere(screening, &theirs[..1]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_take_a_kiosk_offline_and_it_sells_its_own_seats() {
    let mut stand = Stand::new(1);
    stand.start().await;
    let till = stand.kiosks[0].client();
    let staff = till.clone().knowing(STAFF_PIN);
    let (refused, _) = till.post(OFFLINE, json!({})).await.expect("an answer");
    assert_eq!(refused, StatusCode::UNAUTHORIZED);
    let (refused, _) = staff
        .post(OFFLINE, json!({ "minutes": 100_000 }))
        .await
        .expect("an answer");
    assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY);
    let asked = json!({ "minutes": 30, "reason": "a new switch" });
    let (done, on) = staff.post(OFFLINE, asked).await.expect("an answer");
    assert_eq!((done, &on["state"]), (StatusCode::OK, &json!("on")));

    let screening = first_on_sale(&till).await;
    let path = format!("/api/screenings/{screening}/seats");
    let seats = till.get(&path).await.expect("seats");
    assert_eq!(seats["elsewhere"]["reachable"], false);
    let elsewhere = till.seats(screening, "elsewhere").await;
    let refused = till.hold(screening, &elsewhere[..1]).await;
    assert_eq!(refused, Err("seat_not_on_sale_here".to_owned()));
    let free = till.seats(screening, "free").await;
    let hold = till.hold(screening, &free[..2]).await.expect("its own");
    till.pay(&hold).await.expect("the card is approved");
    // The rows go on: the web knows what was sold.
    let web = stand.hub.client();
    eventually("the hub has the booking", || async {
        (web.seats(screening, "sold").await.len() == 2).then_some(())
    })
    .await;

    // Somebody pulls the plug; it is still what staff said.
    stand.kiosks[0].kill();
    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    stand.kiosks[0].online().await;
    assert_eq!(by_hand(&till).await, on);
    let refused = till.hold(screening, &elsewhere[..1]).await;
    assert_eq!(refused, Err("seat_not_on_sale_here".to_owned()));

    assert_eq!(staff.delete(OFFLINE).await, Some(StatusCode::OK));
    assert_eq!(by_hand(&till).await["state"], "off");
    // The hub is asked again.
    till.hold_anywhere(screening, &elsewhere[..1]).await;
}
