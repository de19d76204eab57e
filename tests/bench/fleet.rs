//! A hub with many nodes: a thousand that come back at once, two hundred that sell all the
//! time. The hub is a real process; the nodes are light ones in this process, over real
//! connections.
//!
//! `cargo build --release -p hub -p kiosk && cargo bench -p tests --bench fleet`, and behind
//! ` -- ` the name `reconnect` or `steady`, if only one is wanted.

#![expect(clippy::print_stdout, reason = "the figures are the result")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

use std::path::Path;
use std::time::{Duration, Instant};

use domain::id::{NodeId, ScreeningId, SeatMapId, TheaterId};
use domain::money::Won;
use domain::screening::{Screening, ZonePrice};
use domain::seat_map::layout::{self, Layout, LayoutRow};
use domain::seat_map::{SeatMap, SeatMapFacts};
use domain::time::{DAY_MS, HOUR_MS, Timestamp, UtcOffset};
use hub::fleet::add_node;
use hub::sqlite::nodes::KnownNode;
use hub::sqlite::theaters::{self, TheaterFacts};
use hub::theaters::{RoomFacts, publish, record_theater};
use process::clock::{Clock as _, SystemClock};
use seats::Here;
use store::Db;
use tests::light_node::LightNode;
use tests::stand::Stand;

const PASSWORD: &str = "a secret of this bench only";

#[tokio::main]
async fn main() {
    let named: Vec<String> = std::env::args().skip(1).collect();
    // Cargo adds a flag of its own.
    let all = named.iter().all(|name| name.starts_with("--"));
    let wanted = |name: &str| all || named.iter().any(|it| it == name);
    if wanted("reconnect") {
        come_back(1_000).await;
    }
    if wanted("steady") {
        steady(200, 5, Duration::from_secs(60)).await;
    }
}

/// All nodes connect at once and read the whole feed that concerns them; then the hub is killed,
/// and they all come back to a hub that has just been started.
async fn come_back(count: i64) {
    let (mut stand, nodes) = start(count).await;
    let running = connect(&nodes, &format!("{count} new nodes")).await;
    println!("hub, memory (RSS): {}", rss(&stand));
    running.iter().for_each(tokio::task::JoinHandle::abort);
    stand.hub.kill();
    stand.hub.start();
    stand.hub.ready().await;
    let running = connect(&nodes, &format!("{count} nodes that the hub knows")).await;
    println!("hub, memory (RSS): {}", rss(&stand));
    running.iter().for_each(tokio::task::JoinHandle::abort);
}

/// Has all nodes connect at once and waits until they are up to date.
async fn connect(nodes: &[LightNode], who: &str) -> Vec<tokio::task::JoinHandle<()>> {
    nodes.iter().for_each(LightNode::fall_behind);
    let began = Instant::now();
    let running = nodes.iter().map(spawn).collect();
    let waiting = nodes.iter().cloned().map(|node| {
        tokio::spawn(async move {
            node.up_to_date().await;
            began.elapsed().as_secs_f64()
        })
    });
    let mut took = Vec::new();
    for waiting in waiting.collect::<Vec<_>>() {
        took.push(waiting.await.expect("it waits to the end"));
    }
    took.sort_unstable_by(f64::total_cmp);
    let [half, nine_tenths, all] =
        [50, 90, 100].map(|percent| took[(took.len() - 1) * percent / 100]);
    println!(
        "{who} connect at once; up to date: half {half:.2} s, 90 % {nine_tenths:.2} s, \
         all {all:.2} s"
    );
    running
}

