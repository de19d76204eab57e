//! A hub dies while everybody buys; and a store that cannot say who leads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tests::client::{Client, Promise};
use tests::stand::{Stand, eventually};
use tests::{ledger, replica};

/// Who buys at a time: on the web, and at the till.
const ON_THE_WEB: usize = 6;
const AT_THE_TILL: usize = 2;

/// Answered bookings of each kind, before the hub dies and after another one leads.
const BOOKINGS: usize = 10;

/// How long a person looks before the next click.
const GLANCE: Duration = Duration::from_millis(20);

/// People who buy until they are sent home, and what they were answered.
#[derive(Clone, Default)]
struct Crowd {
    promises: Arc<Mutex<Vec<Promise>>>,
    home: Arc<AtomicBool>,
}

impl Crowd {
    fn promises(&self) -> MutexGuard<'_, Vec<Promise>> {
        self.promises.lock().expect("nobody panics inside")
    }

    async fn has_more_than(&self, count: usize) {
        eventually("people buy", || async {
            (self.promises().len() > count).then_some(())
        })
        .await;
    }

    /// Buys wherever somebody answers.
    async fn buy(self, shops: Vec<Client>, person: usize, at_till: bool) {
        while !self.home.load(Ordering::Relaxed) {
            for shop in &shops {
                if let Some(promise) = bought(shop, person, at_till).await {
                    self.promises().push(promise);
                }
            }
            tokio::time::sleep(GLANCE).await;
        }
    }
}

/// A booking that was answered; none when anything came between.
async fn bought(shop: &Client, person: usize, at_till: bool) -> Option<Promise> {
    let on_sale = shop.on_sale().await;
    let mut here = on_sale.iter().filter(|it| it["theater"]["theater"] == 1);
    let screening = here.nth(person % 3)?["screening"].as_i64()?;
    let free = shop.seats(screening, "free").await;
    let seat = free.get((person * 7) % free.len().max(1))?;
    let hold = shop.hold(screening, &[*seat]).await.ok()?;
    if at_till {
        shop.pay(&hold).await
    } else {
        shop.book(&hold).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_when_a_hub_dies_while_everybody_buys() {
    let Some((_moto, store)) = replica::moto() else {
        return;
    };
    let (mut stand, second) = Stand::pair(store, &[1], 2).await;
    let (web, till) = (Crowd::default(), Crowd::default());
    let hubs = vec![stand.hub.client(), second.client()];
    let tills = vec![stand.kiosks[0].client()];
    let on_the_web = (0..ON_THE_WEB).map(|it| web.clone().buy(hubs.clone(), it, false));
    let at_the_till = (0..AT_THE_TILL).map(|it| till.clone().buy(tills.clone(), 10 + it, true));
    let mut people = tokio::task::JoinSet::new();
    on_the_web.for_each(|person| drop(people.spawn(person)));
    at_the_till.for_each(|person| drop(people.spawn(person)));
    web.has_more_than(BOOKINGS).await;
    till.has_more_than(BOOKINGS).await;

    // In the middle of whatever they do.
    stand.hub.kill();
    let before = web.promises().len();
    second.ready().await;
    web.has_more_than(before + BOOKINGS).await;
    stand.kiosks[0].online().await;
    let before = till.promises().len();
    till.has_more_than(before).await;
    for crowd in [&web, &till] {
        crowd.home.store(true, Ordering::Relaxed);
    }
    people.join_all().await;

    let hub = second.database.as_path();
    ledger::agree((hub, &stand.kiosks[0].database), 1).await;
    assert_eq!(ledger::broken(hub, &web.promises()), []);
    assert_eq!(ledger::broken(hub, &till.promises()), []);
    assert_eq!(ledger::sold_twice(hub), []);
    assert_eq!(ledger::conflicts(hub), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_store_does_not_keep_conditions_nobody_leads_and_nobody_stands_by() {
    let Some((_moto, store)) = replica::moto() else {
        return;
    };
    let stand = Stand::new(1);
    stand.lease_in(replica::careless::before(store).await);
    let second = stand.standing_by();
    for (program, task) in [(&stand.hub, "serve"), (&second, "standby")] {
        let refused = program.refuses(&[task]);
        assert!(refused.contains("can keep no lease"), "{task}: {refused}");
    }
    assert!(!second.database.exists(), "it has begun all the same");
}
