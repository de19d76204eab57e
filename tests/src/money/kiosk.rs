//! The kiosk in the theater: its own operations over its own database, a card terminal that
//! loses answers, a till, and a network that is away for hours.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use domain::id::{
    BookingId, HoldId, NodeId, OrderId, PledgeId, RefundId, SeatId, TheaterId, TicketId,
};
use domain::money::Won;
use domain::order::{NotCharged, Order, OrderState, Purpose, TenderKind};
use domain::pledge::PledgeState;
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::tender::PaidFor;
use domain::time::{ClockBound, MINUTE_MS, Timestamp};
use hub::sqlite::nodes::KnownNode;
use kiosk::checkout::{self, Charge, NewBooking, NewOrder, Outcome};
use kiosk::pledging::{self, Join, PledgeError, Room};
use kiosk::{desk, refunds};
use rusqlite::{Connection, Transaction};
use seats::{BookError, Here, HoldError, HoldSeats, Stretch};
use store::StoreError;
use uuid::Uuid;

use super::operator::{CAMPAIGN, kiosk_node, new_hub, small};
use super::{World, lock};
use crate::world::random::Random;
use crate::world::{BEGINNING_MS, deserialize};

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

async fn pay_by_card(world: &World, random: &mut Random, order: &Order) {
    world.pause(random.between(2_000, 60_000)).await;
    let charged = random.chance(850).then(|| world.now());
    if charged.is_some() {
        lock(&world.kiosk)
            .terminal
            .insert(order.order, order.amount);
    }
    // The program dies before it has the answer, or the answer is lost: it is asked again.
    if random.chance(150) {
        world.pause(random.between(1_000, 200_000)).await;
    } else if random.chance(250) {
        settle(world, random, (order, &Outcome::Unknown));
        world.pause(random.between(1_000, 100_000)).await;
    }
    let outcome = match charged {
        Some(approved_at) => Outcome::Charged(Charge {
            approval_no: "1".to_owned(),
            approved_at,
            amount: order.amount,
        }),
        None => Outcome::NotCharged(NotCharged::Declined),
    };
    for _ in 0..=random.below(2) {
        settle(world, random, (order, &outcome));
    }
}

fn settle(world: &World, random: &mut Random, (order, outcome): (&Order, &Outcome)) {
    let now = world.now();
    let new = fresh(random);
    let mut kiosk = lock(&world.kiosk);
    let prices = prices(&kiosk.db, order);
    let settled = kiosk.act(now, |tx, here| {
        checkout::settle(tx, here, order.order, outcome, (new, &prices))
    });
    let settled: Result<_, StoreError> = settled;
    match settled {
        Ok(Some(order)) => {
            world.note(format_args!("the kiosk's order is {:?}", order.state));
            let paid_for = match order.state {
                OrderState::Paid { paid_for } => paid_for,
                OrderState::Reversing => {
                    kiosk.terminal.remove(&order.order);
                    let reversed =
                        kiosk.act(now, |tx, here| checkout::reversed(tx, here, order.order));
                    return reversed.expect("it is written");
                }
                OrderState::Confirming
                | OrderState::AtDesk { .. }
                | OrderState::Unknown
                | OrderState::NotPaid { .. }
                | OrderState::Reversed => return,
            };
            has_paid(&mut kiosk, paid_for, now);
        }
        Ok(None) => world.violate("I3 nothing promised is lost", "a kiosk's order".to_owned()),
        Err(fault) => world.violate("the kiosk's store", fault.to_string()),
    }
    drop(kiosk);
    world.stirred.notify_one();
}

fn has_paid(kiosk: &mut Kiosk, paid_for: PaidFor, now: Timestamp) {
    if let PaidFor::Pledge(pledge) = paid_for {
        kiosk.sold.entry(pledge).or_insert(now);
    }
}

fn fresh(random: &mut Random) -> NewBooking {
    let number = format!("{:012}", random.next() % 1_000_000_000_000);
    NewBooking {
        booking: BookingId(uuid(random)),
        number: number.parse().expect("twelve digits"),
        tickets: (0..10).map(|_| TicketId(uuid(random))).collect(),
    }
}

fn prices(db: &Connection, order: &Order) -> Vec<(SeatId, Won)> {
    match order.purpose {
        Purpose::Pledge { .. } => Vec::new(),
        Purpose::Seats => {
            let hold = seats::sqlite::holds::find(db, order.hold).expect("it is read");
            let seats = hold.map(|hold| hold.seats).unwrap_or_default();
            let (screening, map) = shown();
            checkout::prices(&screening, &map, &seats).expect("they have prices")
        }
    }
}

async fn pay_in_cash(world: &World, random: &mut Random, order: &Order) {
    world.pause(random.between(5_000, 12 * MINUTE_MS)).await;
    let now = world.now();
    let new = fresh(random);
    let mut kiosk = lock(&world.kiosk);
    if random.chance(100) {
        let refused = kiosk.act(now, |tx, here| desk::refuse(tx, here, order.order));
        refused.expect("it is written");
        return;
    }
    let prices = prices(&kiosk.db, order);
    let given = desk::Given {
        order: order.order,
        amount: order.amount,
        bound: SURE,
    };
    let taken = kiosk.act(now, |tx, here| {
        desk::take_cash(tx, here, given, (new, &prices))
    });
    match taken {
        Ok(paid) => {
            world.note(format_args!("cash is taken: {:?}", paid.state));
            kiosk.drawer.insert(order.order, order.amount);
            if let OrderState::Paid { paid_for } = paid.state {
                has_paid(&mut kiosk, paid_for, now);
            }
        }
        Err(desk::TakeCashError::Store(fault)) => {
            world.violate("the kiosk's store", fault.to_string());
        }
        Err(refused) => {
            world.note(format_args!("no cash is taken: {refused}"));
            let refused = kiosk.act(now, |tx, here| desk::refuse(tx, here, order.order));
            refused.expect("it is written");
        }
    }
    drop(kiosk);
    world.stirred.notify_one();
}