/// Every node changes `each` seats a second.
async fn steady(count: i64, each: u32, length: Duration) {
    let (stand, nodes) = start(count).await;
    let running: Vec<_> = nodes.iter().map(spawn).collect();
    for node in &nodes {
        node.up_to_date().await;
    }
    let cpu = cpu_ticks(&stand);
    let began = Instant::now();
    let changing: Vec<_> = nodes
        .iter()
        .enumerate()
        .map(|(at, node)| {
            let node = node.clone();
            let offset = Duration::from_millis(u64::try_from(at).unwrap_or(0) % 200);
            tokio::spawn(async move {
                tokio::time::sleep(offset).await;
                let mut ticks = tokio::time::interval(Duration::from_secs(1) / each);
                while began.elapsed() < length {
                    ticks.tick().await;
                    node.change_one();
                }
            })
        })
        .collect();
    for changing in changing {
        changing.await.expect("it changes seats to the end");
    }
    let used = cpu_ticks(&stand) - cpu;
    let share = 100.0 * used / 100.0 / began.elapsed().as_secs_f64();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut lags: Vec<Duration> = nodes.iter().flat_map(LightNode::take_lags).collect();
    lags.sort_unstable();
    let left: usize = nodes.iter().map(LightNode::unacknowledged).sum();
    let at = |percent: usize| lags[(lags.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    println!(
        "{count} nodes, {each} changes a second each, {} s: {} changes, {left} not acknowledged",
        length.as_secs(),
        lags.len(),
    );
    println!(
        "lag until durable at the hub: p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms",
        at(50),
        at(99),
        at(100)
    );
    println!(
        "hub: {share:.0} % of one core, memory (RSS) {}",
        rss(&stand)
    );
    running.iter().for_each(tokio::task::JoinHandle::abort);
}

fn spawn(node: &LightNode) -> tokio::task::JoinHandle<()> {
    let node = node.clone();
    tokio::spawn(async move {
        loop {
            node.run().await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    })
}

async fn start(count: i64) -> (Stand, Vec<LightNode>) {
    let mut stand = Stand::with(&[1], 1);
    let names = lay_out(&stand.hub.database, count).await;
    stand.hub.start();
    stand.hub.ready().await;
    let port = stand.broker;
    let nodes = names.into_iter();
    let nodes = nodes.map(|node| LightNode::new(node, port, PASSWORD));
    (stand, nodes.collect())
}

/// A theater with one room, one screening and one node for each.
async fn lay_out(database: &Path, count: i64) -> Vec<NodeId> {
    let db = Db::open(database, hub::sqlite::MIGRATIONS).expect("the hub is not running");
    let now = SystemClock::new(Timestamp(0)).now();
    let names = db.write(move |tx| {
        let hub = NodeId::hub();
        let here = Here { node: &hub, now };
        let mut names = Vec::new();
        for number in 1..=count {
            let node: NodeId = format!("light-{number}").parse().expect("a name");
            let theater = one_theater(tx, number)?;
            let known = KnownNode {
                node: node.clone(),
                theater,
            };
            add_node(tx, &known, PASSWORD, now).expect("a new node");
            let (room, _) = theaters::auditoriums_of(tx, theater)?.remove(0);
            let map = theaters::seat_map(tx, room.seat_map, 1)?.expect("its map");
            let prices = map.zones.iter().map(|zone| ZonePrice {
                zone: zone.zone.clone(),
                price: Won(12_000),
            });
            let screening = Screening {
                screening: ScreeningId(0),
                movie: domain::id::MovieId(1),
                theater,
                auditorium: room.auditorium,
                seat_map: map.id,
                seat_map_version: 1,
                starts_at: now.plus_ms(DAY_MS),
                ends_at: now.plus_ms(DAY_MS + 2 * HOUR_MS),
                sale_from: now,
                sale_until: now.plus_ms(DAY_MS),
                prices: prices.collect(),
            };
            publish(tx, here, &screening, &map)?;
            names.push(node);
        }
        Ok::<_, store::StoreError>(names)
    });
    let names = names.await.expect("it is laid out");
    db.close().await.expect("the database closes");
    names
}

fn one_theater(
    tx: &rusqlite::Transaction<'_>,
    number: i64,
) -> Result<TheaterId, store::StoreError> {
    let rows = ["A", "B", "C", "D"].map(|row| LayoutRow {
        row: row.to_owned(),
        seats: "ssssssssss".to_owned(),
    });
    let layout = Layout {
        rows: rows.to_vec(),
    };
    let map = SeatMap::new(SeatMapFacts {
        id: SeatMapId(0),
        version: 1,
        zones: layout::zones(),
        seats: layout.seats().expect("seats"),
    });
    let facts = TheaterFacts {
        source_key: format!("bench-{number}"),
        name: format!("극장 {number}"),
        name_en: format!("Theater {number}"),
        region: "서울".to_owned(),
        area: "종로".to_owned(),
        utc_offset: UtcOffset::SEOUL,
    };
    let room = RoomFacts {
        name: "1관".to_owned(),
        map: map.expect("a map"),
    };
    record_theater(tx, &facts, &[room])
}

/// The hub's memory now, and the most that it had.
fn rss(stand: &Stand) -> String {
    let status = proc_file(stand, "status");
    let mb = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kb = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        kb.map_or(f64::NAN, |kb: f64| kb * 1024.0 / 1e6)
    };
    format!("{:.0} MB, at most {:.0} MB", mb("VmRSS:"), mb("VmHWM:"))
}

/// Processor time in hundredths of a second.
fn cpu_ticks(stand: &Stand) -> f64 {
    let stat = proc_file(stand, "stat");
    let after = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|it| it.parse::<f64>().ok());
    ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)
}

fn proc_file(stand: &Stand, name: &str) -> String {
    let pid = stand.hub.pid().expect("the hub runs");
    std::fs::read_to_string(format!("/proc/{pid}/{name}")).unwrap_or_default()
}
