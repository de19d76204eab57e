//! How many confirmations and refunds a second the sandbox answers, so that nobody measures
//! the sandbox when they mean the hub. `cargo bench -p toss-sandbox`
#![expect(clippy::unwrap_used, reason = "a bench may panic")]
#![expect(clippy::print_stdout, reason = "the result")]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tokio::time::Instant;
use toss_sandbox::admin::Admin;
use toss_sandbox::keys::SECRET_KEY;

const PAYMENTS: usize = 10_000;
const IN_FLIGHT: usize = 64;
const WON: i64 = 15_000;

#[derive(Clone)]
struct Shop {
    http: reqwest::Client,
    base: String,
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let mut sandbox = Command::new(env!("CARGO_BIN_EXE_moding-toss-sandbox"))
        .args(["--listen", "127.0.0.1:0", "--log", "warn", "--data"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let stdout = sandbox.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let base = line.strip_prefix("SANDBOX ready at ").unwrap();
    let shop = Shop {
        http: reqwest::Client::new(),
        base: base.split(' ').next().unwrap().to_owned(),
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(measure(shop));
    sandbox.kill().unwrap();
    sandbox.wait().unwrap();
}

async fn measure(shop: Shop) {
    let keys: Arc<Vec<String>> = {
        let admin = Admin::at(&shop.base);
        let made = run("made", move |number| {
            let admin = admin.clone();
            async move { admin.authenticated(&order(number), WON).await.unwrap() }
        });
        Arc::new(made.await)
    };
    let (confirming, known) = (shop.clone(), keys.clone());
    run("confirmed", move |number| {
        let body = json!({"paymentKey": known[number], "orderId": order(number), "amount": WON});
        confirming
            .clone()
            .post("/v1/payments/confirm".to_owned(), body)
    })
    .await;
    run("cancelled", move |number| {
        let path = format!("/v1/payments/{}/cancel", keys[number]);
        shop.clone().post(
            path,
            json!({"cancelReason": "bench", "refundableAmount": WON}),
        )
    })
    .await;
}

/// Does `work` for every payment, with as many in flight; the results in the payments' order.
async fn run<T, W>(what: &str, work: impl Fn(usize) -> W + Clone + Send + 'static) -> Vec<T>
where
    T: Send + 'static,
    W: Future<Output = T> + Send,
{
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let workers: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let (next, work) = (next.clone(), work.clone());
            tokio::spawn(async move {
                let mut done = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= PAYMENTS {
                        return done;
                    }
                    done.push((number, work(number).await));
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    let took = started.elapsed();
    let each = took.as_micros() / PAYMENTS as u128;
    let rate = 1_000_000 / each.max(1);
    println!("{PAYMENTS} {what} in {took:.2?}: {rate}/s, {IN_FLIGHT} in flight");
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, result)| result).collect()
}

fn order(number: usize) -> String {
    format!("bench_{number:06}")
}

impl Shop {
    async fn post(self, path: String, body: serde_json::Value) {
        let call = self.http.post(format!("{}{path}", self.base));
        let call = call.basic_auth(SECRET_KEY, Some("")).json(&body);
        let key = path + &body.to_string();
        let answer = call.header("Idempotency-Key", &key[key.len().saturating_sub(200)..]);
        let answer = answer.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.bytes().await.unwrap();
    }
}
