//! A campaign of five thousand pledges fails: everybody is paid back exactly once, whatever
//! breaks on the way (C4).

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::put;
use axum::{Json, Router};
use boxoffice::links::Links;
use boxoffice::{Handles, Shop};
use domain::campaign::{Campaign, CampaignState, Offer, Phase};
use domain::id::{
    AuditoriumId, CampaignId, MovieId, NodeId, OrderId, PledgeId, RefundId, TheaterId,
};
use domain::money::Won;
use domain::pledge::{Pledge, PledgeState};
use domain::time::{DAY_MS, HOUR_MS, Timestamp};
use domain::version::Version;
use hub::campaigns::keeping::Keeper;
use hub::campaigns::{self, Signed};
use hub::payments::PaymentsClient;
use hub::payments::api::{AskRefund, RefundReason, RefundState, RefundView};
use hub::pledging::arriving;
use hub::pledging::giving_back::{self, PaidBack};
use hub::programme::Catalogue;
use hub::sqlite::pledge_refunds::Became;
use hub::sqlite::{MIGRATIONS, campaigns as table};
use hub::{catalog, theaters};
use process::clock::ManualClock;
use process::ids::SeededIds;
use store::{Db, StoreError};
use uuid::Uuid;

const PLEDGES: u32 = 5_000;
const PRICE: Won = Won(12_000);
const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// A payments module that writes down what it is asked, and breaks now and then.
#[derive(Clone, Default)]
struct Scripted {
    asked: Arc<Mutex<BTreeMap<RefundId, (AskRefund, u32)>>>,
    requests: Arc<AtomicUsize>,
}

impl Scripted {
    fn client(&self) -> PaymentsClient {
        let router = Router::new()
            .route("/refunds/{refund}", put(refund))
            .with_state(self.clone());
        PaymentsClient::in_process(router)
    }

    fn refunds(&self) -> Vec<RefundId> {
        self.asked.lock().unwrap().keys().copied().collect()
    }
}

