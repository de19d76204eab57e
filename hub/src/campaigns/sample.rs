//! Sample wishes and campaigns in several states, so that the pages of a demonstration have
//! something to show. Every step is the real one, made by a clock that is set for it; the money
//! was taken in cash by a kiosk that nobody has seen.

use domain::campaign::{BACKERS_WAIT_MS, Offer, Phase};
use domain::id::{CampaignId, MovieId, NodeId, OrderId, PledgeId, TheaterId};
use domain::money::Won;
use domain::order::TenderKind;
use domain::pledge::{Pledge, PledgeState};
use domain::request::Slot;
use domain::tender::{KioskTender, PaidFor};
use domain::theater::Theater;
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};
use domain::version::Version;
use protocol::row::{Row, TenderFact};
use rusqlite::Transaction;
use seats::{ApplyError, Here};
use store::StoreError;
use uuid::Uuid;

use super::{CampaignError, Signed, approve, clock, offer, request};
use crate::pledging::arriving;
use crate::requests::{self, Wish};
use crate::sqlite::campaigns::{self as table, CampaignQuery};
use crate::sqlite::{movies, theaters};

/// Who stands in the audit trail.
const DEMO: Signed<'_> = Signed {
    by: "demonstration",
    note: "a sample campaign",
};

/// The till of the money that nobody has seen.
const TILL: &str = "demonstration";

/// Films that are wished for.
const WISHED_MAX: usize = 12;

/// Steps that the clock makes in one sample.
const STEPS_MAX: usize = 50;

/// Where a sample stands in its life.
#[derive(Clone, Copy)]
enum Age {
    /// Opens in so many days.
    Opens { in_days: i64 },
    /// Has been open, and has so much of its goal.
    Open { percent: u32, days_left: i64 },
    /// Backers choose their seats.
    Booking { percent: u32 },
    /// Nobody came.
    Failed,
}

const SAMPLES: [Age; 7] = [
    Age::Open {
        percent: 92,
        days_left: 3,
    },
    Age::Open {
        percent: 41,
        days_left: 9,
    },
    Age::Open {
        percent: 118,
        days_left: 1,
    },
    Age::Opens { in_days: 2 },
    Age::Booking { percent: 125 },
    Age::Open {
        percent: 8,
        days_left: 12,
    },
    Age::Failed,
];

/// Adds the samples, unless there is any campaign; says how many. `mint` makes new ids.
///
/// # Errors
///
/// Fails when the store does.
pub fn seed(
    tx: &Transaction<'_>,
    here: Here<'_>,
    mint: &mut dyn FnMut() -> Uuid,
) -> Result<usize, StoreError> {
    let any = CampaignQuery {
        phases: Phase::ALL.to_vec(),
        limit: 1,
        ..CampaignQuery::default()
    };
    if table::page(tx, &any)?.1 > 0 {
        return Ok(0);
    }
    let films: Vec<MovieId> = movies::showable(tx, 60)?
        .into_iter()
        .map(|(movie, _)| movie)
        .collect();
    let theaters = theaters::all(tx)?;
    if films.is_empty() || theaters.is_empty() {
        return Ok(0);
    }
    wish(tx, here, (&films, &theaters))?;
    for (at, age) in SAMPLES.into_iter().enumerate() {
        let film = films[(at * 7 + WISHED_MAX) % films.len()];
        let theater = &theaters[at % theaters.len()];
        let days = 16 + i64::try_from(at).unwrap_or(0);
        live(tx, here, (film, theater, (age, days)), mint)?;
    }
    Ok(SAMPLES.len())
}

fn wish(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (films, theaters): (&[MovieId], &[Theater]),
) -> Result<(), StoreError> {
    let mut person = 0_u32;
    for (rank, &movie) in films.iter().take(WISHED_MAX).enumerate() {
        for turn in 0..(WISHED_MAX - rank) * 3 {
            person += 1;
            let wish = Wish {
                movie,
                area: theaters[turn % theaters.len()].area.clone(),
                slot: Slot::ALL[(turn + rank) % Slot::ALL.len()],
                phone: format!("0100{person:07}")
                    .parse()
                    .map_err(|_| wrong("a number".to_owned()))?,
            };
            requests::note(tx, here, &wish).map_err(|error| wrong(error.to_string()))?;
        }
    }
    Ok(())
}

