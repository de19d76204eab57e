//! The real Litestream restores what we wrote, goes on where we stopped, and we restore and go
//! on where it did.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use store::replication::{Wanted, restore};
use store::{open_reader, tables_differ};
use tests::replica::{self, Load};

const LOAD: &str = env!("CARGO_BIN_EXE_moding-replica-load");

/// How often the load is killed in every test run; the long run takes as many as are asked for.
const ROUNDS: u64 = 6;
const ROUNDS_LONG: u64 = 200;

fn assert_same(one: &Path, other: &Path) {
    let compared = tables_differ(&open_reader(one).unwrap(), &open_reader(other).unwrap());
    let compared = compared.unwrap();
    assert!(compared.different.is_empty(), "{compared:?}");
    assert!(compared.same >= 2);
}

/// Restores with both programs into `folder` and compares them, row by row.
fn restored_by_both(litestream: &Path, url: &str, place: &str, folder: &Path) -> BTreeSet<i64> {
    let [theirs, ours] = ["theirs.db", "ours.db"].map(|name| folder.join(name));
    for file in [&theirs, &ours] {
        for suffix in ["", "-wal", "-shm", "-restored", "-txid"] {
            let _gone = std::fs::remove_file(format!("{}{suffix}", file.display()));
        }
    }
    replica::litestream_restores(litestream, url, &[], &theirs);
    let target = replica::target(place);
    restore(target.as_ref(), &ours, Wanted::Newest, &mut |_, _| {}).unwrap();
    assert_same(&theirs, &ours);
    replica::numbers(&ours)
}

fn assert_kept(found: &BTreeSet<i64>, answered: &BTreeSet<i64>) {
    let lost: Vec<i64> = answered
        .difference(found)
        .copied()
        .filter(|n| !replica::is_short_lived(*n))
        .collect();
    assert!(lost.is_empty(), "answered and lost: {lost:?}");
}

#[test]
fn litestream_restores_our_replica_at_the_newest_state_at_a_transaction_and_at_a_time() {
    let Some(litestream) = replica::tool("litestream") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (database, place) = (folder.path().join("a.db"), folder.path().join("replica"));
    let place = place.to_string_lossy();
    let load = Load::start(LOAD, &database, &place, "sync");
    load.until(300);
    let answered = load.kill();
    let url = format!("file://{place}");
    let found = restored_by_both(&litestream, &url, &place, folder.path());
    assert_kept(&found, &answered);

    let target = replica::target(&place);
    let mut files = store::replication::target::list_all(target.as_ref()).unwrap();
    files.sort_by_key(|file| file.name.span.max);
    let middle = files[files.len() / 2];
    let tx = middle.name.span.max;
    let [theirs, ours] = ["theirs-at.db", "ours-at.db"].map(|name| folder.path().join(name));
    replica::litestream_restores(
        &litestream,
        &url,
        &["-txid", &format!("{tx:016x}")],
        &theirs,
    );
    restore(
        target.as_ref(),
        &ours,
        Wanted::Transaction(tx),
        &mut |_, _| {},
    )
    .unwrap();
    assert_same(&theirs, &ours);

    let time_ms = middle.written_at_ms + 1;
    let time = format!("{}.{:03}", time_ms / 1000, time_ms % 1000);
    let time = rfc3339(&time);
    let [theirs, ours] = ["theirs-then.db", "ours-then.db"].map(|name| folder.path().join(name));
    replica::litestream_restores(&litestream, &url, &["-timestamp", &time], &theirs);
    restore(
        target.as_ref(),
        &ours,
        Wanted::Before(time_ms),
        &mut |_, _| {},
    )
    .unwrap();
    assert_same(&theirs, &ours);
}

