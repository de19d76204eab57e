//! The writer as its callers see it: operations share a commit, but not their fate.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod notes;

use std::sync::mpsc;
use std::time::Duration;

use notes::{MIGRATIONS, count, insert, open};
use rusqlite::Transaction;
use store::{Db, Migration, StoreError};

#[derive(Debug, thiserror::Error)]
enum OpError {
    #[error("refused")]
    Refused,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps the writer busy until the guard goes, so that what is sent meanwhile is one batch.
async fn hold_the_writer(db: &Db) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (entered, inside) = tokio::sync::oneshot::channel();
    let db = db.clone();
    tokio::spawn(async move {
        db.write(move |_| {
            entered.send(()).unwrap();
            let _ = held.recv();
            Err::<(), OpError>(OpError::Refused)
        })
        .await
    });
    inside.await.unwrap();
    release
}

/// Sends the operation and returns once it is in the queue; its answer comes through the task.
async fn queue<T: Send + 'static>(
    db: &Db,
    op: impl FnOnce(&Transaction<'_>) -> Result<T, OpError> + Send + 'static,
) -> tokio::task::JoinHandle<Result<T, OpError>> {
    let sender = db.clone();
    queued(db, async move { sender.write(op).await }).await
}

async fn queued<T: Send + 'static>(
    db: &Db,
    call: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    let waiting = db.stats().queue_depth;
    let task = tokio::spawn(call);
    while db.stats().queue_depth == waiting {
        tokio::task::yield_now().await;
    }
    task
}

#[tokio::test]
async fn an_operation_that_fails_is_rolled_back_alone() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    let release = hold_the_writer(&db).await;
    let mut answers = Vec::new();
    for n in 0..10 {
        let op = move |tx: &Transaction<'_>| {
            insert(tx, n)?;
            if n % 3 == 0 {
                return Err(OpError::Refused);
            }
            Ok(n)
        };
        answers.push(queue(&db, op).await);
    }
    drop(release);
    for (n, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer.await.unwrap().is_ok(), n % 3 != 0, "operation {n}");
    }
    assert_eq!(db.read(count).await.unwrap(), 6);
    let stats = db.stats();
    assert_eq!((stats.batches, stats.ops), (1, 6));
    assert_eq!((stats.ops_rolled_back, stats.ops_lost), (5, 0));
}

#[tokio::test]
async fn a_constraint_that_one_operation_breaks_does_not_hurt_its_neighbours() {
    let db = Db::open_in_memory(MIGRATIONS).unwrap();
    let release = hold_the_writer(&db).await;
    let first = queue(&db, |tx| Ok(insert(tx, 1)?)).await;
    let again = queue(&db, |tx| Ok(insert(tx, 1)?)).await;
    let other = queue(&db, |tx| Ok(insert(tx, 2)?)).await;
    drop(release);
    assert!(first.await.unwrap().is_ok());
    assert!(again.await.unwrap().is_err());
    assert!(other.await.unwrap().is_ok());
    assert_eq!(db.read(count).await.unwrap(), 2);
}

#[tokio::test]
async fn a_first_operation_that_fails_leaves_nothing_to_those_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    let (release, held) = mpsc::channel::<()>();
    let (entered, inside) = tokio::sync::oneshot::channel();
    let writer = db.clone();
    let first = tokio::spawn(async move {
        let op = move |tx: &Transaction<'_>| {
            insert(tx, 1)?;
            entered.send(()).unwrap();
            let _ = held.recv();
            Err::<(), OpError>(OpError::Refused)
        };
        writer.write(op).await
    });
    inside.await.unwrap();
    let next = queue(&db, |tx| Ok(insert(tx, 1)?)).await;
    drop(release);
    assert!(first.await.unwrap().is_err());
    assert!(next.await.unwrap().is_ok());
    assert_eq!(db.read(count).await.unwrap(), 1);
}

