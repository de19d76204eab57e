//! How long a kiosk needs to tell of what it sold alone.

use std::path::Path;
use std::time::Instant;

use domain::booking::Tender;
use domain::id::{BookingId, HoldId, NodeId, TicketId};
use domain::money::Won;
use domain::time::Timestamp;
use process::clock::{Clock as _, SystemClock};
use process::ids::{Ids as _, OsIds};
use rusqlite::{Connection, OpenFlags};
use seats::{BookHold, Here, HoldSeats};
use store::Db;
use tests::stand::{Stand, eventually};

pub(crate) async fn offline_bookings(wanted: usize) {
    let mut stand = Stand::with(&[3], 14);
    stand.start().await;
    let kiosk = stand.kiosks[0].client();
    eventually("the kiosk knows every screening", || async {
        (kiosk.on_sale().await.len() > 100).then_some(())
    })
    .await;
    stand.kiosks[0].kill();
    let sold = sell(&stand.kiosks[0].database, wanted).await;
    stand.kiosks[0].start();
    stand.kiosks[0].ready().await;
    stand.kiosks[0].online().await;
    let began = Instant::now();
    let hub = stand.hub.database.clone();
    eventually("the hub has every booking", || async {
        (count(&hub) >= sold).then_some(())
    })
    .await;
    let took = began.elapsed().as_secs_f64();
    println!("drain of {sold} offline bookings after the link is up: {took:.2} s");
}

/// Sells single seats straight in the kiosk's database, as its engine would.
pub(crate) async fn sell(database: &Path, wanted: usize) -> usize {
    let db = Db::open(database, kiosk::sqlite::MIGRATIONS).expect("the kiosk is not running");
    let folder = database.parent().and_then(Path::file_name);
    let node: NodeId = folder
        .and_then(|name| name.to_str()?.parse().ok())
        .expect("a kiosk's folder has its name");
    let now = SystemClock::new(Timestamp(0)).now();
    let mut sold = 0;
    let screenings = db.read(move |db| {
        let ahead = now.plus_ms(domain::time::DAY_MS * 14);
        kiosk::sqlite::documents::screenings_between(db, now, ahead)
    });
    for screening in screenings.await.expect("screenings") {
        let node = node.clone();
        let left = wanted - sold;
        let done = db.write(move |tx| {
            let here = Here { node: &node, now };
            let key = format!("{}/{}", screening.seat_map, screening.seat_map_version);
            let kind = protocol::row::RowKind::SeatMap;
            let map = kiosk::sqlite::documents::find(tx, kind, &key)?.expect("a seat map");
            let seats = seats::sqlite::seats::of_screening(tx, screening.screening)?;
            let mut sold = 0;
            for seat in seats.values().filter(|seat| seat.owner == node).take(left) {
                let request = HoldSeats {
                    hold: HoldId(OsIds.uuid(now)),
                    screening: &screening,
                    map: &map,
                    wanted: &[seat.seat],
                };
                let Ok(hold) = seats::hold(tx, here, request) else {
                    continue;
                };
                let booking = BookHold {
                    hold: hold.hold,
                    booking: BookingId(OsIds.uuid(now)),
                    number: OsIds.digits12().parse().expect("twelve digits"),
                    tender: Tender::Card,
                    order: None,
                    tickets: vec![(seat.seat, TicketId(OsIds.uuid(now)), Won(12_000))],
                };
                seats::book(tx, here, &booking).expect("just held");
                sold += 1;
            }
            Ok::<_, store::StoreError>(sold)
        });
        sold += done.await.expect("seats are sold");
        if sold >= wanted {
            break;
        }
    }
    db.close().await.expect("the database closes");
    sold
}

fn count(database: &Path) -> usize {
    let db = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE);
    let db = db.expect("the hub's database");
    let count: u32 = db
        .query_row("SELECT count(*) FROM bookings", [], |row| row.get(0))
        .expect("a number");
    usize::try_from(count).expect("small")
}
