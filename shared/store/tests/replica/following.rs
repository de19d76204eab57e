//! A copy that is read while it is followed: whole, never older than it was, never written to.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use store::replication::target::Folder;
use store::replication::{Durability, Follower, Wanted, restore};
use store::{Db, Migration, StoreError};

use crate::replica::{Flaky, MIGRATIONS, add, opened, restored, small};

/// Notes that every transaction of the torn-state test changes: enough for many pages.
const NOTES: i64 = 300;
const READERS: usize = 8;
const ROUNDS: i64 = 60;

/// What a reader of the copy at `follower` sees.
async fn seen(copy: &Db) -> Result<i64, StoreError> {
    copy.read(count).await
}

fn count(db: &Connection) -> Result<i64, StoreError> {
    Ok(db.query_row("SELECT count(*) FROM notes", [], |row| row.get(0))?)
}

/// A database that answers only what is in its replica.
fn followed() -> (tempfile::TempDir, Arc<Flaky>, Db) {
    let place = tempfile::tempdir().unwrap();
    let target = Arc::new(Flaky::new(&place.path().join("replica")));
    let db = opened(place.path(), small(target.clone(), Durability::Sync)).unwrap();
    (place, target, db)
}

fn follower(folder: &Path, target: &Arc<Flaky>) -> Follower {
    Follower::new(target.clone(), &folder.join("copy.db"))
}

/// All notes have the same text; each round writes the next number over it.
async fn write_round(db: &Db, round: i64) {
    let text = format!("{round:08}{}", "x".repeat(700));
    db.write(move |tx| {
        tx.execute("UPDATE notes SET body = ?1", [&text])?;
        Ok::<_, StoreError>(())
    })
    .await
    .unwrap();
}

/// The round that all notes are of; none when they are not of one. One note after the other, so
/// that there is time for somebody to come in between.
fn round_of(db: &Connection) -> Result<Option<i64>, StoreError> {
    let mut rounds = BTreeSet::new();
    for n in 1..=NOTES {
        let mut note = db.prepare_cached("SELECT body FROM notes WHERE n = ?1")?;
        let body: String = note.query_row([n], |row| row.get(0))?;
        rounds.insert(body[..8].parse().unwrap());
        std::thread::yield_now();
    }
    Ok(rounds.pop_first().filter(|_| rounds.is_empty()))
}

