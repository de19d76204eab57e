//! Those who run the theater: they set the campaign up, call it off, and see to refunds that the
//! gateway refuses.

use std::sync::{Arc, LazyLock};

use domain::campaign::{Campaign, CampaignState, LEAD_MS, Offer};
use domain::conflict::{Conflict, Outcome, Remedy};
use domain::id::{CampaignId, MovieId, NodeId, TheaterId};
use domain::money::Won;
use domain::time::{HOUR_MS, Timestamp};
use hub::campaigns::{self, Signed};
use hub::conflicts::decide;
use hub::fleet::add_node;
use hub::payments::api::RefundAccount;
use hub::payments::api::books::Entry;
use hub::sqlite::nodes::KnownNode;
use hub::sqlite::{awaited_accounts, theaters, words};
use protocol::row::RowKind;
use rusqlite::Connection;
use seats::Here;
use store::StoreError;
use uuid::Uuid;

use super::World;
use super::bank::NO_BANK;
use crate::world::random::Random;
use crate::world::{BEGINNING_MS, deserialize, lay_out, put_on, serialize};

/// The campaign of every run: the first one.
pub(super) const CAMPAIGN: CampaignId = CampaignId(1);

/// What a ticket costs, wherever.
pub(super) const PRICE: Won = Won(12_000);

/// The day of the screening that is sold beside the campaign.
const SHOWN_ON_DAY: i64 = 9;

const KIM: Signed<'_> = Signed {
    by: "Kim",
    note: "simulated",
};

/// The only kiosk.
pub(super) fn kiosk_node() -> NodeId {
    "k1-1".parse().expect("a name")
}

static PAYMENTS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let db = store::open_memory(hub::payments::sqlite::MIGRATIONS);
    small(db.expect("a database in memory"))
});

static HUB: LazyLock<Vec<u8>> = LazyLock::new(|| small(built()));

/// The payment database at the beginning.
pub(super) fn new_payments() -> Connection {
    deserialize(&PAYMENTS)
}

/// The hub's database at the beginning: a theater with a room and a kiosk, and a film.
pub(super) fn new_hub() -> Connection {
    deserialize(&HUB)
}

/// Its pages are small: it is copied for every run.
pub(super) fn small(mut db: Connection) -> Vec<u8> {
    let smaller = "PRAGMA page_size = 1024; VACUUM";
    db.execute_batch(smaller).expect("the pages are smaller");
    serialize(&mut db)
}

fn built() -> Connection {
    let mut db = store::open_memory(hub::sqlite::MIGRATIONS).expect("a database in memory");
    let (hub, node) = (NodeId::hub(), kiosk_node());
    let here = Here {
        node: &hub,
        now: Timestamp(BEGINNING_MS),
    };
    let tx = db.transaction().expect("a transaction");
    let built = || {
        hub::sync::identify(&tx, here)?;
        let theater = lay_out(&tx, 1, 4)?;
        let known = KnownNode {
            node: node.clone(),
            theater,
        };
        add_node(&tx, &known, "a secret", here.now).expect("a new node");
        words::set_kinds(&tx, &node, &RowKind::newer_names())?;
        tx.execute_batch(
            "INSERT INTO movies (movie_id, source, source_id, title, title_fold, search_fold,
                                 sort_date, rating, revision)
             VALUES (1, 'test', '1', '기생충', '기생충', '기생충', '2019', '15', 0)",
        )?;
        put_on(&tx, here, theater, SHOWN_ON_DAY)?;
        Ok::<_, StoreError>(())
    };
    built().expect("a theater is laid out");
    tx.commit().expect("it is kept");
    db
}

/// The terms of the campaign.
pub(super) fn terms(world: &World, db: &Connection) -> Result<Offer, StoreError> {
    let rooms = theaters::auditoriums_of(db, TheaterId(1))?;
    let opens_at = Timestamp(BEGINNING_MS + 5_000);
    let deadline = opens_at.plus_ms(world.profile.open_ms);
    let starts_at = deadline.plus_ms(LEAD_MS + 2 * HOUR_MS);
    Ok(Offer {
        auditorium: rooms[0].0.auditorium,
        starts_at,
        ends_at: starts_at.plus_ms(2 * HOUR_MS),
        goal: world.profile.goal,
        capacity: 18,
        price: PRICE,
        opens_at,
        deadline,
    })
}

