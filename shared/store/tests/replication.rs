//! A database and its replica: what is answered is there, and what is there is restored.

#[path = "replica/following.rs"]
mod following;
#[path = "replica/mod.rs"]
mod replica;

use std::sync::Arc;
use std::time::Duration;

use replica::{Flaky, MIGRATIONS, add, bodies, opened, restored, small};
use store::damage::Check;
use store::replication::target::Folder;
use store::replication::{Copying, Durability, Standing};
use store::{Db, StoreError};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_in_sync_mode_is_restored_without_the_disk() {
    let place = tempfile::tempdir().unwrap();
    let target = Arc::new(Folder::new(&place.path().join("replica")));
    let db = opened(place.path(), small(target.clone(), Durability::Sync)).unwrap();
    for n in 0..40 {
        add(&db, &format!("note {n}")).await.unwrap();
        let (_keep, found) = restored(target.as_ref());
        assert_eq!(found.len(), n + 1);
    }
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_commits_shares_a_file_and_everything_is_there_after_a_close() {
    let place = tempfile::tempdir().unwrap();
    let target = Arc::new(Folder::new(&place.path().join("replica")));
    let db = opened(place.path(), small(target.clone(), Durability::Async)).unwrap();
    let adding = (0..400).map(|n| {
        let db = db.clone();
        tokio::spawn(async move { add(&db, &format!("note {n}")).await.unwrap() })
    });
    for added in adding.collect::<Vec<_>>() {
        added.await.unwrap();
    }
    db.replicated().await.unwrap();
    let status = db.replica().unwrap();
    assert_eq!(status.standing, Standing::Following);
    assert!(status.files < 100, "{status:?}");
    db.close().await.unwrap();
    let (_keep, found) = restored(target.as_ref());
    assert_eq!(found.len(), 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_goes_on_where_it_was_after_a_start_and_through_many_checkpoints() {
    let place = tempfile::tempdir().unwrap();
    let target = Arc::new(Folder::new(&place.path().join("replica")));
    let mut tx = 0;
    for round in 0..4 {
        let db = opened(place.path(), small(target.clone(), Durability::Sync)).unwrap();
        let status = db.replica().unwrap();
        // Only the first start copies the whole database.
        assert!(status.files == 0 && status.tx >= tx, "{status:?} {tx}");
        for n in 0..60 {
            add(&db, &format!("note {round} {n} {}", "x".repeat(3000)))
                .await
                .unwrap();
        }
        tx = db.replica().unwrap().tx;
        db.close().await.unwrap();
        let (_keep, found) = restored(target.as_ref());
        assert_eq!(found, bodies(&place.path().join("a.db")));
    }
    let log = std::fs::metadata(place.path().join("a.db-wal")).unwrap();
    assert!(log.len() < 1 << 20, "the log was moved: {}", log.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn selling_goes_on_without_the_target_in_async_mode_and_catches_up() {
    let place = tempfile::tempdir().unwrap();
    let target = Arc::new(Flaky::new(&place.path().join("replica")));
    let mut replication = small(target.clone(), Durability::Async);
    replication.policy.log_bytes_max = 400_000;
    let db = opened(place.path(), replication).unwrap();
    target.break_it();
    for n in 0..300 {
        add(&db, &format!("note {n} {}", "x".repeat(3000)))
            .await
            .unwrap();
    }
    let refused = db.replicated().await;
    assert!(
        matches!(refused, Err(StoreError::NotReplicated)),
        "{refused:?}"
    );
    let status = db.replica().unwrap();
    assert_eq!(status.standing, Standing::Unreachable);
    assert!(status.trouble.is_some() && status.lag_ms > 0);
    let log = std::fs::metadata(place.path().join("a.db-wal")).unwrap();
    assert!(log.len() < 800_000, "the log is bounded: {}", log.len());
    target.mend();
    replica::until(|| db.replica().unwrap().standing == Standing::Following).await;
    db.replicated().await.unwrap();
    let (_keep, found) = restored(&target.inner);
    assert_eq!(found.len(), 300);
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_target_nothing_is_answered_in_sync_mode() {
    let place = tempfile::tempdir().unwrap();
    let target = Arc::new(Flaky::new(&place.path().join("replica")));
    let db = opened(place.path(), small(target.clone(), Durability::Sync)).unwrap();
    add(&db, "before").await.unwrap();
    target.break_it();
    let first = add(&db, "in doubt").await;
    assert!(matches!(first, Err(StoreError::NotReplicated)), "{first:?}");
    let next = add(&db, "refused").await;
    assert!(
        matches!(next, Err(StoreError::ReplicaUnreachable)),
        "{next:?}"
    );
    let look = db.read(|_| Ok::<_, StoreError>(())).await;
    assert!(matches!(look, Err(StoreError::NotReplicated)), "{look:?}");
    target.mend();
    replica::until(|| db.replica().unwrap().standing == Standing::Following).await;
    add(&db, "after").await.unwrap();
    db.close().await.unwrap();
    let (_keep, found) = restored(&target.inner);
    assert_eq!(found, ["before", "in doubt", "after"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_on_its_way_back_is_no_second_writer() {
    let place = tempfile::tempdir().unwrap();
    let target = Arc::new(Flaky::new(&place.path().join("replica")));
    let db = opened(place.path(), small(target.clone(), Durability::Sync)).unwrap();
    for n in 0..10 {
        target.lose_next_answer();
        add(&db, &format!("note {n}")).await.unwrap();
    }
    db.close().await.unwrap();
    let (_keep, found) = restored(&target.inner);
    assert_eq!(found.len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_copy_is_not_opened_and_a_restored_one_is() {
    let place = tempfile::tempdir().unwrap();
    let target = Arc::new(Folder::new(&place.path().join("replica")));
    let db = opened(place.path(), small(target.clone(), Durability::Sync)).unwrap();
    add(&db, "one").await.unwrap();
    db.close().await.unwrap();
    let copies = ["with-log.db", "without-log.db"].map(|name| place.path().join(name));
    for copy in &copies {
        std::fs::copy(place.path().join("a.db"), copy).unwrap();
    }
    let log = place.path().join("with-log.db-wal");
    std::fs::copy(place.path().join("a.db-wal"), log).unwrap();
    let db = opened(place.path(), small(target.clone(), Durability::Sync)).unwrap();
    add(&db, "two").await.unwrap();
    db.close().await.unwrap();

    for copy in &copies {
        let copying = Copying::Embedded(small(target.clone(), Durability::Sync));
        let refused = Db::open_copied(copy, MIGRATIONS, (Check::Opening, 1), copying);
        let refused = refused.map(|_| ()).unwrap_err();
        assert!(
            matches!(refused, StoreError::OlderThanReplica { .. }),
            "{refused:?}"
        );
    }

    let other = tempfile::tempdir().unwrap();
    let path = other.path().join("a.db");
    let wanted = store::replication::Wanted::Newest;
    store::replication::restore(target.as_ref(), &path, wanted, &mut |_, _| {}).unwrap();
    let again = store::replication::restore(target.as_ref(), &path, wanted, &mut |_, _| {});
    assert!(again.is_err(), "something is in the way");
    let db = opened(other.path(), small(target.clone(), Durability::Sync)).unwrap();
    add(&db, "three").await.unwrap();
    db.close().await.unwrap();
    let (_keep, found) = restored(target.as_ref());
    assert_eq!(found, ["one", "two", "three"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_that_was_taken_over_stops() {
    let place = tempfile::tempdir().unwrap();
    let target = Arc::new(Folder::new(&place.path().join("replica")));
    let db = opened(place.path(), small(target.clone(), Durability::Sync)).unwrap();
    add(&db, "one").await.unwrap();

    let other = tempfile::tempdir().unwrap();
    let path = other.path().join("a.db");
    let wanted = store::replication::Wanted::Newest;
    store::replication::restore(target.as_ref(), &path, wanted, &mut |_, _| {}).unwrap();
    let next = opened(other.path(), small(target.clone(), Durability::Sync)).unwrap();
    add(&next, "two").await.unwrap();

    let refused = add(&db, "too late").await;
    assert!(
        matches!(refused, Err(StoreError::Fenced { .. })),
        "{refused:?}"
    );
    let refused = add(&db, "again").await;
    assert!(
        matches!(refused, Err(StoreError::Fenced { .. })),
        "{refused:?}"
    );
    add(&next, "three").await.unwrap();
    next.close().await.unwrap();
    let (_keep, found) = restored(target.as_ref());
    assert_eq!(found, ["one", "two", "three"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_merged_and_removed_while_it_is_written_and_nothing_is_lost() {
    let place = tempfile::tempdir().unwrap();
    let target = Arc::new(Folder::new(&place.path().join("replica")));
    let mut replication = small(target.clone(), Durability::Sync);
    replication.policy.merge_every = [20, 60, 120].map(Duration::from_millis);
    replication.policy.snapshot_every = Duration::from_millis(80);
    replication.policy.retention.raw_ms = 50;
    replication.policy.retention.snapshot_ms = 200;
    let db = opened(place.path(), replication).unwrap();
    for n in 0..400 {
        add(&db, &format!("note {n} {}", "x".repeat(n * 7 % 3000)))
            .await
            .unwrap();
    }
    db.close().await.unwrap();
    let files = store::replication::target::list_all(target.as_ref()).unwrap();
    assert!(files.len() < 200, "{}", files.len());
    assert!(files.iter().any(|file| file.name.level.0 == 9));
    let (_keep, found) = restored(target.as_ref());
    assert_eq!(found, bodies(&place.path().join("a.db")));
}
