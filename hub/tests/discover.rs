//! Searches, rankings, likes and lists of films over HTTP, as a browser sees them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use boxoffice::guard::{Guard, Strength};
use boxoffice::links::Links;
use boxoffice::{Handles, Shop};
use domain::allotment::Policy;
use domain::id::NodeId;
use domain::movie::{Movie, MovieSource, Rating};
use domain::time::{HOUR_MS, Timestamp};
use hub::app::{App, Operators};
use hub::mqtt::hellos::Hellos;
use hub::programme::Catalogue;
use hub::{http, ranking, sqlite};
use process::clock::ManualClock;
use process::ids::SeededIds;
use serde_json::{Value, json};
use store::{Db, StoreError};
use tower::ServiceExt as _;

/// On the hour.
const NOW: Timestamp = Timestamp(500_000 * HOUR_MS);

struct Web {
    app: App,
    clock: Arc<ManualClock>,
}

/// What came back: the status, the body, and the cookie if one was set.
type Answer = (u16, Value, Option<String>);

impl Web {
    async fn new() -> Self {
        let clock = Arc::new(ManualClock::new(NOW));
        let shop = Shop::new(
            Handles {
                db: Db::open_in_memory(sqlite::MIGRATIONS).unwrap(),
                node: NodeId::hub(),
                clock: clock.clone(),
                ids: Arc::new(SeededIds::new(1)),
            },
            Arc::new(Catalogue),
            Links::new(NOW),
        );
        let films = shop.db.write(|tx| {
            for (number, title) in ["기생충", "러브레터", "봄날은 간다"].iter().enumerate()
            {
                let source = MovieSource {
                    source: "test".to_owned(),
                    id: number.to_string(),
                };
                sqlite::movies::add(tx, &source, &film(title))?;
            }
            Ok::<_, StoreError>(())
        });
        films.await.unwrap();
        let app = App {
            shop,
            incarnation: 1,
            operators: Arc::new(Operators::new(Guard::new(None, Strength::Long))),
            hellos: Hellos::default(),
            allotment: Policy::default(),
            payments: None,
            selling: Arc::default(),
        };
        Self { app, clock }
    }

    async fn ask(&self, (method, path): (&str, &str), body: Value, cookie: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        let request = request
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = http::router(self.app.clone())
            .oneshot(request)
            .await
            .unwrap();
        let status = response.status().as_u16();
        let set = response.headers().get("set-cookie");
        let set = set.map(|it| it.to_str().unwrap().split(';').next().unwrap().to_owned());
        let body = to_bytes(response.into_body(), 1024 * 1024).await.unwrap();
        (
            status,
            serde_json::from_slice(&body).unwrap_or_default(),
            set,
        )
    }

    /// A browser that was never here before searches.
    async fn searches(&self, term: &str) {
        let body = json!({ "term": term, "from": "key" });
        let (status, _, cookie) = self.ask(("POST", "/api/searches"), body, None).await;
        assert_eq!(status, 204);
        assert!(cookie.unwrap().starts_with("moding_device="));
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body, _) = self.ask(("GET", path), Value::Null, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }
}

fn film(title: &str) -> Movie {
    Movie {
        title: title.to_owned(),
        original_title: None,
        title_en: None,
        year: Some(2001),
        released: None,
        runtime_min: Some(100),
        rating: Rating::All,
        genres: vec!["드라마".to_owned(), "공포".to_owned()],
        people: Vec::new(),
        synopsis: None,
    }
}

