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
}

async fn hold(web: &Client, screening: i64, seat: i64) {
    web.hold(screening, &[seat])
        .await
        .expect("the seat is free");
}

async fn listen(stand: &Stand, screening: i64, since: &str) -> Response {
    let address = format!(
        "http://127.0.0.1:{}/api/events?screening={screening}",
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

async fn text(stream: &mut Response) -> String {
    let wait = std::time::Duration::from_secs(30);
    let mut text = String::new();
    while !text.contains("\n\n") {
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
