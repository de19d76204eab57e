//! How many seats the engine sells, durably, beside the same disk's raw commit rate.
//!
//! `cargo bench -p seats --bench engine [-- SECONDS [FOLDER]]`; and with `-- replica` in front of
//! other words what a replica costs ([`replica`]).

#![expect(clippy::print_stdout, reason = "the figures are the result")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

mod replica;
mod selling;

use std::path::Path;
use std::time::{Duration, Instant};

use selling::{Operation, Sale, Sold, lay_out, sell};
use store::{Db, Migration};

const SCREENINGS: i64 = 200;
/// So many of them have every seat held before a run that only books.
const HELD_SCREENINGS: i64 = 60;

fn main() {
    let given = std::env::args().skip(1).filter(|it| !it.starts_with("--"));
    let arguments: Vec<String> = given.collect();
    if let Some((first, options)) = arguments.split_first()
        && first == "replica"
    {
        return replica::costs(options);
    }
    let mut arguments = arguments.into_iter();
    let seconds = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(3);
    let folder = arguments
        .next()
        .unwrap_or_else(|| "target/bench-engine".to_owned());
    let (folder, length) = (Path::new(&folder), Duration::from_secs(seconds));
    std::fs::create_dir_all(folder).expect("the folder can be made");
    let raw = raw_commits(folder, length);
    println!("raw single-row commits: {raw:.0}/s");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    println!("| operation | callers | a second | times raw | p50 ms | p99 ms |");
    println!("|---|---|---|---|---|---|");
    for operation in [Operation::Book, Operation::HoldAndBook] {
        for callers in [1, 32, 256] {
            let run = bookings(folder, operation, callers, length);
            let sold = runtime.block_on(run);
            let (rate, p50, p99) = (sold.a_second, sold.p50_ms, sold.p99_ms);
            let times = rate / raw;
            let name = match operation {
                Operation::Book => "book",
                Operation::HoldAndBook => "hold and book",
            };
            println!("| {name} | {callers} | {rate:.0} | {times:.1} | {p50:.2} | {p99:.2} |");
        }
    }
    std::fs::remove_dir_all(folder).expect("the folder can be removed");
}

/// One row, one commit, one after the other.
fn raw_commits(folder: &Path, length: Duration) -> f64 {
    let file = fresh(folder, "raw.sqlite");
    let migrations = [Migration::new(
        "raw",
        "CREATE TABLE raw (a INTEGER, b TEXT) STRICT;",
    )];
    let db = store::open_writer(&file, &migrations).expect("the database opens");
    let (began, mut commits) = (Instant::now(), 0u32);
    while began.elapsed() < length {
        db.prepare_cached("INSERT INTO raw VALUES (?1, 'a booking')")
            .and_then(|mut insert| insert.execute([commits]))
            .expect("a row is inserted");
        commits += 1;
    }
    f64::from(commits) / began.elapsed().as_secs_f64()
}

fn fresh(folder: &Path, name: &str) -> std::path::PathBuf {
    let file = folder.join(name);
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("{name}{ending}")));
    }
    file
}

async fn bookings(folder: &Path, operation: Operation, callers: usize, length: Duration) -> Sold {
    let file = fresh(folder, "seats.sqlite");
    let db = Db::open(&file, seats::ALONE).expect("the database opens");
    let sale = Sale {
        operation,
        screenings: SCREENINGS,
        held: match operation {
            Operation::Book => HELD_SCREENINGS,
            Operation::HoldAndBook => 0,
        },
    };
    lay_out(&db, sale).await;
    let sold = sell(&db, sale, callers, length).await;
    db.close().await.expect("the database closes");
    sold
}
