//! The kiosk in the theater: its own operations over its own database, a card terminal that
//! loses answers, a till, and a network that is away for hours.

mod line;
mod till;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

use domain::id::{HoldId, NodeId, OrderId, PledgeId, SeatId, TheaterId};
use domain::money::Won;
use domain::order::{Order, Purpose, TenderKind};
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::time::{ClockBound, MINUTE_MS, Timestamp};
use kiosk::checkout::{self, NewOrder};
use kiosk::pledging::{self, Join, PledgeError, Room};
use rusqlite::{Connection, Transaction};
use seats::{BookError, Here, HoldError, HoldSeats};
use uuid::Uuid;

use super::operator::{CAMPAIGN, kiosk_node, new_hub, small};
use super::{World, lock};
use crate::world::random::Random;
use crate::world::{BEGINNING_MS, deserialize};
pub(super) use line::{be_offline, exchange};
pub(super) use till::give_back;
use till::{pay_by_card, pay_in_cash};

/// The clocks of this world are right; theirs is another simulation.
const SURE: ClockBound = ClockBound::Within { ms: 0 };

static NEW: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let db = store::open_memory(kiosk::sqlite::MIGRATIONS);
    small(db.expect("a database in memory"))
});

/// What is shown beside the campaign, and in which room.
static SHOWN: LazyLock<(Arc<Screening>, Arc<SeatMap>)> = LazyLock::new(|| {
    let db = new_hub();
    let wanted = hub::sqlite::screenings::Wanted {
        from: Timestamp(0),
        until: Timestamp(i64::MAX),
        theater: Some(TheaterId(1)),
        movie: None,
    };
    let listed = hub::sqlite::screenings::list(&db, &wanted).expect("it is read");
    let screening = listed.into_iter().next().expect("it was put on");
    let version = (screening.seat_map, screening.seat_map_version);
    let map = hub::sqlite::theaters::seat_map(&db, version.0, version.1);
    let map = map.expect("it is read").expect("a room has its map");
    (Arc::new(screening), Arc::new(map))
});

/// The screening that is sold beside the campaign; the campaign's is in the same room.
pub(super) fn shown() -> (Arc<Screening>, Arc<SeatMap>) {
    SHOWN.clone()
}

/// The kiosk.
pub(super) struct Kiosk {
    pub(super) db: Connection,
    node: NodeId,
    incarnation: i64,
    offline: bool,
    /// What is on the cards' accounts and in the drawer, by the order that was paid.
    pub(super) terminal: BTreeMap<OrderId, Won>,
    pub(super) drawer: BTreeMap<OrderId, Won>,
    /// Pledges, and when the kiosk had written them down.
    pub(super) sold: BTreeMap<PledgeId, Timestamp>,
    exchanging: Arc<AtomicBool>,
    /// How far its feed and the hub's were when they had told each other everything.
    pub(super) exchanged: (i64, i64),
}

impl Kiosk {
    pub(super) fn new() -> Self {
        let mut kiosk = Self {
            db: deserialize(&NEW),
            node: kiosk_node(),
            incarnation: 0,
            offline: false,
            terminal: BTreeMap::new(),
            drawer: BTreeMap::new(),
            sold: BTreeMap::new(),
            exchanging: Arc::default(),
            exchanged: (0, 0),
        };
        let known = kiosk.act(Timestamp(BEGINNING_MS), kiosk::sync::identify);
        kiosk.incarnation = known.expect("a kiosk is identified").incarnation;
        kiosk
    }

    pub(super) fn act<T, E: From<rusqlite::Error>>(
        &mut self,
        now: Timestamp,
        act: impl FnOnce(&Transaction<'_>, Here<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let here = Here {
            node: &self.node,
            now,
        };
        let tx = self.db.transaction()?;
        let done = act(&tx, here)?;
        tx.commit()?;
        Ok(done)
    }
}

