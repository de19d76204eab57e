//! Ten thousand people look at one screening: memory, and how long one seat that changes takes
//! to all of them. The hub is a real process, the people are connections of this one. And what a
//! million facts cost the ranking, and a board of them.
//!
//! `cargo build --release -p hub && cargo bench -p tests --bench streams`, and behind ` -- ` the
//! name `streams` or `ranking`, if only one is wanted. It needs 10,000 open files in each process
//! (`ulimit -n`).

#![expect(clippy::print_stdout, reason = "the figures are the result")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::id::{MovieId, NodeId};
use domain::ranking::{Fact, Hashed, Hour, Place, Term};
use domain::time::Timestamp;
use hub::ranking;
use protocol::batch::BATCH_ROWS_MAX;
use seats::Here;
use store::Db;
use tests::stand::Stand;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// People.
const STREAMS: usize = 10_000;

/// Seats that change, one after the other.
const CHANGES: usize = 40;

/// Between two of them.
const PAUSE: Duration = Duration::from_millis(700);

/// Connections that are being made at the same time.
const CONNECTING: usize = 64;

#[tokio::main]
async fn main() {
    let named: Vec<String> = std::env::args().skip(1).collect();
    // Cargo adds a flag of its own.
    let all = named.iter().all(|name| name.starts_with("--"));
    let wanted = |name: &str| all || named.iter().any(|it| it == name);
    if wanted("streams") {
        streams(STREAMS).await;
    }
    if wanted("ranking") {
        facts(1_000_000, Order::AsItHappens).await;
        facts(1_000_000, Order::Mixed).await;
    }
}

/// When each stream heard of a change.
type Heard = Arc<Mutex<Vec<Instant>>>;