/// Staff give the money of pledges back that the hub has returned.
pub(super) fn give_back(world: &World, random: &mut Random) {
    let now = world.now();
    let mut kiosk = lock(&world.kiosk);
    let sold: Vec<PledgeId> = kiosk.sold.keys().copied().collect();
    for pledge in sold {
        let found = seats::sqlite::pledges::find(&kiosk.db, pledge).expect("it is read");
        if !found.is_some_and(|it| matches!(it.state, PledgeState::Returning { .. })) {
            continue;
        }
        let refund = RefundId(uuid(random));
        let begun = kiosk.act(now, |tx, here| {
            refunds::begin_pledge(tx, here, (refund, pledge))
        });
        let Ok(begun) = begun else {
            continue;
        };
        world.note(format_args!(
            "{} goes back over the counter",
            begun.amount.0
        ));
        let books = match begun.kind {
            TenderKind::Card => &mut kiosk.terminal,
            TenderKind::Cash => &mut kiosk.drawer,
        };
        let left = books.entry(begun.order).or_default();
        *left = *left - begun.amount;
        if begun.kind == TenderKind::Card {
            let given = refunds::Outcome::Given {
                approval_no: "2".to_owned(),
                at: now,
            };
            let settled = kiosk.act(now, |tx, here| refunds::settle(tx, here, refund, &given));
            settled.expect("it is written");
        }
    }
    drop(kiosk);
    world.stirred.notify_one();
}

/// The network comes and goes.
pub(super) async fn be_offline(world: Arc<World>) {
    let Some(offline_ms) = world.profile.offline_ms else {
        return;
    };
    let mut random = world.chance();
    while world.troubled() {
        world.pause(random.between(10_000, 10 * MINUTE_MS)).await;
        lock(&world.kiosk).offline = world.troubled();
        world.note(format_args!("the kiosk is offline"));
        world.pause(random.between(1_000, offline_ms)).await;
        lock(&world.kiosk).offline = false;
        world.note(format_args!("the kiosk is online"));
        world.stirred.notify_one();
    }
}

/// The kiosk and the hub tell each other what is new, if they can.
pub(super) fn exchange(world: &Arc<World>, random: &mut Random) {
    let (offline, exchanging) = {
        let kiosk = lock(&world.kiosk);
        (
            kiosk.offline && world.troubled(),
            Arc::clone(&kiosk.exchanging),
        )
    };
    if offline || exchanging.swap(true, Ordering::SeqCst) {
        return;
    }
    let (told, world) = (random.chance(world.trouble(150)), Arc::clone(world));
    tokio::spawn(async move {
        let (machine, life) = (Arc::clone(&world.hub.machine), world.hub.machine.life());
        let exchanged = tokio::select! {
            biased;
            () = machine.ended(life) => Ok(()),
            exchanged = exchange_rows(&world, told) => exchanged,
        };
        exchanging.store(false, Ordering::SeqCst);
        if let Err(fault) = exchanged {
            world.violate("the sync", fault.to_string());
        }
    });
}

async fn exchange_rows(world: &Arc<World>, twice: bool) -> Result<(), StoreError> {
    let Some(hub) = world.hub.running() else {
        return Ok(());
    };
    let (node, hub_node) = (kiosk_node(), NodeId::hub());
    loop {
        let peer = node.clone();
        let known = hub
            .shop
            .db
            .read(move |db| store::cursor::get(db, peer.as_str()));
        let known: Result<_, StoreError> = known.await;
        let after = known?.applied_seq;
        let batch = {
            let kiosk = lock(&world.kiosk);
            let stretch = Stretch {
                session: 1,
                incarnation: kiosk.incarnation,
                after,
                scopes: None,
                not_origin: Some(&hub_node),
                now: world.now(),
            };
            kiosk::sync::read_batch(&kiosk.db, &stretch)?
        };
        let whole = batch.watermark.is_some();
        let (shop, peer) = (hub.shop.clone(), node.clone());
        let apply = hub.shop.db.write(move |tx| {
            for _ in 0..=usize::from(twice) {
                hub::sync::apply_batch(tx, shop.here(), &peer, &batch)?;
            }
            Ok::<_, StoreError>(())
        });
        apply.await?;
        if whole {
            break;
        }
    }
    loop {
        let after = {
            let kiosk = lock(&world.kiosk);
            store::cursor::get(&kiosk.db, hub_node.as_str())?.applied_seq
        };
        let (known, now, incarnation) = (
            KnownNode {
                node: node.clone(),
                theater: TheaterId(1),
            },
            world.now(),
            hub.incarnation,
        );
        let batch = hub.shop.db.read(move |db| {
            let stretch = Stretch {
                session: 1,
                incarnation,
                after,
                scopes: None,
                not_origin: None,
                now,
            };
            hub::sync::read_batch(db, (&known, false), &stretch)
        });
        let batch = batch.await?;
        let whole = batch.watermark.is_some();
        let applied =
            lock(&world.kiosk).act(now, |tx, here| kiosk::sync::apply_batch(tx, here, &batch));
        applied?;
        if whole {
            return Ok(());
        }
    }
}
