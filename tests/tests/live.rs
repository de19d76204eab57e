//! Live events: what changes is told, and who was away is told what it missed.

use reqwest::Response;
use tests::client::Client;
use tests::stand::Stand;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_hears_of_changes_and_of_what_it_missed() {
    let mut stand = Stand::new(0);
    stand.start().await;
    let web = stand.hub.client();
    let screening = web.on_sale().await[0]["screening"].as_i64().expect("an id");
    let free = web.seats(screening, "free").await;
    let picture = web
        .get(&format!("/api/screenings/{screening}/seats"))
        .await
        .expect("seats");
    let since = picture["event_id"].as_str().expect("an id").to_owned();

    let mut stream = listen(&stand, screening, &since).await;
    hold(&web, screening, free[0]).await;
    let (first, id) = next(&mut stream).await;
    assert!(
        first.contains(&format!("\"seat\":{},\"state\":\"held\"", free[0])),
        "{first}"
    );
    drop(stream);

    // Somebody buys while nobody listens.
    hold(&web, screening, free[3]).await;
    let mut stream = listen(&stand, screening, &id).await;
    let (missed, _) = next(&mut stream).await;
    assert!(
        missed.contains(&format!("\"seat\":{}", free[3])),
        "{missed}"
    );
    assert!(
        !missed.contains(&format!("\"seat\":{},", free[0])),
        "{missed}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_not_from_this_feed_means_to_start_over() {
    let mut stand = Stand::new(0);
    stand.start().await;
    let web = stand.hub.client();
    let screening = web.on_sale().await[0]["screening"].as_i64().expect("an id");
    let mut stream = listen(&stand, screening, "999999999").await;
    let told = text(&mut stream).await;
    assert!(told.contains("event: reset"), "{told}");
    let more = stream.chunk().await.expect("the stream ends well");
    assert!(more.is_none(), "after a reset the stream is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_look_are_two_and_who_leaves_is_one_less() {
    let mut stand = Stand::new(0);
    stand.start().await;
    let web = stand.hub.client();
    let screening = web.on_sale().await[0]["screening"].as_i64().expect("an id");
    let since = present(&web, screening).await;
    let first = listen(&stand, screening, &since).await;
    let mut second = listen(&stand, screening, &since).await;
    heard(&mut second, "\"viewers\":2").await;
    drop(first);
    heard(&mut second, "\"viewers\":1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_at_a_kiosk_is_counted_at_the_hub_and_the_other_way_round() {
    let mut stand = Stand::new(1);
    stand.start().await;
    let screening = stand.hub.client().on_sale().await[0]["screening"]
        .as_i64()
        .expect("an id");
    let since = present(&stand.hub.client(), screening).await;
    let mut web = listen(&stand, screening, &since).await;
    let kiosk = stand.kiosks[0].client();
    let address = format!("{}/api/events?topics=screening:{screening}", kiosk.base());
    let mut till = reqwest::get(address).await.expect("the kiosk answers");
    heard(&mut web, "\"viewers\":2").await;
    heard(&mut till, "\"viewers\":2").await;
    drop(till);
    heard(&mut web, "\"viewers\":1").await;
    // A kiosk that dies takes its viewers with it.
    let address = format!("{}/api/events?topics=screening:{screening}", kiosk.base());
    let _till = reqwest::get(address).await.expect("the kiosk answers");
    heard(&mut web, "\"viewers\":2").await;
    stand.kiosks[0].kill();
    heard(&mut web, "\"viewers\":1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_topic_is_refused() {
    let mut stand = Stand::new(0);
    stand.start().await;
    for topics in ["", "screening", "all", "screening:1,,"] {
        let address = format!(
            "http://127.0.0.1:{}/api/events?topics={topics}",
            stand.hub.port
        );
        let answer = reqwest::get(address).await.expect("the hub answers");
        assert_eq!(answer.status(), 422, "{topics}");
    }
}

async fn hold(web: &Client, screening: i64, seat: i64) {
    web.hold(screening, &[seat])
        .await
        .expect("the seat is free");
}

async fn listen(stand: &Stand, screening: i64, since: &str) -> Response {
    let address = format!(
        "http://127.0.0.1:{}/api/events?topics=screening:{screening}",
        stand.hub.port
    );
    let request = reqwest::Client::new()
        .get(address)
        .header("last-event-id", since);
    let response = request.send().await.expect("the hub answers");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response
}

/// The next `seats` event, and its id.
async fn next(stream: &mut Response) -> (String, String) {
    let event = text(stream).await;
    assert!(event.contains("event: seats"), "{event}");
    let id = event
        .lines()
        .find_map(|line| line.strip_prefix("id: "))
        .expect("it has an id");
    (event.clone(), id.to_owned())
}

/// The place in the feed that the picture of the seats is of.
async fn present(web: &Client, screening: i64) -> String {
    let picture = web.get(&format!("/api/screenings/{screening}/seats")).await;
    let picture = picture.expect("seats");
    picture["event_id"].as_str().expect("an id").to_owned()
}

/// Waits until the stream has said `wanted`.
async fn heard(stream: &mut Response, wanted: &str) {
    let wait = std::time::Duration::from_secs(30);
    let mut text = String::new();
    while !text.contains(wanted) {
        let chunk = tokio::time::timeout(wait, stream.chunk()).await;
        let chunk = chunk.unwrap_or_else(|_| panic!("{wanted} was not said: {text}"));
        let chunk = chunk
            .expect("the stream goes on")
            .expect("the stream goes on");
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
}

async fn text(stream: &mut Response) -> String {
    let wait = std::time::Duration::from_secs(30);
    let mut text = String::new();
    while !(text.ends_with("\n\n")
        && (text.contains("event: seats") || text.contains("event: reset")))
    {
        let chunk = tokio::time::timeout(wait, stream.chunk()).await;
        let chunk = chunk
            .expect("something is told")
            .expect("the stream goes on");
        text.push_str(&String::from_utf8_lossy(
            &chunk.expect("the stream goes on"),
        ));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_was_started_anew_knows_again_who_looks_at_kiosks() {
    let mut stand = Stand::new(1);
    stand.start().await;
    let screening = stand.hub.client().on_sale().await[0]["screening"]
        .as_i64()
        .expect("an id");
    let kiosk = stand.kiosks[0].client();
    let address = format!("{}/api/events?topics=screening:{screening}", kiosk.base());
    let mut till = reqwest::get(address).await.expect("the kiosk answers");
    heard(&mut till, "\"viewers\":1").await;
    stand.hub.kill();
    stand.hub.start();
    stand.hub.ready().await;
    let since = present(&stand.hub.client(), screening).await;
    let mut web = listen(&stand, screening, &since).await;
    heard(&mut web, "\"viewers\":2").await;
    heard(&mut till, "\"viewers\":2").await;
}