/// Somebody comes to the kiosk, and pledges or buys a seat.
pub(super) async fn pass_by(world: Arc<World>, person: usize) {
    let mut random = world.chance();
    let span = world.profile.open_ms;
    let after = if random.chance(400) {
        span - random.between(1_000, 4 * MINUTE_MS)
    } else {
        random.between(20_000, span)
    };
    world.pause(after + 5_000).await;
    let kind = if random.chance(700) {
        TenderKind::Card
    } else {
        TenderKind::Cash
    };
    let begun = if random.chance(650) {
        join(&world, &mut random, (person, kind))
    } else {
        choose(&world, &mut random, kind)
    };
    let Some(order) = begun else {
        return;
    };
    match order.kind {
        TenderKind::Card => pay_by_card(&world, &mut random, &order).await,
        TenderKind::Cash => pay_in_cash(&world, &mut random, &order).await,
    }
}

fn uuid(random: &mut Random) -> Uuid {
    Uuid::from_u64_pair(random.next(), random.next())
}

fn join(world: &World, random: &mut Random, (person, kind): (usize, TenderKind)) -> Option<Order> {
    let now = world.now();
    let join = Join {
        campaign: CAMPAIGN,
        tickets: 1 + u32::try_from(random.below(3)).unwrap_or(0),
        kind,
        phone: random.chance(700).then(|| format!("0101234{person:04}")),
        order: OrderId(uuid(random)),
        hold: HoldId(uuid(random)),
        spread: random.next(),
    };
    let begun = lock(&world.kiosk).act(now, |tx, here| {
        let campaign = pledging::find(tx, CAMPAIGN)?;
        let campaign = campaign.ok_or(domain::pledge::PledgeRefused::Unknown)?;
        pledging::surely_open(&campaign, now, SURE)?;
        let id = campaign.state.screening();
        let id = id.ok_or(domain::pledge::PledgeRefused::NotOpen)?;
        let screening = kiosk::sqlite::documents::screening(tx, id)?;
        let screening = screening.ok_or(domain::pledge::PledgeRefused::NotOpen)?;
        let room = Room {
            screening: &screening,
            map: &shown().1,
        };
        pledging::begin(tx, here, (&campaign, room), &join)
    });
    match begun {
        Ok(order) => {
            world.note(format_args!(
                "{person} pledges {} at the kiosk",
                join.tickets
            ));
            Some(order)
        }
        Err(PledgeError::Store(fault)) => {
            world.violate("the kiosk's store", fault.to_string());
            None
        }
        Err(refused) => {
            world.note(format_args!(
                "{person} may not pledge at the kiosk: {refused}"
            ));
            None
        }
    }
}

fn choose(world: &World, random: &mut Random, kind: TenderKind) -> Option<Order> {
    let (now, (screening, map)) = (world.now(), shown());
    let first = random.below(map.seats().len());
    let (hold, order) = (HoldId(uuid(random)), OrderId(uuid(random)));
    let wanted: Vec<SeatId> = map.seats()[first..]
        .iter()
        .take(1)
        .map(|it| it.seat)
        .collect();
    let mut kiosk = lock(&world.kiosk);
    let held = kiosk.act(now, |tx, here| {
        let request = HoldSeats {
            hold,
            screening: &screening,
            map: &map,
            wanted: &wanted,
        };
        seats::hold_anywhere(tx, here, request)
    });
    match held {
        Ok(_) => {}
        Err(HoldError::Refused(_)) => return None,
        Err(HoldError::Store(fault)) => {
            world.violate("the kiosk's store", fault.to_string());
            return None;
        }
    }
    let begun = kiosk.act(now, |tx, here| {
        let new = NewOrder {
            order,
            hold,
            purpose: Purpose::Seats,
            kind,
        };
        checkout::begin(tx, here, new, |hold| {
            let prices = checkout::prices(&screening, &map, &hold.seats)?;
            Ok(prices.iter().map(|(_, price)| *price).sum())
        })
    });
    match begun {
        Ok(checkout::Begun::New(order) | checkout::Begun::Already(order)) => Some(order),
        Err(BookError::Refused(_)) => None,
        Err(BookError::Store(fault)) => {
            world.violate("the kiosk's store", fault.to_string());
            None
        }
    }
}