async fn streams(count: usize) {
    let mut stand = Stand::with(&[], 14);
    stand.hub.start();
    stand.hub.ready().await;
    let web = stand.hub.client();
    let screening = web.on_sale().await[0]["screening"].as_i64().expect("an id");
    println!("hub, memory (RSS) before: {}", rss(&stand));
    let (heard, gate): (Heard, _) = (Arc::default(), Arc::new(Semaphore::new(CONNECTING)));
    let began = Instant::now();
    let listening = (0..count).map(|_| {
        let (heard, gate, port) = (heard.clone(), gate.clone(), stand.hub.port);
        tokio::spawn(async move {
            let permit = gate.acquire_owned().await.expect("it stays open");
            let stream = open(port, screening).await;
            drop(permit);
            tokio::spawn(listen(stream, heard));
        })
    });
    for listening in listening.collect::<Vec<_>>() {
        listening.await.expect("a stream opens");
    }
    println!(
        "{count} streams opened in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    tokio::time::sleep(Duration::from_secs(12)).await;
    println!("hub, memory (RSS) with {count} streams: {}", rss(&stand));
    let free = web.seats(screening, "free").await;
    let (mut all, mut slowest) = (Vec::new(), Vec::new());
    let mut changes = 0;
    for seat in free {
        if changes == CHANGES {
            break;
        }
        heard.lock().expect("no one panics").clear();
        let began = Instant::now();
        match web.hold(screening, &[seat]).await {
            Ok(_) => changes += 1,
            // The last but one of a row: nobody hears of it.
            Err(why) if why == "strands_single_seat" => continue,
            Err(why) => panic!("the seat is free: {why}"),
        }
        tokio::time::sleep(PAUSE).await;
        let mut took: Vec<f64> = heard
            .lock()
            .expect("no one panics")
            .iter()
            .map(|at| at.duration_since(began).as_secs_f64() * 1_000.0)
            .collect();
        if took.len() < count {
            println!("only {} of {count} heard within {PAUSE:?}", took.len());
        }
        took.sort_unstable_by(f64::total_cmp);
        slowest.extend(took.last().copied());
        all.append(&mut took);
    }
    all.sort_unstable_by(f64::total_cmp);
    slowest.sort_unstable_by(f64::total_cmp);
    let at = |of: &[f64], percent: usize| of.get((of.len().max(1) - 1) * percent / 100).copied();
    println!(
        "one seat to {count} streams, from the request on: p50 {:.0} ms, p99 {:.0} ms; the last of \
         them p50 {:.0} ms, worst {:.0} ms ({CHANGES} changes)",
        at(&all, 50).unwrap_or(0.0),
        at(&all, 99).unwrap_or(0.0),
        at(&slowest, 50).unwrap_or(0.0),
        at(&slowest, 100).unwrap_or(0.0),
    );
    println!("hub, memory (RSS) afterwards: {}", rss(&stand));
}

async fn open(port: u16, screening: i64) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("a connection");
    let request =
        format!("GET /api/events?topics=screening:{screening} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it is sent");
    let mut first = [0; 1024];
    let read = stream.read(&mut first).await.expect("it answers");
    let answer = String::from_utf8_lossy(&first[..read]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    stream
}

/// Notes every event of a seat. An event is far smaller than what is read at once.
async fn listen(mut stream: TcpStream, heard: Heard) {
    let mut buffer = [0; 4096];
    while let Ok(read) = stream.read(&mut buffer).await {
        if read == 0 {
            return;
        }
        let now = Instant::now();
        if buffer[..read]
            .windows(12)
            .any(|text| text == b"event: seats")
        {
            heard.lock().expect("no one panics").push(now);
        }
    }
}

/// In which order facts of a day come.
#[derive(Clone, Copy, Debug)]
enum Order {
    /// Hour by hour: all kiosks are connected.
    AsItHappens,
    /// Each batch has facts of all hours, which is as bad as it gets: no two are neighbours.
    Mixed,
}

/// Facts of two hundred kiosks within a day, each batch from one kiosk, and the board of them.
async fn facts(count: u32, order: Order) {
    let folder = tempfile::tempdir().expect("a folder");
    let db =
        Db::open(&folder.path().join("hub.sqlite"), hub::sqlite::MIGRATIONS).expect("a database");
    let hour = 480_000_i64;
    let began = Instant::now();
    // As a kiosk's batches come: as many rows as they have at most.
    let batch = u32::try_from(BATCH_ROWS_MAX).expect("few");
    for first in (0..count).step_by(BATCH_ROWS_MAX) {
        let told = db.write_long(move |tx| {
            let hub = NodeId::hub();
            let now = Hour(hour).begins_at();
            for number in first..first + batch {
                let since = match order {
                    Order::AsItHappens => 23 - number / count.div_ceil(24),
                    Order::Mixed => number % 24,
                };
                let (node, fact) = fact(number, hour - 1 - i64::from(since));
                ranking::take(tx, Here { node: &hub, now }, (&node, &fact))?;
            }
            Ok::<_, store::StoreError>(())
        });
        told.await.expect("the facts are taken");
    }
    let took = began.elapsed();
    println!(
        "{order:?}: {count} facts taken and counted in {:.1} s ({:.1} µs each)",
        took.as_secs_f64(),
        took.as_secs_f64() * 1e6 / f64::from(count)
    );
    let began = Instant::now();
    let published = db.write(move |tx| {
        let (hub, now) = (NodeId::hub(), Timestamp(Hour(hour).begins_at().0 + 120_000));
        ranking::publish(tx, Here { node: &hub, now })
    });
    let board = published.await.expect("a board").expect("it is due");
    println!(
        "a board of them in {:.0} ms ({} lines)",
        began.elapsed().as_secs_f64() * 1e3,
        board.lines.len()
    );
    let size = std::fs::metadata(folder.path().join("hub.sqlite")).map_or(0, |file| file.len());
    println!(
        "{:.0} bytes of database for each fact",
        size as f64 / f64::from(count)
    );
    db.close().await.expect("it closes");
}

/// Some films are searched for far more often than others; every kiosk has many visits.
fn fact(number: u32, hour: i64) -> (NodeId, Fact) {
    let mix = number.wrapping_mul(2_654_435_761);
    let batch = number / u32::try_from(BATCH_ROWS_MAX).expect("few");
    let node: NodeId = format!("kiosk-{}", batch % 200).parse().expect("a name");
    let popular = (mix >> 8) % 13_000;
    let movie = popular * popular / 13_000;
    let mut actor = [0; 16];
    actor[..4].copy_from_slice(&(mix >> 3).to_le_bytes());
    let fact = Fact {
        hour: Hour(hour),
        term: Term::Movie(MovieId(i64::from(movie))),
        actor: Hashed(actor),
        place: Place::Kiosk(node.clone()),
    };
    (node, fact)
}

/// The hub's memory.
fn rss(stand: &Stand) -> String {
    let pid = stand.hub.pid().expect("it runs");
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    line.unwrap_or_default()
        .trim_start_matches("VmRSS:")
        .trim()
        .to_owned()
}
