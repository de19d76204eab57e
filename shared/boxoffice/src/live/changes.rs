//! What a stretch of the change feed says of seats: read once for everybody, or for one client
//! that has missed it.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{ScreeningId, SeatId};
use domain::presence::Subject;
use protocol::api::screening::SeatsChanged;
use protocol::row::RowKind;
use rusqlite::Connection;
use store::StoreError;
use store::change_feed::{self, FeedQuery};

use super::frame::Frame;
use super::topic::Topic;
use crate::Shop;
use crate::seats_view::look;

/// Changes that are read in one go.
const CHANGES_MAX: usize = 5_000;

/// What is to be told, and up to where the feed was read.
pub(super) struct Told {
    pub(super) frames: Vec<Frame>,
    pub(super) seq: i64,
    /// The feed goes on behind it.
    pub(super) more: bool,
}

/// Where the changes of a screening stand in a stretch.
struct Changed {
    first: i64,
    last: i64,
    seats: BTreeSet<SeatId>,
    anew: bool,
}

/// What has changed after `after` of the screenings that somebody listens to.
///
/// # Errors
///
/// Fails when the store does.
pub(super) fn since(
    shop: &Shop,
    db: &Connection,
    (wanted, after): (&BTreeSet<ScreeningId>, i64),
) -> Result<Told, StoreError> {
    let query = FeedQuery {
        after,
        limit: CHANGES_MAX,
        scopes: None,
        not_origin: None,
    };
    let page = change_feed::read(db, &query)?;
    let mut changed: BTreeMap<ScreeningId, Changed> = BTreeMap::new();
    for entry in &page.entries {
        let Some((screening, seat)) = meant(entry.kind, &entry.key) else {
            continue;
        };
        if wanted.contains(&screening) {
            note(&mut changed, (screening, seat), entry.seq);
        }
    }
    Ok(Told {
        frames: frames(shop, db, changed, page.last)?,
        seq: page.last,
        more: !page.reached_head,
    })
}

/// What one client has missed of `screenings`, however long it was away.
///
/// # Errors
///
/// Fails when the store does.
pub(super) fn missed(
    shop: &Shop,
    db: &Connection,
    (screenings, after): (&[ScreeningId], i64),
) -> Result<Told, StoreError> {
    let head = change_feed::head(db)?;
    if after > head {
        // The id is not from this feed.
        let anew = screenings.iter().map(|&id| Frame::reset(topic(id), head));
        return Ok(Told {
            frames: anew.collect(),
            seq: head,
            more: false,
        });
    }
    let mut changed = BTreeMap::new();
    for &screening in screenings {
        let (first, end) = (format!("{screening}/"), format!("{screening}0"));
        let keys = (RowKind::Seat.code(), first.as_str(), end.as_str());
        for (seq, key) in change_feed::changed_keys(db, keys, after)? {
            if let Some(meant) = meant(RowKind::Seat.code(), &key) {
                note(&mut changed, meant, seq);
            }
        }
        let (key, end) = (screening.to_string(), format!("{screening} "));
        let keys = (RowKind::Screening.code(), key.as_str(), end.as_str());
        for (seq, _) in change_feed::changed_keys(db, keys, after)? {
            note(&mut changed, (screening, None), seq);
        }
    }
    Ok(Told {
        frames: frames(shop, db, changed, head)?,
        seq: head,
        more: false,
    })
}

fn topic(screening: ScreeningId) -> Topic {
    Topic::Subject(Subject::Screening(screening))
}

/// The screening that an entry is about, and the seat; none for the screening itself.
fn meant(kind: i64, key: &str) -> Option<(ScreeningId, Option<SeatId>)> {
    if kind == RowKind::Screening.code() {
        return Some((ScreeningId(key.parse().ok()?), None));
    }
    if kind != RowKind::Seat.code() {
        return None;
    }
    let (screening, seat) = key.split_once('/')?;
    let seat = SeatId(seat.parse().ok()?);
    Some((ScreeningId(screening.parse().ok()?), Some(seat)))
}

fn note(
    changed: &mut BTreeMap<ScreeningId, Changed>,
    (screening, seat): (ScreeningId, Option<SeatId>),
    seq: i64,
) {
    let of_screening = changed.entry(screening).or_insert_with(|| Changed {
        first: seq,
        last: seq,
        seats: BTreeSet::new(),
        anew: false,
    });
    of_screening.first = of_screening.first.min(seq);
    of_screening.last = of_screening.last.max(seq);
    match seat {
        Some(seat) => drop(of_screening.seats.insert(seat)),
        None => of_screening.anew = true,
    }
}

/// The frames of a stretch that ends at `upto`. A client may hear some of them and lose the
/// rest: the id of each is a place from which everything that comes after it is read again.
fn frames(
    shop: &Shop,
    db: &Connection,
    changed: BTreeMap<ScreeningId, Changed>,
    upto: i64,
) -> Result<Vec<Frame>, StoreError> {
    let now = shop.now();
    let mut changed: Vec<(ScreeningId, Changed)> = changed.into_iter().collect();
    changed.sort_unstable_by_key(|(_, changed)| changed.last);
    let firsts: Vec<i64> = changed.iter().map(|(_, changed)| changed.first).collect();
    let mut frames = Vec::with_capacity(changed.len());
    for (at, (screening, changed)) in changed.into_iter().enumerate() {
        if changed.anew {
            frames.push(Frame::reset(topic(screening), upto));
            continue;
        }
        let later = firsts[at + 1..].iter().min();
        let id = later.map_or(upto, |first| first - 1);
        let seats = seats::sqlite::seats::some(db, screening, &changed.seats)?;
        let data = SeatsChanged {
            screening,
            as_of: now,
            seats: seats
                .values()
                .map(|seat| look(seat, &shop.node, now))
                .collect(),
        };
        frames.push(Frame::change(topic(screening), (id, upto), &data));
    }
    Ok(frames)
}