#[tokio::test]
async fn a_long_operation_begins_a_transaction_and_keeps_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    let release = hold_the_writer(&db).await;
    let before = queue(&db, |tx| Ok(insert(tx, 1)?)).await;
    let sender = db.clone();
    let long = async move { sender.write_long(|tx| count(tx)).await };
    let long = queued(&db, long).await;
    let after = queue(&db, |tx| Ok(insert(tx, 2)?)).await;
    drop(release);
    assert!(before.await.unwrap().is_ok());
    assert_eq!(long.await.unwrap().unwrap(), 1, "in its turn");
    assert!(after.await.unwrap().is_ok());
    assert_eq!(db.stats().batches, 2, "the long one and the one after it");
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_long_operation_is_done_before_a_database_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    let release = hold_the_writer(&db).await;
    let before = queue(&db, |tx| Ok(insert(tx, 1)?)).await;
    let (sender, closer) = (db.clone(), db.clone());
    let long = queued(
        &db,
        async move { sender.write_long(|tx| insert(tx, 2)).await },
    )
    .await;
    let closed = tokio::spawn(closer.close());
    drop(release);
    assert!(before.await.unwrap().is_ok());
    assert!(long.await.unwrap().is_ok());
    closed.await.unwrap().unwrap();
}

/// Lets the database grow by so many pages and no further, as a full disk would.
fn limit_pages(tx: &Transaction<'_>, more: i64) -> Result<(), StoreError> {
    let pages: i64 = tx.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    tx.query_row(
        &format!("PRAGMA max_page_count = {}", pages + more),
        [],
        |_| Ok(()),
    )?;
    Ok(())
}

fn insert_large(tx: &Transaction<'_>, n: i64, bytes: i64) -> Result<i64, OpError> {
    tx.execute(
        "INSERT INTO notes (n, body) VALUES (?1, zeroblob(?2))",
        [n, bytes],
    )
    .map_err(StoreError::from)?;
    Ok(n)
}

#[tokio::test]
async fn when_the_disk_is_full_nothing_is_half_done_and_the_writer_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    db.write(|tx| limit_pages(tx, 4)).await.unwrap();
    let release = hold_the_writer(&db).await;
    let before = queue(&db, |tx| Ok(insert(tx, 1)?)).await;
    let refused = queue(&db, |tx| {
        insert(tx, 2)?;
        Err::<i64, _>(OpError::Refused)
    })
    .await;
    let large = queue(&db, |tx| insert_large(tx, 3, 1_000_000)).await;
    let after = queue(&db, |tx| Ok(insert(tx, 4)?)).await;
    drop(release);

    // SQLite takes the whole transaction back: the one that met the full disk says so itself.
    let large = large.await.unwrap();
    assert!(
        matches!(large, Err(OpError::Store(StoreError::DiskFull))),
        "{large:?}"
    );
    for answer in [before.await.unwrap(), refused.await.unwrap()] {
        assert!(
            matches!(&answer, Err(OpError::Store(StoreError::CommitFailed(why)))
                if matches!(**why, StoreError::TransactionLost)),
            "{answer:?}"
        );
    }
    assert_eq!(after.await.unwrap().unwrap(), 4);
    assert_eq!(db.read(count).await.unwrap(), 1);
}

#[tokio::test]
async fn an_operation_that_overlooks_a_full_disk_writes_nothing_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    db.write(|tx| limit_pages(tx, 4)).await.unwrap();
    let careless = db
        .write(|tx| {
            let _ = insert_large(tx, 1, 1_000_000);
            let _ = insert(tx, 2);
            Ok::<_, StoreError>(())
        })
        .await;
    assert!(matches!(careless, Err(StoreError::CommitFailed(_))));
    assert_eq!(db.read(count).await.unwrap(), 0);
}

fn insert_next(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO notes (n, body) SELECT coalesce(max(n), 0) + 1, zeroblob(1) FROM notes",
        [],
    )?;
    Ok(())
}

/// Fails at the commit, not before.
fn insert_broken(tx: &Transaction<'_>) -> Result<(), OpError> {
    tx.execute("INSERT INTO later VALUES (99)", [])
        .map_err(StoreError::from)?;
    Ok(())
}

