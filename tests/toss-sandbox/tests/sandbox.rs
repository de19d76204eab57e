//! A sandbox in a process of its own: what it answers, what it forgets, and what goes wrong.

use reqwest::StatusCode;
use serde_json::{Value, json};
use toss_sandbox::{Sandbox, Settings};

#[tokio::test]
async fn smoke() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(Settings::new(folder.path())).await.unwrap();
    let key = sandbox
        .admin()
        .authenticated("order_0001", 15_000)
        .await
        .unwrap();
    let http = reqwest::Client::new();
    let base = sandbox.url();
    let confirm = || {
        http.post(format!("{base}/v1/payments/confirm"))
            .basic_auth("test_sk_SANDBOX0001", Some(""))
            .json(&json!({"paymentKey": key, "orderId": "order_0001", "amount": 15_000}))
    };
    let answer = confirm().send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["status"], "DONE");
    sandbox.stop().await.unwrap();
}