/// A theater makes its offer and has it approved; says its terms.
pub(super) async fn offer(world: &Arc<World>) -> Offer {
    loop {
        if let Some(hub) = world.hub.running() {
            let (shop, asked) = (hub.shop.clone(), Arc::clone(world));
            let life = world.hub.machine.life();
            let made = hub.shop.db.write(move |tx| {
                let here = shop.here();
                let terms = terms(&asked, tx)?;
                let made = campaigns::request(tx, here, (MovieId(1), TheaterId(1)), KIM)?;
                campaigns::offer(tx, here, (made.campaign, &terms), KIM)?;
                campaigns::approve(tx, here, made.campaign, KIM)?;
                Ok::<_, campaigns::CampaignError>(terms)
            });
            tokio::select! {
                biased;
                () = world.hub.machine.ended(life) => {}
                made = made => return made.expect("an offer that makes sense"),
            }
        }
        world.pause(500).await;
        let known = world.hub.machine.look(campaign);
        if let Some(offer) = known.state.offer().filter(|_| known.campaign == CAMPAIGN) {
            return offer.clone();
        }
    }
}

/// The campaign as it stands on the hub's disk.
pub(super) fn campaign(db: &Connection) -> Campaign {
    let found = hub::sqlite::campaigns::find(db, CAMPAIGN).expect("it is read");
    found.unwrap_or(Campaign {
        campaign: CampaignId(0),
        movie: MovieId(1),
        theater: TheaterId(1),
        state: CampaignState::Requested,
        paid_tickets: 0,
        backers: 0,
    })
}

/// Somebody calls the campaign off, at any time before its show is over.
pub(super) async fn call_off(world: Arc<World>, terms: Offer) {
    let mut random = world.chance();
    let span = terms.ends_at.since_ms(terms.opens_at);
    // Mostly while people pledge, sometimes when they have seats.
    let span = if random.chance(600) {
        world.profile.open_ms
    } else {
        span
    };
    world
        .until(terms.opens_at.plus_ms(random.between(1, span)))
        .await;
    for _ in 0..5 {
        if let Some(hub) = world.hub.running() {
            let (shop, life) = (hub.shop.clone(), world.hub.machine.life());
            let called = hub
                .shop
                .db
                .write(move |tx| campaigns::cancel(tx, shop.here(), CAMPAIGN, KIM).map(drop));
            tokio::select! {
                biased;
                () = world.hub.machine.ended(life) => {}
                called = called => {
                    world.note(format_args!("the campaign is called off: {called:?}"));
                    world.stirred.notify_one();
                    return;
                }
            }
        }
        world.pause(random.between(100, 5_000)).await;
    }
}

/// Buyers say where their money goes that was paid into an account, some of them wrongly at first.
pub(super) async fn name_accounts(world: &Arc<World>, random: &mut Random) {
    let Some(hub) = world.hub.running() else {
        return;
    };
    let list = |db: &Connection| awaited_accounts::list(db, 100);
    let waiting: Result<_, StoreError> = hub.shop.db.read(list).await;
    for awaited in waiting.expect("it is read") {
        let right = random.chance(700);
        let bank = if right { "88" } else { NO_BANK };
        let account = RefundAccount {
            bank: bank.to_owned(),
            account_number: "110123456789".to_owned(),
            holder: "김토스".to_owned(),
        };
        let order = awaited.order;
        let told = hub.paying.client.refund_account(order, &account).await;
        world.note(format_args!(
            "an account for order {order}, right: {right}: {}",
            told.is_ok()
        ));
    }
}

/// Refunds that the gateway refuses: asked for again where that may help, or paid by hand.
pub(super) async fn see_to_refunds(world: &Arc<World>, random: &mut Random) {
    let Some(hub) = world.hub.running() else {
        return;
    };
    let open = hub
        .shop
        .db
        .read(|db| seats::sqlite::conflicts::open(db, 100))
        .await;
    let open: Result<_, StoreError> = open;
    for recorded in open.expect("it is read") {
        let key = recorded.conflict.key();
        let Conflict::RefundRefused { refund, amount, .. } = recorded.conflict else {
            continue;
        };
        let by_hand = random.chance(600);
        world.note(format_args!(
            "refund {refund} is seen to, by hand: {by_hand}"
        ));
        if by_hand {
            let entry = Entry::RefundPaidByHand { refund };
            let id = Uuid::from_u64_pair(random.next(), random.next());
            if hub.paying.client.enter(id, &entry).await.is_err() {
                continue;
            }
        }
        let request = decide::Request {
            key,
            remedy: if by_hand {
                Remedy::Dismiss
            } else {
                Remedy::Refund
            },
            by: "Lee".to_owned(),
            note: "simulated".to_owned(),
            booking: None,
        };
        let shop = hub.shop.clone();
        let outcome = if by_hand {
            Outcome::Dismissed
        } else {
            let due_won = amount;
            Outcome::AskedAgain { refund, due_won }
        };
        let record = hub
            .shop
            .db
            .write(move |tx| decide::record(tx, shop.here(), &request, outcome));
        if let Err(error) = record.await {
            world.violate("the operator's decision", error.to_string());
        }
    }
    world.stirred.notify_one();
}
