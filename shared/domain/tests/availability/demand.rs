//! Who wants seats, when and where: web buyers over two weeks and in the last hours, walk-ups
//! mostly just before the show.

use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};

use crate::chance::Chance;

/// Seats are sold from zero to here: the show begins.
pub(crate) const SHOW: Timestamp = Timestamp(14 * DAY_MS);
/// The hub and two kiosks in the theater's lobby, by number.
pub(crate) const HUB: usize = 0;
pub(crate) const NODES: usize = 3;

/// One party.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub(crate) at: Timestamp,
    /// Where it asks first. A walk-up who is refused tries the other kiosk.
    pub(crate) node: usize,
    pub(crate) party: usize,
    /// The zone it would like best, by number.
    pub(crate) zone: usize,
    /// Which of equally good seats it likes.
    pub(crate) taste: u64,
}

/// What differs from one screening to the next. The plan knows none of it.
#[derive(Clone, Copy, Debug)]
struct Evening {
    /// Parties that come to a kiosk, in percent.
    walk_up: i64,
    /// Of the walk-ups, those in the last 90 minutes, in percent.
    walk_up_rush: i64,
    /// Of the web buyers, those of the last day, in percent.
    web_late: i64,
}

/// The parties that want seats, by time; together they want `percent` of `capacity`.
pub(crate) fn customers(capacity: usize, percent: usize, seed: u64) -> Vec<Customer> {
    let mut chance = Chance::new(seed);
    let evening = Evening {
        walk_up: chance.between(25, 45),
        walk_up_rush: chance.between(45, 75),
        web_late: chance.between(30, 50),
    };
    let mut customers = Vec::new();
    let mut wanted = 0;
    while wanted < capacity * percent / 100 {
        let customer = customer(&mut chance, evening);
        wanted += customer.party;
        customers.push(customer);
    }
    customers.sort_by_key(|customer| customer.at);
    customers
}

fn customer(chance: &mut Chance, evening: Evening) -> Customer {
    let party = match chance.between(0, 99) {
        0..18 => 1,
        18..64 => 2,
        64..78 => 3,
        78..92 => 4,
        92..96 => 5,
        _ => 6,
    };
    let zone = match chance.between(0, 99) {
        0..12 if party == 2 => 2,
        0..40 => 1,
        _ => 0,
    };
    let (node, before_ms) = if chance.happens(evening.walk_up) {
        let kiosk = chance.between(1, 2).unsigned_abs();
        (usize::try_from(kiosk).unwrap(), walk_up_ms(chance, evening))
    } else {
        (HUB, web_ms(chance, evening))
    };
    Customer {
        at: SHOW.plus_ms(-before_ms),
        node,
        party,
        zone,
        taste: chance.next(),
    }
}

/// How long before the show a walk-up comes.
fn walk_up_ms(chance: &mut Chance, evening: Evening) -> i64 {
    let latest_ms = if chance.happens(evening.walk_up_rush) {
        90 * MINUTE_MS
    } else if chance.happens(50) {
        DAY_MS
    } else {
        SHOW.0
    };
    chance.between(1, latest_ms)
}

/// How long before the show a web buyer comes.
fn web_ms(chance: &mut Chance, evening: Evening) -> i64 {
    let latest_ms = if !chance.happens(evening.web_late) {
        SHOW.0
    } else if chance.happens(60) {
        DAY_MS
    } else if chance.happens(70) {
        3 * HOUR_MS
    } else {
        45 * MINUTE_MS
    };
    chance.between(1, latest_ms)
}
