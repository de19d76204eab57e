//! The hub runs the plan, round after round: for screenings where seats have changed, where a
//! link has come or gone, and where the clock says so. Seats of its own it grants itself; for
//! those of others it asks their owners.
//!
//! A round that fails or is cut short loses nothing: a grant is one transaction of the seat's
//! owner, and the next round plans anew from what is there.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use boxoffice::Shop;
use domain::allotment::{Grant, Policy, plan};
use domain::id::{NodeId, ScreeningId, SeatId};
use domain::screening::Screening;
use domain::time::{DAY_MS, HOUR_MS, Timestamp};
use process::shutdown::Shutdown;
use process::task::{Task, spawn_periodic};
use protocol::row::RowKind;
use rusqlite::Connection;
use seats::OwnError;
use seats::sqlite::recovery;
use store::StoreError;
use store::change_feed::{self, FeedQuery};
use tokio::sync::{Mutex, Notify};

use super::Scene;
use super::asking::{Asked, ask_all, tell};
use super::waiting::{Fresh, Settled, Waiting};
use crate::sqlite::screenings::Wanted;
use crate::sqlite::{nodes, screenings};

/// How long the hub rests between two rounds.
const ROUND_EVERY: Duration = Duration::from_secs(1);

/// Screenings that one round plans; the soonest shows come first.
const SCREENINGS_MAX: usize = 96;

/// Screenings that one read plans: a reader is not kept from others for long.
const SCREENINGS_IN_A_READ_MAX: usize = 16;

/// Entries of the change feed that one round looks at. With more the plan lags behind.
const CHANGES_MAX: usize = 8_192;

/// Seats that one transaction grants or one question asks for: buyers wait for the same writer.
pub(super) const SEATS_IN_ONE_GO_MAX: usize = 64;

/// How often the clock is looked at, in milliseconds.
const CLOCK_EVERY_MS: i64 = 10_000;

/// Screenings further ahead than this are not on sale …
const AHEAD_MS: i64 = 14 * DAY_MS;

/// … and one that began so long ago is no longer.
const SOLD_AFTER_START_MS: i64 = HOUR_MS;

/// Plans rounds until `shutdown`.
pub fn keep_allotments(shop: &Shop, policy: Policy, shutdown: &Shutdown) -> Task {
    let rounds = Arc::new(Mutex::new(Rounds::new(shop.clone(), policy)));
    let work = move || {
        let rounds = rounds.clone();
        async move { rounds.lock().await.run().await }
    };
    let never = Arc::new(Notify::new());
    spawn_periodic("allotments", ROUND_EVERY, never, shutdown.clone(), work)
}

struct Rounds {
    shop: Shop,
    policy: Policy,
    waiting: Waiting,
    /// What came to nothing for want of an answer: looked at again by the clock.
    again: BTreeSet<ScreeningId>,
    fresh: Fresh,
    settled: Settled,
    /// The nodes that the database says can be asked; none while an earlier process says so.
    noted: Option<BTreeSet<NodeId>>,
    /// The feed is read up to here; none before the first round.
    seen: Option<i64>,
    /// What the clock has been looked at for.
    clock_at: Timestamp,
    clock_due_ms: i64,
}

/// What should move of one screening.
struct Planned {
    screening: ScreeningId,
    grants: Vec<Grant>,
}

impl Rounds {
    fn new(shop: Shop, policy: Policy) -> Self {
        let clock_at = shop.now();
        Self {
            shop,
            policy,
            waiting: Waiting::default(),
            again: BTreeSet::new(),
            fresh: Fresh::default(),
            settled: Settled::default(),
            noted: None,
            seen: None,
            clock_at,
            clock_due_ms: 0,
        }
    }

    async fn run(&mut self) -> Result<(), StoreError> {
        self.look_at_links().await?;
        self.look_at_changes().await?;
        self.look_at_the_clock().await?;
        let soonest: Vec<ScreeningId> = self.waiting.take(SCREENINGS_MAX).into_iter().collect();
        let mut asked = Asked::new();
        for some in soonest.chunks(SCREENINGS_IN_A_READ_MAX) {
            for planned in self.plan(some).await? {
                self.grant_ours(&planned).await?;
                for grant in planned.grants {
                    let theirs = asked.entry(grant.from.clone()).or_default();
                    theirs.push((planned.screening, grant));
                }
            }
        }
        asked.remove(&self.shop.node);
        self.again.extend(ask_all(&self.shop, asked).await);
        Ok(())
    }

    /// Notes which nodes can be asked now. Where that is new, every screening is planned.
    async fn look_at_links(&mut self) -> Result<(), StoreError> {
        let now_ms = self.shop.clock.monotonic_ms();
        let there = self.settled.look(self.shop.asks.reachable(), now_ms);
        if self.noted.as_ref() == Some(&there) {
            return Ok(());
        }
        let (now, noted) = (self.shop.now(), there.clone());
        let theaters = self
            .shop
            .db
            .write(move |tx| nodes::set_reachable(tx, &noted, now))
            .await?;
        self.noted = Some(there);
        for theater in theaters {
            let wanted = Wanted {
                from: now.plus_ms(-SOLD_AFTER_START_MS),
                until: now.plus_ms(AHEAD_MS),
                theater: Some(theater),
                movie: None,
            };
            self.add_listed(vec![wanted]).await?;
        }
        Ok(())
    }