#[tokio::test]
async fn a_commit_that_fails_is_the_answer_to_everybody_in_it() {
    let folder = tempfile::tempdir().unwrap();
    // A deferred constraint is the one thing that fails at the commit itself and can be arranged.
    let deferred = Migration::new(
        "0002_deferred",
        "CREATE TABLE later (n INTEGER REFERENCES notes DEFERRABLE INITIALLY DEFERRED) STRICT;",
    );
    let db = Db::open(&folder.path().join("a.db"), &[MIGRATIONS[0], deferred]).unwrap();
    // A commit takes up what waits for some milliseconds only: on a machine that stalls the six may
    // come into two of them, and then the test tries once more.
    let mut lost = 0;
    loop {
        let commits = db.commits();
        let release = hold_the_writer(&db).await;
        let mut answers = Vec::new();
        for _ in 0..5 {
            answers.push(queue(&db, |tx| Ok(insert_next(tx)?)).await);
        }
        answers.push(queue(&db, insert_broken).await);
        let rows = db.read(count).await.unwrap();
        drop(release);
        let mut kept = 0;
        for answer in answers {
            match answer.await.unwrap() {
                Ok(()) => kept += 1,
                Err(OpError::Store(error @ StoreError::CommitFailed(_))) => {
                    assert!(matches!(error.root(), StoreError::Sqlite(_)));
                    lost += 1;
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        // Nobody is told otherwise than it is.
        assert_eq!(db.read(count).await.unwrap(), rows + kept);
        if kept == 0 {
            assert!(!commits.has_changed().unwrap());
            break;
        }
    }
    // They are counted when they are answered, and that may be a moment after.
    let counted = async {
        while db.stats().ops_lost < lost {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), counted)
        .await
        .unwrap();
    db.write(insert_next).await.unwrap();
}

#[tokio::test]
async fn an_operation_cannot_commit_by_itself() {
    let db = Db::open_in_memory(MIGRATIONS).unwrap();
    let refused = db
        .write(|tx| {
            insert(tx, 1)?;
            let _ = tx.execute_batch("COMMIT");
            Ok::<_, StoreError>(())
        })
        .await;
    assert!(matches!(refused, Err(StoreError::CommitFailed(_))));
    assert_eq!(db.read(count).await.unwrap(), 0);
}

#[tokio::test]
async fn whoever_has_an_answer_finds_the_watch_changed() {
    let db = Db::open_in_memory(MIGRATIONS).unwrap();
    let mut commits = db.commits();
    db.write(|tx| insert(tx, 1)).await.unwrap();
    assert!(commits.has_changed().unwrap());
    commits.mark_unchanged();
    let refused = db.write(|_| Err::<(), _>(OpError::Refused)).await;
    assert!(refused.is_err());
    db.read(count).await.unwrap();
    assert!(!commits.has_changed().unwrap());
}

#[tokio::test]
async fn closing_does_what_waits_and_empties_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let db = open(folder.path());
    let other_handle = db.clone();
    let release = hold_the_writer(&db).await;
    let waiting = queue(&db, |tx| Ok(insert(tx, 1)?)).await;
    let closing = tokio::spawn(db.close());
    drop(release);
    closing.await.unwrap().unwrap();
    assert_eq!(waiting.await.unwrap().unwrap(), 1);
    let log = std::fs::metadata(folder.path().join("a.db-wal"));
    assert_eq!(log.map_or(0, |log| log.len()), 0);

    let refused = other_handle.write(|tx| insert(tx, 2)).await;
    assert!(matches!(refused, Err(StoreError::Stopped)));
    let refused = other_handle.read(count).await;
    assert!(matches!(refused, Err(StoreError::Stopped)));
    let again = Db::open(&path, MIGRATIONS).unwrap();
    assert_eq!(again.read(count).await.unwrap(), 1);
}

#[tokio::test]
async fn a_caller_who_stops_waiting_does_not_stop_the_operation() {
    let db = Db::open_in_memory(MIGRATIONS).unwrap();
    let release = hold_the_writer(&db).await;
    let waiting = queue(&db, |tx| Ok(insert(tx, 1)?)).await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    drop(release);
    assert_eq!(db.read(count).await.unwrap(), 1);
}
