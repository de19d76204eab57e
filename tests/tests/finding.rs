//! Films are found at the hub and, with and without the network, at a kiosk.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::Value;
use tests::client::Client;
use tests::stand::{Stand, eventually};

async fn titles(client: &Client, typed: &str) -> Vec<String> {
    let address = reqwest::Url::parse_with_params("http://a/api/movies/search", [("q", typed)]);
    let address = address.unwrap();
    let path = format!("{}?{}", address.path(), address.query().unwrap());
    let found = client.get(&path).await.unwrap_or(Value::Null);
    let movies = found["movies"].as_array().cloned().unwrap_or_default();
    movies
        .iter()
        .map(|movie| movie["title"].as_str().unwrap().to_owned())
        .collect()
}

async fn finds(client: &Client, typed: &str, title: &str) {
    eventually("the film is found", || async {
        let titles = titles(client, typed).await;
        (titles.first().map(String::as_str) == Some(title)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_finds_the_whole_catalogue_without_the_network() {
    let mut stand = Stand::new(1);
    stand.start().await;
    let (web, till) = (stand.hub.client(), stand.kiosks[0].client());
    for client in [&web, &till] {
        finds(client, "기새", "기생충").await;
        finds(client, "이정범", "아저씨").await;
    }
    stand.hub.kill();
    eventually("the kiosk knows that it is alone", || async {
        let kiosk = till.get("/api/kiosk").await?;
        (kiosk["link"]["state"] == "offline").then_some(())
    })
    .await;
    for (typed, title) in [
        ("ㄱㅅㅊ", "기생충"),
        ("rhdehdrudqlrndur", "공동경비구역 JSA"),
    ] {
        finds(&till, typed, title).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_damaged_is_built_anew() {
    let mut stand = Stand::new(1);
    stand.start().await;
    finds(&stand.hub.client(), "기생충", "기생충").await;
    stand.hub.kill();
    let folder = stand.hub.database.parent().unwrap().join("search");
    let mut spoilt = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let meta = entry.unwrap().path().join("meta.json");
        if meta.exists() {
            std::fs::write(meta, "no index").unwrap();
            spoilt += 1;
        }
    }
    assert_eq!(spoilt, 1);
    stand.hub.start();
    stand.hub.ready().await;
    finds(&stand.hub.client(), "기생충", "기생충").await;
}
