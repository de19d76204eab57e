//! The module as a process of its own: who may ask, and what the hub cannot see.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command};

use domain::id::OrderId;
use hub::payments::PaymentsClient;
use hub::payments::serving::{self, ServeError};
use tests::program;
use tests::stand::eventually;
use uuid::Uuid;

use crate::stage::{Stage, Way, is_paid, seats};

#[tokio::test]
async fn the_socket_is_for_the_hubs_group_and_for_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("payments.sock");
    let first = serving::bind(&path).await.unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
    let second = serving::bind(&path).await;
    assert!(matches!(second, Err(ServeError::AlreadyServed(_))));
    drop(first);
    // What a dead process has left is taken over.
    serving::bind(&path).await.unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "not a socket").unwrap();
    assert!(serving::bind(&file).await.is_err());
    assert_eq!(fs::read_to_string(&file).unwrap(), "not a socket");
}

#[tokio::test]
async fn a_module_that_is_not_there_is_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let client = PaymentsClient::over_socket(folder.path().join("nobody.sock"));
    let asked = client.order(OrderId(Uuid::from_u128(1))).await;
    assert_eq!(asked.unwrap_err().refused(), None);
}

/// Two keys, a gateway, and where everything stands.
fn settings(folder: &Path, gateway: &str) {
    let text = format!(
        "[http]\nlisten = \"127.0.0.1:0\"\n[broker]\nlisten = \"127.0.0.1:0\"\n\
         [hub]\nchain = \"moding\"\ndata_dir = \"hub\"\n[payments]\ndata_dir = \"money\"\n\
         client_key = \"test_ck_SANDBOX0001\"\nsecret_file = \"secret\"\n\
         gateway = \"{gateway}\"\nsocket = \"payments.sock\"\ncalls_per_minute = 0\n"
    );
    fs::write(folder.join("hub.toml"), text).unwrap();
}

/// A program that is killed when the test is done with it.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the hub's program; what it says goes to the file `log`.
fn start(folder: &Path, command: &str) -> Process {
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"));
    let child = Command::new(program("moding-hub"))
        .arg("--config")
        .arg(folder.join("hub.toml"))
        .arg(command)
        .stderr(log.unwrap())
        .spawn()
        .unwrap();
    Process(child)
}

async fn answers(client: &PaymentsClient) {
    let look = || async { client.accounts().await.ok() };
    eventually("the payments process serves", look).await;
}

#[tokio::test]
async fn a_process_of_its_own_takes_the_money_and_goes_on_after_a_kill() {
    let mut stage = Stage::new(Way::InProcess).await;
    let folder = tempfile::tempdir().unwrap();
    settings(folder.path(), &stage.sandbox.url());
    fs::write(folder.path().join("secret"), &stage.sandbox.keys().secret).unwrap();
    stage.client = PaymentsClient::over_socket(folder.path().join("payments.sock"));
    let process = start(folder.path(), "payments");
    answers(&stage.client).await;
    let (order, key) = stage.paid(seats()).await;
    drop(process);
    let _process = start(folder.path(), "payments");
    answers(&stage.client).await;
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
    stage.ask_refund(order, 5_000).await;
    let look = || async { (stage.cancels(&key).await == [5_000]).then_some(()) };
    eventually("the refund is made", look).await;
    assert!(folder.path().join("money/payments.sqlite").is_file());
    assert!(!folder.path().join("hub").exists());
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    for secret in [&*key, &*stage.sandbox.keys().secret] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[tokio::test]
async fn a_hub_beside_it_touches_neither_secret_nor_database() {
    let folder = tempfile::tempdir().unwrap();
    settings(folder.path(), "http://127.0.0.1:1");
    let _hub = start(folder.path(), "serve");
    let look = || async {
        let log = fs::read_to_string(folder.path().join("log")).unwrap();
        log.contains("serving").then_some(())
    };
    // There is no file with the secret, and it does not miss it.
    eventually("the hub serves", look).await;
    assert!(folder.path().join("hub/hub.sqlite").is_file());
    assert!(!folder.path().join("money").exists());
}

#[test]
fn a_wrong_key_stops_the_process_and_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    settings(folder.path(), "http://127.0.0.1:1");
    for (secret, said) in [
        ("test_ck_HIDDEN", "client key"),
        ("live_sk_HIDDEN", "live key"),
        ("HIDDEN", "no key of Toss"),
    ] {
        fs::write(folder.path().join("secret"), secret).unwrap();
        let mut process = start(folder.path(), "payments");
        assert!(!process.0.wait().unwrap().success());
        let log = fs::read_to_string(folder.path().join("log")).unwrap();
        assert!(log.contains(said), "{log}");
        assert!(!log.contains("HIDDEN"), "{log}");
    }
}