async fn refund(
    State(scripted): State<Scripted>,
    Path(refund): Path<RefundId>,
    Json(asked): Json<AskRefund>,
) -> Result<Json<RefundView>, StatusCode> {
    let number = scripted.requests.fetch_add(1, Ordering::Relaxed);
    if number % 97 == 13 {
        // Before anything was done.
        return Err(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let mut all = scripted.asked.lock().unwrap();
    let known = all.entry(refund).or_insert((asked, 0));
    assert_eq!(known.0, asked, "the same refund is asked for alike");
    known.1 += 1;
    if number % 89 == 7 {
        // It was done, and nobody hears of it.
        return Err(StatusCode::INTERNAL_SERVER_ERROR);
    }
    Ok(Json(RefundView {
        refund,
        asked,
        progress: RefundState::Pending,
    }))
}

struct Hub {
    shop: Shop,
    clock: Arc<ManualClock>,
    campaign: CampaignId,
}

impl Hub {
    async fn new() -> Self {
        let clock = Arc::new(ManualClock::new(NOW));
        let shop = Shop::new(
            Handles {
                db: Db::open_in_memory(MIGRATIONS).unwrap(),
                node: NodeId::hub(),
                clock: clock.clone(),
                ids: Arc::new(SeededIds::new(4)),
            },
            Arc::new(Catalogue),
            Links::new(NOW),
        );
        let asked = shop.clone();
        let campaign = shop.db.write(move |tx| {
            for import in catalog::bundled().unwrap() {
                catalog::import_movies(tx, &import).unwrap();
            }
            theaters::seed(tx)?;
            let here = asked.here();
            let signed = Signed {
                by: "Kim",
                note: "",
            };
            let subject = (MovieId(1), TheaterId(1));
            let made = campaigns::request(tx, here, subject, signed).unwrap();
            campaigns::offer(tx, here, (made.campaign, &terms()), signed).unwrap();
            campaigns::approve(tx, here, made.campaign, signed).unwrap();
            Ok::<_, StoreError>(made.campaign)
        });
        let campaign = campaign.await.unwrap();
        Self {
            shop,
            clock,
            campaign,
        }
    }

    fn keeper(&self, payments: &Scripted) -> Keeper {
        Keeper {
            shop: self.shop.clone(),
            payments: Some(payments.client()),
        }
    }

    async fn phase(&self) -> Phase {
        let id = self.campaign;
        let found = self.shop.db.read(move |db| table::find(db, id));
        found.await.unwrap().unwrap().state.phase()
    }

    async fn progress(&self) -> PaidBack {
        let id = self.campaign;
        let read = self.shop.db.read(move |db| giving_back::progress(db, id));
        read.await.unwrap()
    }

    /// The hall of the test is larger than any room: only so many can fail at once.
    async fn opens_for_thousands(&self) {
        self.clock.set(terms().opens_at);
        self.keeper(&Scripted::default()).round().await.unwrap();
        let id = self.campaign;
        let changed = self.shop.db.write(move |tx| {
            let mut campaign = table::find(tx, id)?.unwrap();
            let CampaignState::Open { planned } = &mut campaign.state else {
                panic!("it is open");
            };
            planned.offer.goal = PLEDGES + 1;
            planned.offer.capacity = PLEDGES + 1;
            table::record(tx, &campaign, Some(planned_deadline(&campaign)))
        });
        changed.await.unwrap();
    }

    /// So many have pledged.
    async fn people_pledge(&self) {
        let (shop, campaign) = (self.shop.clone(), self.campaign);
        let pledged = self.shop.db.write(move |tx| {
            let (here, hub) = (shop.here(), NodeId::hub());
            let screening = table::find(tx, campaign)?
                .unwrap()
                .state
                .screening()
                .unwrap();
            for person in 0..PLEDGES {
                let id = |kind: u128| Uuid::from_u128(kind << 64 | u128::from(person));
                let pledge = Pledge {
                    pledge: PledgeId(id(1)),
                    number: format!("{person:012}").parse().unwrap(),
                    campaign,
                    screening,
                    node: hub.clone(),
                    version: Version::FIRST.granted(),
                    tickets: 1,
                    price: PRICE,
                    order: OrderId(id(2)),
                    made_at: here.now,
                    state: PledgeState::Live,
                    back_at_counter: Won(0),
                    phone: Some(format!("010{person:08}")),
                };
                arriving::take(tx, here, (&hub, &pledge))?;
            }
            Ok::<_, StoreError>(())
        });
        pledged.await.unwrap();
    }

    /// The payments module tells of refunds that have come through, some of them twice.
    async fn hears_of(&self, refunds: Vec<RefundId>) {
        let shop = self.shop.clone();
        let heard = self.shop.db.write(move |tx| {
            let here = shop.here();
            let done = Became::Done { at: here.now };
            for refund in refunds.iter().chain(&refunds[..refunds.len() / 3]) {
                giving_back::refund_became(tx, here, (*refund, &done))?;
            }
            Ok::<_, StoreError>(())
        });
        heard.await.unwrap();
    }
}

fn terms() -> Offer {
    Offer {
        auditorium: AuditoriumId(1),
        starts_at: NOW.plus_ms(10 * DAY_MS),
        ends_at: NOW.plus_ms(10 * DAY_MS + 2 * HOUR_MS),
        goal: 10,
        capacity: 20,
        price: PRICE,
        opens_at: NOW.plus_ms(HOUR_MS),
        deadline: NOW.plus_ms(5 * DAY_MS),
    }
}

fn planned_deadline(campaign: &Campaign) -> Timestamp {
    campaign.state.offer().unwrap().deadline
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_paid_back_exactly_once_although_it_is_cut_short() {
    let (hub, payments) = (Hub::new().await, Scripted::default());
    hub.opens_for_thousands().await;
    hub.people_pledge().await;
    hub.clock.set(terms().deadline);

    // The hub dies in the middle of it, again and again.
    for deaths in 1..=5 {
        let keeper = hub.keeper(&payments);
        let running = tokio::spawn(async move { keeper.round().await });
        while payments.requests.load(Ordering::Relaxed) < deaths * 300 && !running.is_finished() {
            tokio::task::yield_now().await;
        }
        running.abort();
        let _dead = running.await;
    }
    assert_eq!(hub.phase().await, Phase::Failed);
    let some = payments.refunds().len();
    assert!(
        some > 0 && some < usize::try_from(PLEDGES).unwrap(),
        "{some}"
    );

    for _ in 0..200 {
        if payments.refunds().len() == usize::try_from(PLEDGES).unwrap() {
            break;
        }
        hub.clock.advance_ms(1_000);
        hub.keeper(&payments).round().await.unwrap();
    }
    let all = PaidBack {
        all: PLEDGES,
        done: 0,
        refused: 0,
        awaiting_account: 0,
    };
    assert_eq!(hub.progress().await, all);

    // The gateway is slow, and says some of it twice.
    let refunds = payments.refunds();
    let (early, late) = refunds.split_at(812);
    hub.hears_of(early.to_vec()).await;
    assert_eq!(hub.progress().await, PaidBack { done: 812, ..all });
    hub.clock.advance_ms(2_000);
    hub.keeper(&payments).round().await.unwrap();
    assert_eq!(hub.phase().await, Phase::Failed);
    hub.hears_of(late.to_vec()).await;
    hub.clock.advance_ms(2_000);
    hub.keeper(&payments).round().await.unwrap();
    assert_eq!(hub.phase().await, Phase::Refunded);
    assert_eq!(
        hub.progress().await,
        PaidBack {
            done: PLEDGES,
            ..all
        }
    );

    let asked = payments.asked.lock().unwrap();
    let orders: BTreeSet<OrderId> = asked.values().map(|(asked, _)| asked.order).collect();
    assert_eq!(
        orders.len(),
        usize::try_from(PLEDGES).unwrap(),
        "each order once"
    );
    assert_eq!(asked.len(), orders.len(), "for one refund");
    for (asked, _) in asked.values() {
        assert_eq!(
            (asked.amount, asked.reason),
            (PRICE, RefundReason::CampaignFailed)
        );
    }
}