/// One sample, from its beginning to where it stands. It is shown after so many days at the
/// earliest: each on an evening of its own, because a room has one screening at a time.
fn live(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (film, theater, (age, days)): (MovieId, &Theater, (Age, i64)),
    mint: &mut dyn FnMut() -> Uuid,
) -> Result<(), StoreError> {
    let rooms = theaters::auditoriums_of(tx, theater.theater)?;
    let Some((room, seats)) = rooms.first() else {
        return Ok(());
    };
    let times = Times::of((age, days), (theater, here.now));
    let goal = u32::try_from(seats / 3).unwrap_or(1).max(1);
    let terms = Offer {
        auditorium: room.auditorium,
        starts_at: times.starts_at,
        ends_at: times.starts_at.plus_ms(2 * HOUR_MS + 10 * MINUTE_MS),
        goal,
        capacity: goal * 2,
        price: Won(13_000),
        opens_at: times.opens_at,
        deadline: times.deadline,
    };
    let at = |now| Here { now, ..here };
    let begun = at(times.opens_at.plus_ms(-DAY_MS).min(here.now));
    let id = plan(tx, begun, (film, theater.theater), &terms);
    let id = id.map_err(|error| wrong(error.to_string()))?;
    let percent = match age {
        Age::Opens { .. } => return Ok(()),
        Age::Open { percent, .. } | Age::Booking { percent } => percent,
        Age::Failed => 0,
    };
    run(tx, at(times.opens_at), id, mint)?;
    pledge(tx, at(times.opens_at), (id, goal * percent / 100), mint)?;
    match age {
        Age::Opens { .. } | Age::Open { .. } => Ok(()),
        Age::Booking { .. } | Age::Failed => {
            let decided = times.deadline.plus_ms(domain::campaign::GRACE_MS);
            run(tx, at(decided), id, mint)?;
            run(tx, at(decided.plus_ms(BACKERS_WAIT_MS)), id, mint)
        }
    }
}

/// When a sample opened, closes and is shown.
struct Times {
    opens_at: Timestamp,
    deadline: Timestamp,
    starts_at: Timestamp,
}

impl Times {
    fn of((age, days): (Age, i64), (theater, now): (&Theater, Timestamp)) -> Self {
        let (opens_ms, closes_ms) = match age {
            Age::Opens { in_days } => (in_days * DAY_MS, (in_days + 10) * DAY_MS),
            Age::Open { days_left, .. } => (-2 * DAY_MS, days_left * DAY_MS),
            Age::Booking { .. } | Age::Failed => (-9 * DAY_MS, -10 * HOUR_MS),
        };
        let deadline = now.plus_ms(closes_ms);
        // In the evening, after the days for which a programme is planned.
        let evening = now
            .plus_ms(days * DAY_MS)
            .max(deadline.plus_ms((days - 7) * DAY_MS));
        let date = theater.utc_offset.business_date(evening);
        Self {
            opens_at: now.plus_ms(opens_ms),
            deadline,
            starts_at: theater.utc_offset.at_minutes(date, 19 * 60 + 30),
        }
    }
}

fn plan(
    tx: &Transaction<'_>,
    here: Here<'_>,
    subject: (MovieId, TheaterId),
    terms: &Offer,
) -> Result<CampaignId, CampaignError> {
    let id = request(tx, here, subject, DEMO)?.campaign;
    offer(tx, here, (id, terms), DEMO)?;
    approve(tx, here, id, DEMO)?;
    Ok(id)
}

/// The clock makes every step that is due.
fn run(
    tx: &Transaction<'_>,
    here: Here<'_>,
    id: CampaignId,
    mint: &mut dyn FnMut() -> Uuid,
) -> Result<(), StoreError> {
    for _ in 0..STEPS_MAX {
        if clock::look(tx, here, id, mint)? != clock::Looked::Moved {
            break;
        }
    }
    Ok(())
}

/// So many tickets are pledged for, in pairs.
fn pledge(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (id, tickets): (CampaignId, u32),
    mint: &mut dyn FnMut() -> Uuid,
) -> Result<(), StoreError> {
    let Some(campaign) = table::find(tx, id)? else {
        return Ok(());
    };
    let (Some(screening), Some(terms)) = (campaign.state.screening(), campaign.state.offer())
    else {
        return Ok(());
    };
    let till: NodeId = TILL.parse().map_err(|_| wrong("a node".to_owned()))?;
    let mut left = tickets;
    while left > 0 {
        let some = left.min(2);
        left -= some;
        let (pledge, order) = (PledgeId(mint()), OrderId(mint()));
        let number = format!("{:012}", pledge.0.as_u128() % 1_000_000_000_000);
        let sold = Pledge {
            pledge,
            number: number.parse().map_err(|_| wrong(number))?,
            campaign: id,
            screening,
            node: till.clone(),
            version: Version::FIRST.granted(),
            tickets: some,
            price: terms.price,
            order,
            made_at: here.now,
            state: PledgeState::Live,
            back_at_counter: Won(0),
            phone: None,
        };
        arriving::take(tx, here, (&till, &sold))?;
        let tender = KioskTender {
            order,
            kind: TenderKind::Cash,
            paid_for: PaidFor::Pledge(pledge),
            amount: sold.amount(),
            approval_no: String::new(),
            taken_at: here.now,
            gives_back: None,
        };
        let node = till.clone();
        let fact = Row::Tender(TenderFact { node, tender });
        match seats::apply_row(tx, here, &till, &fact) {
            Ok(_) => {}
            Err(ApplyError::Refused(why)) => return Err(wrong(format!("{why:?}"))),
            Err(ApplyError::Store(fault)) => return Err(fault),
        }
    }
    Ok(())
}

fn wrong(reason: String) -> StoreError {
    StoreError::Inconsistent {
        table: "campaigns",
        reason,
    }
}
