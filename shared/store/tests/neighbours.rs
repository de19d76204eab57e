//! Readers, other processes and panics: who else is there beside one caller and the writer.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod notes;

use std::sync::mpsc;
use std::time::Duration;

use notes::{MIGRATIONS, count, insert, open};
use rusqlite::Transaction;
use store::{Db, StoreError};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_writers_at_once_share_commits_and_read_what_they_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    let mut writers = JoinSet::new();
    for n in 0..1000_i64 {
        let db = db.clone();
        writers.spawn(async move {
            db.write(move |tx| insert(tx, n)).await.unwrap();
            let found = db
                .read(move |connection| {
                    connection
                        .query_row("SELECT n FROM notes WHERE n = ?1", [n], |row| {
                            row.get::<_, i64>(0)
                        })
                        .map_err(StoreError::from)
                })
                .await;
            assert_eq!(found.unwrap(), n);
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    assert_eq!(db.read(count).await.unwrap(), 1000);
    let stats = db.stats();
    assert_eq!((stats.ops, stats.queue_depth), (1000, 0));
    assert!(stats.batches < 1000, "{stats:?}");
}

#[tokio::test]
async fn a_commit_of_another_process_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    db.write(|tx| insert(tx, 1)).await.unwrap();
    let mut commits = db.commits();
    commits.mark_unchanged();
    let other = store::open_writer(&folder.path().join("a.db"), MIGRATIONS).unwrap();
    other
        .execute("INSERT INTO notes (n, body) VALUES (2, x'00')", [])
        .unwrap();
    commits.changed().await.unwrap();
    assert_eq!(db.stats().commits_of_others, 1);
    assert_eq!(db.read(count).await.unwrap(), 2);
}

#[tokio::test]
async fn a_query_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    for db in [open(folder.path()), Db::open_in_memory(MIGRATIONS).unwrap()] {
        let refused = db
            .read(|connection| {
                connection
                    .execute("INSERT INTO notes (n, body) VALUES (1, x'00')", [])
                    .map_err(StoreError::from)
            })
            .await;
        assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
        assert_eq!(db.read(count).await.unwrap(), 0);
        db.write(|tx| insert(tx, 1)).await.unwrap();
    }
}

#[tokio::test]
async fn all_statements_of_a_query_see_one_commit() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    let (wrote, written) = mpsc::channel::<()>();
    let (started, looking) = tokio::sync::oneshot::channel();
    let reader = db.clone();
    let read = tokio::spawn(async move {
        reader
            .read(move |connection| {
                let before = count(connection)?;
                started.send(()).unwrap();
                written.recv().unwrap();
                Ok::<_, StoreError>((before, count(connection)?))
            })
            .await
    });
    looking.await.unwrap();
    db.write(|tx| insert(tx, 1)).await.unwrap();
    wrote.send(()).unwrap();
    assert_eq!(read.await.unwrap().unwrap(), (0, 0));
    assert_eq!(db.read(count).await.unwrap(), 1);
}

#[tokio::test]
async fn a_panic_in_an_operation_stops_the_writer_and_keeps_what_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    db.write(|tx| insert(tx, 1)).await.unwrap();
    let panicked: Result<(), StoreError> = db
        .write(|tx| {
            insert(tx, 2)?;
            panic!("on purpose")
        })
        .await;
    assert!(matches!(panicked, Err(StoreError::Stopped)));
    let refused = db.write(|tx| insert(tx, 3)).await;
    assert!(matches!(refused, Err(StoreError::Stopped)));
    assert_eq!(db.read(count).await.unwrap(), 1);
}

#[test]
fn a_thread_without_a_runtime_writes_too() {
    let db = Db::open_in_memory(MIGRATIONS).unwrap();
    assert_eq!(db.write_blocking(|tx| insert(tx, 1)).unwrap(), 1);
}

#[tokio::test]
async fn while_another_process_writes_for_long_everybody_is_told_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    let impatient = |tx: &Transaction<'_>| Ok(tx.busy_timeout(Duration::from_millis(100))?);
    db.write::<(), StoreError>(impatient).await.unwrap();
    let import = store::open_writer(&folder.path().join("a.db"), MIGRATIONS).unwrap();
    import.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut writers = JoinSet::new();
    for n in 0..5 {
        let db = db.clone();
        writers.spawn(async move { db.write(move |tx| insert(tx, n)).await });
    }
    while let Some(answer) = writers.join_next().await {
        let answer = answer.unwrap();
        assert!(matches!(answer, Err(StoreError::Busy)), "{answer:?}");
    }
    import.execute_batch("COMMIT").unwrap();
    // A machine under load may take a moment longer than this writer's patience.
    let again = async {
        loop {
            match db.write(|tx| insert(tx, 7)).await {
                Err(StoreError::Busy) => {}
                done => return done,
            }
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(30), again).await;
    done.unwrap().unwrap();
    assert_eq!(db.read(count).await.unwrap(), 1);
}