#[tokio::test(flavor = "multi_thread")]
async fn many_readers_of_a_copy_never_see_a_half_of_what_is_applied() {
    let (place, target, db) = followed();
    for _ in 0..NOTES {
        add(&db, "").await.unwrap();
    }
    write_round(&db, 0).await;
    let mut follower = follower(place.path(), &target);
    follower.catch_up().unwrap();
    let copy = Db::of_copy(&follower.copy(), MIGRATIONS).unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let readers = (0..READERS).map(|_| {
        let (copy, over) = (copy.clone(), over.clone());
        tokio::spawn(async move {
            let mut last = 0;
            while !over.load(Ordering::SeqCst) {
                let round = copy.read(round_of).await.unwrap().expect("a torn state");
                assert!(round >= last, "{round} after {last}");
                last = round;
            }
            copy.read(round_of).await.unwrap()
        })
    });
    let readers: Vec<_> = readers.collect();
    for round in 1..=ROUNDS {
        write_round(&db, round).await;
        follower = tokio::task::spawn_blocking(move || {
            follower.catch_up().unwrap();
            follower
        })
        .await
        .unwrap();
    }
    over.store(true, Ordering::SeqCst);
    for reader in readers {
        assert_eq!(reader.await.unwrap(), Some(ROUNDS));
    }
    copy.close().await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_byte_for_byte_what_the_replica_says_whoever_reads_and_tries_to_write() {
    let (place, target, db) = followed();
    add(&db, "one").await.unwrap();
    let mut follower = follower(place.path(), &target);
    let copy = Db::of_copy(&follower.copy(), MIGRATIONS).unwrap();
    assert!(matches!(seen(&copy).await, Err(StoreError::NoCopy)));
    for n in 2..6 {
        add(&db, &"two".repeat(2000)).await.unwrap();
        follower.catch_up().unwrap();
        assert_eq!(seen(&copy).await.unwrap(), n);
        let refused = add(&copy, "mine").await;
        assert!(matches!(refused, Err(StoreError::OnlyACopy)), "{refused:?}");
        let write = |db: &Connection| Ok(db.execute("DELETE FROM notes", [])?);
        let refused: Result<usize, StoreError> = copy.read(write).await;
        assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    }
    let there = place.path().join("restored.db");
    restore(target.as_ref(), &there, Wanted::Newest, &mut |_, _| {}).unwrap();
    let bytes = std::fs::read(place.path().join("copy.db.standby")).unwrap();
    assert!(bytes == std::fs::read(&there).unwrap(), "the copy differs");
    copy.close().await.unwrap();
    let tx = db.replica().unwrap().tx;
    db.close().await.unwrap();
    assert_eq!(follower.put_into_place().unwrap(), tx);
    for beside in [
        ".standby",
        ".standby-incoming",
        ".standby-wal",
        ".standby-shm",
    ] {
        let beside = place.path().join(format!("copy.db{beside}"));
        assert!(!beside.exists(), "{}", beside.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_been_put_into_its_place_is_not_read_as_a_copy_any_more() {
    let (place, target, db) = followed();
    add(&db, "one").await.unwrap();
    db.close().await.unwrap();
    let mut follower = follower(place.path(), &target);
    follower.catch_up().unwrap();
    let copy = Db::of_copy(&follower.copy(), MIGRATIONS).unwrap();
    assert_eq!(seen(&copy).await.unwrap(), 1);
    follower.put_into_place().unwrap();
    assert!(matches!(seen(&copy).await, Err(StoreError::NoCopy)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_another_schema_is_not_read() {
    let (place, target, db) = followed();
    add(&db, "one").await.unwrap();
    let mut follower = follower(place.path(), &target);
    follower.catch_up().unwrap();
    let next = Migration::new("0002_more", "CREATE TABLE more (n INTEGER) STRICT;");
    let newer = Db::of_copy(&follower.copy(), &[MIGRATIONS[0], next]).unwrap();
    let refused = seen(&newer).await;
    let wanted = matches!(refused, Err(StoreError::OtherSchema { found: 1, known: 2 }));
    assert!(wanted, "{refused:?}");
    let older = Db::of_copy(&follower.copy(), &[]).unwrap();
    let refused = seen(&older).await;
    let wanted = matches!(refused, Err(StoreError::OtherSchema { found: 1, known: 0 }));
    assert!(wanted, "{refused:?}");
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_leader_does_not_make_a_copy_old_and_an_unreachable_replica_does() {
    let (place, target, db) = followed();
    add(&db, "one").await.unwrap();
    let mut follower = follower(place.path(), &target);
    follower.catch_up().unwrap();
    let copy = follower.copy();
    let before = copy.state().unwrap();
    assert!(!follower.catch_up().unwrap(), "nothing is new");
    let quiet = copy.state().unwrap();
    assert_eq!(quiet.tx, before.tx);
    assert!(quiet != before && quiet.age() < before.age());
    target.break_it();
    follower.catch_up().unwrap_err();
    assert_eq!(copy.state(), Some(quiet), "it is as old as it was");
    target.mend();
    // A replica that has less than the copy is not the one that it follows.
    let folder = Folder::new(&place.path().join("replica"));
    let (_keep, found) = restored(&folder);
    assert_eq!(found.len(), 1);
    db.close().await.unwrap();
    std::fs::rename(place.path().join("replica"), place.path().join("gone")).unwrap();
    assert!(!follower.catch_up().unwrap());
    assert_eq!(
        copy.state(),
        Some(quiet),
        "nobody says that it is up to date"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_read_leaves_the_copy_as_it_was() {
    let (place, target, db) = followed();
    add(&db, "one").await.unwrap();
    let mut follower = follower(place.path(), &target);
    follower.catch_up().unwrap();
    let copy = Db::of_copy(&follower.copy(), MIGRATIONS).unwrap();
    let raw = place.path().join("replica/ltx/0");
    let known = names(&raw);
    add(&db, "two").await.unwrap();
    let new = names(&raw).into_iter().find(|name| !known.contains(name));
    let new = raw.join(new.unwrap());
    let whole = std::fs::read(&new).unwrap();
    std::fs::write(&new, &whole[..whole.len() - 9]).unwrap();
    follower.catch_up().unwrap_err();
    assert_eq!(seen(&copy).await.unwrap(), 1);
    std::fs::write(&new, &whole).unwrap();
    assert!(follower.catch_up().unwrap());
    assert_eq!(seen(&copy).await.unwrap(), 2);
    db.close().await.unwrap();
}

fn names(folder: &Path) -> Vec<std::ffi::OsString> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name()).collect()
}