    /// What has changed since the last round waits for a plan, now and when it has settled.
    async fn look_at_changes(&mut self) -> Result<(), StoreError> {
        let Some(seen) = self.seen else {
            self.seen = Some(self.shop.db.read(change_feed::head).await?);
            return Ok(());
        };
        let read = self.shop.db.read(move |db| {
            let query = FeedQuery {
                after: seen,
                limit: CHANGES_MAX,
                scopes: None,
                not_origin: None,
            };
            change_feed::read(db, &query)
        });
        let page = read.await?;
        self.seen = Some(page.last);
        let now_ms = self.shop.clock.monotonic_ms();
        let mut changed = self.fresh.settle(now_ms);
        let seats = page
            .entries
            .iter()
            .filter(|entry| entry.kind == RowKind::Seat.code());
        for (screening, seat) in seats.filter_map(|entry| seats::seat_of(&entry.key)) {
            self.fresh.changed((screening, seat), now_ms);
            changed.insert(screening);
        }
        self.add(changed).await
    }

    /// Screenings that have come nearer than one of the policy's turns since the last look.
    async fn look_at_the_clock(&mut self) -> Result<(), StoreError> {
        let now_ms = self.shop.clock.monotonic_ms();
        if now_ms < self.clock_due_ms {
            return Ok(());
        }
        self.clock_due_ms = now_ms + CLOCK_EVERY_MS;
        let again = std::mem::take(&mut self.again);
        self.add(again).await?;
        let (before, now) = (self.clock_at, self.shop.now());
        self.clock_at = now;
        let turned = |before_ms: i64| Wanted {
            from: before.plus_ms(before_ms),
            until: now.plus_ms(before_ms),
            theater: None,
            movie: None,
        };
        let turns = self.policy.turns().into_iter().map(turned).collect();
        self.add_listed(turns).await
    }

    async fn add_listed(&mut self, lists: Vec<Wanted>) -> Result<(), StoreError> {
        let listed = self.shop.db.read(move |db| {
            let lists = lists.iter().map(|wanted| screenings::list(db, wanted));
            lists.collect::<Result<Vec<_>, _>>()
        });
        let listed = listed.await?.concat();
        self.wait(&listed);
        Ok(())
    }

    async fn add(&mut self, ids: BTreeSet<ScreeningId>) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        let now = self.shop.now();
        let found = self
            .shop
            .db
            .read(move |db| screenings::still_sold(db, &ids, now));
        let found = found.await?;
        self.wait(&found);
        Ok(())
    }

    fn wait(&mut self, screenings: &[Screening]) {
        let dropped = self.waiting.add(screenings);
        if dropped > 0 {
            tracing::warn!(dropped, "too many screenings wait for a plan");
        }
    }

    /// What should move of these screenings now, but for seats that have just changed.
    async fn plan(&self, ids: &[ScreeningId]) -> Result<Vec<Planned>, StoreError> {
        let (shop, policy) = (self.shop.clone(), self.policy.clone());
        let ids: BTreeSet<ScreeningId> = ids.iter().copied().collect();
        let planned = self
            .shop
            .db
            .read(move |db| plan_all(&shop, db, &ids, &policy));
        let mut planned = planned.await?;
        for Planned { screening, grants } in &mut planned {
            for grant in &mut *grants {
                grant
                    .seats
                    .retain(|&seat| !self.fresh.has((*screening, seat)));
            }
            grants.retain(|grant| !grant.seats.is_empty());
        }
        Ok(planned)
    }

    /// Grants what the hub owns itself.
    async fn grant_ours(&self, planned: &Planned) -> Result<(), StoreError> {
        let ours = planned.grants.iter();
        for grant in ours.filter(|grant| grant.from == self.shop.node) {
            for seats in grant.seats.chunks(SEATS_IN_ONE_GO_MAX) {
                self.grant((planned.screening, grant), seats).await?;
            }
        }
        Ok(())
    }

    /// Grants all of `seats` or, when somebody took one since the plan was made, none: that
    /// seat's change brings the screening back.
    async fn grant(
        &self,
        (screening, grant): (ScreeningId, &Grant),
        seats: &[SeatId],
    ) -> Result<(), StoreError> {
        let (shop, to, wanted) = (self.shop.clone(), grant.to.clone(), seats.to_vec());
        let granted = self
            .shop
            .db
            .write(move |tx| seats::grant(tx, shop.here(), (screening, &to), &wanted));
        match granted.await {
            Ok(()) => tell(screening, grant, seats.len()),
            Err(OwnError::Refused(why)) => {
                tracing::debug!(%screening, ?why, "a planned grant was not made");
            }
            Err(OwnError::Store(fault)) => return Err(fault),
        }
        Ok(())
    }
}

fn plan_all(
    shop: &Shop,
    db: &Connection,
    ids: &BTreeSet<ScreeningId>,
    policy: &Policy,
) -> Result<Vec<Planned>, StoreError> {
    let now = shop.now();
    let mut planned = Vec::new();
    for screening in screenings::still_sold(db, ids, now)? {
        if recovery::is_closed(db, screening.screening)? {
            continue;
        }
        let map = shop.seat_map(db, &screening)?;
        let scene = Scene::load(db, &screening, map, (policy, now))?;
        let grants = plan(&scene.situation(), policy);
        if !grants.is_empty() {
            planned.push(Planned {
                screening: screening.screening,
                grants,
            });
        }
    }
    Ok(planned)
}
