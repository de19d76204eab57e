//! A house full of seats, and people who buy them as fast as they are served.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::booking::Tender;
use domain::id::{
    AuditoriumId, BookingId, HoldId, MovieId, NodeId, ScreeningId, SeatId, SeatMapId, TheaterId,
    TicketId,
};
use domain::money::Won;
use domain::screening::{Screening, ZonePrice};
use domain::seat_map::{Seat, SeatKind, SeatMap, SeatMapFacts, Zone, ZoneId};
use domain::time::{DAY_MS, Timestamp};
use seats::{BookHold, Here, HoldSeats};
use store::{Db, StoreError};
use uuid::Uuid;

const ROWS: u32 = 100;
const ROW_SEATS: u32 = 20;
static IDS: AtomicU64 = AtomicU64::new(1);
const NOW: Timestamp = Timestamp(1_000);

/// What is measured, each in one transaction.
#[derive(Clone, Copy)]
pub(crate) enum Operation {
    /// Booking a seat that was held before.
    Book,
    /// Holding a seat and booking it.
    HoldAndBook,
}

/// What is on sale.
#[derive(Clone, Copy)]
pub(crate) struct Sale {
    pub(crate) operation: Operation,
    pub(crate) screenings: i64,
    /// So many of them have every seat held before a run that only books.
    pub(crate) held: i64,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place in a list that is far below 2^52 long"
)]
fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let at = (sorted.len().saturating_sub(1)) as f64 * share;
    sorted.get(at as usize).copied().unwrap_or_default()
}