fn rfc3339(seconds: &str) -> String {
    let output = std::process::Command::new("date")
        .args([
            "-u",
            "-d",
            &format!("@{seconds}"),
            "+%Y-%m-%dT%H:%M:%S.%3NZ",
        ])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn nothing_that_was_answered_is_lost_by_kill_9_at_any_moment() {
    kill_again_and_again(ROUNDS);
}

#[test]
#[ignore = "takes minutes: 200 rounds"]
fn nothing_that_was_answered_is_lost_in_two_hundred_rounds() {
    kill_again_and_again(ROUNDS_LONG);
}

fn kill_again_and_again(rounds: u64) {
    let Some(litestream) = replica::tool("litestream") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (database, place) = (folder.path().join("a.db"), folder.path().join("replica"));
    let place = place.to_string_lossy();
    let url = format!("file://{place}");
    let mut answered = BTreeSet::new();
    let mut luck = 88_172_645_463_325_252_u64;
    for round in 0..rounds {
        let load = Load::start(LOAD, &database, &place, "sync");
        luck ^= luck << 13;
        luck ^= luck >> 7;
        luck ^= luck << 17;
        load.until(usize::try_from(luck % 150).unwrap());
        answered.extend(load.kill());
        let found = restored_by_both(&litestream, &url, &place, folder.path());
        assert_kept(&found, &answered);
        if rounds == ROUNDS_LONG {
            eprintln!("round {round}: {} answered, none lost", answered.len());
        }
    }
}

#[test]
fn litestream_takes_over_and_we_take_over_from_it() {
    let Some(litestream) = replica::tool("litestream") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (database, place) = (folder.path().join("a.db"), folder.path().join("replica"));
    let place = place.to_string_lossy();
    let url = format!("file://{place}");
    let config = folder.path().join("litestream.yml");
    let text = format!(
        "dbs:\n  - path: {}\n    replica:\n      type: file\n      path: {place}\n      \
         sync-interval: 100ms\n    monitor-interval: 100ms\n",
        database.display()
    );
    std::fs::write(&config, text).unwrap();
    for round in 0..2 {
        let load = Load::start(LOAD, &database, &place, "sync");
        load.until(100);
        let answered = load.kill();
        let found = restored_by_both(&litestream, &url, &place, folder.path());
        assert_kept(&found, &answered);

        // Beside a program that leaves the log alone.
        let sidecar = replica::litestream(
            &litestream,
            &["replicate", "-config", &config.to_string_lossy()],
        );
        let mut sidecar = replica::start(sidecar);
        let load = Load::start(LOAD, &database, &place, "sidecar");
        load.until(200);
        let answered = load.kill();
        wait_until_equal(
            &litestream,
            (&url, &place),
            (folder.path(), &database),
            round,
        );
        sidecar.kill();
        let found = restored_by_both(&litestream, &url, &place, folder.path());
        assert_kept(&found, &answered);
    }
}

fn wait_until_equal(
    litestream: &Path,
    (url, place): (&str, &str),
    (folder, database): (&Path, &Path),
    round: i32,
) {
    for _ in 0..100 {
        let found = std::panic::catch_unwind(|| restored_by_both(litestream, url, place, folder));
        if found.is_ok_and(|found| found == replica::numbers(database)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("litestream does not catch up in round {round}");
}

#[test]
fn a_replica_in_a_bucket_is_restored_by_both() {
    let (Some(litestream), Some((_moto, address))) = (replica::tool("litestream"), replica::moto())
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("a.db");
    let place = format!("http://{address}/moding/a");
    let url = format!(
        "s3://{}/moding/a?endpoint=http://{address}&region=us-east-1&forcePathStyle=true",
        replica::BUCKET
    );
    let mut answered = BTreeSet::new();
    for _ in 0..2 {
        let load = Load::start(LOAD, &database, &place, "sync");
        load.until(120);
        answered.extend(load.kill());
        let found = restored_by_both(&litestream, &url, &place, folder.path());
        assert_kept(&found, &answered);
    }
}

#[test]
fn a_store_without_conditional_writes_is_told_apart_from_one_with_them() {
    let Some((_moto, address)) = replica::moto() else {
        return;
    };
    let bucket = replica::bucket(&format!("{address}/moding/lease"));
    store::replication::lease::probe(&bucket).unwrap();
}
