//! The operators' console is closed to everybody who does not know the credential.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use boxoffice::guard::{Guard, Strength};
use boxoffice::links::Links;
use boxoffice::{Handles, Shop};
use domain::allotment::Policy;
use domain::id::NodeId;
use domain::time::Timestamp;
use hub::app::{App, Operators};
use hub::mqtt::hellos::Hellos;
use hub::programme::Catalogue;
use hub::{http, sqlite};
use process::clock::ManualClock;
use process::config::Secret;
use process::ids::SeededIds;
use serde_json::{Value, json};
use store::Db;
use tower::ServiceExt as _;

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn app(credential: Option<&str>) -> App {
    let secret = credential.map(Secret::new);
    App {
        shop: Shop::new(
            Handles {
                db: Db::open_in_memory(sqlite::MIGRATIONS).unwrap(),
                node: NodeId::hub(),
                clock: Arc::new(ManualClock::new(NOW)),
                ids: Arc::new(SeededIds::new(1)),
            },
            Arc::new(Catalogue),
            Links::new(NOW),
        ),
        incarnation: 1,
        operators: Arc::new(Operators::new(Guard::new(secret.as_ref(), Strength::Long))),
        hellos: Hellos::default(),
        allotment: Policy::default(),
        payments: None,
        selling: Arc::default(),
    }
}

async fn ask(app: &App, (method, path): (&str, &str), shown: Option<&str>) -> (u16, Value) {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(shown) = shown {
        request = request.header("authorization", format!("Bearer {shown}"));
    }
    let body = json!({ "by": "operator", "remedy": "refund" });
    let request = request
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let response = http::router(app.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1024 * 1024).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

/// Every operation of the console in the API's document, with something in its path.
fn operations() -> Vec<(String, String)> {
    let document = serde_json::to_value(http::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let console = paths
        .iter()
        .filter(|(path, _)| path.starts_with("/api/operator"));
    let operations = console.flat_map(|(path, methods)| {
        let path = path
            .replace("{key}", "seat_sold_twice%2F1%2F2")
            .replace("{node}", "kiosk-1")
            .replace("{theater}", "1")
            .replace("{screening}", "1")
            .replace("{campaign}", "1")
            .replace("{refund}", "0192f0c1-2345-7000-8000-000000000001")
            .replace("{account}", "gateway")
            .replace("{comparison}", "1")
            .replace("{number}", "1");
        let methods = methods.as_object().unwrap().keys();
        methods
            .map(move |method| (method.to_uppercase(), path.clone()))
            .collect::<Vec<_>>()
    });
    operations.collect()
}

#[tokio::test]
async fn without_a_credential_every_operation_says_what_to_set_up() {
    let closed = app(None);
    assert_eq!(operations().len(), 26);
    for (method, path) in operations() {
        let (status, body) = ask(&closed, (&method, &path), Some("")).await;
        assert_eq!(status, 403, "{method} {path}");
        let detail = body["detail"].as_str().unwrap();
        assert!(detail.contains("operator.credential_file"), "{detail}");
    }
}

#[tokio::test]
async fn no_operation_answers_to_a_wrong_credential_and_each_to_the_right_one() {
    for (method, path) in operations() {
        // One for each: nobody may be wrong as often as that.
        let open = app(Some("right"));
        let (status, _) = ask(&open, (&method, &path), None).await;
        assert_eq!(status, 401, "{method} {path}");
        let (status, _) = ask(&open, (&method, &path), Some("right")).await;
        // This hub has no payments module.
        let of_money = path.contains("/accounts") || path.contains("/comparisons");
        assert!(
            matches!(status, 200 | 404 | 422) || (of_money && status == 503),
            "{method} {path}: {status}"
        );
    }
}

#[tokio::test]
async fn a_decision_needs_a_name_and_a_dismissal_a_reason() {
    let open = app(Some("right"));
    let decide = |body: Value| {
        let open = open.clone();
        async move {
            let path = "/api/operator/conflicts/seat_sold_twice%2F1%2F2/decision";
            let request = Request::builder()
                .method("POST")
                .uri(path)
                .header("authorization", "Bearer right")
                .header("content-type", "application/json")
                .body(Body::from(body.to_string()))
                .unwrap();
            let response = http::router(open).oneshot(request).await.unwrap();
            response.status().as_u16()
        }
    };
    assert_eq!(decide(json!({ "by": " ", "remedy": "refund" })).await, 422);
    assert_eq!(
        decide(json!({ "by": "a\nb", "remedy": "refund" })).await,
        422
    );
    assert_eq!(
        decide(json!({ "by": "김운영", "remedy": "dismiss" })).await,
        422
    );
    assert_eq!(
        decide(json!({ "by": "김운영", "remedy": "refund" })).await,
        404
    );
}
