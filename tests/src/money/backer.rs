//! People who pledge on the web: once or in two tabs, who raise, lower and withdraw, and who choose
//! their seats when the campaign has succeeded.

use std::sync::Arc;

use domain::booking::BookingNumber;
use domain::campaign::Offer;
use domain::id::{OrderId, PledgeId};
use domain::pledge::{Pledge, PledgeState};
use domain::time::{HOUR_MS, MINUTE_MS};
use domain::web_order::WebOrder;
use hub::claims::{self, Choice, PlaceError};
use hub::pledging::{BeginPledge, PledgeError, changing};
use hub::sqlite::{backers, screenings, theaters};
use rusqlite::Transaction;
use seats::HoldError;
use store::StoreError;

use super::World;
use super::operator::CAMPAIGN;
use super::paying::Visitor;

/// Somebody who pledges, and changes his mind.
pub(super) async fn back(world: Arc<World>, person: usize, terms: Offer) {
    let mut visitor = Visitor::new(&world, person);
    let span = world.profile.open_ms;
    // Some come just before the deadline.
    let after = if visitor.random.chance(350) {
        span - visitor.random.between(1_000, 3 * MINUTE_MS)
    } else {
        visitor.random.between(2_000, span)
    };
    world.until(terms.opens_at.plus_ms(after)).await;
    let first = visitor.join(None).await;
    // Both tabs are opened before either is paid.
    let second = if visitor.random.chance(200) {
        visitor.join(None).await
    } else {
        None
    };
    for order in [first, second].into_iter().flatten() {
        visitor.pay(&order).await;
    }
    for _ in 0..visitor.random.below(3) {
        visitor.think(6 * MINUTE_MS).await;
        visitor.change_mind().await;
    }
    if visitor.random.chance(500) {
        return;
    }
    // The backers' window opens an hour after the result.
    let after = HOUR_MS + visitor.random.between(0, 30 * HOUR_MS);
    world.until(terms.deadline.plus_ms(after)).await;
    for _ in 0..3 {
        visitor.place().await;
        visitor.think(HOUR_MS).await;
    }
}

impl Visitor {
    fn uuid(&mut self) -> uuid::Uuid {
        uuid::Uuid::from_u64_pair(self.random.next(), self.random.next())
    }

    /// Opens an order for tickets of the campaign.
    async fn join(&mut self, raises: Option<BookingNumber>) -> Option<WebOrder> {
        let number = format!("{:012}", self.random.next() % 1_000_000_000_000);
        let request = BeginPledge {
            order: OrderId(self.uuid()),
            campaign: CAMPAIGN,
            tickets: 1 + u32::try_from(self.random.below(4)).unwrap_or(0),
            phone: self.phone(),
            pledge: PledgeId(self.uuid()),
            number: number.parse().expect("twelve digits"),
            raises,
        };
        let opened = self.ask(move |hub| async move {
            let shop = hub.shop.clone();
            let open =
                move |tx: &Transaction<'_>| hub::orders::open_pledge(tx, shop.here(), &request);
            hub.shop.db.write(open).await
        });
        match opened.await? {
            Ok(order) => Some(order),
            Err(error) => {
                self.refused_pledge(&error);
                None
            }
        }
    }

    fn refused_pledge(&self, error: &PledgeError) {
        if let PledgeError::Store(fault) = error {
            self.world.violate("the hub's store", fault.to_string());
        }
        self.world
            .note(format_args!("{} may not: {error}", self.person));
    }

    /// The person's own pledge, as the page shows it.
    async fn own(&self) -> Option<Pledge> {
        let phone = self.phone();
        let found = self.ask(move |hub| async move {
            let look = move |db: &rusqlite::Connection| {
                let Some(id) = backers::live_pledge(db, CAMPAIGN, phone.digits())? else {
                    return Ok(None);
                };
                seats::sqlite::pledges::find(db, id)
            };
            hub.shop.db.read(look).await
        });
        let found: Result<Option<Pledge>, StoreError> = found.await?;
        found.unwrap_or_else(|fault| {
            self.world.violate("the hub's store", fault.to_string());
            None
        })
    }

    /// Raises, lowers or withdraws.
    async fn change_mind(&mut self) {
        let Some(pledge) = self.own().await else {
            return;
        };
        if self.random.chance(400) {
            if let Some(order) = self.join(Some(pledge.number)).await {
                self.pay(&order).await;
            }
            return;
        }
        let left = if self.random.chance(400) {
            0
        } else {
            u32::try_from(
                self.random
                    .below(usize::try_from(pledge.tickets).unwrap_or(1)),
            )
            .unwrap_or(0)
        };
        // Without an answer the page is loaded again, and says the same.
        for _ in 0..2 {
            let (id, phone) = (pledge.pledge, self.phone());
            let lowered = self.ask(move |hub| async move {
                let shop = hub.shop.clone();
                let lower = move |tx: &Transaction<'_>| {
                    changing::lower(tx, shop.here(), (id, &phone), left)
                };
                hub.shop.db.write(lower).await
            });
            match lowered.await {
                Some(Ok(lowered)) => {
                    self.world.note(format_args!(
                        "{} keeps {left}: {:?}",
                        self.person, lowered.state
                    ));
                    return;
                }
                Some(Err(error)) => return self.refused_pledge(&error),
                None => self.think(20_000).await,
            }
        }
    }

    /// Chooses seats.
    async fn place(&mut self) {
        let Some(pledge) = self.own().await else {
            return;
        };
        if pledge.state != PledgeState::Live {
            return;
        }
        let (first, mut ids) = (
            self.random.below(30),
            crate::world::random::Random::new(self.random.next()),
        );
        let placed = self.ask(move |hub| async move {
            let shop = hub.shop.clone();
            let place = move |tx: &Transaction<'_>| {
                let here = shop.here();
                let Some(screening) = screenings::find(tx, pledge.screening)? else {
                    return Ok(());
                };
                let map = theaters::seat_map(tx, screening.seat_map, screening.seat_map_version)?;
                let map = map.expect("a screening has its map");
                let count = usize::try_from(pledge.tickets).unwrap_or(0);
                let seats = map.seats().iter().skip(first).take(count).map(|it| it.seat);
                let seats: Vec<_> = seats.collect();
                let choice = Choice {
                    pledge: &pledge,
                    screening: &screening,
                    map: &map,
                    seats: &seats,
                };
                let mut mint = || uuid::Uuid::from_u64_pair(ids.next(), ids.next());
                claims::place(tx, here, &choice, &mut mint).map(drop)
            };
            hub.shop.db.write(place).await
        });
        match placed.await {
            Some(Err(PlaceError::Store(fault) | PlaceError::Seats(HoldError::Store(fault)))) => {
                self.world.violate("the hub's store", fault.to_string());
            }
            Some(Ok(())) => self.world.note(format_args!("{} has seats", self.person)),
            Some(Err(PlaceError::Refused(_) | PlaceError::Seats(HoldError::Refused(_)))) | None => {
            }
        }
    }
}