/// What came of it.
pub(crate) struct Sold {
    pub(crate) operations: u64,
    pub(crate) a_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

/// Puts seats on sale.
pub(crate) async fn lay_out(db: &Db, sale: Sale) {
    let map = Arc::new(map());
    for screening in 1..=sale.screenings {
        let map = map.clone();
        let opened = db.write_long(move |tx| {
            open(tx, ScreeningId(screening), &map)?;
            if screening > sale.held {
                return Ok(());
            }
            let mut seats = map.seats().iter();
            seats.try_for_each(|seat| hold(tx, ScreeningId(screening), &map, seat.seat))
        });
        opened.await.expect("a screening is laid out");
    }
}

/// Sells what was laid out for `length`, or until everything is sold.
pub(crate) async fn sell(db: &Db, sale: Sale, callers: usize, length: Duration) -> Sold {
    let map = Arc::new(map());
    let next_row = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let callers = (0..callers).map(|_| {
        tokio::spawn(buy(
            db.clone(),
            (sale, map.clone()),
            next_row.clone(),
            began + length,
        ))
    });
    let callers: Vec<_> = callers.collect();
    let mut spent = Vec::new();
    for caller in callers {
        spent.extend(caller.await.expect("a caller does not panic"));
    }
    let operations = u32::try_from(spent.len()).expect("few");
    let a_second = f64::from(operations) / began.elapsed().as_secs_f64();
    spent.sort_unstable();
    let ms = |share: f64| percentile(&spent, share).as_secs_f64() * 1_000.0;
    Sold {
        operations: u64::from(operations),
        a_second,
        p50_ms: ms(0.5),
        p99_ms: ms(0.99),
    }
}

/// Sells row after row, seat by seat, each a hold and a booking in one transaction.
async fn buy(
    db: Db,
    (sale, map): (Sale, Arc<SeatMap>),
    next_row: Arc<AtomicUsize>,
    until: Instant,
) -> Vec<Duration> {
    let mut spent = Vec::new();
    loop {
        let row = u32::try_from(next_row.fetch_add(1, Ordering::Relaxed)).expect("few");
        let screening = ScreeningId(i64::from(row / ROWS) + 1);
        let last = match sale.operation {
            Operation::Book => sale.held,
            Operation::HoldAndBook => sale.screenings,
        };
        if screening.0 > last {
            return spent;
        }
        for number in 0..ROW_SEATS {
            let began = Instant::now();
            if began >= until {
                return spent;
            }
            let (map, seat) = (map.clone(), SeatId(row % ROWS * ROW_SEATS + number));
            let sold = db.write(move |tx| {
                match sale.operation {
                    Operation::Book => {}
                    Operation::HoldAndBook => hold(tx, screening, &map, seat)?,
                }
                book(tx, screening, seat)
            });
            sold.await.expect("a seat is sold");
            spent.push(began.elapsed());
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum SellError {
    #[error(transparent)]
    Hold(#[from] seats::HoldError),
    #[error(transparent)]
    Book(#[from] seats::BookError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn hold(
    tx: &rusqlite::Transaction<'_>,
    screening: ScreeningId,
    map: &SeatMap,
    seat: SeatId,
) -> Result<(), SellError> {
    let node = NodeId::hub();
    let here = Here {
        node: &node,
        now: NOW,
    };
    let on = screening_facts(screening);
    let wanted = HoldSeats {
        hold: hold_id(screening, seat),
        screening: &on,
        map,
        wanted: &[seat],
    };
    seats::hold(tx, here, wanted)?;
    Ok(())
}

fn book(
    tx: &rusqlite::Transaction<'_>,
    screening: ScreeningId,
    seat: SeatId,
) -> Result<(), SellError> {
    let node = NodeId::hub();
    let here = Here {
        node: &node,
        now: NOW,
    };
    // In the order of time, as UUIDv7 is; the number is random.
    let id = |kind: u64| Uuid::from_u64_pair(IDS.fetch_add(1, Ordering::Relaxed), kind);
    let random = place(screening, seat).wrapping_mul(0x9E37_79B9_7F4A_7C15) % 1_000_000_000_000;
    let request = BookHold {
        hold: hold_id(screening, seat),
        booking: BookingId(id(2)),
        number: format!("{random:012}").parse().expect("twelve digits"),
        tender: Tender::PayAtTheater,
        order: None,
        tickets: vec![(seat, TicketId(id(3)), Won(12_000))],
    };
    seats::book(tx, here, &request)?;
    Ok(())
}

fn place(screening: ScreeningId, seat: SeatId) -> u64 {
    screening.0.unsigned_abs() << 32 | u64::from(seat.0)
}

fn hold_id(screening: ScreeningId, seat: SeatId) -> HoldId {
    HoldId(Uuid::from_u64_pair(place(screening, seat), 1))
}

fn open(
    tx: &rusqlite::Transaction<'_>,
    screening: ScreeningId,
    map: &SeatMap,
) -> Result<(), StoreError> {
    let node = NodeId::hub();
    let here = Here {
        node: &node,
        now: NOW,
    };
    let owners = map.seats().iter().map(|seat| (seat.seat, node.clone()));
    let owners: BTreeMap<_, _> = owners.collect();
    seats::open_screening(tx, here, &screening_facts(screening), &owners)
}

fn screening_facts(screening: ScreeningId) -> Screening {
    Screening {
        screening,
        movie: MovieId(1),
        theater: TheaterId(1),
        auditorium: AuditoriumId(1),
        seat_map: SeatMapId(1),
        seat_map_version: 1,
        starts_at: Timestamp(DAY_MS),
        ends_at: Timestamp(2 * DAY_MS),
        sale_from: Timestamp(0),
        sale_until: Timestamp(DAY_MS),
        prices: vec![ZonePrice {
            zone: ZoneId("standard".to_owned()),
            price: Won(12_000),
        }],
    }
}

fn map() -> SeatMap {
    let zone = ZoneId("standard".to_owned());
    let seats = (0..ROWS * ROW_SEATS).map(|at| Seat {
        seat: SeatId(at),
        row: format!("R{}", at / ROW_SEATS),
        number: at % ROW_SEATS + 1,
        zone: zone.clone(),
        kind: SeatKind::Standard,
        x: i32::try_from(at % ROW_SEATS).expect("small") * 2,
        y: i32::try_from(at / ROW_SEATS).expect("small") * 2,
    });
    SeatMap::new(SeatMapFacts {
        id: SeatMapId(1),
        version: 1,
        zones: vec![Zone {
            zone: zone.clone(),
            name_ko: "일반석".to_owned(),
            name_en: "Standard".to_owned(),
        }],
        seats: seats.collect(),
    })
    .expect("a seat map")
}
