//! The program: how it starts, what it refuses, and what is there after `kill -9`.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;
use toss_sandbox::admin::{Admin, Advance};

use crate::shop::{Shop, said};

struct Program {
    child: Child,
    base: String,
}

impl Program {
    /// Starts it and waits for the line that says where it is.
    fn start(data: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_moding-toss-sandbox"))
            .args(["--listen", "127.0.0.1:0", "--log", "warn", "--data"])
            .arg(data)
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let base = line.strip_prefix("SANDBOX ready at ").unwrap();
        let base = base.split(' ').next().unwrap().to_owned();
        Self { child, base }
    }

    fn shop(&self) -> Shop {
        Shop::at(&self.base, "test_sk_SANDBOX0001")
    }

    fn admin(&self) -> Admin {
        Admin::at(&self.base)
    }

    /// `kill -9`
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn refused(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_moding-toss-sandbox"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn everything_that_was_answered_is_there_after_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]);
    let key = program
        .admin()
        .authenticated("order_0001", 15_000)
        .await
        .unwrap();
    let by = Advance {
        days: 2,
        ..Advance::default()
    };
    let confirm = async |program: &Program, key: &str| {
        let call = program.shop().confirming(key, "order_0001", 15_000);
        said(call.header("Idempotency-Key", "k1")).await
    };
    let first = confirm(&program, &key).await;
    assert_eq!(first.short(), "200 DONE");
    let cancel = json!({"cancelReason": "고객 요청", "cancelAmount": 5_000});
    program.shop().cancel(&key, cancel).await;
    let clock = program.admin().advance(by).await.unwrap();
    let before = program.shop().payment(&key).await;
    program.kill();

    let program = Program::start(folder.path(), &[]);
    let again = confirm(&program, &key).await;
    assert_eq!((first.status, first.bytes), (again.status, again.bytes));
    let after = program.shop().payment(&key).await.json();
    assert_eq!(after["cancels"], before.json()["cancels"]);
    assert_eq!(after["status"], "PARTIAL_CANCELED");
    let shown = program.admin().get("/clock").await.unwrap();
    assert_eq!(shown["ahead_ms"], clock.ahead_ms);
    assert!(shown["now_ms"].as_i64().unwrap() >= clock.now_ms);
    program.kill();
}

#[tokio::test]
async fn what_was_under_way_at_kill_9_was_done_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), &[]);
    for round in 0..5 {
        let mut made = Vec::new();
        for number in 0..20 {
            let order = format!("order_{round}_{number:04}");
            let key = program.admin().authenticated(&order, 15_000).await.unwrap();
            made.push((order, key));
        }
        let shop = program.shop();
        let calls: Vec<_> = made
            .iter()
            .map(|(order, key)| shop.confirming(key, order, 15_000).send())
            .map(tokio::spawn)
            .collect();
        tokio::task::yield_now().await;
        program.kill();
        let mut answered = Vec::new();
        for call in calls {
            answered.push(call.await.unwrap().is_ok_and(|it| it.status().is_success()));
        }
        program = Program::start(folder.path(), &[]);
        for ((_, key), answered) in made.iter().zip(answered) {
            let payment = program.shop().payment(key).await.json();
            let days = "startDate=2020-01-01T00:00:00&endDate=2099-01-01T00:00:00&limit=5000";
            let rows = program
                .shop()
                .get(&format!("/v1/transactions?{days}"))
                .await
                .json();
            let rows = rows.as_array().unwrap().iter();
            let rows = rows.filter(|row| row["paymentKey"] == *key).count();
            let done = payment["status"] == "DONE";
            assert!(done || !answered, "an approval was lost");
            assert_eq!(rows, usize::from(done));
        }
    }
    program.kill();
}

#[tokio::test]
async fn a_webhook_that_waits_is_sent_after_kill_9() {
    let listener = crate::listener::Listener::new().await;
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &["--webhook", &listener.url]);
    let late = json!({"kind": "late", "ms": 60_000});
    let late = serde_json::from_value(late).unwrap();
    program.admin().plan_webhook(&late).await.unwrap();
    let key = program
        .admin()
        .authenticated("order_0001", 15_000)
        .await
        .unwrap();
    program.shop().confirm(&key, "order_0001", 15_000).await;
    program.kill();
    assert_eq!(listener.told().len(), 0);

    let program = Program::start(folder.path(), &[]);
    let minute = Advance {
        minutes: 1,
        ..Advance::default()
    };
    program.admin().advance(minute).await.unwrap();
    assert_eq!(listener.statuses(), ["DONE"]);
    program.kill();
}

#[test]
fn a_live_key_and_an_open_address_are_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let live = refused(&["--data", data, "--secret-key", "live_sk_0000"]);
    assert!(live.contains("live"), "{live}");
    let open = refused(&["--data", data, "--listen", "0.0.0.0:0"]);
    assert!(open.contains("other machines"), "{open}");
}