#[tokio::test]
async fn what_three_have_searched_for_is_on_the_board_of_the_next_hour() {
    let web = Web::new().await;
    assert_eq!(web.get("/api/rankings/searches").await, Value::Null);
    for _ in 0..3 {
        web.searches("러브 레터").await;
    }
    web.clock.advance_ms(HOUR_MS + 120_000);
    let shop = web.app.shop.clone();
    let published = web
        .app
        .shop
        .db
        .write(move |tx| ranking::publish(tx, shop.here()));
    assert!(published.await.unwrap().is_some());
    let board = web.get("/api/rankings/searches").await;
    assert_eq!(board["as_of"], NOW.0 + HOUR_MS);
    assert_eq!(board["algorithm"], "decay-24/1");
    let line = &board["lines"][0];
    assert_eq!(
        (&line["place"], &line["title"]),
        (&json!(1), &json!("러브레터"))
    );
    assert_eq!(board["lines"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn who_says_nothing_of_a_kind_that_counts_is_refused() {
    let web = Web::new().await;
    for body in [
        json!({ "term": "기생충" }),
        json!({ "term": "기생충", "from": "typing" }),
        json!({ "from": "key" }),
    ] {
        let (status, problem, _) = web.ask(("POST", "/api/searches"), body, None).await;
        assert_eq!((status, &problem["code"]), (422, &json!("invalid_request")));
    }
}

#[tokio::test]
async fn a_film_is_liked_once_by_a_browser_and_no_more_when_it_says_so() {
    let web = Web::new().await;
    let path = "/api/movies/1/like";
    let (status, view, cookie) = web.ask(("PUT", path), Value::Null, None).await;
    assert_eq!((status, view), (200, json!({ "liked": true, "likes": 1 })));
    let cookie = cookie.unwrap();
    let (_, view, again) = web.ask(("PUT", path), Value::Null, Some(&cookie)).await;
    assert_eq!((view, again), (json!({ "liked": true, "likes": 1 }), None));
    let detail = web
        .ask(("GET", "/api/movies/1"), Value::Null, Some(&cookie))
        .await
        .1;
    assert_eq!(detail["like"], json!({ "liked": true, "likes": 1 }));
    assert_eq!(web.get("/api/movies/1").await["like"]["liked"], false);
    let listed = web.get("/api/movies?sort=likes").await;
    assert_eq!(listed["movies"][0]["movie"], 1);
    let (_, view, _) = web.ask(("DELETE", path), Value::Null, Some(&cookie)).await;
    assert_eq!(view, json!({ "liked": false, "likes": 0 }));
    let nowhere = web
        .ask(("PUT", "/api/movies/99/like"), Value::Null, None)
        .await;
    assert_eq!((nowhere.0, &nowhere.1["code"]), (404, &json!("not_found")));
}

#[tokio::test]
async fn genres_have_parents_and_films_are_found_by_both() {
    let web = Web::new().await;
    let genres = web.get("/api/genres").await;
    let horror = genres
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["genre"] == "공포")
        .unwrap();
    assert_eq!(horror["parent"], "범죄·스릴러");
    // Percent-encoded: 범죄·스릴러.
    let parent = "%EB%B2%94%EC%A3%84%C2%B7%EC%8A%A4%EB%A6%B4%EB%9F%AC";
    let page = web.get(&format!("/api/movies?genre={parent}")).await;
    assert_eq!(page["total"], 3);
    let other = web.get("/api/movies?genre=SF").await;
    assert_eq!(other["total"], 0);
}

#[tokio::test]
async fn films_that_people_ask_for_are_ranked_by_people() {
    let web = Web::new().await;
    let none = web.get("/api/rankings/requests").await;
    assert_eq!(none["movies"], json!([]));
    let wish = web.app.shop.db.write(|tx| {
        let slot = domain::request::Slot::Any;
        for phone in ["1", "2"] {
            let who = (domain::id::MovieId(2), phone);
            sqlite::requests::record(tx, who, ("강남", slot), NOW)?;
        }
        let who = (domain::id::MovieId(3), "1");
        sqlite::requests::record(tx, who, ("강남", slot), NOW)
    });
    wish.await.unwrap();
    let wanted = web.get("/api/rankings/requests").await;
    let wanted = wanted["movies"].as_array().unwrap();
    let order: Vec<_> = wanted
        .iter()
        .map(|it| (it["movie"]["movie"].as_i64(), it["requesters"].as_i64()))
        .collect();
    assert_eq!(order, [(Some(2), Some(2)), (Some(3), Some(1))]);
    assert_eq!(
        web.get("/api/rankings/campaigns").await["campaigns"],
        json!([])
    );
}
